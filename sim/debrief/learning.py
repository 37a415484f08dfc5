"""What went well, and what to do better: the dearest first, then by the weight of the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from auction import events as e
from auction.commands.guard import role_of
from auction.language import _
from auction.plan import Role
from sim.debrief.deadlines import missed_deadlines
from sim.debrief.eyes import found, missed
from sim.debrief.looking import Story
from sim.debrief.section import Mark, Section, line
from sim.debrief.trouble import ZERO
from sim.debrief.wording import lasting, ruled_label, weight_of, yuan


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something to do better, with what it costs and the weight of the rule."""

    text: str
    money: Decimal
    weight: int


def strengths(story: Story) -> Section:
    """What went well."""
    rows = tuple(line(text, Mark.RIGHT) for text in _strengths(story))
    return Section("strengths", _("做得好的"), rows, (), "" if rows else _("没有。"))


def _strengths(story: Story) -> Iterator[str]:
    for one in story.handled:
        verdict = one.verdict
        if verdict and verdict.right and verdict.noticed:
            span = lasting(verdict.noticed - one.incident.occurred.at)
            yield _("{name}：{how}（用时 {span}）").format(name=one.name, how=verdict.how, span=span)
        elif verdict and verdict.right:
            yield _("{name}：{how}").format(name=one.name, how=verdict.how)
    if found(story):
        yield _("复核时发现 {count} 处不一致").format(count=found(story))
    if story.sendings and not missed(story):
        yield _("发出的标书与发行文件、收益率曲线一致")
    for course in story.courses:
        closed, signed = course.at(e.WindowClosed), course.at(e.ResultSigned)
        if closed and signed and signed - closed <= QUICK:
            yield _("{window} 截标后 {span} 签字完毕").format(window=course.window, span=lasting(signed - closed))


QUICK = timedelta(minutes=10)
"""A sign-off that is worth a word of praise (our own measure)."""


def lessons(story: Story) -> tuple[Lesson, ...]:
    """What to do better, each once, the worst first."""
    worst: dict[str, Lesson] = {}
    for lesson in _lessons(story):
        known = worst.get(lesson.text)
        if known is None or (lesson.money, lesson.weight) > (known.money, known.weight):
            worst[lesson.text] = lesson
    return tuple(sorted(worst.values(), key=lambda each: (-each.money, -each.weight)))


def _lessons(story: Story) -> Iterator[Lesson]:
    day = story.day
    for one in story.handled:
        if one.wrong and one.kind and one.verdict:
            text = one.kind.lesson or one.verdict.how
            told = _("{name}：{lesson}").format(name=one.name, lesson=text)
            yield Lesson(told, one.stake or ZERO, weight_of(day, one.verdict.rule))
    if missed(story):
        told = _("有误的标书发了出去（{count} 处）：复核人只看发行文件，不看经办人的录入").format(count=missed(story))
        yield Lesson(told, ZERO, weight_of(day, "site.dual_check"))
    for each in missed_deadlines(story):
        yield Lesson(_("按时办理：{what}").format(what=each.what), ZERO, weight_of(day, each.rule))
    for act in day.refusals:
        if role_of(act.seat)[0] not in (Role.UNDERWRITER, Role.SYSTEM):
            for breach in act.breaches:
                told = _("先看规则再动手：{rule}").format(rule=ruled_label(day, breach.rule))
                yield Lesson(told, ZERO, weight_of(day, breach.rule))


def improvements(story: Story) -> Section:
    """What to do better, as it is shown."""
    rows = []
    for each in lessons(story):
        cost = (_("代价：{amount}").format(amount=yuan(each.money)),) if each.money else ()
        rows.append(line(each.text, Mark.WRONG, cost))
    return Section("improvements", _("可改进的"), tuple(rows), (), "" if rows else _("没有。"))
