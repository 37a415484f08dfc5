"""Signs of certain width for a terminal that draws those of ambiguous width two cells wide.

Whatever a widget draws goes through here on such a terminal, so that each sign takes the cells it was given.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

SIGNS = str.maketrans(
    {
        **dict.fromkeys("─━┄┅┈┉╌╍═╴╶╸╺▔▁▀—–―", "-"),
        **dict.fromkeys("│┃┆┇┊┋╎╏║╵╷╹╻▏▎▍▋▊▉▕", "|"),
        **dict.fromkeys("▂▃▄▅▆▇", " "),
        **dict.fromkeys("“”„‟", '"'),
        **dict.fromkeys("‘’‚", "'"),
        **dict.fromkeys("▐", "["),
        **dict.fromkeys("▌", "]"),
        **dict.fromkeys("→▶▷►", ">"),
        **dict.fromkeys("←◀◁", "<"),
        **dict.fromkeys("↑▲△", "^"),
        **dict.fromkeys("↓▼▽", "v"),
        **dict.fromkeys("·…‧", "."),
        **dict.fromkeys("●◆■★•", "*"),
        **dict.fromkeys("○◇□☆", "o"),
        **dict.fromkeys("█▓▒░", "#"),
        "×": "x",
        "÷": "/",
        "±": "+",
        "≤": "<",
        "≥": ">",
    }
)
"""What stands for a sign; parts of a scroll bar show by their ground."""


class Plain(LineFilter):
    """A line with nothing in it of ambiguous width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with each such sign replaced by one that looks like it."""
        return [Segment(plain(text), style, control) for text, style, control in segments]


@lru_cache(4096)
def plain(text: str) -> str:
    """The text with a sign of one cell, everywhere, for each that some terminals draw two cells wide."""
    if text.isascii():
        return text
    return "".join(_narrow(sign) if is_ambiguous(sign) else sign for sign in text.translate(SIGNS))


def is_ambiguous(sign: str) -> bool:
    """Whether terminals differ in how many cells they draw; braille and box lines go by the same setting."""
    return unicodedata.east_asian_width(sign) == "A" or "\u2500" <= sign <= "\u259f" or "\u2800" <= sign <= "\u28ff"


def _narrow(sign: str) -> str:
    """The letter under an accent, a cross for a corner, a question mark for what has no plain form."""
    if "\u2500" <= sign <= "\u257f":
        return "+"
    letter = unicodedata.normalize("NFD", sign)[0]
    return letter if letter.isascii() else "?"
