"""Arms and games for the tests of equilibria: single-price rate tenders of 50 亿元 in lots of 0.1."""

from decimal import Decimal
from fractions import Fraction
from functools import cache

import numpy as np

from auction.checks import desk_for
from auction.notice import MemberClass, Notice
from sim.lab.bestresponse import Limits, Lots, Outcome, play
from sim.lab.equilibrium import Equilibrium, equilibrium
from sim.lab.game import Game, Kind, Market, add_demand, auctions, rivals_of, standing_ticks, surroundings
from sim.lab.rule import MULTIPLE, Rule, rule_of

MEAN = Decimal("2.00")
MARKET = Market(spread_bp=8.0, move_bp=0.0)
CLASSES = ("lead-bank", "lead-broker", "bank", "broker")
SAMPLE = 4_000


def rule(floor_bp: int = 0, ticks: int = 41, cap: str = "30%", **fields: object) -> Rule:
    """An arm whose range begins at a floor over the mean."""
    low = MEAN + Decimal(floor_bp) / 100
    tree = {
        "method": "single-price",
        "object": "rate",
        "offered": "50",
        "tenor": "10",
        "range": {"low": str(low), "high": str(low + Decimal(ticks - 1) / 100)},
        "window": {"open": "10:00", "close": "10:40"},
        "syndicate": "members.csv",
        "limits": {"member_max": dict.fromkeys(CLASSES, cap)},
        **fields,
    }
    return rule_of(desk_for(Notice.model_validate(tree), {"甲": MemberClass.BANK}, None), Fraction(MEAN))


def limits(arm: Rule, least: int = 0, members: int = 1) -> Limits:
    """What one bidder of a class may do under the arm, or a ring of several."""
    most = arm.member_max[0] * members
    return Limits(most, min(most, arm.level_max * members), arm.steps, arm.level_span, least)


def game(arm: Rule, bidders: int = 30, market: Market = MARKET, noise_bp: float = 2.0, **kind: object) -> Game:
    """The game of bidders that are all of one kind."""
    return Game((Kind(bidders, limits(arm), noise_bp, **kind),), arm, market)


@cache
def solve(one: Game) -> Equilibrium:
    """The equilibrium of a game, sought once."""
    return equilibrium(one)


def outcomes(one: Game, found: Equilibrium, number: int, count: int = SAMPLE, seed: int = 77) -> Outcome:
    """What a type brings home and is awarded, by resamples that the equilibrium has not seen."""
    profile, kind = found.profile, one.kinds[number // one.types]
    sample = surroundings(one, number, profile.variants, count, seed)
    required = float(one.rows_bp(kind, one.types)[number % one.types])
    totals = np.unique(np.concatenate([[0], profile.schedules[number][:, -1]]))
    rivals = rivals_of(one, sample, profile, totals)
    played = [play(schedule, rivals, one.worth(kind, required), totals) for schedule in profile.schedules[number]]
    brought, awarded = ([getattr(each, name) for each in played] for name in ("brought", "awarded"))
    return Outcome(np.choose(sample.own, brought), np.choose(sample.own, awarded))


def surplus(one: Game, found: Equilibrium, kind: int = 0) -> float:
    """What a bidder of a kind brings home on average, in bp x lots, its five types being equally likely."""
    types = range(kind * one.types, (kind + 1) * one.types)
    return float(np.mean([outcomes(one, found, number).brought.mean() for number in types]))


def demand(one: Game, found: Equilibrium, count: int = SAMPLE, seed: int = 9) -> tuple[np.ndarray, Lots]:
    """The common move and the cumulative demand of whole auctions."""
    move, rows, shifts, others = auctions(one, found.profile.variants, count, seed)
    asked = others.copy()
    add_demand(asked, found.profile.schedules, standing_ticks(one), rows, shifts)
    return move, asked


def coupons(one: Game, asked: Lots) -> np.ndarray:
    """What the issuer pays in each auction, bp over the mean: the cut-off, or the average of what is won."""
    supply = one.supply
    if one.rule.method == MULTIPLE:
        won = np.diff(np.minimum(asked, supply), axis=1, prepend=0)
        return won @ one.levels_bp / won.sum(axis=1)
    full = asked >= supply
    return one.levels_bp[np.where(full[:, -1], full.argmax(axis=1), one.rule.ticks - 1)]


def cover(one: Game, asked: Lots) -> float:
    """All bids over the offer, on average."""
    return float(asked[:, -1].mean() / one.supply)
