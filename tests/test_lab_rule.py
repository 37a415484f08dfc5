"""An arm as numbers: the grid of levels, the amounts, the limits by class, and what cannot be counted."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from books import SYNDICATE, desk

from auction.errors import BadInput
from auction.notice import MemberClass
from auction.rulebook import load_rulebook
from sim.lab.rule import (
    CANDIDATE,
    DIRECTED,
    EARLIEST_FIRST,
    FREE,
    LEADS_FIRST,
    MODIFIED,
    NO_LIMIT,
    PUBLIC,
    ROUND_ROBIN,
    SINGLE,
    TWO_STATE,
    Rule,
    rule_of,
)

RANGE = {"low": "2.10", "high": "2.50"}
MEAN = Fraction("2.0532")


def test_a_rate_tender_as_numbers():
    assert rule_of(desk("29.8965", range=RANGE, mean="2.0532")) == Rule(
        method=SINGLE,
        by_price=False,
        ticks=41,
        floor_bp=4.68,
        tick_bp=1.0,
        bounded=True,
        low=2_100_000,
        step=10_000,
        rounding=10_000,
        lot=1000,
        offered=298_965,
        tendered=298_965,
        supply=299,
        tail=ROUND_ROBIN,
        allotment=0,
        taken_up=False,
        flexible=0,
        flexible_low=298_965,
        multiple_over=1,
        multiple_under=1,
        exclude_bids=NO_LIMIT,
        exclude_awards=NO_LIMIT,
        first_average=False,
        steps=5,
        level_span=40,
        level_min=1,
        level_max=299,
        member_min=(0, 0, 0, 0),
        member_max=(299, 299, 299, 299),
        member_duty=(0, 0, 0, 0),
    )


def test_a_tick_is_a_level_and_a_yield():
    rule = rule_of(desk("30", range=RANGE), MEAN)
    assert [rule.level(tick) for tick in (0, 1, 40)] == [Decimal("2.10"), Decimal("2.11"), Decimal("2.50")]
    assert rule.bp(40) == pytest.approx(44.68)


def test_in_a_price_tender_tick_0_is_the_highest_price_and_the_lowest_yield():
    at = desk("30", object="price", tenor="10", frequency=1, range={"low": "99.00", "high": "100.00"}, tick="0.02")
    rule = rule_of(at, Fraction(0))
    assert (rule.ticks, rule.level(0), rule.level(50)) == (51, Decimal("100.00"), Decimal("99.00"))
    assert rule.bp(0) == 0
    assert rule.bp(50) == pytest.approx(10.0554, abs=1e-4)


def test_a_reopened_bond_is_bid_at_the_yield_of_its_dirty_price():
    first = {"code": "2305123", "coupon": "3.02", "value_date": "2023-06-15", "maturity": "2033-06-15", "frequency": 2}
    reopening = {"of": "2305123", "number": 1, "first_issue": first, "settlement": "2024-06-15"}
    at = desk("30", object="price", tenor="10", range={"low": "98.00", "high": "100.00"}, reopening=reopening)
    rule = rule_of(at, Fraction("3.02"))
    assert rule.bp(0) == pytest.approx(0, abs=1e-6)
    assert 25 < rule.bp(rule.ticks - 1) < 27


def test_a_notice_without_a_range_has_a_grid_around_the_mean():
    rule = rule_of(desk("30"), MEAN)
    assert (rule.bounded, rule.ticks, rule.level(FREE)) == (False, 2 * FREE + 1, Decimal("2.05"))


def test_limits_are_whole_lots_that_keep_to_them():
    limits = {
        "level_span": 30,
        "level_min": "0.25",
        "level_max": "0.35",
        "member_min": {"bank": "1.5%"},
        "member_max": {"bank": "30%", "broker": "2.5%"},
    }
    rule = rule_of(desk("10", SYNDICATE, range=RANGE, limits=limits), MEAN, steps=7)
    assert (rule.steps, rule.level_span, rule.level_min, rule.level_max) == (7, 30, 3, 3)
    assert (rule.member_min, rule.member_max) == ((0, 0, 2, 0), (100, 100, 30, 3))


def test_duties_are_the_rulebooks():
    rules = load_rulebook().for_("河南", date(2024, 3, 19))
    assert rule_of(desk("10", SYNDICATE, rules, range=RANGE), MEAN).member_duty == (10, 2, 1, 1)


@pytest.mark.parametrize(("written", "code"), [("candidate", CANDIDATE), ("two-state", TWO_STATE)])
def test_a_flexible_amount_as_numbers(written, code):
    flexible = {"low": "20", "high": "30", "multiple": "1.25", "rule": written}
    rule = rule_of(desk("30", range=RANGE, flexible=flexible), MEAN)
    assert (rule.flexible, rule.flexible_low, rule.multiple_over, rule.multiple_under) == (code, 200_000, 5, 4)


def test_what_the_base_amount_leaves_is_tendered():
    rule = rule_of(desk("10", range=RANGE, base={"share": "25%", "holders": ["A"]}), MEAN)
    assert (rule.offered, rule.tendered) == (100_000, 75_000)


def test_who_comes_first_and_what_is_excluded():
    marginal = {"tail": "earliest-first", "lot": "0.2"}
    modified = rule_of(
        desk("30", method="modified-multiple-price", range=RANGE, marginal=marginal, exclusion={"awards": 3}), MEAN
    )
    assert (modified.method, modified.tail, modified.lot, modified.supply) == (MODIFIED, EARLIEST_FIRST, 2000, 150)
    assert (modified.exclude_bids, modified.exclude_awards) == (NO_LIMIT, 3)
    leads = {"leads": ["A"], "allotment": "leads-first"}
    public = rule_of(desk("5", method="public-underwriting", range=RANGE, **leads), MEAN)
    assert (public.method, public.allotment, public.taken_up) == (PUBLIC, LEADS_FIRST, True)
    directed = rule_of(desk("5", method="directed-underwriting", range=RANGE, **leads), MEAN)
    assert (directed.method, directed.taken_up) == (DIRECTED, False)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"range": RANGE}, "须知道五日均值，才能以 bp 计价"),
        (
            {"range": {"low": "1", "high": "50"}, "tick": "0.001", "mean": "2"},
            "区间有 49001 个标位，实验室最多 10000 个",
        ),
        (
            {"range": {"low": "2.468", "high": "2.48034"}, "tick": "0.0001234", "mean": "2"},
            "标位 0.0001234 细于百万分之一，实验室无法计数",
        ),
    ],
)
def test_what_cannot_be_counted_is_told(fields, words):
    with pytest.raises(BadInput) as told:
        rule_of(desk("30", **fields))
    assert [str(fault.message) for fault in told.value.faults] == [words]


def test_classes_count_in_the_order_of_the_syndicate_file():
    assert [member_class.value for member_class in MemberClass] == ["lead-bank", "lead-broker", "bank", "broker"]
