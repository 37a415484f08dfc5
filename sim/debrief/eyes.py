"""The four-eyes record: the differences found and missed; and who saw a bid before the close, and why."""

from __future__ import annotations

from collections.abc import Iterator

from auction import events as e
from auction.language import _, listed
from auction.plan import Role
from auction.wording import EVENT_NAMES, FIELD_NAMES
from sim.debrief.looking import Seen, Story
from sim.debrief.section import Mark, Row, Section, line
from sim.debrief.wording import clock, labelled, names, together


def four_eyes(story: Story) -> Section:
    """Every check with what it found, and every wrong field that was sent although two people had looked."""
    return Section("four-eyes", _("双人核对"), (*_checks(story), *_missed(story)))


def _checks(story: Story) -> Iterator[Row]:
    for event in story.events:
        if isinstance(event, e.NoticeChecked | e.RangeChecked):
            found, sign = fields_told(event.differences), Mark.RIGHT if event.differences else Mark.NONE
            yield line(labelled(f"{clock(event.at)} {event.bond} {names(event.seat)}", found), sign)
        if isinstance(event, e.AwardConfirmed | e.AwardChecked):
            yield line(labelled(f"{clock(event.at)} {event.window} {names(event.seat)}", EVENT_NAMES[event.kind]))


def fields_told(fields: tuple[str, ...]) -> str:
    """The fields that differ, or that none does."""
    return str(listed([FIELD_NAMES[field] for field in fields])) if fields else _("一致")


def _missed(story: Story) -> Iterator[Row]:
    for each in story.sendings:
        checkers = dict(each.checkers)
        for bond, field in each.wrong:
            who = [each.sent.seat, *([checkers[bond]] if bond in checkers else [])]
            told = _("{at} {bond} {field} 有误而发出，{who} 未发现")
            facts = {"bond": bond, "field": FIELD_NAMES[field], "who": together(map(names, who))}
            yield line(told.format(at=clock(each.sent.at), **facts), Mark.WRONG)


def missed(story: Story) -> int:
    """How many wrong fields were sent."""
    return sum(len(each.wrong) for each in story.sendings)


def found(story: Story) -> int:
    """How many differences were found in checking."""
    checks = [event for event in story.events if isinstance(event, e.NoticeChecked | e.RangeChecked)]
    return sum(len(event.differences) for event in checks)


def seen_before_the_close(story: Story) -> Section:
    """Who could read an emergency form before the close, and why; nobody sees any other bid."""
    remark = _("除此之外，截标前没有任何席位能看到别人的投标；教员也看不到。")
    if not story.seen:
        remark = _("没有人。截标前没有任何席位能看到别人的投标；教员也看不到。")
    return Section(
        "seen", _("谁在截标前看到投标，为什么"), tuple(_seen(story, each) for each in story.seen), (), remark
    )


def _seen(story: Story, each: Seen) -> Row:
    keyed = [k for k in story.events if isinstance(k, e.EmergencyBidKeyed) and k.number == each.form.number]
    why = tuple(_reason(seat) for seat in each.seats)
    keyed_by = tuple(_("{at} {who} 录入").format(at=clock(k.at), who=names(k.seat)) for k in keyed)
    told = _("{at} {member} 的应急投标书（{bond}）：{who}")
    facts = {"member": each.form.member, "bond": each.form.bond, "who": together(map(names, each.seats)) or _("没有人")}
    return line(told.format(at=clock(each.form.at), **facts), Mark.NONE, (*why, *keyed_by))


def _reason(seat: str) -> str:
    role = seat.partition(":")[0]
    if role == Role.SUPERVISOR:
        return _("{who}：应急录入须监督员在场").format(who=names(seat))
    if role == Role.CHECKER:
        return _("{who}：复核应急投标书").format(who=names(seat))
    return _("{who}：核对印鉴、密押并录入").format(who=names(seat))
