"""When scripted seats act: a pure function (state, own draws) -> the next act with its moment."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from auction import events as e
from auction.commands.guard import HELD_BY_OBJECTION, role_of, seat_of
from auction.day import IssuanceDay
from auction.plan import Plan, Role
from sim.members import member
from sim.staff import STAFF, Duty, Site, sealed
from sim.system import SEAT as SYSTEM_SEAT
from sim.system import clockwork


@dataclass(frozen=True, slots=True)
class Act:
    """What a seat will propose, and when."""

    due: datetime
    event: e.AnyEvent


def seats_of(plan: Plan) -> tuple[str, ...]:
    """Every seat of the day, in the order in which equal moments are settled."""
    staff = tuple(seat_of(person.role, person.name) for person in plan.roster)
    return (SYSTEM_SEAT, *dict.fromkeys(staff), *(seat_of(Role.UNDERWRITER, name) for name in plan.members))


def next_act(site: Site, seat: str) -> Act | None:
    """What the seat does next and when; None while it has nothing to do."""
    role, _ = role_of(seat)
    if site.day.closed:
        return None
    if role is Role.SYSTEM:
        return _earliest(site, seat, clockwork(site))
    if role is Role.UNDERWRITER:
        return _earliest(site, seat, member(site, seat))
    draw = site.draws.stream(seat, site.day.acts.get(seat, 0))
    shortest, longest = site.staged.scenario.staff.delay_s
    delay = timedelta(seconds=int(draw.integers(shortest, longest + 1)))
    duties = (duty for duty in STAFF[role](site, seat, draw) if not held(site.day, duty))
    duty = next((duty for duty in duties if not tried(site.day, seat, duty)), None)
    if duty is None:
        return None
    return _act(site, duty.act, max(duty.since, site.day.last.get(seat, duty.since)) + delay)


def _earliest(site: Site, seat: str, duties: Iterable[Duty]) -> Act | None:
    due = [duty for duty in duties if not tried(site.day, seat, duty)]
    first = min(due, key=lambda duty: duty.since, default=None)
    return _act(site, first.act, first.since) if first else None


def _act(site: Site, act: e.AnyEvent, due: datetime) -> Act:
    at = max(due, site.day.now)
    act = act.model_copy(update={"at": at})
    return Act(at, sealed(site, act) if isinstance(act, e.SiteReleased | e.DayClosed) else act)


def held(day: IssuanceDay, duty: Duty) -> bool:
    """Whether the act waits for the supervisor's objection to be settled."""
    return day.objection is not None and isinstance(duty.act, HELD_BY_OBJECTION)


def tried(day: IssuanceDay, seat: str, duty: Duty) -> bool:
    """Whether the seat was refused this very act since it could first do it: it does not insist."""
    act = (seat, duty.act.kind, e.place_of(duty.act))
    return any((r.seat, r.action, r.place) == act and r.at >= duty.since for r in day.refusals)


def what_matters(day: IssuanceDay, seat: str) -> Hashable:
    """What a seat's next act depends on besides its draws: while this stays the same, so does the act."""
    if role_of(seat)[0] is Role.UNDERWRITER:
        phases = tuple((state.phase, len(state.attempts)) for state in day.windows.values())
        return day.phase, phases, day.acts.get(seat, 0), day.closed
    return day.head.count
