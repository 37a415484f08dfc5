"""Faults of this program: the details go into a log in the user's folder, the person gets one line."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from auction.errors import KaibiaoError
from auction.language import Message, say


def in_words(error: BaseException) -> Message:
    """What to tell the person: an error of ours as it stands, anything else written down first."""
    if isinstance(error, KaibiaoError):
        return say("{reason}", reason=str(error))
    log = _written_down(error)
    if log:
        return say("程序内部出错，详情写在 {log}", log=log)
    return say("程序内部出错（{type}），详情也写不下来", type=type(error).__name__)


def _written_down(error: BaseException) -> Path | None:
    """The log with the error added to it; None where it cannot be written."""
    try:
        from tui.keyfolder import kaibiao_home

        log = kaibiao_home() / "errors.log"
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
            out.write("".join(traceback.format_exception(error)) + "\n")
    except (OSError, ImportError, KaibiaoError):
        return None
    return log
