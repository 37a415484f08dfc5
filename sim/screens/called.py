"""来电后跳位: members that change to one and the same level within minutes of a call that wanted the bids guided.

That members revise after a call proves nothing, for most revise towards the close; that they meet at one level does.
How often a level is met by chance is read from where everybody stood when the call came.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from auction.language import Message, say
from sim.screens.books import IssueBook, Schedule, best
from sim.screens.finding import Finding, binomial_tail

MINUTES = 10
WITHIN = timedelta(minutes=MINUTES)
FEWEST = 2


def called(book: IssueBook) -> Finding | None:
    """The level that most members jumped to after a call; None where nobody called once bids were in."""
    found = [finding for at in book.calls if (finding := _after(book, at))]
    return min(found, key=lambda each: (each.p, -each.statistic), default=None)


def _after(book: IssueBook, at: datetime) -> Finding | None:
    """What was changed soon after one call."""
    stood: dict[str, Schedule] = {}
    moved: dict[str, int] = {}
    for sent in book.sent:
        if sent.at <= at:
            stood[sent.member] = sent.schedule
        elif sent.at <= at + WITHIN and sent.member in stood:
            moved[sent.member] = best(sent.schedule)
    moved = {member: tick for member, tick in moved.items() if tick != best(stood[member])}
    if not stood:
        return None
    before, after = Counter(best(bid) for bid in stood.values()), Counter(moved.values())
    chances = {tick: (before[tick] + 1) / (len(stood) + 2) for tick in after}
    tails = {tick: binomial_tail(met, len(moved), chances[tick]) for tick, met in after.items() if met >= FEWEST}
    level = min(tails, key=lambda tick: (tails[tick], tick), default=None)
    return Finding(
        issues=(book.issue,),
        statistic=0 if level is None else after[level],
        expected=0.0 if level is None else len(moved) * chances[level],
        p=1.0 if level is None else min(1.0, tails[level] * len(after) * len(book.calls)),
        who=tuple(member for member, tick in moved.items() if tick == level),
        level=None if level is None else book.rule.level(level),
    )


def told(finding: Finding) -> Message:
    """How many met at which level after the call."""
    if finding.level is None:
        return say("来电之后 {minutes} 分钟内，没有几家改投到同一标位", minutes=MINUTES)
    return say(
        "来电之后 {minutes} 分钟内，{count} 家改投到 {level}；按机会约 {expected} 家",
        minutes=MINUTES,
        count=finding.statistic,
        level=finding.level,
        expected=f"{finding.expected:.1f}",
    )
