"""How wide a terminal draws: asked of the terminal itself, since no setting tells.

Some terminals draw box lines and 「“”」 two cells wide, which breaks every frame (ambiguous width).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from time import monotonic

BOX_LINE = "─"
ANSWER = re.compile(rb"\x1b\[\d+;(\d+)R")
PATIENCE_S = 0.5


def is_terminal() -> bool:
    """Whether a person sits at both ends."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def drawn_width(
    sign: str, patience: float = PATIENCE_S, meanwhile: Callable[[], object] = lambda: None
) -> int | None:
    """The cells the terminal draws for `sign`; None where it does not say in time, or there is none to ask.

    While the terminal thinks, `meanwhile` is done. An answer that comes later is left to whoever reads next.
    """
    try:
        import termios
        import tty
    except ImportError:  # Windows
        meanwhile()
        return None
    if not is_terminal():
        meanwhile()
        return None
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    deadline = monotonic() + patience
    try:
        tty.setcbreak(terminal)
        os.write(sys.stdout.fileno(), b"\r" + sign.encode() + b"\x1b[6n")
        meanwhile()
        column = ANSWER.search(_read_answer(terminal, deadline))
        os.write(sys.stdout.fileno(), b"\r\x1b[K")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return int(column[1]) - 1 if column else None


def _read_answer(terminal: int, deadline: float) -> bytes:
    import select

    read = b""
    while b"R" not in read and select.select([terminal], [], [], max(0, deadline - monotonic()))[0]:
        part = os.read(terminal, 32)
        if not part:
            break
        read += part
    return read
