"""Behaviours: whatever a rule allows, each sends what keeps to it, or nothing; and each does what it is named for."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import underwriters as u
from sim.lab.rule import Rule
from sim.underwriters import BEHAVIOURS, with_strategy

OPEN = Rule(
    method=0,
    by_price=False,
    ticks=41,
    floor_bp=5.0,
    tick_bp=1.0,
    bounded=True,
    low=1_800_000,
    step=10_000,
    rounding=10_000,
    lot=1000,
    offered=500_000,
    tendered=500_000,
    supply=500,
    tail=0,
    allotment=0,
    taken_up=False,
    flexible=0,
    flexible_low=500_000,
    multiple_over=1,
    multiple_under=1,
    exclude_bids=-1,
    exclude_awards=-1,
    first_average=False,
    steps=5,
    level_span=40,
    level_min=1,
    level_max=500,
    member_min=(0, 0, 0, 0),
    member_max=(500, 500, 500, 500),
    member_duty=(0, 0, 0, 0),
)
"""500 lots between 5 and 45 bp over the mean, nothing limited."""
EVEN = np.array([0.5, 0.999, 0.5, 0.5])
"""As many steps as it likes, alike."""
TABLE = np.array(
    [[[-2.0, 0.02], [0.0, 0.05], [3.0, 0.05], [4.0, 0.12]], [[1.0, 0.10], [2.0, 0.30], [9.0, 0.31], [0, 0]]]
)
TYPES_BP = np.array([8.0, 20.0])


def member(**fields: float) -> u.Floats:
    """A member of five steps that may bid the whole issue and expects all of it; fields by their names here."""
    row = np.zeros(u.FIELDS)
    for name, value in {"MOST": 500, "STEPS": 5, "CAP_USE": 1, "FILL": 1, "FOCAL": 1, "RING_SIZE": 1, **fields}.items():
        row[getattr(u, name)] = value
    return row


def bid(
    name: str, view: float, mandate: float, row: u.Floats, rule: Rule = OPEN, uniforms: u.Floats = EVEN
) -> list[tuple[int, int]]:
    """What the behaviour sends, as (tick, lots)."""
    ticks, lots = np.full(8, -99, np.int64), np.full(8, -99, np.int64)
    count = BEHAVIOURS[name](view, mandate, row, rule, uniforms, ticks, lots)
    return [(int(ticks[step]), int(lots[step])) for step in range(count)]


limits = st.builds(
    lambda ticks, steps, span, level: OPEN._replace(
        ticks=ticks, steps=steps, level_span=min(span, ticks - 1), level_min=level[0], level_max=level[1]
    ),
    ticks=st.integers(1, 60),
    steps=st.integers(1, 8),
    span=st.sampled_from([0, 1, 3, 25, 60]),
    level=st.tuples(st.sampled_from([1, 4, 30]), st.sampled_from([3, 29, 150, 500])),
)
amounts = st.tuples(st.sampled_from([0, 1, 7, 60]), st.sampled_from([0, 6, 75, 500]))
rows = st.builds(
    lambda amounts, favour, slope, cap_use, fill, half, ring: member(
        LEAST=amounts[0],
        MOST=amounts[1],
        DUTY=amounts[0] / 2,
        FAVOUR_BP=favour,
        SLOPE_BP=slope,
        AT_CEILING=1,
        CAP_USE=cap_use,
        FILL=fill,
        FILL_BP=half,
        SAFETY_BP=3,
        RING_SIZE=3,
        RING_PLACE=ring,
        COPIES=0.5,
    ),
    amounts=amounts,
    favour=st.floats(0, 6),
    slope=st.floats(0, 0.1),
    cap_use=st.floats(0, 1),
    fill=st.floats(0.01, 1),
    half=st.sampled_from([0.0, 1.5]),
    ring=st.integers(0, 2),
)
chances = st.lists(st.floats(0, 0.999), min_size=u.UNIFORMS, max_size=u.UNIFORMS).map(np.array)
views = st.floats(-20, 90)
mandates = st.floats(0, 600)


def satisfiable(rule: Rule, row: u.Floats, first: int) -> bool:
    """Whether some submission over neighbouring levels from `first` upwards keeps to every limit."""
    room = min(rule.steps, rule.level_span + 1, rule.ticks - first)
    least, most = row[u.LEAST], row[u.MOST]
    if rule.level_min > rule.level_max or least > most:
        return False
    return any(n * rule.level_min <= most and least <= n * rule.level_max for n in range(1, room + 1))


@pytest.mark.parametrize("name", BEHAVIOURS)
@given(rule=limits, row=rows, view=views, mandate=mandates, uniforms=chances, strategic=st.booleans())
def test_what_is_sent_keeps_to_every_limit(name, rule, row, view, mandate, uniforms, strategic):
    if strategic:
        row = with_strategy(row[None, :], TYPES_BP, TABLE)[0]
    sent = bid(name, view, mandate, row, rule, uniforms)
    ticks, lots = [tick for tick, _ in sent], [each for _, each in sent]
    assert all(0 <= tick < rule.ticks for tick in ticks)
    assert all(before < after for before, after in pairwise(ticks))
    assert len(sent) <= rule.steps
    assert not sent or ticks[-1] - ticks[0] <= rule.level_span
    assert all(rule.level_min <= each <= rule.level_max for each in lots)
    assert not sent or row[u.LEAST] <= sum(lots) <= row[u.MOST]


@given(rule=limits, row=rows, view=views, mandate=st.floats(1, 600), uniforms=chances)
def test_a_member_stays_away_only_where_the_limits_leave_no_way(rule, row, view, mandate, uniforms):
    row[u.FAVOUR_BP] = 0
    first = min(max(u.first_tick(view, rule), 0), rule.ticks - 1)
    assert bool(bid("true-value", view, mandate, row, rule, uniforms)) is satisfiable(rule, row, first)


@given(view=st.floats(0, 60), mandate=mandates, uniforms=chances, slope=st.floats(0, 0.1))
def test_true_value_asks_its_whole_mandate_at_or_above_what_it_requires(view, mandate, uniforms, slope):
    sent = bid("true-value", view, mandate, member(SLOPE_BP=slope, AT_CEILING=1), uniforms=uniforms)
    assert sum(lots for _, lots in sent) == min(int(mandate + 0.5), 500)
    asked = 0
    for tick, lots in sent:
        assert tick == OPEN.ticks - 1 or OPEN.bp(tick) >= min(view + slope * min(asked, mandate), 45) - 1e-3
        asked += lots if tick else 0


def test_fee_and_favour_lower_what_it_requires_by_as_much_and_slope_raises_the_later_steps():
    assert bid("true-value", 15.2, 100, member()) == [(11, 20), (12, 20), (13, 20), (14, 20), (15, 20)]
    dear = member(FEE_BP=0.9, FAVOUR_BP=2.5)
    assert bid("true-value", 15.2, 100, dear) == [(7, 20), (8, 20), (9, 20), (10, 20), (11, 20)]
    steep = member(SLOPE_BP=0.05)
    assert bid("true-value", 15.2, 100, steep) == [(11, 20), (13, 20), (15, 20), (17, 20), (19, 20)]


def test_a_schedule_leans_to_its_first_or_its_last_steps():
    first, last = (bid("true-value", 15, 100, member(), uniforms=np.array([0, 0.999, tilt, 0])) for tilt in (1.0, 0.0))
    assert [lots for _, lots in first] == [30, 24, 20, 16, 10]
    assert [lots for _, lots in last] == [10, 16, 20, 24, 30]


def test_above_the_whole_range_only_what_it_owes_is_bid_at_the_ceiling():
    assert bid("true-value", 60, 100, member()) == []
    assert bid("true-value", 60, 100, member(AT_CEILING=0.3)) == [(40, 30)]
    assert bid("true-value", 60, 100, member(LEAST=10)) == [(40, 10)]
    assert bid("duty", 60, 100, member(AT_CEILING=0.3)) == [(40, 30)]
    assert bid("duty", 60, 100, member(AT_CEILING=0.3, DUTY=45)) == [(40, 45)]
    assert bid("ring", 60, 100, member(AT_CEILING=0.3, RING_SIZE=2), uniforms=np.zeros(4)) == [(40, 60)]


@pytest.mark.parametrize(
    ("cap_use", "fill", "inflated"), [(1.0, 1.0, 20), (1.0, 0.1, 200), (0.3, 0.1, 150), (1.0, 0.01, 500)]
)
def test_where_the_floor_pays_enough_all_goes_there_over_the_expected_share_up_to_the_cap(cap_use, fill, inflated):
    row = member(CAP_USE=cap_use, FILL=fill)
    assert bid("floor-pinned", 4.9, 20, row) == [(0, inflated)]
    assert bid("floor-pinned", 5.1, 20, row) == bid("true-value", 5.1, 20, row)


def test_the_deeper_its_required_yield_under_the_floor_the_less_it_expects_to_win():
    row = member(FILL=0.05, FILL_BP=2)
    assert [bid("floor-pinned", 5 - depth, 20, row) for depth in (0, 2, 4, 6, 38, 99)] == [
        [(0, lots)] for lots in (20, 40, 80, 160, 400, 400)
    ]


@pytest.mark.parametrize(("common", "lots"), [(0.0, 20), (0.5, 40), (1.0, 160)])
def test_how_crowded_the_floor_is_differs_alike_for_all_and_never_below_the_mandate(common, lots):
    row = member(FILL=0.05, FILL_BP=2, CROWD=2)
    assert bid("floor-pinned", 3, 20, row, uniforms=np.array([common, 0.5, 0.5, 0.5])) == [(0, lots)]


@pytest.mark.parametrize(("cap", "cover"), [(150, 9.0), (500, 30.0)])
def test_cover_tends_to_the_sum_of_the_caps_where_the_floor_binds(cap, cover):
    row = member(MOST=cap, FILL=0.01)
    total = sum(lots for _ in range(30) for _, lots in bid("floor-pinned", 2, 15, row))
    assert total / OPEN.supply == cover


def test_a_duty_bound_member_puts_its_duty_where_it_wins_and_parks_the_rest_of_its_least_bid():
    row = member(DUTY=25, LEAST=55, SAFETY_BP=3)
    assert bid("duty", 15, 99, row) == [(7, 25), (40, 30)]
    assert bid("duty", 15, 12.5, member(SAFETY_BP=3)) == [(7, 13)]


def test_at_the_floor_a_duty_takes_a_bid_as_many_times_as_large():
    assert bid("duty", 6, 99, member(DUTY=25, LEAST=55, SAFETY_BP=3, FILL=0.1)) == [(0, 250)]


@given(view=st.floats(6.5, 49), mandate=st.floats(1, 400), uniforms=chances)
def test_a_focal_member_bids_all_on_a_multiple_of_five_over_the_mean(view, mandate, uniforms):
    sent = bid("focal", view, mandate, member(AT_CEILING=1), uniforms=uniforms)
    level = OPEN.bp(sent[0][0])
    if view <= 45:
        assert (level % 5, [lots for _, lots in sent]) == (0, [int(mandate + 0.5)])
        assert view - u.UNDER_BP <= level < view - u.UNDER_BP + 5 + 1e-9


def test_a_focal_level_is_the_tick_nearest_to_it_on_a_grid_beside_it():
    beside = OPEN._replace(floor_bp=4.6)
    assert bid("focal", 12, 20, member(), beside) == [(10, 20)]
    assert bid("focal", 4.7, 20, member(FILL=0.1), beside) == [(0, 200)]


def test_how_often_a_member_follows_a_focal_level_is_a_parameter():
    draw = np.random.default_rng(1)
    row = member(FOCAL=0.3, ABSENT=0.2)
    chances = [each for each in draw.random((8000, u.UNIFORMS)) if each[u.CHOICE] >= row[u.ABSENT]]
    on = [bid("focal", 12, 20, row, uniforms=each) == [(10, 20)] for each in chances]
    assert 0.28 < sum(on) / len(on) < 0.32
    assert {tuple(bid("focal", 12, 20, row, uniforms=each)) for each in chances[:400]} > {((10, 20),)}


def test_a_ring_lets_its_members_win_by_turns_at_one_level_while_the_others_copy_or_park():
    members = [member(RING_SIZE=4, RING_PLACE=place, MARKUP_BP=2, COPIES=0.5) for place in range(4)]
    for turn in range(4):
        chance = [np.array([(turn + 0.5) / 4, 0, 0, choice]) for choice in (0.9, 0.1)]
        copied, parked = ([bid("ring", 15, 20, row, uniforms=each) for row in members] for each in chance)
        winner = [(12, 80)]
        assert copied == [winner if place == turn else [(12, 1)] for place in range(4)]
        assert parked == [winner if place == turn else [(40, 1)] for place in range(4)]


def test_a_strategy_is_played_from_the_members_own_first_tick_in_shares_of_its_greatest_bid():
    row = with_strategy(member(MOST=200)[None, :], TYPES_BP, TABLE)[0]
    assert bid("strategic", 12.4, 20, row) == [(6, 4), (8, 6), (12, 14)]
    assert bid("strategic", 15.4, 20, row) == [(12, 20), (13, 40), (20, 2)]
    assert bid("strategic", 4.0, 20, row) == [(0, 10), (3, 14)]


def test_without_a_strategy_the_strategic_bid_their_true_value():
    row = member(FAVOUR_BP=1)
    assert bid("strategic", 12.4, 20, row) == bid("true-value", 12.4, 20, row)


def test_a_strategy_stands_behind_the_parameters_and_takes_the_place_of_another():
    members = np.stack([member(MOST=200), member(MOST=100)])
    once = with_strategy(members, TYPES_BP, TABLE)
    again = with_strategy(once, np.array([10.0]), np.zeros((1, 12, 2)))
    assert once.shape == (2, u.FIELDS + 2 * u.TYPE_WIDTH)
    assert again.shape == (2, u.FIELDS + u.TYPE_WIDTH)
    assert (list(once[:, u.TYPES]), list(again[:, u.TYPES]), list(again[:, u.MOST])) == ([2, 2], [1, 1], [200, 100])
    assert list(once[0, u.FIELDS : u.FIELDS + 5]) == [8.0, -2.0, 0.02, 0.0, 0.05]
