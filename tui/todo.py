"""What a seat can do right now, made from nothing but what it may see: each thing with its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from auction.commands.guard import role_of
from auction.language import say
from auction.plan import Role
from auction.wording import EVENT_NAMES
from tui.forms import (
    BID_FORM,
    COUNTER_FORM,
    CUSTODY_FORM,
    DEVICES_FORM,
    INSPECTION_FORM,
    MOST_BID_STEPS,
    OBJECTION_FORM,
    SETTLING_FORM,
    VOID_FORM,
)
from tui.forms import RANGE_FORM as RANGE_FORM
from tui.forms import SEALS as SEALS
from tui.forms import TERMS_FORM as TERMS_FORM
from tui.forms import FormField as FormField
from tui.forms import Seen as Seen
from tui.forms import Todo as Todo
from tui.trouble import ASKED, FORM_ACTS, LOOKS, answering, correction, troubles


def todos(seen: Seen) -> tuple[Todo, ...]:
    """Everything the seat can do now, what it has to do next first."""
    allowed = {*seen["allowed"], *LOOKS}
    duty = seen.get("duty") or {}
    if role_of(seen["seat"])[0] is Role.INSTRUCTOR:
        allowed.add("day_branched")
    if duty.get("kind") in SEALS:
        allowed.add(duty["kind"])
    found = [todo for todo in _all(seen) if todo.kind in allowed]
    marked = [replace(todo, due=_is_due(todo, duty)) for todo in found]
    return tuple(sorted(marked, key=lambda todo: not todo.due))


def _is_due(todo: Todo, duty: Mapping[str, str]) -> bool:
    """Whether it is the thing to do; of a form that came in, keying it and setting it aside are equally due."""
    if todo.kind in FORM_ACTS and duty.get("kind") == ASKED:
        return todo.place == duty.get("place")
    return todo.kind == duty.get("kind") and todo.place in (duty.get("place"), duty.get("person"), "")


def _all(seen: Seen) -> Iterator[Todo]:
    role, name = role_of(seen["seat"])
    yield from answering(seen)
    if role is not Role.INSTRUCTOR:
        yield from _site(seen)
    for window in seen["windows"]:
        yield from _window(window)
        for issue in window["issues"]:
            yield from _issue(window, issue, role, name, seen.get("checking") == "review")
    yield from (_plain(kind) for kind in ("result_published", "settlement_recorded", "day_closed"))
    yield from troubles(seen)


def _plain(kind: str, **fixed: str) -> Todo:
    about = " ".join(fixed.values())
    label = say("{what} {about}", what=EVENT_NAMES[kind], about=about) if about else EVENT_NAMES[kind]
    return Todo(kind, label, fixed)


def _site(seen: Seen) -> Iterator[Todo]:
    site = seen["site"]
    for seat in site["seats"]:
        person = seat["person"]
        if person not in site["registered"]:
            yield _plain("person_registered", person=person)
        elif person not in site["devices"]:
            label = say("{what} {about}", what=EVENT_NAMES["devices_handed_in"], about=person)
            yield Todo("devices_handed_in", label, {"person": person}, DEVICES_FORM)
    for kind, done in (
        ("shielding_switched_on", site["shielding"]),
        ("recorded_line_tested", site["recorded_line"]),
        ("site_sealed", False),
        ("register_closed", site["register_closed"]),
        ("site_released", not site["register_closed"]),
    ):
        if not done:
            yield _plain(kind)
    if not site["inspected"]:
        yield Todo("site_inspected", EVENT_NAMES["site_inspected"], {}, INSPECTION_FORM)
    if seen.get("objection"):
        yield Todo("objection_settled", EVENT_NAMES["objection_settled"], {}, SETTLING_FORM)
    else:
        yield Todo("objection_raised", EVENT_NAMES["objection_raised"], {}, OBJECTION_FORM)


WINDOW_ACTS = {
    "PREPARED": ("notices_sent",),
    "CLOSED": ("result_recomputed",),
    "CLEARED": ("award_confirmed", "award_checked"),
    "CONFIRMED": ("result_signed",),
}
VOIDABLE = ("SENT", "OPEN", "CLOSED", "CLEARED")


def _window(window: Seen) -> Iterator[Todo]:
    for kind in WINDOW_ACTS.get(window["phase"], ()):
        yield _plain(kind, window=window["id"])
    if window["phase"] in VOIDABLE:
        label = say("{what} {about}", what=EVENT_NAMES["window_voided"], about=window["id"])
        yield Todo("window_voided", label, {"window": window["id"]}, VOID_FORM)


def _issue(window: Seen, issue: Seen, role: Role, name: str, review: bool) -> Iterator[Todo]:
    bond, phase = issue["documents"]["bond"], window["phase"]
    if phase == "PREPARED":
        for part, entering, checking, form in SHEET_PARTS if issue["range_due"] else SHEET_PARTS[:1]:
            entry = _typed(issue["sheet"].get(part), form)
            yield _about(entering, bond, form, entry)
            yield _about(checking, bond, form, entry if review else {})
    if role is Role.UNDERWRITER:
        about = {"bond": bond, "member": name}
        if phase == "OPEN":
            standing = issue.get("own")
            label = say("替换投标 {bond}", bond=bond) if standing else say("投标 {bond}", bond=bond)
            yield Todo("bid_received", label, about, BID_FORM, _steps_typed(standing))
            if standing:
                yield Todo("bid_withdrawn", say("撤回投标 {bond}", bond=bond), about)
            if issue["documents"].get("counter"):
                ordered = issue.get("own_counter") or {}
                filled = {"amount": ordered["amount"]} if ordered else {}
                label = say("{what} {about}", what=EVENT_NAMES["counter_ordered"], about=bond)
                yield Todo("counter_ordered", label, about, COUNTER_FORM, filled)
        if phase == "SIGNED" and any(float(bid["awarded"]) for bid in issue.get("result", {}).get("own_bids", ())):
            yield Todo("custody_filed", say("债权托管申请书 {bond}", bond=bond), about, CUSTODY_FORM)


SHEET_PARTS = (
    ("terms", "notice_entered", "notice_checked", TERMS_FORM),
    ("range", "range_entered", "range_checked", RANGE_FORM),
)


def _about(kind: str, bond: str, form: tuple[FormField, ...], filled: Mapping[str, str]) -> Todo:
    label = say("{what} {about}", what=EVENT_NAMES[kind], about=bond)
    return Todo(kind, label, {"bond": bond}, form, filled)


def _typed(entry: Seen | None, form: tuple[FormField, ...]) -> dict[str, str]:
    """An entry as it would stand in the form."""
    return {line.name: str(entry[line.name]) for line in form} if entry else {}


def _steps_typed(standing: Seen | None) -> dict[str, str]:
    """A standing submission as it would stand in the form."""
    steps = list(enumerate(standing["steps"], start=1)) if standing else []
    return {f"{name}{number}": step[name] for number, step in steps for name in ("level", "amount")}


def event_fields(todo: Todo, typed: Mapping[str, str], benchmark: Seen | None) -> dict[str, Any]:
    """The event's fields from what was typed; blank optional lines fall away."""
    filled = {name: text.strip() for name, text in typed.items() if text.strip()}
    match todo.kind:
        case "notice_entered":
            return {**todo.fixed, "terms": {**filled, "bond": todo.fixed["bond"]}}
        case "notice_checked":
            return {**todo.fixed, "terms": {**filled, "bond": todo.fixed["bond"]}, "differences": ()}
        case "range_entered" | "range_checked" if benchmark is not None:
            computed = {"curve": benchmark["curve"], "mean": benchmark["mean"]}
            entry = {**filled, **computed, "days": [each["day"] for each in benchmark["days"]]}
            return {**todo.fixed, "entry": entry, **({"differences": ()} if todo.kind == "range_checked" else {})}
        case "bid_received":
            return {**todo.fixed, "steps": bid_steps(filled)}
        case "emergency_form_received" | "emergency_bid_keyed":
            asked = {name: filled[name] for name in ("seal_right", "announced") if name in filled}
            return {**todo.fixed, "steps": bid_steps(filled), **asked}
        case "announcement_corrected":
            return {**todo.fixed, **correction(filled)}
        case "custody_filed":
            return {**todo.fixed, "split": filled}
        case "window_voided":
            times = {name: filled[name] for name in ("open", "close") if name in filled}
            plain = {name: filled[name] for name in ("reason", "again") if name in filled}
            return {**todo.fixed, **plain, **({"times": times} if times else {})}
        case "result_recomputed" | "award_confirmed" | "award_checked":
            return {**todo.fixed, "figures": {}}
        case "result_published":
            return {"digests": {}}
    return {**todo.fixed, **filled}


def bid_steps(filled: Mapping[str, str]) -> list[dict[str, str]]:
    """Levels and amounts that stand on the same line of the form."""
    steps = []
    for number in range(1, MOST_BID_STEPS + 1):
        step = {"level": filled.get(f"level{number}"), "amount": filled.get(f"amount{number}")}
        given = {name: text for name, text in step.items() if text}
        if given:
            steps.append(given)
    return steps
