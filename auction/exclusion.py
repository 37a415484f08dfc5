"""投标剔除 and 中标剔除: levels too far from the weighted average, which is compared unrounded.

Source: 国债招标发行规则, rules.md 6; "within N ticks" includes N. Nothing is refilled after awards are excluded:
every bid that could take its place is at a level excluded too, or has won whole.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from auction.book import Book
from auction.breach import Breach
from auction.checks import Desk
from auction.choices import cite_choice
from auction.fill import weighted_average
from auction.language import Message, say
from auction.notice import BidObject, Notice
from auction.pricing import Sold
from auction.quantities import half_up, print_rate

SHOWN_PLACES = 4


def diverging_bids(bids: Book, desk: Desk) -> dict[int, tuple[Breach, ...]]:
    """投标剔除: the breach of each bid too far from the average of all of them, better or worse, by line."""
    exclusion = desk.notice.exclusion
    if exclusion is None or exclusion.bids is None or not bids:
        return {}
    amounts = Counter[Decimal]()
    for bid in bids:
        amounts[bid.level] += bid.amount
    average, reach = weighted_average(amounts), exclusion.bids * Fraction(desk.notice.tick)
    void = {
        level: _diverges(level, average, exclusion.bids) for level in amounts if abs(Fraction(level) - average) > reach
    }
    citation, basis = cite_choice(desk, "exclusion.bids", exclusion, "bids")

    def breach(member: str, level: Decimal) -> Breach:
        return Breach(rule="exclusion.bids", citation=citation, subject=member, message=void[level], basis=basis)

    out = [bid for bid in bids if bid.level in void]
    breaches = {place: (breach(*place),) for place in {(bid.member, bid.level) for bid in out}}
    return {bid.line: breaches[bid.member, bid.level] for bid in out}


def _diverges(level: Decimal, average: Fraction, ticks: int) -> Message:
    places = {"level": print_rate(level), "average": print_rate(half_up(average, SHOWN_PLACES)), "ticks": ticks}
    return say("标位 {level} 偏离加权平均投标标位 {average} 超过 {ticks} 个标位，投标剔除", **places)


def excluded_levels(sold: Sold, notice: Notice) -> frozenset[Decimal]:
    """中标剔除: the winning levels too much worse than their average."""
    exclusion = notice.exclusion
    if exclusion is None or exclusion.awards is None or not sold:
        return frozenset()
    average, reach = weighted_average(sold), exclusion.awards * Fraction(notice.tick)
    worse = 1 if notice.object is BidObject.RATE else -1
    return frozenset(level for level in sold if worse * (Fraction(level) - average) > reach)
