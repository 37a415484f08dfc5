"""The desk's own way to the award, written from the articles and not from `clearing`, to compare with the system's.

Source: rules.md 5.6. It looks at every level's cumulative demand and hands the tail out from a queue.
"""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from fractions import Fraction

from auction.book import Book
from auction.notice import BidObject, Notice, Tail
from auction.outcome import Result


def recompute(book: Book, notice: Notice) -> tuple[Decimal | None, dict[int, int]]:
    """The cut-off, and the award in whole 万元 of every winning line of a book of valid bids."""
    if not book:
        return None, {}
    sign = 1 if notice.object is BidObject.RATE else -1
    levels = sorted({bid.level * sign for bid in book})
    demand = {level: sum(bid.amount for bid in book if bid.level * sign <= level) for level in levels}
    cutoff = next((level for level in levels if demand[level] >= notice.offered), levels[-1])
    awards = {bid.line: bid.amount for bid in book if bid.level * sign < cutoff}
    left = min(notice.offered, demand[cutoff]) - sum(awards.values())
    at_cutoff = sorted((bid for bid in book if bid.level * sign == cutoff), key=lambda bid: (bid.time, bid.line))
    ratio = Fraction(left, sum(bid.amount for bid in at_cutoff))
    lot = notice.marginal.lot
    for bid in at_cutoff:
        awards[bid.line] = bid.amount if ratio == 1 else int(ratio * bid.amount / lot) * lot
        left -= awards[bid.line]
    waiting = deque(bid for bid in at_cutoff if awards[bid.line] < bid.amount)
    while left:
        bid = waiting.popleft()
        room = bid.amount - awards[bid.line]
        piece = min(room, left, lot) if notice.marginal.tail is Tail.ROUND_ROBIN else min(room, left)
        awards[bid.line] += piece
        left -= piece
        if piece < room:
            waiting.append(bid)
    return cutoff * sign, {line: amount for line, amount in awards.items() if amount}


def agrees(result: Result, book: Book, notice: Notice) -> bool:
    """Whether a result gives the cut-off and every award that the recomputation gives."""
    cutoff, awards = recompute(book, notice)
    given = {outcome.bid.line: outcome.awarded for outcome in result.bids if outcome.awarded}
    return (result.cutoff, given) == (cutoff, awards)
