"""The kernel: a chunk of auctions from frozen draws to bids, outcomes and awards, stage by stage.

    frozen = draw(study, chunk, members)                              once for all arms
    views, mandates = private(frozen, market_bp, noise_bp, ...)       once for all arms with one population
    bids = bid(views, mandates, frozen.uniform, behaviours, ...)      and for each arm
    outcomes = clear(bids, rule, payment)
    awards = allot(bids, outcomes, frozen.arrival, syndicate, rule)   where somebody asks who got what

Where nobody does, `clear_levels(ask(...), rule, payment)` comes to the same outcomes sooner.

The behaviours are those of `sim.underwriters`, compiled as they stand; a member's is its place in the table there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lab.allotment import Awards as Awards
from sim.lab.allotment import Syndicate as Syndicate
from sim.lab.allotment import allot as allot
from sim.lab.allotment import syndicate_of as syndicate_of
from sim.lab.clearing import Bids, Floats, Ints
from sim.lab.clearing import Outcomes as Outcomes
from sim.lab.clearing import clear as clear
from sim.lab.clearing import clear_levels as clear_levels
from sim.lab.compiled import compiled, inlined
from sim.lab.draws import Frozen, Singles
from sim.lab.payment import Payment as Payment
from sim.lab.payment import payment_of as payment_of
from sim.lab.rule import MOST_STEPS, Rule
from sim.underwriters import ABSENT, BEHAVIOURS, CHOICE, SHARED

PARTS: tuple[Callable[..., object], ...] = (*SHARED, *BEHAVIOURS.values())
for function in PARTS:
    inlined(function)


class Limits(NamedTuple):
    """What a behaviour reads of a rule: few numbers, for all of them are handed on at every call."""

    floor_bp: float
    tick_bp: float
    ticks: int
    steps: int
    level_span: int
    level_min: int
    level_max: int


def private(
    frozen: Frozen, market_bp: Floats, noise_bp: Floats, mandate: Floats, mandate_sd: Floats
) -> tuple[Floats, Floats]:
    """What each member thinks the bond yields, in bp over M, and what it would like to take, of the issue: [n, m] each.

    `market_bp` is where the market stands in each auction, [n]; the others are the members' own, [m].
    """
    views, mandates = noise_bp * frozen.view, mandate_sd * frozen.mandate
    views += market_bp[:, None]
    np.exp(mandates, out=mandates)
    mandates *= mandate
    return views, mandates


def bid(views: Floats, mandates: Floats, uniform: Singles, behaviours: Ints, members: Floats, rule: Rule) -> Bids:
    """What every member sends in every auction, `behaviours` being places in BEHAVIOURS, [m].

    `members` are their rows of parameters, [m, ...], the limits of this rule among them.
    """
    shape = (*views.shape, MOST_STEPS)
    bids = Bids(np.empty(shape, np.uint16), np.empty(shape, np.int32), np.empty(views.shape, np.int8))
    limits = Limits(*(getattr(rule, name) for name in Limits._fields))
    ticks, lots = np.zeros(MOST_STEPS, np.int64), np.zeros(MOST_STEPS, np.int64)
    for number, seats in _seats(tuple(behaviours.tolist())).items():
        play = bidding(number)
        play(
            views,
            mandates,
            uniform,
            seats,
            members,
            limits,
            rule.supply,
            ticks,
            lots,
            bids.ticks,
            bids.lots,
            bids.count,
        )
    return bids


def ask(views: Floats, mandates: Floats, uniform: Singles, behaviours: Ints, members: Floats, rule: Rule) -> Ints:
    """What `bid` sends, added up: the lots at each tick in every auction, int64[n, ticks]."""
    books = np.zeros((len(views), rule.ticks), np.int64)
    limits = Limits(*(getattr(rule, name) for name in Limits._fields))
    ticks, lots = np.zeros(MOST_STEPS, np.int64), np.zeros(MOST_STEPS, np.int64)
    for number, seats in _seats(tuple(behaviours.tolist())).items():
        asking(number)(views, mandates, uniform, seats, members, limits, rule.supply, ticks, lots, books)
    return books


@cache
def _seats(behaviours: tuple[int, ...]) -> Mapping[int, Ints]:
    """Which seats have each behaviour."""
    every = np.array(behaviours, np.int64)
    return {number: np.flatnonzero(every == number).astype(np.uint64) for number in sorted(set(behaviours))}


@cache
def bidding(number: int) -> Callable[..., None]:
    """The bids of all seats with one behaviour in a chunk, compiled when first they are asked for."""
    behaviour = tuple(BEHAVIOURS.values())[number]

    def bid_all(
        views: Floats,
        mandates: Floats,
        uniform: Singles,
        seats: Ints,
        members: Floats,
        limits: Limits,
        supply: int,
        ticks: Ints,
        lots: Ints,
        bid_ticks: NDArray[np.uint16],
        bid_lots: NDArray[np.int32],
        count: NDArray[np.int8],
    ) -> None:
        for seat in seats:
            member = members[seat]
            for auction in range(len(views)):
                chance, taken = uniform[auction, seat], 0
                if chance[CHOICE] >= member[ABSENT]:
                    wanted = mandates[auction, seat] * supply
                    taken = behaviour(views[auction, seat], wanted, member, limits, chance, ticks, lots)
                count[auction, seat] = taken
                for step in range(MOST_STEPS):
                    bid_ticks[auction, seat, step] = ticks[step]
                    bid_lots[auction, seat, step] = lots[step] if step < taken else 0

    return compiled(bid_all)


@cache
def asking(number: int) -> Callable[..., None]:
    """What all seats with one behaviour ask in a chunk, by level; compiled when first it is asked for."""
    behaviour = tuple(BEHAVIOURS.values())[number]

    def ask_all(
        views: Floats,
        mandates: Floats,
        uniform: Singles,
        seats: Ints,
        members: Floats,
        limits: Limits,
        supply: int,
        ticks: Ints,
        lots: Ints,
        books: Ints,
    ) -> None:
        levels = np.uint64(books.shape[1])
        for seat in seats:
            member = members[seat]
            for auction in range(len(views)):
                chance, taken = uniform[auction, seat], 0
                if chance[CHOICE] >= member[ABSENT]:
                    wanted = mandates[auction, seat] * supply
                    taken = behaviour(views[auction, seat], wanted, member, limits, chance, ticks, lots)
                for step in range(taken):
                    tick = np.uint64(ticks[step])
                    if tick < levels:
                        books[auction, tick] += lots[step]

    return compiled(ask_all)
