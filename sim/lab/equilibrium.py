"""Equilibrium: best responses over and over, until no type could gain more than a stated bound.

Each round answers the strategies of the round before on frozen resamples; the more a type could gain, the likelier it
changes, so that not all jump at once. Where the pure strategies go round in circles, each type mixes the last few
(fictitious play). None of this proves an equilibrium: what does is the exploitability, the most that any type could
still gain, in bp of its own award, measured on resamples that no strategy has seen, over totals twice as fine. It is
of the views that stand for the types; what bidders with views between these could gain is measured apart.
Source: Kastl 2011; Brown 1951 for fictitious play; market.md 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.lab.bestresponse import Lots, Money, best_response, play
from sim.lab.draws import stream
from sim.lab.game import (
    Game,
    Kind,
    Profile,
    Sample,
    bid_of,
    real_types,
    rivals_of,
    surroundings,
    surroundings_at,
)

BOUND_BP = 0.05
AIM = 0.25
"""Of the bound: what the gains must come to on the resamples that are answered."""
TEST = 4_000
"""Resamples on which the exploitability is measured."""
FINEST = 61
"""Totals of which the deviations are made that measure it."""
BETWEEN, VIEWS = 1_000, 2
"""Resamples on which bidders between the types are measured, and at how many views of each type."""
TREMBLE = 1e-9
"""So small that it decides nothing but ties, in which the bids that win nothing are."""


class Stage(NamedTuple):
    """How strategies are sought for so many rounds, or until nobody gains by an answer."""

    resamples: int
    totals: int
    """How many totals a schedule may be made of."""
    variants: int
    rounds: int


ROUGH = Stage(200, 31, 1, 12)
"""What is begun with: near enough, for a fifteenth of the work of a round of the others."""
STAGES = (Stage(3_200, 41, 1, 10), Stage(3_200, 41, 1, 10), Stage(3_200, 41, 4, 16))
"""One after the other until the exploitability keeps to the bound. Of fewer resamples too few are those in which a
type wins that seldom does: what it plays there is left to chance."""


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """The strategies found, and what is known of them."""

    profile: Profile
    gains_bp: Money
    """float64[kinds x types]: what each type could still gain, in bp of its own award; at least one lot counts."""
    between_bp: float
    """What bidders could gain on average, wherever their views lie: the price of there being so few types."""
    rounds: int
    bound_bp: float

    @property
    def exploitability_bp(self) -> float:
        """The most that any type could still gain."""
        return float(self.gains_bp.max(initial=0.0))

    @property
    def converged(self) -> bool:
        """Whether nobody could gain more than the bound."""
        return self.exploitability_bp <= self.bound_bp


class Answer(NamedTuple):
    """What a bidder could gain, and by which schedule."""

    gain_bp: float
    schedule: Lots


class Answers(NamedTuple):
    """What each type could gain, and its best response: float64[types] and int64[types, ticks]."""

    gains_bp: Money
    schedules: Lots


def equilibrium(game: Game, seed: int = 0, bound_bp: float = BOUND_BP) -> Equilibrium:
    """The strategies of every type. Raises ValueError for a kind that no schedule keeps within its limits."""
    if not game.kinds:
        return Equilibrium(Profile(np.zeros((0, 1, game.rule.ticks), np.int64)), np.zeros(0), 0.0, 0, bound_bp)
    now, rounds = _settle(game, sincere(game), ROUGH, bound_bp, seed)
    best, gains = now, np.full(len(now.schedules), np.inf)
    for number, stage in enumerate(STAGES, start=1):
        now, taken = _settle(game, now, stage, bound_bp, seed + number)
        rounds += taken
        left = exploitability(game, now, seed + len(STAGES) + number)
        if left.max() < gains.max():
            best, gains = now, left
        if gains.max() <= bound_bp:
            break
    return Equilibrium(best, gains, between_types(game, best, seed), rounds, bound_bp)


def exploitability(game: Game, profile: Profile, seed: int, resamples: int = TEST) -> Money:
    """What each type could gain by a best response to these resamples themselves, so rather too much than too little.

    float64[kinds x types], in bp of the greater of its awards with and without the gain, one lot at the least.
    """
    samples = _samples(game, profile.variants, resamples, seed, "test")
    return _answers(game, profile, samples, FINEST, 0.0).gains_bp


def between_types(game: Game, profile: Profile, seed: int) -> float:
    """What bidders could gain by a best response to their own view, on average over views and bidders, in bp."""
    gains, weights = [0.0], [0]
    for number, kind in enumerate(game.kinds):
        for share in (np.arange(game.types * VIEWS) + 0.5) / (game.types * VIEWS) if game.sd_bp(kind) > 0 else ():
            required = game.required_bp(kind, float(share))
            sample = surroundings_at(game, number, float(share), profile.variants, BETWEEN, seed)
            played = [bid_of(game, profile, number, required)]
            gains.append(_answer(game, kind, required, sample, profile, played, ROUGH.totals, 0.0).gain_bp)
            weights.append(kind.bidders)
    return float(np.average(gains, weights=weights)) if any(weights) else 0.0


def sincere(game: Game) -> Profile:
    """Everybody alone in the market: the schedules with which rounds begin."""
    nobody = np.full((1, 0), -1, np.int64)
    none = np.zeros((1, game.rule.ticks), np.int64)
    sample = Sample(np.zeros(1, np.int64), nobody, nobody, np.zeros(1), none)
    start = Profile(np.zeros((game.types * len(game.kinds), 1, game.rule.ticks), np.int64))
    samples = {number: sample for number in range(len(start.schedules))}
    return Profile(_answers(game, start, samples, ROUGH.totals, 1.0).schedules[:, None])


def _settle(game: Game, profile: Profile, stage: Stage, bound_bp: float, seed: int) -> tuple[Profile, int]:
    """The best profile of the rounds of one stage, and how many were needed."""
    samples = _samples(game, stage.variants, stage.resamples, seed, "answer")
    chance = stream(seed, 0, "inertia")
    now = Profile(np.repeat(profile.schedules[:, :1], stage.variants, axis=1))
    best, least = now, np.inf
    for number in range(stage.rounds):
        answers = _answers(game, now, samples, stage.totals, TREMBLE)
        most = answers.gains_bp.max()
        if most < least:
            best, least = now, most
        if most <= AIM * bound_bp:
            return best, number + 1
        schedules = now.schedules.copy()
        eager = chance.random(len(schedules)) < np.maximum(answers.gains_bp / most, 0.1)
        changing = eager & (answers.gains_bp > AIM * bound_bp / 2) if stage.variants == 1 else eager | True
        schedules[changing, number % stage.variants] = answers.schedules[changing]
        now = Profile(schedules)
    return best, stage.rounds


def _samples(game: Game, variants: int, resamples: int, seed: int, role: str) -> dict[int, Sample]:
    """The surroundings of every type that occurs."""
    own = int(stream(seed, 0, role).integers(2**32))
    return {number: surroundings(game, number, variants, resamples, own) for number in real_types(game, variants)}


def _answers(game: Game, profile: Profile, samples: dict[int, Sample], count: int, tremble: float) -> Answers:
    """Everybody's best response to the profile; a type that does not occur keeps its schedule."""
    gains, schedules = np.zeros(len(profile.schedules)), profile.schedules[:, 0].copy()
    for number, sample in samples.items():
        kind = game.kinds[number // game.types]
        required = float(game.rows_bp(kind, game.types)[number % game.types])
        played = list(profile.schedules[number])
        gains[number], schedules[number] = _answer(game, kind, required, sample, profile, played, count, tremble)
    return Answers(gains, schedules)


def _answer(
    game: Game,
    kind: Kind,
    required: float,
    sample: Sample,
    profile: Profile,
    played: Sequence[Lots],
    count: int,
    tremble: float,
) -> Answer:
    """One bidder's best response to the profile, and what it gains over what it plays, on the same resamples."""
    worth = game.worth(kind, required)
    totals = kind.limits.quantities(count, kind.duty, *{int(schedule[-1]) for schedule in played})
    rivals = rivals_of(game, sample, profile, totals)
    schedule = best_response(rivals, worth, totals, kind.limits, tremble)
    best = play(schedule, rivals, worth, totals)
    outcomes = [play(each, rivals, worth, totals) for each in played]
    brought = float(np.choose(sample.own, [outcome.brought for outcome in outcomes]).mean())
    awarded = float(np.choose(sample.own, [outcome.awarded for outcome in outcomes]).mean())
    award = max(awarded, float(best.awarded.mean()), 1.0)
    return Answer((float(best.brought.mean()) - brought) / award, schedule)
