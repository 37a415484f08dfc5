"""Two bottlenecks made visible: how long the sign-off took, and who waited for whom.

Since when an act could be done follows from a small table of the acts that come before it; somebody who was busy
with another act keeps nobody waiting twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auction import events as e
from auction.day import IssuanceDay
from auction.language import _
from auction.plan import Role
from auction.wording import EVENT_NAMES, ROLE_NAMES
from sim.debrief.course import Course
from sim.debrief.looking import Story
from sim.debrief.section import Row, Section
from sim.debrief.wording import clock, lasting, names, together

BEFORE: Mapping[str, tuple[str, ...]] = {
    "person_registered": ("seat_taken",),
    "devices_handed_in": ("person_registered",),
    "shielding_switched_on": ("seat_taken",),
    "recorded_line_tested": ("seat_taken",),
    "site_inspected": ("devices_handed_in", "shielding_switched_on", "recorded_line_tested"),
    "site_sealed": ("site_inspected", "objection_settled"),
    "notice_entered": ("site_sealed", "notice_checked", "window_voided"),
    "notice_checked": ("notice_entered",),
    "range_entered": ("site_sealed", "range_checked", "window_voided"),
    "range_checked": ("range_entered",),
    "notices_sent": ("notice_checked", "range_checked"),
    "result_delivered": ("window_closed",),
    "result_recomputed": ("result_delivered",),
    "award_confirmed": ("result_recomputed",),
    "award_checked": ("award_confirmed",),
    "result_signed": ("award_checked",),
    "custody_closed": ("result_signed",),
    "register_closed": ("custody_closed", "window_voided"),
    "site_released": ("register_closed",),
    "result_published": ("site_released",),
    "objection_settled": ("objection_raised",),
    "settlement_recorded": ("payment_received",),
    "day_closed": ("settlement_recorded", "bonds_listed"),
}
"""The acts after the last of which an act can be done: of its own bond or window, or of the whole day."""

BY_MEMBERS = "custody_closed"
"""What the issuing system does, and members are waited for."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One act: since when it could be done, who did it and when."""

    act: e.AnyEvent
    who: str
    since: datetime
    after: e.AnyEvent
    """What it came after."""
    idle: datetime
    """Since when whoever did it had done nothing else."""
    began: datetime
    """Since when one act of theirs that could be done followed upon another."""

    @property
    def span(self) -> timedelta:
        """How long it was waited for."""
        return self.act.at - self.since


def waits(story: Story) -> tuple[Wait, ...]:
    """Every act that others may have waited for, in order."""
    latest: dict[tuple[str, str | None], e.AnyEvent] = {}
    busy: dict[str, datetime] = {}
    found: dict[str, Wait] = {}
    every: list[Wait] = []
    for event in story.events:
        who, after = _who(event), _what_came_before(story.day, latest, event)
        if after:
            idle = busy.get(who, story.day.planned.at)
            own = found.get(who)
            straight_on = own is not None and own.act.at == idle and idle >= after.at
            began = own.began if own and straight_on else max(after.at, idle)
            found[who] = Wait(event, who, max(after.at, idle), after, idle, began)
            every.append(found[who])
        latest[_key(event)] = event
        busy[who] = event.at
    return tuple(every)


def _who(event: e.AnyEvent) -> str:
    return str(ROLE_NAMES[Role.UNDERWRITER]) if event.kind == BY_MEMBERS else names(event.seat)


def _key(event: e.AnyEvent) -> tuple[str, str | None]:
    """An incident and a form are told apart by their number, everything else by where it happens."""
    if isinstance(event, e.IncidentOccurred | e.EmergencyFormReceived):
        return event.kind, str(event.number)
    return event.kind, e.place_of(event)


def _what_came_before(
    day: IssuanceDay, latest: Mapping[tuple[str, str | None], e.AnyEvent], event: e.AnyEvent
) -> e.AnyEvent | None:
    """The last of the acts that an act comes after."""
    if isinstance(event, e.IncidentAnswered):
        return latest.get(("incident_occurred", str(event.number)))
    if isinstance(event, e.EmergencyBidKeyed | e.EmergencyFormSetAside):
        return latest.get(("emergency_form_received", str(event.number)))
    kinds = BEFORE.get(event.kind)
    if kinds is None:
        return None
    places = _places(day, e.place_of(event))
    known = [act for (kind, place), act in latest.items() if kind in kinds and (not places or place in places)]
    return max(known, key=lambda act: act.at, default=None)


def _places(day: IssuanceDay, place: str | None) -> frozenset[str | None]:
    """Where what comes before an act may have happened; empty is anywhere."""
    if place is None:
        return frozenset()
    about: set[str | None] = {place, None}
    for window in day.plan.windows:
        bonds = {issue.bond for issue in window.issues}
        about |= bonds if place == window.id else {window.id} if place in bonds else set()
    return frozenset(about)


@dataclass(frozen=True, slots=True)
class Register:
    """One person: how many acts others waited for, how long in sum, for which longest, and who waited."""

    who: str
    acts: int
    total: timedelta
    longest: Wait
    waited: tuple[tuple[str, timedelta], ...]


def register(story: Story) -> tuple[Register, ...]:
    """Who was waited for, the longest first."""
    found = waits(story)
    behind = _behind(found)
    lines: list[Register] = []
    for who in dict.fromkeys(wait.who for wait in found):
        own = [wait for wait in found if wait.who == who]
        total = sum((wait.span for wait in own), timedelta())
        waited = tuple((other, span) for (other, whom), span in behind.items() if whom == who)
        longest = max(own, key=lambda wait: wait.span)
        lines.append(Register(who, len(own), total, longest, tuple(sorted(waited, key=lambda pair: -pair[1]))))
    return tuple(sorted(lines, key=lambda each: -each.total))


def _behind(found: Sequence[Wait]) -> dict[tuple[str, str], timedelta]:
    """How long each waited for whom: whoever acts next waited for the acts before, since their own last one."""
    by_act = {id(wait.act): wait for wait in found}
    counted: set[tuple[str, int]] = set()
    sums: dict[tuple[str, str], timedelta] = {}
    for wait in found:
        before = by_act.get(id(wait.after))
        if before is None or before.who == wait.who or (wait.who, id(before.act)) in counted:
            continue
        counted.add((wait.who, id(before.act)))
        pair, span = (wait.who, before.who), before.act.at - max(before.began, wait.idle)
        sums[pair] = sums.get(pair, timedelta()) + max(span, timedelta())
    return {pair: span for pair, span in sums.items() if span}


def register_section(story: Story) -> Section:
    """The register of who is waiting for whom."""
    columns = (_("等谁"), _("经手"), _("合计等候"), _("最久的一件"), _("谁在等"))
    rows = tuple(_register_row(each) for each in register(story))
    remark = _("从一件事可以办的时刻，计到办完的时刻；同一人手头有别的事时不重复计。")
    return Section("waiting", _("谁在等谁"), rows, columns, remark)


def _register_row(each: Register) -> Row:
    act = each.longest.act
    what = f"{EVENT_NAMES[act.kind]} {e.place_of(act) or ''}".rstrip()
    longest = _("{act}，自 {since} 起 {span}").format(
        act=what,
        since=clock(each.longest.since),
        span=lasting(each.longest.span),
    )
    waited = together(f"{who} {lasting(span)}" for who, span in each.waited)
    return Row((each.who, str(each.acts), lasting(each.total), longest, waited))


def longest_waits(story: Story) -> Section:
    """The acts that were waited for longest: since when each could be done, by whom it was done, and when."""
    columns = (_("事项"), _("场次或债券"), _("谁办"), _("可以办自"), _("办完"), _("等候"))
    longest = sorted(waits(story), key=lambda wait: -wait.span)[:LONGEST]
    rows = tuple(
        Row(
            (
                str(EVENT_NAMES[wait.act.kind]),
                e.place_of(wait.act) or "",
                wait.who,
                clock(wait.since),
                clock(wait.act.at),
                lasting(wait.span),
            )
        )
        for wait in longest
    )
    return Section("waits", _("等得最久的事"), rows, columns)


LONGEST = 10
"""How many acts are told one by one."""


def sign_off_clock(story: Story) -> Section:
    """From the close to the signatures, each step with the time since the close, and a foreign comparison."""
    rows = tuple(row for course in story.courses for row in _steps(course))
    remark = _("境外有的市场截标后约两分钟公布，仅作对照，不是规则。")
    return Section("sign-off", _("截标到签字的时钟"), rows, (_("场次"), _("环节"), _("时刻"), _("距截标")), remark)


def _steps(course: Course) -> Iterator[Row]:
    closed = course.at(e.WindowClosed)
    if closed is None:
        return
    yield Row((course.window, str(EVENT_NAMES["window_closed"]), clock(closed), ""))
    for kind in (e.ResultDelivered, e.ResultRecomputed, e.AwardConfirmed, e.AwardChecked):
        at = course.at(kind)
        if at:
            yield Row((course.window, str(EVENT_NAMES[e.kind_of(kind)]), clock(at), lasting(at - closed)))
    for signed in course.all(e.ResultSigned):
        what = f"{EVENT_NAMES[signed.kind]} {names(signed.seat)}"
        yield Row((course.window, what, clock(signed.at), lasting(signed.at - closed)))
    yield Row((course.window, _("（对照）境外公布结果"), clock(closed + ABROAD), lasting(ABROAD)))


ABROAD = timedelta(minutes=2)
"""Elsewhere, as with US Treasury auctions, results go out about this long after the close: a comparison, no rule."""
