"""Commands of emergency bidding (应急投标): a form by fax and recorded line, keyed in with the supervisor standing by.

Source: 财库〔2012〕39号, rules.md 3. The last valid bid counts; once a form is keyed in, the member bids by form only.
"""

from __future__ import annotations

from datetime import datetime

from auction import events as e
from auction.book import Bid
from auction.breach import Breach
from auction.checks import blocking, judge_bids
from auction.commands.bidding import require_own_book
from auction.commands.guard import SITE, Command, CommandTable, ruled
from auction.day import EmergencyForm, IssuanceDay, WindowPhase
from auction.desk import desk_of
from auction.errors import OutOfOrder, Refused
from auction.language import Message, say
from auction.plan import Role
from auction.testkey import electronic_test_key

RULE = "emergency.form"


def receive_form(day: IssuanceDay, event: e.EmergencyFormReceived) -> e.EmergencyFormReceived:
    """A form comes in as it is: whether it is good, and in time, is for the site to see. Raises Refused."""
    require_own_book(day, event.seat, event.member)
    return event.model_copy(update={"number": day.forms_received + 1})


def key_bid(day: IssuanceDay, event: e.EmergencyBidKeyed) -> e.EmergencyBidKeyed:
    """A good form is keyed in as it stands, and judged as any bid. Raises Refused with everything against it."""
    form = waiting_form(day, event)
    if day.window_of(event.bond).figures:
        raise OutOfOrder([ruled(day, "emergency.late", event.member, say("发行系统已经给出结果，不能再录入"))])
    against = list(unfit_form(day, form))
    if not day.present(Role.SUPERVISOR):
        against.append(ruled(day, "site.supervision", event.member, say("录入应急投标须监督员在场")))
    if event.steps != form.received.steps:
        against.append(ruled(day, RULE, event.member, say("录入的标位、投标量与应急投标书不一致")))
    if against:
        raise Refused(tuple(against))
    desk, at = desk_of(day, event.bond), form.received.at.time()
    bids = [Bid(n, event.member, step.level, step.amount, at) for n, step in enumerate(event.steps, start=1)]
    found = [breach for each in judge_bids(bids, desk).values() for breach in each]
    told = tuple(breach for n, breach in enumerate(found) if breach not in found[:n])
    if blocking(told):
        raise Refused(told)
    return event.model_copy(update={"warnings": told})


def set_aside(day: IssuanceDay, event: e.EmergencyFormSetAside) -> e.EmergencyFormSetAside:
    """A form is not processed, for a stated reason. Raises Refused without one."""
    waiting_form(day, event)
    if not event.reason.strip():
        raise Refused([ruled(day, RULE, event.member, say("应急投标书不予处理须写明原因"))])
    return event


def waiting_form(day: IssuanceDay, event: e.EmergencyBidKeyed | e.EmergencyFormSetAside) -> EmergencyForm:
    """The form the event is about. Raises Refused where there is none, or it was processed."""
    about = (event.bond, event.member, event.number)
    for form in day.forms:
        if (form.received.bond, form.received.member, form.received.number) == about and form.waiting:
            return form
    sentence = say("没有 {member} 第 {number} 号待处理的应急投标书", member=event.member, number=event.number)
    raise Refused([ruled(day, RULE, event.member, sentence)])


def unfit_form(day: IssuanceDay, form: EmergencyForm) -> tuple[Breach, ...]:
    """Everything for which a form is not processed: no call, a wrong seal or test key, too late, or a bid stands."""
    got, told = form.received, list[tuple[str, Message]]()
    if not got.announced:
        told.append(("emergency.form", say("{member} 没有先用录音电话告知", member=got.member)))
    if not got.seal_right:
        told.append(("emergency.form", say("{member} 的应急投标书印鉴与预留的不符", member=got.member)))
    if got.test_key != electronic_test_key(day.planned.journal, got.member, got.bond, got.steps):
        told.append(("emergency.form", say("{member} 的电子密押核不上", member=got.member)))
    standing = day.window_of(got.bond).submissions[got.bond].get(got.member)
    closes = datetime.combine(day.plan.date, day.plan.window_of(got.bond).close)
    if got.at > closes:
        late = say("{member} 的应急投标书 {at} 才到，招标时间已过", member=got.member, at=f"{got.at:%H:%M:%S}")
        told.append(("emergency.late", late))
    if standing and standing.at > got.at:
        newer = say("{member} 在这份应急投标书之后又有有效投标，以最后一次为准", member=got.member)
        told.append(("emergency.last_valid", newer))
    if standing and standing.steps == got.steps:
        same = say("{member} 的应急投标书与已有投标内容相同，不予处理", member=got.member)
        told.append(("emergency.identical", same))
    return tuple(ruled(day, rule, got.member, sentence) for rule, sentence in told)


OPERATOR, MEMBER = frozenset({Role.OPERATOR}), frozenset({Role.UNDERWRITER})
TO_BE_KEYED = frozenset({WindowPhase.OPEN, WindowPhase.CLOSED})
"""A form that came in before the close may be keyed until the system gives its result (assumed)."""

EMERGENCY_COMMANDS: CommandTable = {
    e.EmergencyFormReceived: Command(receive_form, MEMBER, SITE, TO_BE_KEYED),
    e.EmergencyBidKeyed: Command(key_bid, OPERATOR, SITE, TO_BE_KEYED),
    e.EmergencyFormSetAside: Command(set_aside, OPERATOR, SITE, TO_BE_KEYED),
}
