"""Equilibria: nobody could gain much, and where the floor binds everybody bids as much as the cap allows."""

from dataclasses import replace

import numpy as np
import pytest
from games import CLASSES, MARKET, coupons, cover, demand, game, limits, rule, solve, surplus

from auction.notice import Method
from sim.lab.equilibrium import ROUGH, STAGES, Equilibrium, equilibrium, exploitability
from sim.lab.game import Kind, Market, Profile, standing_ticks
from sim.lab.rule import Rule

BOUND = 0.05
MOVING = Market(spread_bp=8.0, move_bp=3.0)


def solved(arm: Rule, **how: object) -> tuple:
    """A game of thirty alike and its equilibrium."""
    one = game(arm, **{"slope_bp": 0.5, **how})
    return one, solve(one)


@pytest.mark.parametrize(
    ("arm", "how"),
    [
        (rule(0), {}),
        (rule(8), {}),
        (rule(10), {}),
        (rule(12, cap="100%"), {}),
        (rule(5), {"market": MOVING}),
        (rule(5), {"market": replace(MOVING, common=0.3), "absent": 0.07}),
        (rule(5, method="multiple-price"), {}),
        (rule(5, limits={"member_max": dict.fromkeys(CLASSES, "30%"), "level_span": 3, "level_max": "10%"}), {}),
        (rule(0), {"duty": 5, "penalty_bp": 3.0, "mandate": 15, "beyond_bp": 1.0}),
    ],
    ids=["free", "near", "at-the-margin", "no-cap", "a-moving-market", "common-value", "own-prices", "limits", "duty"],
)
def test_nobody_could_gain_more_than_the_bound(arm, how):
    one, found = solved(arm, **how)
    assert found.converged
    assert 0 <= found.exploitability_bp <= BOUND
    assert exploitability(one, found.profile, seed=4321).max() <= 1.5 * BOUND


@pytest.mark.parametrize(("cap", "covered"), [("30%", 9.0), ("100%", 30.0)])
def test_where_the_floor_binds_cover_is_the_sum_of_the_members_caps(cap, covered):
    one, found = solved(rule(20, cap=cap))
    _move, asked = demand(one, found)
    assert cover(one, asked) == pytest.approx(covered, rel=0.01)
    assert coupons(one, asked).tolist() == [20.0] * len(asked)


def test_where_the_floor_does_not_bind_it_does_not_matter_where_it_is():
    levels = [coupons(one, demand(one, found)[1]).mean() for one, found in map(solved, (rule(-10, 60), rule(0, 60)))]
    assert levels[0] == pytest.approx(levels[1], abs=0.1)


def test_cover_falls_as_the_floor_falls():
    covers = [cover(one, demand(one, found)[1]) for one, found in map(solved, (rule(20), rule(10), rule(0)))]
    assert covers == sorted(covers, reverse=True)
    assert covers[2] < covers[0] / 1.5


def test_every_schedule_keeps_to_the_limits():
    one, found = solved(rule(5, limits={"member_max": {"bank": "30%"}, "level_span": 3, "level_max": "10%"}))
    for schedule in found.profile.schedules.reshape(-1, one.rule.ticks):
        bids = np.diff(schedule, prepend=0)
        at = np.flatnonzero(bids)
        assert len(at) <= one.rule.steps
        assert bids.max() <= one.rule.level_max
        assert not len(at) or at[-1] - at[0] <= 3


def test_the_duty_to_bid_is_met_by_every_type():
    arm = rule(0)
    one = game(arm, slope_bp=0.5)
    bound = replace(one, kinds=(replace(one.kinds[0], limits=limits(arm, least=30)),))
    assert equilibrium(bound).profile.schedules[:, :, -1].min() >= 30


def test_the_same_game_and_seed_give_the_same_strategies():
    one, first = solved(rule(8))
    second = equilibrium(one)
    assert first.profile.schedules.tolist() == second.profile.schedules.tolist()
    assert first.gains_bp.tolist() == second.gains_bp.tolist()


def test_strategies_that_leave_something_on_the_table_are_found_out():
    one, found = solved(rule(20))
    timid = Profile(found.profile.schedules // 10)
    gains = exploitability(one, timid, seed=1, resamples=200)
    assert gains.min() > 1.0
    assert not Equilibrium(timid, gains, 0.0, 0, BOUND).converged


def test_bidders_whose_views_no_type_stands_for_are_measured_apart():
    few = game(rule(0), slope_bp=0.5, market=MOVING)
    many = replace(few, types=15)
    coarse, fine = solve(few), solve(many)
    assert coarse.between_bp > coarse.exploitability_bp
    assert 0 < fine.between_bp < coarse.between_bp


def test_a_search_cut_short_says_that_it_has_not_converged(monkeypatch):
    monkeypatch.setattr("sim.lab.equilibrium.ROUGH", ROUGH._replace(rounds=1))
    monkeypatch.setattr("sim.lab.equilibrium.STAGES", (STAGES[0]._replace(resamples=200, rounds=1),))
    found = equilibrium(game(rule(5), market=MOVING, slope_bp=0.5))
    assert found.rounds == 2
    assert found.exploitability_bp > BOUND
    assert not found.converged


def test_types_that_mix_are_measured_by_what_they_play():
    one, found = solved(rule(20))
    good, timid = found.profile.schedules[:, 0], found.profile.schedules[:, 0] // 10
    mixed = exploitability(one, Profile(np.stack([good, timid], axis=1)), seed=1, resamples=200)
    pure = exploitability(one, Profile(np.stack([good, good], axis=1)), seed=1, resamples=200)
    assert pure.max() <= BOUND
    assert mixed.min() > BOUND


def test_kinds_with_favours_bid_lower_and_win_more():
    arm = rule(0)
    plain = Kind(22, limits(arm), 2.0, slope_bp=0.5)
    one = replace(game(arm, market=MOVING), kinds=(plain, replace(plain, bidders=8, bonus_bp=2.0)))
    found = equilibrium(one)
    assert found.converged
    assert standing_ticks(one)[5:].tolist() < standing_ticks(one)[:5].tolist()
    assert surplus(one, found, 1) > 1.3 * surplus(one, found, 0)


def test_bidders_without_any_spread_of_views_are_of_one_type():
    one, found = solved(rule(20), market=MARKET, noise_bp=0.0)
    assert found.converged
    assert np.flatnonzero(found.gains_bp).tolist() in ([], [0])


def test_a_flexible_amount_is_decided_by_the_bids_and_known_to_the_bidders():
    flexible = {"low": "40", "high": "50", "multiple": "2"}
    one, found = solved(rule(12, flexible=flexible), bidders=12)
    assert found.converged
    _move, asked = demand(one, found)
    assert set(one.on_offer(asked[:, -1]).tolist()) == {500}
    assert one.on_offer(np.array([300, 900, 1000, 5000])).tolist() == [300, 450, 500, 500]


def test_the_methods_differ_in_what_a_lot_brings():
    kind = game(rule()).kinds[0]
    single, own = game(rule()).worth(kind, 8.0), game(rule(method="multiple-price")).worth(kind, 8.0)
    assert single.payoff[10, 3] == pytest.approx((10 - 8) * 3)
    assert own.payoff[10, 3] + own.earned[10] * 3 == pytest.approx((10 - 8) * 3)
    assert rule(method="multiple-price").method == list(Method).index(Method.MULTIPLE_PRICE)
