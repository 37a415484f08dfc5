"""Intervals side by side: one line for each, its mean as an upright, from end to end a level line, over one axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from textual.content import Content
from textual.widget import Widget

from auction.language import _
from tui.output import cells
from tui.widgets.axis import level as level_labels
from tui.widgets.axis import ticks
from tui.widgets.canvas import Canvas
from tui.widgets.signs import drawn_plainly, signs_for

Piece = tuple[str, str]
"""Text and its style."""

GUIDE, ZERO, SPAN, MEAN = range(1, 5)
"""Inks, the later over the earlier."""
INKS = ("", "$foreground 30%", "$foreground 60%", "$text-primary", "bold $text-success")
PLAIN_INKS = ".|-o"
AXIS = "$foreground 60%"
LEAST_COLUMNS, COLUMNS_PER_TICK, AXIS_ROWS = 12, 8, 2
WIDEST_NAME = 0.4
"""Of the picture's width."""
MARGIN = 0.05
"""Of the span, left free at either side."""
LEAST_SPAN = 0.01


@dataclass(frozen=True, slots=True)
class Estimate:
    """One line of the picture: whose, the figure in words, and its mean and ends."""

    name: str
    told: str
    mean: float
    low: float
    high: float


class Intervals(Widget):
    """Estimates over one axis; where zero lies among them, a line marks it."""

    DEFAULT_CSS = "Intervals { width: 1fr; height: auto; }"

    _estimates: tuple[Estimate, ...] = ()
    _unit = ""

    def show(self, estimates: Sequence[Estimate], unit: str, *others: float) -> None:
        """Show these; the axis reaches to the `others` too."""
        self._estimates, self._unit, self._others = tuple(estimates), unit, others
        self.styles.height = len(self._estimates) + AXIS_ROWS
        self.refresh(layout=True)

    def render(self) -> Content:
        """The lines and the axis, or a sentence where there is no room."""
        known = [each for each in self._estimates if isfinite(each.mean)]
        if not known:
            return Content.styled(_("没有可画的数"), AXIS)
        return Content.assemble(*Picture(known, self._unit, self._others, self).pieces())


class Picture:
    """One drawing at one size."""

    def __init__(self, estimates: Sequence[Estimate], unit: str, others: Sequence[float], on: Widget) -> None:
        self._estimates, self._unit, self._signs = estimates, unit, signs_for(on)
        width = on.content_size.width
        names = [clipped(each.name, int(width * WIDEST_NAME)) for each in estimates]
        self._gutter = max(map(cells, names)) + 1
        self._names = [name + " " * (self._gutter - cells(name)) for name in names]
        told = max(cells(each.told) for each in estimates) + 1
        columns = width - self._gutter - 1 - told
        self._fits = columns >= LEAST_COLUMNS
        self._canvas = Canvas(max(1, columns), len(estimates), PLAIN_INKS if drawn_plainly(on) else "")
        self._low, self._high = reach([*others, *(end for each in estimates for end in ends(each))])

    def pieces(self) -> Iterator[Piece]:
        """Each estimate between its name and its figure, then the axis; without room names and figures alone."""
        if self._fits:
            self._paint()
        for row, (name, each) in enumerate(zip(self._names, self._estimates, strict=True)):
            yield name, ""
            if self._fits:
                yield self._signs.axis, AXIS
                yield from self._canvas.row(row, INKS, 0, "")
            yield f" {each.told}\n", "bold"
        if self._fits:
            yield from self._foot()

    def _paint(self) -> None:
        canvas = self._canvas
        if self._low < 0 < self._high:
            canvas.down_to(self._x(0.0), 0, canvas.height - 1, ZERO)
        for row, each in enumerate(self._estimates):
            top = row * canvas.down
            middle, mean = top + canvas.down // 2, self._x(each.mean)
            canvas.across_to(0, mean, middle, GUIDE, every=2 * canvas.across)
            low, high = ends(each)
            canvas.across_to(self._x(low), self._x(high), middle, SPAN)
            canvas.down_to(mean, top, top + canvas.down - 1, MEAN)

    def _x(self, value: float) -> int:
        return round((value - self._low) * (self._canvas.width - 1) / (self._high - self._low))

    def _foot(self) -> Iterator[Piece]:
        columns, across = self._canvas.columns, self._canvas.across
        start = " " * (self._gutter + 1)
        yield start + self._signs.floor * columns + "\n", AXIS
        labels = [(columns, self._unit)]
        for tick in ticks(Decimal(self._low), Decimal(self._high), columns // COLUMNS_PER_TICK):
            labels.append((self._x(float(tick)) // across, f"{tick:f}"))
        yield start + level_labels(labels, columns), AXIS


def ends(estimate: Estimate) -> tuple[float, float]:
    """The ends of an interval; the mean alone where they are not known."""
    if isfinite(estimate.low) and isfinite(estimate.high):
        return estimate.low, estimate.high
    return estimate.mean, estimate.mean


def reach(values: Sequence[float]) -> tuple[float, float]:
    """From where to where the axis goes."""
    low, high = min(values), max(values)
    margin = max((high - low) * MARGIN, LEAST_SPAN)
    return low - margin, high + margin


def clipped(name: str, width: int) -> str:
    """A name that is no wider."""
    if cells(name) <= width:
        return name
    while name and cells(name) > width - 2:
        name = name[:-1]
    return f"{name}.."
