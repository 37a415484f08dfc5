"""What a seat can do right now, made from nothing but what it may see: each thing with its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auction.commands.guard import role_of
from auction.language import Message, say
from auction.notice import BidObject, Method, Tail
from auction.plan import Role
from auction.wording import EVENT_NAMES, FIELD_NAMES

Seen = Mapping[str, Any]
"""What `Player.view` gives: plain data."""

MOST_BID_STEPS = 6


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing to type or to choose."""

    name: str
    label: Message
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing a seat can do: the kind of event, what it is about, and what has to be typed."""

    kind: str
    label: Message
    fixed: Mapping[str, str]
    """The event's fields that need no typing: window, bond, member, person."""
    form: tuple[FormField, ...] = ()
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
BID_FORM = tuple(
    field
    for number in range(1, MOST_BID_STEPS + 1)
    for field in (
        FormField(f"level{number}", say("标位 {number}", number=number)),
        FormField(f"amount{number}", say("投标量 {number}（亿元）", number=number)),
    )
)
CUSTODY_FORM = (
    FormField("CCDC", say("中央结算公司（亿元）")),
    FormField("CSDC-SH", say("中国结算上海分公司（亿元）")),
    FormField("CSDC-SZ", say("中国结算深圳分公司（亿元）")),
)
VOID_FORM = (
    FormField("reason", say("原因")),
    FormField("again", say("是否重新招标"), ("true", "false")),
    FormField("open", FIELD_NAMES["open"]),
    FormField("close", FIELD_NAMES["close"]),
)
SEALS = frozenset({"site_released", "day_closed"})
"""Acts that carry the signature of more than the one who does them."""

DEVICES_FORM = (FormField("devices", say("设备件数")),)


def todos(seen: Seen) -> tuple[Todo, ...]:
    """Everything the seat can do now, what it has to do next first."""
    allowed = set(seen["allowed"])
    duty = seen.get("duty") or {}
    if duty.get("kind") in SEALS:
        allowed.add(duty["kind"])
    found = [todo for todo in _all(seen) if todo.kind in allowed]
    marked = [
        Todo(todo.kind, todo.label, todo.fixed, todo.form, _is_due(todo, duty))
        for todo in found
    ]
    return tuple(sorted(marked, key=lambda todo: not todo.due))


def _is_due(todo: Todo, duty: Mapping[str, str]) -> bool:
    return todo.kind == duty.get("kind") and todo.place in (duty.get("place"), duty.get("person"), "")


def _all(seen: Seen) -> Iterator[Todo]:
    role, name = role_of(seen["seat"])
    yield from _site(seen)
    for window in seen["windows"]:
        yield from _window(window)
        for issue in window["issues"]:
            yield from _issue(window, issue, role, name)
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
        ("site_inspected", site["inspected"]),
        ("site_sealed", False),
        ("register_closed", site["register_closed"]),
        ("site_released", not site["register_closed"]),
    ):
        if not done:
            yield _plain(kind)


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


def _issue(window: Seen, issue: Seen, role: Role, name: str) -> Iterator[Todo]:
    bond, phase = issue["documents"]["bond"], window["phase"]
    if phase == "PREPARED":
        forms = (TERMS_FORM, TERMS_FORM, RANGE_FORM, RANGE_FORM)
        kinds = ("notice_entered", "notice_checked", "range_entered", "range_checked")
        for kind, form in zip(kinds, forms, strict=True):
            label = say("{what} {about}", what=EVENT_NAMES[kind], about=bond)
            yield Todo(kind, label, {"bond": bond}, form)
    if role is Role.UNDERWRITER:
        about = {"bond": bond, "member": name}
        if phase == "OPEN":
            yield Todo("bid_received", say("投标 {bond}", bond=bond), about, BID_FORM)
            if issue.get("own"):
                yield Todo("bid_withdrawn", say("撤回投标 {bond}", bond=bond), about)
        if phase == "SIGNED" and any(float(bid["awarded"]) for bid in issue.get("result", {}).get("own_bids", ())):
            yield Todo("custody_filed", say("债权托管申请书 {bond}", bond=bond), about, CUSTODY_FORM)


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
