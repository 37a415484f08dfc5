"""An arm as plain numbers: what a notice and its limits say, on a grid of ticks and lots.

Tick 0 is the level best for the issuer, the floor of a rate tender and the highest price of a price tender; ticks
count towards the worse. Members bid whole lots; what is on offer is in whole 万元, for it may end in a broken lot.
Yields are in bp over the benchmark mean M. Imports neither numpy nor numba: a rehearsed day uses it too.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from auction.bond import yield_to_maturity
from auction.bondterms import schedule_of
from auction.bookbuilding import leads_of
from auction.checks import Desk
from auction.errors import bad_input
from auction.language import say
from auction.notice import Average, BidObject, FlexibleRule, LevelRange, MemberClass, Method, Notice, Tail
from auction.offer import Allotment
from auction.pricing import PLACES, price_places
from auction.quantities import half_up, half_up_to
from auction.reopening import settlement_of
from auction.rulebook import Rules
from auction.takeup import base_amount

METHODS = tuple(Method)
SINGLE, MULTIPLE, MODIFIED, PUBLIC, DIRECTED = range(len(METHODS))
ROUND_ROBIN, EARLIEST_FIRST = range(len(Tail))
FIXED, CANDIDATE, TWO_STATE = range(1 + len(FlexibleRule))
PRO_RATA, LEADS_FIRST = range(len(Allotment))
CLASSES = tuple(MemberClass)
"""A member's class as a number is its place here."""

NO_LIMIT = -1
FREE = 100
"""Ticks to either side of the mean where no range is set."""
MICRO = 1_000_000
"""Parts of a percent or a yuan that levels are counted in."""
MOST_TICKS = 10_000
MOST_STEPS = 8
"""Levels a member bids at the most, in any arm."""
USUAL_STEPS = 5

PerClass = tuple[int, int, int, int]
"""One number for each of CLASSES, in lots."""


class Rule(NamedTuple):
    """The numbers of one arm. A named tuple, for compiled code reads one field by field as Python does."""

    method: int
    """SINGLE, MULTIPLE, MODIFIED, PUBLIC or DIRECTED: the place in METHODS."""
    by_price: bool
    """Whether members bid prices."""
    ticks: int
    """Levels of the range, both ends included."""
    floor_bp: float
    """Of tick 0 over M."""
    tick_bp: float
    """Of one tick; in a price tender the mean over the range."""
    bounded: bool
    """Whether the notice sets a range; else the grid is ours."""
    low: int
    """The level of tick 0 in millionths of a percent or a yuan."""
    step: int
    """From a tick to the next, in the same; below zero in a price tender."""
    rounding: int
    """What a weighted average is rounded to, half-up, in the same."""
    lot: int
    """万元."""
    offered: int
    """计划发行面值, 万元; of a flexible tender the high end."""
    tendered: int
    """What bids compete for, 万元: `offered` less a base amount."""
    supply: int
    """`offered` in lots, a broken one counted: what members take for the size of the issue."""
    tail: int
    """ROUND_ROBIN or EARLIEST_FIRST."""
    allotment: int
    """PRO_RATA or LEADS_FIRST."""
    taken_up: bool
    """Whether the leads take what a public book leaves."""
    flexible: int
    """FIXED, CANDIDATE or TWO_STATE."""
    flexible_low: int
    """万元."""
    multiple_over: int
    multiple_under: int
    """The trigger multiple as a fraction."""
    exclude_bids: int
    """投标剔除, ticks from the average, or NO_LIMIT."""
    exclude_awards: int
    """中标剔除, ticks, or NO_LIMIT."""
    first_average: bool
    """Whether the average before 中标剔除 prices the issue."""
    steps: int
    """Levels one member may bid."""
    level_span: int
    """最高、最低标位差, ticks; without a limit the whole range."""
    level_min: int
    level_max: int
    """单一标位, lots; without a limit one lot and the whole issue."""
    member_min: PerClass
    """最低投标限额."""
    member_max: PerClass
    """最高投标限额; without a limit the whole issue."""
    member_duty: PerClass
    """最低承销额: what a member is to be awarded."""

    def bp(self, tick: float) -> float:
        """The yield at a tick, in bp over M."""
        return self.floor_bp + self.tick_bp * tick

    def level(self, tick: int) -> Decimal:
        """The level of a tick as bids have it, in percent or yuan."""
        return Decimal(self.low + self.step * tick) / MICRO


def rule_of(desk: Desk, mean: Fraction | None = None, steps: int = USUAL_STEPS) -> Rule:
    """The notice and limits of a desk as numbers; `mean` in percent, else the notice's own.

    Raises BadInput where neither is known, for a tick finer than a millionth, and for too many levels.
    """
    notice, anchor = desk.notice, _anchor(desk.notice, mean)
    levels = notice.range or _free_range(notice, anchor)
    by_price, lot = notice.object is BidObject.PRICE, notice.marginal.lot
    ticks = int((levels.high - levels.low) / notice.tick) + 1
    if ticks > MOST_TICKS:
        raise bad_input(say("区间有 {ticks} 个标位，实验室最多 {most} 个", ticks=ticks, most=MOST_TICKS), field="range")
    best, worst = (levels.high, levels.low) if by_price else (levels.low, levels.high)
    floor = _bp(desk, best, anchor)
    base = base_amount(notice.base, notice).base if notice.base else 0
    multiple = Fraction(notice.flexible.multiple if notice.flexible else 1)
    exclusion, supply = notice.exclusion, -(-notice.offered // lot)
    return Rule(
        method=METHODS.index(notice.method),
        by_price=by_price,
        ticks=ticks,
        floor_bp=floor,
        tick_bp=(_bp(desk, worst, anchor) - floor) / (ticks - 1) if ticks > 1 else float(notice.tick) * 100,
        bounded=notice.range is not None,
        low=_micro(best),
        step=-_micro(notice.tick) if by_price else _micro(notice.tick),
        rounding=MICRO // 10 ** (price_places(notice) if by_price else PLACES),
        lot=lot,
        offered=notice.offered,
        tendered=notice.offered - base,
        supply=supply,
        tail=tuple(Tail).index(notice.marginal.tail),
        allotment=tuple(Allotment).index(notice.allotment or Allotment.PRO_RATA),
        taken_up=_taken_up(desk),
        flexible=1 + tuple(FlexibleRule).index(notice.flexible.rule) if notice.flexible else FIXED,
        flexible_low=notice.flexible.low if notice.flexible else notice.offered,
        multiple_over=multiple.numerator,
        multiple_under=multiple.denominator,
        exclude_bids=NO_LIMIT if exclusion is None or exclusion.bids is None else exclusion.bids,
        exclude_awards=NO_LIMIT if exclusion is None or exclusion.awards is None else exclusion.awards,
        first_average=exclusion is not None and exclusion.average is Average.FIRST,
        steps=min(steps, MOST_STEPS),
        level_span=ticks - 1 if desk.limits.level_span is None else min(desk.limits.level_span, ticks - 1),
        level_min=max(1, -(-(desk.limits.level_min or 0) // lot)),
        level_max=supply if desk.limits.level_max is None else desk.limits.level_max // lot,
        member_min=_per_class(lambda c: -(-desk.limits.member_min.get(c, 0) // lot)),
        member_max=_per_class(lambda c: desk.limits.member_max.get(c, supply * lot) // lot),
        member_duty=_duties(notice, desk.rules),
    )


def _anchor(notice: Notice, mean: Fraction | None) -> Fraction:
    known = mean if mean is not None else notice.mean
    if known is None:
        raise bad_input(say("须知道五日均值，才能以 bp 计价"), field="mean")
    return Fraction(known)


def _free_range(notice: Notice, anchor: Fraction) -> LevelRange:
    """Where no range is set: FREE ticks around the mean, around par in a price tender."""
    middle = Fraction(100) if notice.object is BidObject.PRICE else anchor
    around = half_up(middle / Fraction(notice.tick), 0) * notice.tick
    return LevelRange(low=around - FREE * notice.tick, high=around + FREE * notice.tick)


def _bp(desk: Desk, level: Decimal, anchor: Fraction) -> float:
    """The yield of a level over the mean."""
    return float((_yield(desk, level) - anchor) * 100)


def _yield(desk: Desk, level: Decimal) -> Fraction:
    """Percent; of a price the yield of the bond re-opened, else of one that is repaid at par only."""
    notice, settlement = desk.notice, settlement_of(desk)
    if notice.object is BidObject.RATE:
        return Fraction(level)
    if notice.reopening and settlement:
        return yield_to_maturity(schedule_of(notice.reopening.first_issue), settlement, level)
    often = notice.coupons_a_year
    growth = (100 / float(level)) ** (1 / (float(notice.tenor) * often))
    return Fraction((growth - 1) * often * 100)


def _micro(level: Decimal) -> int:
    whole = level * MICRO
    if whole != whole.to_integral_value():
        raise bad_input(say("标位 {level} 细于百万分之一，实验室无法计数", level=level), field="tick")
    return int(whole)


def _taken_up(desk: Desk) -> bool:
    known = desk.rules.get("underwriting.shortfall") if desk.rules else None
    public = desk.notice.method is Method.PUBLIC_UNDERWRITING
    return public and bool(leads_of(desk)) and not (known and known.value == "short")


def _per_class(number: Callable[[MemberClass], int]) -> PerClass:
    first, second, third, fourth = (number(member_class) for member_class in CLASSES)
    return first, second, third, fourth


def _duties(notice: Notice, rules: Rules | None) -> PerClass:
    """最低承销额 in lots, half-up as every percentage of the issue."""
    if rules is None:
        return 0, 0, 0, 0
    return _per_class(lambda c: _duty(c, notice, rules))


def _duty(member_class: MemberClass, notice: Notice, rules: Rules) -> int:
    known, lot = rules.get_at(f"min_underwriting_share.{member_class.value}", notice.tenor), notice.marginal.lot
    share = known.value if known and known.value is not None else 0
    return half_up_to(Fraction(share) * notice.offered, lot) // lot
