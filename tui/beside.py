"""What the room shows beside the seat's own view: who can sit, how long the result takes, what was announced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auction import events as e
from auction.commands.guard import role_of
from auction.commands.trouble import announced_as_signed
from auction.day import IssuanceDay
from auction.outcome import Json
from auction.plan import Plan, Role
from auction.quantities import print_amount, print_rate
from auction.testkey import electronic_test_key
from sim.acting import seats_of
from sim.branching import INSTRUCTOR
from tui.trouble import ASKED, FORM_ACTS, PACES, STEP


def seats_for_people(plan: Plan) -> tuple[str, ...]:
    """Every seat of the day that people can sit in: the site's, the instructor's, the members'."""
    seats = {seat: role_of(seat)[0] for seat in seats_of(plan)}
    site = [seat for seat, role in seats.items() if role not in (Role.SYSTEM, Role.UNDERWRITER)]
    return (*site, INSTRUCTOR, *(seat for seat, role in seats.items() if role is Role.UNDERWRITER))


def beside(day: IssuanceDay, seat: str) -> dict[str, Json]:
    """The sign-off clock; for whoever may correct it what was announced; for a member the forms it sent."""
    role, name = role_of(seat)
    shown: dict[str, Json] = {"signoff": signoff(day)}
    if role is day.plan.acting(Role.OPERATOR) and day.announced:
        shown["announced"] = announced(day)
    if role is Role.UNDERWRITER:
        shown["own_forms"] = [
            {"number": f.received.number, "bond": f.received.bond, "keyed": f.keyed, "set_aside": f.set_aside}
            for f in day.forms
            if f.received.member == name
        ]
    return shown


def signoff(day: IssuanceDay) -> dict[str, Json]:
    """When each window closed, and when its result had all its signatures."""
    shown: dict[str, Json] = {}
    for window, state in day.windows.items():
        closed, signed = (day.since.get(f"{kind}:{window}") for kind in ("window_closed", "result_signed"))
        if closed:
            complete = signed if signed and state.phase.value in ("SIGNED", "CUSTODY_CLOSED") else None
            shown[window] = {"closed": closed.isoformat(), "signed": complete.isoformat() if complete else None}
    return shown


def announced(day: IssuanceDay) -> dict[str, Json]:
    """What the announcement says of each bond, beside the signed result."""
    signed = announced_as_signed(day)
    return {
        bond: {"announced": _figures(said), "signed": _figures(signed[bond])}
        for bond, said in day.announced.items()
        if bond in signed
    }


def _figures(said: e.Announced) -> Json:
    price = None if said.price is None else print_rate(said.price)
    return {"price": price, "issued": print_amount(said.issued)}


def kind_told(event: e.AnyEvent) -> str:
    """What somebody is said to have to do; of a form that came in not whether it is good."""
    return ASKED if event.kind in FORM_ACTS else event.kind


def sees_incident(seen: Mapping[str, Any], number: int) -> bool:
    """Whether a seat's view holds the incident of that number."""
    return any(incident["number"] == number for incident in seen["incidents"])


def is_listed(event: e.AnyEvent) -> bool:
    """Whether an event is shown in a list of what happened: not what was refused, nor each step of the clock."""
    stepped = isinstance(event, e.ClockSet) and event.pace == STEP
    return not (stepped or isinstance(event, e.ActionRefused))


def told_of(event: e.AnyEvent, answers: Mapping[int, str]) -> str | None:
    """What those are told who hear of an event that carries words for them; `answers` to the incidents they see."""
    match event:
        case e.IncidentAnswered():
            return answers.get(event.number)
        case e.IncidentOccurred():
            return str(event.symptom) if event.symptom else None
        case e.NoteTaken():
            return event.text
        case e.ClockSet():
            return str(PACES.get(event.pace, event.pace))
        case e.DayBranched():
            return event.left_journal
    return None


def with_test_key(event: e.AnyEvent, day: IssuanceDay) -> e.AnyEvent:
    """A member's form under the test key that its machine computes; any other event as it is."""
    if not isinstance(event, e.EmergencyFormReceived):
        return event
    key = electronic_test_key(day.planned.journal, event.member, event.bond, event.steps)
    return event.model_copy(update={"test_key": key})
