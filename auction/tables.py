"""Text and tables from people's files: CSV in UTF-8 (with or without BOM) or GB18030, and XLSX.

Every cell is text, as the person sees it; every row knows its line, the header being line 1.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from auction.errors import BadInput, Fault, bad_input
from auction.language import Message, say

LARGEST_FILE = 64 * 1024 * 1024

T = TypeVar("T")

Columns = Mapping[str, Sequence[str]]
"""Each column's accepted headings by its own name."""
NO_COLUMNS: Columns = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its line in the file and its cells by column."""

    line: int
    cells: Mapping[str, str]


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises BadInput where it is missing, unreadable, a folder or too large."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise bad_input(say("文件太大：最多 {limit} MiB", limit=LARGEST_FILE // 2**20), path)
        return path.read_bytes()
    except FileNotFoundError:
        raise bad_input(say("没有这个文件"), path) from None
    except IsADirectoryError:
        raise bad_input(say("这是一个文件夹，应为文件"), path) from None
    except OSError as error:
        raise bad_input(say("文件读不出来（{reason}）", reason=error.strerror or error), path) from None
    except ValueError:
        raise bad_input(say("这不是文件名"), path) from None


def read_text(path: Path) -> str:
    """The file's text, from UTF-8 with or without BOM, else GB18030."""
    raw = read_bytes(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise bad_input(say("文字编码认不出来：应为 UTF-8 或 GB18030"), path)


def read_table(path: Path, columns: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """The rows of a CSV or XLSX file. `columns` gives each wanted column's accepted headings; all are required.

    Rows carry only wanted columns, under their own names. Blank lines are passed over. Raises BadInput for
    missing or doubled headings, and at the end for every line with too few cells or too many.
    """
    lines = table_lines(path)
    first, heading = next(lines, (1, []))
    places = locate(path, first, [cell.strip() for cell in heading], columns)
    widest = max(places.values())
    ragged: list[Fault] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) <= widest or (len(cells) > len(heading) and any(cells[len(heading) :])):
            counts = {"expected": len(heading), "got": len(cells)}
            ragged.append(Fault(say("这一行应有 {expected} 格，实有 {got} 格", **counts), str(path), line))
        else:
            yield Row(line, {name: cells[place].strip() for name, place in places.items()})
    if ragged:
        raise BadInput(ragged)


def table_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every line of a CSV or XLSX file with its number, cells as text."""
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        return _xlsx_lines(path)
    return _csv_lines(path)


def locate(
    path: Path, line: int, heading: Sequence[str], columns: Columns, optional: Columns = NO_COLUMNS
) -> dict[str, int]:
    """Where each wanted column stands in `heading`, and each optional one that is there.

    Raises BadInput naming every missing or doubled one.
    """
    lowered = [cell.lower() for cell in heading]
    there = {name: known for name, known in optional.items() if {each.lower() for each in known} & set(lowered)}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for name, accepted in {**columns, **there}.items():
        found = [i for i, cell in enumerate(lowered) if cell in {a.lower() for a in accepted}]
        if len(found) == 1:
            places[name] = found[0]
        else:
            faults.append(Fault(_column_fault(found, accepted, heading), str(path), line, None, name))
    if faults:
        raise BadInput(faults)
    return places


def _column_fault(found: Sequence[int], accepted: Sequence[str], heading: Sequence[str]) -> Message:
    names = " / ".join(accepted)
    if found:
        return say("列 {names} 出现了 {count} 次", names=names, count=len(found))
    near = [close for name in accepted for close in get_close_matches(name, heading, 1, 0.6)]
    if near:
        return say("缺少列 {names}（有一列 {near}，是否写错？）", names=names, near=near[0])
    return say("缺少列 {names}", names=names)


Readers = Mapping[str, Callable[[str], object]]
"""How each column's cells are read."""


def collect(
    path: Path, rows: Iterator[Row], read: Callable[[Row], T], readers: Readers, faults: list[Fault]
) -> Iterator[T]:
    """`read` each row; what is wrong with the table or its cells becomes faults at their lines, and reading goes on."""
    try:
        for row in rows:
            try:
                yield read(row)
            except CellError as error:
                for each in [*cell_errors(row, readers)] or [error]:
                    faults.append(Fault(each.message, str(path), row.line, None, each.column))
    except BadInput as error:
        faults += error.faults
    faults.sort(key=lambda fault: fault.line or 0)


class CellError(ValueError):
    """A cell that cannot be read."""

    def __init__(self, column: str, message: Message) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


def cell_errors(row: Row, readers: Readers) -> Iterator[CellError]:
    """Every cell of the row that cannot be read."""
    for column, read in readers.items():
        try:
            cell(row, column, read)
        except CellError as error:
            yield error


def cell(row: Row, column: str, read: Callable[[str], T]) -> T:
    """One cell through `read`. Raises CellError with what was expected and what stands there."""
    text = row.cells[column]
    try:
        return read(text)
    except ValueError as error:
        raise CellError(column, wrong_value(error, text)) from None


def wrong_value(error: ValueError, got: object) -> Message:
    """What is wrong with a value, with the value itself."""
    reason = error.args[0] if error.args and isinstance(error.args[0], Message) else str(error)
    return say("{reason}（实际值 {got}）", reason=reason, got=shown(got))


def shown(value: object) -> str:
    """A value as it may stand in a message: quoted, short, on one line."""
    text = repr(str(value))
    return text if len(text) <= 60 else text[:57] + "…'"


def _csv_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise bad_input(say("CSV 格式不对（{reason}）", reason=error), path, line=reader.line_num) from None


def _xlsx_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    workbook = io.BytesIO(read_bytes(path))
    try:
        sheet = openpyxl.load_workbook(workbook, read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()
        width = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            width = width or len(cells)
            yield number, [_cell_text(value) for value in cells] + [""] * (width - len(cells))
    except Exception as error:  # openpyxl meets a damaged file with whatever its parsers raise
        raise bad_input(say("不是可读的 Excel 文件（{reason}）", reason=type(error).__name__), path) from None


def _cell_text(value: object) -> str:
    """A cell as Excel shows it: at most 15 significant digits, dates and times in ISO form."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
