"""Checks on what arrives at the desk: each a small function (bid, standing, desk) -> Breach | None.

A member's bids are taken in the order of their times, equal times by line; a bid is judged with those of the
same member that already stand, as an issuing system judges them when they are entered (assumed).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

from auction.book import Bid, Book, Syndicate, by_arrival
from auction.breach import Basis, Breach, Severity
from auction.language import Message, say
from auction.notice import BidObject, Limits, MemberClass, Method, Notice
from auction.quantities import decimals, half_up, half_up_to, print_amount, print_rate
from auction.rulebook import Rules

NOTICE_CITATION = "标书"
MARKS: Mapping[Basis, Message] = {
    Basis.SOURCE: say("原文"),
    Basis.DERIVED: say("推导"),
    Basis.PRACTICE: say("实务"),
    Basis.ASSUMED: say("推定"),
}


def marked(citation: str, basis: Basis) -> str:
    """The citation with the mark of how it is known."""
    return f"{citation}〔{MARKS[basis].in_chinese()}〕"


@dataclass(frozen=True, slots=True)
class Desk:
    """The notice, the limits and syndicate in force, and the rules that can be cited."""

    notice: Notice
    limits: MemberLimits
    syndicate: Syndicate | None
    rules: Rules | None

    def cite(self, rule: str) -> tuple[str, Basis]:
        """The citation of a rule and how it is known; the notice itself where no rulebook applies."""
        known = self.rules.get(rule) if self.rules else None
        return (marked(known.citation, known.basis), known.basis) if known else (NOTICE_CITATION, Basis.ASSUMED)

    def breach(self, rule: str, subject: str, message: Message) -> Breach:
        """A breach of `rule` by `subject`, with its citation, of the weight its words have."""
        citation, basis = self.cite(rule)
        known = self.rules.get(rule) if self.rules else None
        severity = known.severity if known else Severity.BREACH
        return Breach(rule=rule, citation=citation, subject=subject, message=message, basis=basis, severity=severity)


@dataclass(frozen=True, slots=True)
class MemberLimits:
    """Limits as amounts in whole 万元; None is no limit."""

    level_span: int | None = None
    level_min: int | None = None
    level_max: int | None = None
    member_min: Mapping[MemberClass, int] = field(default_factory=dict)
    member_max: Mapping[MemberClass, int] = field(default_factory=dict)


@dataclass(slots=True)
class Standing:
    """What already stands of one member."""

    best: Decimal | None = None
    worst: Decimal | None = None
    total: int = 0
    by_level: dict[Decimal, int] = field(default_factory=dict)

    def take(self, bid: Bid) -> None:
        """Let `bid` stand too."""
        if self.best is None or bid.level < self.best:
            self.best = bid.level
        if self.worst is None or bid.level > self.worst:
            self.worst = bid.level
        self.total += bid.amount
        self.by_level[bid.level] = self.by_level.get(bid.level, 0) + bid.amount


def desk_for(notice: Notice, syndicate: Syndicate | None, rules: Rules | None) -> Desk:
    """The desk of one issue: the notice's own limits go before the rulebook's."""
    return Desk(notice, limits_for(notice, rules), syndicate, rules)


def limits_for(notice: Notice, rules: Rules | None) -> MemberLimits:
    """Limits in whole 万元: percentages of the planned amount, half-up to a lot (rules.md 5.4)."""
    own = notice.limits or Limits()
    shares_min = {**_shares("min_bid_share", notice, rules), **own.member_min}
    shares_max = {**_shares("max_bid_share", notice, rules), **own.member_max}

    def to_lot(share: Decimal) -> int:
        return half_up_to(Fraction(share) * notice.offered, notice.marginal.lot)

    def level_amount(limit: int | Decimal | None) -> int | None:
        return to_lot(limit) if isinstance(limit, Decimal) else limit

    def in_force(mine: int | Decimal | None, rule: str) -> int | Decimal | None:
        known = rules.get_at(rule, notice.tenor) if rules else None
        return mine if mine is not None or known is None else known.value

    span = in_force(own.level_span, "bid.level_span")
    return MemberLimits(
        level_span=None if span is None else int(span),
        level_min=level_amount(in_force(own.level_min, "bid.level_min")),
        level_max=level_amount(in_force(own.level_max, "bid.level_max")),
        member_min={member_class: to_lot(share) for member_class, share in shares_min.items()},
        member_max={member_class: to_lot(share) for member_class, share in shares_max.items()},
    )


def _shares(rule: str, notice: Notice, rules: Rules | None) -> dict[MemberClass, Decimal]:
    known = {c: rules.get_at(f"{rule}.{c.value}", notice.tenor) for c in MemberClass} if rules else {}
    return {c: limit.value for c, limit in known.items() if limit and limit.value is not None}


def within_window(bid: Bid, standing: Standing, desk: Desk) -> Breach | None:
    """投标须在招标时间之内, both ends included."""
    window = desk.notice.window
    if window is None or window.open <= bid.time <= window.close:
        return None
    sentence = say("投标时间 {time} 不在 {open} 至 {close} 之内", time=bid.time, open=window.open, close=window.close)
    return desk.breach("bid.window", bid.member, sentence)


def member_of_syndicate(bid: Bid, standing: Standing, desk: Desk) -> Breach | None:
    """只有承销团成员可以投标。"""
    if desk.syndicate is None or bid.member in desk.syndicate:
        return None
    if desk.notice.method is Method.DIRECTED_UNDERWRITING:
        return unnamed_creditor(bid.member, desk)
    return desk.breach("bid.syndicate", bid.member, say("{member} 不是承销团成员", member=bid.member))


def unnamed_creditor(member: str, desk: Desk) -> Breach:
    """定向承销只面向名单上的债权人。"""
    sentence = say("{member} 不在定向承销的债权人名单上", member=member)
    return desk.breach("directed.creditors", member, sentence)


def level_in_range(bid: Bid, standing: Standing, desk: Desk) -> Breach | None:
    """投标标位须在投标区间之内。"""
    limits = desk.notice.range
    if limits is None or limits.low <= bid.level <= limits.high:
        return None
    places = {"level": print_rate(bid.level), "low": print_rate(limits.low), "high": print_rate(limits.high)}
    return desk.breach("bid.range", bid.member, say("标位 {level} 不在区间 {low} 至 {high} 之内", **places))


def level_on_tick(bid: Bid, standing: Standing, desk: Desk) -> Breach | None:
    """标位须是标位变动幅度的整数倍; a price is above zero."""
    tick = desk.notice.tick
    if bid.level % tick == 0 and (bid.level > 0 or desk.notice.object is BidObject.RATE):
        return None
    sentence = say("标位 {level} 不是标位变动幅度 {tick} 的整数倍", level=print_rate(bid.level), tick=print_rate(tick))
    return desk.breach("bid.tick", bid.member, sentence)


def amount_in_lots(bid: Bid, standing: Standing, desk: Desk) -> Breach | None:
    """投标量须是基本单位的整数倍。"""
    lot = desk.notice.marginal.lot
    if bid.amount > 0 and bid.amount % lot == 0:
        return None
    amounts = {"amount": print_amount(bid.amount), "lot": print_amount(lot)}
    return desk.breach("bid.lot", bid.member, say("投标量 {amount} 亿元不是 {lot} 亿元的整数倍", **amounts))


def span_of_levels(bid: Bid, standing: Standing, desk: Desk) -> Breach | None:
    """最高、最低标位差 of one member, in ticks."""
    most = desk.limits.level_span
    if most is None or standing.best is None or standing.worst is None:
        return None
    if standing.best <= bid.level <= standing.worst:
        return None
    span = max(standing.worst, bid.level) - min(standing.best, bid.level)
    if span <= most * desk.notice.tick:
        return None
    ticks = half_up(Fraction(span) / Fraction(desk.notice.tick), 2)
    sentence = say("最高、最低标位差 {span} 个标位，超过 {most} 个", span=decimals(ticks, 0), most=most)
    return desk.breach("bid.level_span", bid.member, sentence)


def amount_at_level(bid: Bid, standing: Standing, desk: Desk) -> Breach | None:
    """单一标位投标量 of one member, lowest and highest."""
    least, most = desk.limits.level_min, desk.limits.level_max
    amount = standing.by_level.get(bid.level, 0) + bid.amount
    if (most is None or amount <= most) and (least is None or amount >= least):
        return None
    places = {"level": print_rate(bid.level), "amount": print_amount(amount)}
    if most is not None and amount > most:
        places["limit"] = print_amount(most)
        too_much = say("标位 {level} 上共投 {amount} 亿元，超过单一标位上限 {limit} 亿元", **places)
        return desk.breach("bid.level_max", bid.member, too_much)
    places["limit"] = print_amount(least or 0)
    too_little = say("标位 {level} 上共投 {amount} 亿元，不足单一标位下限 {limit} 亿元", **places)
    return desk.breach("bid.level_min", bid.member, too_little)


def maximum_bid(bid: Bid, standing: Standing, desk: Desk) -> Breach | None:
    """最高投标限额 of the member's class, over all its levels."""
    member_class = (desk.syndicate or {}).get(bid.member)
    most = desk.limits.member_max.get(member_class) if member_class else None
    total = standing.total + bid.amount
    if member_class is None or most is None or total <= most:
        return None
    amounts = {"total": print_amount(total), "most": print_amount(most)}
    sentence = say("累计投标 {total} 亿元，超过最高投标限额 {most} 亿元", **amounts)
    return desk.breach(f"max_bid_share.{member_class.value}", bid.member, sentence)


Check = Callable[[Bid, Standing, Desk], Breach | None]

LOOKS_AT: Mapping[Check, Callable[[Bid], Hashable]] = {
    member_of_syndicate: attrgetter("member"),
    within_window: attrgetter("time"),
    level_in_range: attrgetter("level"),
    level_on_tick: attrgetter("level"),
    amount_in_lots: attrgetter("amount"),
}
"""The checks that look at one field of the bid alone: what they find goes for every bid of that value."""

CHECKS: tuple[Check, ...] = (*LOOKS_AT, span_of_levels, amount_at_level, maximum_bid)


LIMITED: Mapping[Check, Callable[[Desk], bool]] = {
    member_of_syndicate: lambda desk: desk.syndicate is not None,
    within_window: lambda desk: desk.notice.window is not None,
    level_in_range: lambda desk: desk.notice.range is not None,
    span_of_levels: lambda desk: desk.limits.level_span is not None,
    amount_at_level: lambda desk: (desk.limits.level_min, desk.limits.level_max) != (None, None),
    maximum_bid: lambda desk: bool(desk.limits.member_max),
}
"""The checks that need a limit, each with whether a desk has it."""


def checks_at(desk: Desk) -> tuple[Check, ...]:
    """The checks that can refuse a bid at this desk."""
    return tuple(check for check in CHECKS if check not in LIMITED or LIMITED[check](desk))


def minimum_bid(member: str, standing: Standing, desk: Desk) -> Breach | None:
    """最低投标限额 of the member's class, over all its levels; nothing at all is not below it."""
    member_class = (desk.syndicate or {}).get(member)
    least = desk.limits.member_min.get(member_class) if member_class else None
    if member_class is None or least is None or not standing.total or standing.total >= least:
        return None
    amounts = {"total": print_amount(standing.total), "least": print_amount(least)}
    sentence = say("累计投标 {total} 亿元，不足最低投标限额 {least} 亿元", **amounts)
    return desk.breach(f"min_bid_share.{member_class.value}", member, sentence)


def check_bids(bids: Iterable[Bid], desk: Desk) -> dict[int, tuple[Breach, ...]]:
    """The breaches of each bid that breaks a rule, by line; a bid that is not named here stands."""
    return {line: found for line, found in judge_bids(bids, desk).items() if blocking(found)}


def judge_bids(bids: Iterable[Bid], desk: Desk) -> dict[int, tuple[Breach, ...]]:
    """What speaks against each bid, by line; a bid against which only warnings speak stands."""
    arrived = by_arrival(bids)
    refused = {bid.line: tuple(breaches) for bid, breaches in _flawed(arrived, desk)}
    standing: dict[str, Standing] = {}
    stood: dict[str, list[int]] = {}
    checks = [check for check in checks_at(desk) if check not in LOOKS_AT]
    for bid in arrived:
        own = standing.get(bid.member)
        if own is None:
            own, stood[bid.member] = standing.setdefault(bid.member, Standing()), []
        breaches = [breach for check in checks if (breach := check(bid, own, desk))]
        if breaches:
            refused[bid.line] = (*refused.get(bid.line, ()), *breaches)
        if bid.line not in refused or not blocking(refused[bid.line]):
            own.take(bid)
            stood[bid.member].append(bid.line)
    for member, own in standing.items():
        breach = minimum_bid(member, own, desk)
        if breach:
            refused.update({line: (*refused.get(line, ()), breach) for line in stood[member]})
    return refused


def _flawed(bids: Sequence[Bid], desk: Desk) -> Iterator[tuple[Bid, list[Breach]]]:
    """The bids with a field that breaks a rule whatever else stands, each with its breaches."""
    nothing = Standing()
    unsound: dict[Check, frozenset[Hashable]] = {}
    for check in checks_at(desk):
        if check in LOOKS_AT:
            of_value = {LOOKS_AT[check](bid): bid for bid in bids}
            found = frozenset(value for value, bid in of_value.items() if check(bid, nothing, desk))
            if found:
                unsound[check] = found
    for bid in bids if unsound else ():
        broken = [check for check, values in unsound.items() if LOOKS_AT[check](bid) in values]
        if broken:
            yield bid, [breach for check in broken if (breach := check(bid, nothing, desk))]


def tender_above_limit(notice: Notice, rules: Rules) -> Breach | None:
    """公开发行类单一期次发行额在 5 亿元以上的须通过招标方式发行; directed underwriting is exempt."""
    limit, at_limit = rules.get("tender.required_above"), rules.get("tender.at_limit")
    if limit is None or at_limit is None:
        return None
    above = notice.offered > limit.value or (notice.offered == limit.value and at_limit.value == "required")
    if notice.method.is_tender or not notice.method.is_public or not above:
        return None
    amounts = {"offered": print_amount(notice.offered), "limit": print_amount(limit.value)}
    sentence = say("公开发行 {offered} 亿元，在 {limit} 亿元以上，须通过招标方式发行", **amounts)
    basis = limit.basis if notice.offered > limit.value else at_limit.basis
    subject = notice.bond or notice.name or NOTICE_CITATION
    citation = marked(limit.citation, basis)
    return Breach(rule="tender.required_above", citation=citation, subject=subject, message=sentence, basis=basis)


NOTICE_CHECKS = (tender_above_limit,)


def check_notice(notice: Notice, rules: Rules) -> tuple[Breach, ...]:
    """Every breach that keeps the notice from being sent."""
    return tuple(breach for check in NOTICE_CHECKS if (breach := check(notice, rules)))


def blocking(breaches: Iterable[Breach]) -> tuple[Breach, ...]:
    """The breaches that are not mere warnings."""
    return tuple(breach for breach in breaches if breach.severity is Severity.BREACH)


def valid_bids(book: Book, refused: Mapping[int, tuple[Breach, ...]]) -> Book:
    """The bids that stand."""
    return tuple(bid for bid in book if bid.line not in refused)
