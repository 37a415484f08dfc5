"""Where the floor binds, bids do not tell what the bond is worth: the answer is a band over what is known outside."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from games import coupons, demand, game, rule, solve

from auction.curve import read_curve
from auction.errors import BadInput
from auction.language import speak
from auction.workdays import INTERBANK
from sim.lab.band import Band, Outside, Point, band_over, is_pinned, outside_by_curves, outside_by_gaps, sentence
from sim.lab.game import Market
from sim.lab.interval import Interval, Units

DAY = date(2024, 3, 19)


def coupon_under(floor_bp: int, spread_bp: float) -> Interval:
    """The coupon of the equilibrium under a floor where the secondary spread is so much."""
    one = game(rule(floor_bp, ticks=61), market=Market(spread_bp, 0.0), slope_bp=0.5)
    paid = coupons(one, demand(one, solve(one))[1])
    return Units().plus(paid.reshape(40, -1).mean(axis=1).tolist()).interval()


def test_a_pinned_auction_looks_the_same_whatever_the_bond_is_worth_and_a_lower_floor_does_not():
    pinned = [coupon_under(25, spread) for spread in (5.0, 10.0)]
    lowered = [coupon_under(0, spread) for spread in (5.0, 10.0)]
    assert [each.mean for each in pinned] == [25.0, 25.0]
    assert lowered[1].mean - lowered[0].mean == pytest.approx(5.0, abs=0.5)


def test_the_arm_is_run_at_the_lowest_the_highest_and_a_middle_outside_value():
    asked = []

    def run(spread_bp: float) -> Interval:
        asked.append(spread_bp)
        return Interval(spread_bp + 1, spread_bp + 0.5, spread_bp + 1.5)

    band = band_over(Outside(4.0, 10.0), run)
    assert asked == [4.0, 7.0, 10.0]
    assert (band.low, band.high) == (4.5, 11.5)
    assert [point.estimate.mean for point in band.points] == [5.0, 8.0, 11.0]


def test_an_outside_value_that_is_known_exactly_is_run_once():
    assert Outside(6.0, 6.0).points() == (6.0,)
    assert Outside(4.0, 10.0).points(1) == (7.0,)


def test_the_band_holds_every_estimate_even_where_the_ends_do_not():
    points = (Point(4.0, Interval(5, 4, 6)), Point(7.0, Interval(9, 8, 10)), Point(10.0, Interval(7, 6, 8)))
    assert (Band(Outside(4.0, 10.0), points).low, Band(Outside(4.0, 10.0), points).high) == (4, 10)


@pytest.mark.parametrize(("floor_hit", "pinned"), [(0.0, False), (0.49, False), (0.5, True), (1.0, True)])
def test_an_arm_is_pinned_once_half_its_auctions_end_at_the_floor(floor_hit, pinned):
    assert is_pinned(floor_hit) is pinned
    assert is_pinned(0.3, threshold=0.25)


def curve(folder, name: str, start: str, step: str) -> object:
    """A curve of forty working days up to the day, rising by a step a day."""
    days = INTERBANK.before(DAY, 40)
    lines = [f"{day},{Decimal(start) + number * Decimal(step)}" for number, day in enumerate(days)]
    file = folder / f"{name}.csv"
    file.write_text("\n".join(["date,10Y", *lines]), "utf-8")
    return read_curve(file)


def test_the_outside_value_is_the_gap_between_the_curves_in_the_weeks_before(tmp_path):
    local, treasury = curve(tmp_path, "local", "2.50", "0.002"), curve(tmp_path, "treasury", "2.40", "0.001")
    outside = outside_by_curves(local, treasury, DAY, Decimal(10))
    assert outside.low == pytest.approx(10 + 0.1 * 20)
    assert outside.high == pytest.approx(10 + 0.1 * 39)


def test_a_curve_without_the_day_gives_no_outside_value(tmp_path):
    local, treasury = curve(tmp_path, "local", "2.50", "0"), curve(tmp_path, "treasury", "2.40", "0")
    with pytest.raises(BadInput, match="曲线没有 2024-03-19 的数据"):
        outside_by_curves(local, treasury, date(2024, 3, 20), Decimal(10))


def test_gaps_bound_the_outside_value():
    assert outside_by_gaps([7.5, 3.25, 4.0]) == Outside(3.25, 7.5)
    assert np.allclose(Outside(3.25, 7.5).points(2), [3.25, 7.5])


def test_the_sentence_says_that_bids_cannot_tell_and_on_what_the_answer_hangs():
    speak("zh_CN")
    band = Band(Outside(4.0, 10.0), (Point(4.0, Interval(5, 4.5, 5.5)), Point(10.0, Interval(11, 10.5, 11.5))))
    assert str(sentence("现行下限", 0.97, band)) == (
        "方案“现行下限”有 97% 的招标落在下限上：大家都报下限，"
        "投标看不出下限再低时票面利率会低多少，多招几次也看不出来。"
        "二级市场利差取 4.0 至 10.0 bp 时，票面利率比五日均值高 4.50 至 11.50 bp；"
        "这一范围取决于招标以外的数据，不是抽样误差。"
    )


def test_where_bids_tell_enough_the_sentence_says_so():
    assert str(sentence("低下限", 0.03, None)) == (
        "方案“低下限”只有 3% 的招标落在下限上，投标本身足以推断结果，不必借助外部利差。"
    )
