"""A bond's terms, cash flows, accrued interest, price and yield."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from auction.bond import (
    accrued_interest,
    clean_price,
    dirty_price,
    price_at_issue,
    yield_to_maturity,
    yields_by_decision,
)
from auction.bondterms import (
    CashFlow,
    Decision,
    Option,
    Right,
    Schedule,
    Terms,
    bond_with_option,
    coupon_days,
    equal_repayments,
    outside_life,
    schedule_of,
    terms_after,
    usual_frequency,
    usual_terms,
)
from auction.errors import BadInput
from auction.quantities import half_up
from auction.workdays import parse_day

PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "cfets_yields.csv"

NEAR = Decimal("0.0002")


@pytest.fixture
def published():
    if not PUBLISHED.exists():
        pytest.skip("the published yields are not here")
    with PUBLISHED.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_published_yield_is_reproduced(published):
    missed = {}
    for row in published:
        terms = Terms(
            coupon=row["coupon"], frequency=row["freq"], value_date=row["issue_date"], maturity=row["maturity_dt"]
        )
        found = yield_to_maturity(schedule_of(terms), parse_day(row["settle_dt"]), Decimal(row["dirty_price"]))
        if abs(found - Fraction(row["ytm"])) > NEAR:
            missed[row["bond_code"], row["settle_dt"]] = (row["ytm"], str(half_up(found, 4)))
    assert (len(published), missed) == (9, {})


REOPENED = (
    ("3.95", date(2017, 8, 11), 5, date(2017, 10, 20), "100.89", "3.92"),
    ("4.11", date(2017, 8, 11), 10, date(2017, 10, 20), "101.08", "4.07"),
    ("3.52", date(2013, 2, 21), 10, date(2013, 3, 25), "100.31", "3.52"),
)
"""Yunnan general IX and XI, a treasury (rules.md 7): coupon, value date, tenor, settlement, dirty price, yield."""


@pytest.mark.parametrize(("coupon", "value_date", "years", "settlement", "dirty", "rate"), REOPENED)
def test_the_printed_yields_of_real_re_openings_come_of_their_dirty_prices(
    coupon, value_date, years, settlement, dirty, rate
):
    schedule = schedule_of(usual_terms(Decimal(coupon), value_date, years))
    assert str(half_up(yield_to_maturity(schedule, settlement, Decimal(dirty)), 2)) == rate


@pytest.mark.parametrize(
    ("coupon", "level", "tenor", "frequency", "price"),
    [
        ("2.12", "2.13", "5", 1, "99.95304"),
        ("2.12", "2.11", "5", 1, "100.04698"),
        ("3", "0", "10", 2, "130.00000"),
        ("0", "2", "0.25", 1, "99.50249"),
        ("2.5", "3", "0.5", 2, "99.75369"),
    ],
)
def test_a_new_bond_s_price_at_a_level_other_than_its_coupon(coupon, level, tenor, frequency, price):
    found = price_at_issue(Decimal(coupon), Decimal(level), Decimal(tenor), frequency)
    assert str(half_up(found, 5)) == price


@pytest.mark.parametrize(("tenor", "frequency"), [("5", 1), ("30", 2), ("0.5", 1), ("7", 12)])
def test_a_new_bond_at_its_coupon_is_worth_exactly_its_face(tenor, frequency):
    assert price_at_issue(Decimal("2.37"), Decimal("2.37"), Decimal(tenor), frequency) == 100


def test_a_new_bond_s_price_is_the_dirty_price_on_its_value_date():
    terms = usual_terms(Decimal("2.5"), date(2024, 3, 1), 10)
    price = dirty_price(schedule_of(terms), terms.value_date, Decimal("2.61"))
    assert price == price_at_issue(Decimal("2.5"), Decimal("2.61"), Decimal(10), 2)


def test_the_contract_s_bond_in_four_figures():
    schedule = schedule_of(Terms(coupon="3.02", frequency=2, value_date="2021-05-27", maturity="2031-05-27"))
    settlement, rate = date(2023, 1, 19), Decimal("2.86")
    figures = [figure(schedule, settlement, rate) for figure in (dirty_price, clean_price)]
    assert [str(half_up(figure, 4)) for figure in figures] == ["101.6214", "101.1792"]
    assert accrued_interest(schedule, settlement) == Fraction("1.51") * 53 / 181


def test_a_coupon_is_the_seller_s_on_the_day_it_is_paid():
    schedule = schedule_of(usual_terms(Decimal(3), date(2024, 3, 1), 5))
    assert accrued_interest(schedule, date(2026, 2, 28)) == Fraction(3 * 364, 365)
    assert accrued_interest(schedule, date(2026, 3, 1)) == 0
    assert dirty_price(schedule, date(2026, 3, 1), Decimal(3)) == 100


def test_the_last_period_bears_simple_interest_over_the_days_of_its_coupon_year():
    schedule = schedule_of(Terms(coupon="4", frequency=2, value_date="2020-08-28", maturity="2024-08-28"))
    assert dirty_price(schedule, date(2024, 5, 28), Decimal(3)) == Fraction(102) / (1 + Fraction(3, 100) * 92 / 366)
    assert yield_to_maturity(schedule, date(2024, 5, 28), Decimal(102)) == 0


@pytest.mark.parametrize(("years", "frequency"), [("0.5", 1), (1, 1), (7, 1), (10, 2), (30, 2)])
def test_up_to_seven_years_a_bond_pays_once_a_year_and_longer_ones_twice(years, frequency):
    assert usual_frequency(Decimal(years)) == frequency


def iso(days):
    return [day.isoformat() for day in days]


@pytest.mark.parametrize(
    ("value_date", "maturity", "frequency", "days"),
    [
        ("2023-08-31", "2025-08-31", 2, ["2023-08-31", "2024-02-29", "2024-08-31", "2025-02-28", "2025-08-31"]),
        ("2024-02-29", "2026-02-28", 2, ["2024-02-29", "2024-08-29", "2025-02-28", "2025-08-29", "2026-02-28"]),
        ("2025-02-28", "2028-02-29", 1, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2024-05-10", "2026-01-15", 1, ["2024-01-15", "2025-01-15", "2026-01-15"]),
        ("2024-05-10", "2024-08-10", 1, ["2023-08-10", "2024-08-10"]),
        ("2024-10-31", "2025-01-31", 12, iso(date(2024, month, 1) - timedelta(1) for month in range(2, 13))),
    ],
)
def test_coupon_days_roll_back_from_the_maturity_without_drifting(value_date, maturity, frequency, days):
    found = iso(coupon_days(parse_day(value_date), parse_day(maturity), frequency))
    assert found[: len(days)] == days and found[-1] == maturity


def test_a_short_first_period_bears_its_share_of_the_quasi_coupon():
    terms = Terms(coupon="3.66", frequency=1, value_date="2024-05-10", maturity="2026-01-15")
    schedule = schedule_of(terms)
    assert schedule.flows == (
        CashFlow(date(2025, 1, 15), Fraction("3.66") * 250 / 366, Fraction(0)),
        CashFlow(date(2026, 1, 15), Fraction("3.66"), Fraction(100)),
    )
    assert accrued_interest(schedule, date(2024, 6, 10)) == Fraction("3.66") * 31 / 366
    wait = Fraction(250, 366)
    growth = Decimal("1.03") ** (Decimal(wait.numerator) / wait.denominator)
    by_hand = (Fraction("3.66") * wait + Fraction("103.66") / Fraction("1.03")) / Fraction(growth)
    assert abs(dirty_price(schedule, terms.value_date, Decimal(3)) - by_hand) < Fraction(1, 10**20)


FIVE_YEARS = usual_terms(Decimal(3), date(2024, 3, 1), 5)


def test_a_bond_repaid_by_instalments_bears_interest_on_what_is_left():
    schedule = schedule_of(equal_repayments(FIVE_YEARS, 4))
    flows = [(flow.day.year, flow.interest, flow.principal) for flow in schedule.flows]
    assert flows == [(2025, 3, 0), (2026, 3, 25), (2027, Fraction("2.25"), 25), (2028, Fraction("1.5"), 25)] + [
        (2029, Fraction("0.75"), 25)
    ]
    assert dirty_price(schedule, date(2024, 3, 1), Decimal(3)) == 100
    assert accrued_interest(schedule, date(2028, 3, 2)) == Fraction(3, 4) / 365


def test_the_yield_of_a_bond_repaid_by_instalments_moves_more_with_its_price():
    bullet, parts = schedule_of(FIVE_YEARS), schedule_of(equal_repayments(FIVE_YEARS, 5))
    yields = [half_up(yield_to_maturity(each, date(2024, 3, 1), Decimal(99)), 2) for each in (bullet, parts)]
    assert [str(each) for each in yields] == ["3.22", "3.36"]


CALLABLE, CALL = bond_with_option(Decimal(3), date(2024, 3, 1), Right.CALL, 5, 2)
EXTENDIBLE, EXTENSION = bond_with_option(Decimal(3), date(2024, 3, 1), Right.EXTENSION, 3, 2)


@pytest.mark.parametrize(
    ("terms", "option", "exercised", "waived"),
    [(CALLABLE, CALL, "2029-03-01", "2031-03-01"), (EXTENDIBLE, EXTENSION, "2029-03-01", "2027-03-01")],
)
def test_the_notice_says_where_the_schedule_ends(terms, option, exercised, waived):
    assert terms.frequency == 1
    for decision, end in ((Decision.EXERCISED, exercised), (Decision.WAIVED, waived)):
        last = schedule_of(terms_after(terms, option, decision)).flows[-1]
        assert last == CashFlow(parse_day(end), Fraction(3), Fraction(100))


def test_a_callable_bond_above_par_yields_less_to_the_call_than_to_the_maturity():
    yields = yields_by_decision(CALLABLE, CALL, date(2024, 3, 1), Decimal(102))
    assert {each.value: str(half_up(rate, 4)) for each, rate in yields.items()} == {
        "exercised": "2.5687",
        "waived": "2.6828",
    }


def test_a_call_makes_the_principal_left_due_and_an_extension_puts_it_off():
    parts = equal_repayments(CALLABLE, 4)
    called = schedule_of(terms_after(parts, CALL, Decision.EXERCISED))
    assert [flow.principal for flow in called.flows] == [0, 0, 0, 25, 75]
    longer = Option(Right.EXTENSION, date(2032, 3, 1))
    extended = schedule_of(terms_after(parts, longer, Decision.EXERCISED))
    assert [flow.principal for flow in extended.flows] == [0, 0, 0, 25, 25, 25, 0, 25]


@pytest.mark.parametrize(
    ("right", "day", "message"),
    [
        (Right.CALL, "2029-03-02", "赎回日应为到期日 2031-03-01 之前的付息日"),
        (Right.CALL, "2031-03-01", "赎回日应为到期日 2031-03-01 之前的付息日"),
        (Right.CALL, "2033-03-01", "赎回日应为到期日 2031-03-01 之前的付息日"),
        (Right.CALL, "2024-03-01", "赎回日应为到期日 2031-03-01 之前的付息日"),
        (Right.EXTENSION, "2029-03-01", "续期后的到期日应晚于原到期日 2031-03-01，且相隔整数个付息周期"),
        (Right.EXTENSION, "2033-06-01", "续期后的到期日应晚于原到期日 2031-03-01，且相隔整数个付息周期"),
    ],
)
@pytest.mark.parametrize("decision", Decision)
def test_a_maturity_moves_from_one_coupon_day_to_another(right, day, message, decision):
    with pytest.raises(BadInput, match=message):
        terms_after(CALLABLE, Option(right, parse_day(day)), decision)


BULLET = {"coupon": "3", "frequency": "1", "value_date": "2024-03-01", "maturity": "2029-03-01"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"frequency": "3"}, "每年付息次数应为 1、2、4 或 12"),
        ({"frequency": "1.5"}, "每年付息次数应为 1、2、4 或 12"),
        ({"value_date": "1899-12-31"}, "起息日不应早于 1900 年"),
        ({"maturity": "2024-03-01"}, "到期日应晚于起息日 2024-03-01"),
        ({"maturity": "2125-03-01"}, "期限应在 0 与 100 年之间"),
        ({"repayments": [{"day": "2025-03-02", "principal": 1}]}, "分期还本日应为到期日之前的付息日，且不重复"),
        ({"repayments": [{"day": "2029-03-01", "principal": 1}]}, "分期还本日应为到期日之前的付息日，且不重复"),
        ({"repayments": [{"day": "2025-03-01", "principal": 1}] * 2}, "分期还本日应为到期日之前的付息日，且不重复"),
        ({"repayments": [{"day": "2025-03-01", "principal": 100}]}, "到期日之前的还本合计应小于 100"),
    ],
)
def test_terms_that_no_bond_has_are_refused(changed, message):
    with pytest.raises(ValidationError) as caught:
        Terms.model_validate({**BULLET, **changed})
    assert [str(error["ctx"]["error"].args[0]) for error in caught.value.errors()] == [message]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"coupon": "-0.01"}, "greater_than_equal"),
        ({"coupon": "100.01"}, "less_than_equal"),
        ({"repayments": [{"day": "2025-03-01", "principal": "0"}]}, "greater_than"),
        ({"put": "2025-03-01"}, "extra_forbidden"),
    ],
)
def test_a_coupon_lies_between_nothing_and_a_hundred_and_a_repayment_is_something(changed, kind):
    with pytest.raises(ValidationError) as caught:
        Terms.model_validate({**BULLET, **changed})
    assert [error["type"] for error in caught.value.errors()] == [kind]


@pytest.mark.parametrize(
    ("settlement", "message"),
    [("2024-02-29", "结算日不应早于起息日 2024-03-01"), ("2029-03-01", "结算日应早于到期日 2029-03-01")],
)
def test_a_settlement_outside_the_bond_s_life_is_refused(settlement, message):
    day, schedule = parse_day(settlement), schedule_of(FIVE_YEARS)
    assert str(outside_life(FIVE_YEARS.value_date, FIVE_YEARS.maturity, day)) == message
    with pytest.raises(BadInput, match=message):
        accrued_interest(schedule, day)
    with pytest.raises(BadInput, match=message):
        yield_to_maturity(schedule, day, Decimal(100))


@pytest.mark.parametrize(
    ("rate", "message"), [("-100", "收益率 -100.00% 太低：没有这样的价格"), ("10000.01", "收益率应在 ±10000% 之内")]
)
def test_a_yield_at_which_nothing_has_a_price_is_refused(rate, message):
    with pytest.raises(BadInput, match=message):
        dirty_price(schedule_of(FIVE_YEARS), date(2025, 1, 1), Decimal(rate))
    with pytest.raises(BadInput, match=message):
        price_at_issue(Decimal(3), Decimal(rate), Decimal(5), 1)


def test_a_price_that_only_a_slip_can_explain_is_refused():
    with pytest.raises(BadInput, match="这个价格的收益率超出 ±10000%"):
        yield_to_maturity(schedule_of(FIVE_YEARS), date(2024, 3, 1), Decimal("0.01"))


@dataclass(frozen=True)
class Holding:
    """A bond and a day in its life."""

    terms: Terms
    schedule: Schedule
    settlement: date


@st.composite
def holdings(draw):
    """Bonds of every kind: any frequency, any length, stubs, with or without instalments."""
    value_date = draw(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
    maturity = value_date + timedelta(days=draw(st.integers(1, 31 * 366)))
    frequency = draw(st.sampled_from((1, 2, 4, 12)))
    coupon = draw(st.decimals(0, 12, places=4))
    inside = [day for day in coupon_days(value_date, maturity, frequency) if value_date < day < maturity]
    days = draw(st.lists(st.sampled_from(inside), unique=True, max_size=5)) if inside else []
    repayments = [{"day": day, "principal": draw(st.decimals("0.01", "19.99", places=2))} for day in days]
    terms = Terms(coupon=coupon, frequency=frequency, value_date=value_date, maturity=maturity, repayments=repayments)
    settlement = value_date + timedelta(days=draw(st.integers(0, (maturity - value_date).days - 1)))
    return Holding(terms, schedule_of(terms), settlement)


@given(holdings(), st.decimals("50", "150", places=4))
def test_the_price_at_the_yield_of_a_price_is_that_price(held, price):
    nearly_due = (held.terms.maturity - held.settlement).days < 10
    paid = Decimal(100) + (price - 100) / 100 if nearly_due else price
    rate = yield_to_maturity(held.schedule, held.settlement, paid)
    assert half_up(dirty_price(held.schedule, held.settlement, rate), 8) == half_up(paid, 8)


@given(holdings(), st.decimals("-20", "40", places=4), st.decimals("0.0001", "20", places=4))
def test_the_price_falls_as_the_yield_rises(held, rate, more):
    low, high = (dirty_price(held.schedule, held.settlement, each) for each in (rate + more, rate))
    assert low < high


@given(holdings())
def test_accrued_interest_lies_between_nothing_and_one_coupon(held):
    assert 0 <= accrued_interest(held.schedule, held.settlement) <= Fraction(held.terms.coupon) / held.terms.frequency


@given(holdings())
def test_the_principal_of_every_bond_sums_to_its_face_and_no_payment_comes_out_of_order(held):
    days = [flow.day for flow in held.schedule.flows]
    assert sum(flow.principal for flow in held.schedule.flows) == 100
    assert days == sorted(set(days)) and days[-1] == held.terms.maturity and days[0] > held.terms.value_date


@given(holdings())
def test_a_bond_at_its_coupon_is_worth_on_a_coupon_day_what_is_left_of_its_face(held):
    starts = [day for day in held.schedule.days[:-2] if day >= held.terms.value_date]
    assert [dirty_price(held.schedule, day, held.terms.coupon) for day in starts] == [
        100 - sum(flow.principal for flow in held.schedule.flows if flow.day <= day) for day in starts
    ]
