"""What a played day prints: each issue's result with the marks of its range, who signed, the score and the files."""

from __future__ import annotations

from collections.abc import Sequence

import click

from auction.breach import Basis
from auction.checks import MARKS
from auction.day import IssuanceDay, WindowState
from auction.desk import bounds_of, counter_of
from auction.language import _
from auction.notice import BidObject, print_tenor
from auction.outcome import MemberAward, Result
from auction.payload import REHEARSAL_MARK
from auction.plan import Issue, Role
from auction.quantities import print_amount, print_rate
from auction.takeup import taken_in
from auction.wording import EVENT_NAMES, PHASE_NAMES, ROLE_NAMES
from sim.playing import Played
from tui.output import cited, print_table


def print_played(played: Played) -> None:
    """Tell a person what the day came to."""
    day = played.day
    facts = {"issuer": day.plan.issuer, "date": day.plan.date, "scenario": day.planned.scenario}
    click.echo(_("{issuer} {date} · 场景 {scenario} · 种子 {seed}").format(seed=day.planned.seed, **facts))
    click.echo(REHEARSAL_MARK)
    for window in day.plan.windows:
        for issue in window.issues:
            _print_issue(day, issue, day.windows[window.id])
        _print_signers(day, window.id)
    click.echo()
    for warned in day.warnings:
        click.echo(_("提醒：{what}").format(what=EVENT_NAMES[warned.action]))
        for breach in warned.breaches:
            click.echo(f"  {cited(breach.message, breach.citation)}")
    for refused in day.refusals:
        click.echo(_("被拒绝：{what}").format(what=EVENT_NAMES[refused.action]))
        for breach in refused.breaches:
            click.echo(f"  {cited(breach.message, breach.citation)}")
    facts = {"phase": PHASE_NAMES[day.phase], "score": "—" if played.score is None else played.score}
    click.echo(_("终态：{phase}，得分 {score} / 100").format(**facts))
    for file in played.files:
        click.echo(f"  {file}")


def _print_issue(day: IssuanceDay, issue: Issue, state: WindowState) -> None:
    facts = {"bond": issue.bond, "name": issue.name, "tenor": print_tenor(issue.tenor)}
    click.echo()
    click.echo(_("{bond}  {name}  {tenor} 年").format(**facts))
    entry, result = state.sheets[issue.bond].range, state.results.get(issue.bond)
    if entry:
        span = {"low": print_rate(entry.low), "high": print_rate(entry.high), "mean": entry.mean}
        floor, cap = bounds_of(day.plan, issue)
        rules = {"floor": f"{floor.value}{mark(floor.basis)}", "cap": f"{cap.value}{mark(cap.basis)}"}
        told = _("  投标区间 {low} 至 {high}：五日均值 {mean}，下限 {floor}，上限 {cap}")
        click.echo(told.format(**span, **rules))
    if result is None:
        click.echo(_("  没有结果"))
        return
    click.echo("  " + headline(result))
    if taken_in(result):
        click.echo(_("  未经投标由主承销商承担 {amount} 亿元").format(amount=print_amount(taken_in(result))))
    if result.members:
        print_members(result.members)
    counter = counter_of(day, issue.bond, result)
    if counter:
        amounts = {"amount": print_amount(counter.amount), "issued": print_amount(counter.issued)}
        click.echo(_("  柜台计划 {amount} 亿元，发行 {issued} 亿元").format(**amounts))
        print_members(counter.members)


def headline(result: Result) -> str:
    """The result of one issue in one line."""
    if result.price is None or result.cover is None or result.marginal_cover is None:
        return _("流标：没有有效投标")
    what = _("票面利率 {price} %") if result.object is BidObject.RATE else _("发行价格 {price} 元")
    figures = {"cover": print_rate(result.cover), "marginal": print_rate(result.marginal_cover)}
    amounts = {"issued": print_amount(result.issued), "offered": print_amount(result.offered)}
    told = _("，实际发行 {issued} / 计划 {offered} 亿元，投标倍数 {cover}，边际倍数 {marginal}")
    short = _("（未招满）") if result.short else ""
    return what.format(price=print_rate(result.price)) + _levels(result) + told.format(**figures, **amounts) + short


def _levels(result: Result) -> str:
    """At which levels it sold, where they are not all the price."""
    if not result.method.is_multiple or result.weighted_average is None or result.cutoff is None:
        return ""
    levels = {"average": print_rate(result.weighted_average), "cutoff": print_rate(result.cutoff)}
    return _("（加权平均 {average}，边际 {cutoff}）").format(**levels)


def print_members(members: Sequence[MemberAward]) -> None:
    """Who takes how much and pays how much, the largest first."""
    largest = sorted(members, key=lambda award: (-award.awarded, award.member))
    rows = [(f"  {award.member}", print_amount(award.awarded), f"{award.cost:,.2f}") for award in largest]
    print_table((_("  中标机构"), _("中标额（亿元）"), _("缴款（元）")), rows, right=(1, 2))


def _print_signers(day: IssuanceDay, window: str) -> None:
    for signature in day.windows[window].signatures:
        practice = _("（演练密钥）") if day.seats[signature.person].practice else ""
        signer = {"role": ROLE_NAMES[Role(signature.role)], "person": signature.person}
        click.echo(_("  签字：{role} {person}{practice}").format(practice=practice, **signer))


def mark(basis: Basis) -> str:
    """〔实务〕, 〔推定〕: how a value is known."""
    return _("〔{mark}〕").format(mark=MARKS[basis])
