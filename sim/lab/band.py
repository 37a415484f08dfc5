"""The identification band: what a study can say where its base arm is pinned at the floor.

At a binding floor everybody bids the floor, whether the bond is worth 1 bp or 10 bp less: the bids of such auctions fit
every value below, so they cannot tell how far the coupon would fall under a lower floor, however many there are
(values come back with an error of 0.2 bp where the floor does not bind, as a set 9 to 14 bp wide where it does;
market.md 4.6). The answer then hangs on the secondary spread, which must come from outside the auctions, and is a band:
the arm run at the lowest, the highest and some middle outside values. Yields in bp over the benchmark mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from auction.curve import Curve
from auction.workdays import INTERBANK, Workdays

PINNED = 0.5
"""From this share of auctions at the floor on, even the median coupon is the floor's."""
DAYS = 20
"""Working days whose gap between the curves bounds the outside value."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Between which values the secondary spread lies, bp over the mean, by data from outside the auctions."""

    low: float
    high: float


def is_pinned(floor_hit: float, threshold: float = PINNED) -> bool:
    """Whether so many auctions end at the floor that their bids do not identify what the bond is worth."""
    return floor_hit >= threshold


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
