"""What the lobby offers: the scenarios, and the days of the working folder that can be gone on with, as plain data.

Reading them brings in the whole house, so the lobby does it in a thread, once it stands on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auction.commands.guard import role_of
from auction.day import IssuanceDay, Phase
from auction.errors import KaibiaoError
from auction.journal import read_rows
from auction.language import Message, say
from auction.plan import Plan, Role
from auction.record import replay_rows
from auction.wording import PHASE_NAMES, ROLE_NAMES, WINDOW_PHASE_NAMES
from sim.playing import DEBRIEF, JOURNAL, SCENARIO
from sim.scenario import KEPT_NAME, find_scenario, read_scenario, shipped_scenarios
from tui.beside import seats_for_people
from tui.opening import REHEARSALS, people_on


@dataclass(frozen=True, slots=True)
class SeatOffered:
    """A seat that a person can take."""

    seat: str
    role: Message
    name: str
    on_site: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A day that can be played, or why it cannot."""

    file: Path
    title: str
    aim: str = ""
    seats: tuple[SeatOffered, ...] = ()
    taken: frozenset[str] = frozenset()
    """The seats that people take unless they choose others; those of a day gone on with are settled."""
    folder: Path | None = None
    """Of a day gone on with."""
    standing: tuple[Message | str, ...] = ()
    """Where a day gone on with stands."""
    wrong: KaibiaoError | None = None


def offers(asked: Path | None) -> Iterator[Offer]:
    """The scenario asked for or the one to begin with, the days begun, the latest first, then every other scenario."""
    first, *others = scenario_files(asked)
    yield scenario_offered(first)
    for folder in folders_begun():
        yield day_offered(folder)
    for file in others:
        yield scenario_offered(file)


def scenario_files(asked: Path | None) -> list[Path]:
    """The file asked for, found or not, and every other that comes with the program."""
    if asked is None:
        return [*shipped_scenarios()]
    try:
        found = find_scenario(asked)
    except KaibiaoError:
        found = asked
    return [found, *(file for file in shipped_scenarios() if file.resolve() != found.resolve())]


def folders_begun() -> list[Path]:
    """Rehearsals below the working folder that have a journal and no debrief yet, the latest first."""
    journals = [file for file in REHEARSALS.glob(f"*/{JOURNAL}") if file.is_file()]
    unfinished = [file for file in journals if not (file.parent / DEBRIEF).exists()]
    return [file.parent for file in sorted(unfinished, key=lambda file: file.stat().st_mtime, reverse=True)]


def scenario_offered(file: Path) -> Offer:
    """A scenario to begin, the operator's seat proposed."""
    try:
        scenario = read_scenario(file).scenario
    except KaibiaoError as error:
        return Offer(file, str(file), wrong=error)
    seats = seats_offered(scenario.plan)
    operators = frozenset(seat.seat for seat in seats if role_of(seat.seat)[0] is Role.OPERATOR)
    return Offer(file, scenario.title, scenario.aim, seats, operators)


def day_offered(folder: Path) -> Offer:
    """A day to go on with, by the people who began it."""
    file = folder / SCENARIO / KEPT_NAME
    title = folder.name
    try:
        scenario = read_scenario(file).scenario
        title = scenario.title
        day = replay_rows(read_rows(folder / JOURNAL))
        taken = frozenset[str]() if day is None else people_on(day, folder)
    except KaibiaoError as error:
        return Offer(file, title, folder=folder, wrong=error)
    standing = () if day is None else standing_of(day)
    return Offer(file, title, scenario.aim, seats_offered(scenario.plan), taken, folder, standing)


def seats_offered(plan: Plan) -> tuple[SeatOffered, ...]:
    """Every seat of the day that people can sit in."""
    seats = [(seat, *role_of(seat)) for seat in seats_for_people(plan)]
    off_site = (Role.UNDERWRITER, Role.INSTRUCTOR)
    return tuple(
        SeatOffered(seat, ROLE_NAMES[role], "" if role is Role.INSTRUCTOR else name, role not in off_site)
        for seat, role, name in seats
    )


def standing_of(day: IssuanceDay) -> tuple[Message | str, ...]:
    """The moment, the phase of the day, and while the site is sealed those of its windows."""
    moment = f"{day.now:%H:%M:%S}"
    if day.phase is not Phase.SITE_SEALED:
        return moment, PHASE_NAMES[day.phase]
    windows = [
        say("{window} {phase}", window=name, phase=WINDOW_PHASE_NAMES[state.phase])
        for name, state in day.windows.items()
    ]
    return (moment, PHASE_NAMES[day.phase], *windows)
