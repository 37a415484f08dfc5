"""The state of the market on the day: where a bond trades when its window opens, and how far it may have moved.

Yields in bp over the benchmark mean of the treasury curve, the yardstick whatever curve the range is built on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

import numpy as np

from auction.curve import Curve, benchmark_mean
from auction.desk import benchmark_tenor
from auction.plan import Issue
from auction.quantities import YI
from sim.blocks import Market
from sim.draws import Draws
from sim.scenario import Staged
from sim.synthetic import daily_sd_bp, window_sd_bp

HISTORY = 250
"""Working days of the curve that its standard deviation is taken from."""
SHORTEST = 20
"""Changes below which a curve's own history says nothing."""
LARGE_SUPPLY = 100 * YI
"""万元; what `supply_bp` is per."""


@dataclass(frozen=True, slots=True)
class MarketState:
    """Where one issue trades around its day."""

    mean: Fraction
    """五日均值 of the treasury curve, percent."""
    evening_bp: float
    """The last evening's treasury yield over the mean."""
    spread_bp: float
    """Of region, tenor and the supply of the day over the treasury curve."""
    daily_sd_bp: float
    """Standard deviation of the move from the evening to the window."""
    supply: int
    """万元 that come to the market on the day, elsewhere too."""

    @property
    def window_sd_bp(self) -> float:
        """Standard deviation of the move from the mean to the window, on any such day."""
        return window_sd_bp(self.daily_sd_bp)

    def percent(self, shock: float) -> float:
        """The yield when the window opens, the move since the evening being `shock` standard deviations."""
        return float(self.mean) + (self.evening_bp + self.spread_bp + shock * self.daily_sd_bp) / 100


def market_state(staged: Staged, issue: Issue) -> MarketState:
    """The market of an issue on its scenario's day. Raises BadInput for a curve without the day or the tenor."""
    plan, market = staged.scenario.plan, staged.scenario.market
    tenor = Fraction(benchmark_tenor(plan, issue))
    benchmark = benchmark_mean(staged.treasury, plan.date, tenor)
    supply = sum(each.offered for each in plan.issues) + market.elsewhere
    spread = region_bp(staged, market, tenor, benchmark.yields[-1], benchmark.days[-1])
    own = market.move_sd_bp
    return MarketState(
        mean=benchmark.mean,
        evening_bp=float((benchmark.yields[-1] - benchmark.mean) * 100),
        spread_bp=spread + float(market.supply_bp) * supply / LARGE_SUPPLY,
        daily_sd_bp=own_sd_bp(staged.treasury, plan.date, tenor) if own is None else float(own),
        supply=supply,
    )


def region_bp(staged: Staged, market: Market, tenor: Fraction, treasury: Fraction, evening: date) -> float:
    """The spread of region and tenor: over the local curve of the evening, else over the treasury curve as written."""
    if staged.local is not None and market.regional_bp is not None:
        return float((staged.local.yield_on(evening, tenor) - treasury) * 100) + float(market.regional_bp)
    if isinstance(market.spread_bp, Mapping):
        return between(float(tenor), {float(years): float(each) for years, each in market.spread_bp.items()})
    return float(market.spread_bp)


def own_sd_bp(curve: Curve, until: date, tenor: Fraction, days: int = HISTORY) -> float:
    """The standard deviation of a day's change at a tenor, from the curve's days before `until`.

    A curve with fewer than SHORTEST changes says nothing: then as the synthetic curve has it.
    """
    latest = [day for day in curve.days if day < until][-days - 1 :]
    levels = [level for day in latest if (level := _percent(curve, day, tenor)) is not None]
    changes = [(after - before) * 100 for before, after in pairwise(levels)]
    return float(np.std(changes)) if len(changes) >= SHORTEST else daily_sd_bp(float(tenor))


def _percent(curve: Curve, day: date, tenor: Fraction) -> float | None:
    """The yield at a tenor, read as a float for statistics; None where the day has a hole there."""
    cells = curve.cells[day]
    node = {str(tenor): cells[str(tenor)]} if str(tenor) in cells else cells
    known = {float(curve.tenors[name]): float(text) for name, (_line, _column, text) in node.items() if _number(text)}
    beyond = not known or not min(known) <= tenor <= max(known)
    return None if beyond else between(float(tenor), known)


def between(tenor: float, known: Mapping[float, float]) -> float:
    """The value at a tenor by the line between its neighbours; beyond the ends, the end's."""
    tenors = sorted(known)
    return float(np.interp(tenor, tenors, [known[each] for each in tenors]))


def _number(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdigit()


def day_shock(draws: Draws) -> float:
    """How far the whole market moves on the day since the evening, in standard deviations of each tenor."""
    return float(draws.stream("market").standard_normal())
