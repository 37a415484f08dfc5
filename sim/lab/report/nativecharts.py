"""Charts that Excel draws itself, from cells written below one another on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

from sim.lab.report.blocks import Bars, Chart, Panel, Panels, Points, Stacks
from sim.lab.report.png import COLOURS

if TYPE_CHECKING:
    from openpyxl.chart import BarChart, Reference, ScatterChart
    from openpyxl.chart.series import Series
    from openpyxl.worksheet.worksheet import Worksheet

WIDTH_CM, HEIGHT_CM = 15.0, 10.5


@dataclass(slots=True)
class Data:
    """The sheet with what charts are drawn from, and its next free row."""

    sheet: Worksheet
    row: int = 1

    def write(self, heading: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> int:
        """Some rows below a heading; the heading's row."""
        begun = self.row
        for line in (heading, *rows):
            for column, value in enumerate(line, 1):
                cell = self.sheet.cell(self.row, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
            self.row += 1
        self.row += 1
        return begun

    def column(self, place: int, first: int, last: int) -> Reference:
        """Cells of one column."""
        from openpyxl.chart import Reference

        return Reference(self.sheet, min_col=place, max_col=place, min_row=first, max_row=last)


def native_charts(chart: Chart, data: Data) -> list[BarChart | ScatterChart]:
    """A chart as Excel's, or one for each panel."""
    if isinstance(chart, Bars):
        return [_bars(chart, data)]
    if isinstance(chart, Stacks):
        return [_stacks(chart, data)]
    ends = _ends(chart)
    return [_panel(chart, panel, data, ends) for panel in chart.panels]


def _bars(chart: Bars, data: Data) -> BarChart:
    """Bars beside one another with their intervals."""
    from openpyxl.chart.data_source import NumDataSource, NumRef
    from openpyxl.chart.error_bar import ErrorBars

    names = [name or chart.title for name, _figures in chart.series]
    rows: list[tuple[str | float | None, ...]] = []
    for place, label in enumerate(chart.labels):
        figures = [each[place] for _name, each in chart.series]
        rows.append((label, *(figure.mean for figure in figures), *(figure.half for figure in figures)))
    first = data.write((chart.title, *names, *(f"±{name}" for name in names)), rows)
    drawn, last = _bar_chart(f"{chart.title}（{chart.unit}）", data, first, len(rows), len(names)), first + len(rows)
    for number, series in enumerate(drawn.series):
        series.graphicalProperties.solidFill = COLOURS[f"s{number}"].removeprefix("#")
        halves = data.column(2 + len(names) + number, first + 1, last)
        if any(figure.half is not None for figure in chart.series[number][1]):
            source = NumDataSource(NumRef(f=str(halves)))
            series.errBars = ErrorBars(errBarType="both", errValType="cust", plus=source, minus=source)
    return drawn


def _stacks(chart: Stacks, data: Data) -> BarChart:
    """Shares of a whole."""
    both = zip(chart.labels, chart.shares, strict=True)
    rows: list[tuple[str | float | None, ...]] = [(label, *shares) for label, shares in both]
    first = data.write((chart.title, *chart.kinds), rows)
    drawn = _bar_chart(chart.title, data, first, len(rows), len(chart.kinds))
    drawn.grouping, drawn.overlap = "percentStacked", 100
    drawn.y_axis.number_format = "0%"
    for number, series in enumerate(drawn.series):
        series.graphicalProperties.solidFill = COLOURS[f"k{number}"].removeprefix("#")
    return drawn


def _bar_chart(title: str, data: Data, first: int, rows: int, series: int) -> BarChart:
    """Bars that lie, the first label on top."""
    from openpyxl.chart import BarChart, Reference

    drawn = BarChart()
    drawn.type, drawn.title, drawn.gapWidth = "bar", title, 60
    drawn.add_data(
        Reference(data.sheet, min_col=2, max_col=1 + series, min_row=first, max_row=first + rows), titles_from_data=True
    )
    drawn.set_categories(data.column(1, first + 1, first + rows))
    drawn.x_axis.scaling.orientation = "maxMin"
    drawn.x_axis.tickLblPos, drawn.y_axis.crosses = "low", "max"
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.legend.position = "b"
    drawn.width, drawn.height = WIDTH_CM, HEIGHT_CM
    return drawn


def _ends(chart: Panels) -> tuple[float, float, float]:
    """From where to where all panels go across, and how far up."""
    across = [x for panel in chart.panels for line in panel.lines for x, _y in line.points]
    across += [mark.at for panel in chart.panels for mark in panel.marks]
    up = [y for panel in chart.panels for line in panel.lines for _x, y in line.points]
    return min(across, default=0.0), max(across, default=1.0), max(up, default=1.0)


def _panel(chart: Panels, panel: Panel, data: Data, ends: tuple[float, float, float]) -> ScatterChart:
    """Lines with every corner, and marks as lines that stand."""
    from openpyxl.chart import ScatterChart

    drawn = ScatterChart()
    drawn.style, drawn.scatterStyle, drawn.title = 13, "lineMarker", panel.title
    drawn.x_axis.title, drawn.y_axis.title = chart.across, chart.up
    drawn.x_axis.scaling.min, drawn.x_axis.scaling.max = _whole(ends[0], -1), _whole(ends[1], 1)
    drawn.y_axis.scaling.min = 0
    drawn.y_axis.scaling.max = _whole(ends[2] * 1.05, 1)
    drawn.x_axis.number_format = drawn.y_axis.number_format = "General"
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.x_axis.majorGridlines = None
    drawn.legend.position = "b"
    drawn.width, drawn.height = WIDTH_CM, HEIGHT_CM
    for number, line in enumerate(panel.lines):
        drawn.series.append(_series(data, f"{panel.title} · {line.name}", line.name, line.points, f"l{number}"))
    for mark in panel.marks:
        name = mark.name if mark.of is None else f"{mark.name} · {panel.lines[mark.of].name}"
        kind = "floor" if mark.of is None else f"m{mark.of}"
        points = ((mark.at, 0.0), (mark.at, ends[2] * 1.05))
        drawn.series.append(_series(data, f"{panel.title} · {name}", name, points, kind))
    return drawn


def _whole(value: float, direction: int) -> int:
    """The next whole number that way."""
    return floor(value) if direction < 0 else ceil(value)


def _series(data: Data, heading: str, name: str, points: Points, kind: str) -> Series:
    """A line through some points; what is marked is dashed."""
    from openpyxl.chart import Series as new_series

    first = data.write((heading, name), points)
    last = first + len(points)
    series = new_series(data.column(2, first, last), data.column(1, first + 1, last), title_from_data=True)
    series.marker.symbol, series.smooth = "none", False
    line = series.graphicalProperties.line
    line.solidFill, line.width = COLOURS[kind].removeprefix("#"), 19050
    if not kind.startswith("l"):
        line.dashStyle = "sysDash"
    return series
