"""One running day: timers, journal and state. The only mutable object of the house.

SimPy holds nothing but timers, rebuilt from the state; every act, a script's or a person's, goes through the
commands and is on the disk before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import datetime

import simpy

from auction import events as e
from auction.canonical import canonical, digest
from auction.commands import decide_or_refuse
from auction.commands.guard import role_of, seat_of
from auction.day import IssuanceDay
from auction.desk import rules_digest
from auction.errors import BadInput, Fault, bad_input
from auction.journal import Log
from auction.language import say
from auction.plan import Role
from auction.record import record, replay_rows
from sim.acting import Act, next_act, seats_of, what_matters, what_members_mind
from sim.blocks import PlannedIncident
from sim.draws import Draws
from sim.happening import SCENARIO_SEAT, can_occur, faults_of, in_time, incident_at, whereabouts
from sim.incidents import CATALOGUE
from sim.scenario import Staged
from sim.staff import Site
from sim.submissions import Sending
from sim.system import SEAT as SYSTEM_SEAT


class Rehearsal:
    """A day being played, from wherever its journal stands; where it is empty, from its first row by `seed`.

    Raises BadInput where the journal belongs to another scenario, JournalError where it cannot be read or written.
    """

    def __init__(
        self, staged: Staged, log: Log, seed: int = 0, run: int = 0, people: frozenset[str] = frozenset()
    ) -> None:
        self.staged = staged
        self.people = people
        """The seats that people play; scripts leave them alone."""
        self._log = log
        day = replay_rows(log.rows())
        if day is None:
            day = record(log, None, first_event(staged, seed, run))
        elif day.planned.scenario_digest != staged.digest:
            raise bad_input(say("日志属于另一个场景，或场景文件改动过"), staged.file)
        elif day.planned.rules != rules_digest(day.plan):
            raise bad_input(say("日志按另一版规则库记录，不能用现在的规则接着演"), staged.file)
        self.day: IssuanceDay = day
        self._draws = Draws(day.planned.seed, day.planned.run)
        self._seats = (*seats_of(day.plan), *((SCENARIO_SEAT,) if staged.scenario.incidents else ()))
        self._order = {seat: number for number, seat in enumerate(self._seats)}
        self._agenda: dict[str, Act] = {}
        self._held: dict[str, Act] = {}
        """Seals that scripts would set and that wait for a person's signature, by seat."""
        self._depends: dict[str, Hashable] = {}
        self._timers = simpy.Environment()
        self._meant: dict[Hashable, tuple[Sending, ...]] = {}
        self._plan_ahead()

    def run(self) -> Iterator[e.AnyEvent]:
        """Play on until nobody has anything to do, giving each recorded event."""
        while event := self.step():
            yield event

    def step(self) -> e.AnyEvent | None:
        """Let the next timer ring that brings something about. None where nothing is left to do."""
        while self._agenda:
            _seat, act = self._first()
            if self._seconds(act.due) <= self._timers.now:
                return self.perform(act.event)
            self._timers.step()
        return None

    @property
    def next_due(self) -> datetime | None:
        """When the next timer rings that brings something about."""
        return self._first()[1].due if self._agenda else None

    def duty(self, seat: str) -> Act | None:
        """What a script would do in a seat, and when: what a person in it has to do next, who may try again."""
        return next_act(Site(untried(self.day, seat), self.staged, self._draws, self._meant), seat)

    def answer_due(self, seat: str) -> Act | None:
        """What went wrong and is for the person in a seat to answer, the first in charge; the act is still open."""
        role, name = role_of(seat)
        for incident in self.day.incidents:
            happened = incident.occurred
            if not incident.waiting or role is not self.day.plan.acting(happened.answered_by[0]):
                continue
            if [seated.person.name for seated in self.day.present(role)][:1] == [name]:
                at = self.day.now
                answer = e.IncidentAnswered(at=at, seat=seat, number=happened.number, answer="")
                return Act(at, answer, happened.at)
        return None

    def strike(self, planned: PlannedIncident) -> e.IncidentOccurred:
        """What would go wrong now, as planned, with what is left open drawn. Raises BadInput where it cannot."""
        wrong = [Fault(message, field=where[0]) for where, message in faults_of(planned, self.staged.scenario)]
        if wrong:
            raise BadInput(wrong)
        kind, draw = CATALOGUE[planned.kind], self._draws.stream("instructor", len(self.day.incidents))
        place, subject = whereabouts(kind, planned, self.day.plan, draw)
        if not (in_time(kind, self.day, place) and can_occur(kind, self.day, place)):
            facts = {"name": kind.name, "moments": "、".join(sorted(map(str, kind.moments)))}
            raise bad_input(say("此刻不会发生「{name}」，它只发生在 {moments}", **facts), field="kind")
        return incident_at(self.staged, self.day, kind, place, subject, draw)

    def seats(self) -> tuple[str, ...]:
        """Every seat that has a part in the day, in the order in which equal moments are settled."""
        return self._seats

    def perform(self, proposed: e.AnyEvent) -> e.AnyEvent:
        """Decide a proposal, record what comes of it (a refusal too), and give it. Raises JournalError."""
        event = decide_or_refuse(self.day, proposed)
        self.day = record(self._log, self.day, event)
        self._plan_ahead()
        return event

    def _plan_ahead(self) -> None:
        """Ask every seat whose concerns have changed what it does next, and set a timer for it."""
        site = Site(self.day, self.staged, self._draws, self._meant)
        minded = what_members_mind(self.day)
        for seat in self._seats:
            concerns = what_matters(self.day, seat, minded)
            planned = self._agenda.get(seat)
            if self._depends.get(seat) == concerns and not (planned and planned.due < self.day.now):
                continue
            self._depends[seat] = concerns
            act = None if seat in self.people else next_act(site, seat)
            self._agenda.pop(seat, None)
            self._held.pop(seat, None)
            if act and self._awaits_a_person(act.event):
                self._held[seat] = act
            elif act:
                self._agenda[seat] = act
                self._timers.timeout(max(0, self._seconds(act.due) - self._timers.now))

    def held_seal(self) -> Act | None:
        """The closing seal that a script would set and that waits for a person's signature."""
        return next(iter(self._held.values()), None)

    def _awaits_a_person(self, act: e.AnyEvent) -> bool:
        """Whether the act carries the seal of somebody whom no script may sign for."""
        if not isinstance(act, e.SiteReleased | e.DayClosed):
            return False
        return any(seat_of(Role(signature.role), signature.person) in self.people for signature in act.signatures)

    def _first(self) -> tuple[str, Act]:
        """The act that is due first; equal moments in the order of seats."""
        return min(self._agenda.items(), key=lambda item: (item[1].due, self._order[item[0]]))

    def _seconds(self, at: datetime) -> float:
        """Timer time: seconds since the day began."""
        return (at - self.day.planned.at).total_seconds()


def untried(day: IssuanceDay, seat: str) -> IssuanceDay:
    """The day as if the seat had not tried what it was refused."""
    refused = {(f"{seat}/{event.place}", event.at) for event in day.refusals if event.seat == seat}
    others = tuple(event for event in day.refusals if event.seat != seat)
    return replace(day, refusals=others, last=dict(item for item in day.last.items() if item not in refused))


def first_event(staged: Staged, seed: int, run: int) -> e.DayPlanned:
    """The day as planned; its journal's id follows from scenario, seed and run."""
    scenario = staged.scenario
    return e.DayPlanned(
        at=datetime.combine(scenario.plan.date, scenario.start),
        seat=SYSTEM_SEAT,
        journal=digest(canonical([staged.digest, seed, run]))[:32],
        scenario=scenario.name,
        scenario_digest=staged.digest,
        rules=rules_digest(scenario.plan),
        seed=seed,
        run=run,
        plan=scenario.plan,
        blind=scenario.checking == "blind",
        by_eye=scenario.by_eye,
        curve=staged.anchor_digest,
    )
