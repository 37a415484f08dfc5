"""Sections as Markdown, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auction.payload import REHEARSAL_MARK
from sim.debrief.section import Mark, Section
from sim.debrief.whole import Debrief, answer, sections, title


def markdown(looked_back: Debrief) -> str:
    """The debrief as Markdown."""
    return as_markdown(title(looked_back), answer(looked_back), sections(looked_back))


def as_markdown(heading: str, sentence: str, parts: Sequence[Section]) -> str:
    """A document of a heading, a sentence and sections."""
    lines = [f"# {heading}", "", f"> {REHEARSAL_MARK}", "", sentence, ""]
    for part in parts:
        lines += [f"## {part.heading}", "", *([part.remark, ""] if part.remark else [])]
        lines += [*(_table(part) if part.columns else _list(part)), *([""] if part.rows else [])]
    return "\n".join(lines).rstrip() + "\n"


def _list(part: Section) -> Iterator[str]:
    for row in part.rows:
        yield f"- {row.mark} {row.cells[0]}" if row.mark else f"- {row.cells[0]}"
        yield from (f"  - {text}" for text in row.under)


def _table(part: Section) -> Iterator[str]:
    """A table; the sign of a row stands before its first cell, what is under a row in a row of its own."""
    yield _row(part.columns)
    yield _row(["---"] * len(part.columns))
    for row in part.rows:
        first = f"{row.mark} {row.cells[0]}" if row.mark is not Mark.NONE else row.cells[0]
        yield _row([first, *row.cells[1:]])
        yield from (_row([text, *[""] * (len(part.columns) - 1)]) for text in row.under)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
