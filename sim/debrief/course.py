"""The course of a day: each attempt at a window with its acts, and each sending with what was wrong in the sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from fractions import Fraction
from typing import TypeVar

from auction import events as e
from auction.commands.sheet import MEAN_OF, differences
from auction.day import IssuanceDay
from auction.desk import has_range, range_due
from auction.errors import BadInput
from auction.plan import Issue, Plan, RangeEntry, terms_of
from auction.quantities import parse_number
from auction.workdays import INTERBANK

Kind = TypeVar("Kind", bound=e.Event)


@dataclass(frozen=True, slots=True)
class Course:
    """One attempt at a window; `attempt` counts from 1."""

    window: str
    attempt: int
    opens: datetime
    closes: datetime
    """As extended."""
    acts: tuple[e.AnyEvent, ...]
    """Everything about the window or one of its issues."""

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Its acts of a kind, in order."""
        return [act for act in self.acts if isinstance(act, kind)]

    def last(self, kind: type[Kind]) -> Kind | None:
        """Its last act of a kind."""
        found = self.all(kind)
        return found[-1] if found else None

    def at(self, kind: type[Kind]) -> datetime | None:
        """When that was."""
        found = self.last(kind)
        return found.at if found else None

    @property
    def voided(self) -> e.WindowVoided | None:
        """How it came to nothing, where it did."""
        return self.last(e.WindowVoided)


@dataclass(slots=True)
class _Running:
    """An attempt that is still being told."""

    opens: time
    closes: time
    attempt: int = 1
    acts: list[e.AnyEvent] = field(default_factory=list)


def courses(plan: Plan, events: Sequence[e.AnyEvent]) -> tuple[Course, ...]:
    """Every attempt at every window, by window and attempt; `plan` is the day's as it was planned."""
    running = {window.id: _Running(window.open, window.close) for window in plan.windows}
    window_of = {issue.bond: window.id for window in plan.windows for issue in window.issues}
    finished: list[Course] = []
    for event in events:
        place = e.place_of(event)
        name = window_of.get(place or "", place)
        if name not in running:
            continue
        one = running[name]
        one.acts.append(event)
        if isinstance(event, e.WindowExtended):
            one.closes = event.until
        if isinstance(event, e.WindowVoided):
            finished.append(_course(plan, name, one))
            times = (event.times.open, event.times.close) if event.times else (one.opens, one.closes)
            running[name] = _Running(*times, one.attempt + 1)
    cancelled = {event.window for event in events if isinstance(event, e.WindowVoided) and not event.again}
    finished += [_course(plan, name, one) for name, one in running.items() if name not in cancelled]
    order = [window.id for window in plan.windows]
    return tuple(sorted(finished, key=lambda course: (order.index(course.window), course.attempt)))


def _course(plan: Plan, window: str, one: _Running) -> Course:
    opens, closes = (datetime.combine(plan.date, moment) for moment in (one.opens, one.closes))
    return Course(window, one.attempt, opens, closes, tuple(one.acts))


@dataclass(frozen=True, slots=True)
class Sending:
    """One 发标, and the fields in which a sheet was wrong: in bond and field, the terms' and the range's."""

    sent: e.NoticesSent
    wrong: tuple[tuple[str, str], ...]
    checkers: tuple[tuple[str, str], ...]
    """Bond and seat of whoever checked it last."""


def sending(day: IssuanceDay, sent: e.NoticesSent, earlier: Sequence[e.AnyEvent]) -> Sending:
    """What was sent, with the day as it then was and what had come before."""
    window = day.plan.window(sent.window)
    wrong = tuple((issue.bond, name) for issue in window.issues for name in wrong_fields(day, sent.window, issue))
    checked = {event.bond: event.seat for event in earlier if isinstance(event, e.NoticeChecked | e.RangeChecked)}
    return Sending(sent, wrong, tuple((bond, seat) for bond, seat in checked.items() if bond in dict(wrong)))


def wrong_fields(day: IssuanceDay, window_id: str, issue: Issue) -> Iterator[str]:
    """The fields of a sheet that differ from the published documents, and of its range from what is due."""
    window, sheet = day.plan.window(window_id), day.windows[window_id].sheets[issue.bond]
    if sheet.terms:
        yield from differences(terms_of(issue, window), sheet.terms)
    if sheet.range and has_range(day.plan, issue):
        yield from wrong_range(day, issue, sheet.range)


def wrong_range(day: IssuanceDay, issue: Issue, entry: RangeEntry) -> Iterator[str]:
    """The fields of a range that are not from the evening's file, of the five days, or by the rules from its mean."""
    if day.planned.curve not in (None, entry.curve):
        yield "curve"
    if entry.days != INTERBANK.before(day.plan.date, MEAN_OF):
        yield "days"
    try:
        due = range_due(day.plan, issue, Fraction(parse_number(entry.mean))).range
    except BadInput:
        yield "mean"
        return
    if entry.low != due.low:
        yield "low"
    if entry.high != due.high:
        yield "high"
