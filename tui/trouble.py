"""What a seat can do when something goes wrong, and what only the instructor can, made from what it sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from auction.commands.guard import role_of
from auction.errors import bad_input
from auction.language import Message, say
from auction.plan import Role
from auction.quantities import parse_amount, parse_number
from auction.wording import EVENT_NAMES
from tui.actions import BACK, INJECT, NOTE, PACE, SHOW_DEBRIEF, SHOW_INCIDENTS, SHOW_WAITING
from tui.forms import (
    BID_FORM,
    CORRECTION_FORM,
    EXTENSION_FORM,
    FORM_PAPER,
    NOTE_FORM,
    SETTING_ASIDE_FORM,
    Seen,
    Todo,
)

INCIDENTS, FORM, WAITING, DEBRIEF = "incidents_seen", "form_seen", "waiting_seen", "debrief_seen"
LOOKS = frozenset({INCIDENTS, FORM, WAITING, DEBRIEF})
"""What is only looked at."""
FORM_ACTS = frozenset({"emergency_bid_keyed", "emergency_form_set_aside"})
ASKED = "emergency_form_received"
"""What the operator is said to have to do about a form: to decide which of the two it is."""

STEP = "step"
PACES: Mapping[str, Message] = {
    "paused": say("暂停"),
    "real": say("实时"),
    "five": say("五倍"),
    "sixty": say("六十倍"),
    "full": say("全速"),
    STEP: say("一步"),
}
"""The paces of the clock, by the names that the journal has for them."""


def answering(seen: Seen) -> Iterator[Todo]:
    """What went wrong and is this seat's to answer; the answers stand in no order that gives the right one away."""
    for incident in seen.get("incidents", ()):
        if incident["answers"]:
            key = f"{incident['at']}/{incident['number']}"
            mixed = sorted(incident["answers"], key=lambda answer: crc32(f"{key}/{answer['id']}".encode()))
            choices = tuple((answer["id"], say("{words}", words=answer["words"])) for answer in mixed)
            label = say("处置：{symptom}", symptom=incident["symptom"] or EVENT_NAMES["incident_occurred"])
            yield Todo("incident_answered", label, {"number": str(incident["number"])}, choices=choices)


def troubles(seen: Seen) -> Iterator[Todo]:
    """Forms, extension, correction, a look at what went wrong; for the instructor, everything there is to do."""
    role, name = role_of(seen["seat"])
    if role is Role.INSTRUCTOR:
        yield from _instructing(seen)
        return
    yield from _forms(seen, role)
    for window in seen["windows"]:
        if window["phase"] != "OPEN":
            continue
        label = say("{what} {about}", what=EVENT_NAMES["window_extended"], about=window["id"])
        yield Todo("window_extended", label, {"window": window["id"]}, EXTENSION_FORM)
        for issue in window["issues"] if role is Role.UNDERWRITER else ():
            bond = issue["documents"]["bond"]
            about = {"bond": bond, "member": name}
            yield Todo("emergency_form_received", say("应急投标书 {bond}", bond=bond), about, FORM_PAPER)
    for bond in seen.get("announced", ()):
        label = say("{what} {about}", what=EVENT_NAMES["announcement_corrected"], about=bond)
        yield Todo("announcement_corrected", label, {"bond": bond}, CORRECTION_FORM)
    if seen.get("incidents"):
        yield Todo(INCIDENTS, say("突发情况（{count} 项）", count=len(seen["incidents"])), {})


def _forms(seen: Seen, role: Role) -> Iterator[Todo]:
    for form in seen.get("forms", ()):
        about = {"bond": form["bond"], "member": form["member"], "number": str(form["number"])}
        words = {"number": form["number"], "member": form["member"]}
        if role is Role.SUPERVISOR:
            yield Todo(FORM, say("第 {number} 号应急投标书 {member}", **words), about)
        elif not form["keyed"] and form["set_aside"] is None:
            keyed = say("录入第 {number} 号应急投标书 {member}", **words)
            yield Todo("emergency_bid_keyed", keyed, about, BID_FORM)
            aside = say("第 {number} 号应急投标书 {member}：不予处理", **words)
            yield Todo("emergency_form_set_aside", aside, about, SETTING_ASIDE_FORM)


def _instructing(seen: Seen) -> Iterator[Todo]:
    paces = tuple((name, words) for name, words in PACES.items() if name != STEP)
    yield Todo("incident_occurred", INJECT.on_desk, {})
    yield Todo("note_taken", NOTE.on_desk, {}, NOTE_FORM)
    yield Todo("clock_set", PACE.on_desk, {}, choices=paces)
    yield Todo("day_branched", BACK.on_desk, {})
    yield Todo(WAITING, SHOW_WAITING.on_desk, {})
    count = len(seen.get("incidents", ()))
    yield Todo(INCIDENTS, say("{words}（{count} 项）", words=SHOW_INCIDENTS.on_desk, count=count), {})
    yield Todo(DEBRIEF, SHOW_DEBRIEF.on_desk, {})


def correction(filled: Mapping[str, str]) -> dict[str, Any]:
    """A corrected announcement from what was typed. Raises BadInput for what cannot be read."""
    names = {field.name: field.label for field in CORRECTION_FORM}
    read = {"price": parse_number, "issued": parse_amount}
    announced: dict[str, Any] = {"price": None}
    for name, parse in read.items():
        try:
            announced |= {name: parse(filled[name])} if name in filled else {}
        except ValueError as error:
            raise bad_input(say("{reason}", reason=error), field=str(names[name])) from None
    if "issued" not in announced:
        raise bad_input(say("缺少必填项"), field=str(names["issued"]))
    return {"announced": announced, "reason": filled.get("reason", "")}
