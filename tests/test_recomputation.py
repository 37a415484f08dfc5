"""The desk's own recomputation: it finds example B by itself and notices any other award."""

from dataclasses import replace
from decimal import Decimal

import pytest
from books import EXAMPLE_B, book, desk, in_prices, sheet

from auction.clearing import clear
from auction.outcome import Result
from auction.recomputation import agrees, recompute

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
