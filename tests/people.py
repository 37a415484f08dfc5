"""People at the program: keys and clicks, a look at the screen after each, through as much of a day as a test wants."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from screens import screen_lines
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList, Select

from auction.commands.guard import role_of
from sim.scenario import find_scenario
from tui.app import KaibiaoApp
from tui.opening import Opening
from tui.player import Player
from tui.screens.ask import ChoiceModal, FormModal, ReadModal, SignModal
from tui.screens.room import Room

BOND = "2605101"
OPERATOR, CHECKER, LEAD, SUPERVISOR = "operator:陈岚", "checker:周默", "lead-officer:许正言", "supervisor:何平"
TECHNICIAN, SECOND_TECHNICIAN = "technician:罗一鸣", "technician:宋词"
BANK = "underwriter:演练银行甲"
STAFF = (OPERATOR, CHECKER, LEAD, SUPERVISOR, TECHNICIAN, SECOND_TECHNICIAN)
"""Everybody on the site in the first scenario."""


async def settled(*_seconds: float) -> None:
    """Wait until whatever is left to do waits for a key, a thread or the clock; a pilot waits for a quiet processor."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while loop._ready:
        await asyncio.sleep(0)


def drawn_late(screen: Screen[object]) -> bool:
    """Whether the screen has still to draw something."""
    return screen.is_current and bool(screen._layout_required or screen._repaint_required or screen._dirty_widgets)


class Person:
    """Somebody at the program, who looks at the screen after everything they do."""

    def __init__(self, pilot: Pilot[None], look: Callable[[App[object]], None]) -> None:
        self.pilot, self._look = pilot, look

    @property
    def app(self) -> KaibiaoApp:
        """The program."""
        assert isinstance(self.pilot.app, KaibiaoApp)
        return self.pilot.app

    @property
    def room(self) -> Room:
        """The room, whatever lies over it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, Room))

    @property
    def player(self) -> Player:
        """What is played in the room."""
        return self.room._player

    async def look(self) -> None:
        """Look at the screen once all is drawn."""
        await settled()
        while drawn_late(self.app.screen):
            self.app.screen._on_timer_update()
            await settled()
        self._look(self.app)

    async def press(self, *keys: str) -> None:
        """Press keys, then look."""
        await self.pilot.press(*keys)
        await self.look()

    async def write(self, text: str) -> None:
        """Type a text in place of what stands in the field."""
        await self.pilot.press("end", "ctrl+u")
        await self.type(text)

    async def type(self, text: str) -> None:
        """Type signs as a terminal sends them, those of an input method too."""
        for sign in text:
            key = events.Key(sign, sign)
            key.set_sender(self.app)
            self.app.post_message(key)
            await settled()

    async def choose(self, select: Select[str], value: str) -> None:
        """Choose a value in a field that offers some."""
        place = [known for _prompt, known in select._options].index(value)
        await self.press("enter")
        await self.pilot.press("home", *["down"] * place, "enter")

    async def fill_in(self, values: Mapping[str, str]) -> None:
        """Go through the form by Tab, give these fields their values, and hand it in."""
        form = self.form
        for widget in form.query("Input, Select"):
            name = str(widget.id).removeprefix("f-")
            assert self.app.focused is widget
            if name in values and isinstance(widget, Select):
                await self.choose(widget, values[name])
            elif name in values:
                await self.write(values[name])
            await self.pilot.press("tab")
        await self.look()
        await self.press("ctrl+s")

    @property
    def form(self) -> FormModal:
        """The form in front."""
        assert isinstance(self.app.screen, FormModal), screen_lines(self.app)
        return self.app.screen

    async def wait(self, until: Callable[[], bool]) -> None:
        """Wait, as long as a busy machine may need, for what a thread or a timer brings about."""
        for _moment in range(1000):
            if until():
                return
            await self.pilot.pause(0.02)
        raise AssertionError(screen_lines(self.app))

    async def resize(self, width: int, height: int) -> None:
        """Change the size of the window."""
        await self.pilot.resize_terminal(width, height)
        await self.wait(lambda: len(screen_lines(self.app)) == height)
        await self.look()

    async def read_all(self) -> None:
        """Wait in the lobby until every day stands there."""
        await self.wait(lambda: bool(self.app.screen.query("#days")))
        await self.wait(lambda: not self.app.screen.query_one("#reading").display)
        await self.look()

    async def take_seats(self, *seats: str) -> None:
        """In the lobby, pick the day that stands first, take these seats and begin."""
        await self.read_all()
        await self.press("n", "enter")
        for seat in seats:
            await self.pilot.press("slash")
            await self.type(role_of(seat)[1])
            await self.pilot.press("enter", "space")
        await self.press("f5")
        assert self.player.people == seats

    async def to(self, widget: Widget) -> None:
        """Go to a part of the screen by Tab."""
        for _tab in range(20):
            if self.app.focused is widget:
                return
            await self.pilot.press("tab")
        raise AssertionError(f"no way to {widget} from {self.app.focused}")

    async def to_desk(self) -> None:
        """Go to the desk's list by Tab."""
        await self.to(self.room.query_one("#todos"))

    async def pick(self, words: str) -> None:
        """Take the thing on the desk that has these words."""
        await self.to_desk()
        prompts = [str(option.prompt) for option in self.room.query_one("#todos", OptionList).options]
        places = [number for number, prompt in enumerate(prompts) if words in prompt]
        assert places, (words, prompts)
        await self.pilot.press("g", *["j"] * places[0])
        await self.press("enter")

    async def on(self, until: Callable[[Player], bool] | None = None) -> bool:
        """Let the clock run at full speed until it waits for somebody or the day is so; False where the day ends."""
        player = self.player
        for _tick in range(10_000):
            if player.finished:
                return False
            if until and until(player):
                break
            if not player.tick(0.1) and player.turn():
                break
        self.room.redraw()
        await self.look()
        return True

    async def act(self) -> None:
        """Do the first thing on the desk, with its form, its signature or the choice of a seat."""
        await self.to_desk()
        await self.press("g", "enter")
        match self.app.screen:
            case ChoiceModal():
                await self.press("enter")
            case FormModal():
                await self.fill_in(typed_for(self.player))
            case SignModal():
                await self.pilot.click("#sign")
                await self.look()

    async def ending(self) -> ReadModal:
        """What stands on the screen at the end of the day."""
        await self.wait(lambda: isinstance(self.app.screen, ReadModal))
        await self.look()
        assert isinstance(self.app.screen, ReadModal)
        return self.app.screen


def typed_for(player: Player) -> dict[str, str]:
    """What a careful person types into any form of the first scenario."""
    documents = {name: str(value) for name, value in player.documents(BOND).items()}
    benchmark = player.benchmark(BOND)
    in_order = dict.fromkeys(("people", "communications", "emergency"), "true")
    bid = {"level1": "1.85", "amount1": "3", "level2": "1.88", "amount2": "2.1"}
    return documents | in_order | bid | {
        "low": str(benchmark["low"]),
        "high": str(benchmark["high"]),
        "devices": "1",
        "CCDC": awarded(player),
    }


def awarded(player: Player) -> str:
    """What the first person who bids has won, in 亿元."""
    members = (seat for seat in player.people if seat.startswith("underwriter:"))
    issues = [player.view(seat)["windows"][0]["issues"][0] for seat in members]
    won = [bid["awarded"] for issue in issues[:1] for bid in issue.get("result", {}).get("own_bids", ())]
    return str(sum(map(float, won)))


def first_tender(folder: Path, changes: Mapping[str, str]) -> Path:
    """The first scenario as a file in the folder, with these words of it changed."""
    shipped = find_scenario(Path("first-tender"))
    text = shipped.read_text("utf-8")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    shutil.copytree(shipped.parent / "curves", folder / "curves")
    scenario = folder / "scenario.yaml"
    scenario.write_text(text, "utf-8")
    return scenario


@asynccontextmanager
async def person_at(
    app: KaibiaoApp,
    size: tuple[int, int] = (120, 40),
    look: Callable[[App[object]], None] = lambda app: None,
) -> AsyncIterator[Person]:
    """Somebody at the program from its first screen on, on a screen of that size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", settled)
        patch.setattr("textual.pilot.wait_for_idle", settled)
        patch.setattr("textual.screen.UPDATE_PERIOD", 3600)
        app.animation_level = "none"
        async with app.run_test(size=size, notifications=True) as pilot:
            yield Person(pilot, look)


@asynccontextmanager
async def person_in_room(
    folder: Path,
    *seats: str,
    size: tuple[int, int] = (120, 40),
    look: Callable[[App[object]], None] = lambda app: None,
    scenario: Path = Path("first-tender"),
    seed: int = 1,
) -> AsyncIterator[Person]:
    """Somebody in the room of a fresh day, in those seats."""
    async with person_at(KaibiaoApp(), size, look) as person:
        person.app.open_room(Opening(scenario, None, folder / "day", seed, frozenset(seats)))
        await person.look()
        yield person
