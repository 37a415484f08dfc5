"""What holds of every book: sums, price priority, the margin, the order of lines, the recomputation, the cost."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from books import SYNDICATE, Case, cases, deciding_desks, desks, limited_desks, orderly_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from auction.book import Bid
from auction.checks import check_bids, valid_bids
from auction.clearing import clear
from auction.notice import Average, BidObject, Method, Tail
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


EVERY_KIND = cases() | cases(limited_desks()) | cases(deciding_desks())


@many
@given(EVERY_KIND)
def test_no_more_is_issued_than_offered_and_it_is_all_awarded(case: Case):
    result, notice = cleared(case), case.desk.notice
    awarded = sum(outcome.awarded for outcome in result.bids)
    assert awarded == sum(award.awarded for award in result.members) == result.issued
    on_offer = result.flexible.decided if result.flexible else notice.offered
    assert result.issued <= on_offer <= notice.offered
    assert all(0 <= outcome.awarded <= outcome.bid.amount for outcome in result.bids)
    assert result.short == (result.issued < max(on_offer, notice.flexible.low if notice.flexible else 0))


@many
@given(EVERY_KIND)
def test_the_members_pay_award_times_price_to_the_fen(case: Case):
    result = cleared(case)
    due = Counter[str]()
    for outcome in result.bids:
        if outcome.awarded:
            due[outcome.bid.member] += outcome.awarded * outcome.pays * 100
    assert {award.member: award.cost for award in result.members} == dict(due)
    assert all(award.cost.as_tuple().exponent == -2 for award in result.members)


@many
@given(EVERY_KIND)
def test_the_weighted_average_reproduces_from_the_awards(case: Case):
    result, notice = cleared(case), case.desk.notice
    won = [outcome for outcome in result.bids if outcome.awarded]
    if not won or (notice.exclusion and notice.exclusion.average is Average.FIRST):
        assert won or (result.weighted_average, result.price) == (None, None)
        return
    weighted = sum(Fraction(outcome.bid.level) * outcome.awarded for outcome in won) / result.issued
    assert abs(Fraction(result.weighted_average) - weighted) <= Fraction(1, 20000)
    if notice.method is not Method.SINGLE_PRICE:
        assert abs(Fraction(result.price) - weighted) <= Fraction(1, 200)


@many
@given(EVERY_KIND)
def test_each_method_asks_of_a_level_what_it_should(case: Case):
    result, notice = cleared(case), case.desk.notice
    rate, least = notice.object is BidObject.RATE, Decimal(100) if notice.object is BidObject.RATE else result.price
    for outcome in (outcome for outcome in result.bids if outcome.awarded):
        worse_or_equal = badness(case, outcome.bid) >= (result.price if rate else -result.price)
        if notice.method is Method.SINGLE_PRICE:
            assert outcome.pays == least
        elif notice.method is Method.MODIFIED_MULTIPLE_PRICE and not worse_or_equal:
            assert outcome.pays == least
        elif rate:
            assert (outcome.pays <= 100) if worse_or_equal else (outcome.pays >= 100)
        else:
            assert outcome.pays == outcome.bid.level


@many
@given(cases(deciding_desks()))
def test_the_recomputation_agrees_where_the_desk_excludes_and_decides(case: Case):
    assert agrees(cleared(case), standing(case), case.desk.notice)


@many
@given(cases(deciding_desks()))
def test_excluded_levels_are_the_ones_too_far_from_an_average(case: Case):
    result, notice = cleared(case), case.desk.notice
    why = [(outcome.bid, {reason.rule for reason in outcome.reasons}) for outcome in result.bids]
    struck = [bid for bid, rules in why if rules & {"exclusion.bids", "exclusion.awards"}]
    assert not struck or notice.exclusion
    assert {outcome.bid.line for outcome in result.bids if outcome.awarded}.isdisjoint(bid.line for bid in struck)
    if notice.exclusion and notice.exclusion.bids is not None:
        valid = standing(case)
        total = sum(bid.amount for bid in valid)
        moment = sum(Fraction(bid.level) * bid.amount for bid in valid)
        far = [bid for bid in valid if abs(Fraction(bid.level) * total - moment) * 100 > notice.exclusion.bids * total]
        assert far == [bid for bid, rules in why if "exclusion.bids" in rules]
