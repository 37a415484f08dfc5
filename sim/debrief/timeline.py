"""The day from its first act to its last, the instructor's notes, and the ways that were left."""

from __future__ import annotations

from collections.abc import Iterator

from auction import events as e
from auction.language import _
from auction.wording import EVENT_NAMES
from sim.debrief.looking import Story
from sim.debrief.section import Mark, Row, Section, line
from sim.debrief.wording import clock, date_and_clock, labelled, names

COUNTED = (e.BidReceived, e.CounterOrdered, e.CustodyFiled, e.PaymentReceived)
"""What is counted, not told one by one."""


def timeline(story: Story) -> Section:
    """Every act but the single bids, custody forms and payments, which are counted."""
    return Section("timeline", _("时间线"), tuple(_timeline(story)))


def _timeline(story: Story) -> Iterator[Row]:
    counted: dict[str, int] = {}
    for event in story.events:
        if isinstance(event, COUNTED):
            counted[event.kind] = counted.get(event.kind, 0) + 1
            continue
        yield from _meanwhile(counted)
        counted = {}
        yield line(_act(story, event), Mark.WARNED if isinstance(event, WORTH_A_SIGN) else Mark.NONE)
    yield from _meanwhile(counted)


WORTH_A_SIGN = (e.ActionRefused, e.IncidentOccurred, e.WindowVoided, e.ObjectionRaised)


def _meanwhile(counted: dict[str, int]) -> Iterator[Row]:
    for kind, count in counted.items():
        yield line(_("其间 {what} {count} 件").format(what=EVENT_NAMES[kind], count=count))


def _act(story: Story, event: e.AnyEvent) -> str:
    place, what = e.place_of(event) or "", str(EVENT_NAMES[event.kind])
    told = f"{date_and_clock(event.at)} {names(event.seat)} {what} {place}".rstrip()
    more = _more(story, event)
    return labelled(told, more) if more else told


def _more(story: Story, event: e.AnyEvent) -> str:
    """What an act was about, where its kind does not say it."""
    match event:
        case e.IncidentOccurred():
            called = {id(one.incident.occurred): str(one.name) for one in story.handled}
            return f"{called.get(id(event), event.incident)} {event.subject}".strip()
        case e.IncidentAnswered():
            answered = {one.incident.occurred.number: one.incident.answer for one in story.handled}
            answer = answered.get(event.number)
            return str(answer.words) if answer else event.answer
        case e.ActionRefused():
            return str(EVENT_NAMES.get(event.action, event.action))
        case e.WindowVoided() | e.WindowExtended() | e.ObjectionRaised() | e.AnnouncementCorrected():
            return event.reason
        case e.NoteTaken():
            return event.text
        case e.ClockSet():
            return event.pace
        case e.DayBranched():
            return event.left_journal
    return ""


def notes(story: Story) -> Section:
    """The instructor's notes, each with its moment and what had just happened."""
    rows: list[Row] = []
    before: e.AnyEvent | None = None
    for event in story.events:
        if isinstance(event, e.NoteTaken):
            rows.append(line(f"{date_and_clock(event.at)} {event.text}", Mark.NONE, tuple(_just_before(before))))
        elif not isinstance(event, COUNTED):
            before = event
    return Section("notes", _("教员记事"), tuple(rows))


def _just_before(event: e.AnyEvent | None) -> Iterator[str]:
    if event:
        facts = {"act": EVENT_NAMES[event.kind], "place": e.place_of(event) or "", "at": clock(event.at)}
        yield _("此前：{at} {who} {act} {place}").format(who=names(event.seat), **facts).rstrip()


def branches(story: Story) -> Section:
    """Which journal was left where."""
    rows = []
    for each in story.day.branches:
        told = _("{at} 离开日志 {journal} 的第 {count} 行，从此另走一路").format(
            at=date_and_clock(each.at), journal=each.left_journal, count=each.left_count
        )
        rows.append(line(told, Mark.NONE, (_("离开处的散列值 {head}").format(head=each.left_head[:16]),)))
    return Section("branches", _("分支"), tuple(rows))
