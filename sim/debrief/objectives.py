"""What a day was to achieve and whether it did: a fixed list, and one more for each incident. All count the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auction.commands.guard import role_of
from auction.commands.trouble import announced_as_signed
from auction.day import FINISHED, Phase, WindowPhase
from auction.language import Message, say
from auction.plan import Role
from sim.debrief.course import Course
from sim.debrief.deadlines import member_of
from sim.debrief.looking import Handled, Story


@dataclass(frozen=True, slots=True)
class Objective:
    """One thing the day was to achieve."""

    text: Message
    met: bool


def objectives_of(story: Story) -> tuple[Objective, ...]:
    """What the day was to achieve, and whether it did."""
    return (*_of_every_day(story), *_of_incidents(story))


def _of_every_day(story: Story) -> Iterator[Objective]:
    day = story.day
    windows = day.windows.values()
    signed = (WindowPhase.SIGNED, WindowPhase.CUSTODY_CLOSED, WindowPhase.CANCELLED)
    released = (Phase.RELEASED, Phase.PUBLISHED, Phase.SETTLED, Phase.LISTED)
    published = bool(day.published) and day.since["result_published"].date() == day.plan.date
    as_signed = dict(day.announced) == announced_as_signed(day)
    on_site = [r for r in day.refusals if role_of(r.seat)[0] not in (Role.UNDERWRITER, Role.SYSTEM)]
    yield Objective(say("现场封闭：人员、设备、屏蔽、录音齐备，监督员会签"), day.phase is not Phase.PLANNED)
    yield Objective(say("标书与区间经双人核对无误，在开始之前发出"), _well_sent(story))
    yield Objective(say("系统结果与本台复算逐手一致"), all(state.results for state in windows if _went_on(state.phase)))
    yield Objective(say("中标结果由两人确认，由负责人与监督员签字"), all(state.phase in signed for state in windows))
    finished = all(state.phase in FINISHED for state in windows)
    yield Objective(say("债权托管申请书全部按时报齐"), finished and not _late_custody(story))
    yield Objective(say("没有场次作废重来"), not [c for c in story.courses if c.voided and not _excused(story, c)])
    yield Objective(say("现场在封存日志之后解除封闭"), day.phase in released)
    yield Objective(say("结果当日公告，数字与签字的结果一致"), published and as_signed)
    yield Objective(say("款项缴齐，完成结算"), day.phase in (Phase.SETTLED, Phase.LISTED))
    yield Objective(say("现场没有被拒绝的操作"), not on_site)


def _went_on(phase: WindowPhase) -> bool:
    return phase not in (WindowPhase.PREPARED, WindowPhase.CANCELLED)


def _well_sent(story: Story) -> bool:
    """Whether every window that was not cancelled was bid with right sheets, sent before it opened."""
    day = story.day
    due = [window for window in day.plan.windows if day.windows[window.id].phase is not WindowPhase.CANCELLED]
    sent = {each.sent.window: each for each in story.last_sendings()}
    well = [w.id in sent and not sent[w.id].wrong and sent[w.id].sent.at.time() <= w.open for w in due]
    return bool(well) and all(well)


def _late_custody(story: Story) -> list[str]:
    """Forms that did not come, but those for which the site took the right way out."""
    excused = {one.incident.occurred.subject for one in story.handled if _right(one)}
    late = [each for state in story.day.windows.values() for each in state.defaulted]
    return [each for each in late if member_of(each) not in excused]


def _excused(story: Story, course: Course) -> bool:
    """Whether an attempt was voided as the right way out of an incident that befell it, or the whole site."""
    befell = [one.incident.occurred for one in story.handled if _right(one)]
    voided = course.voided
    return any(i in course.acts or (i.place is None and voided and i.at <= voided.at) for i in befell)


def _right(one: Handled) -> bool:
    return one.verdict is not None and one.verdict.right


def _of_incidents(story: Story) -> Iterator[Objective]:
    for one in story.handled:
        if one.verdict:
            yield Objective(say("处置：{name}", name=one.name), one.verdict.right)
