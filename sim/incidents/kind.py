"""What an incident is: whom it befalls and when, how it shows, the right answers and the wrong ones, and its verdict.

The catalogue stays off the site: the event that is recorded carries only what people there may know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from numpy.random import Generator

from auction import events as e
from auction.checks import Desk
from auction.day import Incident, IssuanceDay, Phase, WindowPhase
from auction.language import Message
from auction.plan import Issue, Plan, RangeEntry, Role, Terms, Window

if TYPE_CHECKING:
    from sim.scenario import Staged


class About(Enum):
    """Whom or what an incident befalls."""

    SITE = "site"
    WINDOW = "window"
    ISSUE = "issue"
    PERSON = "person"
    MEMBER = "member"


class Does(Enum):
    """What somebody who is scripted does because of an incident."""

    COPY = "copy"
    """The checker takes over what the operator entered, unless stopped."""
    OBJECT = "object"
    """The supervisor raises an objection."""
    CHECK_ALONE = "check-alone"
    """The operator tries to check the award too, unless stopped."""
    KEEP_CUSTODY_FORM = "keep-custody-form"
    """The member sends its custody form only when it is told that nobody waits."""
    MISPRINT = "misprint"
    """The announcement says something else than the signed result."""
    PAY_LATE = "pay-late"
    """The member's money comes a working day late."""
    PAY_SHORT = "pay-short"
    """Only a part of the member's money comes in time."""


@dataclass(frozen=True, slots=True)
class Befallen:
    """Where an incident strikes: a window or bond, a person or member, and the facts that make it up."""

    plan: Plan
    place: str | None
    subject: str
    detail: Mapping[str, str]

    @property
    def window(self) -> Window:
        """The window it is about. Raises KeyError."""
        ids = {window.id for window in self.plan.windows}
        return self.plan.window(str(self.place)) if self.place in ids else self.plan.window_of(str(self.place))

    @property
    def issue(self) -> Issue:
        """The issue it is about. Raises KeyError."""
        return self.plan.window_of(str(self.place)).issue(str(self.place))


Detail = Callable[["Staged", IssuanceDay, str | None, str, Generator], Mapping[str, str]]
"""The facts that make an incident up: (staged, day, place, subject, draw)."""
Forms = Callable[[IssuanceDay, e.EmergencyFormReceived], tuple[e.EmergencyFormReceived, ...]]
"""The emergency forms that a member sends, made of a good one; their `at` says when."""
Deed = Callable[[IssuanceDay, Incident, datetime, str], e.AnyEvent | None]
"""What a scripted person does: (day, incident, moment, seat); None where it cannot be done."""


@dataclass(frozen=True, slots=True)
class Response:
    """One way to answer it."""

    id: str
    words: Message
    right: bool
    rule: str | None = None
    """The rule that a wrong answer breaks."""
    returns: bool = True
    """Whether what the incident held up goes on afterwards."""
    fits: Callable[[Befallen], bool] | None = None
    """Whether there is this way at all on the day."""
    deed: Deed | None = None
    """What a scripted person does before saying that it is done."""
    deed_kind: str | None = None
    """The kind of event that it is."""


@dataclass(frozen=True, slots=True)
class Past:
    """The whole of a journal, as a debrief looks back on it."""

    day: IssuanceDay
    told: Sequence[e.AnyEvent]

    def after(self, incident: Incident) -> list[e.AnyEvent]:
        """Everything after the incident."""
        occurred = self.told.index(incident.occurred)
        return list(self.told[occurred + 1 :])


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the site came through an incident."""

    right: bool
    how: Message
    noticed: datetime | None = None
    """When somebody first did something about it; None where nobody did."""
    by: str | None = None
    """The seat that did."""
    missed_by: tuple[Role, ...] = ()
    """Who could have caught it and did not."""
    rule: str | None = None
    """The rule that was broken, where one was."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of incident."""

    id: str
    name: Message
    about: About
    moments: frozenset[Phase] | frozenset[WindowPhase]
    """The phases of the day, or of the window it is about, in which it can happen."""
    symptom: Callable[[Befallen], Message] | None = None
    """What those who see it are told; None shows to nobody."""
    seen_by: tuple[Role, ...] = ()
    answered_by: tuple[Role, ...] = ()
    """Who may answer; the scripted one of the first role does."""
    responses: tuple[Response, ...] = ()
    holds: tuple[str, ...] = ()
    """The kinds of act that wait for the answer."""
    holds_subject: bool = False
    """Whether only the person or member it befalls is held up."""
    roles: tuple[Role, ...] = ()
    """Of a person: the roles it can befall."""
    fits: Callable[[Plan, str], bool] | None = None
    """Whether it can befall this window or bond of a plan at all; None can befall any."""
    occurs: Callable[[IssuanceDay, str], bool] | None = None
    """Whether the day is such that it happens to this window or bond; None always happens."""
    detail: Detail | None = None
    """The facts that make it up, drawn when it strikes."""
    terms: Callable[[Befallen, Terms], Terms] | None = None
    """What the operator types instead of the right terms, once."""
    entry: Callable[[Staged, Befallen, RangeEntry], RangeEntry] | None = None
    """What the operator types instead of the right range, once."""
    bid: Callable[[Desk, tuple[e.Step, ...]], tuple[e.Step, ...]] | None = None
    """What the member sends once instead of what it means to."""
    form: Forms | None = None
    """The emergency forms that the member sends, beside what else it sends."""
    does: Does | None = None
    verdict: Callable[[Incident, Past], Verdict] | None = None
    """How it was come through, where that is not told by the answer alone."""
    at_stake: Callable[[Befallen, Past], Decimal] | None = None
    """Yuan that it would have cost over the bond's life, had nobody caught it."""
    consequence: Message | None = None
    """What the rules say follows, such as 通报."""
    lesson: Message | None = None
    """What to do better, in a sentence."""

    def response(self, answer: str) -> Response:
        """The response of that name. Raises KeyError."""
        return {response.id: response for response in self.responses}[answer]

    def open_to(self, befallen: Befallen) -> tuple[Response, ...]:
        """The responses that there are on the day."""
        return tuple(response for response in self.responses if response.fits is None or response.fits(befallen))

    def came_wrong(self, incident: Incident) -> bool:
        """Whether it was answered, and wrongly."""
        return incident.answered is not None and not self.response(incident.answered.answer).right

    def came_right(self, incident: Incident) -> bool:
        """Whether it was answered, and rightly."""
        return incident.answered is not None and self.response(incident.answered.answer).right
