"""A bond in numbers: accrued interest, clean and dirty price, yield to maturity.

Per 100 yuan face, rates in percent, nothing rounded. The convention is the interbank market's (CFETS; rules.md 7):
compound discounting by coupon periods, simple interest within the last period. A settlement day that is a coupon
day belongs to the period it begins: its coupon is the seller's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from auction.bondterms import FACE, Decision, Option, Schedule, Terms, outside_life, schedule_of, terms_after
from auction.errors import bad_input
from auction.language import say
from auction.quantities import decimals, half_up

HIGHEST_YIELD = 10_000
"""Percent: what lies beyond, either way, comes of a slip in the price."""
PRECISION = 34
"""Significant digits wherever a power is taken."""
SETTLED, MOST_STEPS = Decimal("1e-14"), 100
"""Newton's method squares its error: after a step this small the next would be lost in PRECISION."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a holder still receives from a settlement day on."""

    amounts: tuple[Fraction, ...]
    wait: Fraction
    """Coupon periods until the first of them: w of the formula."""
    years: Fraction
    """Coupon years until the maturity, by days: D/TY of the last period."""


def accrued_interest(schedule: Schedule, settlement: date) -> Fraction:
    """Interest run up since the last coupon day, by ACT/ACT ICMA. Raises BadInput."""
    start, end = _period(schedule, settlement)
    since = max(start, schedule.value_date)
    coming = next(flow for flow in schedule.flows if flow.day == end)
    return coming.interest * (settlement - since).days / (end - since).days


def clean_price(schedule: Schedule, settlement: date, rate: Decimal | Fraction) -> Fraction:
    """The price without accrued interest at a yield in percent. Raises BadInput."""
    return dirty_price(schedule, settlement, rate) - accrued_interest(schedule, settlement)


def dirty_price(schedule: Schedule, settlement: date, rate: Decimal | Fraction) -> Fraction:
    """The price with accrued interest at a yield in percent. Raises BadInput.

    Source: rules.md 7: sum of (C/f)/(1+y/f)^(w+i) and 100/(1+y/f)^(w+n-1); (C/f+100)/(1+y*D/TY) in the last period.
    """
    ahead = _ahead(schedule, settlement)
    level = Fraction(rate) / 100
    if len(ahead.amounts) == 1:
        return ahead.amounts[0] / _growth(level, ahead.years)
    return _discounted(ahead.amounts, ahead.wait, _growth(level, Fraction(1, schedule.frequency)))


def price_at_issue(coupon: Decimal, level: Decimal, tenor: Decimal, frequency: int) -> Fraction:
    """What a new bond bearing `coupon` percent is worth on its value date at `level` percent. Raises BadInput.

    Exact where `tenor` (years) is a whole number of periods. Source: rules.md 6, P(r) of the mixed tender.
    """
    interest, rate = Fraction(coupon) / frequency, Fraction(level) / 100
    whole, over = divmod(Fraction(tenor) * frequency, 1)
    amounts = [interest * over] * bool(over) + [interest] * int(whole)
    amounts[-1] += FACE
    if len(amounts) == 1:
        return amounts[0] / _growth(rate, Fraction(tenor))
    return _discounted(amounts, over or Fraction(1), _growth(rate, Fraction(1, frequency)))


def yield_to_maturity(schedule: Schedule, settlement: date, dirty: Decimal | Fraction) -> Fraction:
    """The yield in percent at which the bond is worth `dirty` (above zero). Raises BadInput."""
    ahead = _ahead(schedule, settlement)
    if len(ahead.amounts) == 1:
        rate = (ahead.amounts[0] / Fraction(dirty) - 1) / ahead.years * 100
    else:
        rate = Fraction(_solved_growth(ahead, Fraction(dirty)) - 1) * schedule.frequency * 100
    if abs(rate) > HIGHEST_YIELD:
        raise bad_input(say("这个价格的收益率超出 ±{highest}%", highest=HIGHEST_YIELD), field="dirty")
    return rate


def yields_by_decision(
    terms: Terms, option: Option, settlement: date, dirty: Decimal | Fraction
) -> Mapping[Decision, Fraction]:
    """The yield if the issuer exercises its right and if it does not: of a callable bond, to call and to maturity."""
    return {
        decision: yield_to_maturity(schedule_of(terms_after(terms, option, decision)), settlement, dirty)
        for decision in Decision
    }


def _solved_growth(ahead: Ahead, dirty: Fraction) -> Decimal:
    """1 + y/f by Newton's method on ln(price) over t = -ln(1 + y/f).

    That curve rises and is convex (a log of a sum of exponentials), so that the method gets there from anywhere.
    """
    with localcontext(Context(prec=PRECISION)):
        amounts = [_decimal(amount) for amount in reversed(ahead.amounts)]
        wait, target, t = _decimal(ahead.wait), _decimal(dirty).ln(), Decimal(0)
        for _step in range(MOST_STEPS):
            discount = t.exp()
            worth = slope = Decimal(0)
            for amount in amounts:
                slope = slope * discount + worth
                worth = worth * discount + amount
            step = (wait * t + worth.ln() - target) / (wait + discount * slope / worth)
            t -= step
            if abs(step) < SETTLED:
                break
        return (-t).exp()


def _growth(level: Fraction, years: Fraction) -> Fraction:
    """What one yuan becomes in `years` at simple interest. Raises BadInput where nothing would be left of it."""
    growth = 1 + level * years
    if abs(level) * 100 > HIGHEST_YIELD:
        raise bad_input(say("收益率应在 ±{highest}% 之内", highest=HIGHEST_YIELD), field="yield")
    if growth <= 0:
        rate = decimals(half_up(level * 100, 4), 2)
        raise bad_input(say("收益率 {rate}% 太低：没有这样的价格", rate=rate), field="yield")
    return growth


def _discounted(amounts: Sequence[Fraction], wait: Fraction, growth: Fraction) -> Fraction:
    """Amounts a period apart, the first of them after `wait` periods; exact where that is one period."""
    worth = Fraction(0)
    for amount in reversed(amounts):
        worth = worth / growth + amount
    if wait == 1:
        return worth / growth
    with localcontext(Context(prec=PRECISION)):
        return worth / Fraction(_decimal(growth) ** _decimal(wait))


def _decimal(value: Fraction) -> Decimal:
    """The fraction in the precision in force."""
    return Decimal(value.numerator) / value.denominator


def _ahead(schedule: Schedule, settlement: date) -> Ahead:
    start, end = _period(schedule, settlement)
    amounts = tuple(flow.interest + flow.principal for flow in schedule.flows if flow.day > settlement)
    maturity, year_before = schedule.days[-1], schedule.days[-1 - schedule.frequency]
    wait = Fraction((end - settlement).days, (end - start).days)
    return Ahead(amounts, wait, Fraction((maturity - settlement).days, (maturity - year_before).days))


def _period(schedule: Schedule, settlement: date) -> tuple[date, date]:
    """The coupon days around a settlement day. Raises BadInput where it lies outside the bond's life."""
    if wrong := outside_life(schedule.value_date, schedule.days[-1], settlement):
        raise bad_input(wrong, field="settlement")
    place = bisect_right(schedule.days, settlement)
    return schedule.days[place - 1], schedule.days[place]
