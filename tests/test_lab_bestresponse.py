"""The best response is the best of all schedules, whatever is paid and whatever limits it must keep to."""

from itertools import product

import numpy as np
import pytest

from sim.lab.bestresponse import Limits, Lots, Rivals, Worth, best_response, play

TICKS, MOST, OFFERED = 6, 40, 50
TOTALS = np.array([0, 10, 15, 27, 40])
FREE = Limits(MOST, MOST, TICKS, TICKS)


def some_rivals(draw: np.random.Generator, supply: Lots | None = None, resamples: int = 40) -> Rivals:
    """Rivals that bid at some ticks and not at others; the issue is short now and then."""
    bids = draw.integers(0, 14, (resamples, TICKS)) * (draw.random((resamples, TICKS)) < 0.6)
    fixed = np.full((1, resamples), OFFERED)
    return Rivals(bids.cumsum(axis=1), fixed if supply is None else supply, np.zeros(resamples))


def some_worth(draw: np.random.Generator) -> Worth:
    """A payoff without rhyme or reason."""
    return Worth(draw.normal(size=(TICKS, MOST + 2)), np.zeros(TICKS))


def brings(schedule: tuple[int, ...], rivals: Rivals, worth: Worth) -> float:
    """What a schedule brings on average, cleared auction by auction, bid by bid."""
    row = TOTALS.tolist().index(schedule[-1]) if len(rivals.supply) > 1 else 0
    total = 0.0
    for asked, supply, surprise in zip(
        rivals.demand.tolist(), rivals.supply[row].tolist(), rivals.surprise, strict=True
    ):
        left, award, earned, cleared = float(supply), 0.0, 0.0, 0
        for tick in range(TICKS):
            own = schedule[tick] - (schedule[tick - 1] if tick else 0)
            others = asked[tick] - (asked[tick - 1] if tick else 0)
            if left <= 0:
                break
            if own + others:
                cleared = tick
                share = own * min(1.0, left / (own + others))
                award, earned = award + share, earned + share * worth.earned[tick]
                left -= min(left, own + others)
        lots = int(award + 1e-9)
        part = award - lots
        total += (1 - part) * worth.payoff[cleared, lots] + part * worth.payoff[cleared, lots + 1]
        total += earned + surprise * award
    return total / len(rivals.demand)


def keeps(schedule: tuple[int, ...], limits: Limits) -> bool:
    """Whether a schedule may be sent at all."""
    bids = np.diff(schedule, prepend=0)
    at = np.flatnonzero(bids)
    if bids.min() < 0 or schedule[-1] < limits.least or len(at) > limits.steps:
        return False
    inside = all(limits.level_least <= bids[tick] <= limits.level_most for tick in at)
    return inside and (not len(at) or at[-1] - at[0] <= limits.span)


def the_most(rivals: Rivals, worth: Worth, limits: Limits) -> float:
    """What the best of all schedules brings."""
    schedules = product(TOTALS.tolist(), repeat=TICKS)
    return max(brings(schedule, rivals, worth) for schedule in schedules if keeps(schedule, limits))


def found(rivals: Rivals, worth: Worth, limits: Limits) -> tuple[int, ...]:
    """The best response."""
    return tuple(best_response(rivals, worth, TOTALS, limits).tolist())


@pytest.mark.parametrize("seed", range(3))
def test_it_brings_as_much_as_the_best_of_all_schedules(seed):
    draw = np.random.default_rng(seed)
    rivals, worth = some_rivals(draw), some_worth(draw)
    assert brings(found(rivals, worth, FREE), rivals, worth) == pytest.approx(the_most(rivals, worth, FREE), abs=1e-9)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(MOST, MOST, 1, TICKS),
        Limits(MOST, MOST, 2, TICKS, least=15),
        Limits(MOST, 15, TICKS, TICKS),
        Limits(MOST, MOST, TICKS, 1, least=40),
        Limits(MOST, 27, 2, 2, least=27, level_least=12),
    ],
)
def test_it_keeps_every_limit_and_is_the_best_that_does(limits):
    draw = np.random.default_rng(11)
    rivals, worth = some_rivals(draw), some_worth(draw)
    best = found(rivals, worth, limits)
    assert keeps(best, limits)
    assert brings(best, rivals, worth) == pytest.approx(the_most(rivals, worth, limits), abs=1e-9)


def test_where_each_pays_its_own_price_it_is_the_best_too():
    draw = np.random.default_rng(3)
    rivals = some_rivals(draw)
    worth = Worth(draw.normal(size=(TICKS, MOST + 2)), draw.normal(size=TICKS))
    assert brings(found(rivals, worth, FREE), rivals, worth) == pytest.approx(the_most(rivals, worth, FREE), abs=1e-9)


def test_where_a_lot_turns_out_better_or_worse_it_is_the_best_on_average():
    draw = np.random.default_rng(4)
    plain, worth = some_rivals(draw), some_worth(draw)
    rivals = Rivals(plain.demand, plain.supply, draw.normal(size=40))
    assert brings(found(rivals, worth, FREE), rivals, worth) == pytest.approx(the_most(rivals, worth, FREE), abs=1e-9)


def test_where_its_own_bids_decide_the_amount_on_offer_it_is_the_best_too():
    draw = np.random.default_rng(5)
    asked = some_rivals(draw).demand
    supply = np.minimum(np.maximum((TOTALS[:, None] + asked[:, -1]) // 2, 20), 60)
    rivals, worth = Rivals(asked, supply, np.zeros(40)), some_worth(draw)
    assert brings(found(rivals, worth, FREE), rivals, worth) == pytest.approx(the_most(rivals, worth, FREE), abs=1e-9)


def test_a_schedule_played_brings_what_clearing_by_hand_does():
    draw = np.random.default_rng(6)
    rivals, worth = some_rivals(draw), some_worth(draw)
    schedule = (0, 10, 10, 27, 27, 40)
    outcome = play(np.array(schedule), rivals, worth, TOTALS)
    assert outcome.brought.mean() == pytest.approx(brings(schedule, rivals, worth), abs=1e-9)


def test_a_share_of_the_cut_off_is_the_bids_part_of_what_is_left():
    rivals = Rivals(np.array([[20, 60, 60]]), np.array([[50]]), np.zeros(1))
    worth = Worth(np.zeros((3, MOST + 2)), np.zeros(3))
    outcome = play(np.array([0, 20, 40]), rivals, worth, TOTALS)
    assert outcome.awarded.tolist() == [20 * 30 / 60]


def test_a_part_of_a_lot_is_a_lottery_for_the_lot():
    rivals = Rivals(np.array([[0, 60]]), np.array([[50]]), np.zeros(1))
    payoff = np.tile(np.arange(MOST + 2.0) ** 2, (2, 1))
    outcome = play(np.array([0, 15]), rivals, Worth(payoff, np.zeros(2)), TOTALS)
    assert outcome.brought.tolist() == [10**2]
    outcome = play(np.array([0, 27]), rivals, Worth(payoff, np.zeros(2)), TOTALS)
    part = 27 * 50 / 87 - 15
    assert outcome.brought.tolist() == pytest.approx([(1 - part) * 15**2 + part * 16**2])


def test_whom_no_auction_serves_stays_away():
    draw = np.random.default_rng(7)
    costs = -np.arange(MOST + 2.0) * np.ones((TICKS, 1))
    assert found(some_rivals(draw), Worth(costs, np.zeros(TICKS)), FREE) == (0,) * TICKS


def test_whom_no_auction_serves_parks_its_least_bid_where_it_wins_least():
    rivals = Rivals(np.full((5, TICKS), 60), np.full((1, 5), OFFERED), np.zeros(5))
    costs = -np.arange(MOST + 2.0) * np.ones((TICKS, 1))
    best = found(rivals, Worth(costs, np.zeros(TICKS)), Limits(MOST, MOST, 2, TICKS, least=15))
    assert best[0] == 0
    assert best[-1] == 15


def test_among_equals_the_fewest_lots_win_and_with_a_tremble_its_own_demand():
    rivals = Rivals(np.array([[0, 60, 60, 60, 60, 60]]), np.array([[OFFERED]]), np.zeros(1))
    lots = np.arange(MOST + 2.0)
    worth = Worth((np.arange(TICKS)[:, None] - 1.5) * lots - 0.01 * lots**2, np.zeros(TICKS))
    assert found(rivals, worth, FREE) == (0,) * TICKS
    assert best_response(rivals, worth, TOTALS, FREE, tremble=1e-9).tolist() == [0, 0, 27, 27, 27, 27]


def test_limits_that_nothing_keeps_to_are_refused():
    draw = np.random.default_rng(8)
    limits = Limits(MOST, 10, 3, TICKS, least=40)
    with pytest.raises(ValueError, match="no schedule"):
        best_response(some_rivals(draw), some_worth(draw), TOTALS, limits)


def test_the_totals_hold_every_quantity_that_matters_and_lie_denser_towards_nothing():
    totals = Limits(150, 100, 5, 40, least=7).quantities(31, 23)
    assert {0, 7, 23, 100, 150} <= set(totals.tolist())
    assert len(totals) <= 31
    assert np.diff(totals)[:5].sum() < np.diff(totals)[-5:].sum()
