"""Yield-curve files, and what a range takes from them: the yield at a tenor on a day, and the benchmark mean.

Two layouts, CSV or XLSX, yields in percent: wide (date,1Y,2Y,…) and long (日期, 标准期限(年), 收益率(%)).
An empty cell is no node. Dates and tenors are read at once, yields only of the days asked for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from auction.errors import BadInput, Fault, bad_input
from auction.language import say
from auction.quantities import decimals, half_up, parse_number, parse_rate
from auction.tables import locate, table_lines, wrong_value
from auction.workdays import INTERBANK, Workdays, parse_day

DATE = ("日期", "date")
TENOR = ("标准期限(年)", "标准期限", "期限(年)", "tenor", "tenor(y)", "tenor(years)")
YIELD = ("收益率(%)", "收益率", "yield", "yield(%)")
YEARS = ("年", "Y", "y")

Line = tuple[int, list[str]]
"""A line's number in the file and its cells."""

Cell = tuple[int, str, str]
"""Line, column and text of a yield as the file has it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve file: for each day the yields as written, by the name of their tenor. Each reading is its own."""

    path: Path
    tenors: Mapping[str, Fraction]
    """Every tenor the file knows, in years, by its name: "10", "1/2"."""
    cells: Mapping[date, Mapping[str, Cell]] = field(repr=False)

    @property
    def days(self) -> tuple[date, ...]:
        """The days the file has a line for, ascending."""
        return tuple(sorted(self.cells))

    def has(self, day: date) -> bool:
        """Whether the file has any node on `day`."""
        return any(text.strip() for _, _, text in self.cells.get(day, {}).values())

    def knows(self, tenor: Fraction) -> bool:
        """Whether the file has a column, or a line on some day, for `tenor`."""
        return tenor in self.tenors.values()

    def nodes(self, day: date) -> dict[Fraction, Decimal]:
        """The nodes of `day`: percent by tenor in years. Raises BadInput for a lacking day or malformed yields."""
        if not self.has(day):
            raise bad_input(say("曲线没有 {day} 的数据", day=day), self.path)
        nodes: dict[Fraction, Decimal] = {}
        faults: list[Fault] = []
        for name, (line, column, text) in self.cells[day].items():
            try:
                if text.strip():
                    nodes[self.tenors[name]] = parse_rate(text)
            except ValueError as error:
                faults.append(Fault(wrong_value(error, text), str(self.path), line, None, column))
        if faults:
            raise BadInput(faults)
        return nodes

    def yield_on(self, day: date, tenor: Fraction | Decimal | int) -> Fraction:
        """The yield in percent at `tenor` years. Raises BadInput for a hole or a tenor beyond the curve's ends.

        Between nodes the line through the two neighbours of that day; no text says which method (assumed).
        """
        wanted, nodes = Fraction(tenor), self.nodes(day)
        if wanted in nodes:
            return Fraction(nodes[wanted])
        if self.knows(wanted):
            raise bad_input(say("{day} 缺 {tenor} 年的收益率", day=day, tenor=print_tenor(wanted)), self.path)
        shorter, longer = [t for t in nodes if t < wanted], [t for t in nodes if t > wanted]
        if not shorter or not longer:
            ends = {"low": print_tenor(min(nodes)), "high": print_tenor(max(nodes))}
            sentence = say("期限 {tenor} 年在曲线两端（{low} 至 {high} 年）之外", tenor=print_tenor(wanted), **ends)
            raise bad_input(sentence, self.path, "tenor")
        left, right = max(shorter), min(longer)
        low, high = Fraction(nodes[left]), Fraction(nodes[right])
        return low + (high - low) * (wanted - left) / (right - left)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """五日均值: the days, ascending, their yields and the unrounded mean, in percent."""

    days: tuple[date, ...]
    yields: tuple[Fraction, ...]
    mean: Fraction
    interpolated: bool


@lru_cache(maxsize=256)
def benchmark_mean(
    curve: Curve, day: date, tenor: Fraction | Decimal | int, workdays: Workdays = INTERBANK, days: int = 5
) -> Benchmark:
    """The mean yield at `tenor` years over the `days` working days before `day` (rules.md 5.3: 前 1 至 5 个工作日).

    Raises BadInput with every fault, UnpublishedYear.
    """
    wanted, before = Fraction(tenor), workdays.before(day, days)
    yields: list[Fraction] = []
    faults = list(_faults_of_call(curve, day, wanted, before, workdays))
    for each in before:
        if wanted <= 0 or not curve.has(each):
            continue
        try:
            yields.append(curve.yield_on(each, wanted))
        except BadInput as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise BadInput(faults)
    return Benchmark(before, tuple(yields), sum(yields, Fraction(0)) / days, interpolated=not curve.knows(wanted))


def _faults_of_call(
    curve: Curve, day: date, tenor: Fraction, before: Sequence[date], workdays: Workdays
) -> Iterator[Fault]:
    if not workdays.is_open(day):
        yield Fault(say("{day} 不是银行间工作日", day=day), field="date")
    if tenor <= 0:
        yield Fault(say("期限应大于 0，实际值 {tenor}", tenor=print_tenor(tenor)), field="tenor")
    missing = [str(each) for each in before if not curve.has(each)]
    if missing:
        wanted = {"day": day, "count": len(before), "missing": "、".join(missing)}
        sentence = say("{day} 之前 {count} 个银行间工作日中，曲线缺 {missing}", **wanted)
        yield Fault(sentence, str(curve.path))


def print_tenor(tenor: Fraction) -> str:
    """A tenor in years, at most four decimals."""
    return decimals(half_up(tenor, 4), 0)


def read_curve(path: Path) -> Curve:
    """A curve file in either layout. Raises BadInput with every malformed date or tenor, doubled day or ragged line."""
    lines = table_lines(path)
    first, heading = next(lines, (1, []))
    headings = ["".join(unicodedata.normalize("NFKC", cell).split()) for cell in heading]
    faults: list[Fault] = []
    whole = _whole_lines(path, lines, len(headings), faults)
    long = {heading.lower() for heading in headings} & {*TENOR, *YIELD}
    curve = (_read_long if long else _read_wide)(path, first, headings, whole, faults)
    if faults:
        raise BadInput(faults)
    if not curve.cells:
        raise bad_input(say("曲线文件里没有数据行"), path)
    return curve


def _whole_lines(path: Path, lines: Iterable[Line], width: int, faults: list[Fault]) -> Iterator[Line]:
    for line, cells in lines:
        if not any(map(str.strip, cells)):
            continue
        if len(cells) < width or any(cells[width:]):
            sentence = say("这一行应有 {expected} 格，实有 {got} 格", expected=width, got=len(cells))
            faults.append(Fault(sentence, str(path), line))
            continue
        yield line, cells


def _read_wide(path: Path, first: int, headings: Sequence[str], lines: Iterable[Line], faults: list[Fault]) -> Curve:
    dates = locate(path, first, headings, {"date": DATE})["date"]
    columns: dict[str, tuple[int, str]] = {}
    for place, heading in enumerate(headings):
        if place == dates or not any(map(str.isdigit, heading)):
            continue
        name = _reading(path, heading, parse_tenor, faults)(first, heading)
        if name in columns:
            faults.append(_doubled(path, first, heading, heading, first))
        elif name:
            columns[name] = (place, heading)
    if not columns and not faults:
        raise bad_input(say("没有期限列：应有 1Y、2Y 等列，或 标准期限(年) 与 收益率(%) 两列"), path, line=first)
    read_day = _reading(path, headings[dates], parse_day, faults)
    found: dict[date, dict[str, Cell]] = {}
    lined: dict[date, int] = {}
    for line, cells in lines:
        day = read_day(line, cells[dates])
        if day in lined:
            faults.append(_doubled(path, line, headings[dates], str(day), lined[day]))
        elif day:
            lined[day] = line
            found[day] = {name: (line, heading, cells[place]) for name, (place, heading) in columns.items()}
    return Curve(path, {name: Fraction(name) for name in columns}, found)


def _read_long(path: Path, first: int, headings: Sequence[str], lines: Iterable[Line], faults: list[Fault]) -> Curve:
    places = locate(path, first, headings, {"date": DATE, "tenor": TENOR, "yield": YIELD})
    dates, tenors, yields = places["date"], places["tenor"], places["yield"]
    read_day = _reading(path, headings[dates], parse_day, faults)
    read_tenor = _reading(path, headings[tenors], parse_tenor, faults)
    found: dict[date, dict[str, Cell]] = {}
    names: set[str] = set()
    for line, cells in lines:
        day, name = read_day(line, cells[dates]), read_tenor(line, cells[tenors])
        if day is None or name is None:
            continue
        names.add(name)
        nodes = found.setdefault(day, {})
        if name in nodes:
            faults.append(_doubled(path, line, headings[tenors], f"{day} {cells[tenors]}", nodes[name][0]))
        else:
            nodes[name] = (line, headings[yields], cells[yields])
    return Curve(path, {name: Fraction(name) for name in names}, found)


def parse_tenor(text: str) -> str:
    """The name of a tenor written as 10Y, 0.5Y, 10年 or 10: the exact years, "1/2". Raises ValueError."""
    tenor = parse_number(text, YEARS)
    if tenor < 0:
        raise ValueError(say("期限不能是负数"))
    return str(Fraction(tenor))


def _doubled(path: Path, line: int, column: str, what: str, before: int) -> Fault:
    return Fault(say("{what} 出现了两次，上一次在第 {line} 行", what=what, line=before), str(path), line, None, column)


def _reading(path: Path, column: str, read: Callable[[str], T], faults: list[Fault]) -> Callable[[int, str], T | None]:
    """`read` that remembers what it has read; text it cannot read becomes a fault and None."""
    known: dict[str, T] = {}

    def remembered(line: int, text: str) -> T | None:
        if text not in known:
            try:
                known[text] = read(text)
            except ValueError as error:
                faults.append(Fault(wrong_value(error, text), str(path), line, None, column))
        return known.get(text)

    return remembered
