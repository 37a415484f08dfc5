"""A synthetic treasury curve whose days move as the real one's do: as much, together, and with as many great moves.

Fitted to the ChinaBond treasury curve, daily changes from January 2018 to August 2026 (2,158 days): standard deviation
by tenor, three factors and what is a tenor's own, and Student's t for all tenors of a day together. The numbers of the
fit are shipped, the curve they were fitted to is not.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from auction.curve import Cell, Curve
from auction.workdays import INTERBANK, Workdays

Floats = NDArray[np.float64]

TENORS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30)
"""Years."""
SD_BP = (2.71, 2.63, 2.48, 2.41, 2.49, 2.28, 2.12, 2.06, 2.06, 2.09, 1.94, 1.98, 2.02)
"""Standard deviation of a day's change, by tenor."""
FACTORS = (
    (0.58, 0.75, 0.82, 0.90, 0.91, 0.93, 0.94, 0.97, 0.96, 0.94, 0.94, 0.92, 0.86),
    (0.42, 0.44, 0.40, 0.33, 0.15, 0.04, -0.05, -0.14, -0.19, -0.21, -0.28, -0.31, -0.28),
    (0.22, 0.22, -0.02, -0.14, -0.15, -0.22, -0.15, -0.07, 0.00, 0.04, 0.12, 0.15, 0.13),
)
"""How much of a tenor's change is each factor's: level, tilt, bend; within 0.09 of every correlation."""
FREEDOM = 5
"""Degrees of freedom of Student's t: a kurtosis of 9, the real ones being 8 to 19."""
LAST_PERCENT = (1.20, 1.24, 1.25, 1.31, 1.39, 1.46, 1.52, 1.58, 1.63, 1.68, 1.97, 2.13, 2.13)
"""Where the curve stands on its last day."""
LOWEST = 0.01
"""Percent; no yield goes below."""
NAME = Path("synthetic")


def daily_changes(draw: Generator, days: int) -> Floats:
    """The changes of so many days in bp, float64[days, tenors]."""
    loadings = np.array(FACTORS)
    own = np.sqrt(1.0 - (loadings**2).sum(axis=0))
    together = draw.standard_normal((days, len(loadings))) @ loadings
    normal = together + own * draw.standard_normal((days, len(TENORS)))
    wide = np.sqrt((FREEDOM - 2) / draw.chisquare(FREEDOM, (days, 1)))
    changes: Floats = np.array(SD_BP) * normal * wide
    return changes


def daily_sd_bp(tenor: float) -> float:
    """The standard deviation of a day's change at a tenor in years, between the fitted tenors by the line."""
    return float(np.interp(tenor, TENORS, SD_BP))


def window_sd_bp(daily_bp: float) -> float:
    """The standard deviation of the move from the mean of five evenings to the next day's tender.

    Of a random walk the five changes weigh 1, 0.8, 0.6, 0.4 and 0.2: the root of 2.2 days' variance.
    """
    return daily_bp * sqrt(sum((weight / 5) ** 2 for weight in range(1, 6)))


def synthetic_curve(draw: Generator, until: date, days: int = 260, workdays: Workdays = INTERBANK) -> Curve:
    """A curve of so many working days before `until`, the last of them at LAST_PERCENT. Raises UnpublishedYear."""
    back = np.cumsum(daily_changes(draw, days - 1)[::-1], axis=0)[::-1] / 100
    percent = np.vstack([np.array(LAST_PERCENT) - back, np.array(LAST_PERCENT)]).clip(min=LOWEST)
    names = {str(tenor): Fraction(tenor) for tenor in TENORS}
    cells: dict[date, dict[str, Cell]] = {}
    for line, (day, yields) in enumerate(zip(workdays.before(until, days), percent, strict=True), start=2):
        cells[day] = {name: (line, f"{name}Y", f"{at:.4f}") for name, at in zip(names, yields, strict=True)}
    return Curve(NAME, names, cells)
