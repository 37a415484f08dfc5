"""What real auctions were found to do, the equilibria of the laboratory do as well (market.md 4.6)."""

from dataclasses import replace

import numpy as np
import pytest
from games import coupons, cover, demand, game, limits, outcomes, rule, solve, surplus

from sim.lab.equilibrium import Equilibrium
from sim.lab.game import Game, Kind, Market

FREE = -30
"""A floor that binds nowhere."""


def uncertain(daily_sd_bp: float) -> Game:
    """A market of that volatility: it moves for five days before the tender and on until the award is sold.

    The mean is centred, so the common move has 1.48 daily standard deviations; what a bidder sees by itself is as
    uncertain as one day is. Awards are held for some days at a cost of mean and variance.
    """
    market = Market(8.0, 1.48 * daily_sd_bp, resale_sd_bp=2 * daily_sd_bp, aversion=0.03)
    return game(rule(FREE, ticks=81), market=market, noise_bp=daily_sd_bp, slope_bp=0.2, absent=0.05)


def discount(one: Game, found: Equilibrium) -> np.ndarray:
    """What each auction pays over the market, bp."""
    move, asked = demand(one, found)
    return coupons(one, asked) - one.market.spread_bp - move


def dispersion(one: Game, found: Equilibrium) -> float:
    """Standard deviation of the levels of an auction's bids, weighted by lots, bp."""
    _move, asked = demand(one, found)
    bids = np.diff(asked, axis=1, prepend=0)
    means = bids @ one.levels_bp / bids.sum(axis=1)
    squares = bids * (one.levels_bp - means[:, None]) ** 2
    return float(np.sqrt(squares.sum(axis=1) / bids.sum(axis=1)).mean())


def test_more_volatility_makes_bidders_ask_more_at_more_levels_and_for_less():
    """Sweden and Finland: Nyborg, Rydqvist and Sundaresan 2002; Keloharju, Nyborg and Rydqvist 2005."""
    games = [uncertain(sd) for sd in (1.0, 2.0, 3.0)]
    found = [solve(one) for one in games]
    assert all(each.converged for each in found)
    discounts = [discount(*pair).mean() for pair in zip(games, found, strict=True)]
    dispersions = [dispersion(*pair) for pair in zip(games, found, strict=True)]
    covers = [cover(one, demand(one, each)[1]) for one, each in zip(games, found, strict=True)]
    assert np.diff(discounts).min() > 0.5
    assert np.diff(dispersions).min() > 0.5
    assert np.diff(covers).max() < -0.3


def test_the_winners_curse_alone_makes_bidders_ask_more():
    """A common value learnt after the tender: whoever wins most was the most mistaken."""
    private = uncertain(2.0)
    common = replace(private, market=replace(private.market, common=0.5))
    apart = discount(common, solve(common)).mean() - discount(private, solve(private)).mean()
    assert apart > 0.05


@pytest.mark.parametrize("method", ["single-price", "multiple-price"])
def test_entry_lowers_what_all_bidders_together_bring_home(method):
    """Austria: Elsinger, Schmidt-Dengler and Zulehner 2019."""
    arm, together = rule(FREE, ticks=81, method=method), []
    for bidders in (15, 30):
        one = game(arm, bidders, Market(8.0, 3.0), slope_bp=0.5, absent=0.05)
        found = solve(one)
        assert found.converged
        together.append(bidders * surplus(one, found))
    assert together[0] > 1.2 * together[1]


def test_one_price_for_all_or_each_its_own_differ_by_less_than_the_noise():
    """China's policy banks, more than 300 issues of both kinds: no significant difference (Barbosa et al. 2022).

    The noise is what is left in the difference of 150 issues of each kind, of which each differs from what the curve
    of the days before lets expect by the move since.
    """
    market = Market(8.0, 3.0)
    games = [
        game(rule(FREE, 81, method=method), 40, market, slope_bp=0.3, absent=0.05)
        for method in ("single-price", "multiple-price")
    ]
    found = [solve(one) for one in games]
    assert all(each.converged for each in found)
    paid = [coupons(one, demand(one, each)[1]) for one, each in zip(games, found, strict=True)]
    noise = 1.96 * np.hypot(paid[0].std(), paid[1].std()) / np.sqrt(150)
    assert abs(paid[0].mean() - paid[1].mean()) < noise


def ringed(floor_bp: int, members: int) -> Game:
    """Eight of thirty act as one bidder, with the limits of eight and an eighth of the slope."""
    arm = rule(floor_bp, ticks=61)
    alone = Kind(30 - members, limits(arm), 2.0, slope_bp=0.5)
    together = Kind(1, limits(arm, members=members), 2.0, slope_bp=0.5 / members)
    return Game((alone, together), arm, Market(8.0, 0.0))


def a_lot_brings(one: Game, found: Equilibrium, kind: int) -> float:
    """What a bidder of a kind brings home, by each lot of the issue that its members' limits entitle it to."""
    return surplus(one, found, kind) / one.kinds[kind].limits.most


def test_a_ring_gains_nothing_where_the_floor_binds():
    """Domain notes 4.5: everybody bids the cap at the floor; eight caps are worth what eight caps are."""
    apart, together = game(rule(20, 61), slope_bp=0.5), ringed(20, 8)
    alone, ring = solve(apart), solve(together)
    assert ring.converged
    assert coupons(together, demand(together, ring)[1]).tolist() == [20.0] * 4000
    assert a_lot_brings(together, ring, 1) == pytest.approx(a_lot_brings(apart, alone, 0), rel=0.02)
    assert outcomes(together, ring, 5).awarded.mean() == pytest.approx(500 * 8 / 30, rel=0.02)


def test_a_ring_raises_the_coupon_where_the_floor_does_not_bind():
    apart, together = game(rule(-10, 61), slope_bp=0.5), ringed(-10, 8)
    alone, ring = solve(apart), solve(together)
    assert ring.exploitability_bp <= 0.1
    raised = coupons(together, demand(together, ring)[1]).mean() - coupons(apart, demand(apart, alone)[1]).mean()
    assert 0.05 < raised < 3.0
