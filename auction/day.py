"""The state of an issuance day and of its windows; the phases and the ways between them.

Commands (`auction.commands`) decide and return an event; `auction.fold` folds it into the next state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from auction import events as e
from auction.book import Bid
from auction.breach import Breach
from auction.counter import CounterOrder
from auction.outcome import Result
from auction.plan import Person, Plan, RangeEntry, Role, Terms, Window
from auction.signoff import Signature
from auction.trouble import ANYTHING


class Phase(StrEnum):
    """Phases of the day."""

    PLANNED = "PLANNED"
    SITE_SEALED = "SITE_SEALED"
    RELEASED = "RELEASED"
    PUBLISHED = "PUBLISHED"
    SETTLED = "SETTLED"
    LISTED = "LISTED"


class WindowPhase(StrEnum):
    """Phases of a window."""

    PREPARED = "PREPARED"
    SENT = "SENT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    CLEARED = "CLEARED"
    CONFIRMED = "CONFIRMED"
    SIGNED = "SIGNED"
    CUSTODY_CLOSED = "CUSTODY_CLOSED"
    CANCELLED = "CANCELLED"


DAY_WAYS: Mapping[Phase, frozenset[Phase]] = {
    Phase.PLANNED: frozenset({Phase.SITE_SEALED}),
    Phase.SITE_SEALED: frozenset({Phase.RELEASED}),
    Phase.RELEASED: frozenset({Phase.PUBLISHED}),
    Phase.PUBLISHED: frozenset({Phase.SETTLED}),
    Phase.SETTLED: frozenset({Phase.LISTED}),
    Phase.LISTED: frozenset(),
}

VOIDED = frozenset({WindowPhase.PREPARED, WindowPhase.CANCELLED})

WINDOW_WAYS: Mapping[WindowPhase, frozenset[WindowPhase]] = {
    WindowPhase.PREPARED: frozenset({WindowPhase.SENT}),
    WindowPhase.SENT: frozenset({WindowPhase.OPEN}) | VOIDED,
    WindowPhase.OPEN: frozenset({WindowPhase.CLOSED}) | VOIDED,
    WindowPhase.CLOSED: frozenset({WindowPhase.CLEARED}) | VOIDED,
    WindowPhase.CLEARED: frozenset({WindowPhase.CONFIRMED}) | VOIDED,
    WindowPhase.CONFIRMED: frozenset({WindowPhase.SIGNED}),
    WindowPhase.SIGNED: frozenset({WindowPhase.CUSTODY_CLOSED}),
    WindowPhase.CUSTODY_CLOSED: frozenset(),
    WindowPhase.CANCELLED: frozenset(),
}

SEALED = frozenset({WindowPhase.SENT, WindowPhase.OPEN})
"""Phases in which bids are sealed."""
BEFORE_CLOSE = SEALED | {WindowPhase.PREPARED}
FINISHED = frozenset({WindowPhase.CUSTODY_CLOSED, WindowPhase.CANCELLED})


@dataclass(frozen=True, slots=True)
class Head:
    """The journal so far: how many rows, and the hash of the last."""

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One issue's sheet on its way to being sent."""

    terms: Terms | None = None
    terms_checked: bool = False
    terms_differences: tuple[str, ...] = ()
    range: RangeEntry | None = None
    range_checked: bool = False
    range_differences: tuple[str, ...] = ()
    second_terms: Terms | None = None
    """What the checker entered."""
    second_range: RangeEntry | None = None

    @property
    def ready(self) -> bool:
        """Whether terms and range were entered and found equal; `desk.sheet_ready` knows where no range is due."""
        return self.terms_checked and self.range_checked


@dataclass(frozen=True, slots=True)
class Submission:
    """A member's standing submission for one issue; `number` counts arrivals on the day."""

    steps: tuple[e.Step, ...]
    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Order:
    """A bank's standing order for its counter, in whole 万元; `number` counts arrivals on the day."""

    amount: int
    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class WindowState:
    """One window so far."""

    phase: WindowPhase
    sheets: Mapping[str, Sheet]
    submissions: Mapping[str, Mapping[str, Submission]]
    counter: Mapping[str, Mapping[str, Order]] = field(default_factory=dict)
    """Orders for the counter by bond and member."""
    figures: Mapping[str, e.Figures] = field(default_factory=dict)
    """The issuing system's figures, by bond."""
    results: Mapping[str, Result] = field(default_factory=dict)
    confirmed: Mapping[str, e.Figures] | None = None
    payload: str | None = None
    """What all signers of the window sign: canonical JSON, fixed at CONFIRMED."""
    signatures: tuple[Signature, ...] = ()
    custody: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    """By bond and member, whole 万元 at each depository."""
    defaulted: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    """Why earlier attempts were voided."""

    def bids(self, bond: str) -> tuple[Bid, ...]:
        """The standing bids of an issue, numbered in the order of arrival."""
        standing = sorted(self.submissions.get(bond, {}).items(), key=lambda item: item[1].number)
        steps = [(member, step, sent.at.time()) for member, sent in standing for step in sent.steps]
        return tuple(
            Bid(line, member, step.level, step.amount, at) for line, (member, step, at) in enumerate(steps, start=1)
        )

    def counter_orders(self, bond: str) -> tuple[CounterOrder, ...]:
        """The standing orders for the counter, numbered in the order of arrival."""
        standing = sorted(self.counter.get(bond, {}).items(), key=lambda item: item[1].number)
        return tuple(
            CounterOrder(line, member, order.amount, order.at.time())
            for line, (member, order) in enumerate(standing, start=1)
        )


@dataclass(frozen=True, slots=True)
class Seated:
    """Who sits in a seat, with which key, and whether it is a person or a script."""

    person: Person
    key: str
    practice: bool
    played_by: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A supervisor's objection; `answer` says how it was settled."""

    at: datetime
    reason: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong, and what was done about it."""

    occurred: e.IncidentOccurred
    answered: e.IncidentAnswered | None = None

    @property
    def waiting(self) -> bool:
        """Whether somebody has still to answer it."""
        return self.answered is None and bool(self.occurred.answers)

    @property
    def answer(self) -> e.Answer | None:
        """The answer that was given."""
        given = self.answered and self.answered.answer
        return next((answer for answer in self.occurred.answers if answer.id == given), None)

    def holds(self, seat: str, kind: str) -> bool:
        """Whether an act of a seat waits for it."""
        over = self.answer is not None and self.answer.returns
        mine = self.occurred.held_seat in (None, seat)
        return mine and not over and not {kind, ANYTHING}.isdisjoint(self.occurred.holds)


@dataclass(frozen=True, slots=True)
class EmergencyForm:
    """An emergency bid form as it came in, and what became of it."""

    received: e.EmergencyFormReceived
    keyed: bool = False
    set_aside: str | None = None

    @property
    def waiting(self) -> bool:
        """Whether nobody has processed it yet."""
        return not self.keyed and self.set_aside is None


@dataclass(frozen=True, slots=True)
class Warned:
    """An act that was accepted although something speaks against it."""

    at: datetime
    seat: str
    action: str
    place: str | None
    """The window or bond it was about."""
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class IssuanceDay:
    """Everything that has happened, as far as the journal has it."""

    planned: e.DayPlanned
    now: datetime
    head: Head
    phase: Phase = Phase.PLANNED
    seats: Mapping[str, Seated] = field(default_factory=dict)
    """By person."""
    members_played: frozenset[str] = frozenset()
    """Members for whom a person bids."""
    registered: frozenset[str] = frozenset()
    devices: Mapping[str, int] = field(default_factory=dict)
    shielding: bool = False
    recorded_line: bool = False
    inspected: bool = False
    objections: tuple[Objection, ...] = ()
    incidents: tuple[Incident, ...] = ()
    forms: tuple[EmergencyForm, ...] = ()
    """Of the bidding that goes on; those of a voided attempt are void with it."""
    forms_received: int = 0
    register_closed: bool = False
    windows: Mapping[str, WindowState] = field(default_factory=dict)
    paid: Mapping[str, str] = field(default_factory=dict)
    """Yuan received, by member."""
    published: Mapping[str, str] = field(default_factory=dict)
    announced: Mapping[str, e.Announced] = field(default_factory=dict)
    """What the announcement with its corrections says, by bond."""
    branches: tuple[e.DayBranched, ...] = ()
    """The ways that were left."""
    refusals: tuple[e.ActionRefused, ...] = ()
    warnings: tuple[Warned, ...] = ()
    acts: Mapping[str, int] = field(default_factory=dict)
    """How many times each seat has acted."""
    last: Mapping[str, datetime] = field(default_factory=dict)
    """When each seat last acted, by `seat` and, about a window or bond, by `seat/place`."""
    since: Mapping[str, datetime] = field(default_factory=dict)
    """When each kind of event last happened, by `kind`, `kind:window` or `kind:bond`."""
    arrivals: int = 0
    """Submissions received on the day."""
    closed: bool = False

    @property
    def plan(self) -> Plan:
        """The approved plan."""
        return self.planned.plan

    @property
    def objection(self) -> Objection | None:
        """The objection that is not settled yet."""
        return next((objection for objection in self.objections if objection.answer is None), None)

    def hold(self, seat: str, kind: str) -> Incident | None:
        """The incident for which an act of a seat waits."""
        return next((incident for incident in self.incidents if incident.holds(seat, kind)), None)

    def is_away(self, person: str) -> bool:
        """Whether an incident keeps a person from acting at all."""
        seated = self.seats.get(person)
        if seated is None:
            return False
        seat = f"{seated.person.role.value}:{person}"
        return any(i.occurred.held_seat == seat and i.holds(seat, ANYTHING) for i in self.incidents)

    def present(self, role: Role) -> tuple[Seated, ...]:
        """Everyone who sits in that role and is not away."""
        return tuple(seated for seated in self.sitting(role) if not self.is_away(seated.person.name))

    def window_of(self, bond: str) -> WindowState:
        """The state of the window in which `bond` is offered. Raises KeyError."""
        return self.windows[self.plan.window_of(bond).id]

    def sitting(self, role: Role) -> tuple[Seated, ...]:
        """Everyone who sits in that role."""
        return tuple(seated for seated in self.seats.values() if seated.person.role is role)

    def results(self) -> dict[str, Result]:
        """Every result the desk has recomputed, by bond."""
        return {bond: result for state in self.windows.values() for bond, result in state.results.items()}


def plan_day(event: e.DayPlanned, head: Head) -> IssuanceDay:
    """The day as its first event leaves it."""
    windows = {window.id: prepared(window) for window in event.plan.windows}
    since: dict[str, datetime] = {event.kind: event.at}
    acts = {event.seat: 1}
    return IssuanceDay(planned=event, now=event.at, head=head, windows=windows, since=since, acts=acts)


def prepared(window: Window, attempts: tuple[str, ...] = ()) -> WindowState:
    """A window nobody has touched yet, or that is bid again after `attempts`."""
    sheets = {issue.bond: Sheet() for issue in window.issues}
    return WindowState(WindowPhase.PREPARED, sheets, {bond: {} for bond in sheets}, attempts=attempts)
