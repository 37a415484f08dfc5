"""Two journals side by side: the scores by objective, what one caught and the other missed, how long each took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from auction import events as e
from auction.language import _
from auction.wording import EVENT_NAMES
from sim.debrief.course import Course
from sim.debrief.eyes import fields_told
from sim.debrief.looking import Handled
from sim.debrief.section import Mark, Row, Section, line, mark
from sim.debrief.trouble import cost
from sim.debrief.whole import Debrief
from sim.debrief.wording import lasting, yuan


@dataclass(frozen=True, slots=True)
class Side:
    """One of two days, and what its journal is called."""

    name: str
    debrief: Debrief


def against(one: Side, other: Side) -> tuple[Section, ...]:
    """What two days have in common, and in what they differ."""
    return (_kinship(one, other), _scores(one, other), _caught(one, other), _checks(one, other), _spans(one, other))


def compared(one: Side, other: Side) -> str:
    """What they are worth, in one sentence."""
    facts = {"one": one.name, "other": other.name, "a": one.debrief.score, "b": other.debrief.score}
    return _("{one} 得 {a} 分，{other} 得 {b} 分。").format(**facts)


def against_title(one: Side, other: Side) -> str:
    """What is compared."""
    return _("复盘对照 · {one} 与 {other}").format(one=one.name, other=other.name)


def same_scenario(one: Side, other: Side) -> bool:
    """Whether both days were played from the same scenario, to the byte."""
    return one.debrief.day.planned.scenario_digest == other.debrief.day.planned.scenario_digest


def rows_in_common(one: Side, other: Side) -> int:
    """How many rows the two journals share from the first on."""
    heads = ([head for _event, head in side.debrief.told] for side in (one, other))
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(*heads, strict=False)))


def _kinship(one: Side, other: Side) -> Section:
    """Whether the scenario is the same, and where one day left the other."""
    names = tuple(side.debrief.day.planned.scenario for side in (one, other))
    if same_scenario(one, other):
        told = _("同一场景：{name}").format(name=names[0])
    else:
        told = _("不是同一场景（{a} 与 {b}），分数和用时只能大致对照").format(a=names[0], b=names[1])
    rows = [line(told, Mark.RIGHT if same_scenario(one, other) else Mark.WARNED)]
    common = rows_in_common(one, other)
    if common:
        rows.append(line(_("两份日志前 {count} 行相同，此后分开").format(count=common)))
    for side, whole in ((one, other), (other, one)):
        rows += [line(each) for each in _left(side, whole)]
    return Section("kinship", _("可比吗"), tuple(rows))


def _left(side: Side, whole: Side) -> Iterator[str]:
    """Where one day left the other's way."""
    heads = {(head.count, head.hash) for _event, head in whole.debrief.told}
    for each in side.debrief.day.branches:
        if (each.left_count, each.left_head) in heads:
            facts = {"side": side.name, "whole": whole.name, "count": each.left_count}
            yield _("{side} 是从 {whole} 分出来的，离开时后者记到第 {count} 行").format(**facts)


def _scores(one: Side, other: Side) -> Section:
    """The objectives side by side."""
    met = [{str(o.text): o.met for o in side.debrief.objectives} for side in (one, other)]
    rows = [Row((text, *(_sign(side, text) for side in met))) for text in dict.fromkeys([*met[0], *met[1]])]
    rows.append(Row((_("得分"), str(one.debrief.score), str(other.debrief.score))))
    rows.append(_costs(_("已造成的金额"), one, other, wrong=True))
    rows.append(_costs(_("避免的金额"), one, other, wrong=False))
    return Section("scores", _("逐项目标"), tuple(rows), (_("目标"), one.name, other.name))


def _sign(met: Mapping[str, bool], text: str) -> str:
    return str(mark(met[text])) if text in met else _("无")


def _costs(words: str, one: Side, other: Side, wrong: bool) -> Row:
    amounts = [cost(side.debrief.story, wrong) for side in (one, other)]
    return Row((words, *(yuan(amount) if amount else _("无") for amount in amounts)))


Struck = tuple[str, str | None, str, int]
"""An incident by kind, place, subject, and which of the same it is."""


def _struck(side: Side) -> dict[Struck, Handled]:
    """The incidents of a day, so named that those of two days can be told to be the same."""
    found: dict[Struck, Handled] = {}
    for each in side.debrief.story.handled:
        occurred = each.incident.occurred
        known = sum(key[:3] == (occurred.incident, occurred.place, occurred.subject) for key in found)
        found[occurred.incident, occurred.place, occurred.subject, known] = each
    return found


def _caught(one: Side, other: Side) -> Section:
    """Each incident of either day, and how each came through it."""
    both = (_struck(one), _struck(other))
    rows = []
    for key in dict.fromkeys([*both[0], *both[1]]):
        known = both[0].get(key) or both[1][key]
        about = " ".join(word for word in (str(known.name), key[1] or "", key[2]) if word)
        differ = _right(both[0].get(key)) is not _right(both[1].get(key))
        cells = tuple(_handled(each.get(key)) for each in both)
        rows.append(Row((about, *cells), Mark.WARNED if differ else Mark.NONE))
    remark = _("! 是一边处置得当而另一边没有的，或只在一边发生的。") if rows else _("两边都没有突发情况。")
    columns = (_("突发情况"), one.name, other.name) if rows else ()
    return Section("caught", _("突发情况对照"), tuple(rows), columns, remark)


def _right(one: Handled | None) -> bool | None:
    return one.verdict.right if one and one.verdict else None


def _handled(one: Handled | None) -> str:
    if one is None:
        return _("没有发生")
    if one.verdict is None:
        return _("没有评判")
    noticed = one.verdict.noticed
    after = _("（用时 {span}）").format(span=lasting(noticed - one.incident.occurred.at)) if noticed else ""
    return f"{mark(one.verdict.right)} {one.verdict.how}{after}"


def _checks(one: Side, other: Side) -> Section:
    """The wrong fields each day found in checking, and those it sent."""
    rows = []
    both = (_looked_at(one), _looked_at(other))
    for bond in dict.fromkeys([*both[0], *both[1]]):
        rows.append(Row((bond, *(each.get(bond, _("一致")) for each in both))))
    columns = (_("债券"), one.name, other.name) if rows else ()
    remark = "" if rows else _("两边的复核都没有发现不一致，也没有发出有误的标书。")
    return Section("checks", _("双人核对对照"), tuple(rows), columns, remark)


def _looked_at(side: Side) -> dict[str, str]:
    """By bond, the fields found to differ and the wrong ones sent."""
    story, found, sent = side.debrief.story, dict[str, list[str]](), dict[str, list[str]]()
    for event in story.events:
        if isinstance(event, e.NoticeChecked | e.RangeChecked) and event.differences:
            found.setdefault(event.bond, []).extend(event.differences)
    for each in story.sendings:
        for bond, field in each.wrong:
            sent.setdefault(bond, []).append(field)
    told: dict[str, str] = {}
    for bond in dict.fromkeys([*found, *sent]):
        caught = [_("发现：{fields}").format(fields=_named(found[bond]))] if bond in found else []
        missed = [_("未发现：{fields}").format(fields=_named(sent[bond]))] if bond in sent else []
        told[bond] = _("；").join(caught + missed)
    return told


def _named(fields: list[str]) -> str:
    return fields_told(tuple(dict.fromkeys(fields)))


STEPS: tuple[tuple[type[e.Event], type[e.Event]], ...] = (
    (e.NoticesSent, e.WindowOpened),
    (e.WindowClosed, e.ResultDelivered),
    (e.ResultDelivered, e.ResultRecomputed),
    (e.ResultRecomputed, e.AwardConfirmed),
    (e.AwardConfirmed, e.AwardChecked),
    (e.AwardChecked, e.ResultSigned),
    (e.WindowClosed, e.ResultSigned),
    (e.ResultSigned, e.CustodyClosed),
)
"""From one act of a window to another."""


def _spans(one: Side, other: Side) -> Section:
    """How long each step took, side by side."""
    both = (_durations(one), _durations(other))
    rows = []
    for key in dict.fromkeys([*both[0], *both[1]]):
        place, start, end = key
        told = _("{place} {start} → {end}").format(place=place, start=EVENT_NAMES[start], end=EVENT_NAMES[end])
        rows.append(Row((told.strip(), *(lasting(each[key]) if key in each else _("无") for each in both))))
    return Section("spans", _("用时对照"), tuple(rows), (_("环节"), one.name, other.name))


def _durations(side: Side) -> dict[tuple[str, str, str], timedelta]:
    """By place and the kinds of the two acts; of a window that was bid again, the last attempt."""
    story = side.debrief.story
    spans: dict[tuple[str, str, str], timedelta] = {}
    courses: dict[str, Course] = {course.window: course for course in story.courses}
    sealed = story.day.since.get("site_sealed")
    if sealed:
        spans["", "day_planned", "site_sealed"] = sealed - story.day.planned.at
    for course in courses.values():
        spans.update(_of_window(course, sealed))
    released, published = (story.day.since.get(kind) for kind in ("site_released", "result_published"))
    if released and published:
        spans["", "site_released", "result_published"] = published - released
    return spans


def _of_window(course: Course, sealed: datetime | None) -> Iterator[tuple[tuple[str, str, str], timedelta]]:
    sent = course.at(e.NoticesSent)
    if sealed and sent:
        yield (course.window, "site_sealed", "notices_sent"), sent - sealed
    for start, end in STEPS:
        began, ended = course.at(start), course.at(end)
        if began and ended:
            yield (course.window, e.kind_of(start), e.kind_of(end)), ended - began
