"""What holds of every book: sums, price priority, the margin, the order of lines, the recomputation, the cost."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from books import SYNDICATE, Case, cases, desks, limited_desks, orderly_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from auction.book import Bid
from auction.checks import check_bids, valid_bids
from auction.clearing import clear
from auction.notice import BidObject, Tail
from auction.outcome import BidOutcome, Result, Status
from auction.recomputation import agrees

many = settings(max_examples=200)


def cleared(case: Case) -> Result:
    return clear(case.book, case.desk)


def standing(case: Case) -> tuple[Bid, ...]:
    return valid_bids(case.book, check_bids(case.book, case.desk))


def badness(case: Case, bid: Bid) -> Decimal:
    """The level, signed so that lower is better."""
    return bid.level if case.desk.notice.object is BidObject.RATE else -bid.level


def at_the_cutoff(result: Result) -> list[BidOutcome]:
    valid = [outcome for outcome in result.bids if outcome.status is not Status.REJECTED]
    return [outcome for outcome in valid if outcome.bid.level == result.cutoff]


def awards(result: Result) -> Mapping[int, int]:
    return {outcome.bid.line: outcome.awarded for outcome in result.bids}


@many
@given(cases())
def test_what_is_awarded_is_what_is_issued_and_as_much_as_offer_and_bids_allow(case: Case):
    result, total = cleared(case), sum(bid.amount for bid in standing(case))
    assert sum(outcome.awarded for outcome in result.bids) == result.issued
    assert sum(award.awarded for award in result.members) == result.issued
    assert (result.issued, result.total_bids) == (min(case.desk.notice.offered, total), total)
    assert (result.short, result.failed) == (total < case.desk.notice.offered, not total)


@many
@given(cases())
def test_nobody_gets_more_than_it_bid_and_a_status_says_how_much(case: Case):
    said = {Status.WON: "whole", Status.PARTLY_WON: "part", Status.LOST: "nothing", Status.REJECTED: "nothing"}
    for outcome in cleared(case).bids:
        assert 0 <= outcome.awarded <= outcome.bid.amount
        got = "nothing" if not outcome.awarded else "whole" if outcome.awarded == outcome.bid.amount else "part"
        assert (said[outcome.status], outcome.pays is None) == (got, got == "nothing")
        assert (outcome.status is Status.REJECTED) == (outcome.bid not in standing(case))


@many
@given(cases())
def test_no_better_bid_is_left_unfilled_while_a_worse_one_wins(case: Case):
    result = cleared(case)
    valid = [outcome for outcome in result.bids if outcome.status is not Status.REJECTED]
    winning = [badness(case, outcome.bid) for outcome in valid if outcome.awarded]
    unfilled = [badness(case, outcome.bid) for outcome in valid if outcome.awarded < outcome.bid.amount]
    assert not winning or not unfilled or max(winning) <= min(unfilled)
    assert result.cutoff == (abs(max(winning)) if winning else None)


@many
@given(cases())
def test_at_the_cutoff_an_award_is_its_share_rounded_down_and_no_more_than_the_tail_above(case: Case):
    margin, outcomes = case.desk.notice.marginal, at_the_cutoff(cleared(case))
    amounts, awarded = [o.bid.amount for o in outcomes], [o.awarded for o in outcomes]
    won, total, lot = sum(awarded), sum(amounts), margin.lot
    shares = amounts if won == total else [amount * won // total // lot * lot for amount in amounts]
    tail = won - sum(shares)
    most = min(tail, lot) if margin.tail is Tail.ROUND_ROBIN else tail
    assert all(share <= award <= share + most for share, award in zip(shares, awarded, strict=True))


@many
@given(cases(desks([Tail.ROUND_ROBIN])))
def test_equal_bids_at_the_cutoff_differ_by_at_most_a_lot_in_favour_of_the_earlier(case: Case):
    by_amount = sorted(at_the_cutoff(cleared(case)), key=lambda o: (o.bid.amount, o.bid.time, o.bid.line))
    for earlier, later in pairwise(by_amount):
        if earlier.bid.amount == later.bid.amount:
            assert 0 <= earlier.awarded - later.awarded <= case.desk.notice.marginal.lot


@many
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_in_the_book_changes_no_award(case: Case, random):
    shuffled = list(case.book)
    random.shuffle(shuffled)
    assert awards(clear(tuple(shuffled), case.desk)) == awards(cleared(case))


@many
@given(orderly_cases(), st.randoms(use_true_random=False))
def test_where_times_differ_the_numbers_of_the_lines_change_no_award(case: Case, random):
    lines = [bid.line for bid in case.book]
    random.shuffle(lines)
    renumbered = tuple(replace(bid, line=line) for bid, line in zip(case.book, lines, strict=True))
    by_time = {outcome.bid.time: outcome.awarded for outcome in cleared(case).bids}
    assert {outcome.bid.time: outcome.awarded for outcome in clear(renumbered, case.desk).bids} == by_time


@many
@given(cases())
def test_the_time_of_a_bid_matters_only_at_the_cutoff(case: Case):
    result = cleared(case)
    turned = tuple(replace(bid, time=bid.time.replace(second=59 - bid.time.second)) for bid in case.book)
    away = [outcome.bid.line for outcome in result.bids if outcome.bid.level != result.cutoff]
    again = awards(clear(turned, case.desk))
    assert {line: again[line] for line in away} == {line: awards(result)[line] for line in away}


@settings(max_examples=500)
@given(cases())
def test_the_recomputation_agrees_with_the_clearing(case: Case):
    assert agrees(cleared(case), standing(case), case.desk.notice)


@many
@given(cases(limited_desks()))
def test_the_bids_that_stand_keep_every_limit(case: Case):
    valid, limits, notice = standing(case), case.desk.limits, case.desk.notice
    for member in {bid.member for bid in valid}:
        own = [bid for bid in valid if bid.member == member]
        levels, total = {bid.level for bid in own}, sum(bid.amount for bid in own)
        assert max(levels) - min(levels) <= limits.level_span * notice.tick
        assert limits.member_min[SYNDICATE[member]] <= total <= limits.member_max[SYNDICATE[member]]
        for level in levels:
            assert limits.level_min <= sum(bid.amount for bid in own if bid.level == level) <= limits.level_max


@many
@given(cases())
def test_the_members_pay_award_times_price_to_the_fen(case: Case):
    result = cleared(case)
    price = Decimal(100) if case.desk.notice.object is BidObject.RATE else result.cutoff
    cost = {award.member: award.cost for award in result.members}
    for member in cost:
        won = sum(outcome.awarded for outcome in result.bids if outcome.bid.member == member)
        assert cost[member] == won * price * 100
    assert set(cost) == {outcome.bid.member for outcome in result.bids if outcome.awarded}
    assert all(each.as_tuple().exponent == -2 for each in cost.values())
