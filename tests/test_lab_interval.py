"""Intervals that hold at all looks at once: whenever a study stops, the truth is missed in one of twenty at most."""

from collections.abc import Callable
from math import inf, isinf, log, sqrt

import numpy as np
import pytest
from games import rule
from hypothesis import given
from hypothesis import strategies as st

from sim.lab.draws import CHUNK, draw
from sim.lab.interval import ALPHA, LEAST, SETTLED, Bounded, Interval, Units, half_width, needed, precise
from sim.lab.kernel import bid, clear, private
from sim.lab.payment import Payment
from sim.lab.population import Population, seat_all

Chunks = Callable[[np.random.Generator, int], np.ndarray]

STUDIES = 500
WITHOUT_PRICES = Payment(np.zeros(0), np.zeros(0))
MARKET_BP, MOVE_BP = 8.0, 3.0
POPULATION = Population.model_validate(
    {
        "name": "soak",
        "title": "浸泡测试",
        "institutions": [
            {"name": "主承", "class": "lead-bank", "count": 8, "mandate": "6%", "behaviour": {"true-value": "100%"}},
            {"name": "银行", "class": "bank", "count": 22, "mandate": "2.5%", "behaviour": {"floor-pinned": "100%"}},
        ],
    }
)


def normal(draw_: np.random.Generator, count: int) -> np.ndarray:
    return draw_.normal(-0.3, 0.2, count)


def a_seldom_tick(draw_: np.random.Generator, count: int) -> np.ndarray:
    """Chunks of auctions of which one in fifty moves by one tick."""
    return draw_.binomial(CHUNK, 0.02, count) / CHUNK


def now_and_then_the_ceiling(draw_: np.random.Generator, count: int) -> np.ndarray:
    """Chunks of auctions of which one in a thousand ends twenty ticks up."""
    return 20 * draw_.binomial(CHUNK, 0.001, count) / CHUNK + draw_.normal(0, 0.1, count)


def stops(values: np.ndarray, wanted: float) -> Interval:
    """The interval of a study that looks after every chunk and stops as soon as it may."""
    units = Units()
    for value in values.tolist():
        units = units.plus([value])
        if precise(units.n, units.mean, units.variance, wanted):
            return units.interval()
    return units.interval()


def missed_at_a_stop(chunks: Chunks, truth: float, wanted: float, studies: int, seed: int) -> float:
    """The share of studies whose interval misses the truth when they stop."""
    draws = np.random.default_rng(seed)
    found = [stops(chunks(draws, 600), wanted) for _ in range(studies)]
    return float(np.mean([not each.low <= truth <= each.high for each in found]))


def missed_at_any_look(chunks: Chunks, truth: float, studies: int, seed: int, grain: float = 0.0) -> float:
    """The share of studies that miss the truth at one of 400 looks, whenever somebody might have stopped them."""
    draws, missed = np.random.default_rng(seed), 0
    for _ in range(studies):
        units = Units()
        for value in chunks(draws, 400).tolist():
            units = units.plus([value])
            half = half_width(units.n, units.mean, units.variance, grain=grain)
            if units.n >= SETTLED and abs(units.mean - truth) > half:
                missed += 1
                break
    return missed / studies


STREAMS = [(normal, -0.3, 0.05), (a_seldom_tick, 0.02, 0.003), (now_and_then_the_ceiling, 0.02, 0.02)]


@pytest.mark.parametrize(("chunks", "truth", "wanted"), STREAMS)
def test_a_study_that_stops_when_it_likes_misses_the_truth_in_one_of_twenty_at_the_most(chunks, truth, wanted):
    assert missed_at_a_stop(chunks, truth, wanted, studies=60, seed=1) <= ALPHA


def test_whoever_stops_it_a_study_misses_the_truth_in_one_of_twenty_at_the_most():
    assert missed_at_any_look(normal, -0.3, studies=120, seed=1) <= ALPHA


def test_an_interval_for_a_single_look_would_not_do(monkeypatch):
    monkeypatch.setattr(
        "test_lab_interval.half_width", lambda n, mean, var, grain: 1.96 * sqrt(var / n) if n > 1 else inf
    )
    assert missed_at_any_look(normal, -0.3, studies=60, seed=1) > 3 * ALPHA


@pytest.mark.soak
@pytest.mark.parametrize(("chunks", "truth", "wanted"), STREAMS)
def test_over_500_studies_that_stop_the_truth_is_missed_in_5_percent_at_the_most(chunks, truth, wanted):
    assert missed_at_a_stop(chunks, truth, wanted, STUDIES, seed=2) <= ALPHA


@pytest.mark.soak
def test_over_500_studies_stopped_at_the_worst_moment_the_truth_is_missed_in_5_percent_at_the_most():
    assert missed_at_any_look(normal, -0.3, STUDIES, seed=2) <= ALPHA
    assert missed_at_any_look(a_seldom_tick, 0.02, STUDIES, seed=2, grain=1 / CHUNK) <= ALPHA


def coupon_differences(study: int, chunks: range) -> np.ndarray:
    """What a floor of 10 bp costs over one of 5, chunk by chunk through the kernel."""
    arms = [rule(5), rule(10)]
    seatings = [seat_all(POPULATION, arm, 0.94) for arm in arms]
    means = np.empty((len(chunks), 2))
    for place, chunk in enumerate(chunks):
        frozen = draw(study, chunk, len(seatings[0]))
        for side, (arm, seats) in enumerate(zip(arms, seatings, strict=True)):
            market_bp = MARKET_BP + MOVE_BP * frozen.shock
            views, mandates = private(frozen, market_bp, seats.noise_bp, seats.mandate, seats.mandate_sd)
            bids = bid(views, mandates, frozen.uniform, seats.behaviour, seats.members, arm)
            means[place, side] = clear(bids, arm, WITHOUT_PRICES).coupon_bp.mean()
    return means[:, 1] - means[:, 0]


@pytest.mark.soak
def test_over_500_studies_through_the_kernel_the_truth_is_missed_in_5_percent_at_the_most():
    truth = Units().plus(coupon_differences(10**6, range(20_000)).tolist())
    assert truth.interval().half_width < 0.002
    found = [stops(coupon_differences(study, range(SETTLED + 16)), wanted=0.03) for study in range(STUDIES)]
    missed = np.mean([not each.low <= truth.mean <= each.high for each in found])
    assert missed <= ALPHA


def test_the_interval_is_exact_for_normal_units_of_unknown_variance():
    prior = 1 + 100 * (-2 * log(ALPHA) + log(-2 * log(ALPHA) + 1)) / 32
    t_squared = (half_width(100, 0.0, 4.0) / 0.2) ** 2
    evidence = ((1 + t_squared / 99) / (1 + t_squared / 99 / prior)) ** 50 / sqrt(prior)
    assert evidence == pytest.approx(1 / ALPHA)


def test_few_units_tell_nothing_and_few_more_tell_little():
    assert [isinf(half_width(n, 0.0, 1.0)) for n in (0, 1, LEAST - 1, LEAST)] == [True, True, True, False]
    assert half_width(LEAST, 0.0, 1.0) > 2 * half_width(2 * LEAST, 0.0, 1.0)


def test_a_tighter_promise_is_a_wider_interval():
    assert half_width(50, 0.0, 1.0, alpha=0.01) > half_width(50, 0.0, 1.0, alpha=0.05) > 1.96 / sqrt(50)


def test_nothing_rare_having_happened_yet_is_not_certainty():
    assert half_width(100, 0.0, 0.0) == 0.0
    assert half_width(100, 0.0, 0.0, grain=1 / CHUNK) == pytest.approx(6.3 / (100 * CHUNK), rel=0.02)


@given(st.floats(0.001, 1.0), st.floats(0.001, 10.0))
def test_what_is_needed_is_enough_and_one_less_is_not(wanted, var):
    units = needed(wanted, var)
    assert precise(units, 0.0, var, wanted)
    assert not precise(units - 1, 0.0, var, wanted)


def test_units_come_to_the_same_whatever_the_batches():
    values = np.random.default_rng(1).normal(5.0, 2.0, 100).tolist()
    whole, parts = Units().plus(values), Units().plus(values[:37]).plus(values[37:])
    assert whole == parts
    assert (whole.n, whole.mean) == (100, pytest.approx(np.mean(values)))
    assert whole.variance == pytest.approx(np.var(values, ddof=1))


def test_units_that_are_all_alike_have_no_variance_to_the_last_bit():
    assert Units().plus([0.1] * 50).variance == 0.0
    assert Units().plus([0.0] * 50).interval() == Interval(0.0, 0.0, 0.0)


@pytest.mark.parametrize("share", [0.0002, 0.1, 0.5])
def test_a_share_within_0_and_1_is_never_missed_more_often_than_agreed(share):
    draws, missed = np.random.default_rng(3), 0
    for _ in range(40):
        bounded = Bounded()
        for value in (draws.binomial(CHUNK, share, 150) / CHUNK).tolist():
            bounded = bounded.plus([value])
            if not bounded.interval.low <= share <= bounded.interval.high:
                missed += 1
                break
    assert missed / 40 <= ALPHA
    assert bounded.interval.half_width < 0.06


def test_a_share_of_which_nothing_is_known_may_be_anything():
    assert Bounded().interval == Interval(0.5, 0.0, 1.0)


def test_a_unit_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match="outside 0 and 1"):
        Bounded().plus([0.5, 1.2])
