"""The desk's own recomputation: it finds example B by itself and notices any other award."""

from dataclasses import replace
from decimal import Decimal

import pytest
from books import EXAMPLE_B, Case, book, cases, desk, in_prices, sheet
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auction.book import Bid
from auction.bookbuilding import award
from auction.checks import check_bids, valid_bids
from auction.clearing import clear
from auction.notice import Notice
from auction.offer import Allotment
from auction.outcome import Result
from auction.quantities import print_amount
from auction.recomputation import agrees, recompute, take

B = book(EXAMPLE_B)
SHARES = {2: 60000, 3: 60000, 4: 50000, 6: 45000, 7: 20000}


def with_awards(result: Result, **moved: int) -> Result:
    """The result with other awards, in 万元, at some lines (`l5=…`)."""
    bids = tuple(
        replace(outcome, awarded=moved.get(f"l{outcome.bid.line}", outcome.awarded)) for outcome in result.bids
    )
    return replace(result, bids=bids)


@pytest.mark.parametrize(
    ("offered", "tail", "at_cutoff"),
    [
        ("30", "round-robin", {5: 30000, 8: 12000, 9: 18000, 10: 5000}),
        ("30", "earliest-first", {5: 30000, 8: 11000, 9: 19000, 10: 5000}),
        ("29.8965", "round-robin", {5: 30000, 8: 10965, 9: 18000, 10: 5000}),
        ("29.8965", "earliest-first", {5: 30000, 8: 10000, 9: 18965, 10: 5000}),
    ],
)
def test_example_b_comes_out_in_rates_and_in_prices(offered, tail, at_cutoff):
    margin = {"tail": tail}
    assert recompute(B, sheet(offered, marginal=margin)) == (Decimal("2.13"), SHARES | at_cutoff)
    prices = recompute(in_prices(B), sheet(offered, object="price", marginal=margin))
    assert prices == (Decimal("100.02"), SHARES | at_cutoff)


def test_no_bid_makes_no_cutoff():
    assert recompute((), sheet("30")) == (None, {})
    assert agrees(clear((), desk("30")), (), sheet("30"))


def test_an_issue_just_filled_has_its_cutoff_at_the_last_level_that_won():
    assert recompute(B, sheet("23.5")) == (Decimal("2.12"), SHARES)
    assert agrees(clear(B, desk("23.5")), B, sheet("23.5"))


def test_a_short_book_is_filled_whole():
    assert recompute(B, sheet("50")) == (Decimal("2.15"), {bid.line: bid.amount for bid in B})


def test_the_systems_result_agrees():
    assert agrees(clear(B, desk("30")), B, sheet("30"))


@pytest.mark.parametrize(
    "moved",
    [{"l5": 31000, "l8": 11000}, {"l9": 18001, "l8": 11999}, {"l2": 59000}, {"l11": 1000}],
    ids=["a lot moved", "one 万元 moved", "a better bid cut", "a worse bid filled"],
)
def test_any_other_award_is_noticed(moved):
    result = clear(B, desk("30"))
    assert not agrees(with_awards(result, **moved), B, sheet("30"))


def test_another_cutoff_is_noticed():
    result = clear(B, desk("30"))
    assert not agrees(replace(result, cutoff=Decimal("2.12")), B, sheet("30"))


def test_the_other_tail_rule_is_noticed():
    assert not agrees(clear(B, desk("30")), B, sheet("30", marginal={"tail": "earliest-first"}))


# What is taken without bidding


NAMED = st.sampled_from((["A", "B", "F"], {"A": "50%", "F": "20%", "B": "30%"}, {"B": "100%"}))


def standing(case: Case) -> tuple[Bid, ...]:
    return valid_bids(case.book, check_bids(case.book, case.desk))


@st.composite
def book_builds(draw: st.DrawFn) -> Case:
    """A random book at a public desk with leads, some of whom may also order."""
    case, policy = draw(cases()), draw(st.sampled_from(Allotment))
    notice = case.desk.notice
    fields = {"object": notice.object, "marginal": notice.marginal, "range": notice.range, "allotment": policy}
    leads, method = draw(NAMED), "public-underwriting"
    return replace(case, desk=desk(print_amount(notice.offered), **fields, method=method, leads=leads))


@st.composite
def base_amounts(draw: st.DrawFn) -> Case:
    """A random book at a tender of which leads hold a base amount."""
    case, share = draw(cases()), f"{draw(st.integers(1, 99))}%"
    notice = case.desk.notice
    base = {"share": share, "holders": draw(NAMED)}
    return replace(case, desk=replace(case.desk, notice=Notice.model_validate({**dict(notice), "base": base})))


@settings(max_examples=200)
@given(st.one_of(book_builds(), base_amounts()))
def test_what_is_taken_and_who_is_served_first_come_out_the_same_by_the_other_way(case: Case):
    assert agrees(award(case.book, case.desk), standing(case), case.desk.notice)


@given(st.one_of(book_builds(), base_amounts()), st.integers(0, 20))
def test_a_lot_taken_by_somebody_else_is_noticed(case: Case, place: int):
    result = award(case.book, case.desk)
    won = [number for number, outcome in enumerate(result.bids) if outcome.awarded]
    assume(won)
    moved = won[place % len(won)]
    bids = list(result.bids)
    bids[moved] = replace(bids[moved], awarded=bids[moved].awarded - 1)
    assert not agrees(replace(result, bids=tuple(bids)), standing(case), case.desk.notice)


def test_who_pays_another_price_for_what_it_takes_is_noticed():
    at = desk("30", base={"share": "30%", "holders": ["L1", "L2"]})
    result = award(B, at)
    assert agrees(result, B, at.notice)
    cheaper = replace(result.bids[-1], pays=Decimal("99.99"))
    assert not agrees(replace(result, bids=(*result.bids[:-1], cheaper)), B, at.notice)


def test_where_the_rules_leave_a_book_short_nobody_takes_its_balance():
    at = desk("50", method="public-underwriting", leads=["L1"])
    assert take(B, at.notice, "lead-underwriters") == {"L1": 500_000 - sum(bid.amount for bid in B)}
    assert take(B, at.notice, "short") == {}
    assert not agrees(award(B, at), B, at.notice, "short")
