"""The report as a Word file: the same parts, the charts as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from auction.language import _
from sim.lab.report.blocks import Bars, Block, Cell, Column, Panels, Report, Stacks, Table, Written, shown
from sim.lab.report.drawing import breadth, drawings
from sim.lab.report.png import png
from sim.lab.report.wording import together

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.table import _Cell
    from docx.text.run import Run

FONT = "Microsoft YaHei"
"""Of Chinese; a Word without it takes its own."""
LATIN = "Arial"
INCHES = 6.7
"""Between the margins of an A4 page."""
BESIDE, ALONE = 0.3, 0.75
"""What each of two pictures beside each other leaves free, in inches, and how much of the page a lone one takes."""
BOX = "F6F4EE"
NARROWEST, WIDEST, AROUND = 60.0, 220.0, 20.0
"""Of columns beside each other, and what is left free in each, as drawings measure."""
MADE = datetime(2026, 1, 1)
"""A report says the same whenever it is made."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How charts are drawn: from which report, in which font, and what some of its words are replaced by there."""

    report: Report
    font: str | None
    instead: Mapping[str, str]


def word(report: Report, charts: Drawn) -> bytes:
    """The Word file; `charts` holds the same report in words that its font can draw."""
    from docx import Document as new_document

    document = new_document()
    _set_up(document, report)
    document.add_heading(report.title, 0)
    document.add_paragraph(report.stamp)
    _answer(document, report)
    if charts.instead:
        instead = together([f"{name} = {label}" for label, name in charts.instead.items()])
        document.add_paragraph(_("这台机器没有中文字体，图里写英文，方案用序号：{instead}").format(instead=instead))
    for part, drawn in zip(report.parts, charts.report.parts, strict=True):
        document.add_heading(part.heading, 1)
        for block, picture in zip(part.blocks, drawn.blocks, strict=True):
            if isinstance(block, Bars | Stacks | Panels) and isinstance(picture, Bars | Stacks | Panels):
                _chart(document, block.title, picture, charts)
            else:
                _add(document, block)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Document, report: Report) -> None:
    """A4, fonts, the stamp above and the digest below every page."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = LATIN
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), FONT)
    document.styles["Normal"].font.size = Pt(10)
    document.styles["Title"].font.size = Pt(20)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(18)
    section.header.paragraphs[0].text = report.stamp
    section.footer.paragraphs[0].text = f"study.json SHA-256 {report.sha256}"
    for paragraph in (section.header.paragraphs[0], section.footer.paragraphs[0]):
        for run in paragraph.runs:
            run.font.size = Pt(7.5)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = report.title, "kaibiao", report.stamp
    properties.created = properties.modified = MADE


def _answer(document: Document, report: Report) -> None:
    """The answer in a box, what it means below."""
    from docx.shared import Pt

    cell = document.add_table(1, 1).cell(0, 0)
    _shade(cell, BOX)
    said = cell.paragraphs[0].add_run(report.answer)
    said.bold, said.font.size = True, Pt(12.5)
    for point in report.points:
        paragraph = cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.add_run(f"• {point}").font.size = Pt(9.5)


def _add(document: Document, block: Block) -> None:
    if isinstance(block, str):
        document.add_paragraph(block)
    elif isinstance(block, Table):
        _table(document, block)
    elif isinstance(block, Written):
        _written(document, block)


def _chart(document: Document, title: str, chart: Bars | Stacks | Panels, charts: Drawn) -> None:
    """The pictures of a chart, panels two beside each other."""
    from docx.shared import Inches, Pt

    heading = document.add_heading(title, 2)
    heading.paragraph_format.keep_with_next = True
    pictures = [png(drawing, charts.font, charts.instead) for drawing in drawings(chart)]
    beside = 2 if isinstance(chart, Panels) else 1
    wide = INCHES / 2 - BESIDE if isinstance(chart, Panels) else INCHES * ALONE
    for first in range(0, len(pictures), beside):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(4)
        for picture in pictures[first : first + beside]:
            paragraph.add_run().add_picture(BytesIO(picture), width=Inches(wide))


def _table(document: Document, table: Table) -> None:
    """A table with a heading row that is repeated on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement

    if table.title:
        document.add_heading(table.title, 2)
    grid = document.add_table(1 + len(table.rows), len(table.columns), "Table Grid")
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for column, cell in zip(table.columns, grid.rows[0].cells, strict=True):
        _shade(cell, BOX)
        _fill(cell, column.heading).bold = True
    for row, line in zip(table.rows, list(grid.rows)[1:], strict=True):
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for value, column, cell in zip(row, table.columns, line.cells, strict=True):
            _fill(cell, shown(value, column))
            if not isinstance(value, str):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _widths(grid, table)
    _frame(grid)
    document.add_paragraph()


def _frame(grid: WordTable) -> None:
    """Thin grey lines around every cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "BFBFBF")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    grid._tbl.tblPr.append(borders)


def _fill(cell: _Cell, text: str) -> Run:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run: Run = paragraph.add_run(text)
    run.font.size = Pt(8)
    return run


def _widths(grid: WordTable, table: Table) -> None:
    """Columns as wide as what they hold, as far as the page goes."""
    from docx.shared import Inches

    wanted = [max(NARROWEST, min(WIDEST, wide)) for wide in map(_breadth, table.columns, zip(*table.rows, strict=True))]
    grid.autofit = False
    for place, want in enumerate(wanted):
        width = Inches(INCHES * want / sum(wanted))
        grid.columns[place].width = width
        for cell in grid.columns[place].cells:
            cell.width = width


def _breadth(column: Column, cells: tuple[Cell, ...]) -> float:
    """What the widest cell takes; a heading may be broken in two."""
    return max(breadth(column.heading) / 2, *(breadth(shown(cell, column)) for cell in cells)) + AROUND


def _written(document: Document, block: Written) -> None:
    from docx.shared import Pt

    if block.title:
        document.add_heading(block.title, 2)
    for line in block.text.rstrip("\n").split("\n"):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(line)
        run.font.size, run.font.name = Pt(8), "Consolas"


def _shade(cell: _Cell, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)
