"""When planned incidents strike: the scenario's hand, a scripted seat like any other.

Each has a stream of its own, so that what befalls whom does not depend on anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from numpy.random import Generator

from auction import events as e
from auction.commands.guard import seat_of
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.language import Message, say
from auction.plan import Plan, Role
from sim.draws import Draws
from sim.incidents import CATALOGUE
from sim.incidents.kind import About, Befallen, Kind

if TYPE_CHECKING:
    from sim.blocks import PlannedIncident
    from sim.scenario import Scenario, Staged

SCENARIO_SEAT = seat_of(Role.INSTRUCTOR, "scenario")

BEGINS: Mapping[str, str] = {
    Phase.PLANNED: "day_planned",
    Phase.SITE_SEALED: "site_sealed",
    Phase.RELEASED: "site_released",
    Phase.PUBLISHED: "result_published",
    Phase.SETTLED: "settlement_recorded",
    Phase.LISTED: "bonds_listed",
    WindowPhase.PREPARED: "site_sealed",
    WindowPhase.SENT: "notices_sent",
    WindowPhase.OPEN: "window_opened",
    WindowPhase.CLOSED: "window_closed",
    WindowPhase.CLEARED: "result_recomputed",
    WindowPhase.CONFIRMED: "award_checked",
    WindowPhase.SIGNED: "result_signed",
    WindowPhase.CUSTODY_CLOSED: "custody_closed",
}
"""The kind of event with which each phase begins."""


def strikes(staged: Staged, day: IssuanceDay, draws: Draws) -> Iterator[tuple[datetime, e.IncidentOccurred]]:
    """The planned incidents that have not struck yet and whose phase has come, each with its moment."""
    struck = {incident.occurred.planned for incident in day.incidents}
    for number, planned in enumerate(staged.scenario.incidents):
        kind, draw = CATALOGUE[planned.kind], draws.stream(f"incident/{number}")
        if number in struck or draw.random() >= float(planned.chance):
            continue
        place, subject = whereabouts(kind, planned, day.plan, draw)
        at = moment_of(planned, day, place, draw)
        if at is not None and in_time(kind, day, place) and can_occur(kind, day, place):
            yield at, incident_at(staged, day, kind, place, subject, draw).model_copy(
                update={"at": max(at, day.now), "seat": SCENARIO_SEAT, "planned": number}
            )


def incident_at(
    staged: Staged, day: IssuanceDay, kind: Kind, place: str | None, subject: str, draw: Generator
) -> e.IncidentOccurred:
    """The incident as it is recorded: what people on the site may know, and the hidden facts that make it up."""
    detail = kind.detail(staged, day, place, subject, draw) if kind.detail else {}
    befallen = Befallen(day.plan, place, subject, detail)
    return e.IncidentOccurred(
        at=day.now,
        seat=SCENARIO_SEAT,
        incident=kind.id,
        place=place,
        subject=subject,
        detail=detail,
        symptom=kind.symptom(befallen) if kind.symptom else None,
        seen_by=kind.seen_by,
        answered_by=kind.answered_by,
        answers=tuple(e.Answer(id=r.id, words=r.words, returns=r.returns) for r in kind.open_to(befallen)),
        holds=kind.holds,
        held_seat=seat_held(kind, day.plan, subject),
    )


def seat_held(kind: Kind, plan: Plan, subject: str) -> str | None:
    """The only seat that the incident holds up, if it is only one."""
    if not kind.holds_subject:
        return None
    roles = [person.role for person in plan.roster if person.name == subject]
    return seat_of(roles[0] if roles else Role.UNDERWRITER, subject)


def whereabouts(kind: Kind, planned: PlannedIncident, plan: Plan, draw: Generator) -> tuple[str | None, str]:
    """The window or bond, and the person or member: as planned, else drawn from those whom it can befall."""
    people = [person.name for person in plan.roster if person.role in kind.roles and person.deputy_for is None]
    able = people if kind.about is About.PERSON else list(plan.members) if kind.about is About.MEMBER else [""]
    subject = planned.who or able[int(draw.integers(len(able)))]
    places = places_for(kind, plan, planned.place)
    if kind.about is About.ISSUE and planned.bond is None and places:
        return places[int(draw.integers(len(places)))], subject
    return planned.place or next(iter(places), None), subject


def places_for(kind: Kind, plan: Plan, within: str | None = None) -> tuple[str, ...]:
    """The windows or bonds that this kind can befall, in the order of the day; nothing where it is about the site."""
    windows = [window for window in plan.windows if within in (None, window.id, *(i.bond for i in window.issues))]
    if kind.about is About.ISSUE:
        bonds = [issue.bond for window in windows for issue in window.issues if within in (None, window.id, issue.bond)]
        return tuple(bond for bond in bonds if kind.fits is None or kind.fits(plan, bond))
    of_window = not kind.moments.isdisjoint(frozenset(WindowPhase))
    if not of_window:
        return ()
    return tuple(window.id for window in windows if kind.fits is None or kind.fits(plan, window.id))


def can_occur(kind: Kind, day: IssuanceDay, place: str | None) -> bool:
    """Whether the day is such that this happens."""
    return kind.occurs is None or (place is not None and kind.occurs(day, place))


def moment_of(planned: PlannedIncident, day: IssuanceDay, place: str | None, draw: Generator) -> datetime | None:
    """When it is to strike; None before its phase has begun."""
    if planned.at is not None:
        return datetime.combine(day.plan.date, planned.at)
    begins, window = BEGINS[str(planned.phase)], window_named(day.plan, place)
    of_window = str(planned.phase) in set(WindowPhase) and planned.phase != WindowPhase.PREPARED
    began = day.since.get(f"{begins}:{window}" if of_window else begins)
    low, high = planned.after_s
    return None if began is None else began + timedelta(seconds=int(draw.integers(low, high + 1)))


def in_time(kind: Kind, day: IssuanceDay, place: str | None) -> bool:
    """Whether the day, or the window, stands where this kind can happen."""
    window = window_named(day.plan, place)
    standing = {str(day.phase), *([str(day.windows[window].phase)] if window else ())}
    return not standing.isdisjoint(map(str, kind.moments))


def window_named(plan: Plan, place: str | None) -> str | None:
    """The window that a window or bond is, or is in; of a day with one window that one."""
    if place is None:
        return plan.windows[0].id if len(plan.windows) == 1 else None
    windows = {window.id: window.id for window in plan.windows}
    return {**windows, **{issue.bond: window.id for window in plan.windows for issue in window.issues}}.get(place)


def faults_of(planned: PlannedIncident, scenario: Scenario) -> Iterator[tuple[tuple[str, ...], Message]]:
    """What is wrong with a planned incident, each with its field."""
    kind, plan = CATALOGUE.get(planned.kind), scenario.plan
    if kind is None:
        known = "、".join(sorted(CATALOGUE))
        yield ("kind",), say("没有 {kind} 这种突发情况，已有：{known}", kind=planned.kind, known=known)
        return
    if planned.phase is not None and planned.phase not in BEGINS:
        yield ("phase",), say("没有 {phase} 这个阶段，已有：{known}", phase=planned.phase, known="、".join(BEGINS))
    elif planned.phase is not None and not can_strike_in(kind, planned.phase):
        facts = {"kind": kind.id, "moments": "、".join(sorted(map(str, kind.moments))), "phase": planned.phase}
        yield ("phase",), say("{kind} 只会发生在 {moments}，不在 {phase}", **facts)
    elif planned.phase == Phase.LISTED or (planned.phase == Phase.SETTLED and scenario.end == Phase.SETTLED):
        yield ("phase",), say("当日到 {end} 为止，等不到 {phase}", end=scenario.end, phase=planned.phase)
    if planned.place is not None and window_named(plan, planned.place) is None:
        yield ("bond" if planned.bond else "window",), say("当日没有 {name} 这一场次或债券", name=planned.place)
    elif planned.bond is None and kind.about is About.ISSUE and planned.window is not None:
        yield ("window",), say("{kind} 落在一期债券上，请写 bond", kind=kind.id)
    elif kind.fits and not places_for(kind, plan, planned.place):
        place = planned.place or plan.date
        yield ("bond" if planned.bond else "window" if planned.window else "kind",), say(
            "{kind} 不会落在 {place} 上", kind=kind.id, place=place
        )
    yield from whom_it_befalls(kind, planned, plan)


def whom_it_befalls(kind: Kind, planned: PlannedIncident, plan: Plan) -> Iterator[tuple[tuple[str, ...], Message]]:
    """What is wrong with the person or member that is named, or with there being none."""
    able = {person.name for person in plan.roster if person.role in kind.roles}
    able = set(plan.members) if kind.about is About.MEMBER else able
    if kind.about in (About.PERSON, About.MEMBER) and not able:
        yield ("kind",), say("名册上没有 {kind} 会落在其身上的人", kind=kind.id)
    elif planned.who is not None and planned.who not in able:
        yield ("who",), say("{who} 不在名册上，或 {kind} 不会落在其身上", who=planned.who, kind=kind.id)


def can_strike_in(kind: Kind, phase: str) -> bool:
    """Whether this kind can happen in a phase; while the site is sealed, in every phase of its windows too."""
    of_window = phase in set(WindowPhase)
    return phase in set(map(str, kind.moments)) or (of_window and Phase.SITE_SEALED in kind.moments)
