"""Where the floor binds, bids do not tell what the bond is worth: the answer is a band over what is known outside."""

from datetime import date
from decimal import Decimal

import pytest
from games import coupons, demand, game, rule, solve

from auction.curve import read_curve
from auction.errors import BadInput
from auction.workdays import INTERBANK
from sim.lab.band import Outside, is_pinned, outside_by_curves, outside_by_gaps
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
