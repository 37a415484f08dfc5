"""The state of the market on the day: where a tenor trades when the window opens."""

from __future__ import annotations

from fractions import Fraction

from auction.curve import benchmark_mean
from auction.desk import benchmark_tenor
from auction.plan import Issue
from sim.draws import Draws
from sim.scenario import Staged


def market_yield(staged: Staged, issue: Issue, draws: Draws) -> float:
    """Percent: the evening's treasury yield, the move since, and the region's spread. One move for the whole day."""
    market = staged.scenario.market
    plan = staged.scenario.plan
    mean = benchmark_mean(staged.treasury, plan.date, benchmark_tenor(plan, issue))
    move = float(draws.stream("market").normal(0.0, float(market.move_sd_bp)))
    return float(Fraction(mean.yields[-1])) + (float(market.spread_bp) + move) / 100
