"""Textual's reading of the terminal, mended: bytes that are no text end nothing, a terminal that is gone ends all."""

from __future__ import annotations

import codecs
import os
import sys

HUNG_UP = 129
"""The exit code of a program whose terminal is gone (128 + SIGHUP)."""


class Keys(codecs.getincrementaldecoder("utf-8")):  # type: ignore[misc]
    """What comes from the terminal, as text; `\ufffd` stands for what is none."""

    def __init__(self) -> None:
        super().__init__("replace")

    def decode(self, data: bytes, final: bool = False) -> str:
        """The text so far. Nothing at all means that nobody can type here any more: whatever was, is on the disk."""
        if not data and not final:
            os._exit(HUNG_UP)
        return str(super().decode(data, final))


def install() -> None:
    """Read the terminal so from here on."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.getincrementaldecoder = lambda encoding: Keys  # type: ignore[assignment]
