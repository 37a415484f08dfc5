"""The identification band: what a study can say where its base arm is pinned at the floor.

At a binding floor everybody bids the floor, whether the bond is worth 1 bp or 10 bp less: the bids of such auctions fit
every value below, so they cannot tell how far the coupon would fall under a lower floor, however many there are
(values come back with an error of 0.2 bp where the floor does not bind, as a set 9 to 14 bp wide where it does;
market.md 4.6). The answer then hangs on the secondary spread, which must come from outside the auctions, and is a band:
the arm run at the lowest, the highest and some middle outside values. Yields in bp over the benchmark mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from auction.curve import Curve
from auction.language import Message, say
from auction.workdays import INTERBANK, Workdays
from sim.lab.interval import Interval

PINNED = 0.5
"""From this share of auctions at the floor on, even the median coupon is the floor's."""
POINTS = 3
DAYS = 20
"""Working days whose gap between the curves bounds the outside value."""

Run = Callable[[float], Interval]
"""The estimate of an arm where the secondary spread is so many bp."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Between which values the secondary spread lies, bp over the mean, by data from outside the auctions."""

    low: float
    high: float

    def points(self, count: int = POINTS) -> tuple[float, ...]:
        """Values from the lowest to the highest, evenly; a single one where both are the same."""
        if self.low == self.high or count == 1:
            return (self.low,) if self.low == self.high else ((self.low + self.high) / 2,)
        return tuple(self.low + (self.high - self.low) * place / (count - 1) for place in range(count))


@dataclass(frozen=True, slots=True)
class Point:
    """What an arm comes to at one outside value."""

    spread_bp: float
    estimate: Interval


@dataclass(frozen=True, slots=True)
class Band:
    """What an arm comes to over the outside values, each estimate's own interval included."""

    outside: Outside
    points: tuple[Point, ...]

    @property
    def low(self) -> float:
        """The lowest end of any estimate."""
        return min(point.estimate.low for point in self.points)

    @property
    def high(self) -> float:
        """The highest end of any estimate."""
        return max(point.estimate.high for point in self.points)


def is_pinned(floor_hit: float, threshold: float = PINNED) -> bool:
    """Whether so many auctions end at the floor that their bids do not identify what the bond is worth."""
    return floor_hit >= threshold


def band_over(outside: Outside, run: Run, count: int = POINTS) -> Band:
    """The arm run at each of `count` outside values, lowest first."""
    return Band(outside, tuple(Point(spread, run(spread)) for spread in outside.points(count)))


def outside_by_curves(
    local: Curve,
    treasury: Curve,
    day: date,
    tenor: Decimal | Fraction,
    workdays: Workdays = INTERBANK,
    days: int = DAYS,
) -> Outside:
    """The least and the greatest gap between the two curves at `tenor` years over the working days before `day`.

    Valuations, not trades, and of the best names: a start where nothing better is known. Raises BadInput for a hole.
    """
    return outside_by_gaps([gap_bp(local, treasury, each, tenor) for each in workdays.before(day, days)])


def outside_by_gaps(gaps_bp: Sequence[float]) -> Outside:
    """Between the least and the greatest of some gaps. Raises ValueError for none."""
    return Outside(min(gaps_bp), max(gaps_bp))


def gap_bp(local: Curve, treasury: Curve, day: date, tenor: Decimal | Fraction) -> float:
    """The local-government over the treasury curve on a day. Raises BadInput for a hole."""
    return float((local.yield_on(day, tenor) - treasury.yield_on(day, tenor)) * 100)


def sentence(arm: str, floor_hit: float, band: Band | None) -> Message:
    """What the bids of the base arm do and do not tell; without a band, that they tell enough."""
    share = f"{floor_hit:.0%}"
    if band is None:
        known = "方案“{arm}”只有 {share} 的招标落在下限上，投标本身足以推断结果，不必借助外部利差。"
        return say(known, arm=arm, share=share)
    return say(
        "方案“{arm}”有 {share} 的招标落在下限上：大家都报下限，投标看不出下限再低时票面利率会低多少，"
        "多招几次也看不出来。二级市场利差取 {low} 至 {high} bp 时，"
        "票面利率比五日均值高 {coupon_low} 至 {coupon_high} bp；这一范围取决于招标以外的数据，不是抽样误差。",
        arm=arm,
        share=share,
        low=f"{band.outside.low:.1f}",
        high=f"{band.outside.high:.1f}",
        coupon_low=f"{band.low:.2f}",
        coupon_high=f"{band.high:.2f}",
    )
