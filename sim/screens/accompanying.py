"""陪标: token bids that win nothing for those who send them and make sense only beside another's.

A token is a whole bid of one step, parked at the ceiling or put where another member bids at least LARGER times as
much; a group of them are of one and the same amount. Alone such a bid is no answer to the others': it forgoes the
profit that its level shows. Chance is read off the book: how many at the same levels have an amount close by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from auction.language import Message, say
from sim.screens.books import IssueBook, best, total
from sim.screens.finding import Finding, poisson_tail

LARGER = 5
FEWEST = 2
CLOSE_BY = 3
"""Lots to either side that chance is read from."""


def accompanying(book: IssueBook) -> Finding | None:
    """The most improbable group of tokens; None where nobody bids a single step."""
    whole = {name: (best(bid), total(bid)) for name, bid in book.schedules.items() if len(bid) == 1}
    parked = book.ceiling if book.cutoff is not None and book.cutoff != book.ceiling else None
    places = sorted(_places(book, whole, parked))
    found = [_tokens(book, whole, level, amount, parked, len(places)) for level, amount in places]
    return min(found, key=lambda each: (each.p, -each.statistic, sorted(each.who)), default=None)


def _places(book: IssueBook, whole: Mapping[str, tuple[int, int]], parked: int | None) -> Iterator[tuple[int, int]]:
    """Every level of somebody large, with every amount that is small beside it."""
    most: dict[int, int] = {}
    for bid in book.schedules.values():
        for tick, lots in bid:
            most[tick] = max(most.get(tick, 0), lots)
    amounts = {amount for _level, amount in whole.values()}
    for level, largest in most.items():
        if level != parked:
            yield from ((level, amount) for amount in amounts if amount * LARGER <= largest)


def _tokens(
    book: IssueBook, whole: Mapping[str, tuple[int, int]], level: int, amount: int, parked: int | None, tried: int
) -> Finding:
    there = Counter(lots for tick, lots in whole.values() if tick in (level, parked))
    near = [other for other in range(amount - CLOSE_BY, amount + CLOSE_BY + 1) if other > 0 and other != amount]
    expected = (sum(there[other] for other in near) + 0.5) / (len(near) + 1)
    return Finding(
        issues=(book.issue,),
        statistic=there[amount],
        expected=expected,
        p=min(1.0, tried * poisson_tail(there[amount], expected)) if there[amount] >= FEWEST else 1.0,
        who=tuple(name for name, (tick, lots) in whole.items() if lots == amount and tick in (level, parked)),
        level=book.rule.level(level),
    )


def told(finding: Finding) -> Message:
    """How many tokens of one amount, and beside which level."""
    if finding.statistic < FEWEST:
        return say("没有几家只投同样的一小笔，跟在别家的大额投标旁或停在上限")
    return say(
        "{count} 家只投同样的一小笔，跟在 {level} 的大额投标旁或停在上限；按机会约 {expected} 家",
        count=finding.statistic,
        level=finding.level,
        expected=f"{finding.expected:.1f}",
    )
