"""Re-openings: the published prices and yields, the terms of the first issue, the dirty price."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from books import sheet
from commandline import kaibiao, written
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from auction.bond import dirty_price
from auction.bondterms import schedule_of
from auction.checks import Desk, desk_for
from auction.offer import FirstIssue
from auction.quantities import half_up
from auction.reopening import check_reopening, implied_yield, settlement_of
from auction.rulebook import load_rulebook

TENDER_DAY, PAYMENT_DAY = date(2017, 10, 19), date(2017, 10, 20)
IX = {
    **{"code": "1705210", "name": "云南一般债（九期）", "coupon": "3.95", "frequency": "1"},
    **{"value_date": "2017-08-11", "maturity": "2022-08-11"},
}
XI = IX | {
    **{"code": "1705212", "name": "云南一般债（十一期）", "coupon": "4.11", "frequency": "2"},
    **{"maturity": "2027-08-11"},
}
TREASURY = {
    **{"code": "130005", "coupon": "3.52", "frequency": "2"},
    **{"value_date": "2013-02-21", "maturity": "2023-02-21"},
}


def bond(fields: dict[str, str]) -> FirstIssue:
    return FirstIssue.model_validate(fields)


def rounded(price: str, fields: dict[str, str], settlement: date) -> str:
    return str(half_up(implied_yield(Decimal(price), bond(fields), settlement), 2))


@pytest.mark.parametrize(("price", "fields", "rate"), [("100.89", IX, "3.92"), ("101.08", XI, "4.07")])
def test_the_yunnan_re_openings_of_2017_yield_what_was_published_on_the_day_after_the_tender(price, fields, rate):
    assert rounded(price, fields, PAYMENT_DAY) == rate


def test_a_day_earlier_the_yunnan_price_does_not_fit():
    assert rounded("100.89", IX, TENDER_DAY) == "3.91"


def test_the_treasury_re_opening_of_2013_yields_its_coupon_on_the_payment_day():
    assert rounded("100.31", TREASURY, date(2013, 3, 25)) == "3.52"
    assert rounded("100.31", TREASURY, date(2013, 3, 20)) == "3.51"


@given(st.integers(100, 900), st.sampled_from((IX, XI)), st.dates(date(2017, 8, 11), date(2020, 8, 10)))
def test_the_yield_of_a_price_is_the_yield_that_made_it(basis_points, fields, settlement):
    rate = Fraction(basis_points, 100)
    dirty = half_up(dirty_price(schedule_of(bond(fields)), settlement, rate), 10)
    assert abs(implied_yield(dirty, bond(fields), settlement) - rate) < Fraction(1, 10**6)


SHEET = {"object": "price", "tenor": "5", "date": "2017-10-19"}
RULES_2017, RULES_2019 = (load_rulebook().for_(None, date(year, 10, 19)) for year in (2017, 2019))


def reopened(first: dict[str, str] = IX, number: int = 1, **fields: object) -> Desk:
    """The desk of a re-opening under the rules of its day."""
    reopening = {"of": first["code"], "first_issue": first, "number": number, **fields.pop("reopening", {})}
    notice = sheet("10", **{**SHEET, **fields}, reopening=reopening)
    return desk_for(notice, None, RULES_2019 if notice.date and notice.date.year == 2019 else RULES_2017)


def told(desk: Desk, register=None) -> list[tuple[str, str]]:
    return [(breach.rule, str(breach.message)) for breach in check_reopening(desk, register)]


def test_a_re_opening_like_its_first_issue_breaks_nothing():
    assert told(reopened(), {"1705210": bond(IX)}) == []
    assert told(reopened(XI, tenor="10"), {"1705212": bond(XI)}) == []


def test_a_notice_that_re_opens_nothing_has_nothing_to_check():
    assert check_reopening(desk_for(sheet("10"), None, RULES_2017), {}) == ()


def test_each_field_that_differs_from_the_first_issue_is_listed():
    given_ = IX | {"coupon": "3.96", "value_date": "2017-08-14", "maturity": "2022-08-14", "frequency": "2"}
    assert told(reopened(given_), {"1705210": bond(IX)}) == [
        (
            "reopening.same_terms",
            "续发行的要素须与首次发行一致：票面利率 3.96（首次发行 3.95）、起息日 2017-08-14（首次发行 2017-08-11）、"
            "到期日 2022-08-14（首次发行 2022-08-11）、付息频率 2（首次发行 1）",
        )
    ]


def test_a_name_is_compared_only_where_both_have_one():
    nameless = {field: value for field, value in IX.items() if field != "name"}
    assert told(reopened(nameless), {"1705210": bond(IX)}) == []
    assert told(reopened(IX | {"name": "别的债券"}), {"1705210": bond(IX)}) == [
        ("reopening.same_terms", "续发行的要素须与首次发行一致：债券名称 别的债券（首次发行 云南一般债（九期））")
    ]


def test_the_sheet_itself_has_the_code_the_coupon_days_and_the_tenor_of_the_first_issue():
    assert told(reopened(bond="1705299", tenor="7", frequency="2")) == [
        (
            "reopening.same_terms",
            "续发行的要素须与首次发行一致：债券代码 1705299（首次发行 1705210）、付息频率 2（首次发行 1）、"
            "到期日 2024-08-11（首次发行 2022-08-11）",
        )
    ]
    assert told(reopened(reopening={"of": "1705211"})) == [
        ("reopening.same_terms", "续发行的要素须与首次发行一致：债券代码 1705211（首次发行 1705210）")
    ]


def test_a_bond_nobody_has_issued_cannot_be_re_opened():
    assert told(reopened(), {"1705212": bond(XI)}) == [("reopening.unknown", "没有发行过债券 1705210")]


@pytest.mark.parametrize(("number", "refused"), [(1, []), (2, []), (3, ["reopening.most"])])
def test_a_third_re_opening_is_refused(number, refused):
    assert [rule for rule, _words in told(reopened(number=number))] == refused


def test_the_third_re_opening_is_refused_by_the_rulebook():
    (breach,) = check_reopening(reopened(number=3))
    assert str(breach.message) == "这是第 3 次续发行，每期债券最多续发行 2 次"
    assert breach.citation.startswith("财库〔2017〕59号")


@pytest.mark.parametrize(
    ("fields", "loc"),
    [
        ({"object": "rate"}, ("reopening",)),
        ({"method": "directed-underwriting"}, ("reopening",)),
        ({"number": 0}, ("reopening", "number")),
        ({"first": IX | {"maturity": "2017-08-11"}}, ("reopening", "first_issue", "maturity")),
    ],
)
def test_a_re_opening_by_rate_or_directed_or_of_no_bond_is_refused(fields, loc):
    with pytest.raises(ValidationError) as refused:
        reopened(**fields)
    assert [detail["loc"] for detail in refused.value.errors()] == [loc]


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({}, date(2017, 10, 20)),
        ({"date": "2017-10-20"}, date(2017, 10, 23)),
        ({"reopening": {"settlement": "2017-10-25"}}, date(2017, 10, 25)),
        ({"date": None}, None),
    ],
)
def test_the_price_is_for_the_payment_day_unless_the_notice_says_another(fields, day):
    assert settlement_of(reopened(**fields)) == day


@pytest.mark.parametrize("day", ["2017-08-10", "2022-08-11"])
def test_a_settlement_day_outside_the_bonds_life_is_told(day):
    assert [rule for rule, _words in told(reopened(reopening={"settlement": day}))] == ["reopening.settlement"]


def at(high: str, day: str = "2019-10-17", **fields: object) -> Desk:
    """A public underwriting of the first bond at a mean of 3 percent, up to a price."""
    known = {"method": "public-underwriting", "date": day, "mean": "3.0", "leads": ["L1"], "agreed": ["L1"]}
    return reopened(**{**known, **fields}, range={"low": "99.00", "high": high})


def test_a_public_price_range_ends_at_the_dirty_price_of_the_mean():
    # payment on 18 October 2019, 68 of 366 days into the period: 103.2527 dirty, 0.7339 accrued
    assert told(at("103.25")) == []
    assert told(at("103.26")) == [
        ("underwriting.price_cap", "区间上限 103.26 元高于 2019-10-18 按五日均值计算的含息价格 103.25 元")
    ]


@pytest.mark.parametrize(
    ("high", "clean"), [("102.50", False), ("102.51", True), ("102.52", True), ("102.53", True), ("102.54", False)]
)
def test_a_range_that_ends_at_the_clean_price_is_told(high, clean):
    assert [rule for rule, _words in told(at(high))] == ["reopening.price_object"] * clean


def test_the_clean_price_is_told_with_the_accrued_interest_that_it_lacks():
    (breach,) = check_reopening(at("102.52"))
    assert str(breach.message) == "区间上限 102.52 元是净价：含息价格应为 103.2527 元，其中应计利息 0.7339 元"
    assert breach.citation != "标书"


def test_a_tender_range_is_measured_by_the_floor_in_force():
    lifted = RULES_2017.get_at("range.floor", Decimal(5)).value
    level = lifted.on(Fraction(3))
    schedule = schedule_of(bond(IX))
    dirty = half_up(dirty_price(schedule, PAYMENT_DAY, level), 2)
    clean = dirty - Decimal("0.76")
    fields = {"mean": "3.0"}
    assert told(reopened(**fields, range={"low": "90.00", "high": str(dirty)})) == []
    assert [rule for rule, _words in told(reopened(**fields, range={"low": "90.00", "high": str(clean)}))] == [
        "reopening.price_object"
    ]


def test_just_after_a_coupon_day_clean_and_dirty_cannot_be_told_apart():
    # payment on Monday 12 August 2019, one day into the period: 102.6955 dirty, 102.6847 clean
    assert [told(at(high, "2019-08-09")) for high in ("102.67", "102.68", "102.69", "102.70")] == [[], [], [], []]


NOTICE = """kind: notice
method: single-price
object: price
offered: 10
tenor: 5
date: 2017-10-19
mean: 3.60
range: {low: 99.00, high: 102.27}
reopening:
  of: "1705210"
  number: 1
  first_issue: {code: "1705210", coupon: 3.95, frequency: 1, value_date: 2017-08-11, maturity: 2022-08-11}
"""
BOOK = "member,level,amount,time\nA,100.95,6,10:10\nB,100.89,9,10:11\nC,100.80,3,10:12\n"


def cleared(folder, notice: str, *options: str):
    files = written(folder / "n.yaml", notice), written(folder / "b.csv", BOOK)
    return kaibiao("clear", files[0], "--bids", files[1], *options)


def test_a_re_opening_is_cleared_and_its_yield_told(tmp_path):
    answer = cleared(tmp_path, NOTICE, "--json")
    assert (answer.code, answer.err) == (0, "")
    told_ = {name: answer.json[name] for name in ("price", "issued", "settlement", "implied_yield")}
    assert told_ == {"price": "100.89", "issued": "10.0", "settlement": "2017-10-20", "implied_yield": "3.9165"}
    assert "按 2017-10-20 结算，到期收益率 3.9165%\n" in cleared(tmp_path, NOTICE).out


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ("object: price", "object: rate", 10, "reopening", "续发行的标的应为价格（object: price），票面利率已定"),
        ("number: 1", "number: 3", 11, "reopening.number", "这是第 3 次续发行，每期债券最多续发行 2 次"),
        ("tenor: 5", "tenor: 7", 12, "reopening.first_issue", "续发行的要素须与首次发行一致：到期日 2024-08-11"),
        ("high: 102.27", "high: 101.51", 8, "range.high", "区间上限 101.51 元是净价：含息价格应为 102.2671"),
    ],
)
def test_what_is_wrong_with_a_re_opening_is_told_at_its_place(tmp_path, old, new, line, field, message):
    answer = cleared(tmp_path, NOTICE.replace(old, new), "--json")
    found = [(at_line, at_field) for _file, at_line, at_field, words in answer.faults if words.startswith(message)]
    assert (answer.code, found) == (2, [(line, field)])
