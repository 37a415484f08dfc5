"""Clearing: which bids stand, who gets how much, what each winner pays, and why.

Source: 招标发行规则, 中标原则, rules.md 5.6 and 6. Amounts in whole 万元, levels in percent or yuan.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from auction.book import Bid, Book
from auction.breach import Breach
from auction.checks import Desk, check_bids, valid_bids
from auction.choices import cite_assumption, cite_choice
from auction.errors import bad_input
from auction.exclusion import SHOWN_PLACES, diverging_bids, excluded_levels
from auction.fill import Fill, fill, weighted_average, without
from auction.flexible import RULE_NAMES, amount_on_offer
from auction.language import Message, say
from auction.notice import Average, BidObject, Method, Notice
from auction.outcome import BidOutcome, FlexibleAmount, MemberAward, Reason, Result, Status
from auction.pricing import PRICING, Prices
from auction.quantities import half_up, print_amount, print_rate

Reasons = tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Sale:
    """The standing bids as filled and priced."""

    total: int
    on_offer: int
    """What the bids compete for: the amount offered, or what a flexible tender decides."""
    filled: Fill
    excluded: frozenset[Decimal]
    """The levels that had won before 中标剔除."""
    first_average: Fraction | None
    """Of the winning bids before 中标剔除; None where nobody wins."""
    average: Fraction | None
    """The one that prices the issue."""
    prices: Prices | None
    flexible: FlexibleAmount | None


def clear(book: Book, desk: Desk) -> Result:
    """Check every bid, fill the issue with those that stand, price it, and say of each bid why.

    Raises BadInput for a method the desk cannot price.
    """
    if desk.notice.method not in PRICING:
        raise bad_input(say("本版尚不能为 {method} 定价", method=desk.notice.method.value), field="method")
    refused = check_bids(book, desk)
    refused |= diverging_bids(valid_bids(book, refused), desk)
    standing = valid_bids(book, refused)
    sale = sell(standing, desk)
    reasons = {level: _reasons_at(level, sale, desk) for level in {bid.level for bid in standing}}
    against = _refusals(refused)
    outcomes = tuple(
        BidOutcome(bid, Status.REJECTED, against[bid.line], 0, None)
        if bid.line in against
        else _outcome(bid, sale, reasons, desk)
        for bid in book
    )
    return _result(desk.notice, sale, outcomes)


def sell(standing: Book, desk: Desk) -> Sale:
    """Decide the amount, fill it, exclude awards and price the rest. Raises BadInput for a level without a price."""
    notice, total = desk.notice, sum(bid.amount for bid in standing)
    on_offer = amount_on_offer(total, notice)
    first = fill(on_offer, standing, notice.marginal, notice.object)
    excluded = excluded_levels(first.sold, notice)
    filled = without(first, excluded, standing)
    first_average = weighted_average(first.sold) if first.sold else None
    kept = notice.exclusion is not None and notice.exclusion.average is Average.FIRST
    average = first_average if kept or not filled.sold else weighted_average(filled.sold)
    prices = None if average is None else PRICING[notice.method](filled.sold, average, notice)
    flexible = _flexible(total, on_offer, desk)
    return Sale(total, on_offer, filled, excluded, first_average, average, prices, flexible)


def _refusals(refused: Mapping[int, tuple[Breach, ...]]) -> dict[int, Reasons]:
    """Why each refused bid was refused, by line; what was found once against many is put into reasons once."""
    alike = {id(found): found for found in refused.values()}
    told = {
        place: tuple([Reason(breach.rule, breach.citation, breach.message) for breach in found])
        for place, found in alike.items()
    }
    return {line: told[id(found)] for line, found in refused.items()}


def _outcome(bid: Bid, sale: Sale, reasons: Mapping[Decimal, Reasons], desk: Desk) -> BidOutcome:
    filled = sale.filled
    awarded = filled.awards.get(bid.line, 0)
    status = Status.WON if awarded == bid.amount else Status.PARTLY_WON if awarded else Status.LOST
    why = reasons[bid.level]
    if bid.level == filled.cutoff and filled.at_cutoff > filled.left_for_cutoff:
        why = (_shared_at_cutoff(bid, awarded, filled, desk), *(why if awarded else _decided(sale)))
    return BidOutcome(bid, status, why, awarded, sale.prices.pays[bid.level] if awarded and sale.prices else None)


def _reasons_at(level: Decimal, sale: Sale, desk: Desk) -> Reasons:
    """Why the bids of a level got what they got; at an overfilled cut-off, what goes for all winners there."""
    filled = sale.filled
    if level in sale.excluded:
        return _excluded(level, sale, desk)
    if level not in filled.sold:
        return (_whole_level(level, filled, desk), *_decided(sale))
    if level == filled.cutoff and filled.at_cutoff > filled.left_for_cutoff:
        return (*_payment(level, sale, desk), *_decided(sale))
    return (_whole_level(level, filled, desk), *_payment(level, sale, desk))


def _whole_level(level: Decimal, filled: Fill, desk: Desk) -> Reason:
    """Why every bid of a level won whole, or lost."""
    levels = {"level": print_rate(level), "cutoff": print_rate(filled.cutoff or level)}
    if level == filled.cutoff:
        sentence = say("标位 {level} 是边际中标标位，该标位投标全额中标", **levels)
    elif (level < (filled.cutoff or level)) is (desk.notice.object is BidObject.RATE):
        sentence = say("标位 {level} 优于边际中标标位 {cutoff}，全额中标", **levels)
    else:
        sentence = say("标位 {level} 差于边际中标标位 {cutoff}，未中标", **levels)
    return _reason("fill.price_priority", sentence, desk)


def _shared_at_cutoff(bid: Bid, awarded: int, filled: Fill, desk: Desk) -> Reason:
    """Why a bid at an overfilled cut-off got its share."""
    sentence = say(
        "边际中标标位 {cutoff} 上共投 {total} 亿元，余 {left} 亿元按投标量分配：投 {amount} 亿元，得 {awarded} 亿元",
        cutoff=print_rate(bid.level),
        total=print_amount(filled.at_cutoff),
        left=print_amount(filled.left_for_cutoff),
        amount=print_amount(bid.amount),
        awarded=print_amount(awarded),
    )
    return _reason("fill.margin", sentence, desk)


def _excluded(level: Decimal, sale: Sale, desk: Desk) -> Reasons:
    """Why a level that had won lost, and which average counts afterwards."""
    exclusion = desk.notice.exclusion
    if exclusion is None or sale.first_average is None:
        return ()
    average = print_rate(half_up(sale.first_average, SHOWN_PLACES))
    places = {"level": print_rate(level), "average": average, "ticks": exclusion.awards}
    struck = say("标位 {level} 劣于加权平均中标标位 {average} 超过 {ticks} 个标位，中标剔除", **places)
    if exclusion.average is Average.RECOMPUTED:
        again = say("剔除后按其余中标重新计算一次加权平均")
    else:
        again = say("剔除后仍用剔除前的加权平均")
    return (
        Reason("exclusion.awards", cite_choice(desk, "exclusion.awards", exclusion, "awards")[0], struck),
        Reason("exclusion.refill", cite_assumption(desk, "exclusion.refill", "no-refill")[0], say("额度不再补足")),
        Reason("exclusion.average", cite_choice(desk, "exclusion.average", exclusion, "average")[0], again),
    )


def _payment(level: Decimal, sale: Sale, desk: Desk) -> Reasons:
    """What the winners of a level pay and why, where levels may pay different prices."""
    notice = desk.notice
    if sale.prices is None or not notice.method.is_multiple:
        return ()
    pays, price = sale.prices.pays[level], sale.prices.price
    places = {"level": print_rate(level), "price": print_rate(price), "pays": print_rate(pays)}
    modified, rate = notice.method is Method.MODIFIED_MULTIPLE_PRICE, notice.object is BidObject.RATE
    if modified and rate and level <= price:
        sentence = say("标位 {level} 不高于票面利率 {price}，每百元面值缴 {pays} 元", **places)
    elif modified and not rate and level >= price:
        sentence = say("标位 {level} 不低于发行价格 {price}，每百元面值缴 {pays} 元", **places)
    elif rate:
        sentence = say("按标位 {level} 对票面利率 {price} 折现，每百元面值缴 {pays} 元", **places)
    else:
        sentence = say("按自己的标位，每百元面值缴 {pays} 元", **places)
    return (Reason("tender.method", cite_choice(desk, "tender.method", notice, "method")[0], sentence),)


def _flexible(total: int, on_offer: int, desk: Desk) -> FlexibleAmount | None:
    """What a flexible tender decided, and by which rule."""
    flexible = desk.notice.flexible
    if flexible is None:
        return None
    sentence = say(
        "弹性招标 {low} 至 {high} 亿元，触发倍数 {multiple}：有效投标 {total} 亿元，{rule}，发行额定为 {decided} 亿元",
        low=print_amount(flexible.low),
        high=print_amount(flexible.high),
        multiple=print_rate(flexible.multiple),
        total=print_amount(total),
        rule=RULE_NAMES[flexible.rule],
        decided=print_amount(on_offer),
    )
    reason = Reason("flexible.rule", cite_choice(desk, "flexible.rule", flexible, "rule")[0], sentence)
    return FlexibleAmount(flexible.low, flexible.high, flexible.multiple, on_offer, reason)


def _decided(sale: Sale) -> Reasons:
    """Why no more was on offer, for a bid that wanted more."""
    return (sale.flexible.reason,) if sale.flexible else ()


def _reason(rule: str, sentence: Message, desk: Desk) -> Reason:
    return Reason(rule, desk.cite(rule)[0], sentence)


def _result(notice: Notice, sale: Sale, outcomes: tuple[BidOutcome, ...]) -> Result:
    filled, issued = sale.filled, sale.on_offer - sale.filled.left
    won = filled.left_for_cutoff - filled.left
    least = max(sale.on_offer, notice.flexible.low) if notice.flexible else notice.offered
    return Result(
        method=notice.method,
        object=notice.object,
        offered=notice.offered,
        issued=issued,
        total_bids=sale.total,
        cover=half_up(Fraction(sale.total, notice.offered), 2) if issued else None,
        cutoff=filled.cutoff,
        price=sale.prices.price if sale.prices else None,
        weighted_average=None if sale.average is None else half_up(sale.average, SHOWN_PLACES),
        marginal_cover=half_up(Fraction(filled.at_cutoff, won), 2) if issued else None,
        short=issued < least,
        bids=outcomes,
        members=member_awards(outcomes),
        flexible=sale.flexible,
    )


def member_awards(outcomes: Iterable[BidOutcome]) -> tuple[MemberAward, ...]:
    """What each winner takes in all and pays for it, in the order of names."""
    paid_at = defaultdict[str, Counter[Decimal]](Counter)
    for outcome in outcomes:
        if outcome.pays is not None:
            paid_at[outcome.bid.member][outcome.pays] += outcome.awarded
    return tuple(
        MemberAward(member, sum(amounts.values()), _cost(amounts)) for member, amounts in sorted(paid_at.items())
    )


def _cost(amounts: Mapping[Decimal, int]) -> Decimal:
    """Yuan for whole 万元 of face at each price per 100."""
    return half_up(sum((Fraction(price) * amount * 100 for price, amount in amounts.items()), Fraction()), 2)
