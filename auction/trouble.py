"""Facts of a day on which something goes wrong: incidents and their answers, emergency bids, the instructor's hand.

An incident carries all that the site must know of it, so that state, seats and replay need no catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from auction.breach import Breach
from auction.event import Event, Step
from auction.language import Message
from auction.notice import Strict, TimeOfDay
from auction.plan import Role
from auction.quantities import Level

ANYTHING = "*"
"""Among what an incident holds up: every act."""


class Answer(Strict):
    """One way to answer an incident; whether it is the right one stands in the catalogue, which nobody on site sees."""

    id: str
    words: Message
    returns: bool = True
    """Whether what the incident held up goes on afterwards."""


class IncidentOccurred(Event):
    """Something goes wrong; `number` counts the day's incidents."""

    kind: Literal["incident_occurred"] = "incident_occurred"
    incident: str
    """Which, by its name in the catalogue."""
    number: int = 0
    planned: int | None = None
    """Which of the scenario's incidents it is; None was let happen by the instructor."""
    place: str | None = None
    """The window or bond it is about."""
    subject: str = ""
    """The person or member it happens to."""
    detail: Mapping[str, str] = {}
    """What nobody on site sees, such as the field that is typed wrong and what is typed."""
    symptom: Message | None = None
    seen_by: tuple[Role, ...] = ()
    answered_by: tuple[Role, ...] = ()
    answers: tuple[Answer, ...] = ()
    holds: tuple[str, ...] = ()
    """The kinds of act that wait for the answer."""
    held_seat: str | None = None
    """The only seat that is held up; None is everybody."""


class IncidentAnswered(Event):
    """Somebody on site decides what is done about an incident."""

    kind: Literal["incident_answered"] = "incident_answered"
    number: int
    answer: str
    remark: str = ""


class WindowExtended(Event):
    """招标时间延长: the window closes later."""

    kind: Literal["window_extended"] = "window_extended"
    window: str
    until: TimeOfDay
    reason: str


class EmergencyFormReceived(Event):
    """应急投标书: a member's bid by form and recorded line, with its seal and its test key (电子密押)."""

    kind: Literal["emergency_form_received"] = "emergency_form_received"
    bond: str
    member: str
    number: int = 0
    """Counts the day's forms."""
    steps: tuple[Step, ...] = Field(min_length=1)
    seal_right: bool = True
    """Whether the seal on the form is the one on file."""
    test_key: str
    announced: bool = True
    """Whether the member rang up on the recorded line."""


class EmergencyBidKeyed(Event):
    """The operator keys a form in, the supervisor standing by; from here on the member bids by form only."""

    kind: Literal["emergency_bid_keyed"] = "emergency_bid_keyed"
    bond: str
    member: str
    number: int
    steps: tuple[Step, ...] = Field(min_length=1)
    warnings: tuple[Breach, ...] = ()


class EmergencyFormSetAside(Event):
    """A form that is not processed, and why."""

    kind: Literal["emergency_form_set_aside"] = "emergency_form_set_aside"
    bond: str
    member: str
    number: int
    reason: str


class Announced(Strict):
    """What an announcement says of one bond."""

    price: Level | None
    """The coupon or the issue price; None where nothing was sold."""
    issued: int
    """Whole 万元."""


class AnnouncementCorrected(Event):
    """更正公告: appended to the announcement, never in its place."""

    kind: Literal["announcement_corrected"] = "announcement_corrected"
    bond: str
    announced: Announced
    reason: str


class NoteTaken(Event):
    """The instructor's note, tied to the moment."""

    kind: Literal["note_taken"] = "note_taken"
    text: str


class ClockSet(Event):
    """The instructor stops the clock, lets it go on, or sets its pace."""

    kind: Literal["clock_set"] = "clock_set"
    pace: str


class DayBranched(Event):
    """The day went another way from here on: what was left stays in its own journal."""

    kind: Literal["day_branched"] = "day_branched"
    left_journal: str
    """The name of the journal that was left."""
    left_count: int
    left_head: str
    """Where the other way stood when it was left."""
