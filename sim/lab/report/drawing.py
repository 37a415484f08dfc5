"""Charts laid out as shapes on a sheet, so that the page and Word draw the very same picture.

Lengths in pixels, y downwards. A shape's `kind` says what it is; colours are for whoever draws it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from math import ceil, floor

from sim.lab.report.blocks import Bars, Chart, Panel, Panels, Points, Stacks
from sim.lab.report.kept import Figure

SIZE = 13
"""Of letters."""
WIDE, NARROW = 1.0, 0.56
"""Of a Chinese sign and of any other, by its size."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through some points."""

    points: Points
    kind: str


@dataclass(frozen=True, slots=True)
class Area:
    """What some points enclose."""

    points: Points
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """Text whose foot stands at a point: from there, up to there, or around it."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    kind: str = "words"


Shape = Stroke | Area | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """A sheet with shapes."""

    title: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values stand along one direction of the sheet."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        """Round values within, so many at the most."""
        step = next(size for size in _steps() if (self.high - self.low) / size <= most)
        return [place * step for place in range(ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9) + 1)]


def _steps() -> Iterator[float]:
    """Round steps, ascending from the least that any chart needs."""
    return (wide * 10.0**tens for tens in count(-6) for wide in (1, 2, 5))


def drawings(chart: Chart) -> tuple[Drawing, ...]:
    """A chart as one picture, or as one a panel."""
    if isinstance(chart, Bars):
        return (bars(chart),)
    if isinstance(chart, Stacks):
        return (stacks(chart),)
    return panels(chart)


WIDTH, VALUE_WIDTH = 470.0, 118.0
"""Of a chart of bars, and of the figures to their right."""
ROW, BAR, GAP = 19.0, 11.0, 10.0
"""Between bars, of a bar, between labels."""


def bars(chart: Bars) -> Drawing:
    """Bars below their labels, intervals on their ends, figures to the right."""
    figures = [figure for _name, each in chart.series for figure in each]
    legend = [name for name, _figures in chart.series if name]
    scale = _across(figures, 0.0, WIDTH - VALUE_WIDTH)
    shapes, y = list(_legend(legend)), 24.0 if legend else 2.0
    grid: list[Shape] = []
    for place, label in enumerate(chart.labels):
        y += GAP + SIZE
        shapes.append(Words(0, y - 3, _cut(label, WIDTH)))
        bottom = y + ROW * len(chart.series)
        for at in scale.ticks(6):
            grid.append(Stroke(((scale(at), y), (scale(at), bottom)), "grid" if at else "axis"))
        for number, (_name, each) in enumerate(chart.series):
            shapes += _bar(each[place], scale, y + 3 + ROW * number, f"s{number}", chart)
        y = bottom
    feet = [Words(scale(at), y + SIZE + 6, _number(at), "middle", "faint") for at in scale.ticks(6)]
    unit = Words(WIDTH, y + SIZE + 6, chart.unit, "end", "faint")
    return Drawing(chart.title, WIDTH, y + SIZE + 12, (*grid, *shapes, *feet, unit))


def _across(figures: Sequence[Figure], start: float, end: float) -> Scale:
    """The scale on which all figures with their intervals, and nought, have room."""
    known = [each for figure in figures for each in (figure.mean, figure.low, figure.high) if each is not None]
    low, high = min((0.0, *known)), max((0.0, *known))
    if low == high:
        high = 1.0
    margin = (high - low) * 0.04
    return Scale(low - margin if low < 0 else low, high + margin if high > 0 else high, start + 8, end - 8)


def _bar(figure: Figure, scale: Scale, y: float, kind: str, chart: Bars) -> Iterator[Shape]:
    """One bar, what it is uncertain by, and its figure."""
    if figure.mean is None:
        yield Words(WIDTH, y + BAR - 1, "—", "end", "faint")
        return
    left, right = sorted((scale(0), scale(figure.mean)))
    yield Area(((left, y), (right, y), (right, y + BAR), (left, y + BAR)), kind)
    text = f"{figure.mean:{'+' if chart.signed else ''}.{chart.places}f}"
    if figure.low is not None and figure.high is not None and figure.half is not None:
        low, high, middle = scale(figure.low), scale(figure.high), y + BAR / 2
        yield Stroke(((low, middle), (high, middle)), "whisker")
        yield from (Stroke(((end, middle - 4), (end, middle + 4)), "whisker") for end in (low, high))
        text += f" ±{figure.half:.{chart.places}f}"
    yield Words(WIDTH, y + BAR - 1, text, "end")


def _legend(names: Sequence[str], x: float = 0.0, y: float = SIZE) -> Iterator[Shape]:
    """What the colours stand for, one behind the other."""
    for number, name in enumerate(names):
        yield Area(((x, y - 9), (x + 12, y - 9), (x + 12, y), (x, y)), f"s{number}")
        yield Words(x + 17, y, name)
        x += 17 + breadth(name) + 18


def stacks(chart: Stacks) -> Drawing:
    """Shares of a whole beside each other, one bar for each label, with their percentages where there is room."""
    shapes: list[Shape] = []
    y = float(SIZE)
    for number, name in enumerate(chart.kinds):
        x = WIDTH / 2 * (number % 2)
        shapes.append(Area(((x, y - 9), (x + 12, y - 9), (x + 12, y), (x, y)), f"k{number}"))
        shapes.append(Words(x + 17, y, name))
        y += (SIZE + 7) * (number % 2)
    for label, shares in zip(chart.labels, chart.shares, strict=True):
        y += GAP + SIZE
        shapes.append(Words(0, y - 3, _cut(label, WIDTH)))
        left = 0.0
        for number, share in enumerate(shares):
            right = left + share * WIDTH
            shapes.append(Area(((left, y), (right, y), (right, y + 20), (left, y + 20)), f"k{number}"))
            if share >= 0.07:
                shapes.append(Words((left + right) / 2, y + 15, f"{100 * share:.0f}%", "middle", f"on{number}"))
            left = right
        y += 22
    return Drawing(chart.title, WIDTH, y + 4, tuple(shapes))


PANEL_WIDTH, PANEL_HEIGHT = 340.0, 236.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 332.0, 62.0, 196.0
"""Of a panel's inside."""


def panels(chart: Panels) -> tuple[Drawing, ...]:
    """Every panel on the same axes."""
    across = _around([at for panel in chart.panels for at in _places(panel)])
    up = [y for panel in chart.panels for line in panel.lines for _x, y in line.points]
    y_scale = Scale(0.0, max((*up, chart.level or 0.0, 1e-6)) * 1.06, BOTTOM, TOP)
    return tuple(_panel(chart, panel, across, y_scale) for panel in chart.panels)


def _places(panel: Panel) -> Iterable[float]:
    return chain((x for line in panel.lines for x, _y in line.points), (mark.at for mark in panel.marks))


def _around(places: Sequence[float]) -> Scale:
    """The scale on which all places have room."""
    low, high = min(places, default=0.0), max(places, default=1.0)
    margin = (high - low) * 0.03 or 0.5
    return Scale(low - margin, high + margin, LEFT, RIGHT)


def _panel(chart: Panels, panel: Panel, x: Scale, y: Scale) -> Drawing:
    shapes: list[Shape] = [Words(0, SIZE, _cut(panel.title, PANEL_WIDTH), kind="title")]
    shapes += _legend([line.name for line in panel.lines], 0.0, SIZE * 2 + 8)
    for at in y.ticks(5):
        shapes.append(Stroke(((LEFT, y(at)), (RIGHT, y(at))), "grid"))
        shapes.append(Words(LEFT - 5, y(at) + 4, _number(at), "end", "faint"))
    for at in x.ticks(6):
        shapes.append(Stroke(((x(at), BOTTOM), (x(at), BOTTOM + 4)), "axis"))
        shapes.append(Words(x(at), BOTTOM + 17, _number(at), "middle", "faint"))
    if chart.level is not None:
        shapes.append(Stroke(((LEFT, y(chart.level)), (RIGHT, y(chart.level))), "level"))
    shapes += _lines(chart, panel, x, y)
    shapes.append(Stroke(((LEFT, BOTTOM), (RIGHT, BOTTOM)), "axis"))
    shapes.append(Words(LEFT - 30, TOP - 8, chart.up, kind="faint"))
    shapes.append(Words(RIGHT, PANEL_HEIGHT - 4, chart.across, "end", "faint"))
    return Drawing(f"{chart.title} · {panel.title}", PANEL_WIDTH, PANEL_HEIGHT, tuple(shapes))


def _lines(chart: Panels, panel: Panel, x: Scale, y: Scale) -> Iterator[Shape]:
    """The lines, and what is marked beside them."""
    for number, line in enumerate(panel.lines):
        points = tuple((x(across), y(up)) for across, up in line.points)
        if chart.filled and points:
            yield Area(points, f"f{number}")
        if points:
            yield Stroke(points, f"l{number}")
    for mark in panel.marks:
        place = x(mark.at)
        yield Stroke(((place, TOP), (place, BOTTOM)), "floor" if mark.of is None else f"m{mark.of}")
        if mark.of is None and place + breadth(mark.name) < RIGHT:
            yield Words(place + 3, TOP + 10, mark.name, kind="floor-words")
        elif mark.of is None:
            yield Words(place - 3, TOP + 10, mark.name, "end", "floor-words")


def breadth(text: str) -> float:
    """About how wide a text is."""
    return SIZE * sum(WIDE if unicodedata.east_asian_width(sign) in "WF" else NARROW for sign in text)


def _cut(text: str, width: float) -> str:
    """A text that is no wider than this, its end left out if need be."""
    if breadth(text) <= width:
        return text
    kept = text
    while kept and breadth(kept) > width - SIZE:
        kept = kept[:-1]
    return f"{kept}…"


def _number(value: float) -> str:
    """A round number, as short as it can be."""
    return f"{value:.6g}" if abs(value) > 1e-9 else "0"
