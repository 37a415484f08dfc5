"""Exact values: what is read, what is refused and in which words, how values round and print."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from auction.quantities import (
    Amount,
    Level,
    Price,
    Rate,
    Share,
    half_up,
    half_up_to,
    parse_amount,
    parse_number,
    parse_price,
    parse_rate,
    parse_share,
    print_amount,
    print_price,
    print_rate,
)


class Terms(BaseModel):
    """One of each quantity."""

    rate: Rate = Decimal(0)
    price: Price = Decimal(0)
    level: Level = Decimal(0)
    amount: Amount = 0
    share: Share = Decimal(0)


def refusal(read, text: object) -> str:
    """What is said of a text that cannot be read."""
    with pytest.raises(ValueError) as refused:
        read(text)
    return str(refused.value.args[0])


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("2.005", 2, "2.01"),
        ("2.0049999", 2, "2.00"),
        ("-2.005", 2, "-2.01"),
        ("-2.0049", 2, "-2.00"),
        ("2.5", 0, "3"),
        ("-0.5", 0, "-1"),
        ("1/3", 4, "0.3333"),
        ("2/3", 4, "0.6667"),
        ("147/65", 2, "2.26"),
    ],
)
def test_a_half_is_rounded_away_from_zero(value, places, rounded):
    assert str(half_up(Fraction(value), places)) == rounded


def test_decimals_and_integers_round_alike():
    assert (str(half_up(Decimal("2.345"), 2)), str(half_up(7, 2))) == ("2.35", "7.00")


@pytest.mark.parametrize(
    ("value", "step", "nearest"), [("5979.3", 1000, 6000), ("500", 1000, 1000), ("499", 1000, 0), ("-500", 1000, -1000)]
)
def test_a_share_is_rounded_to_the_nearest_lot(value, step, nearest):
    assert half_up_to(Fraction(value), step) == nearest


@given(st.fractions(-1000, 1000), st.integers(0, 6))
def test_rounding_moves_a_value_by_at_most_half_a_unit(value, places):
    rounded = half_up(value, places)
    assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10**places)
    assert rounded.as_tuple().exponent == -places


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (parse_rate, "2.38", "2.38"),
        (parse_rate, "2.38%", "2.38"),
        (parse_rate, " ２．３８ ％ ", "2.38"),
        (parse_rate, "-0.5%", "-0.5"),
        (parse_rate, "+2.", "2"),
        (parse_rate, ".5", "0.5"),
        (parse_price, "100.89元", "100.89"),
        (parse_price, "１００．８９", "100.89"),
        (parse_number, Decimal("2.10"), "2.10"),
        (parse_number, 3, "3"),
        (parse_share, "15%", "0.15"),
        (parse_share, "０．５％", "0.005"),
        (parse_share, "0.15", "0.15"),
        (parse_share, "1", "1"),
    ],
)
def test_a_number_is_read_with_its_unit_or_without(read, text, value):
    assert read(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("30", 300000),
        ("29.8965", 298965),
        ("0.1亿元", 1000),
        ("15.8965 亿", 158965),
        ("３０．５亿元", 305000),
        ("-1", -10000),
        (Decimal("1.5"), 15000),
        (298965, 298965),
    ],
)
def test_an_amount_in_yi_becomes_whole_wan(text, amount):
    assert parse_amount(text) == amount


NOT_NUMBERS = ["NaN", "1e999", "1E3", "Infinity", "二", "", "2.1.0", "0x10", "1_000", "--1", "1 000", "٣", "9" * 25]


@pytest.mark.parametrize("text", [*NOT_NUMBERS, "2.38亿元", "2.38元", "2.38bp", "2.38%%", None, True, 2 + 0j])
def test_what_is_no_plain_number_is_refused_as_a_rate(text):
    assert refusal(parse_rate, text) == "应为数字（%）"


@pytest.mark.parametrize("text", [*NOT_NUMBERS, "300000万元", "30%", "30亿亿", None, False])
def test_what_is_no_plain_number_is_refused_as_an_amount(text):
    assert refusal(parse_amount, text) == "应为数字（亿元）"


def test_where_no_unit_is_known_none_is_named():
    assert refusal(parse_number, "2%") == "应为数字"


@pytest.mark.parametrize(("text", "expected"), [("1,000.5", "1000.5"), ("１，０００亿元", "1000"), ("-12,3", "-123")])
def test_commas_are_refused_with_the_number_to_write(text, expected):
    assert refusal(parse_amount, text) == f"数字里不要逗号：应写 {expected}"


def test_an_amount_is_exact_to_one_wan():
    assert refusal(parse_amount, "29.89651") == "应精确到万元（0.0001 亿元）"


@pytest.mark.parametrize("text", ["1.01", "101%", "-1%", "30"])
def test_a_share_lies_between_nothing_and_all(text):
    assert refusal(parse_share, text) == "比例应在 0 与 1 之间（或写百分数）"


@pytest.mark.parametrize(
    ("rate", "printed"),
    [
        ("2.1", "2.10"),
        ("2.100", "2.10"),
        ("2.38", "2.38"),
        ("2.3275", "2.3275"),
        ("0", "0.00"),
        ("-0.5", "-0.50"),
        ("1E+2", "100.00"),
        ("0.000001", "0.000001"),
    ],
)
def test_a_rate_prints_at_least_two_decimals_and_never_an_exponent(rate, printed):
    assert (print_rate(Decimal(rate)), print_price(Decimal(rate))) == (printed, printed)


@pytest.mark.parametrize(
    ("amount", "printed"), [(300000, "30.0"), (298965, "29.8965"), (1000, "0.1"), (1, "0.0001"), (0, "0.0")]
)
def test_an_amount_prints_in_yi(amount, printed):
    assert print_amount(amount) == printed


def test_zero_has_no_sign():
    assert str(parse_rate("-0.00")) == "0.00"


@given(st.integers(-(10**18), 10**18))
def test_an_amount_printed_is_the_amount_read(amount):
    assert parse_amount(print_amount(amount)) == amount


@given(st.decimals(-1000, 1000, places=6))
def test_a_rate_printed_is_the_rate_read(rate):
    assert parse_rate(print_rate(rate)) == rate


def test_a_model_reads_and_writes_quantities_as_people_do():
    terms = Terms(rate="2.1%", price="100.8元", level="2.38", amount="29.8965亿元", share="15%")
    written = terms.model_dump(mode="json")
    assert written == {"rate": "2.10", "price": "100.80", "level": "2.38", "amount": "29.8965", "share": "0.15"}
    assert Terms.model_validate(written) == terms


def test_a_model_refuses_every_wrong_quantity_at_once():
    with pytest.raises(ValidationError) as refused:
        Terms(rate="2.38亿", price="NaN", level="1e999", amount="1,000", share="15")
    assert [detail["loc"] for detail in refused.value.errors()] == [(name,) for name in Terms.model_fields]
