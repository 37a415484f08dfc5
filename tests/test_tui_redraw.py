"""The room while members bid: what has changed is drawn and nothing else, also behind a form."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from people import BANK, BOND, Person, person_in_room
from screens import screen_lines
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from auction.day import WindowPhase
from tui.compositor import CjkCompositor
from tui.player import Player, Speed
from tui.screens.ask import FormModal
from tui.widgets.reword import reword

STEPS = [{"level": "1.85", "amount": "0.5"}]
MEMBER = BANK.partition(":")[2]
PASSES = 3
"""How often the room is drawn until nothing is left to draw, also where something lies over it."""


class Drawing:
    """What of the drawing concerns the whole screen."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.layouts = self.screens = 0
        lay_out, write = Screen._refresh_layout, CjkCompositor.render_full_update

        def laid_out(screen: Screen[object], *size: object, scroll: bool = False) -> None:
            self.layouts += 1
            lay_out(screen, *size, scroll=scroll)

        def written(compositor: CjkCompositor, simplify: bool = False) -> object:
            self.screens += 1
            return write(compositor, simplify)

        patch.setattr(Screen, "_refresh_layout", laid_out)
        patch.setattr(CjkCompositor, "render_full_update", written)


@pytest.fixture
def drawing(monkeypatch) -> Drawing:
    """What is laid out and written whole from here on."""
    return Drawing(monkeypatch)


def bidding(player: Player) -> bool:
    """Whether the window is open and others have bid too."""
    return player.rehearsal.day.windows["W1"].phase is WindowPhase.OPEN and members_bid(player) > 1


def members_bid(player: Player) -> int:
    """How many have bid so far."""
    return player.view(BANK)["windows"][0]["issues"][0]["members_bid"]


@asynccontextmanager
async def bidder(folder: Path) -> AsyncIterator[Person]:
    """A member that has bid among others that are bidding; the clock runs as the test lets it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tui.screens.room.TICK", 3600)
        patch.setattr("tui.screens.room.REDRAW", 3600)
        async with person_in_room(folder, BANK) as person:
            yield await bid_in(person)


async def bid_in(person: Person) -> Person:
    """Let the person bid, and the clock run until others have bid too."""
    await person.on()
    person.player.propose(BANK, "bid_received", {"bond": BOND, "member": MEMBER, "steps": STEPS})
    person.player.speed = Speed.SIXTY
    await person.on(bidding)
    return person


async def told_on(person: Person) -> tuple[int, str]:
    """Let the clock run a little and draw; how many have bid, and the time."""
    person.player.tick(0.1)
    person.room.redraw()
    for _pass in range(PASSES):
        await person.look()
        person.room._on_timer_update()
    await person.look()
    return members_bid(person.player), person.player.view(BANK)["now"].partition("T")[2]


async def test_while_members_bid_only_what_changes_is_drawn_and_as_if_all_had_been(tmp_path: Path, drawing: Drawing):
    async with bidder(tmp_path) as person:
        drawing.layouts = drawing.screens = 0
        seen = set()
        while len(seen) < 4:
            count, clock = await told_on(person)
            lines = screen_lines(person.app)
            assert clock in lines[0]
            assert f"已有 {count} / " in "\n".join(lines)
            seen.add(count)
        assert (drawing.layouts, drawing.screens) == (0, 0)
        person.app.refresh_css()
        person.room.refresh(layout=True)
        await person.look()
        assert screen_lines(person.app) == lines


async def test_behind_a_form_only_what_changes_is_drawn(tmp_path: Path, drawing: Drawing):
    async with bidder(tmp_path) as person:
        await person.to_desk()
        await person.press("g", "enter")
        await told_on(person)
        drawing.layouts = drawing.screens = 0
        for _second in range(5):
            _count, clock = await told_on(person)
            assert isinstance(person.app.screen, FormModal)
            assert clock in screen_lines(person.app)[0]
        assert (drawing.layouts, drawing.screens) == (0, 0)


class Page(App[None]):
    """Two texts, one under the other."""

    def compose(self) -> ComposeResult:
        yield Static("一行", id="upper", markup=False)
        yield Static("下面", id="lower", markup=False)


@pytest.mark.parametrize(
    ("words", "lines"), [("另一行", 1), ("一行", 1), ("一行\n两行", 2), ("长" * 15, 2), ("长" * 21, 3)]
)
async def test_other_words_are_laid_out_where_they_take_another_number_of_lines(words, lines):
    app = Page()
    async with app.run_test(size=(20, 6)) as pilot:
        upper, lower = app.query_one("#upper", Static), app.query_one("#lower", Static)
        await pilot.pause()
        reword(upper, words)
        assert upper._layout_required is (lines > 1)
        await pilot.pause()
        assert (upper.region.height, lower.region.y) == (lines, lines)


async def test_words_that_change_out_of_sight_have_their_room_when_they_are_seen():
    app = Page()
    async with app.run_test(size=(20, 6)) as pilot:
        upper = app.query_one("#upper", Static)
        upper.display = False
        await pilot.pause()
        reword(upper, "一行\n两行\n三行")
        await pilot.pause()
        upper.display = True
        await pilot.pause()
        assert app.query_one("#lower").region.y == 3
