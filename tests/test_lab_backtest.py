"""The backtest: nothing later than the evening before moves a prediction, and scores are what they say."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from auction.curve import Curve, read_curve
from auction.quantities import half_up
from auction.workdays import INTERBANK
from sim.lab.backtest import Backtest, Predicted, backtest, bootstrap
from sim.lab.evening import Evening, evening_of
from sim.lab.experiment import members_of
from sim.lab.forecast import Played
from sim.lab.history import PastAuction
from sim.lab.population import Population, read_population

DAYS = (date(2024, 3, 19), date(2024, 4, 16), date(2024, 5, 14))
TENORS = (5, 10)


@pytest.fixture(scope="module")
def population() -> Population:
    return read_population(Path("scenarios/populations/national.yaml"))


@pytest.fixture(scope="module")
def curves(tmp_path_factory: pytest.TempPathFactory) -> tuple[Curve, Curve]:
    folder = tmp_path_factory.mktemp("curves")
    days = INTERBANK.before(date(2024, 6, 1), 120)
    for name, spread in (("treasury", 0.0), ("local", 0.12)):
        rows = [f"{day},{2.1 + n * 0.001 + spread:.4f},{2.3 + n * 0.001 + spread:.4f}" for n, day in enumerate(days)]
        (folder / f"{name}.csv").write_text("\n".join(["date,5Y,10Y", *rows]) + "\n", "utf-8")
    return read_curve(folder / "treasury.csv"), read_curve(folder / "local.csv")


@pytest.fixture(scope="module")
def evenings(population: Population, curves: tuple[Curve, Curve]) -> tuple[Evening, ...]:
    auctions = [
        PastAuction(2 + n, day, "江苏", Decimal(tenor), Decimal("2.40"), 300_000, 4.0, 2.0, None, True)
        for n, (day, tenor) in enumerate((day, tenor) for day in DAYS for tenor in TENORS)
    ]
    return tuple(evening_of(auction, *curves, members_of(population)) for auction in auctions)


def test_where_the_local_curve_anchors_the_range_the_floor_is_a_share_of_its_mean(
    population: Population, curves: tuple[Curve, Curve]
) -> None:
    auction = PastAuction(2, DAYS[0], "深圳", Decimal(10), Decimal("2.40"), 300_000, None, None, None, True)
    anchored = evening_of(auction, *curves, members_of(population))
    local = anchored.mean + Fraction(str(round(anchored.local_mean_bp, 6))) / 100
    assert anchored.low == half_up(local * Fraction(97, 100), 2)
    given = evening_of(replace(auction, floor_bp=Decimal(5)), *curves, members_of(population))
    assert given.low == half_up(given.mean + Fraction(5, 100), 2)


@pytest.mark.parametrize(
    ("issuer", "day", "floor", "basis"),
    [
        ("山东", date(2022, 3, 23), 25, "practice"),
        ("山东", date(2022, 3, 24), 10, "derived"),
        ("北京", date(2022, 5, 10), 15, "practice"),
        ("山东", date(2023, 5, 4), 5, "practice"),
    ],
)
def test_a_floor_that_results_show_stands_only_before_an_older_practice_of_the_nation(
    population: Population, tmp_path: Path, issuer: str, day: date, floor: int, basis: str
) -> None:
    file = tmp_path / "curve.csv"
    days = INTERBANK.before(date(2023, 6, 1), 320)
    file.write_text("\n".join(["date,5Y,10Y", *(f"{each},2.5,2.8" for each in days)]) + "\n", "utf-8")
    curve, floors = read_curve(file), {date(2022, 3, 24): Decimal(10)}
    auction = PastAuction(2, day, issuer, Decimal(10), Decimal("3.00"), 300_000, None, None, None, True)
    found = evening_of(auction, curve, curve, members_of(population), floors)
    assert (found.floor_bp, found.floor_basis.value) == (Decimal(floor), basis)


def of_day(done: Backtest, day: date) -> list[dict[str, object]]:
    hidden = ("actual", "cover")
    rows = [row.as_dict() for row in done.rows if row.evening.auction.day == day]
    return [{name: value for name, value in row.items() if name not in hidden} for row in rows]


def changed(evening: Evening, day: date) -> Evening:
    if evening.auction.day != day:
        return evening
    return replace(evening, auction=replace(evening.auction, coupon=Decimal("2.52"), cover=20.0, marginal=9.0))


@pytest.mark.parametrize("day", DAYS)
def test_how_a_day_came_out_moves_no_prediction_of_that_day_or_an_earlier_one(
    population: Population, evenings: tuple[Evening, ...], day: date
) -> None:
    before = backtest(evenings, (), population)
    after = backtest(tuple(changed(evening, day) for evening in evenings), (), population)
    for each in DAYS:
        assert (of_day(before, each) == of_day(after, each)) is (each <= day)


def test_rows_come_in_the_order_of_lines_whatever_the_order_of_days(
    population: Population, evenings: tuple[Evening, ...]
) -> None:
    done = backtest(tuple(reversed(evenings)), (), population)
    assert [row.evening.auction.line for row in done.rows] == [7, 6, 5, 4, 3, 2]
    assert of_day(done, DAYS[2]) == list(reversed(of_day(backtest(evenings, (), population), DAYS[2])))


def test_no_coupon_is_expected_under_the_floor(population: Population, evenings: tuple[Evening, ...]) -> None:
    for row in backtest(evenings, (), population).rows:
        low, high = row.interval80
        assert float(row.evening.low) - 1e-9 <= min(low, row.mean)
        assert low <= high


def played(coupons: list[float]) -> Played:
    n = len(coupons)
    plain = np.ones(n)
    return Played(np.array(coupons), plain * 2.0, plain * 4.0, np.zeros(n, np.bool_), np.zeros(n, np.bool_))


def test_scores_of_a_known_distribution(evenings: tuple[Evening, ...]) -> None:
    evening = evenings[0]
    came_to = evening.coupon_bp
    row = Predicted(evening, played([came_to - 1.0, came_to + 3.0]), 0.0)
    assert row.error_bp == pytest.approx(-1.0)
    assert row.crps_bp == pytest.approx(2.0 - 1.0)
    assert row.covered
    assert row.log_cover_error == pytest.approx(np.log(4.0) - np.log(2.0))
    scores = Backtest((row,), ()).scores()
    assert scores["coupon_mae_bp"] == pytest.approx(1.0)
    assert scores["coupon_bias_bp"] == pytest.approx(-1.0)
    assert scores["marginal_tail"] == {"2": 2.0, "5": 0.0, "10": 0.0, "20": 0.0}
    assert scores["baselines"]["floor"] == pytest.approx(abs(float(evening.auction.coupon - evening.low)) * 100)


def test_days_are_resampled_whole() -> None:
    values = np.array([1.0] * 10 + [3.0])
    assert bootstrap(values, [DAYS[0]] * 10 + [DAYS[1]]) == (1.0, 3.0)
