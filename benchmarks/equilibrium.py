"""How long a best response takes and an equilibrium of five types, and what the equilibria are worth.

A best response: 41 ticks, 31 quantities, 5 steps, 200 resamples of 29 rivals; target at most 15 ms. An equilibrium of
thirty alike in five types: at most 2 s and an exploitability of at most 0.05 bp; where the floor binds, a cover of the
sum of the caps. Compiled beforehand; prints the least, the median and the most of several runs on one thread, and the
processor time of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import median
from time import perf_counter, process_time

os.environ.setdefault("NUMBA_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from auction.checks import desk_for
from auction.notice import MemberClass, Notice
from sim.lab.bestresponse import Limits, Rivals, Worth, best_response
from sim.lab.equilibrium import BOUND_BP, Equilibrium, equilibrium
from sim.lab.game import Game, Kind, Market, add_demand, auctions, standing_ticks
from sim.lab.rule import Rule, rule_of

MEMBERS, TICKS, QUANTITIES, STEPS, SUPPLY = 30, 41, 31, 5, 500
MEAN = Decimal("2.00")
FAST_MS, QUICK_S = 15.0, 2.0
RUNS, SOLVED, PLAYED = 15, 3, 4_000

STILL, MOVING = Market(8.0, 0.0), Market(8.0, 3.0)
GAMES: tuple[tuple[str, int, str, Market, str], ...] = (
    ("the floor far below the market", -5, "30%", STILL, "single-price"),
    ("the floor at the market", 8, "30%", STILL, "single-price"),
    ("the floor at the margin", 10, "30%", STILL, "single-price"),
    ("a binding floor, caps of 30 %", 20, "30%", STILL, "single-price"),
    ("a binding floor, no caps", 20, "100%", STILL, "single-price"),
    ("a market that moves by 3 bp", 5, "30%", MOVING, "single-price"),
    ("a market that moves, half a common value", 5, "30%", replace(MOVING, common=0.5), "single-price"),
    ("each its own price", 5, "30%", MOVING, "multiple-price"),
)


def seconds(work: Callable[[], object], runs: int) -> list[float]:
    """How long each of the runs takes, in order."""
    taken = []
    for _run in range(runs):
        begun = perf_counter()
        work()
        taken.append(perf_counter() - begun)
    return sorted(taken)


def some_rivals(resamples: int) -> Rivals:
    """Rivals of a few steps each around a market that moves, as bids in a pool would have them."""
    draw = np.random.default_rng(1)
    middle = 12 + 2 * draw.standard_normal((resamples, 1, 1)) + 4 * draw.standard_normal((resamples, MEMBERS - 1, 1))
    levels = middle + np.arange(STEPS) + 0.8 * draw.standard_normal((resamples, MEMBERS - 1, STEPS))
    ticks = np.clip(np.rint(levels), 0, TICKS - 1).astype(np.int64)
    demand = np.zeros((resamples, TICKS), np.int64)
    auction = np.broadcast_to(np.arange(resamples)[:, None, None], ticks.shape)
    np.add.at(demand, (auction, ticks), 1 + draw.integers(0, 30, ticks.shape))
    return Rivals(demand.cumsum(axis=1), np.full((1, resamples), SUPPLY), np.zeros(resamples))


def report_best_responses() -> None:
    """Best responses at the coupon and at each one's own price, with more resamples and with a limit of the span."""
    most = 3 * SUPPLY // 10
    lots, levels = np.arange(most + 2.0), np.arange(float(TICKS))
    single = Worth((levels[:, None] - 8.0) * lots - 0.025 * lots**2, np.zeros(TICKS))
    own = Worth(np.tile(-8.0 * lots - 0.025 * lots**2, (TICKS, 1)), levels)
    free = Limits(most, most, STEPS, TICKS)
    totals = free.quantities(QUANTITIES)
    print(f"best response: {TICKS} ticks, {len(totals)} quantities, at most {STEPS} steps, {RUNS} runs")
    for name, resamples, worth, limits in (
        ("single price", 200, single, free),
        ("multiple price", 200, own, free),
        ("single price, span of 20 ticks", 200, single, replace(free, span=20)),
        ("single price", 1_000, single, free),
        ("single price", 5_000, single, free),
    ):
        work = _response(some_rivals(resamples), worth, totals, limits)
        work()
        taken = [1000 * each for each in seconds(work, RUNS)]
        verdict = f": {'within' if median(taken) <= FAST_MS else 'OVER'} {FAST_MS:g} ms" if resamples == 200 else ""
        figures = f"min {taken[0]:.2f}, median {median(taken):.2f}, max {taken[-1]:.2f} ms"
        print(f"  {name}, {resamples} resamples: {figures}{verdict}")


def _response(rivals: Rivals, worth: Worth, totals: np.ndarray, limits: Limits) -> Callable[[], object]:
    return lambda: best_response(rivals, worth, totals, limits)


def arm_of(floor_bp: int, cap: str, method: str) -> Rule:
    """An arm whose range begins at a floor over the mean."""
    low = MEAN + Decimal(floor_bp) / 100
    tree = {
        "method": method,
        "object": "rate",
        "offered": "50",
        "tenor": "10",
        "range": {"low": str(low), "high": str(low + Decimal(TICKS - 1) / 100)},
        "window": {"open": "10:00", "close": "10:40"},
        "syndicate": "members.csv",
        "limits": {"member_max": dict.fromkeys(("lead-bank", "lead-broker", "bank", "broker"), cap)},
    }
    return rule_of(desk_for(Notice.model_validate(tree), {"甲": MemberClass.BANK}, None), Fraction(MEAN))


def game_under(arm: Rule, market: Market) -> Game:
    """Thirty alike."""
    most = arm.member_max[0]
    limits = Limits(most, most, arm.steps, arm.level_span)
    return Game((Kind(MEMBERS, limits, noise_bp=2.0, slope_bp=0.5),), arm, market)


def played(game: Game, found: Equilibrium) -> str:
    """Coupon, share at the floor and cover of the strategies found."""
    _move, rows, shifts, demand = auctions(game, found.profile.variants, PLAYED, seed=1)
    add_demand(demand, found.profile.schedules, standing_ticks(game), rows, shifts)
    full = demand >= game.supply
    ticks = np.where(full[:, -1], full.argmax(axis=1), game.rule.ticks - 1)
    coupon, cover = game.levels_bp[ticks].mean(), demand[:, -1].mean() / game.supply
    return f"coupon {coupon:.2f} bp, {np.mean(ticks == 0):.0%} at the floor, cover {cover:.2f}"


def report_equilibria() -> None:
    """Every game: time, rounds, exploitability and outcome."""
    print(f"equilibrium: {MEMBERS} members in five types, {SOLVED} runs each")
    for name, floor_bp, cap, market, method in GAMES:
        game = game_under(arm_of(floor_bp, cap, method), market)
        equilibrium(game)
        begun = process_time()
        found = equilibrium(game)
        processor = process_time() - begun
        taken = seconds(lambda game=game: equilibrium(game), SOLVED)
        verdict = "within" if median(taken) <= QUICK_S and found.exploitability_bp <= BOUND_BP else "OVER"
        print(f"  {name}: min {taken[0]:.2f}, median {median(taken):.2f}, max {taken[-1]:.2f} s")
        print(f"    processor {processor:.2f} s, {found.rounds} rounds")
        print(f"    exploitability {found.exploitability_bp:.4f} bp: {verdict} {QUICK_S:g} s and {BOUND_BP:g} bp")
        print(f"    what bidders between the types could gain on average: {found.between_bp:.4f} bp")
        print(f"    {played(game, found)}")


def main() -> None:
    report_best_responses()
    report_equilibria()


if __name__ == "__main__":
    main()
