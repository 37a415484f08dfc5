"""How wide a terminal draws: asked of the terminal itself, since no setting tells.

Some terminals draw box lines and 「“”」 two cells wide, which breaks every frame (ambiguous width).
"""

from __future__ import annotations

import os
import re
import sys

ANSWER = re.compile(rb"\x1b\[\d+;(\d+)R")
PATIENCE_S = 0.5


def is_terminal() -> bool:
    """Whether a person sits at both ends."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def drawn_width(sign: str) -> int | None:
    """The cells the terminal draws for `sign`; None where it does not say, or there is none to ask."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        return None
    if not is_terminal():
        return None
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal)
        os.write(sys.stdout.fileno(), b"\r" + sign.encode() + b"\x1b[6n")
        column = ANSWER.search(_read_answer(terminal))
        os.write(sys.stdout.fileno(), b"\r\x1b[K")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return int(column[1]) - 1 if column else None


def _read_answer(terminal: int) -> bytes:
    import select

    read = b""
    while b"R" not in read and select.select([terminal], [], [], PATIENCE_S)[0]:
        read += os.read(terminal, 32)
    return read
