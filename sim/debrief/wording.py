"""How a debrief says who, when, how long, how much and by which rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from auction.breach import Basis, Breach, Severity
from auction.checks import marked
from auction.commands.guard import role_of
from auction.day import IssuanceDay
from auction.desk import rules_of
from auction.language import Message, _, say
from auction.plan import Role
from auction.quantities import half_up
from auction.wording import ROLE_NAMES
from sim.happening import SCENARIO_SEAT

OUR_OWN_ORDER = "演练室办事顺序"
"""What a demand rests on for which no text was found."""


def names(seat: str) -> str:
    """The role and the person in a seat."""
    role, name = role_of(seat)
    if seat == SCENARIO_SEAT:
        return _("场景")
    return str(ROLE_NAMES[role]) if role is Role.SYSTEM else f"{ROLE_NAMES[role]} {name}"


def roles(found: Iterable[Role]) -> str:
    """Roles in a row."""
    return together(str(ROLE_NAMES[role]) for role in found)


def together(words: Iterable[str]) -> str:
    """Words in a row."""
    return _("、").join(words)


def labelled(label: object, text: object) -> str:
    """A text with what it is about."""
    return _("{label}：{text}").format(label=label, text=text)


def backed(text: object, rests_on: object) -> str:
    """A text with what it rests on, or is about."""
    return _("{text}（{citation}）").format(text=text, citation=rests_on)


def clock(at: datetime) -> str:
    """The time of day."""
    return f"{at:%H:%M:%S}"


def date_and_clock(at: datetime) -> str:
    """The day of the year and the time of day."""
    return f"{at:%m-%d %H:%M:%S}"


def lasting(span: timedelta) -> str:
    """How long something took."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return str(say("{hours} 小时 {minutes} 分", hours=hours, minutes=minutes))
    if minutes:
        return str(say("{minutes} 分 {seconds} 秒", minutes=minutes, seconds=seconds))
    return str(say("{seconds} 秒", seconds=seconds))


TEN_THOUSAND = Decimal(10**4)
HUNDRED_MILLION = Decimal(10**8)


def yuan(amount: Decimal) -> str:
    """Money in the unit in which it is read."""
    if amount >= HUNDRED_MILLION:
        return str(say("{amount} 亿元", amount=f"{half_up(amount / HUNDRED_MILLION, 2):,}"))
    if amount >= TEN_THOUSAND:
        return str(say("{amount} 万元", amount=f"{half_up(amount / TEN_THOUSAND, 2):,}"))
    return str(say("{amount} 元", amount=f"{half_up(amount, 2):,}"))


def cited(breach: Breach) -> str:
    """What a breach rests on, with its mark."""
    return breach.citation or breach.rule


def cited_rule(day: IssuanceDay, rule: str | None) -> str:
    """The text a rule rests on, with its mark; the room's own order where no text is known."""
    known = rules_of(day.plan).get(rule) if rule else None
    if known is None:
        return marked(OUR_OWN_ORDER, Basis.ASSUMED)
    return marked(known.citation, known.basis)


def ruled_label(day: IssuanceDay, rule: str) -> str:
    """What a rule says, in a few words; its name where nobody knows it."""
    known = rules_of(day.plan).get(rule)
    return known.label if known else rule


WEIGHTS = {Basis.SOURCE: 3, Basis.DERIVED: 3, Basis.PRACTICE: 2, Basis.ASSUMED: 1}
"""How much a broken rule weighs by how it is known; one that only wishes weighs nothing."""


def weight_of(day: IssuanceDay, rule: str | None) -> int:
    """What breaking a rule weighs, 0 to 3."""
    known = rules_of(day.plan).get(rule) if rule else None
    if known is None or known.severity is Severity.WARNING:
        return 0
    return WEIGHTS[known.basis]


def told(message: Message | None) -> str:
    """A message in the reader's language; nothing where there is none."""
    return "" if message is None else str(message)
