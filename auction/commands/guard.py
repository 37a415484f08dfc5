"""What every command stands on: who may give it, in which phase, and how a refusal is worded and cited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from auction import events as e
from auction.breach import Basis, Breach
from auction.checks import marked
from auction.day import IssuanceDay, Phase, WindowPhase, WindowState
from auction.desk import rules_of
from auction.errors import NotYourSeat, OutOfOrder, Refused
from auction.language import Message, listed, say
from auction.plan import Role
from auction.wording import PHASE_NAMES, ROLE_NAMES, WINDOW_PHASE_NAMES

SITE = frozenset({Phase.SITE_SEALED})


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a seat may ask for: it takes the event as proposed and returns it as it will stand, or raises."""

    decide: Callable[[IssuanceDay, Any], e.AnyEvent]
    roles: frozenset[Role]
    phases: frozenset[Phase]
    window_phases: frozenset[WindowPhase] | None = None
    """Where the command is about a window or one of its issues."""


CommandTable = Mapping[type[e.Event], Command]


@lru_cache(maxsize=1024)
def role_of(seat: str) -> tuple[Role, str]:
    """A seat's role and the name in it. Raises NotYourSeat for a seat nobody knows."""
    word, _, name = seat.partition(":")
    if word not in set(Role) or not name or (word == Role.SYSTEM and name != "system"):
        raise NotYourSeat([unruled("seat.unknown", seat, say("没有 {seat} 这个席位", seat=seat))])
    return Role(word), name


def seat_of(role: Role, name: str) -> str:
    """The seat of a role and the name in it."""
    return f"{role.value}:{name}"


def require_seat(day: IssuanceDay, event: e.AnyEvent, command: Command) -> None:
    """The seat exists, is taken, and has the role the command needs. Raises NotYourSeat."""
    role, name = role_of(event.seat)
    roles = roles_on(day, command)
    if role not in roles:
        allowed = listed([ROLE_NAMES[r] for r in Role if r in roles])
        sentence = say("此事应由 {allowed} 办理，不能由 {role} 办理", allowed=allowed, role=ROLE_NAMES[role])
        raise NotYourSeat([ruled(day, "seat.role", event.seat, sentence)])
    if role is Role.UNDERWRITER and name not in day.plan.members:
        sentence = say("{member} 不是承销团成员", member=name)
        raise NotYourSeat([ruled(day, "bid.syndicate", event.seat, sentence)])
    if role in OFF_SITE or isinstance(event, e.SeatTaken):
        return
    seated = day.seats.get(name)
    if seated is None or seated.person.role is not role:
        sentence = say("{name} 没有坐在 {role} 的席位上", name=name, role=ROLE_NAMES[role])
        raise NotYourSeat([ruled(day, "seat.role", event.seat, sentence)])


OFF_SITE = frozenset({Role.UNDERWRITER, Role.SYSTEM, Role.INSTRUCTOR})
"""Who takes no seat on the site."""


def roles_on(day: IssuanceDay, command: Command) -> frozenset[Role]:
    """The roles that may give a command on the day: in a book-build the bookrunner gives the department's."""
    return frozenset(day.plan.acting(role) for role in command.roles)


def require_phase(day: IssuanceDay, event: e.AnyEvent, command: Command) -> None:
    """The day and the window stand where the command is due. Raises OutOfOrder."""
    if day.closed or day.phase not in command.phases:
        phases = listed([PHASE_NAMES[phase] for phase in Phase if phase in command.phases])
        sentence = say("当日处于“{got}”，此事应在“{phases}”办理", got=PHASE_NAMES[day.phase], phases=phases)
        raise OutOfOrder([ruled(day, "order.day", event.seat, sentence)])
    if command.window_phases is None:
        return
    state = window_state(day, event)
    if state.phase not in command.window_phases:
        phases = listed([WINDOW_PHASE_NAMES[phase] for phase in WindowPhase if phase in command.window_phases])
        sentence = say("本场处于“{got}”，此事应在“{phases}”办理", got=WINDOW_PHASE_NAMES[state.phase], phases=phases)
        raise OutOfOrder([ruled(day, "order.window", event.seat, sentence)])


HELD_BY_OBJECTION = (e.SiteSealed, e.NoticesSent, e.AwardConfirmed, e.AwardChecked, e.ResultSigned, e.SiteReleased)
"""What waits until the supervisor's objection is settled (assumed)."""


def require_no_objection(day: IssuanceDay, event: e.AnyEvent) -> None:
    """Nothing decisive happens while the supervisor objects. Raises Refused."""
    if day.objection and isinstance(event, HELD_BY_OBJECTION):
        sentence = say("监督员提出异议，尚未了结：{reason}", reason=day.objection.reason)
        raise Refused([ruled(day, "site.supervision", event.seat, sentence)])


def require_no_hold(day: IssuanceDay, event: e.AnyEvent) -> None:
    """What an incident holds up waits until it is answered. Raises Refused."""
    held = None if isinstance(event, e.IncidentAnswered) else day.hold(event.seat, event.kind)
    if held:
        sentence = say("突发情况尚未处置，此事须等：{symptom}", symptom=held.occurred.symptom or held.occurred.incident)
        raise Refused([unruled("incident.held", event.seat, sentence)])


def window_state(day: IssuanceDay, event: e.AnyEvent) -> WindowState:
    """The window the event is about. Raises Refused for an unknown window or bond."""
    name, bond = getattr(event, "window", None), getattr(event, "bond", None)
    try:
        return day.windows[name] if name else day.window_of(str(bond))
    except KeyError:
        sentence = say("当日没有 {name} 这一场次或债券", name=name or bond)
        raise Refused([unruled("order.window", event.seat, sentence)]) from None


def ruled(day: IssuanceDay, rule: str, subject: str, message: Message) -> Breach:
    """A breach with the citation of the rule in force on the day, or none where no rule is known."""
    known = rules_of(day.plan).get(rule)
    if known is None:
        return unruled(rule, subject, message)
    citation, severity = marked(known.citation, known.basis), known.severity
    return Breach(rule=rule, citation=citation, subject=subject, message=message, basis=known.basis, severity=severity)


def unruled(rule: str, subject: str, message: Message) -> Breach:
    """A breach of the desk's own order, which no text states."""
    citation = marked("演练室办事顺序", Basis.ASSUMED)
    return Breach(rule=rule, citation=citation, subject=subject, message=message)
