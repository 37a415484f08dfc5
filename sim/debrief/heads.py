"""The supervisor's three heads (财库〔2018〕61号 七（二）), 人员、通讯、应急操作, answered from the journal."""

from __future__ import annotations

from collections.abc import Iterator

from auction import events as e
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.language import _
from auction.plan import Role
from auction.wording import FIELD_NAMES
from sim.debrief.looking import Handled, Story
from sim.debrief.section import Row, Section, line, mark
from sim.debrief.wording import clock, labelled, together, told
from sim.incidents.kind import About

COMMUNICATIONS = ("site.devices", "site.shielding", "site.recording")
"""Rules about what goes out of the site, and in."""

Fact = tuple[bool | None, str]
"""Whether something is in order, None where it is neither, and what it is."""


def heads(story: Story) -> Section:
    """Each head with its answer and what it rests on."""
    answered = (
        _head("people", _people(story.day), tuple(_of_people(story))),
        _head("communications", _lines(story.day), tuple(_of_lines(story))),
        _head("emergency", _emergency(story), tuple(_of_emergency(story))),
    )
    return Section("heads", _("监督三项"), answered)


def _head(head: str, text: str, facts: tuple[Fact, ...]) -> Row:
    well = all(right is not False for right, _text in facts)
    under = tuple(f"{mark(right)} {fact}".strip() for right, fact in facts)
    return line(labelled(FIELD_NAMES[head], text), mark(well), under)


def _people(day: IssuanceDay) -> str:
    count = {"count": len(day.registered), "devices": sum(day.devices.values())}
    return _("登记 {count} 人，存放设备 {devices} 件").format(**count)


def _lines(day: IssuanceDay) -> str:
    yes, no = _("是"), _("否")
    done = {"shielding": yes if day.shielding else no, "line": yes if day.recorded_line else no}
    return _("无线电屏蔽：{shielding}；录音电话测试：{line}").format(**done)


def _emergency(story: Story) -> str:
    keyed = sum(isinstance(event, e.EmergencyBidKeyed) for event in story.events)
    aside = sum(isinstance(event, e.EmergencyFormSetAside) for event in story.events)
    forms = sum(isinstance(event, e.EmergencyFormReceived) for event in story.events)
    extended = sum(isinstance(event, e.WindowExtended) for event in story.events)
    voided = sum(len(state.attempts) for state in story.day.windows.values())
    facts = {"forms": forms, "keyed": keyed, "aside": aside, "extended": extended, "voided": voided}
    text = _("应急投标书 {forms} 份，录入 {keyed} 份，不予处理 {aside} 份；延长 {extended} 次；作废重来 {voided} 次")
    return text.format(**facts)


def _of_people(story: Story) -> Iterator[Fact]:
    day = story.day
    if day.phase is not Phase.PLANNED:
        absent = [person.name for person in day.plan.roster if person.name not in day.registered]
        yield not absent, _("名册上的人全部登记") if not absent else _("没有登记：{who}").format(who=together(absent))
        units = [s.person.sending_unit or _("未登记派出单位") for s in day.sitting(Role.SUPERVISOR)]
        yield bool(units), _("监督员由 {units} 派出").format(units=together(units))
        replaced = [seated.person.name for seated in day.seats.values() if seated.person.deputy_for]
        if replaced:
            yield None, _("在场的替补：{who}").format(who=together(replaced))
    for objection in day.objections:
        settled = objection.answer or _("没有了结")
        facts = {"at": clock(objection.at), "reason": objection.reason, "answer": settled}
        yield objection.answer is not None, _("{at} 监督员异议“{reason}”：{answer}").format(**facts)
    yield from _incidents(story, "people")


def _of_lines(story: Story) -> Iterator[Fact]:
    day = story.day
    if day.phase is not Phase.PLANNED:
        without = [seated.person.name for seated in day.seats.values() if seated.person.name not in day.devices]
        text = _("通讯设备全部存放") if not without else _("没有存放设备：{who}").format(who=together(without))
        yield not without, text
        yield day.shielding, _("无线电屏蔽已开启") if day.shielding else _("无线电屏蔽没有开启")
        yield day.recorded_line, _("录音电话已测试") if day.recorded_line else _("录音电话没有测试")
    yield from _incidents(story, "communications")


def _of_emergency(story: Story) -> Iterator[Fact]:
    for event in story.events:
        if isinstance(event, e.EmergencyBidKeyed):
            yield True, _("{at} 录入 {member} 的应急投标，监督员在场").format(at=clock(event.at), member=event.member)
        if isinstance(event, e.EmergencyFormSetAside):
            facts = {"at": clock(event.at), "member": event.member, "reason": event.reason}
            yield None, _("{at} {member} 的应急投标书不予处理：{reason}").format(**facts)
        if isinstance(event, e.WindowExtended):
            facts = {"at": clock(event.at), "window": event.window, "until": f"{event.until:%H:%M}"}
            yield None, _("{at} {window} 延长到 {until}：{reason}").format(**facts, reason=event.reason)
        if isinstance(event, e.WindowVoided):
            facts = {"at": clock(event.at), "window": event.window, "reason": event.reason}
            yield None, _("{at} {window} 作废：{reason}").format(**facts)
    left = [form for form in story.day.forms if form.waiting]
    for form in left:
        yield False, _("{member} 的应急投标书没有人处理").format(member=form.received.member)
    yield from _incidents(story, "emergency")


def _incidents(story: Story, head: str) -> Iterator[Fact]:
    for one in story.handled:
        if head_of(one) == head:
            right, how = (one.verdict.right, told(one.verdict.how)) if one.verdict else (None, _("没有评判"))
            yield right, labelled(f"{clock(one.incident.occurred.at)} {one.name}", how)


def head_of(one: Handled) -> str | None:
    """Which head an incident belongs to: by the rules its wrong answers break, and by whom and when it befalls."""
    if one.kind is None:
        return None
    rules = {response.rule or "" for response in one.kind.responses}
    rules |= {one.verdict.rule or ""} if one.verdict else set()
    if not rules.isdisjoint(COMMUNICATIONS):
        return "communications"
    in_the_window = bool({str(moment) for moment in one.kind.moments} & {str(WindowPhase.OPEN)})
    if any(rule.startswith("emergency.") for rule in rules) or (in_the_window and one.kind.holds):
        return "emergency"
    return "people" if one.kind.about in (About.PERSON, About.SITE) else None
