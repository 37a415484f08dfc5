"""When scripted seats act: a pure function (state, own draws) -> the next act with its moment."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from auction import events as e
from auction.commands.guard import HELD_BY_OBJECTION, role_of, seat_of
from auction.day import IssuanceDay
from auction.plan import Plan, Role
from auction.trouble import ANYTHING
from sim.happening import strikes
from sim.members import member
from sim.staff import STAFF, Duty, Site, answering, sealed, sit_down
from sim.system import SEAT as SYSTEM_SEAT
from sim.system import clockwork


@dataclass(frozen=True, slots=True)
class Act:
    """What a seat will propose, and when."""

    due: datetime
    event: e.AnyEvent
    since: datetime
    """Since when the seat could have done it."""


def seats_of(plan: Plan) -> tuple[str, ...]:
    """Every seat of the day, in the order in which equal moments are settled."""
    staff = tuple(seat_of(person.role, person.name) for person in plan.roster)
    return (SYSTEM_SEAT, *dict.fromkeys(staff), *(seat_of(Role.UNDERWRITER, name) for name in plan.members))


def next_act(site: Site, seat: str) -> Act | None:
    """What the seat does next and when; None while it has nothing to do."""
    role, name = role_of(seat)
    if site.day.closed or site.day.is_away(name):
        return None
    if role is Role.SYSTEM:
        return _earliest(site, seat, clockwork(site))
    if role is Role.INSTRUCTOR:
        return _earliest(site, seat, (Duty(at, event) for at, event in strikes(site.staged, site.day, site.draws)))
    if role is Role.UNDERWRITER:
        return _earliest(site, seat, member(site, seat))
    draw = site.draws.stream(seat, site.day.acts.get(seat, 0))
    shortest, longest = site.staged.scenario.staff.delay_s
    delay = timedelta(seconds=int(draw.integers(shortest, longest + 1)))
    doing = sit_down(site, seat, draw) if stands_by(site.day, name) else STAFF[role](site, seat, draw)
    duties = (duty for duty in chain(answering(site, seat), doing) if not held(site.day, duty))
    duty = next((duty for duty in duties if not tried(site.day, seat, duty)), None)
    if duty is None:
        return None
    duty = replace(duty, since=max(duty.since, freed(site.day, duty.act)))
    return _act(site, duty, max(duty.since, site.day.last.get(seat, duty.since)) + delay)


def _earliest(site: Site, seat: str, duties: Iterable[Duty]) -> Act | None:
    due = [duty for duty in duties if not tried(site.day, seat, duty) and not held(site.day, duty)]
    first = min(due, key=lambda duty: duty.since, default=None)
    return _act(site, first, first.since) if first else None


def _act(site: Site, duty: Duty, due: datetime) -> Act:
    at = max(due, site.day.now)
    act = duty.act.model_copy(update={"at": at})
    whole = sealed(site, act) if isinstance(act, e.SiteReleased | e.DayClosed) else act
    return Act(at, whole, duty.since)


def held(day: IssuanceDay, duty: Duty) -> bool:
    """Whether the act waits for the supervisor's objection to be settled, or for an incident to be answered."""
    if not isinstance(duty.act, e.IncidentAnswered) and day.hold(duty.act.seat, duty.act.kind):
        return True
    return day.objection is not None and isinstance(duty.act, HELD_BY_OBJECTION)


def freed(day: IssuanceDay, act: e.AnyEvent) -> datetime:
    """When the last incident that held the act up was answered; the start of the day where none did."""
    answers = (
        incident.answered.at
        for incident in day.incidents
        if incident.answered
        and incident.occurred.held_seat in (None, act.seat)
        and not {act.kind, ANYTHING}.isdisjoint(incident.occurred.holds)
    )
    return max(answers, default=day.planned.at)


def stands_by(day: IssuanceDay, name: str) -> bool:
    """Whether a person is a deputy whose principal is there."""
    principal = next((person.deputy_for for person in day.plan.roster if person.name == name), None)
    return principal is not None and not day.is_away(principal)


def tried(day: IssuanceDay, seat: str, duty: Duty) -> bool:
    """Whether the seat was refused this very act since it could first do it: it does not insist."""
    act = (seat, duty.act.kind, e.place_of(duty.act))
    return any((r.seat, r.action, r.place) == act and r.at >= duty.since for r in day.refusals)


def what_members_mind(day: IssuanceDay) -> Hashable:
    """What every member's next act depends on besides its own acts and draws."""
    phases = tuple((state.phase, len(state.attempts)) for state in day.windows.values())
    troubles = tuple((incident.occurred.number, incident.answered is None) for incident in day.incidents)
    forms = tuple((form.keyed, form.waiting) for form in day.forms)
    return day.phase, phases, day.closed, troubles, forms


def what_matters(day: IssuanceDay, seat: str, minded: Hashable) -> Hashable:
    """What a seat's next act depends on besides its draws: while this stays the same, so does the act.

    `minded` is what members mind. Bids that come in are nothing to the site, but where one may be a form's double.
    """
    match role_of(seat)[0]:
        case Role.UNDERWRITER:
            return minded, day.acts.get(seat, 0)
        case Role.SYSTEM | Role.INSTRUCTOR:
            return day.head.count
    return bool(day.forms), day.head.count - (0 if day.forms else day.arrivals)
