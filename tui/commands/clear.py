"""`kaibiao clear`: who gets how much of one issue, from its notice and the book of standing bids."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import click

from auction.book import read_book
from auction.bookbuilding import award, cross_subscriptions
from auction.checks import Desk, desk_for
from auction.choices import completed
from auction.counter import CounterOrder, CounterResult, read_counter_orders, sell_over_counter
from auction.errors import BadInput
from auction.language import _, say
from auction.notice import BidObject, Method
from auction.outcome import BidOutcome, Json, MemberAward, Reason, Result, Status
from auction.quantities import decimals, half_up, print_amount, print_rate
from auction.reopening import implied_yield, settlement_of
from auction.takeup import base_amount
from auction.wording import STATUS_NAMES
from tui.noticefile import NoticeFile, read_notice_file, require_lawful
from tui.options import FILE, json_option
from tui.output import one_line, print_json, print_note, print_table

YIELD_PLACES = 4


@click.command("clear", help=_("按标书和投标簿计算中标结果，并逐笔说明原因。"))
@click.argument("notice", type=FILE, metavar=_("标书"))
@click.option("--bids", type=FILE, required=True, help=_("投标簿，CSV 或 XLSX：机构、标位、投标量、时间。"))
@json_option
def clear_command(notice: Path, bids: Path, as_json: bool) -> None:
    """Print the result of one issue."""
    sheet = read_notice_file(notice)
    for warning in require_lawful(sheet):
        print_note(warning.message)
    issue = completed(sheet.notice, sheet.rules) if sheet.rules else sheet.notice
    desk = desk_for(issue, sheet.syndicate, sheet.rules)
    orders = _counter_orders(sheet)
    result = award(read_book(bids, sheet.notice.object), desk)
    counter = sell_over_counter(issue.counter, orders, result, desk) if issue.counter else None
    _remark(result, desk)
    if as_json:
        print_json({**result.as_dict(), **_beside(result, counter, desk)})
    else:
        _tell(result, desk)
        if counter:
            _tell_counter(counter)


def _counter_orders(sheet: NoticeFile) -> Sequence[CounterOrder]:
    """The orders of the file that the notice names for its counter tranche. Raises BadInput where it names none."""
    counter, file = sheet.notice.counter, sheet.document.path
    if counter is None:
        return ()
    if counter.orders is None:
        raise BadInput([sheet.document.fault(("counter",), say("counter 须用 orders 给出申购文件"))])
    return read_counter_orders(file.parent / counter.orders)


def _remark(result: Result, desk: Desk) -> None:
    """What the reader should know about the checks, on stderr."""
    standing = (outcome.bid for outcome in result.bids if outcome.status is not Status.REJECTED)
    for warning in cross_subscriptions(standing, desk):
        print_note(warning.message)
    if desk.syndicate is None and desk.notice.method is Method.DIRECTED_UNDERWRITING:
        print_note(_("标书没有给出债权人名单：申购人是不是债权人没有检查"))
    if desk.syndicate is None and (desk.limits.member_min or desk.limits.member_max):
        print_note(_("标书没有给出承销团名单：按类别的投标限额没有检查"))


def _beside(result: Result, counter: CounterResult | None, desk: Desk) -> dict[str, Json]:
    """What only some issues have: a base amount, a counter tranche, the yield of a re-opened bond."""
    base, settled = desk.notice.base, _yield_on(result, desk)
    return {
        **({"base": base_amount(base, desk.notice).as_dict(result.total_bids)} if base else {}),
        **({"counter": counter.as_dict()} if counter else {}),
        **({"settlement": settled[0], "implied_yield": settled[1]} if settled else {}),
    }


def _yield_on(result: Result, desk: Desk) -> tuple[str, str] | None:
    """The settlement day of a re-opened bond and the yield of its price, where both are known."""
    reopening = desk.notice.reopening
    settlement = settlement_of(desk) if reopening else None
    if reopening is None or settlement is None or result.price is None:
        return None
    implied = implied_yield(result.price, reopening.first_issue, settlement)
    return settlement.isoformat(), format(half_up(implied, YIELD_PLACES), "f")


def _tell(result: Result, desk: Desk) -> None:
    title = " ".join(one_line(name) for name in (desk.notice.bond, desk.notice.name) if name)
    click.echo("\n".join(line for line in (title, *headline(result), *_aside(result, desk)) if line))
    _tell_each(result.bids, result.members, result.flexible.reason if result.flexible else None)


def _aside(result: Result, desk: Desk) -> Sequence[str]:
    """The base amount and the yield of a re-opened bond in a line each."""
    base, settled = desk.notice.base, _yield_on(result, desk)
    amounts = base_amount(base, desk.notice).as_dict(result.total_bids) if base else {}
    held = _("基数 {amount} 亿元，招标 {tendered} 亿元，招标部分全场倍数 {tendered_cover}")
    yields = _("按 {day} 结算，到期收益率 {rate}%")
    return (
        *([held.format(**amounts)] if amounts else []),
        *([yields.format(day=settled[0], rate=settled[1])] if settled else []),
    )


def _tell_counter(counter: CounterResult) -> None:
    amounts = {"amount": print_amount(counter.amount), "issued": print_amount(counter.issued)}
    click.echo()
    click.echo(_("柜台：计划 {amount} 亿元，发行 {issued} 亿元").format(**amounts))
    _tell_each(counter.orders, counter.members, None)


def _tell_each(bids: Sequence[BidOutcome], members: Sequence[MemberAward], told: Reason | None) -> None:
    """What became of each bid, and what each winner pays."""
    if bids:
        click.echo()
        headings = (_("行"), _("机构"), _("标位"), _("投标"), _("时间"), _("结果"), _("中标"), _("缴付"), _("原因"))
        print_table(headings, [_row(outcome, told) for outcome in bids], right={0, 2, 3, 6, 7})
    if members:
        click.echo()
        rows = [(award.member, print_amount(award.awarded), decimals(award.cost, 2)) for award in members]
        print_table((_("中标机构"), _("中标（亿元）"), _("应缴（元）")), rows, right={1, 2})


def headline(result: Result) -> Sequence[str]:
    """The result in a few lines."""
    offered, issued, total = (print_amount(each) for each in (result.offered, result.issued, result.total_bids))
    if result.cutoff is None or result.cover is None or result.marginal_cover is None:
        return (_("流标：没有有效投标，计划发行 {offered} 亿元").format(offered=offered),)
    words = _("票面利率 {price}%") if result.object is BidObject.RATE else _("发行价格 {price} 元")
    sold = _("实际发行 {issued} 亿元，计划发行 {offered} 亿元").format(issued=issued, offered=offered)
    covers = {"total": total, "cover": result.cover, "marginal": result.marginal_cover}
    return (
        words.format(price=print_rate(result.cutoff if result.price is None else result.price)),
        _levels(result),
        sold,
        *_amounts(result),
        _("有效投标 {total} 亿元，全场倍数 {cover}，边际倍数 {marginal}").format(**covers),
    )


def _levels(result: Result) -> str:
    """At which levels the issue sold, and what its winners pay."""
    paid = sorted({outcome.pays for outcome in result.bids if outcome.pays is not None})
    levels = {"average": result.weighted_average, "cutoff": result.cutoff, "least": paid[0], "most": paid[-1]}
    shown = {name: print_rate(level or Decimal()) for name, level in levels.items()}
    if len(paid) == 1:
        return _("加权平均中标标位 {average}，边际中标标位 {cutoff}，每百元面值缴 {most} 元").format(**shown)
    return _("加权平均中标标位 {average}，边际中标标位 {cutoff}，每百元面值缴 {least} 至 {most} 元").format(**shown)


def _amounts(result: Result) -> Sequence[str]:
    """How a flexible amount was decided, and why an issue is short."""
    cited = _("{text}（{citation}）")
    reason = result.flexible.reason if result.flexible else None
    decided = (cited.format(text=reason.message, citation=reason.citation),) if reason else ()
    least = result.flexible.low if result.flexible else result.offered
    if not result.short:
        return decided
    if result.total_bids >= least:
        return (*decided, _("未招满：中标剔除后不足应发行的面值"))
    if result.flexible:
        return (*decided, _("未招满：有效投标不足弹性区间下限"))
    return (_("未招满：有效投标不足计划发行面值"),)


def _row(outcome: BidOutcome, told: Reason | None) -> Sequence[str]:
    """A bid for people; what has been told of the whole issue is not told again."""
    bid, cited = outcome.bid, _("{text}（{citation}）")
    return (
        str(bid.line),
        bid.member,
        print_rate(bid.level),
        print_amount(bid.amount),
        bid.time.isoformat(),
        str(STATUS_NAMES[outcome.status]),
        print_amount(outcome.awarded),
        "" if outcome.pays is None else print_rate(outcome.pays),
        "; ".join(cited.format(text=each.message, citation=each.citation) for each in outcome.reasons if each != told),
    )
