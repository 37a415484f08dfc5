"""`kaibiao clear`: who gets how much of one issue, from its notice and the book of standing bids."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from auction.book import read_book
from auction.checks import Desk, desk_for
from auction.clearing import clear
from auction.errors import BadInput
from auction.language import _, say
from auction.notice import BidObject
from auction.outcome import BidOutcome, Result
from auction.quantities import decimals, print_amount, print_rate
from auction.wording import STATUS_NAMES
from tui.noticefile import NoticeFile, read_notice_file
from tui.options import FILE, json_option
from tui.output import one_line, print_json, print_note, print_table


@click.command("clear", help=_("按标书和投标簿计算中标结果，并逐笔说明原因。"))
@click.argument("notice", type=FILE, metavar=_("标书"))
@click.option("--bids", type=FILE, required=True, help=_("投标簿，CSV 或 XLSX：机构、标位、投标量、时间。"))
@json_option
def clear_command(notice: Path, bids: Path, as_json: bool) -> None:
    """Print the result of one issue."""
    sheet = read_notice_file(notice)
    _require_a_fixed_amount(sheet)
    desk = desk_for(sheet.notice, sheet.syndicate, sheet.rules)
    result = clear(read_book(bids, sheet.notice.object), desk)
    if desk.syndicate is None and (desk.limits.member_min or desk.limits.member_max):
        print_note(_("标书没有给出承销团名单：按类别的投标限额没有检查"))
    if as_json:
        print_json(result.as_dict())
    else:
        _tell(result, desk)


def _require_a_fixed_amount(sheet: NoticeFile) -> None:
    if sheet.notice.flexible:
        raise BadInput([sheet.document.fault(("flexible",), say("本版尚不能处理弹性招标"))])


def _tell(result: Result, desk: Desk) -> None:
    title = " ".join(one_line(name) for name in (desk.notice.bond, desk.notice.name) if name)
    click.echo("\n".join(line for line in (title, *headline(result)) if line))
    if result.bids:
        click.echo()
        headings = (_("行"), _("机构"), _("标位"), _("投标"), _("时间"), _("结果"), _("中标"), _("缴付"), _("原因"))
        print_table(headings, [_row(outcome) for outcome in result.bids], right={0, 2, 3, 6, 7})
    if result.members:
        click.echo()
        rows = [(award.member, print_amount(award.awarded), decimals(award.cost, 2)) for award in result.members]
        print_table((_("中标机构"), _("中标（亿元）"), _("应缴（元）")), rows, right={1, 2})


def headline(result: Result) -> Sequence[str]:
    """The result in a few lines."""
    offered, issued, total = (print_amount(each) for each in (result.offered, result.issued, result.total_bids))
    if result.cutoff is None or result.cover is None or result.marginal_cover is None:
        return (_("流标：没有有效投标，计划发行 {offered} 亿元").format(offered=offered),)
    words = _("票面利率 {price}%") if result.object is BidObject.RATE else _("发行价格 {price} 元")
    sold = _("实际发行 {issued} 亿元，计划发行 {offered} 亿元").format(issued=issued, offered=offered)
    short = (_("未招满：有效投标不足计划发行面值"),) if result.short else ()
    covers = {"total": total, "cover": result.cover, "marginal": result.marginal_cover}
    return (
        words.format(price=print_rate(result.price or result.cutoff)),
        sold,
        *short,
        _("有效投标 {total} 亿元，全场倍数 {cover}，边际倍数 {marginal}").format(**covers),
    )


def _row(outcome: BidOutcome) -> Sequence[str]:
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
        "; ".join(cited.format(text=reason.message, citation=reason.citation) for reason in outcome.reasons),
    )
