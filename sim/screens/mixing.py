"""The chance of a statistic, found by mixing the data anew many times."""

from __future__ import annotations

from collections.abc import Callable

SEED = 20_261_122
LEAST_AUCTIONS = 12
"""Below it a series says nothing."""
MIXTURES = 199
ENOUGH = 12
"""Mixtures that reach the statistic after which its chance is known well enough (Besag and Clifford 1991)."""


def chance_of(statistic: float, mixed: Callable[[], float]) -> float:
    """How probable at least `statistic` is where nothing but chance is at work; `mixed` draws one such."""
    reached = 0
    for tried in range(1, MIXTURES + 1):
        reached += mixed() >= statistic - 1e-9
        if reached == ENOUGH:
            return reached / tried
    return (reached + 1) / (MIXTURES + 1)
