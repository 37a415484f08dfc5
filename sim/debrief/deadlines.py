"""Deadlines kept and missed, each with its rule and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from auction import events as e
from auction.day import Phase
from auction.desk import rules_of
from auction.language import Message, _, say
from auction.settlement import payment_date, payments_due
from sim.debrief.course import Course
from sim.debrief.looking import Story
from sim.debrief.section import Row, Section, mark
from sim.debrief.wording import cited_rule, date_and_clock, lasting, together

END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that was to be done by a moment; `kept` is None where no rule sets one, or it has not come."""

    what: Message
    place: str
    due: datetime | None
    done: datetime | None
    kept: bool | None
    rule: str | None = None
    """None is the room's own order."""
    who: tuple[str, ...] = ()
    """Who was late."""


def deadlines(story: Story) -> tuple[Deadline, ...]:
    """Every deadline of the day, by window and then of the whole day."""
    return (*(each for course in story.courses for each in _of_course(story, course)), *_after_the_site(story))


def _of_course(story: Story, course: Course) -> Iterator[Deadline]:
    name = course.window if course.attempt == 1 else f"{course.window}/{course.attempt}"
    sent, closed = course.at(e.NoticesSent), course.at(e.WindowClosed)
    if sent or closed:
        yield Deadline(say("开始之前发标"), name, course.opens, sent, sent is not None and sent <= course.opens)
    yield from _forms(course, name)
    signed = course.at(e.ResultSigned)
    if closed and signed:
        yield Deadline(say("截标后签字完毕"), name, closed, signed, None)
    if course.at(e.CustodyClosed):
        yield _custody(story, course, name)


def _forms(course: Course, name: str) -> Iterator[Deadline]:
    """Every emergency form is keyed or set aside before the clearing (assumed)."""
    cleared = course.at(e.ResultRecomputed)
    processed = {
        act.number: act.at for act in course.acts if isinstance(act, e.EmergencyBidKeyed | e.EmergencyFormSetAside)
    }
    for form in course.all(e.EmergencyFormReceived):
        done = processed.get(form.number)
        what = say("出标之前处理 {member} 的应急投标书", member=form.member)
        kept = done is not None if cleared or done else None
        yield Deadline(what, name, cleared, done, kept, "emergency.late")


def _custody(story: Story, course: Course, name: str) -> Deadline:
    """Minutes after the close; counted from the signing where that comes later (assumed)."""
    minutes = timedelta(minutes=int(rules_of(story.day.plan)["custody.minutes"].value))
    starts = [at for at in (course.at(e.WindowClosed), course.at(e.ResultSigned)) if at]
    closed, filed = course.last(e.CustodyClosed), course.at(e.CustodyFiled)
    late = closed.defaulted if closed else ()
    due = max(starts) + minutes if starts else None
    return Deadline(say("债权托管申请书报齐"), name, due, None if late else filed, not late, "custody.minutes", late)


def _after_the_site(story: Story) -> Iterator[Deadline]:
    day = story.day
    released, published = day.since.get("site_released"), day.since.get("result_published")
    if released:
        due = datetime.combine(day.plan.date, END_OF_DAY)
        over = published is not None or day.now > due
        yield Deadline(say("结果当日公告"), "", due, published, (published or day.now) <= due if over else None)
    if not day.published:
        return
    due = datetime.combine(payment_date(day), END_OF_DAY)
    paid = {event.member: event.at for event in story.events if isinstance(event, e.PaymentReceived)}
    missing = [member for member in payments_due(day) if member not in paid]
    late = [member for member, at in paid.items() if at > due]
    over = day.phase in (Phase.SETTLED, Phase.LISTED) or bool(late) or day.now > due
    done = max(paid.values(), default=None) if not missing else None
    kept = not late and not (missing and day.now > due) if over else None
    who = tuple(late + missing) if over else ()
    yield Deadline(say("按时缴齐款项"), "", due, done, kept, "payment.workdays", who)


def missed_deadlines(story: Story) -> tuple[Deadline, ...]:
    """The deadlines that were not kept, but those on which the site took the right way out with all who were late."""
    excused = {one.incident.occurred.subject for one in story.handled if one.verdict and one.verdict.right}
    missed = (each for each in deadlines(story) if each.kept is False)
    return tuple(each for each in missed if not each.who or not excused.issuperset(map(member_of, each.who)))


def member_of(who: str) -> str:
    """The member, where a form is told as `bond:member`."""
    return who.rpartition(":")[2]


def deadline_section(story: Story) -> Section:
    """Deadlines as they are shown."""
    columns = (_("事项"), _("场次"), _("时限"), _("实际"), _("早晚"), _("依据"))
    rows = tuple(_row(story, each) for each in deadlines(story))
    return Section("deadlines", _("时限"), rows, columns)


def _row(story: Story, each: Deadline) -> Row:
    due, done = (date_and_clock(at) if at else _("无") for at in (each.due, each.done))
    rests_on = cited_rule(story.day, each.rule) if each.kept is not None or each.rule else _("没有期限，只计时")
    who = (_("迟的：{who}").format(who=together(each.who)),) if each.who else ()
    return Row((str(each.what), each.place, due, done, _by_how_much(each), rests_on), mark(each.kept), who)


def _by_how_much(each: Deadline) -> str:
    if each.done is None or each.due is None:
        return _("未完成") if each.kept is not None else _("未到")
    if each.done <= each.due:
        return _("早 {span}").format(span=lasting(each.due - each.done))
    told = _("用时 {span}") if each.kept is None else _("迟 {span}")
    return told.format(span=lasting(each.done - each.due))
