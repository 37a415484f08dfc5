"""Looking back on a journal: the day it tells, its incidents with their verdicts, and what was to be achieved.

Refused before the close: it would speak of sealed bids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from auction import events as e
from auction.day import SEALED, Head, Incident, IssuanceDay
from auction.errors import JournalError, bad_input
from auction.fold import apply, begin
from auction.journal import Row
from auction.language import Message, say
from auction.plan import ON_SITE
from auction.record import entries
from auction.seat import view
from sim.debrief.course import Course, Sending, courses, sending
from sim.incidents import CATALOGUE, judge, stake
from sim.incidents.kind import Kind, Past, Verdict


@dataclass(frozen=True, slots=True)
class Handled:
    """An incident and how it was come through; nothing is said of a kind that the catalogue does not know."""

    incident: Incident
    kind: Kind | None = None
    verdict: Verdict | None = None
    stake: Decimal | None = None
    """Yuan over the bond's life."""

    @property
    def name(self) -> Message:
        """What the incident is called."""
        return self.kind.name if self.kind else say("{name}（突发情况库中没有）", name=self.incident.occurred.incident)

    @property
    def wrong(self) -> bool:
        """Whether it was not come through well."""
        return self.verdict is not None and not self.verdict.right


@dataclass(frozen=True, slots=True)
class Seen:
    """An emergency form, and the seats on the site that could read it before the close."""

    form: e.EmergencyFormReceived
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A journal told once: its day and what is worth looking at again."""

    day: IssuanceDay
    told: tuple[tuple[e.AnyEvent, Head], ...]
    handled: tuple[Handled, ...]
    courses: tuple[Course, ...]
    sendings: tuple[Sending, ...]
    seen: tuple[Seen, ...]

    @property
    def events(self) -> tuple[e.AnyEvent, ...]:
        """Every event, in order."""
        return tuple(event for event, _head in self.told)

    def last_sendings(self) -> tuple[Sending, ...]:
        """Of each window that was not voided since, the sheets it was bid with."""
        since = self.day.since
        return tuple(each for each in self.sendings if since.get(f"notices_sent:{each.sent.window}") == each.sent.at)


def tell(rows: Sequence[Row]) -> Story:
    """The story of a journal. Raises BadInput before the close, JournalError for a journal that tells no day."""
    told = tuple(entries(rows))
    if not told:
        raise bad_input(say("日志是空的"))
    try:
        return _tell(told)
    except (KeyError, ValueError, StopIteration) as error:
        raise JournalError(say("日志的事件接不成一天（{reason}）", reason=type(error).__name__)) from error


def _tell(told: tuple[tuple[e.AnyEvent, Head], ...]) -> Story:
    day = begin(*told[0])
    plan = day.plan
    sent: list[tuple[e.NoticesSent, IssuanceDay, int]] = []
    forms: list[tuple[e.EmergencyFormReceived, IssuanceDay]] = []
    for number, (event, head) in enumerate(told[1:], start=1):
        day = apply(day, event, head)
        if isinstance(event, e.NoticesSent):
            sent.append((event, day, number))
        if isinstance(event, e.EmergencyFormReceived):
            forms.append((event, day))
    if any(state.phase in SEALED for state in day.windows.values()):
        raise bad_input(say("截标之前不能复盘：投标尚在密封之中"))
    events = [event for event, _head in told]
    return Story(
        day,
        told,
        tuple(handled(incident, Past(day, events)) for incident in day.incidents),
        courses(plan, events),
        tuple(sending(then, event, events[:number]) for event, then, number in sent),
        tuple(seen(event, then) for event, then in forms),
    )


def handled(incident: Incident, past: Past) -> Handled:
    """The incident with its verdict and what was at stake, where the catalogue knows it."""
    kind = CATALOGUE.get(incident.occurred.incident)
    known = kind is not None and _answer_is_known(kind, incident)
    return Handled(incident, kind, judge(incident, past), stake(incident, past)) if known else Handled(incident, kind)


def _answer_is_known(kind: Kind, incident: Incident) -> bool:
    """Whether the answer, if one was given, is among those that the catalogue has today."""
    given = incident.answered
    return given is None or given.answer in {response.id for response in kind.responses}


def seen(form: e.EmergencyFormReceived, day: IssuanceDay) -> Seen:
    """Who of those present could read a form when it came in."""
    present = [seated.person for role in ON_SITE for seated in day.present(role)]
    seats = [f"{person.role.value}:{person.name}" for person in present]
    return Seen(form, tuple(seat for seat in seats if view(day, seat).get("forms")))
