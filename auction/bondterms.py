"""What a bond promises: its terms, coupon days, cash flows, and the choice that may move its maturity.

Per 100 yuan face, rates in percent, nothing rounded; interest by ACT/ACT ICMA (rules.md 7).

Coupon days roll back from the maturity by whole months, each clamped to the end of its month. A value date that
is no coupon day begins a short first period, which bears the share of a coupon that its days have of the whole
(quasi-coupon) period.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from auction.errors import bad_input
from auction.language import Message, say
from auction.quantities import Price, Rate, parse_number
from auction.workdays import Day

FACE = 100
FREQUENCIES = (1, 2, 4, 12)
LONGEST_ANNUAL = 7
"""Years: up to here one coupon a year, beyond it two (rules.md 7; that 8 and 9 years have two is assumed)."""
EARLIEST_YEAR, MOST_YEARS = 1900, 100
HIGHEST_COUPON = 100


def parse_frequency(text: object) -> int:
    """How many coupons a year. Raises ValueError in the user's words."""
    frequency = parse_number(text)
    if frequency not in FREQUENCIES:
        raise ValueError(say("每年付息次数应为 1、2、4 或 12"))
    return int(frequency)


class Repayment(BaseModel):
    """Principal due before the maturity, per 100 yuan face."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: Day
    principal: Price = Field(gt=0)


class Terms(BaseModel):
    """What the issue documents say of a bond; what `repayments` leave is due at maturity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    coupon: Rate = Field(ge=0, le=HIGHEST_COUPON)
    frequency: Annotated[int, BeforeValidator(parse_frequency)]
    value_date: Day
    maturity: Day
    repayments: tuple[Repayment, ...] = ()

    @field_validator("value_date")
    @classmethod
    def _of_our_time(cls, value_date: date) -> date:
        if value_date.year < EARLIEST_YEAR:
            raise ValueError(say("起息日不应早于 {year} 年", year=EARLIEST_YEAR))
        return value_date

    @field_validator("maturity")
    @classmethod
    def _after_the_value_date(cls, maturity: date, others: ValidationInfo) -> date:
        value_date: date | None = others.data.get("value_date")
        if value_date is None:
            return maturity
        if maturity <= value_date:
            raise ValueError(say("到期日应晚于起息日 {day}", day=value_date))
        if maturity.year - value_date.year > MOST_YEARS:
            raise ValueError(say("期限应在 0 与 {most} 年之间", most=MOST_YEARS))
        return maturity

    @field_validator("repayments")
    @classmethod
    def _on_coupon_days(cls, repayments: tuple[Repayment, ...], others: ValidationInfo) -> tuple[Repayment, ...]:
        if not {"frequency", "value_date", "maturity"} <= others.data.keys():
            return repayments
        value_date, maturity, frequency = (others.data[name] for name in ("value_date", "maturity", "frequency"))
        days = [repayment.day for repayment in repayments]
        due = {day for day in coupon_days(value_date, maturity, frequency) if value_date < day < maturity}
        if not set(days) <= due or len(days) != len(set(days)):
            raise ValueError(say("分期还本日应为到期日之前的付息日，且不重复"))
        if sum(repayment.principal for repayment in repayments) >= FACE:
            raise ValueError(say("到期日之前的还本合计应小于 {face}", face=FACE))
        return repayments


@dataclass(frozen=True, slots=True)
class CashFlow:
    """What is paid on a day per 100 yuan face."""

    day: date
    interest: Fraction
    principal: Fraction


@dataclass(frozen=True, slots=True)
class Schedule:
    """The cash flows of a bond, and the days between which its interest runs."""

    value_date: date
    frequency: int
    days: tuple[date, ...]
    """The coupon days to the maturity, ascending; the first ones may be quasi-coupon days up to the value date."""
    flows: tuple[CashFlow, ...]


def usual_frequency(years: Decimal | int) -> int:
    """How many coupons a year a local-government bond of that tenor pays (rules.md 7)."""
    return 1 if years <= LONGEST_ANNUAL else 2


def usual_terms(coupon: Decimal, value_date: date, years: int) -> Terms:
    """A bullet bond of whole years with the usual coupon days."""
    maturity = years_after(value_date, years)
    return Terms(coupon=coupon, frequency=usual_frequency(years), value_date=value_date, maturity=maturity)


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 28 February for a 29th that the year lacks."""
    return _clamped(day.year + years, day.month, day.day)


def equal_repayments(terms: Terms, years: int) -> Terms:
    """The bullet bond repaid in equal parts at the end of each of its last `years` years instead."""
    part = Decimal(FACE) / years
    every_year = coupon_days(terms.value_date, terms.maturity, 1)[-years:-1]
    repayments = tuple(Repayment(day=day, principal=part) for day in every_year)
    return Terms.model_validate({**terms.model_dump(), "repayments": repayments})


def coupon_days(value_date: date, maturity: date, frequency: int) -> tuple[date, ...]:
    """The days between which interest runs, ascending: back to the value date or before, a year at the least."""
    # where the maturity is the value date's day in a shorter month, the days keep to the value date's
    roll = value_date.day if _clamped(maturity.year, maturity.month, value_date.day) == maturity else maturity.day
    days = [maturity]
    while days[-1] > value_date or len(days) <= frequency:
        months = maturity.year * 12 + maturity.month - 1 - len(days) * 12 // frequency
        days.append(_clamped(months // 12, months % 12 + 1, roll))
    return tuple(reversed(days))


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def schedule_of(terms: Terms) -> Schedule:
    """The cash flows of a bond."""
    days = coupon_days(terms.value_date, terms.maturity, terms.frequency)
    repaid = {repayment.day: Fraction(repayment.principal) for repayment in terms.repayments}
    left, flows = Fraction(FACE), []
    for start, end in pairwise(days):
        if end <= terms.value_date:
            continue
        share = Fraction((end - max(start, terms.value_date)).days, (end - start).days)
        interest = left * Fraction(terms.coupon) / 100 / terms.frequency * share
        principal = left if end == terms.maturity else repaid.get(end, Fraction(0))
        flows.append(CashFlow(end, interest, principal))
        left -= principal
    return Schedule(terms.value_date, terms.frequency, days, tuple(flows))


def outside_life(value_date: date | None, maturity: date | None, settlement: date) -> Message | None:
    """What is wrong with a settlement day that is not in the bond's life, as far as that is known."""
    if value_date and settlement < value_date:
        return say("结算日不应早于起息日 {day}", day=value_date)
    if maturity and settlement >= maturity:
        return say("结算日应早于到期日 {day}", day=maturity)
    return None


class Right(StrEnum):
    """Whose choice moves the maturity, and which way: the issuer's, to repay early (赎回) or to extend (续期)."""

    CALL = "call"
    EXTENSION = "extension"


class Decision(StrEnum):
    """What the issuer's notice says: 行权 or 不行权."""

    EXERCISED = "exercised"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Option:
    """A right, and the day to which it moves the maturity."""

    right: Right
    day: date


def bond_with_option(coupon: Decimal, value_date: date, right: Right, years: int, more: int) -> tuple[Terms, Option]:
    """A bullet bond of 「5+2」 or 「3+2」 years: callable after the first number, or extendible by the second.

    Its coupon stays the same whatever is decided (assumed).
    """
    first, last = years_after(value_date, years), years_after(value_date, years + more)
    maturity, day = (last, first) if right is Right.CALL else (first, last)
    frequency = usual_frequency(years + more)
    return Terms(coupon=coupon, frequency=frequency, value_date=value_date, maturity=maturity), Option(right, day)


def terms_after(terms: Terms, option: Option, decision: Decision) -> Terms:
    """The terms once the notice is out; principal not repaid by then is due at the moved maturity. Raises BadInput."""
    early, late = sorted((terms.maturity, option.day))
    days = coupon_days(terms.value_date, late, terms.frequency)
    called = option.right is Right.CALL
    if (option.day == early) is not called or not terms.value_date < early < late or early not in days:
        earlier = say("赎回日应为到期日 {day} 之前的付息日", day=terms.maturity)
        later = say("续期后的到期日应晚于原到期日 {day}，且相隔整数个付息周期", day=terms.maturity)
        raise bad_input(earlier if called else later, field="option")
    if decision is Decision.WAIVED:
        return terms
    kept = tuple(repayment for repayment in terms.repayments if repayment.day < option.day)
    return terms.model_copy(update={"maturity": option.day, "repayments": kept})
