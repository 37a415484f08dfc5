"""What the rules ask of a book-build's notice: its range, who agreed it, its amount, where it is offered.

Source: rules.md 2; 财库〔2018〕68号 and the reports on directed underwriting, as far as seen.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from auction.bidrange import Offset, bid_range, print_mean
from auction.bookbuilding import leads_of
from auction.breach import Breach, Severity
from auction.checks import NOTICE_CITATION, Desk, check_notice
from auction.flexible import check_flexible
from auction.language import say
from auction.notice import BidObject, Method
from auction.offer import Market
from auction.quantities import print_amount, print_rate
from auction.reopening import Register, check_reopening


def check_offer(desk: Desk, register: Register | None = None) -> tuple[Breach, ...]:
    """Every breach that keeps the notice from being sent, whatever its method; with a register of issued bonds."""
    of_the_amount = check_notice(desk.notice, desk.rules) if desk.rules else ()
    return (*of_the_amount, *check_flexible(desk), *check_underwriting(desk), *check_reopening(desk, register))


def check_underwriting(desk: Desk) -> tuple[Breach, ...]:
    """Every breach of a book-build's notice; of a tender's none."""
    if desk.notice.method.is_tender:
        return ()
    return tuple(breach for check in CHECKS if (breach := check(desk)))


def floor_of_the_range(desk: Desk) -> Breach | None:
    """申购区间下限不低于五日均值, both half-up to the tick."""
    public = desk.notice.method is Method.PUBLIC_UNDERWRITING
    rule = "underwriting.floor" if public else "directed.floor"
    notice, offset = desk.notice, _offset(rule, desk)
    if offset is None or notice.mean is None or notice.range is None or notice.object is not BidObject.RATE:
        return None
    due = bid_range(Fraction(notice.mean), offset, offset, notice.tick).low
    if notice.range.low >= due:
        return None
    places = {"low": print_rate(notice.range.low), "mean": print_mean(Fraction(notice.mean)), "due": print_rate(due)}
    sentence = say("区间下限 {low} 低于 {due}（五日均值 {mean}，{offset}）", offset=offset, **places)
    return desk.breach(rule, _subject(desk), sentence)


def cap_of_the_range(desk: Desk) -> Breach | None:
    """定向承销的区间上限不高于五日均值上浮 30%."""
    notice, offset = desk.notice, _offset("directed.cap", desk)
    if notice.method is not Method.DIRECTED_UNDERWRITING or notice.object is not BidObject.RATE:
        return None
    if offset is None or notice.mean is None or notice.range is None:
        return None
    due = bid_range(Fraction(notice.mean), offset, offset, notice.tick).high
    if notice.range.high <= due:
        return None
    places = {"high": print_rate(notice.range.high), "mean": print_mean(Fraction(notice.mean)), "due": print_rate(due)}
    sentence = say("区间上限 {high} 高于 {due}（五日均值 {mean}，{offset}）", offset=offset, **places)
    return desk.breach("directed.cap", _subject(desk), sentence)


def agreed_with_every_lead(desk: Desk) -> Breach | None:
    """区间由发行人、簿记管理人与其他主承销商协商确定; one that nobody is on record for is a warning."""
    notice, leads = desk.notice, leads_of(desk)
    if notice.method is not Method.PUBLIC_UNDERWRITING or notice.range is None:
        return None
    if notice.agreed is None:
        unrecorded = desk.breach(
            "underwriting.agreed", _subject(desk), say("没有与主承销商协商确定区间的记录（agreed）")
        )
        return unrecorded.model_copy(update={"severity": Severity.WARNING})
    missing = [lead for lead in leads if lead not in (*notice.agreed, notice.bookrunner)]
    strangers = [name for name in notice.agreed if leads and name not in leads]
    if strangers:
        sentence = say("{names} 不是主承销商", names="、".join(strangers))
    elif missing:
        sentence = say("区间尚未与主承销商 {names} 协商确定", names="、".join(missing))
    else:
        return None
    return desk.breach("underwriting.agreed", _subject(desk), sentence)


def leads_in_the_syndicate(desk: Desk) -> Breach | None:
    """主承销商须是承销团成员, and the bookrunner one of them."""
    notice, leads = desk.notice, leads_of(desk)
    outside = [lead for lead in notice.leads or () if desk.syndicate is not None and lead not in desk.syndicate]
    if outside:
        return desk.breach(
            "underwriting.leads", _subject(desk), say("主承销商 {names} 不在承销团名单上", names="、".join(outside))
        )
    if notice.bookrunner and leads and notice.bookrunner not in leads:
        sentence = say("簿记管理人 {name} 不是主承销商", name=notice.bookrunner)
        return desk.breach("underwriting.bookrunner", _subject(desk), sentence)
    return None


def within_the_swap_ceiling(desk: Desk) -> Breach | None:
    """A directed issue swaps no more debt than there is."""
    notice = desk.notice
    if notice.swap_ceiling is None or notice.offered <= notice.swap_ceiling:
        return None
    amounts = {"offered": print_amount(notice.offered), "ceiling": print_amount(notice.swap_ceiling)}
    sentence = say("定向承销 {offered} 亿元，超过置换额度 {ceiling} 亿元", **amounts)
    return desk.breach("directed.swap_ceiling", _subject(desk), sentence)


def interbank_only(desk: Desk) -> Breach | None:
    """定向承销仅在银行间市场发行, and is not traded afterwards."""
    notice = desk.notice
    if notice.method is not Method.DIRECTED_UNDERWRITING or not set(notice.markets or ()) - {Market.INTERBANK}:
        return None
    return desk.breach("directed.interbank", _subject(desk), say("定向承销仅在银行间债券市场发行"))


CHECKS: tuple[Callable[[Desk], Breach | None], ...] = (
    floor_of_the_range,
    cap_of_the_range,
    agreed_with_every_lead,
    leads_in_the_syndicate,
    within_the_swap_ceiling,
    interbank_only,
)


def _offset(rule: str, desk: Desk) -> Offset | None:
    known = desk.rules.get_at(rule, desk.notice.tenor) if desk.rules else None
    return known.value if known else None


def _subject(desk: Desk) -> str:
    return desk.notice.bond or desk.notice.name or NOTICE_CITATION
