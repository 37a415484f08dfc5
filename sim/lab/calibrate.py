"""Calibration: a population whose auctions have the moments of real ones (the method of simulated moments).

First the outlook: how far coupons lie from the local curve, from every result since that curve is known. Then what its
members do with it: CMA-ES over a few factors on the parameters of a population to begin with, on frozen draws, so that
the loss is a plain function of them. Source: domain notes 2, 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import ceil, exp, inf, isfinite, log
from types import MappingProxyType

import numpy as np

from auction.curve import Curve
from auction.errors import KaibiaoError, bad_input
from auction.language import say
from sim.lab.clearing import Floats
from sim.lab.evening import Evening, evening_of
from sim.lab.experiment import members_of
from sim.lab.forecast import Players, expected_of, players_of, seen_of
from sim.lab.gap import Learnt, learn
from sim.lab.history import History, Skipped
from sim.lab.moments import FIGURES, Moment, Sample, as_played, real_moments
from sim.lab.outlook import Outlook
from sim.lab.population import Institution, Population

TRIALS = 600
SPREAD = 0.3
"""How far around its beginning the search looks first, in logarithms."""
TRIAL_CHUNKS = 1
"""Chunks each auction is played by in a trial."""
SEED = 20_261_122
STRENGTH = 0.25
"""How much of a valuation spread over the nation's is expected of coupons before any is seen (assumed: the results at
hand bear no more)."""
LEAST_ERROR = 0.1
"""Of what it is itself, the least standard error a moment is taken to have: few auctions look surer than they are."""
LARGE = 5.0
"""Standard errors beyond which a moment that is missed counts ever less."""
WEIGHTS = {"tail": 6.0, "cover.correlation": 20.0, "cover.slope": 3.0}
"""How much more the moments of all auctions together count than those of a regime."""
DROPPED = (".spread", ".floor")
"""Moments that the outlook has fitted already."""
SINCE = date(2022, 1, 1)
"""From when on an outlook is written down: before it there is no local curve to set out from."""

LEAST_MULTIPLE = 0.01

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Knob:
    """A factor on parameters of all institutions."""

    name: str
    low: float
    high: float
    most: float
    """What the parameter may be at the most."""
    start: float | None = None
    """Of a knob that is the value itself, alike for all, where to begin; a factor begins at 1."""


KNOBS = (
    Knob("mandate", 0.3, 3.0, 0.5),
    Knob("mandate_sd", 0.2, 1.2, 2.0, start=0.35),
    Knob("favour_bp", 0.2, 3.0, 20.0),
    Knob("fill", 0.01, 0.6, 1.0, start=0.018),
    Knob("fill_bp", 0.5, 60.0, 100.0, start=7.0),
    Knob("crowd", 0.05, 5.0, 10.0, start=0.8),
    Knob("cap_use", 0.2, 2.0, 1.0),
    Knob("at_ceiling", 0.2, 2.0, 1.0),
    Knob("safety_bp", 0.3, 3.0, 20.0),
    Knob("focal", 0.02, 1.0, 1.0, start=0.1),
    Knob("absent", 0.2, 4.0, 0.6),
)
"""What is fitted, each between bounds and on a logarithmic scale. What results without bids cannot tell, a member's own
view and its slope, stays as the population has it."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a calibration found."""

    population: Population
    moments: tuple[Moment, ...]
    loss: float
    trials: int


@dataclass(frozen=True, slots=True)
class LookedBack:
    """Past auctions as their evenings left them, and what is expected of each."""

    evenings: tuple[Evening, ...]
    expected: tuple[tuple[float, float], ...]
    """The coupon over M if no floor bound, and its standard deviation, bp."""
    near: Learnt
    """What is known of gaps since the local curve began."""

    def played_by(self, players: Players) -> Sample:
        """The auctions as a population plays them."""
        under = players.under_bp()
        pairs = zip(self.evenings, self.expected, strict=True)
        return as_played(self.evenings, [players.play(evening, *known, under) for evening, known in pairs])


def evenings_of(
    history: History, treasury: Curve, local: Curve, population: Population
) -> tuple[tuple[Evening, ...], tuple[Skipped, ...]]:
    """The evening of every auction for which the curves reach, and the lines for which they do not."""
    members, evenings, skipped = members_of(population), list[Evening](), list(history.skipped)
    floors = population.outlook.floors if population.outlook else {}
    for auction in history.auctions:
        try:
            evenings.append(evening_of(auction, treasury, local, members, floors))
        except KaibiaoError as error:
            skipped.append(Skipped(auction.line, error.message))
    return tuple(evenings), tuple(sorted(skipped, key=lambda each: each.line))


def prior(strength_bp: Mapping[str, float], floors: Mapping[date, Decimal] = MappingProxyType({})) -> Outlook:
    """What is expected before any result is seen: a part of what an issuer's bonds are valued above others."""
    issuers = {issuer: Decimal(str(round(STRENGTH * bp, 2))) for issuer, bp in strength_bp.items()}
    return Outlook(issuers=issuers, floors=dict(floors))


def looked_back(evenings: Sequence[Evening], outlook: Outlook) -> LookedBack:
    """What all results together say of gaps; before the local curve began the gap is over its first spreads."""
    near, far = ([each for each in evenings if each.proxied is proxied] for proxied in (False, True))
    if not near:
        raise bad_input(say("没有一期在地方债曲线开始之后，无法校准"))
    known = {proxied: learn([seen_of(each) for each in part], outlook, [each.auction.day for each in part])
             for proxied, part in ((False, near), (True, far)) if part}  # fmt: skip
    expected = tuple(expected_of(each, known[each.proxied]) for each in evenings)
    return LookedBack(tuple(map(as_wide, evenings)), expected, known[False])


def as_wide(evening: Evening) -> Evening:
    """The evening with a range that its coupon fits in: one that came out above shows that the cap was another."""
    needed = 2 * ceil((evening.coupon_bp - evening.rule.floor_bp) / evening.rule.tick_bp)
    if evening.coupon_bp <= evening.rule.bp(evening.rule.ticks - 1):
        return evening
    return replace(evening, rule=evening.rule._replace(ticks=needed, level_span=needed - 1))


def calibrate(
    evenings: Sequence[Evening],
    population: Population,
    outlook: Outlook,
    trials: int = TRIALS,
    tell: Tell = lambda done, whole: None,
) -> Calibrated:
    """The population, its knobs set so that its moments come near those of the evenings' results."""
    looked, real = looked_back(evenings, outlook), real_moments(evenings)

    def moments(turned: Mapping[str, float], chunks: int) -> tuple[Moment, ...]:
        return real.against(looked.played_by(players_of(adjusted(population, turned), chunks)))

    best = search(lambda turned: loss(moments(turned, TRIAL_CHUNKS)), beginning(population), trials, tell)
    found = adjusted(population, best).model_copy(update={"outlook": looked.near.outlook(SINCE)})
    final = real.against(looked.played_by(players_of(found)))
    return Calibrated(found, final, loss(final), trials)


def beginning(population: Population) -> dict[str, float]:
    """Where the search sets out: factors at 1, values at the population's own where all its institutions share one."""
    start = {knob.name: knob.start or 1.0 for knob in KNOBS}
    for knob in KNOBS:
        own = {float(getattr(each, knob.name)) for each in population.institutions}
        if knob.start and len(own) == 1:
            start[knob.name] = min(max(*own, knob.low), knob.high)
    return start


def search(
    loss_at: Callable[[Mapping[str, float]], float], begin: Mapping[str, float], trials: int, tell: Tell
) -> dict[str, float]:
    """The knobs of the least loss that CMA-ES finds, those to begin with among them."""
    from cmaes import CMA

    begun = np.array([log(begin[knob.name]) for knob in KNOBS])
    bounds = np.array([[log(knob.low), log(knob.high)] for knob in KNOBS])
    strategy = CMA(begun, SPREAD, bounds, seed=SEED)
    best, least = begun, inf
    for generation in range(0, max(trials, 1), strategy.population_size):
        tell(generation, trials)
        tried = [begun if generation == 0 == place else strategy.ask() for place in range(strategy.population_size)]
        losses = [loss_at(_values_at(point)) for point in tried]
        strategy.tell(list(zip(tried, losses, strict=True)))
        if min(losses) < least:
            best, least = tried[losses.index(min(losses))], min(losses)
    return _values_at(best)


def _values_at(point: Floats) -> dict[str, float]:
    return {knob.name: exp(value) for knob, value in zip(KNOBS, point.tolist(), strict=True)}


def loss(moments: Sequence[Moment]) -> float:
    """How far simulated moments lie from real ones, in squared standard errors, each at most LARGE squared."""
    return float(sum(_weight(moment) * _missed(moment) for moment in moments if not moment.name.endswith(DROPPED)))


def _weight(moment: Moment) -> float:
    return next((weight for name, weight in WEIGHTS.items() if moment.name.startswith(name)), 1.0)


def _missed(moment: Moment) -> float:
    """The square of a z, of logarithms for multiples; a moment that is not there is as bad as can be."""
    real, simulated, error = moment.real, moment.simulated, moment.error if isfinite(moment.error) else 0.0
    if not isfinite(simulated):
        return LARGE**2
    if real > 0 and FIGURES[moment.name].multiple:
        real, simulated, error = log(real), log(max(simulated, LEAST_MULTIPLE)), error / real
    z = (simulated - real) / max(error, LEAST_ERROR * max(abs(real), 1.0))
    return z * z / (1 + (z / LARGE) ** 2)


def adjusted(population: Population, turned: Mapping[str, float]) -> Population:
    """The population with its knobs turned."""
    institutions = tuple(_turned(each, turned) for each in population.institutions)
    return population.model_copy(update={"institutions": institutions})


def _turned(institution: Institution, turned: Mapping[str, float]) -> Institution:
    return institution.model_copy(update=dict(_values(institution, turned)))


def _values(institution: Institution, turned: Mapping[str, float]) -> Iterator[tuple[str, Decimal]]:
    for knob in KNOBS:
        own = 1.0 if knob.start else float(getattr(institution, knob.name))
        yield knob.name, Decimal(f"{min(knob.most, own * turned[knob.name]):.3g}")
