"""While a window is open nobody reaches, by any key of the room, what others have bid: every seat, every page."""

import os
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import days
import pytest
from people import BANK, BOND, CHECKER, OPERATOR, STAFF, SUPERVISOR, Person, first_tender, person_in_room, typed_for
from screens import screen_lines, texts

from auction import events as e
from auction.day import IssuanceDay, WindowPhase
from auction.outcome import Json
from auction.quantities import print_amount, print_rate
from auction.seat import view
from sim.branching import INSTRUCTOR
from tui.player import Player, Speed
from tui.screens.room import SIGNATURES
from tui.trouble import LOOKS
from tui.widgets.desk import Desk

ODD = {"frequency: 2": "frequency: 2\n          tick: 0.0007\n          marginal: {lot: 0.0137}"}
"""Such that no level and no amount is written like anything else on the day."""
FIGURE = re.compile(r"\d+\.\d+")
AMOUNT = "1.37"
ASKING = frozenset({"incident_occurred", "day_branched"})
"""What asks the instructor further."""
Leak = Callable[[dict[str, Json], str], None]


def own_level(player: Player) -> str:
    """A level of one's own, a few ticks into the range."""
    return str(Decimal(str(player.benchmark(BOND)["low"])) + 5 * Decimal("0.0007"))


def secrets(day: IssuanceDay, player: Player, seat: str) -> set[str]:
    """What others have bid so far: their levels within the range, their amounts and totals, as they are written."""
    sent = [event for event in player._happened if isinstance(event, e.BidReceived)]
    books = [[step.amount for step in bid.steps] for bid in sent]
    amounts = {print_amount(amount) for book in books for amount in (*book, sum(book))}
    levels = {print_rate(step.level) for bid in sent for step in bid.steps}
    span = player.benchmark(BOND)
    own = {own_level(player), AMOUNT} if seat == BANK else set[str]()
    return (levels - {span["low"], span["high"]} | amounts) - own


def leaks(player: Player, seat: str, reached: str) -> set[str]:
    """What of the sealed stands in what a seat has reached: figures of others, hashes of the journal, the seed."""
    day = player.rehearsal.day
    hashes = {row.hash for row in player.journal.rows()}
    found = secrets(day, player, seat) & set(FIGURE.findall(reached))
    found |= {each for each in hashes if each[:8] in reached}
    return found | {str(days.SEED)} & set(re.findall(r"\d+", reached))


def on_screen(person: Person) -> str:
    """What can be read: the lines of the screen, and all that lies beyond its edges."""
    return "\n".join([*screen_lines(person.app), *texts(person.app)])


def on_disk(folder: Path) -> str:
    """What the room writes beside the journal."""
    files = (folder / "day" / "drafts.json", Path(os.environ["KAIBIAO_HOME"]) / "errors.log")
    return "\n".join(file.read_text("utf-8") for file in files if file.exists())


async def reached(person: Person, seat: str) -> str:
    """Sit down there and go everywhere: every page, every form, the board, the help, the palette, other seats."""
    await person.press("f2")
    await person.press("g", *["j"] * person.player.people.index(seat), "enter")
    found = [on_screen(person)]
    for place, todo in enumerate(person.room.query_one(Desk)._todos):
        await person.to_desk()
        await person.press("g", *["j"] * place)
        found.append(on_screen(person))
        if todo.form or todo.choices or todo.kind in SIGNATURES | LOOKS | ASKING:
            await person.press("enter")
            found.append(on_screen(person))
            await person.press("escape")
    await person.press("tab")
    around = ("i", "i", "f3", "f3", "f1", "escape", "f2", "escape", "o", "escape", "w", "escape", "d", "escape")
    around += ("ctrl+p", "1", "escape")
    for key in around:
        await person.press(key)
        found.append(on_screen(person))
    found += [f"{each.title} {each.help}" for each in person.app.get_system_commands(person.room)]
    return "\n".join(found)


async def open_window(person: Person) -> None:
    """Everybody does what comes next until the window is open; then the clock stands."""
    player = person.player

    def opened(player: Player) -> bool:
        return player.rehearsal.day.windows["W1"].phase is WindowPhase.OPEN

    while await person.on(opened) and not opened(player):
        await person.act()
    player.speed = Speed.PAUSED


async def seats_that_reach(person: Person, words: str) -> set[str]:
    """The seats from which these words can be read."""
    found = {seat: await reached(person, seat) for seat in person.player.people}
    return {seat for seat, told in found.items() if words in told}


@pytest.mark.parametrize("moments", [(12,), pytest.param((2, 12, 23), marks=pytest.mark.soak)], ids=str)
async def test_while_the_window_is_open_no_seat_reaches_a_bid_of_another_a_hash_or_the_seed(
    tmp_path: Path, moments: tuple[int, ...]
):
    scenario = first_tender(tmp_path, ODD)
    seats = (*STAFF, INSTRUCTOR, BANK)
    async with person_in_room(tmp_path, *seats, size=(200, 60), scenario=scenario, seed=days.SEED) as person:
        player = person.player
        await open_window(person)
        for arrived in moments:
            while player.rehearsal.day.arrivals < arrived:
                player.step()
            if arrived == 12:
                await person.press("f2", "G", "enter")
                await person.pick("投标")
                await person.fill_in({"level1": own_level(player), "amount1": AMOUNT})
            for seat in seats:
                found = await reached(person, seat) + on_disk(tmp_path)
                assert leaks(player, seat, found) == set()
                assert (AMOUNT in found) is (seat == BANK and arrived >= 12)
        assert len(secrets(player.rehearsal.day, player, BANK)) > 20
        assert player.rehearsal.day.windows["W1"].phase is WindowPhase.OPEN


def told_in_the_head(seen: dict[str, Json], secret: str) -> None:
    seen["issuer"] = f"{seen['issuer']} {secret}"


def told_among_the_refusals(seen: dict[str, Json], secret: str) -> None:
    seen["refusals"] = [{"at": seen["now"], "seat": BANK, "action": f"bid_received {secret}", "breaches": []}]


def told_of_the_site(seen: dict[str, Json], secret: str) -> None:
    seen["unfit_for_sealing"] = seen["objection"] = secret


@pytest.mark.parametrize("leak", [told_in_the_head, told_among_the_refusals, told_of_the_site])
async def test_a_leak_would_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leak: Leak):
    scenario = first_tender(tmp_path, ODD)
    async with person_in_room(tmp_path, SUPERVISOR, BANK, size=(200, 60), scenario=scenario, seed=days.SEED) as person:
        player = person.player
        await open_window(person)
        while player.rehearsal.day.arrivals < 3:
            player.step()
        day = player.rehearsal.day
        hidden = [min(secrets(day, player, SUPERVISOR)), day.head.hash, str(days.SEED)]

        def leaky(day: IssuanceDay, seat: str) -> dict[str, Json]:
            seen = view(day, seat)
            leak(seen, " ".join(hidden))
            return seen

        monkeypatch.setattr("tui.player.view", leaky)
        assert leaks(player, SUPERVISOR, await reached(person, SUPERVISOR)) == set(hidden)


async def test_a_refused_bid_shows_its_level_to_its_member_alone_until_the_close(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR, SUPERVISOR, BANK, size=(200, 60)) as person:
        player = person.player
        await open_window(person)
        await person.press("f2", "G", "enter")
        await person.pick("投标")
        await person.fill_in({"level1": "8.77", "amount1": "3"})
        await person.press("escape")
        assert player.rehearsal.day.refusals[-1].action == "bid_received"
        assert await seats_that_reach(person, "8.77") == {BANK}
        while player.rehearsal.day.windows["W1"].phase is WindowPhase.OPEN:
            player.step()
        assert await seats_that_reach(person, "8.77") == {OPERATOR, SUPERVISOR, BANK}


async def test_a_blind_checker_reaches_nothing_of_the_operators_entry_before_checking_it(tmp_path: Path):
    async with person_in_room(tmp_path, OPERATOR, CHECKER, size=(200, 60)) as person:
        await person.on()
        await person.pick("录入标书")
        await person.fill_in(typed_for(person.player) | {"offered": "29.4663"})
        await person.pick("录入投标区间")
        await person.fill_in({"low": "1.7531", "high": "2.0847"})
        odd = ("29.4663", "1.7531", "2.0847")
        told = await reached(person, OPERATOR)
        assert [value for value in odd if value in told] == [*odd]
        told = await reached(person, CHECKER) + on_disk(tmp_path)
        assert [value for value in odd if value in told] == []
        await person.pick("复核标书")
        await person.fill_in(typed_for(person.player))
        told = await reached(person, CHECKER)
        assert [value for value in odd if value in told] == ["29.4663"]
