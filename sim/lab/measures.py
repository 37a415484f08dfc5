"""What a chunk of auctions comes to, one number for each measure: the unit that a study's intervals are made of.

Auctions of a chunk are not independent of one another (they are stratified and antithetic), chunks are. Averages over
levels go over the auctions that sold; shares and amounts go over all. Of a whole split into issues of one day, levels
are weighted by amount, amounts are added up, and a day is short if one of its issues is.

What the bond costs (cost_yi, 亿元): every coupon of its life, and what winners paid below par; what they paid above it
counts against that. Nothing is discounted, the fee is left out, and what was not issued costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auction.bondterms import schedule_of
from auction.checks import Desk
from auction.notice import BidObject
from auction.quantities import YI
from auction.reopening import settlement_of
from sim.lab.clearing import Bids, Floats
from sim.lab.kernel import Awards, Outcomes
from sim.lab.rule import CLASSES, MICRO, MODIFIED, MULTIPLE, Rule
from sim.underwriters import CLASS, FAVOUR_BP, FEE_BP, SLOPE_BP

PAR = 100.0
TOP = 5

MEASURES = (
    "spread_bp",
    "floor_hit",
    "ceiling",
    "cover",
    "marginal_cover",
    "short",
    "failed",
    "hhi",
    "top_five",
    "surplus_bp",
    "left_bp",
    "cost_yi",
    "issued_yi",
    *(member_class.value for member_class in CLASSES),
)
"""In the order of a row: coupon over M; the share of auctions at the floor, at the ceiling; bids ÷ offered; the median
of bids at the cut-off ÷ awarded there (its mean need not exist: its tail is Pareto's of index 1); the share of
auctions short, failed; the sum of squared shares of awards; the five largest winners' share; what winners earn over
their own required yield; coupon over the market's yield; what the bond costs; what is issued; awards by class."""

PLACE = {name: place for place, name in enumerate(MEASURES)}


@dataclass(frozen=True, slots=True)
class Burden:
    """What the bond's life costs, per 100 yuan of face."""

    years: float
    """By which a coupon in percent is multiplied; 0 where the coupon does not follow from the auction."""
    interest: float
    """Of a re-opened bond, what it still pays besides the principal."""


@dataclass(frozen=True, slots=True)
class Held:
    """One issue as it was held n times."""

    bids: Bids
    outcomes: Outcomes
    awards: Awards
    views: Floats
    """What each member thought the bond yields, [n, m]."""


def burden_of(desk: Desk) -> Burden:
    """The burden of an issue. Raises BadInput."""
    notice, settlement = desk.notice, settlement_of(desk)
    if notice.object is BidObject.RATE:
        return Burden(float(notice.tenor), 0.0)
    if notice.reopening and settlement:
        coming = (flow for flow in schedule_of(notice.reopening.first_issue).flows if flow.day > settlement)
        return Burden(0.0, float(sum(flow.interest for flow in coming)))
    return Burden(0.0, 0.0)


def measure(issues: Sequence[Held], rule: Rule, members: Floats, market_bp: Floats, burden: Burden) -> Floats:
    """A row of MEASURES: float64[measures], not a number where nothing was sold. `market_bp` [n], `members` [m, …]."""
    awarded = _added([held.awards.members.astype(np.float64) for held in issues])
    issued = awarded.sum(axis=1)
    offered = rule.offered * len(issues)
    cuts = [held.outcomes for held in issues]
    sold = np.stack([(cut.sold + cut.taken).astype(np.float64) for cut in cuts])
    coupons = np.stack([cut.coupon_bp for cut in cuts])
    some = issued > 0
    shares = awarded[some] / issued[some, None]
    coupon = (coupons * sold).sum(axis=0)[some] / issued[some]
    marginal = np.concatenate([cut.marginal_cover[cut.sold > 0] for cut in cuts])
    surplus = _added([_surplus(held, rule, members) for held in issues])
    cost = _added([life_cost(cut, rule, burden) for cut in cuts])
    row = {
        "spread_bp": _mean(coupon),
        "floor_hit": np.mean([cut.at_floor for cut in cuts]),
        "ceiling": np.mean([cut.at_ceiling for cut in cuts]),
        "cover": _added([cut.total.astype(np.float64) for cut in cuts]).mean() / offered,
        "marginal_cover": float(np.median(marginal)) if len(marginal) else np.nan,
        "short": np.mean(np.any([cut.short for cut in cuts], axis=0)),
        "failed": np.mean([(cut.sold + cut.taken) == 0 for cut in cuts]),
        "hhi": _mean((shares**2).sum(axis=1)),
        "top_five": _mean(np.sort(shares, axis=1)[:, -TOP:].sum(axis=1)),
        "surplus_bp": _mean(surplus[some] / issued[some]),
        "left_bp": _mean(coupon - market_bp[some]),
        "cost_yi": np.mean(cost) / YI,
        "issued_yi": np.mean(issued) / YI,
    }
    kinds = members[:, CLASS]
    for place, member_class in enumerate(CLASSES):
        row[member_class.value] = _mean(shares[:, kinds == place].sum(axis=1))
    return np.array([row[name] for name in MEASURES])


def _added(each: Sequence[Floats]) -> Floats:
    """Amounts of all issues of a day."""
    return np.asarray(np.sum(each, axis=0))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else np.nan


def _surplus(held: Held, rule: Rule, members: Floats) -> Floats:
    """What winners earn over their required yield, bp × 万元, [n]; each further lot requires SLOPE_BP more."""
    total = held.awards.members.astype(np.float64)
    income = total * held.outcomes.coupon_bp[:, None]
    if rule.method in (MULTIPLE, MODIFIED):
        income += _above_coupon(held, rule)
    required = held.views - members[:, FEE_BP] - members[:, FAVOUR_BP]
    dearer = members[:, SLOPE_BP] * total * total / (2 * rule.lot)
    return np.asarray((income - required * total - dearer).sum(axis=1))


def _above_coupon(held: Held, rule: Rule) -> Floats:
    """What winners that pay their own level earn over the coupon, below zero where they pay dearer, [n, m]."""
    bids, out = held.bids, held.outcomes
    took = np.arange(bids.ticks.shape[2]) < bids.count[:, :, None]
    above = rule.floor_bp + rule.tick_bp * bids.ticks - out.coupon_bp[:, None, None]
    if rule.method == MODIFIED:
        above = np.maximum(above, 0.0)
    return np.asarray((np.where(took, held.awards.bids, 0) * np.where(took, above, 0.0)).sum(axis=2))


def life_cost(out: Outcomes, rule: Rule, burden: Burden) -> NDArray[np.float64]:
    """What the bond costs over its life, 万元, [n]."""
    issued = (out.sold + out.taken).astype(np.float64)
    level = out.price / MICRO
    unbid = np.full_like(level, PAR) if not rule.by_price else level
    below = out.sold * (PAR - np.nan_to_num(out.paid, nan=PAR)) + out.taken * (PAR - unbid)
    coupon = 0.0 if rule.by_price else level * burden.years
    return (issued * (coupon + burden.interest) + below) / PAR
