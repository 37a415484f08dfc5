"""The backtest: every past auction predicted from what was known on the evening before its day, and how well.

Known are the curves up to that evening, the floor by the results file or the rulebook, the population with its outlook,
and how the auctions of earlier days in the file came out. What an auction came to, or any of the same day or later,
moves no prediction of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor

import numpy as np
from numpy.typing import NDArray

from sim.lab.calibrate import calibrate, looked_back, prior
from sim.lab.clearing import Floats
from sim.lab.evening import Evening
from sim.lab.forecast import Played, Players, expected_of, players_of, seen_of
from sim.lab.gap import Learnt, Seen, learn
from sim.lab.history import Skipped
from sim.lab.moments import FOCAL_BP
from sim.lab.outlook import Outlook
from sim.lab.population import Population

LOW, HIGH = 0.1, 0.9
TAILS = (2.0, 5.0, 10.0, 20.0)
BOOTSTRAPS = 2_000
SEED = 11
LEAST_COVER = 0.01
HAIR = 1e-6
"""Percent: nearer than this two levels are one."""
USUAL_GAP_BP = -5.0
"""What coupons lie over the local curve before any result is seen, for the focal baseline (assumed)."""
NEVER_MORE = 10
"""Earlier auctions from which the usual gap is wholly theirs."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """One auction, as it came out and as it was expected to."""

    evening: Evening
    played: Played
    usual_gap_bp: float
    """By which earlier coupons lay over the local curve, for the focal baseline."""

    def percent(self, bp: float) -> float:
        """A level over M in percent."""
        return float(self.evening.mean) + bp / 100

    @property
    def mean(self) -> float:
        """The expected coupon, percent."""
        return self.percent(float(self.played.coupon_bp.mean()))

    @property
    def interval80(self) -> tuple[float, float]:
        """Between which the coupon lies in eight cases of ten, percent."""
        low, high = np.quantile(self.played.coupon_bp, (LOW, HIGH), method="inverted_cdf")
        return self.percent(float(low)), self.percent(float(high))

    @property
    def error_bp(self) -> float:
        """By how much the coupon came out above what was expected."""
        return (float(self.evening.auction.coupon) - self.mean) * 100

    @property
    def covered(self) -> bool:
        """Whether the coupon came out inside the interval, its ends counted."""
        low, high = self.interval80
        return low - HAIR <= float(self.evening.auction.coupon) <= high + HAIR

    @property
    def crps_bp(self) -> float:
        """The continuous ranked probability score of the expected distribution."""
        ordered = np.sort(self.played.coupon_bp)
        n = len(ordered)
        spread = float((ordered * (2 * np.arange(1, n + 1) - n - 1)).sum()) / n**2
        return float(np.abs(ordered - self.evening.coupon_bp).mean()) - spread

    @property
    def log_cover(self) -> float:
        """The expected logarithm of the cover."""
        return float(np.log(np.maximum(self.played.cover, LEAST_COVER)).mean())

    @property
    def log_cover_error(self) -> float | None:
        """By how much the logarithm of the cover came out above the expected one."""
        cover = self.evening.auction.cover
        return None if cover is None else float(np.log(cover) - self.log_cover)

    def baseline_error_bp(self, name: str) -> float:
        """By how much the coupon came out above a baseline."""
        return self.evening.coupon_bp - BASELINES[name](self)

    def as_dict(self) -> dict[str, object]:
        """The row of the answer, percentages."""
        auction, (low, high) = self.evening.auction, self.interval80
        percent = {"mean": self.mean, "low80": low, "high80": high, "floor": float(self.evening.low)}
        covers = {"cover": auction.cover, "cover_mean": float(np.exp(self.log_cover))}
        return {
            "line": auction.line,
            "date": auction.day.isoformat(),
            "province": auction.issuer,
            "tenor": float(auction.tenor),
            "actual": float(auction.coupon),
            **{name: round(value, 4) for name, value in percent.items()},
            "at_floor": round(float(self.played.at_floor.mean()), 4),
            **{name: None if value is None else round(value, 4) for name, value in covers.items()},
            "floor_basis": self.evening.floor_basis.value,
            "stated": auction.stated,
        }


def _floor(row: Predicted) -> float:
    return row.evening.over_mean(row.evening.low)


def _local(row: Predicted) -> float:
    return row.evening.local_mean_bp


def _focal(row: Predicted) -> float:
    level = row.evening.local_bp + row.usual_gap_bp
    return max(FOCAL_BP * floor(level / FOCAL_BP + 0.5), _floor(row))


BASELINES: Mapping[str, Callable[[Predicted], float]] = {"floor": _floor, "local": _local, "focal": _focal}
"""Plain guesses at a coupon, bp over M: the floor; the local curve's five-day mean; the local curve less its usual gap,
at the nearest multiple of 5 bp and not under the floor."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """How well auctions were predicted."""

    rows: tuple[Predicted, ...]
    skipped: tuple[Skipped, ...]

    def scores(self) -> dict[str, object]:
        """Every figure of the answer, not the rows."""
        errors = np.array([row.error_bp for row in self.rows])
        covers = [error for row in self.rows if (error := row.log_cover_error) is not None]
        marginals = np.concatenate([row.played.marginal for row in self.rows])
        real = [row for row in self.rows if row.evening.auction.stated] or list(self.rows)
        return {
            "n": len(self.rows),
            "coupon_mae_bp": _rounded(np.abs(errors).mean()),
            "coupon_bias_bp": _rounded(errors.mean()),
            "interval80_coverage": _rounded(np.mean([row.covered for row in self.rows])),
            "crps_bp": _rounded(np.mean([row.crps_bp for row in self.rows])),
            "log_cover_mae": _rounded(np.abs(covers).mean()) if covers else None,
            "marginal_tail": {f"{at:g}": _rounded(at * (marginals > at).mean()) for at in TAILS},
            "at_floor": {
                "real": _rounded(np.mean([row.evening.at_floor for row in real])),
                "simulated": _rounded(np.mean([row.played.at_floor.mean() for row in real])),
                "n": len(real),
            },
            "baselines": {name: _rounded(np.abs(self._errors_of(name)).mean()) for name in BASELINES},
            "gains": {name: self.gain(name) for name in BASELINES},
        }

    def gain(self, name: str) -> dict[str, float]:
        """By how much smaller the mean absolute error is than a baseline's, bp, with an interval over days."""
        gains = np.abs(self._errors_of(name)) - np.abs([row.error_bp for row in self.rows])
        low, high = bootstrap(gains, [row.evening.auction.day for row in self.rows])
        return {"mean": _rounded(gains.mean()), "low": _rounded(low), "high": _rounded(high)}

    def _errors_of(self, baseline: str) -> Floats:
        return np.array([row.baseline_error_bp(baseline) for row in self.rows])

    def as_dict(self) -> dict[str, object]:
        """The whole answer as JSON has it."""
        rows = [row.as_dict() for row in self.rows]
        skipped = [each.as_dict() for each in self.skipped]
        return {**(self.scores() if rows else {"n": 0}), "rows": rows, "skipped": skipped}


def _rounded(figure: float | np.floating) -> float:
    return round(float(figure), 4)


def bootstrap(values: Floats, days: Sequence[date]) -> tuple[float, float]:
    """The 95 % interval of a mean, days resampled whole: bonds of one day are no independent witnesses."""
    known = np.array([day.toordinal() for day in days])
    each = [values[known == day] for day in np.unique(known)]
    sums, counts = np.array([part.sum() for part in each]), np.array([len(part) for part in each])
    drawn = np.random.default_rng(SEED).integers(len(each), size=(BOOTSTRAPS, len(each)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def backtest(evenings: Sequence[Evening], skipped: Sequence[Skipped], population: Population) -> Backtest:
    """Every auction predicted, in the order given; those before the local curve began must not be among them."""
    outlook, players = population.outlook or Outlook(), players_of(population)
    under = players.under_bp()
    days = sorted({each.auction.day for each in evenings})
    found: dict[int, Predicted] = {}
    for day in days:
        earlier = [seen_of(each) for each in evenings if each.auction.day < day]
        learnt, usual = learn(earlier, outlook, days), usual_gap(earlier)
        for evening in evenings:
            if evening.auction.day == day:
                found[evening.auction.line] = predicted(evening, learnt, usual, players, under)
    return Backtest(tuple(found[each.auction.line] for each in evenings), tuple(skipped))


def left_out(evenings: Sequence[Evening], population: Population, trials: int = 0) -> tuple[Predicted, ...]:
    """Every auction predicted by what all days but its own say; with `trials`, members are fitted anew as well."""
    rows: list[Predicted] = []
    for day in sorted({each.auction.day for each in evenings}):
        others = [each for each in evenings if each.auction.day != day]
        members = calibrate(others, population, prior({}), trials).population if trials else population
        learnt, players = looked_back(others, prior({})).near, players_of(members)
        usual, under = usual_gap([seen_of(each) for each in others if each.auction.day < day]), players.under_bp()
        own = [each for each in evenings if each.auction.day == day]
        rows += [predicted(each, learnt, usual, players, under) for each in own]
    return tuple(rows)


def predicted(evening: Evening, learnt: Learnt, usual: float, players: Players, under_bp: float) -> Predicted:
    """One auction, played from where its evening left it."""
    coupon, sd = expected_of(evening, learnt)
    return Predicted(evening, players.play(evening, coupon, sd, under_bp), usual)


def usual_gap(earlier: Sequence[Seen]) -> float:
    """By how much earlier coupons lay over the local curve, on average; drawn to the assumed one while they are few."""
    gaps: NDArray[np.float64] = np.array([each.gap_bp for each in earlier])
    weight = min(len(gaps) / NEVER_MORE, 1.0)
    return USUAL_GAP_BP if not len(gaps) else weight * float(gaps.mean()) + (1 - weight) * USUAL_GAP_BP
