"""What a seat can do right now, made from nothing but what it may see: each thing with its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from auction.commands.guard import role_of
from auction.language import Message, say
from auction.notice import BidObject, Method, Tail
from auction.plan import Role
from auction.wording import EVENT_NAMES, FIELD_NAMES

Seen = Mapping[str, Any]
"""What `Player.view` gives: plain data."""

MOST_BID_STEPS = 10
YES_NO = ("true", "false")


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing to type or to choose."""

    name: str
    label: Message
    choices: tuple[str, ...] = ()
    row: Message | None = None
    """What a row of several fields is called; fields with the same one stand on one line."""


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing a seat can do: the kind of event, what it is about, and what has to be typed."""

    kind: str
    label: Message
    fixed: Mapping[str, str]
    """The event's fields that need no typing: window, bond, member, person."""
    form: tuple[FormField, ...] = ()
    filled: Mapping[str, str] = field(default_factory=dict)
    """What the form begins with."""
    due: bool = False
    """Whether this is what the seat has to do next."""

    @property
    def place(self) -> str:
        """The window, bond or person it is about."""
        return next((self.fixed[name] for name in ("bond", "window", "person") if name in self.fixed), "")


TERMS_FORM = (
    FormField("method", FIELD_NAMES["method"], tuple(method.value for method in Method)),
    FormField("object", FIELD_NAMES["object"], tuple(each.value for each in BidObject)),
    FormField("tenor", FIELD_NAMES["tenor"]),
    FormField("offered", FIELD_NAMES["offered"]),
    FormField("frequency", FIELD_NAMES["frequency"], ("1", "2")),
    FormField("tick", FIELD_NAMES["tick"]),
    FormField("lot", FIELD_NAMES["lot"]),
    FormField("tail", FIELD_NAMES["tail"], tuple(tail.value for tail in Tail)),
    FormField("open", FIELD_NAMES["open"]),
    FormField("close", FIELD_NAMES["close"]),
)
RANGE_FORM = (FormField("low", FIELD_NAMES["low"]), FormField("high", FIELD_NAMES["high"]))


def step_name(number: int) -> Message:
    """What the row of one level and its amount is called."""
    return say("第 {number} 笔", number=number)


BID_FORM = tuple(
    step
    for number in range(1, MOST_BID_STEPS + 1)
    for step in (
        FormField(f"level{number}", say("标位 {number}", number=number), row=step_name(number)),
        FormField(f"amount{number}", say("投标量 {number}", number=number), row=step_name(number)),
    )
)
COUNTER_FORM = (FormField("amount", FIELD_NAMES["amount"]),)
CUSTODY_FORM = (
    FormField("CCDC", say("中央结算公司")),
    FormField("CSDC-SH", say("中国结算上海分公司")),
    FormField("CSDC-SZ", say("中国结算深圳分公司")),
)
VOID_FORM = (
    FormField("reason", FIELD_NAMES["reason"]),
    FormField("again", FIELD_NAMES["again"], YES_NO),
    FormField("open", FIELD_NAMES["open"]),
    FormField("close", FIELD_NAMES["close"]),
)
SEALS = frozenset({"site_released", "day_closed"})
"""Acts that carry the signature of more than the one who does them."""

INSPECTION_FORM = (
    FormField("people", say("人员齐全、无外人"), YES_NO),
    FormField("communications", say("设备入柜、屏蔽开启"), YES_NO),
    FormField("emergency", say("应急线路可用"), YES_NO),
    FormField("remark", FIELD_NAMES["remark"]),
)
OBJECTION_FORM = (FormField("reason", FIELD_NAMES["reason"]),)
SETTLING_FORM = (FormField("answer", FIELD_NAMES["answer"]),)
DEVICES_FORM = (FormField("devices", say("设备件数")),)


def todos(seen: Seen) -> tuple[Todo, ...]:
    """Everything the seat can do now, what it has to do next first."""
    allowed = set(seen["allowed"])
    duty = seen.get("duty") or {}
    if duty.get("kind") in SEALS:
        allowed.add(duty["kind"])
    found = [todo for todo in _all(seen) if todo.kind in allowed]
    marked = [replace(todo, due=_is_due(todo, duty)) for todo in found]
    return tuple(sorted(marked, key=lambda todo: not todo.due))


def _is_due(todo: Todo, duty: Mapping[str, str]) -> bool:
    return todo.kind == duty.get("kind") and todo.place in (duty.get("place"), duty.get("person"), "")


def _all(seen: Seen) -> Iterator[Todo]:
    role, name = role_of(seen["seat"])
    yield from _site(seen)
    for window in seen["windows"]:
        yield from _window(window)
        for issue in window["issues"]:
            yield from _issue(window, issue, role, name, seen.get("checking") == "review")
    yield from (_plain(kind) for kind in ("result_published", "settlement_recorded", "day_closed"))


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
