"""The seat link: runs a rehearsal by a clock and hands screens plain data; screens never touch the rehearsal.

In comes what a seat proposes, out goes what the seat may see. The clock may run as real time, faster, or from one
act to the next; at full speed it waits wherever a person has something to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from auction import events as e
from auction.bidrange import print_mean
from auction.commands.guard import role_of
from auction.commands.site import sealed_bytes
from auction.curve import benchmark_mean
from auction.desk import benchmark_tenor, in_force, range_due, rules_of
from auction.errors import BadInput, Fault, bad_input
from auction.journal import Journal
from auction.language import say
from auction.outcome import Json
from auction.payload import SEAL_SIGNERS
from auction.plan import Role, terms_of
from auction.quantities import print_rate
from auction.record import entries
from auction.rulebook import InForce
from auction.seat import hears, view
from auction.signoff import RESULT_TYPE, KeyHolder, PrivateKey, Signature, pae, signature_of
from auction.wording import FIELD_NAMES
from auction.yamlfile import sentence_for
from sim.acting import Act
from sim.blocks import PlannedIncident
from sim.branching import INSTRUCTOR
from sim.playing import Played, write_up
from sim.rehearsal import Rehearsal
from tui.beside import beside, is_listed, kind_told, seats_for_people, sees_incident, told_of, with_test_key
from tui.drafts import DRAFTS, read_drafts, write_drafts
from tui.output import cited
from tui.played import mark
from tui.trouble import STEP

RULES_OF_FIELDS = {"tick": "bid.tick", "lot": "bid.lot", "tail": "margin.tail"}
MOST_HEARD = 200
MOST_STEPS_A_TICK = 8
"""So that a screen is drawn between the acts of a fast day."""


class Speed(Enum):
    """How the clock runs: seconds of the day in a second of the person's."""

    PAUSED = 0
    REAL = 1
    FIVE = 5
    SIXTY = 60
    FULL = None


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a proposal: the kind of event recorded, and for a refusal why."""

    kind: str
    refused: tuple[str, ...] = ()


@dataclass
class Player:
    """One rehearsal being played by people and scripts."""

    rehearsal: Rehearsal
    journal: Journal
    folder: Path
    public: Mapping[str, str] = field(default_factory=dict)
    """The public keys of people who sign with their own; everybody else signs with a practice key."""
    keys: dict[str, PrivateKey] = field(default_factory=dict)
    """Those of them that are unlocked, by person."""
    speed: Speed = Speed.FULL

    def __post_init__(self) -> None:
        self._now = self.rehearsal.day.now
        self._waived: frozenset[tuple[str, str, str | None, int | None]] = frozenset()
        self._drafts: dict[str, dict[str, str]] = read_drafts(self.folder / DRAFTS)
        self._told_unkept = False
        self._happened = [event for event, _head in entries(self.journal.rows())]

    @property
    def now(self) -> datetime:
        """The moment of the day, whole seconds; never before the journal's last row."""
        return self._now.replace(microsecond=0)

    @property
    def finished(self) -> bool:
        """Whether nobody, script or person, has anything left to do."""
        return self.rehearsal.day.closed

    @property
    def people(self) -> tuple[str, ...]:
        """The seats that people play, in the order of the plan."""
        return tuple(seat for seat in seats_for_people(self.rehearsal.day.plan) if seat in self.rehearsal.people)

    @property
    def instructed(self) -> bool:
        """Whether somebody plays the instructor, whose hand on the clock is recorded."""
        return INSTRUCTOR in self.rehearsal.people

    def sit_down(self) -> None:
        """Every person takes the seats they play, with their keys."""
        for seat in self.people:
            role, name = role_of(seat)
            if role is Role.INSTRUCTOR:
                if seat not in self.rehearsal.day.acts:
                    self.set_speed(self.speed)
            elif role is Role.UNDERWRITER:
                if name not in self.rehearsal.day.members_played:
                    self._perform(e.MemberPlayed(at=self.now, seat=seat, member=name))
            elif name not in self.rehearsal.day.seats:
                practice = name not in self.public
                key = self.public.get(name) or self._key(name).public
                taken = e.SeatTaken(
                    at=self.now, seat=seat, person=name, role=role, key=key, practice=practice, played_by="person"
                )
                self._perform(taken)

    def set_speed(self, speed: Speed) -> None:
        """Let the clock run at another pace; recorded where an instructor plays. Raises JournalError."""
        self.speed = speed
        self._record_pace(speed.name.lower())

    def _record_pace(self, pace: str) -> None:
        if self.instructed and not self.finished:
            self._perform(e.ClockSet(at=self.now, seat=INSTRUCTOR, pace=pace))

    def step_by_hand(self) -> bool:
        """On to the next act of a script, because somebody asked for it. Whether there was one."""
        self._record_pace(STEP)
        return self.step()

    def tick(self, elapsed: float) -> bool:
        """Let the clock run for `elapsed` seconds of the person's time. Whether anything happened."""
        if self.speed is Speed.PAUSED or self.finished:
            return False
        if self.speed is Speed.FULL:
            return self._run_on()
        self._now += timedelta(seconds=elapsed * (self.speed.value or 0))
        happened = False
        for _number in range(MOST_STEPS_A_TICK):
            due = self.rehearsal.next_due
            if due is None or due > self._now:
                break
            happened = self.step() or happened
        return happened

    def step(self) -> bool:
        """On to the next act of a script, whenever that is. Whether there was one."""
        event = self.rehearsal.step()
        self._now = max(self._now, self.rehearsal.day.now)
        self._happened += [event] if event else []
        return event is not None

    def _run_on(self) -> bool:
        happened = False
        for _number in range(MOST_STEPS_A_TICK):
            due, turn = self.rehearsal.next_due, self._person_due()
            if due is None or (turn is not None and turn <= due):
                if turn is not None:
                    self._now = max(self._now, turn)
                break
            happened = self.step() or happened
        return happened

    def _person_due(self) -> datetime | None:
        """When the first person has something to do."""
        duties = (self._duty(seat) for seat in self.people)
        return min((duty.due for duty in duties if duty), default=None)

    def _duty(self, seat: str) -> Act | None:
        """What the person has to do, unless the clock was told not to wait for it."""
        act = self.due_act(seat)
        return None if act is None or waived(seat, act) in self._waived else act

    def due_act(self, seat: str) -> Act | None:
        """What a seat has to do; a standing bid is enough, and what went wrong is to be answered before all else."""
        if role_of(seat)[0] is Role.INSTRUCTOR or self.finished:
            return None
        held = self.rehearsal.held_seal()
        if held and role_of(seat)[1] in self.sealers():
            return held
        act = self.rehearsal.answer_due(seat) or self.rehearsal.duty(seat)
        if act and isinstance(act.event, e.BidReceived):
            standing = self.rehearsal.day.window_of(act.event.bond).submissions[act.event.bond]
            return None if act.event.member in standing else act
        return act

    def waive(self, seat: str) -> None:
        """Do not wait for what the seat has to do now."""
        act = self.due_act(seat)
        if act:
            self._waived = self._waived | {waived(seat, act)}

    def turn(self) -> str | None:
        """The seat of the person whose turn comes first."""
        due = [(duty.due, seat) for seat in self.people if (duty := self._duty(seat))]
        return min(due)[1] if due else None

    def duty(self, seat: str) -> dict[str, str] | None:
        """What the seat has to do next: the kind of act and the window, bond or person it is about, not its content."""
        duty = self._duty(seat)
        if duty is None:
            return None
        person = getattr(duty.event, "person", "")
        return {"kind": kind_told(duty.event), "place": e.place_of(duty.event) or "", "person": str(person)}

    def view(self, seat: str) -> dict[str, Json]:
        """What the seat may see, with the clock's moment and what it has to do."""
        duty = self.duty(seat)
        seen = view(self.rehearsal.day, seat)
        answered = {i.occurred.number: str(i.answer.words) for i in self.rehearsal.day.incidents if i.answer}
        answers = {number: words for number, words in answered.items() if sees_incident(seen, number)}
        told = {"now": self.now.isoformat(), "duty": None if duty is None else {**duty}}
        return {**seen, **told, **beside(self.rehearsal.day, seat), "happened": self._heard(seat, answers)}

    def _heard(self, seat: str, answers: Mapping[int, str]) -> list[Json]:
        """The last things done that the seat learns of: when, by whom, what, about what or whom."""
        heard = [event for event in self._happened[-MOST_HEARD:] if hears(seat, event)]
        return [
            {
                "at": event.at.isoformat(),
                "seat": event.seat,
                "kind": event.kind,
                "about": e.place_of(event) or getattr(event, "person", ""),
                "told": told_of(event, answers),
            }
            for event in heard
            if is_listed(event)
        ]

    def propose(self, seat: str, kind: str, fields: Mapping[str, Json]) -> Told:
        """What a person does in a seat. Raises BadInput for fields that cannot be read, JournalError."""
        keyed = {"test_key": ""} if kind == e.kind_of(e.EmergencyFormReceived) else {}
        try:
            event = e.EVENT.validate_python({**fields, **keyed, "kind": kind, "at": self.now, "seat": seat})
        except ValidationError as error:
            raise BadInput([_fault(detail) for detail in error.errors(include_url=False)]) from None
        return self._perform(with_test_key(event, self.rehearsal.day))

    def strike(self, planned: PlannedIncident) -> Told:
        """The instructor lets something go wrong now. Raises BadInput where it cannot, JournalError."""
        struck = self.rehearsal.strike(planned)
        return self._perform(struck.model_copy(update={"at": self.now, "seat": INSTRUCTOR, "planned": None}))

    def told_rows(self, seat: str) -> tuple[tuple[int, e.AnyEvent], ...]:
        """What happened and the seat hears of, each with its row in the journal."""
        told = enumerate(self._happened, start=1)
        return tuple((row, event) for row, event in told if hears(seat, event) and is_listed(event))

    def own_key_holders(self, *people: str) -> tuple[str, ...]:
        """Those of the people who sign with a key of their own, and so with a passphrase."""
        return tuple(person for person in people if person in self.public)

    def sealers(self) -> tuple[str, ...]:
        """The people whose seals close the site and the day."""
        return tuple(seated.person.name for role in SEAL_SIGNERS for seated in self.rehearsal.day.sitting(role))

    def sign(self, seat: str, window: str) -> Told:
        """The person in the seat signs the window's result."""
        role, name = role_of(seat)
        payload = self.rehearsal.day.windows[window].payload or ""
        signature = self._signature(name, role, pae(RESULT_TYPE, payload.encode()))
        return self._perform(e.ResultSigned(at=self.now, seat=seat, window=window, signature=signature))

    def seal(self, seat: str, kind: str) -> Told:
        """The closing seal of the site or of the day, by everybody who must sign it."""
        day = self.rehearsal.day
        facts = {"at": self.now, "seat": seat, "count": day.head.count, "head": day.head.hash, "signatures": ()}
        held = self.rehearsal.held_seal()
        act = e.EVENT.validate_python({**facts, "kind": kind, "seat": held.event.seat if held else seat})
        if not isinstance(act, e.SiteReleased | e.DayClosed):
            raise bad_input(say("{kind} 不是封存", kind=kind))
        signers = [seated.person for role in SEAL_SIGNERS for seated in day.sitting(role)]
        over = sealed_bytes(day, act)
        signatures = tuple(self._signature(person.name, person.role, over) for person in signers)
        return self._perform(act.model_copy(update={"signatures": signatures}))

    def benchmark(self, bond: str) -> dict[str, Json]:
        """The benchmark calculator: five days, their yields, the mean, and the range by the rules of the day."""
        plan = self.rehearsal.day.plan
        issue = plan.window_of(bond).issue(bond)
        mean = benchmark_mean(self.rehearsal.staged.anchor, plan.date, benchmark_tenor(plan, issue))
        due = range_due(plan, issue, mean.mean)
        fixings = zip(mean.days, mean.yields, strict=True)
        days: list[Json] = [{"day": day.isoformat(), "yield": print_mean(rate)} for day, rate in fixings]
        return {
            "curve": self.rehearsal.staged.anchor_digest,
            "days": days,
            "mean": print_mean(mean.mean),
            "floor": rule_shown(due.floor),
            "cap": rule_shown(due.cap),
            "low": print_rate(due.range.low),
            "high": print_rate(due.range.high),
        }

    def documents(self, bond: str) -> dict[str, Json]:
        """What the published documents say the sheet must be."""
        window = self.rehearsal.day.plan.window_of(bond)
        return terms_of(window.issue(bond), window).model_dump(mode="json")

    def marks(self) -> dict[str, str]:
        """How the sheet's fields are known that rest on no text: a mark by field."""
        rules = rules_of(self.rehearsal.day.plan)
        known = {name: rules.get(rule) for name, rule in RULES_OF_FIELDS.items()}
        return {name: mark(rule.basis) for name, rule in known.items() if rule}

    def rules_in_words(self) -> dict[str, str]:
        """Every rule in force with its value, in the reader's language, by key."""
        return {rule.key: f"{rule.label}  {rule.text}" for rule in in_force(self.rehearsal.day.plan)}

    def draft(self, place: str) -> dict[str, str]:
        """What was typed into a form and not entered yet; `place` names seat, act and bond."""
        return dict(self._drafts.get(place, {}))

    def keep_draft(self, place: str, typed: Mapping[str, str]) -> None:
        """Keep what is typed so far, on the disk, or forget it where nothing is.

        Raises BadInput, once until it goes well again, where the disk refuses; then it is kept in memory.
        """
        self._drafts = {name: draft for name, draft in self._drafts.items() if name != place}
        if any(typed.values()):
            self._drafts[place] = dict(typed)
        told, self._told_unkept = self._told_unkept, True
        try:
            write_drafts(self.folder / DRAFTS, self._drafts)
            self._told_unkept = False
        except BadInput:
            if not told:
                raise

    def write_up(self) -> Played:
        """The files of the day as far as it has come. Raises BadInput before the close."""
        return write_up(self.rehearsal, self.journal, self.folder)

    def _key(self, person: str) -> PrivateKey:
        return self.keys.get(person) or PrivateKey.practice(self.rehearsal.day.planned.seed, person)

    def _signature(self, person: str, role: Role, over: bytes) -> Signature:
        return signature_of(KeyHolder(person, self._key(person)), role.value, over)

    def _perform(self, event: e.AnyEvent) -> Told:
        done = self.rehearsal.perform(event)
        self._happened.append(done)
        self._now = max(self._now, self.rehearsal.day.now)
        if isinstance(done, e.ActionRefused):
            return Told(done.kind, tuple(cited(breach.message, breach.citation) for breach in done.breaches))
        return Told(done.kind)


def waived(seat: str, act: Act) -> tuple[str, str, str | None, int | None]:
    """By what it is known that the clock need not wait for an act."""
    return seat, act.event.kind, e.place_of(act.event), getattr(act.event, "number", None)


def rule_shown(rule: InForce) -> dict[str, Json]:
    """A rule's value with how it is known and by which text."""
    return {"value": str(rule.value), "basis": rule.basis.value, "citation": rule.citation}


def _fault(detail: ErrorDetails) -> Fault:
    """A field that cannot be read, by the name people know it by."""
    name = str(detail["loc"][-1])
    lines = [str(part + 1) for part in detail["loc"] if isinstance(part, int)]
    return Fault(sentence_for(detail), field=" ".join([str(FIELD_NAMES.get(name, name)), *lines]))
