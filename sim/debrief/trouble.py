"""What went wrong and what was done about it: each incident, the money at stake, the consequences the rules state."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from auction.language import _
from sim.debrief.looking import Handled, Story
from sim.debrief.section import Mark, Row, Section, line, mark
from sim.debrief.wording import backed, clock, lasting, names, roles, together, yuan

ZERO = Decimal(0)


def incidents(story: Story) -> Section:
    """Each incident: how it showed, who noticed it after how long, how it was handled, and how it should have been."""
    rows = tuple(line(_heading(one), _sign(one), tuple(_under(one))) for one in story.handled)
    return Section("incidents", _("突发情况的处置"), rows, (), "" if rows else _("没有突发情况。"))


def _heading(one: Handled) -> str:
    occurred = one.incident.occurred
    about = together(word for word in (occurred.place, occurred.subject) if word)
    struck = f"{clock(occurred.at)} {one.name}"
    return backed(struck, about) if about else struck


def _sign(one: Handled) -> Mark:
    return mark(one.verdict.right) if one.verdict else Mark.NONE


def _under(one: Handled) -> Iterator[str]:
    occurred, verdict = one.incident.occurred, one.verdict
    if occurred.symptom:
        yield _("现象：{symptom}").format(symptom=occurred.symptom)
    if verdict is None:
        yield _("没有评判：突发情况库中没有这一种，或没有这种处置。")
        return
    if verdict.noticed:
        who = names(verdict.by) if verdict.by else _("现场")
        after = lasting(verdict.noticed - occurred.at)
        yield _("{at} {who} 着手应对，事发后 {span}").format(at=clock(verdict.noticed), who=who, span=after)
    elif one.wrong:
        yield _("没有人发现")
    yield _("处置：{how}").format(how=verdict.how)
    right = _right_answers(one)
    if one.wrong and right:
        yield _("应当：{right}").format(right=_("；").join(right))
    if one.wrong and verdict.missed_by:
        yield _("本可发现的人：{who}").format(who=roles(verdict.missed_by))
    if one.incident.answered and one.incident.answered.remark:
        yield _("说明：{remark}").format(remark=one.incident.answered.remark)
    if one.wrong and one.kind and one.kind.lesson:
        yield _("教训：{lesson}").format(lesson=one.kind.lesson)


def _right_answers(one: Handled) -> list[str]:
    """The right ones of the answers that there were."""
    right = {response.id for response in one.kind.responses if response.right} if one.kind else set()
    return [str(answer.words) for answer in one.incident.occurred.answers if answer.id in right]


def money(story: Story) -> Section:
    """What each incident would have cost over the bond's life, or costs where nobody caught it."""
    columns = (_("突发情况"), _("场次或债券"), _("若未发现将多付"), _("已造成"))
    dear = [one for one in story.handled if one.stake]
    rows = [_money_row(one) for one in dear]
    if len(dear) > 1:
        sums = (cost(story, wrong=False), cost(story, wrong=True))
        rows.append(Row((_("合计"), "", *(yuan(amount) if amount else "" for amount in sums))))
    remark = _("按整个存续期计算。") if rows else _("没有能以金额计算的突发情况。")
    return Section("money", _("涉及的金额"), tuple(rows), columns if rows else (), remark)


def _money_row(one: Handled) -> Row:
    amount = yuan(one.stake or ZERO)
    both = ("", amount) if one.wrong else (amount, "")
    return Row((str(one.name), one.incident.occurred.place or "", *both), _sign(one))


def cost(story: Story, wrong: bool) -> Decimal:
    """Yuan at stake in the incidents that were come through badly, or in those that were come through well."""
    return sum((one.stake or ZERO for one in story.handled if one.wrong is wrong), ZERO)


def consequences(story: Story) -> Section:
    """What the rules say follows, such as 通报: of what went wrong it does, of what was caught it would have."""
    rows = []
    for one in story.handled:
        if one.kind and one.kind.consequence and one.verdict:
            text = _("{name}：{consequence}") if one.wrong else _("{name}：已避免（{consequence}）")
            rows.append(line(text.format(name=one.name, consequence=one.kind.consequence), _sign(one)))
    return Section("consequences", _("规则写明的后果"), tuple(rows), (), "" if rows else _("没有。"))
