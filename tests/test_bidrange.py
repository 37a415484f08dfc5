import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from pydantic import BaseModel

from auction.bidrange import BidRange, Offset, WrittenOffset, bid_range, parse_offset, print_mean
from auction.curve import Curve, benchmark_mean, read_curve
from auction.errors import BadInput

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def curve_of(name: str) -> Curve:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not here")
    return read_curve(DATA / name)


@pytest.fixture(scope="module")
def treasury() -> Curve:
    return curve_of("cgb_ytm_daily_2016_2026.csv")


@pytest.fixture(scope="module")
def local() -> Curve:
    return curve_of("lgb_ytm_daily_2022_2026.csv")


@pytest.fixture
def reported() -> list[dict[str, str]]:
    """The results whose date and spread the source states."""
    path = DATA / "local_bond_results.csv"
    if not path.exists():
        pytest.skip("the published results are not here")
    with path.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["date_basis"].startswith("stated")]
    return [row for row in rows if row["reported_spread_bp"] and row["tenor_y"] and row["coupon_pct"]]


def range_of(mean: Fraction, floor: str, cap: str) -> BidRange:
    return bid_range(mean, parse_offset(floor), parse_offset(cap))


def levels(low: str, high: str) -> BidRange:
    return BidRange(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("day", "tenor", "floor", "cap", "low", "high"),
    [
        ("2016-09-06", 3, "0bp", "15%", "2.42", "2.79"),
        ("2016-09-06", 5, "0bp", "15%", "2.57", "2.95"),
        ("2016-09-06", 7, "0bp", "15%", "2.79", "3.21"),
        ("2016-09-06", 10, "0bp", "15%", "2.75", "3.16"),
        ("2018-08-16", 7, "0bp", "15%", "3.53", "4.06"),
        ("2024-03-19", 10, "+5bp", "+15%", "2.38", "2.68"),
    ],
)
def test_a_published_range_comes_out_of_the_treasury_curve(treasury, day, tenor, floor, cap, low, high):
    mean = benchmark_mean(treasury, date.fromisoformat(day), tenor).mean
    assert range_of(mean, floor, cap) == levels(low, high)


def test_a_range_under_the_local_curve_has_a_floor_below_the_mean(local):
    assert range_of(benchmark_mean(local, date(2023, 4, 17), 7).mean, "-3%", "+10%") == levels("2.87", "3.25")


def test_the_spread_each_source_reports_is_the_coupon_over_the_mean(treasury, reported):
    misses = []
    for row in reported:
        mean = benchmark_mean(treasury, date.fromisoformat(row["date"]), Decimal(row["tenor_y"])).mean
        spread = (Fraction(row["coupon_pct"]) - mean) * 100
        if abs(spread - Fraction(row["reported_spread_bp"])) > Fraction(6, 10):
            misses.append((row["date"], row["province"], row["tenor_y"], float(spread), row["reported_spread_bp"]))
    assert len(reported) > 20
    assert misses == []


def test_the_cap_comes_from_the_unrounded_mean():
    assert range_of(Fraction("2.4235"), "0bp", "15%") == levels("2.42", "2.79")
    assert range_of(Fraction("2.42"), "0bp", "15%") == levels("2.42", "2.78")


def test_a_half_goes_up_at_both_ends():
    assert range_of(Fraction("2.005"), "0bp", "0.5bp") == levels("2.01", "2.01")


def test_a_coarser_tick_rounds_both_ends_to_its_multiples():
    assert bid_range(
        Fraction("100.13"), Offset(Decimal(0), "bp"), Offset(Decimal(50), "bp"), Decimal("0.08")
    ) == levels("100.16", "100.64")


def test_both_ends_of_a_range_may_be_bid_and_nothing_beyond():
    given = ("2.37", "2.38", "2.5", "2.68", "2.69")
    assert [levels("2.38", "2.68").contains(Decimal(level)) for level in given] == [False, True, True, True, False]


def test_a_cap_under_the_floor_is_refused_with_both_offsets():
    with pytest.raises(BadInput) as refused:
        range_of(Fraction("2.327"), "+40bp", "+15%")
    assert str(refused.value) == "上限 2.68（+15%）低于下限 2.73（+40bp）"


@pytest.mark.parametrize(
    ("text", "value", "unit", "printed"),
    [
        ("+5bp", "5", "bp", "+5bp"),
        ("5bp", "5", "bp", "+5bp"),
        ("-3%", "-3", "pct", "-3%"),
        ("15%", "15", "pct", "+15%"),
        ("＋７.５０ＢＰ", "7.50", "bp", "+7.5bp"),
        ("−10 ％", "-10", "pct", "-10%"),
        ("-0bp", "0", "bp", "+0bp"),
        ("100bp", "100", "bp", "+100bp"),
    ],
)
def test_an_offset_is_read_as_people_write_it_and_printed_in_ascii(text, value, unit, printed):
    assert parse_offset(text) == Offset(Decimal(value), unit)
    assert str(parse_offset(text)) == printed


@pytest.mark.parametrize("text", ["", "5", "bp", "%", "5bps", "1e2bp", "nan%", "5%bp", "++5bp"])
def test_what_is_no_offset_is_refused(text):
    with pytest.raises(ValueError):
        parse_offset(text)


def test_basis_points_add_to_the_mean_and_percent_scale_it():
    mean = Fraction("2.32706")
    assert parse_offset("+5bp").on(mean) == Fraction("2.37706")
    assert parse_offset("+15%").on(mean) == Fraction("2.676119")
    assert parse_offset("-3%").on(mean) == Fraction("2.2572482")


def test_a_model_reads_and_writes_an_offset_as_text():
    class Floor(BaseModel):
        floor: WrittenOffset

    assert Floor.model_validate({"floor": "5bp"}) == Floor(floor=Offset(Decimal(5), "bp"))
    assert Floor(floor=Offset(Decimal(-3), "pct")).model_dump_json() == '{"floor":"-3%"}'


@pytest.mark.parametrize(
    ("mean", "printed"),
    [
        (Fraction(116353, 50000), "2.32706"),
        (Fraction("2.3"), "2.30"),
        (Fraction(3), "3.00"),
        (Fraction("1.123456789012"), "1.123456789012"),
        (Fraction(7, 3), "2.33333333"),
        (Fraction(1, 3) + Fraction("1.766666666666666"), "2.10000000"),
    ],
)
def test_a_mean_is_printed_whole_where_its_decimals_end_and_to_eight_where_they_do_not(mean, printed):
    assert print_mean(mean) == printed
