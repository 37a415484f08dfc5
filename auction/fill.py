"""The fill (募入): which levels win how much, and which bids.

Source: 招标发行规则, 中标原则, rules.md 5.6. Amounts in whole 万元, levels in percent or yuan; best means lowest rate
or highest price.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from auction.book import Bid, by_arrival
from auction.notice import BidObject, Margin, Tail


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


def without(filled: Fill, levels: Collection[Decimal], bids: Sequence[Bid]) -> Fill:
    """The fill without its worst `levels`: all that are better won whole, and what these had taken stays unsold."""
    if not levels:
        return filled
    sold = {level: amount for level, amount in filled.sold.items() if level not in levels}
    awards = {bid.line: bid.amount for bid in bids if bid.level in sold}
    cutoff = list(sold)[-1]
    left = filled.left + sum(filled.sold[level] for level in levels)
    return Fill(awards, sold, cutoff, sold[cutoff], left + sold[cutoff], left)


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


def weighted_average(amounts: Mapping[Decimal, int]) -> Fraction:
    """The levels weighted by their amounts, exact. Raises ZeroDivisionError for no amount at all."""
    weighted = sum((Fraction(level) * amount for level, amount in amounts.items()), Fraction())
    return weighted / sum(amounts.values())
