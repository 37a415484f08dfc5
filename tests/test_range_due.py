"""The range that is due, by the method of the issue: floor and cap on the mean, in prices for a re-opened bond."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import days
import pytest
from days import BOND, CHECKER, OPERATOR
from refusals import rules

from auction import events as e
from auction.bidrange import parse_offset
from auction.bond import dirty_price
from auction.bondterms import schedule_of
from auction.day import Phase
from auction.desk import (
    benchmark_tenor,
    bounds_of,
    has_range,
    notice_from,
    published_notice,
    range_due,
    sheet_ready,
)
from auction.errors import BadInput
from auction.notice import Method
from auction.plan import Plan, terms_of
from auction.quantities import half_up

FIRST = {"coupon": "2", "frequency": 2, "value_date": "2026-03-11", "maturity": "2036-03-11", "code": BOND}
REOPENED = {"object": "price", "reopening": {"of": BOND, "number": 1, "first_issue": FIRST}}
MEAN = Fraction("1.75336")


def plan(planned: dict | None = None, **fields: object) -> Plan:
    """The plan of one issue."""
    return days.stage(days.window(days.issue(**fields)), planned=planned).scenario.plan


def due(planned: dict | None = None, **fields: object) -> tuple[str, str]:
    """The range due of one issue on a mean of 1.75336 %."""
    made = plan(planned, **fields)
    found = range_due(made, made.issues[0], MEAN).range
    return str(found.low), str(found.high)


@pytest.mark.parametrize(
    ("fields", "low", "high"),
    [
        ({}, "1.80", "2.02"),
        ({"method": "multiple-price"}, "1.80", "2.02"),
        ({"method": "public-underwriting"}, "1.75", "2.02"),
        ({"method": "public-underwriting", "agreed_cap": "+10%"}, "1.75", "1.93"),
        ({"method": "public-underwriting", "agreed_cap": "+20bp"}, "1.75", "1.95"),
        ({"method": "directed-underwriting"}, "1.75", "2.28"),
    ],
)
def test_the_range_of_a_rate_issue(fields, low, high):
    assert due(**fields) == (low, high)


@pytest.mark.parametrize(
    ("fields", "floor", "cap"),
    [({}, "+5bp", "+15%"), ({"method": "public-underwriting", "agreed_cap": "+9%", "offered": "4"}, "+0bp", "+9%")],
)
def test_the_range_of_a_reopened_bond_is_what_those_yields_are_worth_on_the_payment_day(fields, floor, cap):
    made = plan(**REOPENED, **fields)
    schedule = schedule_of(made.issues[0].reopening.first_issue)
    worth = [
        half_up(dirty_price(schedule, date(2026, 6, 11), parse_offset(offset).on(MEAN)), 2) for offset in (cap, floor)
    ]
    found = range_due(made, made.issues[0], MEAN).range
    assert [found.low, found.high] == sorted(worth)


def test_high_yields_make_low_prices_on_the_tick_of_the_issue():
    assert due(**REOPENED) == ("100.35", "102.25")
    assert due(**REOPENED, tick="0.08") == ("100.32", "102.24")


@pytest.mark.parametrize("fields", [{}, REOPENED], ids=["rate", "price"])
def test_a_cap_agreed_below_the_floor_makes_no_range(fields):
    with pytest.raises(BadInput, match="低于下限"):
        due(**fields, method="public-underwriting", agreed_cap="-3%")


def test_a_cap_agreed_cites_the_agreement_and_is_shown_as_it_was_agreed():
    made = plan(method="public-underwriting", agreed_cap="+12%")
    floor, cap = bounds_of(made, made.issues[0])
    assert (floor.key, cap.key, str(cap.value)) == ("underwriting.floor", "underwriting.agreed", "+12%")
    assert "财库〔2018〕68号" in cap.citation


def test_a_reopened_bond_is_read_on_the_curve_at_what_remains_of_it():
    made = plan(**REOPENED)
    assert benchmark_tenor(made, made.issues[0]) == Fraction((date(2036, 3, 11) - date(2026, 6, 11)).days * 4, 1461)
    assert benchmark_tenor(plan(), plan().issues[0]) == 10


TREASURY = {"issuer": "国债", "department": "财政部"}
MIXED = {"method": "modified-multiple-price"}


@pytest.mark.parametrize(
    ("planned", "fields", "ranged"),
    [
        (None, {}, True),
        (None, REOPENED, True),
        (None, {"object": "price"}, False),
        (TREASURY, MIXED, False),
        (TREASURY, {"tenor": "30"}, True),
    ],
)
def test_a_tender_has_a_range_where_a_rule_sets_one(planned, fields, ranged):
    made = plan(planned, **fields)
    assert has_range(made, made.issues[0]) is ranged


def test_where_no_range_is_due_none_is_entered_and_the_sheet_is_ready_without_it():
    staged = days.stage(days.window(days.issue(**MIXED)), planned=TREASURY)
    day = days.play(days.begin(staged), until=lambda day: day.phase is Phase.SITE_SEALED)
    entry = days.sample("range_entered").entry
    assert rules(day, e.RangeEntered(at=day.now, seat=OPERATOR, bond=BOND, entry=entry)) == ["range.floor"]
    checked = e.RangeChecked(at=day.now, seat=CHECKER, bond=BOND, entry=entry, differences=())
    assert rules(day, checked) == ["range.floor"]
    assert not sheet_ready(day, BOND)
    window = day.plan.windows[0]
    terms = terms_of(window.issues[0], window)
    day = days.act(day, e.NoticeEntered(at=day.now, seat=OPERATOR, bond=BOND, terms=terms))
    day = days.act(day, e.NoticeChecked(at=day.now, seat=CHECKER, bond=BOND, terms=terms, differences=()))
    assert sheet_ready(day, BOND)
    assert days.act(day, e.NoticesSent(at=day.now, seat=OPERATOR, window="W1")).windows["W1"].phase.value == "SENT"


def test_the_notice_is_what_documents_sheet_and_rules_make_it():
    made = plan(
        TREASURY,
        **MIXED,
        limits={"level_span": 20},
        markets=["interbank"],
        base={"share": "10%", "holders": ["银行甲"]},
    )
    window, issue = made.windows[0], made.issues[0]
    notice = published_notice(made, window, issue)
    carried = [getattr(notice, field) == getattr(issue, field) for field in ("limits", "markets", "base", "marginal")]
    assert (notice.method, notice.bond, carried) == (Method.MODIFIED_MULTIPLE_PRICE, BOND, [True] * 4)
    assert (notice.exclusion.bids, notice.exclusion.awards, notice.range) == (105, 30, None)
    typed = terms_of(issue, window).model_copy(update={"offered": 120_000, "tenor": Decimal(20)})
    entered = notice_from(made, issue, typed, days.sample("range_entered").entry)
    assert (entered.offered, entered.tenor, str(entered.range.low), entered.mean) == (
        120_000,
        20,
        "1.80",
        Decimal("1.75336"),
    )


def test_the_leads_of_a_public_book_build_are_those_of_the_syndicate_where_none_are_named():
    made = plan(method="public-underwriting", offered="4")
    assert list(published_notice(made, made.windows[0], made.issues[0]).leads) == ["券商乙", "银行甲"]


@pytest.mark.parametrize(
    ("number", "known", "rule"),
    [
        (3, [FIRST], "reopening.most"),
        (1, [], "reopening.unknown"),
        (1, [{**FIRST, "coupon": "3"}], "reopening.same_terms"),
    ],
)
def test_a_reopening_against_the_rules_or_the_register_is_not_sent(number, known, rule):
    reopened = {**REOPENED["reopening"], "number": number}
    window = days.window(days.issue(object="price", reopening=reopened))
    day = days.play(days.begin(days.stage(window, planned={"issued_before": known})))
    assert [[breach.rule for breach in refused.breaches] for refused in day.refusals] == [[rule]]
    assert day.windows["W1"].phase.value == "PREPARED"
