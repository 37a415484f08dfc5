"""What a debrief is made of: sections of rows. Markdown, the page and the room's screen are all made from these.

All text is in the reader's language. A section with `columns` is a table, each of its rows with as many cells; one
without is a list, each of its rows with one cell. What stands `under` a row are sentences about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """The sign before a row, which says without colours whether it is well."""

    RIGHT = "✔"
    WRONG = "✘"
    WARNED = "!"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section."""

    cells: tuple[str, ...]
    mark: Mark = Mark.NONE
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a debrief; `id` is its name in every language."""

    id: str
    heading: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()
    remark: str = ""
    """A sentence under the heading: what is counted how, or that there was nothing."""


def mark(right: bool | None) -> Mark:
    """The sign of something right or wrong; none where it is neither."""
    return {True: Mark.RIGHT, False: Mark.WRONG, None: Mark.NONE}[right]


def line(text: str, sign: Mark = Mark.NONE, under: tuple[str, ...] = ()) -> Row:
    """A row of a list."""
    return Row((text,), sign, under)
