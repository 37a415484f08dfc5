"""What a seat may do and may see, in one place: `allowed(seat, day)` and `view(day, seat)`.

`view` is the only way out of the state for anybody who sits in a room. It is built up from nothing: what is not
put in is not shown. Before a window closes no seat sees a level, an amount or a hash of a bid but its own, nor
the journal's head, the seed, or, for a blind checker, the operator's first entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from auction import events as e
from auction.breach import Breach
from auction.canonical import canonical
from auction.commands import COMMANDS
from auction.commands.award import custody_deadline, waiting_for_custody
from auction.commands.guard import role_of, roles_on, unruled
from auction.commands.sheet import unfit_for_sending
from auction.commands.site import unfit_for_sealing
from auction.counter import CounterResult
from auction.day import (
    BEFORE_CLOSE,
    SEALED,
    EmergencyForm,
    Incident,
    IssuanceDay,
    Sheet,
    Warned,
    WindowPhase,
    WindowState,
)
from auction.desk import counter_of, desk_of, has_range
from auction.errors import NotYourSeat
from auction.language import say
from auction.outcome import Json, Result
from auction.plan import ON_SITE, Issue, Role, Window
from auction.quantities import print_amount, print_rate
from auction.testkey import electronic_test_key

DESK = frozenset({Role.OPERATOR, Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR, Role.BOOKRUNNER})
SEES_SHEETS = DESK | {Role.OBSERVER}
OFF_ROSTER = frozenset({Role.SYSTEM, Role.INSTRUCTOR})


def allowed(seat: str, day: IssuanceDay) -> tuple[str, ...]:
    """The kinds of event the seat may propose now, by its role and the phases; a command may still refuse."""
    role, _ = role_of(seat)
    phases = frozenset(state.phase for state in day.windows.values())
    return tuple(
        e.kind_of(kind)
        for kind, command in COMMANDS.items()
        if role in roles_on(day, command)
        and not day.closed
        and day.phase in command.phases
        and (command.window_phases is None or command.window_phases & phases)
        and ABOUT_SOMETHING.get(kind, _always)(day, role)
    )


def _always(day: IssuanceDay, role: Role) -> bool:
    return True


def _incident_waits(day: IssuanceDay, role: Role) -> bool:
    return any(i.waiting and role in map(day.plan.acting, i.occurred.answered_by) for i in day.incidents)


def _form_waits(day: IssuanceDay, role: Role) -> bool:
    return any(form.waiting for form in day.forms)


ABOUT_SOMETHING: Mapping[type[e.Event], Callable[[IssuanceDay, Role], bool]] = {
    e.IncidentAnswered: _incident_waits,
    e.EmergencyBidKeyed: _form_waits,
    e.EmergencyFormSetAside: _form_waits,
}
"""What is allowed only while there is something that it could be about."""


def view(day: IssuanceDay, seat: str) -> dict[str, Json]:
    """Everything the seat may see, as plain data. Raises NotYourSeat for a seat nobody knows."""
    role, name = known_seat(day, seat)
    seen: dict[str, Json] = {
        "seat": seat,
        "now": day.now.isoformat(),
        "phase": day.phase.value,
        "closed": day.closed,
        "issuer": day.plan.issuer,
        "date": day.plan.date.isoformat(),
        "members": len(day.plan.members),
        "site": _site(day),
        "allowed": _texts(allowed(seat, day)),
        "windows": [_window(day, window, role, name) for window in day.plan.windows],
        "refusals": _told(day, seat, role, day.refusals),
        "warnings": _told(day, seat, role, day.warnings),
    }
    seen["incidents"] = [_incident(i, role, day) for i in day.incidents if _sees(role, name, i, day)]
    if role in (day.plan.acting(Role.OPERATOR), Role.SUPERVISOR):
        seen["forms"] = [_form(day, form) for form in day.forms]
    if role in ON_SITE:
        seen["checking"] = "blind" if day.planned.blind else "review"
        seen["objection"] = day.objection.reason if day.objection else None
    if role is day.plan.acting(Role.LEAD_OFFICER):
        seen["unfit_for_sealing"] = _breaches(unfit_for_sealing(day))
    return seen


OF_BIDS = (e.BidReceived, e.BidWithdrawn, e.CounterOrdered, e.MemberPlayed)
OF_THE_INSTRUCTOR = (e.NoteTaken, e.ClockSet, e.DayBranched)
ANNOUNCED = (e.NoticesSent, e.WindowOpened, e.WindowClosed, e.WindowVoided, e.ResultSigned, e.ResultPublished)


def hears(seat: str, event: e.AnyEvent) -> bool:
    """Whether a seat learns, as it happens, that something was done; of bids nobody does but the bidder."""
    role, name = role_of(seat)
    if event.seat == seat:
        return True
    if isinstance(event, OF_BIDS):
        return False
    if role is Role.INSTRUCTOR:
        return True
    if isinstance(event, e.IncidentOccurred):
        return role in event.seen_by and (role is not Role.UNDERWRITER or event.subject == name)
    if isinstance(event, OF_THE_INSTRUCTOR):
        return False
    return role in ON_SITE or isinstance(event, ANNOUNCED)


def known_seat(day: IssuanceDay, seat: str) -> tuple[Role, str]:
    """The role and the name of a seat that this day has. Raises NotYourSeat."""
    role, name = role_of(seat)
    on_roster = any((person.role, person.name) == (role, name) for person in day.plan.roster)
    if on_roster or role in OFF_ROSTER or (role is Role.UNDERWRITER and name in day.plan.members):
        return role, name
    raise NotYourSeat([unruled("seat.unknown", seat, say("没有 {seat} 这个席位", seat=seat))])


def _sees(role: Role, name: str, incident: Incident, day: IssuanceDay) -> bool:
    """Whether a role sees an incident; a member sees only what befalls itself."""
    seen_by = incident.occurred.seen_by
    if role is Role.UNDERWRITER and incident.occurred.subject != name:
        return False
    return role is Role.INSTRUCTOR or role in {*seen_by, *(day.plan.acting(each) for each in seen_by)}


def _incident(incident: Incident, role: Role, day: IssuanceDay) -> Json:
    """What a role sees of an incident, with the answers that are its to give."""
    occurred = incident.occurred
    answering = incident.waiting and role in {day.plan.acting(each) for each in occurred.answered_by}
    return {
        "number": occurred.number,
        "incident": occurred.incident,
        "at": occurred.at.isoformat(),
        "place": occurred.place,
        "subject": occurred.subject,
        "symptom": str(occurred.symptom) if occurred.symptom else None,
        "answers": [{"id": a.id, "words": str(a.words)} for a in occurred.answers] if answering else [],
        "waiting": incident.waiting,
        "answer": str(incident.answer.words) if incident.answer else None,
        **({"detail": dict(occurred.detail)} if role is Role.INSTRUCTOR else {}),
    }


def _form(day: IssuanceDay, form: EmergencyForm) -> Json:
    """An emergency form as it lies on the desk, beside the test key that its content calls for."""
    got = form.received
    return {
        "number": got.number,
        "bond": got.bond,
        "member": got.member,
        "at": got.at.isoformat(),
        "steps": [{"level": print_rate(s.level), "amount": print_amount(s.amount)} for s in got.steps],
        "seal_right": got.seal_right,
        "announced": got.announced,
        "test_key": got.test_key,
        "test_key_due": electronic_test_key(day.planned.journal, got.member, got.bond, got.steps),
        "keyed": form.keyed,
        "set_aside": form.set_aside,
    }


def _site(day: IssuanceDay) -> Json:
    return {
        "seats": [
            {"person": s.person.name, "role": s.person.role.value, "played_by": s.played_by, "practice": s.practice}
            for s in day.seats.values()
        ],
        "registered": _texts(tuple(sorted(day.registered))),
        "devices": {name: count for name, count in sorted(day.devices.items())},
        "shielding": day.shielding,
        "recorded_line": day.recorded_line,
        "inspected": day.inspected,
        "register_closed": day.register_closed,
    }


def _window(day: IssuanceDay, window: Window, role: Role, name: str) -> Json:
    state = day.windows[window.id]
    seen: dict[str, Json] = {
        "id": window.id,
        "phase": state.phase.value,
        "open": window.open.isoformat(),
        "close": window.close.isoformat(),
        "attempts": len(state.attempts),
        "issues": [_issue(day, window, issue, role, name) for issue in window.issues],
    }
    if role is day.plan.acting(Role.OPERATOR) and state.phase is WindowPhase.PREPARED:
        seen["unfit_for_sending"] = _breaches(unfit_for_sending(day, window))
    if role in DESK and state.payload:
        seen["payload"] = payload_to_read(day, state.payload)
    if state.phase is WindowPhase.SIGNED:
        seen["custody_deadline"] = custody_deadline(day, window.id).isoformat()
        seen["custody_missing"] = len(waiting_for_custody(day, window.id))
    return seen


def payload_to_read(day: IssuanceDay, payload: str) -> str:
    """What the signers sign; while another window's bids are sealed, without the journal's head and the refusals."""
    if not any(state.phase in SEALED for state in day.windows.values()):
        return payload
    sealed = ("journal", "refusals")
    return canonical({key: value for key, value in json.loads(payload).items() if key not in sealed}).decode()


def _issue(day: IssuanceDay, window: Window, issue: Issue, role: Role, name: str) -> Json:
    state = day.windows[window.id]
    seen: dict[str, Json] = {
        "documents": issue.model_dump(mode="json"),
        "members_bid": len(state.submissions[issue.bond]),
        "range_due": has_range(day.plan, issue),
        "sheet": _sheet(day, state.sheets[issue.bond], state, role),
    }
    if role is Role.UNDERWRITER:
        seen["own"] = _own_book(state, issue.bond, name)
        if issue.counter:
            seen["own_counter"] = _own_order(state, issue.bond, name)
        if state.phase is not WindowPhase.PREPARED:
            seen["limits"] = _limits(day, issue.bond, name)
    result = state.results.get(issue.bond)
    if role in DESK and issue.bond in state.figures:
        seen["system"] = state.figures[issue.bond].model_dump(mode="json")
    if result and state.phase not in BEFORE_CLOSE:
        counter = counter_of(day, issue.bond, result)
        if role in DESK:
            seen["result"] = result.as_dict()
            seen["counter"] = counter.as_dict() if counter else None
        elif state.phase in (WindowPhase.SIGNED, WindowPhase.CUSTODY_CLOSED):
            seen["result"] = _announced(result, name)
            seen["counter"] = _announced_counter(counter, name) if counter else None
    return seen


def _sheet(day: IssuanceDay, sheet: Sheet, state: WindowState, role: Role) -> Json:
    """The sheet as it stands; once sent everybody sees it, a blind checker sees an entry only after checking it."""
    sent = state.phase is not WindowPhase.PREPARED
    blind = day.planned.blind and role is Role.CHECKER
    progress: dict[str, Json] = {
        "terms_entered": sheet.terms is not None,
        "terms_checked": sheet.terms_checked,
        "range_entered": sheet.range is not None,
        "range_checked": sheet.range_checked,
    }
    if not sent and role not in SEES_SHEETS:
        return progress
    compared = sheet.terms_checked or bool(sheet.terms_differences)
    if sheet.terms and (sent or not blind or compared):
        progress["terms"] = sheet.terms.model_dump(mode="json")
        progress["terms_differences"] = list(sheet.terms_differences)
        progress["second_terms"] = sheet.second_terms.model_dump(mode="json") if sheet.second_terms else None
    compared = sheet.range_checked or bool(sheet.range_differences)
    if sheet.range and (sent or not blind or compared):
        progress["range"] = sheet.range.model_dump(mode="json")
        progress["range_differences"] = list(sheet.range_differences)
        progress["second_range"] = sheet.second_range.model_dump(mode="json") if sheet.second_range else None
    return progress


def _own_book(state: WindowState, bond: str, member: str) -> Json:
    sent = state.submissions[bond].get(member)
    if sent is None:
        return None
    steps: list[Json] = [{"level": print_rate(s.level), "amount": print_amount(s.amount)} for s in sent.steps]
    return {"at": sent.at.isoformat(), "steps": steps}


def _own_order(state: WindowState, bond: str, member: str) -> Json:
    order = state.counter.get(bond, {}).get(member)
    return None if order is None else {"at": order.at.isoformat(), "amount": print_amount(order.amount)}


def _announced_counter(counter: CounterResult, member: str) -> Json:
    whole = counter.as_dict()
    lines = zip(_list(whole["orders"]), counter.orders, strict=True)
    own = [line for line, outcome in lines if outcome.bid.member == member]
    return {"amount": whole["amount"], "issued": whole["issued"], "own_orders": own}


def _limits(day: IssuanceDay, bond: str, member: str) -> Json:
    """What the member may bid, in 亿元 and ticks, each with its citation; nothing where there is no limit."""
    desk = desk_of(day, bond)
    if desk.syndicate is not None and member not in desk.syndicate:
        return []
    limits, member_class = desk.limits, day.plan.members[member]
    amounts = {
        "bid.level_min": limits.level_min,
        "bid.level_max": limits.level_max,
        f"min_bid_share.{member_class.value}": limits.member_min.get(member_class),
        f"max_bid_share.{member_class.value}": limits.member_max.get(member_class),
    }
    written = {rule: print_amount(amount) for rule, amount in amounts.items() if amount is not None}
    if limits.level_span is not None:
        written["bid.level_span"] = str(limits.level_span)
    return [
        {"rule": rule.partition("_share.")[0], "value": value, "citation": desk.cite(rule)[0]}
        for rule, value in written.items()
    ]


def _announced(result: Result, member: str) -> Json:
    """What a member or an observer learns once the result is signed: the figures, and the member's own lines."""
    whole = result.as_dict()
    lines = zip(_list(whole["bids"]), result.bids, strict=True)
    own = [line for line, outcome in lines if outcome.bid.member == member]
    figures = {key: value for key, value in whole.items() if key not in ("bids", "members")}
    return {**figures, "own_bids": own}


def _texts(words: tuple[str, ...]) -> list[Json]:
    return list(words)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _told(day: IssuanceDay, seat: str, role: Role, acts: Iterable[e.ActionRefused | Warned]) -> list[Json]:
    """Acts refused or warned of: a member sees its own; the desk sees those about bids only after the close."""
    seen: list[Json] = []
    for event in acts:
        of_bid = event.seat.startswith(f"{Role.UNDERWRITER.value}:")
        if event.seat != seat and (role not in DESK or (of_bid and _sealed(day, event))):
            continue
        told: dict[str, Json] = {"at": event.at.isoformat(), "seat": event.seat, "action": event.action}
        seen.append({**told, "breaches": _breaches(event.breaches)})
    return seen


def _sealed(day: IssuanceDay, event: e.ActionRefused | Warned) -> bool:
    """Whether the act may still speak of a sealed bid: any window it may belong to is not closed yet."""
    windows_of = {issue.bond: window.id for window in day.plan.windows for issue in window.issues}
    about = windows_of.get(event.place or "")
    known = [about] if about else list(day.windows)
    return any(day.windows[name].phase in BEFORE_CLOSE for name in known)


def _breaches(breaches: tuple[Breach, ...]) -> list[Json]:
    return [dict(breach.as_dict()) for breach in breaches]
