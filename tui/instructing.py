"""The instructor's hand: what can be let go wrong now and with whom, the steps to go back to, another way taken."""

from __future__ import annotations

from auction import events as e
from auction.commands.guard import role_of
from auction.language import Message, say
from auction.plan import Role
from auction.wording import EVENT_NAMES, ROLE_NAMES
from sim.blocks import PlannedIncident
from sim.branching import INSTRUCTOR, branch_folder, branch_rows
from sim.happening import can_occur, in_time, places_for
from sim.incidents import CATALOGUE
from sim.incidents.kind import About, Kind
from sim.playing import resume
from tui.player import Player, Speed, Told

OF_PEOPLE = (About.PERSON, About.MEMBER)
ANYBODY = ""
"""Leave it to chance whom or what it befalls."""


def strikeable(player: Player) -> tuple[Kind, ...]:
    """The kinds of incident that can happen as the day stands, in the order of the catalogue."""
    if player.finished:
        return ()
    found = [kind for kind in CATALOGUE.values() if _places(player, kind)]
    return tuple(kind for kind in found if kind.about not in OF_PEOPLE or targets(player, kind))


def targets(player: Player, kind: Kind) -> tuple[tuple[str, Message], ...]:
    """Whom or what a kind can befall now, by value and words; the first leaves it to chance where there are several."""
    plan = player.rehearsal.day.plan
    match kind.about:
        case About.PERSON:
            people = [person for person in plan.roster if person.role in kind.roles and person.deputy_for is None]
            found = [(p.name, say("{role} {name}", role=ROLE_NAMES[p.role], name=p.name)) for p in people]
        case About.MEMBER:
            found = [(name, say("{name}", name=name)) for name in plan.members]
        case About.ISSUE | About.WINDOW:
            found = [(place, say("{name}", name=place)) for place in _places(player, kind) if place]
        case About.SITE:
            found = []
    return ((ANYBODY, say("随便谁")), *found) if len(found) > 1 else tuple(found)


def inject(player: Player, kind: Kind, target: str) -> Told:
    """Let a kind of incident befall a target now. Raises BadInput where it cannot, JournalError."""
    whom = target if kind.about in OF_PEOPLE else ""
    place = target if kind.about in (About.ISSUE, About.WINDOW) else next(iter(_places(player, kind)), None)
    bonds = {issue.bond for issue in player.rehearsal.day.plan.issues}
    where = {"bond" if place in bonds else "window": place} if place else {}
    planned = {"kind": kind.id, "at": player.now.time().isoformat(), "who": whom or None, **where}
    return player.strike(PlannedIncident.model_validate(planned))


def _places(player: Player, kind: Kind) -> tuple[str | None, ...]:
    """Where a kind can happen now: windows or bonds, or None for one that is about neither."""
    day = player.rehearsal.day
    places: tuple[str | None, ...] = places_for(kind, day.plan)
    if not places and kind.fits is None and kind.about is not About.ISSUE:
        places = (None,)
    return tuple(place for place in places if in_time(kind, day, place) and can_occur(kind, day, place))


def steps_told(player: Player) -> tuple[tuple[str, str], ...]:
    """Every row that one can go back to, as far as the instructor hears of it: number, and when, who, what."""
    told = []
    for row, event in player.told_rows(INSTRUCTOR):
        if isinstance(event, e.DayClosed):
            continue
        role, name = role_of(event.seat)
        who = str(ROLE_NAMES[role]) if name in (role.value, "scenario") else f"{ROLE_NAMES[role]} {name}"
        about = e.place_of(event) or getattr(event, "person", "")
        told.append((str(row), f"{row:>4}  {event.at:%H:%M:%S}  {who}  {EVENT_NAMES[event.kind]} {about}".rstrip()))
    return tuple(told)


def branch_player(player: Player, row: int) -> Player:
    """The same people on another way from a row on, in a folder beside this one, the clock stopped.

    Raises BadInput, JournalError; then the day goes on where it is.
    """
    folder = branch_folder(player.folder, player.rehearsal.day)
    branch_rows(player.journal.rows(), player.rehearsal.staged, player.folder.resolve().name, row, folder)
    rehearsal, journal = resume(folder, player.rehearsal.people)
    other = Player(rehearsal, journal, folder, player.public, player.keys, Speed.PAUSED)
    player.journal.close()
    other.sit_down()
    return other


def is_instructor(seat: str) -> bool:
    """Whether a seat is the instructor's."""
    return role_of(seat)[0] is Role.INSTRUCTOR
