"""The books of a day that was played, as the screens read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from auction import events as e
from auction.day import IssuanceDay
from auction.desk import desk_of
from auction.errors import BadInput
from auction.outcome import Result, Status
from auction.plan import Window
from sim.incidents import CATALOGUE
from sim.lab.rule import MICRO, Rule, rule_of
from sim.screens.books import IssueBook, Schedule, Sent

GUIDED = "conduct.guided_bidding"
"""The rule that a call can make somebody break."""


def books_of(day: IssuanceDay, events: Sequence[e.AnyEvent]) -> tuple[IssueBook, ...]:
    """Every issue of the day that was tendered and cleared; of a window that was bid again, the last time."""
    return tuple(_books(day, events))


def _books(day: IssuanceDay, events: Sequence[e.AnyEvent]) -> Iterator[IssueBook]:
    results = day.results()
    for window in day.plan.windows:
        acts = _of_the_last_attempt(window, events)
        calls = tuple(_calls(day, window))
        for issue in window.issues:
            result = results.get(issue.bond)
            if result is None or not result.method.is_tender:
                continue
            try:
                rule = rule_of(desk_of(day, issue.bond))
            except BadInput:
                continue  # levels that cannot be counted over a mean cannot be compared
            sent = [act for act in acts if isinstance(act, e.BidReceived) and act.bond == issue.bond]
            yield IssueBook(
                issue=issue.bond,
                rule=rule,
                schedules=_standing(result, rule),
                cutoff=None if result.short or result.cutoff is None else tick_of(result.cutoff, rule),
                sent=tuple(Sent(each.member, each.at, _of_steps(each.steps, rule)) for each in sent),
                calls=calls,
            )


def _of_the_last_attempt(window: Window, events: Sequence[e.AnyEvent]) -> Sequence[e.AnyEvent]:
    voided = [at for at, each in enumerate(events) if isinstance(each, e.WindowVoided) and each.window == window.id]
    return events[voided[-1] + 1 :] if voided else events


def _calls(day: IssuanceDay, window: Window) -> Iterator[datetime]:
    """When somebody called whom a wrong answer would have let guide the bids."""
    for incident in day.incidents:
        kind = CATALOGUE.get(incident.occurred.incident)
        guided = kind is not None and any(response.rule == GUIDED for response in kind.responses)
        if guided and incident.occurred.place == window.id:
            yield incident.occurred.at


def _standing(result: Result, rule: Rule) -> dict[str, Schedule]:
    """The valid bids by member."""
    valid = [outcome.bid for outcome in result.bids if outcome.status is not Status.REJECTED]
    members = dict.fromkeys(bid.member for bid in valid)
    return {name: _schedule(((b.level, b.amount) for b in valid if b.member == name), rule) for name in members}


def _of_steps(steps: Iterable[e.Step], rule: Rule) -> Schedule:
    return _schedule(((step.level, step.amount) for step in steps), rule)


def _schedule(steps: Iterable[tuple[Decimal, int]], rule: Rule) -> Schedule:
    """Levels and amounts in 万元 as ticks and lots, best first; lots of one level together."""
    asked: dict[int, int] = {}
    for level, amount in steps:
        tick = tick_of(level, rule)
        asked[tick] = asked.get(tick, 0) + amount // rule.lot
    return tuple(sorted(asked.items()))


def tick_of(level: Decimal, rule: Rule) -> int:
    """The tick of a level."""
    return int((level * MICRO - rule.low) / rule.step)
