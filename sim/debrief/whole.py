"""The debrief as a whole: the day with its score, the answer in one sentence, and the sections in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auction import events as e
from auction.day import Head, IssuanceDay
from auction.journal import Row as JournalRow
from auction.language import _, say
from auction.wording import PHASE_NAMES
from sim.debrief.deadlines import deadline_section, missed_deadlines
from sim.debrief.eyes import four_eyes, missed, seen_before_the_close
from sim.debrief.heads import heads
from sim.debrief.learning import improvements, strengths
from sim.debrief.looking import Story, tell
from sim.debrief.objectives import Objective, objectives_of
from sim.debrief.results import beside_the_bids, custody, results, signers
from sim.debrief.rules import marked_values, refused, unchecked_section, warned
from sim.debrief.screening import screening
from sim.debrief.section import Section, line, mark
from sim.debrief.timeline import branches, notes, timeline
from sim.debrief.trouble import consequences, cost, incidents, money
from sim.debrief.waiting import longest_waits, register_section, sign_off_clock
from sim.debrief.wording import yuan


@dataclass(frozen=True, slots=True)
class Debrief:
    """A day looked back on."""

    story: Story
    objectives: tuple[Objective, ...]

    @property
    def day(self) -> IssuanceDay:
        """The day as the journal leaves it."""
        return self.story.day

    @property
    def told(self) -> tuple[tuple[e.AnyEvent, Head], ...]:
        """Every event with the head it made."""
        return self.story.told

    @property
    def score(self) -> int:
        """The share of objectives met, of 100; all count the same."""
        return round(100 * sum(objective.met for objective in self.objectives) / len(self.objectives))


def debrief(rows: Sequence[JournalRow]) -> Debrief:
    """Look back on a journal. Raises BadInput before the close, JournalError for a journal that tells no day."""
    story = tell(rows)
    return Debrief(story, objectives_of(story))


def title(looked_back: Debrief) -> str:
    """Whose day it was."""
    day = looked_back.day
    return f"{_('复盘')} · {day.plan.issuer} {day.plan.date} · {day.planned.scenario}"


def answer(looked_back: Debrief) -> str:
    """What the day was worth, in one sentence."""
    facts = _("；").join(_facts(looked_back)) or _("没有出错")
    told = _("得分 {score} / 100，终态 {phase}：{facts}。")
    return told.format(score=looked_back.score, phase=PHASE_NAMES[looked_back.day.phase], facts=facts)


def _facts(looked_back: Debrief) -> Iterator[str]:
    story = looked_back.story
    judged = [one for one in story.handled if one.verdict]
    if judged:
        right = sum(not one.wrong for one in judged)
        yield _("突发情况 {count} 项，处置得当 {right} 项").format(count=len(judged), right=right)
    if missed(story):
        yield _("标书有误而发出 {count} 处").format(count=missed(story))
    if missed_deadlines(story):
        yield _("误期 {count} 项").format(count=len(missed_deadlines(story)))
    if story.day.refusals:
        yield _("被拒绝的操作 {count} 次").format(count=len(story.day.refusals))
    averted, caused = cost(story, wrong=False), cost(story, wrong=True)
    if caused:
        yield _("已造成 {amount}").format(amount=yuan(caused))
    if averted:
        yield _("避免了 {amount}").format(amount=yuan(averted))


def objectives_section(looked_back: Debrief) -> Section:
    """What the day was to achieve, and whether it did."""
    rows = tuple(line(str(objective.text), mark(objective.met)) for objective in looked_back.objectives)
    return Section("objectives", _("目标"), rows, (), str(COUNTED_ALIKE))


COUNTED_ALIKE = say("每项目标同等计分，每项突发情况各算一项；得分为达成的比例。")


def sections(looked_back: Debrief) -> tuple[Section, ...]:
    """The debrief, part by part, as `sim.debrief.section` has it; parts that would say nothing are left out."""
    story, day = looked_back.story, looked_back.day
    always = (
        objectives_section(looked_back),
        strengths(story),
        improvements(story),
        results(day),
        screening(story),
        incidents(story),
        money(story),
        consequences(story),
        deadline_section(story),
        four_eyes(story),
        unchecked_section(story),
        refused(story),
        warned(story),
        heads(story),
        seen_before_the_close(story),
        sign_off_clock(story),
        register_section(story),
        longest_waits(story),
        beside_the_bids(day),
        signers(day),
        custody(day),
        notes(story),
        branches(story),
        marked_values(story),
        timeline(story),
    )
    return tuple(section for section in always if section.rows or section.id not in SILENT)


SILENT = frozenset({"screens", "warned", "beside", "custody", "notes", "branches"})
"""Sections that are left out where they have nothing to say."""
