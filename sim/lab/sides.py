"""The sides of an experiment: each arm with bidders as they are, and with bidders that come to terms with its rules.

Bidders as they are follow their own rule of thumb under any rules; those that are strategic keep to what they found
best in the first arm. Bidders that adapt are in equilibrium under the arm's own rules, as far as its exploitability
says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from auction.errors import BadInput, Fault, bad_input
from auction.language import say
from sim.lab.adapting import STRATEGIC, Adapted, adapted, game_of
from sim.lab.bench import Bench, Side, side_of
from sim.lab.clearing import Bids, clear
from sim.lab.draws import draw
from sim.lab.equilibrium import equilibrium, sincere
from sim.lab.experiment import Bidders, Prepared
from sim.lab.game import Game, Market
from sim.lab.kernel import allot, bid, private
from sim.lab.pool import Workers
from sim.lab.rule import MOST_STEPS
from sim.market import market_state
from sim.underwriters import FIELDS, MOST, TYPE_WIDTH, TYPES

Count = Callable[[int, int], None]
"""Tells how many of how many are done."""

SEEDS = 2**31
"""Seeds that the search for equilibria knows."""


def market_of(prepared: Prepared) -> Market:
    """Where the bond trades on a day like the scenario's: its spread, and the move since the five-day mean."""
    state = market_state(prepared.staged, prepared.issue)
    return Market(state.spread_bp, state.window_sd_bp)


def bench_of(prepared: Prepared, market: Market, pool: Workers, tell: Count = lambda done, whole: None) -> Bench:
    """Every side of every arm in one market, telling how many equilibria are found.

    Raises BadInput with every arm that nobody can adapt to.
    """
    experiment = prepared.experiment
    plain = tuple(side_of(setting, prepared.population, prepared.members) for setting in prepared.settings)
    if not _games(prepared, plain, market)[0].kinds:
        if experiment.bidders is Bidders.ADAPTING:
            nobody = say("群体 {name} 里没有会适应规则的投标人（strategic 或 ring）", name=prepared.population.name)
            raise bad_input(nobody, prepared.file, "population")
        return Bench(experiment.seed, market, plain)
    wanted = plain[:1] if experiment.bidders is Bidders.FIXED else plain
    seed = experiment.seed % SEEDS
    works: list[Callable[[], Side | None]] = [partial(in_equilibrium, side, market, seed) for side in wanted]
    if pool.jobs > 1:
        works = [partial(compile_bidding, plain[0], market), partial(compile_clearing, plain[0], market), *works]
    solved: list[Side] = []
    tell(0, len(wanted))
    for side in pool.map(done, works):
        if side:
            solved.append(side)
            tell(len(solved), len(wanted))
    fixed = tuple(as_before(solved[0], plain[0], side) for side in plain)
    sides = {Bidders.FIXED: fixed, Bidders.ADAPTING: tuple(solved), Bidders.BOTH: (*fixed, *solved)}
    return Bench(experiment.seed, market, sides[experiment.bidders])


def done(work: Callable[[], Side | None]) -> Side | None:
    """What comes of a piece of work."""
    return work()


def compile_bidding(side: Side, market: Market) -> None:
    """Bid in two auctions, so that one process compiles the bidding while another compiles the clearing."""
    seating = side.seating
    frozen = draw(0, 0, len(seating), 2)
    around = market.spread_bp + market.move_bp * frozen.shock
    views, mandates = private(frozen, around, seating.noise_bp, seating.mandate, seating.mandate_sd)
    for behaviour in (seating.behaviour, np.full_like(seating.behaviour, STRATEGIC)):
        bid(views, mandates, frozen.uniform, behaviour, seating.members, side.rule)


def compile_clearing(side: Side, market: Market) -> None:
    """Seek a response and clear a few empty books, so that one process compiles that while another the bidding."""
    sincere(replace(game_of(side.rule, side.seating, market), others=None))
    shape = (2, len(side.seating), MOST_STEPS)
    bids = Bids(np.zeros(shape, np.uint16), np.zeros(shape, np.int32), np.zeros(shape[:2], np.int8))
    outcomes = clear(bids, side.rule, side.payment)
    allot(bids, outcomes, np.zeros(shape, np.uint16), side.syndicate, side.rule)


def in_equilibrium(side: Side, market: Market, seed: int) -> Side:
    """The arm with bidders that adapt to it, as far as they could be found to. Raises BadInput."""
    game = game_of(side.rule, side.seating, market)
    found = equilibrium(game, seed)
    return replace(
        _seated(side, adapted(game, found, side.seating)),
        adapts=True,
        exploitability_bp=found.exploitability_bp,
        between_bp=found.between_bp,
        converged=found.converged,
    )


def as_before(first: Side, plain: Side, side: Side) -> Side:
    """An arm in which strategic bidders keep to what they play in the first, `first` being that and `plain` without it.

    They keep to the same distance in bp from what they require, and to the same parts of the issue.
    """
    rows, rule = first.seating.members, side.rule
    strategies = rows[:, FIELDS:].copy()
    most_before = plain.seating.members[:, MOST] / plain.rule.supply
    most_now = np.maximum(side.seating.members[:, MOST] / rule.supply, 1 / rule.supply)
    for column in range(strategies.shape[1]):
        place = column % TYPE_WIDTH
        if place % 2:
            strategies[:, column] = np.rint(strategies[:, column] * plain.rule.tick_bp / rule.tick_bp)
        elif place:
            strategies[:, column] *= most_before / most_now
    members = np.concatenate([side.seating.members[:, :FIELDS], strategies], axis=1)
    members[:, TYPES] = rows[:, TYPES]
    return _seated(side, Adapted(first.seating.behaviour, members))


def _seated(side: Side, found: Adapted) -> Side:
    return replace(side, seating=replace(side.seating, behaviour=found.behaviour, members=found.members))


def _games(prepared: Prepared, sides: Sequence[Side], market: Market) -> list[Game]:
    """What bidders play in each arm they are to adapt to. Raises BadInput."""
    wanted = sides[:1] if prepared.experiment.bidders is Bidders.FIXED else sides
    games: list[Game] = []
    faults: list[Fault] = []
    for side in wanted:
        try:
            games.append(game_of(side.rule, side.seating, market))
        except BadInput as error:
            reasons = (say("方案“{arm}”：{reason}", arm=side.name, reason=fault.message) for fault in error.faults)
            faults += [Fault(reason, str(prepared.file), field="arms") for reason in reasons]
    if faults:
        raise BadInput(faults)
    return games
