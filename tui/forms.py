"""What a person can do and what has to be typed for it: things to do, forms and their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from auction.language import Message, say
from auction.notice import BidObject, Method, Tail
from auction.wording import FIELD_NAMES

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
    choices: tuple[tuple[str, Message], ...] = ()
    """Of what can be chosen in place of a form: the value and the words."""

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

FORM_PAPER = (
    *BID_FORM,
    FormField("seal_right", say("加盖预留印鉴"), YES_NO),
    FormField("announced", say("先用录音电话告知"), YES_NO),
)
SETTING_ASIDE_FORM = (FormField("reason", FIELD_NAMES["reason"]),)
EXTENSION_FORM = (FormField("until", FIELD_NAMES["until"]), FormField("reason", FIELD_NAMES["reason"]))
CORRECTION_FORM = (
    FormField("price", say("票面利率或价格")),
    FormField("issued", say("实际发行面值")),
    FormField("reason", FIELD_NAMES["reason"]),
)
NOTE_FORM = (FormField("text", FIELD_NAMES["text"]),)
