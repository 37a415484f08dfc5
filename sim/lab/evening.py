"""A past auction as it stood on the evening before its day: the curves, the range and the limits, and nothing later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from auction.bidrange import BidRange, Offset, bid_range
from auction.breach import Basis
from auction.checks import desk_for
from auction.choices import completed
from auction.curve import Curve, benchmark_mean
from auction.desk import rules_on
from auction.errors import bad_input
from auction.language import say
from auction.notice import BiddingWindow, BidObject, LevelRange, Method, Notice
from auction.rulebook import NATION, InForce
from sim.lab.arms import Members
from sim.lab.history import USUAL_AMOUNT, PastAuction
from sim.lab.rule import Rule, rule_of
from sim.submissions import fee_bp

WINDOW = BiddingWindow(open=time(10), close=time(10, 40))
FREE_BP = 60
FIRST_DAYS = 60
"""Days at the beginning of the local curve whose mean spread stands for the years before it (assumed)."""


@dataclass(frozen=True, slots=True)
class Evening:
    """What was known of one auction, yields in bp over M, the five-day mean of the treasury curve."""

    auction: PastAuction
    mean: Fraction
    """M in percent."""
    local_bp: float
    """The local curve of the evening at the tenor."""
    local_mean_bp: float
    """Its mean over the five days."""
    proxied: bool
    """Whether the local curve had not begun, and its first days' spread over the treasury curve stands for it."""
    low: Decimal
    """The lower end of the range, percent."""
    floor_bp: Decimal | None
    """What is added to M; None where the floor is a share of it."""
    floor_basis: Basis
    """How the floor is known; source where the results file says it, derived where the outlook's results show it."""
    rule: Rule
    fee_bp: float

    @property
    def coupon_bp(self) -> float:
        """How it came out."""
        return self.over_mean(self.auction.coupon)

    def over_mean(self, percent: Decimal | Fraction) -> float:
        """A level in percent, in bp over M."""
        return float((Fraction(percent) - self.mean) * 100)

    @property
    def at_floor(self) -> bool:
        """Whether it came out at the lower end of the range, or, the floor being another than we know, below."""
        return self.auction.coupon <= self.low


Floors = Mapping[date, Decimal]


def evening_of(
    auction: PastAuction, treasury: Curve, local: Curve | None, members: Members, floors: Floors = MappingProxyType({})
) -> Evening:
    """The evening before an auction; `floors` are an outlook's. Raises BadInput, UnpublishedYear, NoSuchRule.

    Without a local curve, or before its first day, its earliest spread over the treasury curve stands for it.
    """
    tenor = Fraction(auction.tenor)
    benchmark = benchmark_mean(treasury, auction.day, tenor)
    rules = rules_on(auction.issuer, auction.day)
    cap = rules.at("range.cap", auction.tenor)
    own, basis = _floor(auction, rules.at("range.floor", auction.tenor), floors)
    anchor = rules.get("range.anchor")
    elsewhere = auction.floor_bp is None and local is not None and anchor and anchor.value != "treasury"
    due = bid_range(benchmark_mean(local, auction.day, tenor).mean if elsewhere else benchmark.mean, own, cap.value)
    notice = _notice(auction, due, benchmark.mean)
    desk = desk_for(completed(notice, rules), members, rules)
    rule = rule_of(desk, benchmark.mean)
    evening, five_days, proxied = _local(local, treasury, auction, benchmark.days, benchmark.mean)
    return Evening(
        auction=auction,
        mean=benchmark.mean,
        local_bp=evening,
        local_mean_bp=five_days,
        proxied=proxied,
        low=due.low,
        floor_bp=own.value if own.unit == "bp" else None,
        floor_basis=basis,
        rule=rule,
        fee_bp=fee_bp(desk, float(benchmark.mean)),
    )


def _floor(auction: PastAuction, ruled: InForce, floors: Floors) -> tuple[Offset, Basis]:
    """The floor as the line has it, as results show it where the nation's practice is older and higher, or as ruled."""
    if auction.floor_bp is not None:
        return Offset(auction.floor_bp, "bp"), Basis.SOURCE
    seen = [day for day in floors if ruled.since < day <= auction.day]
    if seen and ruled.issuer == NATION and ruled.basis is Basis.PRACTICE and floors[max(seen)] < ruled.value.value:
        return Offset(floors[max(seen)], "bp"), Basis.DERIVED
    return ruled.value, ruled.basis


def _notice(auction: PastAuction, due: BidRange, mean: Fraction) -> Notice:
    return Notice(
        method=Method.SINGLE_PRICE,
        object=BidObject.RATE,
        offered=auction.amount,
        tenor=auction.tenor,
        range=LevelRange(low=due.low, high=due.high),
        window=WINDOW,
        issuer=auction.issuer,
        date=auction.day,
    )


@lru_cache(maxsize=1)
def unbound() -> Rule:
    """An ordinary issue whose range binds nobody: FREE_BP to either side of its mean, no limits."""
    mean = Fraction(2)
    span = Decimal(FREE_BP) / 100
    notice = Notice(
        method=Method.SINGLE_PRICE,
        object=BidObject.RATE,
        offered=USUAL_AMOUNT,
        tenor=Decimal(10),
        range=LevelRange(low=Decimal(2) - span, high=Decimal(2) + span),
    )
    return rule_of(desk_for(notice, None, None), mean)


def _local(
    local: Curve | None, treasury: Curve, auction: PastAuction, days: Sequence[date], mean: Fraction
) -> tuple[float, float, bool]:
    """The local curve of the evening and of the five days, in bp over M, and whether it had not begun yet."""
    tenor = Fraction(auction.tenor)
    if local is None:
        raise bad_input(say("缺地方政府债券收益率曲线"))
    if days[-1] < local.days[0]:
        level = float((treasury.yield_on(days[-1], tenor) - mean) * 100) + first_spread_bp(local, treasury, tenor)
        return level, level, True
    if days[0] < local.days[0]:
        level = float((local.yield_on(days[-1], tenor) - mean) * 100)
        return level, level, False
    own = benchmark_mean(local, auction.day, tenor)
    return float((own.yields[-1] - mean) * 100), float((own.mean - mean) * 100), False


@lru_cache(maxsize=64)
def first_spread_bp(local: Curve, treasury: Curve, tenor: Fraction) -> float:
    """The local curve over the treasury curve at a tenor, bp, on average of its first days. Raises BadInput."""
    days = [day for day in local.days if treasury.has(day)][:FIRST_DAYS]
    return float(np.mean([float(local.yield_on(day, tenor) - treasury.yield_on(day, tenor)) * 100 for day in days]))


def joined(curves: Sequence[Curve]) -> Curve:
    """Several files of one curve as one; of a day that stands in two, the first counts."""
    tenors: dict[str, Fraction] = {}
    cells: dict[date, Mapping[str, tuple[int, str, str]]] = {}
    for curve in curves:
        tenors = {**curve.tenors, **tenors}
        cells = {**curve.cells, **cells}
    return Curve(curves[0].path, tenors, cells)
