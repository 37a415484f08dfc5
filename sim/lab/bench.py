"""The bench of a study: every arm made ready to be run on frozen draws, and what one chunk of them comes to.

Each arm stands on it with members that do not adapt to its rules and with members that do: its two sides. All sides
share the draws of a chunk, so that what differs between them is the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.lab.allotment import Syndicate, syndicate_of
from sim.lab.arms import Members, Setting
from sim.lab.clearing import Floats, clear
from sim.lab.draws import CHUNK, Frozen, draw
from sim.lab.game import Market
from sim.lab.kernel import allot, bid, private
from sim.lab.measures import MEASURES, Burden, Held, burden_of, measure
from sim.lab.payment import Payment, payment_of
from sim.lab.population import Population, Seating, seat_classes
from sim.lab.rule import Rule, rule_of
from sim.submissions import fee_bp

OWN_STREAM = 2**64
"""Between the seeds of the issues of one day, beyond every seed of a study."""


@dataclass(frozen=True, slots=True)
class Side:
    """One arm with members that adapt to its rules, or with members that do not."""

    name: str
    adapts: bool
    rule: Rule
    payment: Payment
    syndicate: Syndicate
    seating: Seating
    issues: int
    burden: Burden
    exploitability_bp: float | None = None
    """The most that any type could still gain, in bp of its own award; None where nobody adapts."""
    between_bp: float | None = None
    """What bidders with views between those of the types could gain on average."""
    converged: bool | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """What a chunk is run with."""

    seed: int
    market: Market
    sides: tuple[Side, ...]
    """First every arm as it is, then every arm with members that adapt; or only the ones or the others."""


class Day(NamedTuple):
    """The draws of one issue of each day of a chunk, and what members make of them."""

    frozen: Frozen
    views: Floats
    mandates: Floats


def side_of(setting: Setting, population: Population, members: Members) -> Side:
    """An arm with members that bid as the population has them. Raises BadInput."""
    rule = rule_of(setting.desk, setting.mean)
    fee = fee_bp(setting.desk, float(setting.mean))
    return Side(
        name=setting.name,
        adapts=False,
        rule=rule,
        payment=payment_of(setting.desk.notice, rule),
        syndicate=syndicate_of(setting.desk, list(members)),
        seating=seat_classes(population, list(members.values()), rule, fee),
        issues=setting.issues,
        burden=burden_of(setting.desk),
    )


def run_chunk(bench: Bench, chunk: int) -> Floats:
    """What one chunk comes to on every side: float64[sides, measures]."""
    rows = np.empty((len(bench.sides), len(MEASURES)))
    for place, (side, held, market_bp) in enumerate(held_on(bench, chunk)):
        rows[place] = measure(held, side.rule, side.seating.members, market_bp, side.burden)
    return rows


def held_on(bench: Bench, chunk: int) -> Iterator[tuple[Side, list[Held], Floats]]:
    """Every side with its issues as they were held on the days of a chunk, and where the market stood, [n]."""
    seating = bench.sides[0].seating
    market_bp, days = np.zeros(CHUNK), list[Day]()
    for issue in range(max(side.issues for side in bench.sides)):
        frozen = draw(bench.seed + issue * OWN_STREAM, chunk, len(seating))
        if issue == 0:
            market_bp = bench.market.spread_bp + bench.market.move_bp * frozen.shock
        days.append(Day(frozen, *private(frozen, market_bp, seating.noise_bp, seating.mandate, seating.mandate_sd)))
    for side in bench.sides:
        yield side, [hold(side, day) for day in days[: side.issues]], market_bp


def hold(side: Side, day: Day) -> Held:
    """One issue of a side, held in every auction of a chunk."""
    seating, rule = side.seating, side.rule
    bids = bid(day.views, day.mandates, day.frozen.uniform, seating.behaviour, seating.members, rule)
    outcomes = clear(bids, rule, side.payment)
    return Held(bids, outcomes, allot(bids, outcomes, day.frozen.arrival, side.syndicate, rule), day.views)
