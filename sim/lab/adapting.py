"""Members of a population that adapt to the rules of an arm: as the bidders of a game, and back as rows to be played.

Members that are strategic adapt, and a ring does as one bidder; the others bid as they always do, and those who adapt
know it. What a mandate means to who adapts: a lot beyond it is worth less and less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from auction.errors import bad_input
from auction.language import say
from sim import underwriters as u
from sim.lab import kernel
from sim.lab.bestresponse import Limits, Lots, Money
from sim.lab.compiled import compiled
from sim.lab.draws import draw
from sim.lab.equilibrium import Equilibrium
from sim.lab.game import PERCENT, Game, Kind, Market, Others, standing_ticks
from sim.lab.population import Seating
from sim.lab.rule import METHODS, MODIFIED, Rule

STRATEGIC, RING = (tuple(u.BEHAVIOURS).index(name) for name in ("strategic", "ring"))
BEYOND_BP = 1.0
"""How much more yield each 1 % of the issue beyond the mandate must bring (assumed)."""
PENALTY_BP = 5.0
"""What each lot that lacks to the minimum underwriting costs in rank, as a yield (assumed)."""
MOST_TICKS = 1_000
"""Levels of a range in which best responses can be sought."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """Members as the kernel plays them once they have come to terms with an arm."""

    behaviour: Lots
    """int64[n]."""
    members: Money
    """float64[n, ...]: their rows, strategies included."""


def game_of(rule: Rule, seating: Seating, market: Market, types: int = 5) -> Game:
    """The game of the members that adapt. Raises BadInput for an arm whose best responses cannot be sought."""
    if rule.method == MODIFIED:
        method = METHODS[rule.method].value
        raise bad_input(say("{method} 下的最优反应无法求解，只能用不调整的投标人", method=method), field="method")
    if rule.ticks > MOST_TICKS:
        several = {"ticks": rule.ticks, "most": MOST_TICKS}
        raise bad_input(say("区间有 {ticks} 个标位，最优反应最多在 {most} 个标位上求解", **several), field="range")
    groups = dict.fromkeys(zip(seating.kind.tolist(), seating.behaviour.tolist(), strict=True))
    kinds = [
        _kind(rule, seating, np.flatnonzero((seating.kind == kind) & (seating.behaviour == behaviour)))
        for kind, behaviour in groups
        if behaviour in (STRATEGIC, RING)
    ]
    return Game(
        tuple(kind for kind in kinds if _can_bid(kind.limits)), rule, market, types, _others(rule, seating, market)
    )


def adapted(game: Game, found: Equilibrium, seating: Seating) -> Adapted:
    """The members with the strategies found; whoever does not adapt stays as it was."""
    behaviour = np.where(seating.behaviour == RING, STRATEGIC, seating.behaviour)
    variants = found.profile.variants
    rows = u.with_strategy(seating.members, np.zeros(0), np.zeros((0, 0, 2)))
    width = u.FIELDS + game.types * variants * u.TYPE_WIDTH
    members = np.concatenate([rows, np.zeros((len(rows), width - rows.shape[1]))], axis=1)
    for number, kind in enumerate(game.kinds):
        seats = list(kind.seats)
        strategy = _strategy(game, found, number)
        members[seats] = u.with_strategy(seating.members[seats], game.rows_bp(kind, game.types * variants), strategy)
    return Adapted(behaviour.astype(np.int64), members)


def _kind(rule: Rule, seating: Seating, seats: Lots) -> Kind:
    """Members of one kind and behaviour as bidders: each its own, or all of a ring as one."""
    row, together = seating.members[seats[0]], seating.behaviour[seats[0]] == RING
    size = len(seats) if together else 1
    return Kind(
        bidders=len(seats) // size,
        limits=Limits(
            most=int(row[u.MOST]) * size,
            level_most=min(rule.level_max, int(row[u.MOST])) * size,
            steps=rule.steps,
            span=rule.level_span,
            least=int(row[u.LEAST]) * size,
            level_least=rule.level_min * size,
        ),
        noise_bp=float(seating.noise_bp[seats[0]]),
        bonus_bp=float(row[u.FEE_BP] + row[u.FAVOUR_BP]),
        slope_bp=float(row[u.SLOPE_BP]) * rule.supply / PERCENT / size,
        mandate=round(float(seating.mandate[seats[0]]) * rule.supply) * size,
        beyond_bp=BEYOND_BP / size,
        duty=int(row[u.DUTY]) * size,
        penalty_bp=PENALTY_BP,
        absent=0.0 if together else float(row[u.ABSENT]),
        seats=tuple(seats.tolist()),
    )


def _can_bid(limits: Limits) -> bool:
    """Whether any schedule keeps to the limits."""
    if limits.level_least > limits.level_most or limits.least > limits.most:
        return False
    fewest = max(1, -(-limits.least // limits.level_most))
    return fewest <= min(limits.steps, limits.span + 1, limits.most // limits.level_least)


def _others(rule: Rule, seating: Seating, market: Market) -> Others | None:
    """What those who do not adapt ask for, bidding through the kernel; None where all adapt."""
    seats = np.flatnonzero(~np.isin(seating.behaviour, (STRATEGIC, RING)))
    if not len(seats):
        return None

    def ask(move: Money, chance: Generator) -> Lots:
        frozen = draw(int(chance.integers(2**62)), 0, len(seats), len(move))
        market_bp = market.spread_bp + move
        of_seats = (each[seats] for each in (seating.noise_bp, seating.mandate, seating.mandate_sd))
        views, mandates = kernel.private(frozen, market_bp, *of_seats)
        bids = kernel.bid(views, mandates, frozen.uniform, seating.behaviour[seats], seating.members[seats], rule)
        demand = np.zeros((len(move), rule.ticks), np.int64)
        _add_asked(bids.ticks, bids.lots, bids.count, demand)
        return demand.cumsum(axis=1)

    return ask


@compiled
def _add_asked(ticks: NDArray[np.uint16], lots: NDArray[np.int32], count: NDArray[np.int8], demand: Lots) -> None:
    """Add what the bids of every auction ask at each tick to int64[auctions, ticks]."""
    for auction in range(len(count)):
        for member in range(count.shape[1]):
            for step in range(count[auction, member]):
                demand[auction, ticks[auction, member, step]] += lots[auction, member, step]


def _strategy(game: Game, found: Equilibrium, number: int) -> Money:
    """float64[rows, steps, 2] of one kind as `sim.underwriters` plays it: tick offsets and cumulative shares."""
    kind, profile = game.kinds[number], found.profile
    table = np.zeros((game.types * profile.variants, kind.limits.steps, 2))
    for place in range(game.types):
        standing = standing_ticks(game)[number * game.types + place]
        for variant, schedule in enumerate(profile.schedules[number * game.types + place]):
            ticks = np.flatnonzero(np.diff(schedule, prepend=0))
            at_floor = (ticks == 0) & (standing <= 0)
            row = table[place * profile.variants + variant]
            row[: len(ticks), 0] = np.where(at_floor, 0, ticks - standing)
            row[: len(ticks), 1] = schedule[ticks] / kind.limits.most
    return table
