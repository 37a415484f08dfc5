"""The report as an Excel file: a sheet for each part, figures as numbers, charts that Excel draws from cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from auction.language import _
from sim.lab.report.blocks import Block, Cell, Column, Part, Report, Table, Written
from sim.lab.report.drawing import breadth
from sim.lab.report.kept import Figure
from sim.lab.report.nativecharts import Data, native_charts

if TYPE_CHECKING:
    from openpyxl.cell import Cell as ExcelCell
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST_NAME = 31
"""Of a sheet, in Excel."""
CHART_ROWS = 22
"""Rows that a chart covers."""
WIDEST, NARROWEST = 68.0, 12.0
"""Of columns, in Excel's letters."""
LETTER = 7.5
"""How wide one is, as drawings measure."""
TEXT_WIDTH = 110.0
"""What a sentence has, in letters."""
HEADING_HEIGHT = 31
"""Room for a heading of two lines."""
BOX = "F6F4EE"


def excel(report: Report) -> bytes:
    """The Excel file."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.worksheets[0]
    first.title = _name(_("答案"))
    _answer(first, report)
    data = Data(book.create_sheet(_name(_("图的数据"))))
    for part in report.parts:
        sheet = book.create_sheet(_name(part.heading))
        _part(sheet, part, data)
    book.move_sheet(data.sheet, len(report.parts))
    data.sheet.column_dimensions["A"].width = 36
    for sheet in book.worksheets:
        _set_up(sheet, report)
    book.properties.title, book.properties.creator = report.title, "kaibiao"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _name(heading: str) -> str:
    """A sheet's name as Excel lets it be."""
    return re.sub(r"[\[\]:*?/\\]", " ", heading)[:LONGEST_NAME]


def _answer(sheet: Worksheet, report: Report) -> None:
    """The first sheet: the question, the answer and what it means."""
    lines = (report.title, report.stamp, "", report.answer, *report.points, "", f"study.json SHA-256 {report.sha256}")
    for number, line in enumerate(lines, 1):
        _say(sheet, number, line, 15 if number == 1 else 12 if number == 4 else 10.5)


def _part(sheet: Worksheet, part: Part, data: Data) -> None:
    """A part: its blocks one below another."""
    _say(sheet, 1, part.heading, 14)
    row = 3
    for block in part.blocks:
        row = _block(sheet, row, block, data) + 1
    _widths(sheet, [block for block in part.blocks if isinstance(block, Table)])


def _block(sheet: Worksheet, row: int, block: Block, data: Data) -> int:
    """One block from a row on; the row behind it."""
    if isinstance(block, str):
        _say(sheet, row, block)
        return row + 1
    if block.title:
        _say(sheet, row, block.title, 11.5)
        row += 1
    if isinstance(block, Table):
        return _table(sheet, row, block)
    if isinstance(block, Written):
        lines = block.text.rstrip("\n").split("\n")
        for place, line in enumerate(lines):
            put(sheet, row + place, 1, line)
        return row + len(lines)
    charts = native_charts(block, data)
    for place, chart in enumerate(charts):
        sheet.add_chart(chart, f"{'AH'[place % 2]}{row + place // 2 * CHART_ROWS}")
    return row + -(-len(charts) // 2) * CHART_ROWS


def _say(sheet: Worksheet, row: int, text: str, size: float = 10.5) -> None:
    """A sentence across the sheet, in a row high enough for it."""
    from openpyxl.styles import Alignment, Font

    cell = put(sheet, row, 1, text)
    cell.font = Font(size=size, bold=size > 11)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=12)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    lines = -(-breadth(text) * size / 10.5 // (TEXT_WIDTH * LETTER))
    sheet.row_dimensions[row].height = size * 1.5 * max(1, lines) + 3


def put(sheet: Worksheet, row: int, column: int, value: str | float | None) -> ExcelCell:
    """A value in its cell; text stays text, whatever it begins with."""
    cell: ExcelCell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _table(sheet: Worksheet, row: int, table: Table) -> int:
    """A table, of figures with intervals three columns: the mean and the ends."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="CFCFCF")
    framed = Border(left=thin, right=thin, top=thin, bottom=thin)
    lines = [tuple((heading, "@") for heading in _headings(table)), *(_values(line, table) for line in table.rows)]
    for number, line in enumerate(lines):
        for column, (value, form) in enumerate(line, 1):
            cell = put(sheet, row + number, column, value)
            cell.border, cell.number_format = framed, form
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 0:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=BOX)
    sheet.row_dimensions[row].height = HEADING_HEIGHT
    return row + len(lines)


def _with_ends(table: Table, place: int) -> bool:
    """Whether some figure of a column has an interval."""
    cells = [row[place] for row in table.rows]
    return any(isinstance(cell, Figure) and cell.half is not None for cell in cells)


def _headings(table: Table) -> list[str]:
    out: list[str] = []
    for place, column in enumerate(table.columns):
        out.append(column.heading)
        if _with_ends(table, place):
            out += [_("区间下端"), _("区间上端")]
    return out


def _values(row: Sequence[Cell], table: Table) -> tuple[tuple[str | float | None, str], ...]:
    """The cells of a row with how their numbers are shown."""
    out: list[tuple[str | float | None, str]] = []
    for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
        if isinstance(cell, str):
            out.append((cell, "@"))
            continue
        ends = (cell.low, cell.high) if _with_ends(table, place) else ()
        out += [(value, _form(column)) for value in (cell.mean, *ends)]
    return tuple(out)


def _form(column: Column) -> str:
    """How Excel shows a number."""
    digits = f"0.{'0' * column.places}" if column.places else "0"
    return f"+{digits};-{digits};{digits}" if column.signed else digits


def _widths(sheet: Worksheet, tables: Sequence[Table]) -> None:
    """Columns as wide as their words, as far as that is sensible."""
    from openpyxl.utils import get_column_letter

    wide: dict[int, float] = {column: NARROWEST for column in range(1, 13)}
    for table in tables:
        for row in table.rows:
            for column, (value, _form_of_it) in enumerate(_values(row, table), 1):
                if isinstance(value, str):
                    wide[column] = max(wide.get(column, NARROWEST), min(breadth(value) / LETTER + 2, WIDEST))
    for column, width in wide.items():
        sheet.column_dimensions[get_column_letter(column)].width = width


def _set_up(sheet: Worksheet, report: Report) -> None:
    """How a sheet looks and is printed: one page wide, the stamp above."""
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.oddHeader.center.text = report.stamp.replace("&", "&&")
