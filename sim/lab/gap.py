"""How far an issue's coupon lies from the local curve of the evening before: over time, and by issuer.

    coupon − local curve = gap of the quarter + effect of the issuer + what is the issue's own

Where the coupon stands at the floor of its range only an upper bound of that is seen (a censored observation). The gap
moves from quarter to quarter by a random walk. All is normal, so what is known after any auctions is the best value
and the curvature there (Laplace's method); to learn of more is the same again about what was known before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from sim.lab.outlook import Outlook

Floats = NDArray[np.float64]

MONTHS = 3
STEPS = 60
ENOUGH = 1e-9
FIRST_SD_BP = 8.0
"""How far the first gap may lie from where it is looked for, before anything is known."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an auction showed."""

    day: date
    issuer: str
    gap_bp: float
    """Of its coupon; at the floor, of the floor."""
    at_floor: bool
    """Whether the gap, had there been no floor, may have been any lower one."""


@dataclass(frozen=True)
class Learnt:
    """What is known of gaps after some auctions."""

    base: Outlook
    quarters: tuple[date, ...]
    issuers: tuple[str, ...]
    best: Floats = field(repr=False)
    """By how much each quarter and each issuer differs from the base, float64[quarters + issuers]."""
    spread: Floats = field(repr=False)
    """Their covariance."""

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where an issuer's effect stands."""
        return {issuer: len(self.quarters) + place for place, issuer in enumerate(self.issuers)}

    def expected(self, day: date, issuer: str) -> tuple[float, float]:
        """The gap to be expected, and its standard deviation with what is the issue's own, bp."""
        row = _row(day, issuer, self.quarters, self.place)
        variance = float(row @ self.spread @ row) + float(self.base.own_sd_bp) ** 2
        if issuer not in self.place:
            variance += float(self.base.issuer_sd_bp) ** 2
        return self.base.gap_bp(day, issuer) + float(row @ self.best), sqrt(variance)

    def outlook(self, since: date) -> Outlook:
        """What is known, to be written down: quarters that end after `since`, and every issuer."""
        kept = [day for day, after in zip(self.quarters, self.quarters[1:], strict=False) if after > since]
        gaps = {day: _hundredth(self.base.gap_bp(day, "") + self.best[self.quarters.index(day)]) for day in kept}
        names = sorted({*self.base.issuers, *self.issuers})
        own = {name: float(self.base.issuers.get(name, 0)) + self._effect(name) for name in names}
        return self.base.model_copy(
            update={"gaps": gaps, "issuers": {name: _hundredth(bp) for name, bp in own.items()}}
        )

    def _effect(self, issuer: str) -> float:
        return float(self.best[self.place[issuer]]) if issuer in self.place else 0.0


def learn(seen: Sequence[Seen], base: Outlook, days: Iterable[date]) -> Learnt:
    """What `seen` adds to what the base knows, for any of the `days`."""
    quarters = quarters_over([*days, *(each.day for each in seen)])
    issuers = tuple(sorted({each.issuer for each in seen}))
    place = {issuer: len(quarters) + at for at, issuer in enumerate(issuers)}
    width = len(quarters) + len(issuers)
    rows = np.array([_row(each.day, each.issuer, quarters, place) for each in seen]).reshape(len(seen), width)
    before = np.array([base.gap_bp(each.day, each.issuer) for each in seen])
    gaps = np.array([each.gap_bp for each in seen]) - before
    floored = np.array([each.at_floor for each in seen], np.bool_)
    prior = _prior(base, len(quarters), len(issuers))
    best = np.zeros(len(prior))
    for _step in range(STEPS):
        slope, curvature = _likelihood(gaps - rows @ best, floored, float(base.own_sd_bp))
        whole = prior + rows.T @ (curvature[:, None] * rows)
        move = np.linalg.solve(whole, rows.T @ slope - prior @ best)
        best = best + move
        if float(np.abs(move).max(initial=0.0)) < ENOUGH:
            break
    _slope, curvature = _likelihood(gaps - rows @ best, floored, float(base.own_sd_bp))
    spread = np.linalg.inv(prior + rows.T @ (curvature[:, None] * rows))
    return Learnt(base, quarters, issuers, best, spread)


def _likelihood(left: Floats, floored: NDArray[np.bool_], sd: float) -> tuple[Floats, Floats]:
    """Slope and curvature of the log likelihood in each expected gap, given what is left of the seen one over it."""
    z = left / sd
    hazard = np.exp(-z * z / 2 - log_ndtr(z)) / sqrt(2 * np.pi)
    slope = np.where(floored, -hazard, z) / sd
    curvature = np.where(floored, hazard * (hazard + z), 1.0) / sd**2
    return slope, np.maximum(curvature, 0.0)


def _prior(base: Outlook, quarters: int, issuers: int) -> Floats:
    """The precision of what is not known yet: a random walk over quarters, and issuers each on its own.

    Of a gap that is known from elsewhere the walk is drawn back to it by as much in each quarter.
    """
    precision = np.zeros((quarters + issuers, quarters + issuers))
    step = 1 / float(base.drift_bp) ** 2
    for at in range(quarters - 1):
        precision[at : at + 2, at : at + 2] += step * np.array([[1.0, -1.0], [-1.0, 1.0]])
    if base.gaps:
        precision[range(quarters), range(quarters)] += step
    else:
        precision[0, 0] += 1 / FIRST_SD_BP**2
    own = range(quarters, quarters + issuers)
    precision[own, own] = 1 / float(base.issuer_sd_bp) ** 2
    return precision


def _row(day: date, issuer: str, quarters: Sequence[date], place: Mapping[str, int]) -> Floats:
    """How much each quarter and each issuer counts on a day."""
    row = np.zeros(len(quarters) + len(place))
    at = min(max(bisect_right(quarters, day) - 1, 0), len(quarters) - 2)
    part = (day - quarters[at]).days / (quarters[at + 1] - quarters[at]).days
    row[at], row[at + 1] = 1 - part, part
    if issuer in place:
        row[place[issuer]] = 1.0
    return row


def quarters_over(days: Sequence[date]) -> tuple[date, ...]:
    """The first days of the quarters from that of the first day to that after the last; two at the least."""
    first, last = min(days), max(days)
    start = first.year * 12 + (first.month - 1) // MONTHS * MONTHS
    end = last.year * 12 + (last.month - 1) // MONTHS * MONTHS + MONTHS
    return tuple(date(month // 12, month % 12 + 1, 1) for month in range(start, end + 1, MONTHS))


def _hundredth(bp: float) -> Decimal:
    return Decimal(str(round(bp, 2)))
