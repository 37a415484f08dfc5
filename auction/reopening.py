"""Re-opening (续发行): more of a bond already issued, sold by its dirty price (含息价格).

Source: rules.md 7; 财库〔2017〕59号 as far as seen: code, coupon, tenor and interest days are the first issue's.
Prices per 100 yuan, rates in percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from auction.bidrange import BidRange, Offset
from auction.bond import accrued_interest, dirty_price, yield_to_maturity
from auction.bondterms import Terms, outside_life, schedule_of, years_after
from auction.breach import Breach
from auction.checks import Desk
from auction.language import Message, listed, say
from auction.notice import Method
from auction.offer import FirstIssue, Reopening
from auction.quantities import half_up, print_price, print_rate
from auction.rulebook import Rules
from auction.workdays import INTERBANK

MOST_REOPENINGS = 2
"""Where no rulebook says it: 每期债券可续发 1-2 次."""
PAYMENT_WORKDAYS = 1
AT_THE_MEAN = Offset(Decimal(0), "bp")

Register = Mapping[str, FirstIssue]
"""The bonds already issued, by code."""

FIELDS: Mapping[str, Message] = {
    "code": say("债券代码"),
    "name": say("债券名称"),
    "coupon": say("票面利率"),
    "value_date": say("起息日"),
    "maturity": say("到期日"),
    "frequency": say("付息频率"),
    "repayments": say("分期还本"),
}


def implied_yield(dirty: Decimal, terms: Terms, settlement: date) -> Fraction:
    """The yield in percent of a dirty price on the day of settlement (T+1 or the payment day). Raises BadInput."""
    return yield_to_maturity(schedule_of(terms), settlement, dirty)


def settlement_of(desk: Desk) -> date | None:
    """The day whose accrued interest the price holds: the notice's, else the payment day; None without a date."""
    notice = desk.notice
    if notice.reopening and notice.reopening.settlement:
        return notice.reopening.settlement
    return payment_day(notice.date, desk.rules) if notice.date else None


def payment_day(day: date, rules: Rules | None) -> date:
    """The day by which the money of an issue of `day` must be in."""
    known = rules.get("payment.workdays") if rules else None
    return INTERBANK.after(day, int(known.value) if known else PAYMENT_WORKDAYS)


def price_range(first: Terms, settlement: date, low: Fraction, high: Fraction, tick: Decimal) -> BidRange:
    """The dirty prices, half-up to the tick, of two unrounded yields in percent: the high one makes the low price.

    Raises BadInput. That a range of yields is turned into one of prices like this is assumed.
    """
    schedule, dear = schedule_of(first), {}
    for rate in (low, high):
        dear[rate] = half_up(dirty_price(schedule, settlement, rate) / Fraction(tick), 0) * tick
    return BidRange(dear[high], dear[low])


def check_reopening(desk: Desk, register: Register | None = None) -> tuple[Breach, ...]:
    """Every breach of a re-opening's notice; with a register of bonds, against what was first issued too."""
    reopening = desk.notice.reopening
    if reopening is None:
        return ()
    unsettled = _unsettled(reopening, desk)
    found = [_number(reopening, desk), _own_terms(reopening, desk), unsettled or _range(reopening, desk)]
    if register is not None:
        found.append(_first_terms(reopening, register, desk))
    return tuple(breach for breach in found if breach)


def _number(reopening: Reopening, desk: Desk) -> Breach | None:
    known = desk.rules.get("reopening.most") if desk.rules else None
    most = int(known.value) if known else MOST_REOPENINGS
    if reopening.number <= most:
        return None
    sentence = say("这是第 {number} 次续发行，每期债券最多续发行 {most} 次", number=reopening.number, most=most)
    return desk.breach("reopening.most", reopening.of, sentence)


def _own_terms(reopening: Reopening, desk: Desk) -> Breach | None:
    """The notice against the first issue it gives: code, tenor, coupons a year."""
    notice, first = desk.notice, reopening.first_issue
    differing = []
    if {reopening.of, notice.bond or reopening.of} != {first.code}:
        differing.append(_differs("code", notice.bond or reopening.of, first.code))
    if notice.frequency not in (None, first.frequency):
        differing.append(_differs("frequency", notice.frequency, first.frequency))
    years = int(notice.tenor)
    if years == notice.tenor and years_after(first.value_date, years) != first.maturity:
        differing.append(_differs("maturity", years_after(first.value_date, years), first.maturity))
    return _same_terms(reopening, differing, desk)


def _first_terms(reopening: Reopening, register: Register, desk: Desk) -> Breach | None:
    """The first issue as the notice gives it against the register."""
    known = register.get(reopening.of)
    if known is None:
        return desk.breach("reopening.unknown", reopening.of, say("没有发行过债券 {bond}", bond=reopening.of))
    given = reopening.first_issue
    unnamed = {"name"} if given.name is None or known.name is None else set[str]()
    fields = [field for field in FIELDS if field not in unnamed and getattr(given, field) != getattr(known, field)]
    differing = [_differs(field, getattr(given, field), getattr(known, field)) for field in fields]
    return _same_terms(reopening, differing, desk)


def _differs(field: str, ours: object, firsts: object) -> Message:
    return say("{field} {ours}（首次发行 {firsts}）", field=FIELDS[field], ours=_text(ours), firsts=_text(firsts))


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return print_rate(value)
    if isinstance(value, tuple):
        return "、".join(f"{repayment.day} {print_price(repayment.principal)}" for repayment in value) or "-"
    return str(value)


def _same_terms(reopening: Reopening, differing: list[Message], desk: Desk) -> Breach | None:
    if not differing:
        return None
    sentence = say("续发行的要素须与首次发行一致：{fields}", fields=listed(differing))
    return desk.breach("reopening.same_terms", reopening.of, sentence)


def _unsettled(reopening: Reopening, desk: Desk) -> Breach | None:
    """A settlement day on which there is nothing to price."""
    first, settlement = reopening.first_issue, settlement_of(desk)
    outside = outside_life(first.value_date, first.maturity, settlement) if settlement else None
    return desk.breach("reopening.settlement", reopening.of, outside) if outside else None


def _range(reopening: Reopening, desk: Desk) -> Breach | None:
    """The top of the range against the dirty price that the mean gives, where mean and settlement day are known."""
    notice, settlement = desk.notice, settlement_of(desk)
    if notice.range is None or notice.mean is None or settlement is None:
        return None
    schedule, high, tick = schedule_of(reopening.first_issue), notice.range.high, notice.tick
    level = _floor(desk).on(Fraction(notice.mean))
    dirty, accrued = dirty_price(schedule, settlement, level), accrued_interest(schedule, settlement)
    top, clean = (half_up(price / Fraction(tick), 0) * tick for price in (dirty, dirty - accrued))
    if top - clean > 2 * tick and abs(high - clean) <= tick:
        return _clean(high, dirty, accrued, desk)
    if notice.method is not Method.PUBLIC_UNDERWRITING or high <= top:
        return None
    places = {"high": print_price(high), "top": print_price(top), "day": settlement}
    sentence = say("区间上限 {high} 元高于 {day} 按五日均值计算的含息价格 {top} 元", **places)
    return desk.breach("underwriting.price_cap", reopening.of, sentence)


def _floor(desk: Desk) -> Offset:
    """The lowest yield the range allows, as an offset on the mean."""
    key = "range.floor" if desk.notice.method.is_tender else "underwriting.floor"
    known = desk.rules.get_at(key, desk.notice.tenor) if desk.rules else None
    return known.value if known else AT_THE_MEAN


def _clean(high: Decimal, dirty: Fraction, accrued: Fraction, desk: Desk) -> Breach:
    places = {name: print_price(half_up(value, 4)) for name, value in (("dirty", dirty), ("accrued", accrued))}
    sentence = say(
        "区间上限 {high} 元是净价：含息价格应为 {dirty} 元，其中应计利息 {accrued} 元", high=print_price(high), **places
    )
    return desk.breach("reopening.price_object", desk.notice.bond or "", sentence)
