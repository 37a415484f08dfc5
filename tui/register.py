"""The register of who is waiting for whom: who has something to do and since when, what is held up, who waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from auction import events as e
from auction.commands.guard import role_of
from auction.day import BEFORE_CLOSE
from auction.language import Message, _, listed, say
from auction.plan import Role
from auction.wording import EVENT_NAMES, ROLE_NAMES
from sim.acting import Act
from tui.beside import kind_told
from tui.output import aligned
from tui.player import Player


def register_lines(player: Player) -> list[str]:
    """The register as text: kinds of act, never what is in them."""
    now = player.now
    due = {seat: act for seat in player.rehearsal.seats() if (act := player.due_act(seat))}
    site = {seat: act for seat, act in due.items() if _on_site(seat)}
    rows = [[_name(seat), _what(act), f"{act.since:%H:%M:%S}", _for(now - act.since)] for seat, act in site.items()]
    head = [_("谁"), _("要办的"), _("从何时起"), _("已有")]
    lines = aligned([head, *rows]) if rows else [_("现场此刻没有要办的事")]
    idle = [seat for seat in player.rehearsal.seats() if _on_site(seat) and seat not in site]
    if idle and site:
        waits = {"who": _listed(idle), "whom": _listed(site)}
        lines += ["", _("{who} 在等 {whom}").format(**waits)]
    return [*lines, *_clock(due), *_members(player, due), *_held_up(player)]


def _on_site(seat: str) -> bool:
    return role_of(seat)[0] not in (Role.SYSTEM, Role.INSTRUCTOR, Role.UNDERWRITER)


def _what(act: Act) -> str:
    return f"{EVENT_NAMES[kind_told(act.event)]} {e.place_of(act.event) or ''}".rstrip()


def _clock(due: dict[str, Act]) -> Iterator[str]:
    """What the clock brings next, for which everybody waits."""
    for seat, act in due.items():
        if role_of(seat)[0] is Role.SYSTEM:
            yield ""
            yield _("到点：{time} {what}").format(time=f"{act.due:%m-%d %H:%M:%S}", what=_what(act))


def _members(player: Player, due: dict[str, Act]) -> Iterator[str]:
    """How many members have something to send; nothing before the close of every window."""
    if any(state.phase in BEFORE_CLOSE for state in player.rehearsal.day.windows.values()):
        return
    kinds = [act.event.kind for seat, act in due.items() if role_of(seat)[0] is Role.UNDERWRITER]
    for kind in dict.fromkeys(kinds):
        yield _("承销团成员 {count} 家：{what}").format(count=kinds.count(kind), what=EVENT_NAMES[kind])


def _held_up(player: Player) -> Iterator[str]:
    """What stands in everybody's way: an objection, an incident that nobody has answered."""
    day = player.rehearsal.day
    if day.objection:
        yield _("因监督员的异议停办，等监督员了结")
    for incident in day.incidents:
        if incident.waiting:
            roles = listed([ROLE_NAMES[day.plan.acting(role)] for role in incident.occurred.answered_by])
            at = f"{incident.occurred.at:%H:%M:%S}"
            yield _("{at} 的突发情况等 {roles} 处置").format(at=at, roles=roles)


def _name(seat: str) -> str:
    role, name = role_of(seat)
    return f"{ROLE_NAMES[role]} {name}"


def _listed(seats: list[str] | dict[str, Act]) -> Message:
    return listed([say("{name}", name=_name(seat)) for seat in seats])


def _for(passed: timedelta) -> str:
    """Minutes and seconds that have passed."""
    seconds = max(0, int(passed.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"
