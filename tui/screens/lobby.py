"""The lobby: which day to play or to go on with, which seats to take, with which keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.strip import Strip
from textual.widgets import Button, Footer, Label, OptionList, Select, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection

from auction.commands.guard import role_of
from auction.errors import KaibiaoError
from auction.language import N_, _
from auction.plan import Role
from auction.wording import ROLE_NAMES
from sim.acting import seats_of
from sim.playing import JOURNAL, SCENARIO
from sim.scenario import KEPT_NAME, Scenario, read_scenario, shipped_scenarios
from tui.opening import Opening
from tui.screens.base import SpokenScreen

PRACTICE, OWN = "practice", "own"


class Lobby(SpokenScreen):
    """Where a rehearsal begins."""

    BINDINGS = [
        Binding("f5", "start", N_("开始")),
        Binding("f8", "language", N_("语言")),
        Binding("f9", "theme", N_("深浅")),
        Binding("f10", "leave", N_("离开")),
    ]

    def __init__(self, scenario: Path | None, seed: int | None = None, out: Path | None = None) -> None:
        super().__init__()
        self._seed, self._out = seed, out
        self._files = listed_scenarios(scenario)
        self._resumable = resumable_folders()
        self._scenario: Scenario | None = None

    def compose(self) -> ComposeResult:
        """The days at the left, the seats at the right."""
        yield Static(_(" 开标 · 地方政府债券发行演练室    演练文件 · 无法律效力"), id="head", markup=False)
        with Horizontal(id="floor"):
            with Vertical(id="left"):
                yield Label(_("场景，以及可以续演的日子"), classes="title")
                yield OptionList(*self._options(), id="days")
                yield Static(id="aim", markup=False)
            with Vertical(id="right"):
                yield Label(_("你坐哪些席位（空格选取，其余由脚本担任）"), classes="title")
                yield SeatList(id="seats")
                yield Label(_("签字用"))
                choices = [(_("演练密钥，不用口令"), PRACTICE), (_("本人密钥，签字时输入口令"), OWN)]
                yield Select(choices, value=PRACTICE, allow_blank=False, id="keys", compact=True)
                yield Button(_("开始"), id="start", variant="primary")
        yield Footer(show_command_palette=False)

    def _options(self) -> list[Option]:
        again = [Option(_("续演  {folder}").format(folder=folder)) for folder in self._resumable]
        return again + [Option(title) for _file, title in self._files]

    def on_mount(self) -> None:
        """Begin with the first day."""
        self.query_one("#days", OptionList).highlighted = 0
        self.query_one("#days", OptionList).focus()

    @on(OptionList.OptionHighlighted, "#days")
    def show_day(self, highlighted: OptionList.OptionHighlighted) -> None:
        """Its aim and its seats."""
        try:
            self._scenario = read_scenario(self._file_at(highlighted.option_index)).scenario
        except KaibiaoError as error:
            self._scenario = None
            self.query_one("#aim", Static).update(str(error))
            return
        self.query_one("#aim", Static).update(f"{self._scenario.title}\n{self._scenario.aim}")
        self._show_seats(self._scenario)

    def _show_seats(self, scenario: Scenario) -> None:
        seats = self.query_one("#seats", SelectionList)
        seats.clear_options()
        for seat in seats_of(scenario.plan):
            role, name = role_of(seat)
            if role is not Role.SYSTEM:
                taken = role is Role.OPERATOR
                seats.add_option(Selection(f"{ROLE_NAMES[role]} {name}", seat, taken))

    def _file_at(self, index: int) -> Path:
        if index < len(self._resumable):
            return self._resumable[index] / SCENARIO / KEPT_NAME
        return self._files[index - len(self._resumable)][0]

    @on(OptionList.OptionSelected, "#days")
    def to_seats(self) -> None:
        """Enter on a day goes on to the seats."""
        self.query_one("#seats").focus()

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Open the room."""
        index = self.query_one("#days", OptionList).highlighted
        chosen: Sequence[str] = self.query_one("#seats", SelectionList).selected
        if index is None or self._scenario is None:
            return
        if not chosen:
            self.notify(_("请至少选一个席位；全部由脚本担任请用 rehearse --auto"), severity="warning")
            return
        resumed = self._resumable[index] if index < len(self._resumable) else None
        own = self.query_one("#keys", Select).value == OWN
        if resumed:
            opening = Opening(resumed=resumed)
        else:
            opening = Opening(self._file_at(index), None, self._out, self._seed, frozenset(chosen), own)
        self.app.open_room(opening)  # type: ignore[attr-defined]

    async def action_language(self) -> None:
        """The other language, at once."""
        self.app.other_language()  # type: ignore[attr-defined]
        await self.recompose()
        self.on_mount()
        self.refresh_bindings()

    def action_theme(self) -> None:
        """The next theme."""
        self.app.next_theme()  # type: ignore[attr-defined]

    def action_leave(self) -> None:
        """Leave."""
        self.app.exit()


def listed_scenarios(asked: Path | None) -> list[tuple[Path, str]]:
    """The scenario asked for first, then those that come with the program, by title."""
    shipped = [file for file in shipped_scenarios() if asked is None or file.name != asked.name]
    files = ([asked] if asked else []) + shipped
    found = []
    for file in files:
        try:
            found.append((file, read_scenario(file).scenario.title))
        except KaibiaoError:
            found.append((file, str(file)))
    return found


def resumable_folders() -> list[Path]:
    """Rehearsals below the working folder that have a journal and no debrief yet, the latest first."""
    folders = [file.parent for file in Path("rehearsals").glob(f"*/{JOURNAL}")]
    unfinished = [folder for folder in folders if not (folder / "debrief.md").exists()]
    return sorted(unfinished, key=lambda folder: (folder / JOURNAL).stat().st_mtime, reverse=True)


class SeatList(SelectionList[str]):
    """Seats to pick: a tick or nothing, so that the choice shows without colour."""

    def render_line(self, y: int) -> Strip:
        """The line with its own mark in the box."""
        line = super().render_line(y)
        index = self.scroll_offset.y + y
        if index >= self.option_count:
            return line
        mark = "✔" if self.get_option_at_index(index).value in self.selected else " "
        left, _inner, *rest = line
        return Strip([left, Segment(mark, _inner.style), *rest])
