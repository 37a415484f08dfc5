"""What commands print: one JSON document, or people's text, on stdout; notes and faults on stderr."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

import click

from auction.errors import Fault
from auction.language import _

GAP = "  "


def print_json(document: object) -> None:
    """The one JSON document of a command, on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False))


def print_faults(faults: Iterable[Fault]) -> None:
    """One line for each fault, on stderr."""
    for fault in faults:
        click.echo(one_line(str(fault)), err=True)


def one_line(text: str) -> str:
    """Text from a file as it may be shown: on one line, nothing in it that a terminal would obey."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def cited(text: object, citation: object) -> str:
    """Text with what it rests on."""
    return _("{text}（{citation}）").format(text=text, citation=citation)


def print_note(sentence: object) -> None:
    """A remark that is no part of the answer, on stderr."""
    click.echo(str(sentence), err=True)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> None:
    """Columns aligned by what a terminal draws, those numbered in `right` to the right."""
    for line in aligned([headings, *rows], right):
        click.echo(line)


def aligned(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Rows as lines of aligned columns, those numbered in `right` to the right; rows are equally long."""
    widths = [max(cells(text) for text in column) for column in zip(*rows, strict=True)]
    return [
        GAP.join(_pad(text, widths[at], at in right) for at, text in enumerate(row)).rstrip() for row in rows
    ]


@lru_cache(maxsize=4096)
def cells(text: str) -> int:
    """How many cells a terminal draws for `text`: two for a Chinese character, none for a combining mark."""
    return sum(_cells_of(sign) for sign in text)


def _cells_of(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - cells(text))
    return space + text if right else text + space
