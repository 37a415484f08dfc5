"""Public and directed underwriting (公开承销、定向承销): the range, the orders, the allotment, the shortfall.

Source: 财库〔2018〕68号 as far as seen (rules.md 2). The lowest rates come first until the planned amount is reached;
the last of them is the coupon, and all pay par. How the cut-off is shared is assumed unless the notice says it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from auction.book import Bid, Book
from auction.breach import Basis, Breach, Severity
from auction.checks import NOTICE_CITATION, Desk, marked, unnamed_creditor
from auction.clearing import clear, member_awards
from auction.fill import share_margin
from auction.language import Message, say
from auction.notice import BidObject, Margin, MemberClass, Method, Notice
from auction.offer import Allotment
from auction.outcome import BidOutcome, Reason, Result, Status
from auction.quantities import print_amount, print_rate
from auction.takeup import Shares, clear_beside_base, closing_time, split, taken_up

LEADS = (MemberClass.LEAD_BANK, MemberClass.LEAD_BROKER)
NO_COVER, UNSHARED = Decimal("0.00"), Decimal("1.00")


def award(book: Book, desk: Desk) -> Result:
    """The result of an issue by its notice's method, a base amount included. Raises BadInput."""
    return clear_beside_base(book, desk) if desk.notice.method.is_tender else underwrite(book, desk)


def underwrite(orders: Book, desk: Desk) -> Result:
    """Fill the book best level first, allot the cut-off, and let the leads take up what is short. Raises BadInput."""
    notice = desk.notice
    tender = clear(orders, replace(desk, notice=notice.model_copy(update={"method": Method.SINGLE_PRICE})))
    result = replace(tender, method=notice.method)
    if notice.method is Method.DIRECTED_UNDERWRITING:
        result = replace(result, bids=tuple(_named_creditor(outcome, desk) for outcome in result.bids))
    if notice.allotment and notice.allotment is not Allotment.PRO_RATA:
        result = _allotted(result, notice.allotment, desk)
    return _balance_taken_up(result, desk) if result.short and notice.method.is_public else result


def leads_of(desk: Desk) -> Shares:
    """The leads of the notice with their shares, else those of the syndicate, who share alike."""
    if desk.notice.leads is not None:
        return desk.notice.leads
    return {member: None for member, member_class in (desk.syndicate or {}).items() if member_class in LEADS}


def pro_rata(orders: Sequence[Bid], left: int, margin: Margin, leads: Collection[str]) -> dict[int, int]:
    """All orders at the cut-off alike, by amount."""
    return share_margin(orders, left, margin)


def leads_first(orders: Sequence[Bid], left: int, margin: Margin, leads: Collection[str]) -> dict[int, int]:
    """The leads' orders at the cut-off before the others', by amount among either."""
    first = [order for order in orders if order.member in leads]
    rest = [order for order in orders if order.member not in leads]
    wanted = sum(order.amount for order in first)
    if wanted >= left:
        return dict.fromkeys((order.line for order in rest), 0) | share_margin(first, left, margin)
    return {order.line: order.amount for order in first} | share_margin(rest, left - wanted, margin)


ALLOTMENTS: Mapping[Allotment, Callable[[Sequence[Bid], int, Margin, Collection[str]], dict[int, int]]] = {
    Allotment.PRO_RATA: pro_rata,
    Allotment.LEADS_FIRST: leads_first,
}
"""How orders at the cut-off share what the better ones leave: less than all of them ask."""

ALLOTMENT_NAMES: Mapping[Allotment, Message] = {
    Allotment.PRO_RATA: say("按申购量比例"),
    Allotment.LEADS_FIRST: say("主承销商优先"),
}


def _allotted(result: Result, policy: Allotment, desk: Desk) -> Result:
    """The result with its cut-off shared by the policy."""
    at_cutoff = [o for o in result.bids if o.bid.level == result.cutoff and o.status is not Status.REJECTED]
    total, left = sum(o.bid.amount for o in at_cutoff), sum(o.awarded for o in at_cutoff)
    if total == left:
        return result
    shares = ALLOTMENTS[policy]([o.bid for o in at_cutoff], left, desk.notice.marginal, leads_of(desk).keys())
    price = next(o.pays for o in at_cutoff if o.awarded)
    amounts = {"total": print_amount(total), "left": print_amount(left)}

    def allotted(outcome: BidOutcome) -> BidOutcome:
        bid, share = outcome.bid, shares[outcome.bid.line]
        sentence = say(
            "最终标位 {level} 上共申购 {total} 亿元，余 {left} 亿元配售，{policy}：申购 {amount} 亿元，得 {share} 亿元",
            level=print_rate(bid.level),
            policy=ALLOTMENT_NAMES[policy],
            amount=print_amount(bid.amount),
            share=print_amount(share),
            **amounts,
        )
        status = Status.WON if share == bid.amount else Status.PARTLY_WON if share else Status.LOST
        reason = Reason("underwriting.allotment", NOTICE_CITATION, sentence)
        return BidOutcome(bid, status, (reason,), share, price if share else None)

    outcomes = tuple(allotted(o) if o.bid.line in shares else o for o in result.bids)
    return replace(result, bids=outcomes, members=member_awards(outcomes))


def _balance_taken_up(result: Result, desk: Desk) -> Result:
    """What orders leave is taken by the leads at the coupon; with no order at all, at the dear end of the range."""
    leads, known = leads_of(desk), desk.rules.get("underwriting.shortfall") if desk.rules else None
    if not leads or (known and known.value == "short"):
        return result
    if result.price is None:
        result = _priced_by_the_range(result, desk.notice)
    if result.price is None:
        return result
    level, balance = print_rate(result.price), result.offered - result.issued
    at_level = say("包销按最终标位 {level}", level=level)
    at_end = say("没有有效申购，包销按区间端点 {level}", level=level)
    priced = at_level if result.issued else at_end

    def why(member: str, part: int) -> tuple[Reason, ...]:
        amounts = {"balance": print_amount(balance), "part": print_amount(part)}
        taken = say("申购不足，差额 {balance} 亿元由主承销商包销，{member} 包销 {part} 亿元", member=member, **amounts)
        return (
            Reason("underwriting.shortfall", desk.cite("underwriting.shortfall")[0], taken),
            Reason("underwriting.shortfall", marked(NOTICE_CITATION, Basis.ASSUMED), priced),
        )

    return taken_up(result, split(balance, leads, desk.notice.marginal.lot), why, closing_time(desk.notice))


def _priced_by_the_range(result: Result, notice: Notice) -> Result:
    """A book without orders at the end of the range that is dearest for the issuer; without a range it stays failed."""
    if notice.range is None:
        return result
    level = notice.range.high if notice.object is BidObject.RATE else notice.range.low
    return replace(result, cutoff=level, price=level, cover=NO_COVER, weighted_average=level, marginal_cover=UNSHARED)


def _named_creditor(outcome: BidOutcome, desk: Desk) -> BidOutcome:
    """A refusal of somebody who is not on the list, in the words of a directed issue."""
    if outcome.status is not Status.REJECTED:
        return outcome
    breach = unnamed_creditor(outcome.bid.member, desk)
    unknown = Reason(breach.rule, breach.citation, breach.message)
    reasons = tuple(unknown if reason.rule == "bid.syndicate" else reason for reason in outcome.reasons)
    return replace(outcome, reasons=reasons)


def cross_subscriptions(orders: Iterable[Bid], desk: Desk) -> tuple[Breach, ...]:
    """Orders of one level and amount that a lead and its declared affiliates, or several of these, each placed (互投).

    A warning: the text forbids cross-subscription (rules.md 2); what it looks like in a book is assumed.
    """
    families = _families(desk.notice)
    related = frozenset[str]().union(*families)
    twins = defaultdict[tuple[Decimal, int], set[str]](set)
    for order in orders:
        if order.member in related:
            twins[order.level, order.amount].add(order.member)
    found = {
        (level, amount, frozenset(family & members))
        for (level, amount), members in twins.items()
        for family in families
    }
    return tuple(
        _suspected(level, amount, sorted(members), desk)
        for level, amount, members in sorted(found, key=lambda one: (one[0], one[1], sorted(one[2])))
        if len(members) > 1
    )


def _families(notice: Notice) -> list[frozenset[str]]:
    """Each lead with the members declared to belong to it."""
    families = defaultdict[str, set[str]](set)
    for member, leads in (notice.affiliates or {}).items():
        for lead in leads:
            families[lead] |= {lead, member}
    return [frozenset(family) for family in families.values()]


def _suspected(level: Decimal, amount: int, members: Sequence[str], desk: Desk) -> Breach:
    names = "、".join(members)
    places = {"level": print_rate(level), "amount": print_amount(amount)}
    sentence = say("关联成员 {names} 在标位 {level} 上各申购 {amount} 亿元，疑似互投", names=names, **places)
    breach = desk.breach("conduct.cross_subscription", names, sentence)
    return breach.model_copy(update={"severity": Severity.WARNING})
