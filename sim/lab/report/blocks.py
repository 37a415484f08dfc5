"""What a report is made of: parts of sentences, tables and charts, from which page, Word and Excel are all made.

Every text is in the reader's language. A cell is words, or a figure with its interval, which Word and the page show as
mean ± half and Excel keeps as three numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.lab.report.kept import Figure

Cell = str | Figure
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; `places` decimals where it holds figures."""

    heading: str
    places: int = 2
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are columns."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Figures as bars with their intervals, one bar of each label for each series."""

    title: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[Figure, ...]], ...]
    places: int = 2
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Stacks:
    """Shares of a whole, one bar for each label."""

    title: str
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    """By label, then by kind; each adds up to about 1."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a panel, all of its corners written out."""

    name: str
    points: Points


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that stands at one place of a panel's horizontal axis."""

    name: str
    at: float
    of: int | None = None
    """Which line it belongs to; None belongs to the panel."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One small picture with lines."""

    title: str
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Panels:
    """Small pictures on the same axes."""

    title: str
    across: str
    up: str
    panels: tuple[Panel, ...]
    filled: bool = False
    level: float | None = None
    """A height drawn across every panel."""


@dataclass(frozen=True, slots=True)
class Written:
    """Text as it stands in a file."""

    title: str
    text: str


Chart = Bars | Stacks | Panels
Block = str | Table | Chart | Written


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a report; `id` is its name in every language."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report."""

    title: str
    stamp: str
    """Stands on every page."""
    answer: str
    points: tuple[str, ...]
    """What the answer means and what it does not."""
    parts: tuple[Part, ...]
    sha256: str
    """Of the file it was made from."""


def shown(cell: Cell, column: Column) -> str:
    """A cell as people read it."""
    if isinstance(cell, str):
        return cell
    if cell.mean is None:
        return "—"
    sign = "+" if column.signed else ""
    mean = f"{cell.mean:{sign}.{column.places}f}"
    return mean if cell.half is None else f"{mean} ±{cell.half:.{column.places}f}"
