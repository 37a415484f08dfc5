"""The desk's own way to the result, written from the articles and not from `clearing`, to compare with the system's.

Source: rules.md 1, 2, 5.2, 5.6 and 6. It looks at every level's cumulative demand, hands the tail out from a queue,
weighs bid by bid, discounts by the annuity formula, and deals out lot by lot what is taken without bidding.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from auction.book import Bid, Book
from auction.notice import Average, BidObject, Flexible, FlexibleRule, Method, Notice, Tail
from auction.offer import Allotment
from auction.outcome import Result
from auction.quantities import half_up

PAR = Decimal(100)
LEADS_TAKE_IT = "lead-underwriters"
"""What `underwriting.shortfall` says where the leads take the balance of a short book."""


def recompute(book: Book, notice: Notice) -> tuple[Decimal | None, dict[int, int]]:
    """The cut-off, and the award in whole 万元 of every winning line of a book of valid bids."""
    valid = _near_the_average(book, notice)
    awards = _kept(_filled(valid, notice), valid, notice)
    won = [bid.level for bid in valid if bid.line in awards]
    worst = max if notice.object is BidObject.RATE else min
    return (worst(won) if won else None), awards


def reprice(book: Book, notice: Notice) -> tuple[Decimal | None, dict[int, Decimal]]:
    """The coupon or issue price, and what every winning line pays per 100 yuan."""
    cutoff, awards = recompute(book, notice)
    if cutoff is None:
        return None, {}
    winners = {bid.line: bid.level for bid in book if bid.line in awards}
    if not notice.method.is_multiple:
        return cutoff, dict.fromkeys(winners, cutoff if notice.object is BidObject.PRICE else PAR)
    first = notice.exclusion is not None and notice.exclusion.average is Average.FIRST
    average = _average(_filled(_near_the_average(book, notice), notice) if first else awards, book)
    if notice.object is BidObject.PRICE:
        finest = len(f"{notice.tick:f}".partition(".")[2].rstrip("0"))
        price = half_up(average, max(2, finest))
        own, at_price = winners, {line for line, level in winners.items() if level >= price}
    else:
        price = half_up(average, 2)
        own = {line: half_up(_present_value(price, level, notice), 2) for line, level in winners.items()}
        at_price = {line for line, level in winners.items() if level <= price}
    if notice.method is Method.MULTIPLE_PRICE:
        return price, own
    return price, own | dict.fromkeys(at_price, price if notice.object is BidObject.PRICE else PAR)


def agrees(result: Result, book: Book, notice: Notice, shortfall: str = LEADS_TAKE_IT) -> bool:
    """Whether a result gives the cut-off, price, awards and payments that the recomputation gives.

    `shortfall` is what the rules in force say of a short book; the leads are those the notice names.
    """
    lines, won = {bid.line for bid in book}, [outcome for outcome in result.bids if outcome.awarded]
    given = {outcome.bid.line: outcome.awarded for outcome in won if outcome.bid.line in lines}
    paid = {outcome.bid.line: outcome.pays for outcome in won if outcome.bid.line in lines}
    beyond = {outcome.bid.member: outcome.awarded for outcome in won if outcome.bid.line not in lines}
    taken = take(book, notice, shortfall)
    (cutoff, awards), (price, pays) = recompute(book, notice), reprice(book, notice)
    if taken and cutoff is None:
        cutoff = price = _dear_end(notice)
    asked = PAR if notice.object is BidObject.RATE else price
    return (
        (result.cutoff, given, result.price, paid, beyond) == (cutoff, awards, price, pays, taken)
        and result.issued == sum(awards.values()) + sum(taken.values())
        and all(outcome.pays == asked for outcome in won if outcome.bid.line not in lines)
    )


def take(book: Book, notice: Notice, shortfall: str) -> dict[str, int]:
    """What members take without bidding, in whole 万元: the base amount, or the balance of a short book-build."""
    if notice.base and recompute(book, notice)[0] is not None:
        return _dealt(notice.offered - _tendered(notice), notice.base.holders, notice.marginal.lot)
    if notice.base:
        return {}
    left = notice.offered - sum(bid.amount for bid in book)
    priced = bool(book) or notice.range is not None
    if notice.method is Method.PUBLIC_UNDERWRITING and shortfall == LEADS_TAKE_IT and left > 0 and priced:
        return _dealt(left, notice.leads or {}, notice.marginal.lot)
    return {}


def _dear_end(notice: Notice) -> Decimal | None:
    if notice.range is None:
        return None
    return notice.range.high if notice.object is BidObject.RATE else notice.range.low


def _tendered(notice: Notice) -> int:
    """What is tendered beside the base amount, which is half-up to a lot and leaves one at the least."""
    if notice.base is None:
        return notice.offered
    lot = notice.marginal.lot
    lots = int(Fraction(notice.base.share) * notice.offered * 2 / lot + 1) // 2
    return notice.offered - max(0, min(lots, notice.offered // lot - 1)) * lot


def _dealt(amount: int, shares: Mapping[str, Decimal | None], lot: int) -> dict[str, int]:
    """Whole lots by share, then what is left a lot at a time in the order of names."""
    due = {name: Fraction(amount, len(shares)) if s is None else Fraction(s) * amount for name, s in shares.items()}
    parts = {name: int(part / lot) * lot for name, part in due.items() if part}
    left, waiting = amount - sum(parts.values()), deque(parts)
    while left and waiting:
        name = waiting.popleft()
        parts[name] += min(left, lot)
        left -= min(left, lot)
        waiting.append(name)
    return {name: part for name, part in parts.items() if part}


def _near_the_average(book: Book, notice: Notice) -> Book:
    """投标剔除: the bids within N ticks of the weighted average bid."""
    if notice.exclusion is None or notice.exclusion.bids is None or not book:
        return book
    middle, reach = _average({bid.line: bid.amount for bid in book}, book), notice.exclusion.bids
    return tuple(bid for bid in book if abs(_ticks(bid.level, notice) - _ticks(middle, notice)) <= reach)


def _kept(awards: dict[int, int], book: Book, notice: Notice) -> dict[int, int]:
    """中标剔除: the awards not more than N ticks worse than the weighted average award."""
    if notice.exclusion is None or notice.exclusion.awards is None or not awards:
        return awards
    sign = 1 if notice.object is BidObject.RATE else -1
    farthest = sign * _ticks(_average(awards, book), notice) + notice.exclusion.awards
    within = {bid.line for bid in book if sign * _ticks(bid.level, notice) <= farthest}
    return {line: amount for line, amount in awards.items() if line in within}


def _filled(book: Book, notice: Notice) -> dict[int, int]:
    """The award of every line that wins before 中标剔除."""
    if not book:
        return {}
    sign = 1 if notice.object is BidObject.RATE else -1
    levels = sorted({bid.level * sign for bid in book})
    demand = {level: sum(bid.amount for bid in book if bid.level * sign <= level) for level in levels}
    offered = _tendered(notice)
    if notice.flexible:
        offered = _decided(demand[levels[-1]], notice.flexible, notice.marginal.lot)
    cutoff = next((level for level in levels if demand[level] >= offered), levels[-1])
    awards = {bid.line: bid.amount for bid in book if bid.level * sign < cutoff}
    left = min(offered, demand[cutoff]) - sum(awards.values())
    at_cutoff = sorted((bid for bid in book if bid.level * sign == cutoff), key=lambda bid: (bid.time, bid.line))
    served_first = notice.leads or {} if notice.allotment is Allotment.LEADS_FIRST else {}
    for group in (
        [bid for bid in at_cutoff if bid.member in served_first],
        [bid for bid in at_cutoff if bid.member not in served_first],
    ):
        shared = _shared(group, left, notice)
        awards |= shared
        left -= sum(shared.values())
    return {line: amount for line, amount in awards.items() if amount}


def _shared(bids: list[Bid], most: int, notice: Notice) -> dict[int, int]:
    """What bids of one level, in the order of time, get of `most`: whole lots by amount, the tail from a queue."""
    if not bids:
        return {}
    lot, total, awards = notice.marginal.lot, sum(bid.amount for bid in bids), dict[int, int]()
    left = min(most, total)
    ratio = Fraction(left, total)
    for bid in bids:
        awards[bid.line] = bid.amount if ratio == 1 else int(ratio * bid.amount / lot) * lot
        left -= awards[bid.line]
    waiting = deque(bid for bid in bids if awards[bid.line] < bid.amount)
    while left:
        bid = waiting.popleft()
        room = bid.amount - awards[bid.line]
        piece = min(room, left, lot) if notice.marginal.tail is Tail.ROUND_ROBIN else min(room, left)
        awards[bid.line] += piece
        left -= piece
        if piece < room:
            waiting.append(bid)
    return awards


def _decided(total: int, flexible: Flexible, lot: int) -> int:
    """The amount of a flexible tender, by the steps of its rule."""
    numerator, denominator = flexible.multiple.as_integer_ratio()
    if total < flexible.low:
        return total
    if total * denominator >= numerator * flexible.high:
        return flexible.high
    if flexible.rule is FlexibleRule.TWO_STATE or total * denominator < numerator * flexible.low:
        return flexible.low
    whole_lots = total * denominator // (numerator * lot) * lot
    return max(whole_lots, flexible.low)


def _average(amounts: Mapping[int, int], book: Book) -> Fraction:
    weighted = sum((Fraction(bid.level) * amounts[bid.line] for bid in book if bid.line in amounts), Fraction())
    return weighted / sum(amounts.values())


def _ticks(level: Decimal | Fraction, notice: Notice) -> Fraction:
    return Fraction(level) / Fraction(notice.tick)


def _present_value(coupon: Decimal, level: Decimal, notice: Notice) -> Fraction:
    """Annuity and principal of a whole number of periods."""
    periods = int(notice.tenor * notice.coupons_a_year)
    interest, rate = (Fraction(each) / notice.coupons_a_year for each in (coupon, level))
    discount = 1 / (1 + rate / 100) ** periods
    return interest * (1 - discount) * 100 / rate + 100 * discount if rate else interest * periods + 100
