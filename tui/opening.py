"""How a rehearsal is opened for people: a new day or one gone on with, the seats they take, the keys they use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from auction.commands.guard import role_of, seat_of
from auction.day import IssuanceDay
from auction.errors import bad_input
from auction.journal import read_rows
from auction.language import say
from auction.plan import Role
from auction.record import replay_rows
from sim.branching import INSTRUCTOR
from sim.playing import JOURNAL, resume, start
from sim.scenario import read_scenario
from tui.keyfolder import kaibiao_home, list_keys
from tui.player import Player, Speed

REHEARSALS = Path("rehearsals")
"""Below the working folder: where a day is kept that is given no folder."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What was chosen in the lobby or on the command line."""

    scenario: Path | None = None
    resumed: Path | None = None
    out: Path | None = None
    seed: int | None = None
    people: frozenset[str] = frozenset()
    own_keys: bool = False


def open_player(opening: Opening) -> Player:
    """The rehearsal with its people seated. Raises BadInput, JournalError."""
    if opening.resumed is not None:
        folder = opening.resumed
        rehearsal, journal = resume(folder, people_in(folder))
    else:
        staged = read_scenario(opening.scenario or Path())
        folder = opening.out or fresh_folder(staged.scenario.name)
        seed = secrets.randbelow(2**31) if opening.seed is None else opening.seed
        rehearsal, journal = start(staged, folder, seed, opening.people)
    seated = rehearsal.day.seats.values()
    public = {s.person.name: s.key for s in seated if s.played_by == "person" and not s.practice}
    public |= own_public_keys(opening.people) if opening.own_keys else {}
    alone = rehearsal.people == {INSTRUCTOR}
    player = Player(rehearsal, journal, folder, public, speed=Speed.SIXTY if alone else Speed.FULL)
    player.sit_down()
    return player


def own_public_keys(people: frozenset[str]) -> dict[str, str]:
    """The public keys in the user's folder of those people who have one there."""
    names = {role_of(seat)[1] for seat in people}
    return {entry.person: entry.public for entry in list_keys(kaibiao_home()) if entry.person in names}


def people_in(folder: Path) -> frozenset[str]:
    """The seats that people play in a journal. Raises BadInput for a journal without any, JournalError."""
    day = replay_rows(read_rows(folder / JOURNAL))
    return frozenset() if day is None else people_on(day, folder)


def people_on(day: IssuanceDay, folder: Path) -> frozenset[str]:
    """The seats that people play on the day in a folder. Raises BadInput where there are none."""
    hand = {INSTRUCTOR} & set(day.acts)
    staff = {seat_of(s.person.role, s.person.name) for s in day.seats.values() if s.played_by == "person"}
    people = hand | staff | {seat_of(Role.UNDERWRITER, member) for member in day.members_played}
    if not people:
        raise bad_input(say("这份日志里没有真人席位；请用 rehearse --auto --resume 续演"), folder)
    return frozenset(people)


def fresh_folder(name: str) -> Path:
    """The first free `rehearsals/<name>-<n>` below the working folder."""
    number = 1
    while (REHEARSALS / f"{name}-{number}").exists():
        number += 1
    return REHEARSALS / f"{name}-{number}"
