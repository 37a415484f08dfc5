"""The demand curve after the close: all valid bids from the best level down, as true steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from textual.content import Content
from textual.widget import Widget

from auction.language import _, say
from auction.quantities import YI, decimals, parse_amount, print_amount, print_rate
from tui.output import cells
from tui.widgets.axis import level as level_labels
from tui.widgets.axis import ticks, upright
from tui.widgets.canvas import Canvas
from tui.widgets.seen import Rung, Seen, rungs
from tui.widgets.signs import drawn_plainly, signs_for

Piece = tuple[str, str]
"""Text and its style."""

RANGE, OFFERED, CUTOFF, BEYOND, FILLED = range(1, 6)
"""Inks, the later over the earlier."""
INKS = ("", "$foreground 30%", "$text-primary", "$text-warning", "$foreground 60%", "bold $text-success")
AXIS, SHADE = "$foreground 60%", "$success 12%"
LEAST_MARGIN = Decimal("0.02")
LEAST_COLUMNS, LEAST_ROWS = 12, 4
AXES_ROWS, ROWS_PER_TICK, COLUMNS_PER_TICK = 3, 3, 12


@dataclass(frozen=True, slots=True)
class Demand:
    """What the curve shows: levels best first, whole 万元, and the range where the issue has one."""

    rungs: tuple[Rung, ...]
    offered: int
    issued: int
    cutoff: Decimal
    range: tuple[Decimal, Decimal] | None

    @property
    def levels(self) -> tuple[Decimal, Decimal]:
        """The lowest and the highest level drawn: all bids, and the ends of the range that lie near them."""
        bid = sorted((self.rungs[0].level, self.rungs[-1].level))
        margin = max((bid[1] - bid[0]) / 2, LEAST_MARGIN)
        near = [end for end in self.range or () if bid[0] - margin <= end <= bid[1] + margin]
        low, high = min(bid[0], *near, bid[0]), max(bid[1], *near, bid[1])
        return (low, high) if low < high else (low - LEAST_MARGIN, high + LEAST_MARGIN)

    @property
    def most(self) -> int:
        """The largest amount that must be seen."""
        return max(self.rungs[-1].cumulative, self.offered)


class DemandCurve(Widget):
    """Levels upright, amounts across; the range, the cut-off and the offer are marked in words."""

    DEFAULT_CSS = """
    DemandCurve { width: 1fr; height: 1fr; min-height: 10; }
    """

    _demand: Demand | None = None
    _shown = False

    def show(self, issue: Seen) -> None:
        """Show the book of an issue, once its result can be seen."""
        self._demand = _demand(issue)
        self._shown = "result" in issue
        self.refresh()

    def render(self) -> Content:
        """Legend, steps and axes, or why there is nothing to draw."""
        if self._demand is None:
            return Content.styled(self._absence(), "$foreground 60%")
        return Plot(self._demand, self, *self.content_size).drawn()

    def _absence(self) -> str:
        return _("没有可画的投标") if self._shown else _("截标并出标后，这里画出投标曲线")


def _demand(issue: Seen) -> Demand | None:
    steps = rungs(issue)
    if not steps:
        return None
    result, entered = issue["result"], issue["sheet"].get("range")
    return Demand(
        steps,
        parse_amount(result["offered"]),
        parse_amount(result["issued"]),
        Decimal(result["cutoff"]),
        (Decimal(entered["low"]), Decimal(entered["high"])) if entered else None,
    )


class Plot:
    """One drawing of a demand at one size."""

    def __init__(self, demand: Demand, on: Widget, width: int, height: int) -> None:
        self._demand, self._signs, self._width = demand, signs_for(on), width
        self._blends = not on.app.native_ansi_color
        """Whether a colour can be a shade of another; a terminal's own sixteen cannot."""
        self._low, self._high = demand.levels
        names = {demand.cutoff: _("边际")}
        for level, name in zip(demand.range or (), (_("下限"), _("上限")), strict=False):
            names[level] = f"{names[level]}/{name}" if level in names else name
        self._named = [(level, f"{name} {print_rate(level)}{self._beyond(level)}") for level, name in names.items()]
        self._gutter = max(cells(label) for _level, label in self._named) + 1
        rows, columns = height - AXES_ROWS, width - self._gutter - 1
        self._fits = rows >= LEAST_ROWS and columns >= LEAST_COLUMNS
        self._canvas = Canvas(max(1, columns), max(1, rows), self._signs.inks if drawn_plainly(on) else "")

    def drawn(self) -> Content:
        """Legend, canvas with its gutter, axis and amounts; a sentence where there is no room."""
        if not self._fits:
            return Content.styled(_("放大窗口可见投标曲线"), AXIS)
        self._paint()
        return Content.assemble(*self._legend(), *self._body(), *self._foot())

    def _x(self, amount: int) -> int:
        return amount * (self._canvas.width - 1) // self._demand.most

    def _y(self, level: Decimal) -> int:
        return round((self._high - level) * (self._canvas.height - 1) / (self._high - self._low))

    def _row(self, level: Decimal) -> int:
        """The row of cells of a level, the first or the last for one that lies outside."""
        return min(max(0, self._y(level) // self._canvas.down), self._canvas.rows - 1)

    def _beyond(self, level: Decimal) -> str:
        """A sign for a level that lies above or below what is drawn."""
        return "^" if level > self._high else "v" if level < self._low else ""

    def _paint(self) -> None:
        canvas, demand = self._canvas, self._demand
        for level in demand.range or ():
            canvas.across_to(0, canvas.width - 1, self._y(level), RANGE, every=2 * canvas.across)
        canvas.down_to(self._x(demand.offered), 0, canvas.height - 1, OFFERED, every=canvas.across)
        canvas.across_to(0, canvas.width - 1, self._y(demand.cutoff), CUTOFF, every=canvas.across)
        edge = self._x(demand.issued)
        at, height = 0, self._y(demand.rungs[0].level)
        for rung in demand.rungs:
            end, step = self._x(rung.cumulative), self._y(rung.level)
            canvas.down_to(at, height, step, FILLED if at < edge else BEYOND)
            canvas.across_to(at, min(end, edge), step, FILLED)
            canvas.across_to(max(at, edge), end, step, BEYOND)
            at, height = end, step

    def _legend(self) -> Iterator[Piece]:
        """As many of the meanings as the line holds."""
        demand, signs = self._demand, self._signs
        total = print_amount(demand.rungs[-1].cumulative)
        meanings = (
            (signs.curve, INKS[FILLED], str(say("累计投标 {amount} 亿元", amount=total))),
            (signs.offered, INKS[OFFERED], str(say("计划发行 {amount} 亿元", amount=print_amount(demand.offered)))),
            (signs.cutoff, INKS[CUTOFF], str(say("边际中标标位 {level}", level=print_rate(demand.cutoff)))),
        )
        yield " " * self._gutter, ""
        room = self._width - self._gutter
        for sign, style, words in meanings:
            room -= cells(words) + 6
            if room >= 0:
                yield sign * 2, style
                yield f" {words}   ", ""

    def _body(self) -> Iterator[Piece]:
        labels = self._labels()
        shaded = min(self._canvas.columns, self._x(self._demand.issued) // self._canvas.across + 1)
        shade = f" on {SHADE}" if self._blends else ""
        cutoff = self._row(self._demand.cutoff)
        for row in range(self._canvas.rows):
            label = labels.get(row, "")
            gutter = " " * (self._gutter - cells(label) - 1) + label + " "
            style = f"bold {INKS[CUTOFF]}" if row == cutoff else AXIS
            yield "\n" + gutter, style
            yield self._signs.axis, AXIS
            yield from self._canvas.row(row, INKS, shaded, shade)

    def _labels(self) -> dict[int, str]:
        """What stands beside each row: the cut-off, the ends of the range, round levels between."""
        most = self._canvas.rows // ROWS_PER_TICK
        between = [(self._row(level), print_rate(level)) for level in ticks(self._low, self._high, most)]
        return upright([(self._row(level), label) for level, label in self._named], between)

    def _foot(self) -> Iterator[Piece]:
        columns = self._canvas.columns
        start = "\n" + " " * (self._gutter + 1)
        yield start + self._signs.floor * columns, AXIS
        offered, across = self._demand.offered, self._canvas.across
        planned = str(say("计划 {amount}", amount=print_amount(offered)))
        named = [(self._x(offered) // across, planned), (columns, _("亿元"))]
        most = Decimal(self._demand.most) / YI
        for amount in ticks(Decimal(0), most, columns // COLUMNS_PER_TICK):
            named.append((self._x(int(amount * YI)) // across, decimals(amount, 0)))
        yield start + level_labels(named, columns), AXIS
