"""Past auctions as a results file has them: what was sold on which day, and how it came out.

Needed columns: date, province, tenor_y, coupon_pct. Used where they are there: amount_yi, bid_to_cover,
marginal_cover, floor_bp, and date_basis, which says how the day is known. A line that cannot be used is passed over
with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TypeVar

from auction.errors import BadInput
from auction.language import Message, say
from auction.notice import parse_tenor
from auction.quantities import YI, parse_number
from auction.rulebook import load_rulebook
from auction.tables import locate, table_lines, wrong_value
from auction.workdays import parse_day

NEEDED: Mapping[str, Sequence[str]] = {
    "date": ("date", "招标日", "日期"),
    "province": ("province", "发行人", "地区"),
    "tenor": ("tenor_y", "期限", "期限(年)"),
    "coupon": ("coupon_pct", "票面利率", "票面利率(%)"),
}
USEFUL: Mapping[str, Sequence[str]] = {
    "amount": ("amount_yi", "发行额", "发行额(亿元)"),
    "cover": ("bid_to_cover", "全场倍数"),
    "marginal": ("marginal_cover", "边际倍数"),
    "floor": ("floor_bp", "下限加点(bp)"),
    "basis": ("date_basis",),
}
STATED = "stated"
USUAL_AMOUNT = 30 * YI
"""万元; where a line names no amount (assumed: coupons do not depend on it, small covers a little)."""
TENORS = (1, 2, 3, 5, 7, 10, 15, 20, 30)
"""Years for which local bonds are issued (财库〔2020〕36号, 财库〔2018〕61号)."""
HIGHEST_PERCENT = 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PastAuction:
    """One line of a results file."""

    line: int
    day: date
    issuer: str
    tenor: Decimal
    coupon: Decimal
    """Percent."""
    amount: int
    """万元."""
    cover: float | None
    marginal: float | None
    floor_bp: Decimal | None
    """Of the range over the benchmark mean, as the line has it; None goes by the rulebook."""
    stated: bool
    """Whether the day is as published: not one worked out afterwards."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that cannot be used."""

    line: int
    reason: Message

    def as_dict(self) -> dict[str, int | str]:
        """The line as a JSON entry."""
        return {"line": self.line, "reason": str(self.reason)}


@dataclass(frozen=True, slots=True)
class History:
    """A results file."""

    auctions: tuple[PastAuction, ...]
    """In the order of lines."""
    skipped: tuple[Skipped, ...]


class Unusable(ValueError):
    """Why a line cannot be used."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def read_history(path: Path) -> History:
    """A results file, CSV or XLSX. Raises BadInput for a file without the needed columns or without lines."""
    lines = table_lines(path)
    first, heading = next(lines, (1, []))
    places = locate(path, first, [cell.strip() for cell in heading], NEEDED, USEFUL)
    auctions: list[PastAuction] = []
    skipped: list[Skipped] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            auctions.append(_read(line, _by_column(cells, places)))
        except Unusable as error:
            skipped.append(Skipped(line, error.reason))
    return History(tuple(auctions), tuple(skipped))


def _by_column(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    if len(cells) <= max(places.values()):
        raise Unusable(
            say("这一行应有 {expected} 格，实有 {got} 格", expected=max(places.values()) + 1, got=len(cells))
        )
    return {name: cells[place].strip() for name, place in places.items()}


def _read(line: int, cells: Mapping[str, str]) -> PastAuction:
    """One line. Raises Unusable."""
    taken = partial(_cell, cells)
    return PastAuction(
        line=line,
        day=_required(taken("date", parse_day), NEEDED["date"][0]),
        issuer=_required(taken("province", _issuer), NEEDED["province"][0]),
        tenor=_required(taken("tenor", _tenor), NEEDED["tenor"][0]),
        coupon=_required(taken("coupon", _coupon), NEEDED["coupon"][0]),
        amount=taken("amount", _amount) or USUAL_AMOUNT,
        cover=taken("cover", _multiple),
        marginal=taken("marginal", _multiple),
        floor_bp=taken("floor", parse_number),
        stated=cells.get("basis", STATED) == STATED,
    )


def _cell(cells: Mapping[str, str], name: str, read: Callable[[str], T]) -> T | None:
    """A cell read, or None where it is empty. Raises Unusable with what was expected and what stands there."""
    text = cells.get(name, "")
    if not text:
        return None
    try:
        return read(text)
    except ValueError as error:
        column = {**NEEDED, **USEFUL}[name][0]
        raise Unusable(say("{column}：{reason}", column=column, reason=wrong_value(error, text))) from None


def _required(value: T | None, column: str) -> T:
    if value is None:
        raise Unusable(say("缺 {column}", column=column))
    return value


def _issuer(text: str) -> str:
    try:
        return load_rulebook().issuer(text)
    except BadInput as error:
        raise ValueError(error.faults[0].message) from None


def _tenor(text: str) -> Decimal:
    tenor = parse_tenor(text)
    if tenor not in TENORS:
        raise ValueError(say("地方债期限应为 {tenors} 年之一", tenors="、".join(map(str, TENORS))))
    return tenor


def _coupon(text: str) -> Decimal:
    coupon = parse_number(text.removesuffix("%"))
    if not 0 < coupon < HIGHEST_PERCENT:
        raise ValueError(say("应为百分之几的利率，大于 0，小于 {most}", most=HIGHEST_PERCENT))
    return coupon


def _amount(text: str) -> int:
    amount = parse_number(text) * YI
    if amount <= 0:
        raise ValueError(say("应大于 0"))
    return int(amount)


def _multiple(text: str) -> float:
    multiple = parse_number(text)
    if multiple <= 0:
        raise ValueError(say("应大于 0"))
    return float(multiple)
