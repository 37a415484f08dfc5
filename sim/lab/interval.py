"""Anytime-valid intervals: they cover the truth at all looks at once, so a study may stop whenever it likes.

What is counted are units: the means of chunks of auctions. The antithetic pairs and strata of a chunk hang together;
chunks do not, for each has streams of its own, and each mean is unbiased. So the chunk is the unit, never the auction.
Means in general: the normal mixture of Robbins 1970 in its t form, exact for normal units of unknown variance from the
first look on (Lai 1976; Wang and Ramdas 2024, "Anytime-valid t-tests and confidence sequences for Gaussian means with
unknown variance"), and for other units as they grow many (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024,
"Time-uniform central limit theory and asymptotic confidence sequences"). Means of units within 0 and 1: empirical
Bernstein (Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting", theorem 2), which
holds for any number of units of any kind, at the price of width.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, log, log1p, sqrt

ALPHA = 0.05
"""How often the truth may be missed."""
LEAST = 8
"""Units before which nothing is claimed."""
SETTLED = 32
"""Units before which no study stops: seldom events skew the means of fewer too much to trust their variance."""
TUNED = 32
"""Units for which the interval is tightest; far from them it is wider by little."""
MOST = 10**12
"""Units beyond which nobody counts."""
ROUNDING = 2.0**-40
"""Of a mean: a deviation that may be rounding alone."""
BOLDEST = 0.5
"""The greatest bet of the empirical-Bernstein interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the ends between which the truth lies, save with the chance agreed."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of what lies between the ends."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Units:
    """The units so far: how many, their mean, and the sum of squared deviations from it."""

    n: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def plus(self, values: Iterable[float]) -> Units:
        """With further units, taken one by one in their order (Welford 1962), so that batches do not matter."""
        n, mean, squares = self.n, self.mean, self.squares
        for value in values:
            n += 1
            step = value - mean
            mean += step / n
            squares += step * (value - mean)
        return Units(n, mean, squares)

    @property
    def variance(self) -> float:
        """Of one unit, unbiased; 0 of fewer than two."""
        return self.squares / (self.n - 1) if self.n > 1 else 0.0

    def interval(self, alpha: float = ALPHA, grain: float = 0.0) -> Interval:
        """Around the mean, as `half_width` has it."""
        half = half_width(self.n, self.mean, self.variance, alpha, grain)
        return Interval(self.mean, self.mean - half, self.mean + half)


def half_width(n: int, mean: float, var: float, alpha: float = ALPHA, grain: float = 0.0) -> float:
    """Half the width of the interval after n units of this mean and unbiased variance; infinite before LEAST.

    `grain` is what one auction could move a unit's mean: it counts as if two of one unit had moved it, for a variance
    of zero tells only that nothing rare has happened yet.
    """
    if n < LEAST:
        return inf
    spread = max(var + (2 * grain) ** 2 / n, (ROUNDING * mean) ** 2)
    prior = 1 + n * _mixture(alpha)
    odds = (sqrt(prior) / alpha) ** (2 / n)
    if odds >= prior:
        return inf
    return sqrt(spread / n * (n - 1) * (odds - 1) / (1 - odds / prior))


def precise(n: int, mean: float, var: float, wanted: float, alpha: float = ALPHA, grain: float = 0.0) -> bool:
    """Whether a study that wants this half-width may stop."""
    return n >= SETTLED and half_width(n, mean, var, alpha, grain) <= wanted


def needed(wanted: float, var: float, alpha: float = ALPHA) -> int:
    """About how many units of this variance it takes until a study that wants this half-width may stop."""
    low, high = SETTLED, MOST
    while low < high:
        middle = (low + high) // 2
        if half_width(middle, 0.0, var, alpha) <= wanted:
            high = middle
        else:
            low = middle + 1
    return low


def _mixture(alpha: float) -> float:
    """The variance of the mixture, in units' own, that makes the interval tightest after TUNED units."""
    return (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / TUNED


@dataclass(frozen=True, slots=True)
class Bounded:
    """Units that lie within 0 and 1, and the bets made on them; the interval holds for any number of them."""

    alpha: float = ALPHA
    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    """Squared deviations, each from the mean then known."""
    bets: float = 0.0
    won: float = 0.0
    """Each unit times its bet."""
    paid: float = 0.0
    """What the bets cost in width."""

    def plus(self, values: Iterable[float]) -> Bounded:
        """With further units in their order. Raises ValueError for one outside 0 and 1."""
        n, total, squares, bets, won, paid = self.n, self.total, self.squares, self.bets, self.won, self.paid
        for value in values:
            if not 0 <= value <= 1:
                raise ValueError(f"a unit of {value} lies outside 0 and 1")
            mean, variance = (0.5 + total) / (n + 1), (0.25 + squares) / (n + 1)
            n, total = n + 1, total + value
            bet = min(sqrt(2 * log(2 / self.alpha) / (variance * n * log(n + 1))), BOLDEST)
            bets, won = bets + bet, won + bet * value
            paid += (value - mean) ** 2 * (-log1p(-bet) - bet)
            squares += (value - (0.5 + total) / (n + 1)) ** 2
        return Bounded(self.alpha, n, total, squares, bets, won, paid)

    @property
    def interval(self) -> Interval:
        """Within 0 and 1; all of it before there is a unit."""
        if not self.n:
            return Interval(0.5, 0.0, 1.0)
        middle, half = self.won / self.bets, (log(2 / self.alpha) + self.paid) / self.bets
        return Interval(self.total / self.n, max(0.0, middle - half), min(1.0, middle + half))
