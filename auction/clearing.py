"""Clearing: who gets how much, at which level the issue is full, and what each winner pays.

Source: 招标发行规则, 中标原则 (募入), rules.md 5.6. Amounts in whole 万元, levels in percent or yuan;
best means lowest rate or highest price.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from auction.book import Bid, Book, by_arrival
from auction.breach import Breach
from auction.checks import Desk, check_bids, valid_bids
from auction.errors import bad_input
from auction.language import Message, say
from auction.notice import BidObject, Margin, Method, Notice, Tail
from auction.outcome import BidOutcome, MemberAward, Reason, Result, Status
from auction.quantities import half_up, print_amount, print_rate

PAR = Decimal("100.00")


@dataclass(frozen=True, slots=True)
class Fill:
    """Awards by bid line, the worst level that won, and what was left unsold."""

    awards: Mapping[int, int]
    sold: Mapping[Decimal, int]
    """What each winning level takes in all, best level first."""
    cutoff: Decimal | None
    at_cutoff: int
    """All bids at the cut-off."""
    left_for_cutoff: int
    """What the better levels left for the cut-off."""
    left: int


def clear(book: Book, desk: Desk) -> Result:
    """Check every bid, fill the issue with those that stand, price it, and say of each bid why.

    Raises BadInput for a method the desk cannot price.
    """
    notice = desk.notice
    if notice.method not in PRICING:
        raise bad_input(say("本版尚不能为 {method} 定价", method=notice.method.value), field="method")
    refused = check_bids(book, desk)
    standing = valid_bids(book, refused)
    filled = fill(notice.offered, standing, notice.marginal, notice.object)
    price = PRICING[notice.method](filled, notice)
    whole_levels = {level: (_whole_level(level, filled, desk),) for level in {bid.level for bid in standing}}
    outcomes = tuple(
        _refusal(bid, refused[bid.line]) if bid.line in refused else _outcome(bid, filled, price, whole_levels, desk)
        for bid in book
    )
    return _result(notice, standing, filled, outcomes)


def fill(offered: int, bids: Sequence[Bid], margin: Margin, bid_object: BidObject) -> Fill:
    """Take the best level first until the offer is used up; the level that overfills it is shared by `margin`."""
    left, awards, sold = offered, dict[int, int](), dict[Decimal, int]()
    cutoff, at_cutoff, left_for_cutoff = None, 0, 0
    for level, standing in by_level(bids, bid_object):
        if not left:
            break
        cutoff, at_cutoff, left_for_cutoff = level, sum(bid.amount for bid in standing), left
        whole = at_cutoff <= left
        awards.update({bid.line: bid.amount for bid in standing} if whole else share_margin(standing, left, margin))
        sold[level] = min(at_cutoff, left)
        left -= sold[level]
    return Fill(awards, sold, cutoff, at_cutoff, left_for_cutoff, left)


def by_level(bids: Iterable[Bid], bid_object: BidObject) -> Iterable[tuple[Decimal, list[Bid]]]:
    """The bids of each level, best level first."""
    standing = defaultdict[Decimal, list[Bid]](list)
    for bid in bids:
        standing[bid.level].append(bid)
    return sorted(standing.items(), key=lambda level_bids: level_bids[0], reverse=bid_object is BidObject.PRICE)


def share_margin(bids: Sequence[Bid], left: int, margin: Margin) -> dict[int, int]:
    """Shares in proportion to each bid, whole lots rounded down; the tail by time, nobody above a bid."""
    total = sum(bid.amount for bid in bids)
    shares = {bid.line: bid.amount * left // (total * margin.lot) * margin.lot for bid in bids}
    tail = left - sum(shares.values())
    earliest_first = by_arrival(bids)
    while tail:
        for bid in earliest_first:
            room = min(bid.amount - shares[bid.line], tail)
            piece = room if margin.tail is Tail.EARLIEST_FIRST else min(room, margin.lot)
            shares[bid.line] += piece
            tail -= piece
    return shares


def single_price(filled: Fill, notice: Notice) -> Decimal | None:
    """What every winner pays per 100 yuan: par in a rate tender, the lowest winning price in a price tender."""
    if filled.cutoff is None:
        return None
    return PAR if notice.object is BidObject.RATE else filled.cutoff


PRICING = {Method.SINGLE_PRICE: single_price}


def _refusal(bid: Bid, breaches: tuple[Breach, ...]) -> BidOutcome:
    reasons = tuple(Reason(breach.rule, breach.citation, breach.message) for breach in breaches)
    return BidOutcome(bid, Status.REJECTED, reasons, 0, None)


def _outcome(
    bid: Bid, filled: Fill, price: Decimal | None, whole_levels: Mapping[Decimal, tuple[Reason, ...]], desk: Desk
) -> BidOutcome:
    awarded = filled.awards.get(bid.line, 0)
    status = Status.WON if awarded == bid.amount else Status.PARTLY_WON if awarded else Status.LOST
    shared = bid.level == filled.cutoff and filled.at_cutoff > filled.left_for_cutoff
    reasons = (_shared_at_cutoff(bid, awarded, filled, desk),) if shared else whole_levels[bid.level]
    return BidOutcome(bid, status, reasons, awarded, price if awarded else None)


def _whole_level(level: Decimal, filled: Fill, desk: Desk) -> Reason:
    """Why every bid of a level won whole, or lost."""
    levels = {"level": print_rate(level), "cutoff": print_rate(filled.cutoff or level)}
    if level == filled.cutoff:
        sentence = say("标位 {level} 是边际中标标位，该标位投标全额中标", **levels)
    elif (level < (filled.cutoff or level)) is (desk.notice.object is BidObject.RATE):
        sentence = say("标位 {level} 优于边际中标标位 {cutoff}，全额中标", **levels)
    else:
        sentence = say("标位 {level} 差于边际中标标位 {cutoff}，未中标", **levels)
    return _reason("fill.price_priority", sentence, desk)


def _shared_at_cutoff(bid: Bid, awarded: int, filled: Fill, desk: Desk) -> Reason:
    """Why a bid at an overfilled cut-off got its share."""
    sentence = say(
        "边际中标标位 {cutoff} 上共投 {total} 亿元，余 {left} 亿元按投标量分配：投 {amount} 亿元，得 {awarded} 亿元",
        cutoff=print_rate(bid.level),
        total=print_amount(filled.at_cutoff),
        left=print_amount(filled.left_for_cutoff),
        amount=print_amount(bid.amount),
        awarded=print_amount(awarded),
    )
    return _reason("fill.margin", sentence, desk)


def _reason(rule: str, sentence: Message, desk: Desk) -> Reason:
    return Reason(rule, desk.cite(rule)[0], sentence)


def _result(notice: Notice, standing: Book, filled: Fill, outcomes: tuple[BidOutcome, ...]) -> Result:
    issued, total = notice.offered - filled.left, sum(bid.amount for bid in standing)
    won = filled.left_for_cutoff - filled.left
    weighted = sum((Fraction(level) * amount for level, amount in filled.sold.items()), Fraction())
    return Result(
        method=notice.method,
        object=notice.object,
        offered=notice.offered,
        issued=issued,
        total_bids=total,
        cover=half_up(Fraction(total, notice.offered), 2) if issued else None,
        cutoff=filled.cutoff,
        price=filled.cutoff,
        weighted_average=half_up(weighted / issued, 4) if issued else None,
        marginal_cover=half_up(Fraction(filled.at_cutoff, won), 2) if issued else None,
        short=issued < notice.offered,
        bids=outcomes,
        members=member_awards(outcomes),
    )


def member_awards(outcomes: Iterable[BidOutcome]) -> tuple[MemberAward, ...]:
    """What each winner takes in all and pays for it, in the order of names."""
    paid_at = defaultdict[str, Counter[Decimal]](Counter)
    for outcome in outcomes:
        if outcome.pays is not None:
            paid_at[outcome.bid.member][outcome.pays] += outcome.awarded
    return tuple(
        MemberAward(member, sum(amounts.values()), _cost(amounts)) for member, amounts in sorted(paid_at.items())
    )


def _cost(amounts: Mapping[Decimal, int]) -> Decimal:
    """Yuan for whole 万元 of face at each price per 100."""
    return half_up(sum((Fraction(price) * amount * 100 for price, amount in amounts.items()), Fraction()), 2)
