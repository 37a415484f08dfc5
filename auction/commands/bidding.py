"""Commands of the window: open, bid, withdraw, close, deliver and recompute the result, void."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from auction import events as e
from auction.book import Bid
from auction.bookbuilding import cross_subscriptions
from auction.breach import Breach
from auction.checks import Standing, amount_in_lots, blocking, judge_bids
from auction.commands.guard import SITE, Command, CommandTable, role_of, ruled, window_state
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.desk import desk_of, figures_of, result_of, rules_of
from auction.errors import OutOfOrder, Refused
from auction.language import say
from auction.notice import MemberClass
from auction.plan import Role
from auction.recomputation import LEADS_TAKE_IT, agrees

BANKS = frozenset({MemberClass.LEAD_BANK, MemberClass.BANK})
"""Who sells over the counter."""


def open_window(day: IssuanceDay, event: e.WindowOpened) -> e.WindowOpened:
    """The window opens at its time, not before. Raises OutOfOrder."""
    due = day.plan.window(event.window).open
    if event.at < datetime.combine(day.plan.date, due):
        raise OutOfOrder([ruled(day, "bid.window", event.window, say("{due} 才到开始时间", due=due))])
    return event


def close_window(day: IssuanceDay, event: e.WindowClosed) -> e.WindowClosed:
    """The window closes once its time has passed: a bid of that very second is still in. Raises OutOfOrder."""
    due = day.plan.window(event.window).close
    if event.at <= datetime.combine(day.plan.date, due):
        raise OutOfOrder([ruled(day, "bid.window", event.window, say("{due} 才到截止时间", due=due))])
    return event


def receive_bid(day: IssuanceDay, event: e.BidReceived) -> e.BidReceived:
    """A member's whole submission for one issue; it stands only if nothing in it breaks a rule. Raises Refused."""
    require_own_book(day, event.seat, event.member)
    desk = desk_of(day, event.bond)
    require_electronic(day, event.bond, event.member)
    if not event.steps:
        raise Refused([desk.breach("bid.lot", event.member, say("投标书里没有标位"))])
    if event.at.date() != day.plan.date:
        window = day.plan.window_of(event.bond)
        times = {"time": event.at, "open": window.open, "close": window.close}
        sentence = say("投标时间 {time} 不在 {open} 至 {close} 之内", **times)
        raise Refused([desk.breach("bid.window", event.member, sentence)])
    bids = [Bid(n, event.member, s.level, s.amount, event.at.time()) for n, s in enumerate(event.steps, start=1)]
    against = [breach for found in judge_bids(bids, desk).values() for breach in found]
    told = tuple(breach for n, breach in enumerate(against) if breach not in against[:n])
    if blocking(told):
        raise Refused(told)
    return event.model_copy(update={"warnings": told})


def order_for_counter(day: IssuanceDay, event: e.CounterOrdered) -> e.CounterOrdered:
    """A bank's order for its counter, of an amount alone. Raises Refused."""
    require_own_book(day, event.seat, event.member)
    desk, subject = desk_of(day, event.bond), event.member
    if desk.notice.counter is None:
        raise Refused([desk.breach("counter.amount", subject, say("{bond} 没有柜台部分", bond=event.bond))])
    if day.plan.members[subject] not in BANKS:
        sentence = say("{member} 不是银行，不能在柜台发售", member=subject)
        raise Refused([desk.breach("counter.amount", subject, sentence)])
    require_in_window(day, event.bond, event.at, subject)
    in_lots = amount_in_lots(Bid(1, subject, Decimal(), event.amount, event.at.time()), Standing(), desk)
    if in_lots:
        raise Refused([in_lots])
    return event


def require_in_window(day: IssuanceDay, bond: str, at: datetime, member: str) -> None:
    """What arrives before the close may stand. Raises Refused."""
    window = day.plan.window_of(bond)
    opens, closes = (datetime.combine(day.plan.date, time) for time in (window.open, window.close))
    if not opens <= at <= closes:
        times = {"time": at, "open": window.open, "close": window.close}
        sentence = say("投标时间 {time} 不在 {open} 至 {close} 之内", **times)
        raise Refused([ruled(day, "bid.window", member, sentence)])


def play_member(day: IssuanceDay, event: e.MemberPlayed) -> e.MemberPlayed:
    """A person sits down at a member's desk."""
    require_own_book(day, event.seat, event.member)
    return event


def withdraw_bid(day: IssuanceDay, event: e.BidWithdrawn) -> e.BidWithdrawn:
    """A member takes its standing submission back before the close. Raises Refused."""
    require_own_book(day, event.seat, event.member)
    require_electronic(day, event.bond, event.member)
    if event.member not in day.window_of(event.bond).submissions[event.bond]:
        raise Refused([ruled(day, "bid.window", event.member, say("{member} 没有可撤回的投标", member=event.member))])
    if event.at > datetime.combine(day.plan.date, day.plan.window_of(event.bond).close):
        raise Refused([ruled(day, "bid.window", event.member, say("截标之后不能撤回投标"))])
    return event


def require_electronic(day: IssuanceDay, bond: str, member: str) -> None:
    """A member of whom an emergency form was keyed in no longer bids electronically. Raises Refused."""
    if any(form.keyed and (form.received.bond, form.received.member) == (bond, member) for form in day.forms):
        sentence = say("{member} 已用应急投标书投标，不能再用电子方式投标", member=member)
        raise Refused([ruled(day, "emergency.form_only", member, sentence)])


def require_own_book(day: IssuanceDay, seat: str, member: str) -> None:
    """A member bids for itself. Raises Refused."""
    if role_of(seat)[1] != member:
        sentence = say("{seat} 不能代 {member} 投标", seat=seat, member=member)
        raise Refused([ruled(day, "bid.syndicate", seat, sentence)])


def deliver_result(day: IssuanceDay, event: e.ResultDelivered) -> e.ResultDelivered:
    """The issuing system's result, computed where the proposal brings none."""
    return event.model_copy(update={"figures": event.figures or figures(day, event.window)})


def recompute_result(day: IssuanceDay, event: e.ResultRecomputed) -> e.ResultRecomputed:
    """出标: the desk's own recomputation of every award agrees with the system's. Raises Refused."""
    state = window_state(day, event)
    if not state.figures:
        raise OutOfOrder([ruled(day, "result.recomputation", event.window, say("发行系统尚未给出结果"))])
    own, warnings = figures(day, event.window), list[Breach]()
    shortfall = rules_of(day.plan).get("underwriting.shortfall")
    for bond in state.sheets:
        desk, book = desk_of(day, bond), state.bids(bond)
        agreed = agrees(result_of(day, bond), book, desk.notice, shortfall.value if shortfall else LEADS_TAKE_IT)
        if not agreed or own[bond] != state.figures[bond]:
            sentence = say("{bond} 的系统结果与本台复算不一致", bond=bond)
            raise Refused([ruled(day, "result.recomputation", bond, sentence)])
        warnings += cross_subscriptions(book, desk)
    return event.model_copy(update={"figures": own, "warnings": tuple(warnings)})


def figures(day: IssuanceDay, window: str) -> Mapping[str, e.Figures]:
    """The figures of every issue of the window, from its standing bids."""
    return {bond: figures_of(day, bond) for bond in day.windows[window].sheets}


def void_window(day: IssuanceDay, event: e.WindowVoided) -> e.WindowVoided:
    """All bids of the window are void, for a stated reason. Raises Refused without one."""
    if not event.reason.strip():
        raise Refused([ruled(day, "order.window", event.window, say("作废须写明原因"))])
    window = day.plan.window(event.window)
    opens = event.times.open if event.times else window.open
    if event.again and (opens <= event.at.time() if event.times else window.close < event.at.time()):
        raise Refused([ruled(day, "order.window", event.window, say("重新招标须给出尚未到的开始时间和截止时间"))])
    return event


SYSTEM, MEMBER = frozenset({Role.SYSTEM}), frozenset({Role.UNDERWRITER})
OPEN, CLOSED = frozenset({WindowPhase.OPEN}), frozenset({WindowPhase.CLOSED})
VOIDABLE = frozenset({WindowPhase.SENT, WindowPhase.OPEN, WindowPhase.CLOSED, WindowPhase.CLEARED})

BIDDING_COMMANDS: CommandTable = {
    e.MemberPlayed: Command(play_member, MEMBER, frozenset({Phase.PLANNED, Phase.SITE_SEALED})),
    e.WindowOpened: Command(open_window, SYSTEM, SITE, frozenset({WindowPhase.SENT})),
    e.BidReceived: Command(receive_bid, MEMBER, SITE, OPEN),
    e.BidWithdrawn: Command(withdraw_bid, MEMBER, SITE, OPEN),
    e.CounterOrdered: Command(order_for_counter, MEMBER, SITE, OPEN),
    e.WindowClosed: Command(close_window, SYSTEM, SITE, OPEN),
    e.ResultDelivered: Command(deliver_result, SYSTEM, SITE, CLOSED),
    e.ResultRecomputed: Command(recompute_result, frozenset({Role.OPERATOR}), SITE, CLOSED),
    e.WindowVoided: Command(void_window, frozenset({Role.LEAD_OFFICER}), SITE, VOIDABLE),
}
