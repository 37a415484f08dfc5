"""Rules that were touched: what the site refused, what nobody stopped, what was warned of, what rests on no text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auction.breach import Basis
from auction.checks import marked
from auction.deciding import deciding
from auction.language import Message, _, listed, say
from auction.plan import Role
from auction.wording import EVENT_NAMES, FIELD_NAMES
from sim.debrief.deadlines import missed_deadlines
from sim.debrief.looking import Story
from sim.debrief.section import Mark, Row, Section, line
from sim.debrief.wording import backed, cited, cited_rule, clock, labelled, names, roles


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A rule that was broken and that nobody stopped."""

    what: Message
    rule: str | None
    missed_by: tuple[Role, ...]
    """Who could have caught it."""


def unchecked(story: Story) -> tuple[Unchecked, ...]:
    """Everything that went through although a rule forbids it."""
    return (*_of_incidents(story), *_of_sheets(story), *_of_deadlines(story))


def _of_incidents(story: Story) -> Iterator[Unchecked]:
    for one in story.handled:
        if one.verdict and one.wrong:
            what = say("{name}：{how}", name=one.name, how=one.verdict.how)
            yield Unchecked(what, one.verdict.rule, one.verdict.missed_by or one.incident.occurred.answered_by)


def _of_sheets(story: Story) -> Iterator[Unchecked]:
    for each in story.sendings:
        for bond in dict(each.wrong):
            fields = listed([FIELD_NAMES[field] for wrong, field in each.wrong if wrong == bond])
            what = say("{bond} 的标书有误而发出：{fields}", bond=bond, fields=fields)
            of_range = all(field in RANGE_FIELDS for wrong, field in each.wrong if wrong == bond)
            yield Unchecked(what, "range.floor" if of_range else "notice.documents", (Role.OPERATOR, Role.CHECKER))


RANGE_FIELDS = frozenset({"curve", "days", "mean", "low", "high"})


def _of_deadlines(story: Story) -> Iterator[Unchecked]:
    for each in missed_deadlines(story):
        yield Unchecked(say("未按时：{what}", what=each.what), each.rule, BEHIND.get(each.rule or "", ()))


BEHIND = {
    "emergency.late": (Role.OPERATOR, Role.SUPERVISOR),
    "custody.minutes": (Role.UNDERWRITER,),
    "payment.workdays": (Role.UNDERWRITER,),
}
"""Who has to keep a deadline."""


def unchecked_section(story: Story) -> Section:
    """What nobody stopped, with the article, and who could have."""
    rows = tuple(_unchecked_row(story, each) for each in unchecked(story))
    return Section("unchecked", _("没有拦下的违规"), rows, (), "" if rows else _("没有。"))


def _unchecked_row(story: Story, each: Unchecked) -> Row:
    who = (_("本可发现的人：{who}").format(who=roles(each.missed_by)),) if each.missed_by else ()
    return line(backed(each.what, cited_rule(story.day, each.rule)), Mark.WRONG, who)


def refused(story: Story) -> Section:
    """What the site refused, and by which rule."""
    rows = tuple(
        line(
            labelled(f"{clock(act.at)} {names(act.seat)}", EVENT_NAMES[act.action]),
            Mark.WARNED,
            tuple(backed(breach.message, cited(breach)) for breach in act.breaches),
        )
        for act in story.day.refusals
    )
    remark = _("都由现场当场拦下。") if rows else _("没有。")
    return Section("refused", _("被拒绝的操作与触及的规则"), rows, (), remark)


def warned(story: Story) -> Section:
    """What was let pass although something spoke against it."""
    rows = tuple(
        line(
            labelled(f"{clock(act.at)} {names(act.seat)}", EVENT_NAMES[act.action]),
            Mark.WARNED,
            tuple(backed(breach.message, cited(breach)) for breach in act.breaches),
        )
        for act in story.day.warnings
    )
    return Section("warned", _("提醒"), rows)


def marked_values(story: Story) -> Section:
    """Every value that could decide something on the day and rests on practice or on an assumption, with its mark."""
    unsure = [rule for rule in deciding(story.day.plan) if rule.basis in (Basis.ASSUMED, Basis.PRACTICE)]
    rows = tuple(line(labelled(rule.label, backed(rule.text, marked(rule.citation, rule.basis)))) for rule in unsure)
    return Section("marked", _("没有原文依据的取值"), rows)
