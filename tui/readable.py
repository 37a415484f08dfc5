"""Markdown as it is read on a screen: headings stand out, columns are aligned, other marks are gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from textual.content import Content

from tui.output import aligned

HEADING, QUOTE, ROW = "#", ">", "|"


def readable(markdown: str) -> Content:
    """A Markdown text of headings, lists, tables and plain lines."""
    lines: list[Content] = []
    for is_table, group in groupby(markdown.splitlines(), key=lambda line: line.startswith(ROW)):
        drawn = [*group]
        lines += _table(drawn) if is_table else map(_line, drawn)
    return Content("\n").join(lines)


def _line(line: str) -> Content:
    if line.startswith(HEADING):
        return Content.styled(line.lstrip(HEADING).strip(), "bold $text-accent")
    if line.startswith(QUOTE):
        return Content.styled(line.lstrip(QUOTE).strip(), "$foreground 70%")
    return Content(line.replace("**", "").replace("`", ""))


def _table(lines: Sequence[str]) -> Iterator[Content]:
    rows = [[cell.strip() for cell in line.strip().strip(ROW).split(ROW)] for line in lines]
    rows = [row for row in rows if any(set(cell) - set("-: ") for cell in row)]
    width = max((len(row) for row in rows), default=0)
    drawn = aligned([[*row, *[""] * (width - len(row))] for row in rows]) if rows else []
    for number, line in enumerate(drawn):
        yield Content.styled(line, "bold") if number == 0 else Content(line)
