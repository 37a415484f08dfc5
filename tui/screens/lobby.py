"""The lobby: which day to play or to go on with, which seats to take, with which keys.

Its head stands on the screen at once, then its furniture; what it offers comes from a thread, one day after another.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message as Posted
from textual.strip import Strip
from textual.widgets import Button, Label, OptionList, Select, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection
from textual.worker import Worker, WorkerState, get_current_worker

from auction.language import N_, _, spoken
from tui.actions import OPEN_LABORATORY, ROOM
from tui.screens.base import SpokenScreen, help_here
from tui.widgets.keybar import KeyBar
from tui.widgets.picklist import LETTERS, PickList, find

if TYPE_CHECKING:
    from tui.offers import Offer

PRACTICE, OWN = "practice", "own"


class SeatList(SelectionList[str]):
    """Seats to pick: a tick or nothing, so that the choice shows without colour."""

    BINDINGS = LETTERS

    def render_line(self, y: int) -> Strip:
        """The line with its own mark in the box."""
        line = super().render_line(y)
        index = self.scroll_offset.y + y
        if index >= self.option_count:
            return line
        mark = "✔" if self.get_option_at_index(index).value in self.selected else " "
        left, inner, *rest = line
        return Strip([left, Segment(mark, inner.style), *rest])

    def action_find(self) -> None:
        """Ask for a few signs, and go to the seat that has them."""
        find(self)


class Lobby(SpokenScreen):
    """Where a rehearsal begins."""

    BINDINGS = [
        Binding("a", "everybody", N_("现场全部")),
        Binding("n", "nobody", N_("全不选")),
        Binding("f1", "help", N_("帮助"), key_display="F1"),
        Binding("f5", "start", N_("开始"), key_display="F5"),
        OPEN_LABORATORY.binding(),
        Binding("f8", "language", N_("语言"), key_display="F8"),
        Binding("f9", "theme", N_("深浅"), key_display="F9"),
        Binding("f10", "leave", N_("离开"), key_display="F10"),
    ]

    actions = (OPEN_LABORATORY, *ROOM)
    """What the palette offers, as far as the lobby can do it."""

    class Read(Posted):
        """One more day has been read; none when there are no more."""

        def __init__(self, offer: Offer | None) -> None:
            super().__init__()
            self.offer = offer

    def __init__(self, scenario: Path | None, seed: int | None = None, out: Path | None = None) -> None:
        super().__init__()
        self._asked, self._seed, self._out = scenario, seed, out
        self._offers: list[Offer] = []
        self._all_read = False
        self._shown: Offer | None = None
        """The day whose seats stand at the right."""
        self._taken: dict[Path, frozenset[str]] = {}
        """The seats chosen so far, by scenario file."""
        self._furnished = False
        """Whether more is composed than the head."""
        self._spoken = spoken()
        """The language in which it is composed."""
        self._stands = False
        """Whether the lists can be found, as they cannot while the lobby is composed again."""

    def compose(self) -> ComposeResult:
        """At first a head alone; then the days at the left, the seats at the right."""
        head = _(" 开标 · 地方政府债券发行演练室    演练文件 · 无法律效力    语言：中文")
        yield Static(head, id="head", markup=False)
        if not self._furnished:
            yield Label(_("正在读取…"), id="reading")
            return
        with Horizontal(id="floor"):
            with Vertical(id="left"):
                yield Label(_("场景，以及可以续演的日子"), classes="title")
                yield PickList(id="days", markup=False)
                yield Label(_("正在读取…"), id="reading")
                with VerticalScroll(id="aim", can_focus=False):
                    yield Static(markup=False)
            with Vertical(id="right"):
                yield Label(_("你坐哪些席位（空格选取，其余归脚本）"), classes="title")
                yield SeatList(id="seats")
                practice, own = Content(_("〔演练〕演练密钥，不用口令")), Content(_("本人密钥，签字时输入口令"))
                with Horizontal(id="signing"):
                    yield Label(_("签字用"))
                    choices = [(practice, PRACTICE), (own, OWN)]
                    yield Select(choices, value=PRACTICE, allow_blank=False, id="keys", compact=True)
                yield Button(_("开始"), id="start", variant="primary", compact=True)
        yield KeyBar(show_command_palette=False)

    def on_screen_resume(self) -> None:
        """Show, then read; again in the other language, where that was chosen on another screen."""
        self.call_after_refresh(self._furnish if self._spoken == spoken() else self._speak_anew)

    async def _furnish(self) -> None:
        """Once, and not behind a room that was opened at once."""
        if self._furnished or not self.is_current:
            return
        self._furnished = True
        await self._set_up()
        self.call_after_refresh(self._begin_reading)

    async def _set_up(self) -> None:
        """Put everything in its place, in the language in force."""
        self._stands, self._shown, self._spoken = False, None, spoken()
        await self.recompose()
        self._stands = True
        self._list()
        self.query_one("#days").focus()

    def _begin_reading(self) -> None:
        self.run_worker(self._read, thread=True, exit_on_error=False)

    def _read(self) -> None:
        """In a thread: every day there is; and the room, so that it is at hand when it is asked for."""
        from tui.offers import offers

        for offer in offers(self._asked):
            if get_current_worker().is_cancelled:
                return
            self.post_message(self.Read(offer))
        self.post_message(self.Read(None))
        import tui.screens.room  # noqa: F401

    @on(Read)
    def take_in(self, read: Read) -> None:
        """One more day to choose."""
        if read.offer is None:
            self._all_read = True
        else:
            self._offers.append(read.offer)
        self._list()

    @on(Worker.StateChanged)
    def stop_reading(self, changed: Worker.StateChanged) -> None:
        """Where the reading broke off nothing more will come."""
        if changed.state is WorkerState.ERROR:
            self.take_in(self.Read(None))

    def _list(self) -> None:
        """Add what is not listed yet."""
        if not self._stands:
            return
        days = self.query_one("#days", PickList)
        days.add_options([Option(_line(offer)) for offer in self._offers[days.option_count :]])
        self.query_one("#reading").display = not self._all_read
        if days.highlighted is None and self._offers:
            days.highlighted = 0

    @on(OptionList.OptionHighlighted, "#days")
    def show_day(self, highlighted: OptionList.OptionHighlighted) -> None:
        """Show the day that is chosen."""
        self._show(self._offers[highlighted.option_index])

    def _show(self, offer: Offer) -> None:
        """Its aim and its seats, or what is wrong with it."""
        self._remember()
        self._shown = offer
        told = str(offer.wrong or offer.aim)
        self.query_one("#aim Static", Static).update(told)
        self.query_one("#aim").scroll_home(animate=False)
        seats = self.query_one("#seats", SeatList)
        seats.clear_options()
        taken = self._taken.get(offer.file, offer.taken)
        for each in offer.seats:
            seats.add_option(Selection(Content(f"{each.role} {each.name}".rstrip()), each.seat, each.seat in taken))
        settled = offer.folder is not None
        seats.disabled = self.query_one("#keys").disabled = settled

    def _remember(self) -> None:
        """Keep the seats chosen for the day at the right."""
        if self._shown:
            self._taken[self._shown.file] = frozenset(self.query_one("#seats", SeatList).selected)

    @on(OptionList.OptionSelected, "#days")
    def to_seats(self) -> None:
        """Enter on a day goes on to the seats; on one whose seats are settled, to the button."""
        settled = self._shown is not None and self._shown.folder is not None
        self.query_one("#start" if settled else "#seats").focus()

    def action_everybody(self) -> None:
        """Every seat on the site."""
        if self._shown and not self._shown.folder:
            seats = self.query_one("#seats", SeatList)
            for each in self._shown.seats:
                if each.on_site:
                    seats.select(each.seat)

    def action_nobody(self) -> None:
        """No seat."""
        if self._shown and not self._shown.folder:
            self.query_one("#seats", SeatList).deselect_all()

    @on(Button.Pressed, "#start")
    def action_start(self) -> None:
        """Open the room, on the day that is highlighted however fast the keys come."""
        place = self.query_one("#days", PickList).highlighted if self._stands else None
        if place is None:
            return
        if self._shown is not self._offers[place]:
            self._show(self._offers[place])
        offer = self._offers[place]
        if offer.wrong:
            self.app.notify(_("这一天开不了：原因写在左下"), severity="warning")
            return
        chosen = frozenset(self.query_one("#seats", SeatList).selected)
        if not chosen:
            self.app.notify(_("请至少选一个席位；全部由脚本担任请用 rehearse --auto"), severity="warning")
            return
        from tui.opening import Opening

        own = self.query_one("#keys", Select).value == OWN
        opening = Opening(offer.file, None, self._out, self._seed, chosen, own)
        self.app.open_room(Opening(resumed=offer.folder) if offer.folder else opening)  # type: ignore[attr-defined]

    async def action_language(self) -> None:
        """The other language, at once; what was chosen stays chosen."""
        if self._stands:
            self.app.other_language()  # type: ignore[attr-defined]
            await self._speak_anew()

    async def _speak_anew(self) -> None:
        """Everything again in the language in force, as it was chosen."""
        if not self._stands:
            return
        self._remember()
        place, keys = self.query_one("#days", PickList).highlighted, self.query_one("#keys", Select).value
        await self._set_up()
        self.query_one("#days", PickList).highlighted = place
        self.query_one("#keys", Select).value = keys
        self.refresh_bindings()

    def action_laboratory(self) -> None:
        """Go over to the laboratory."""
        from tui.screens.laboratory import Laboratory

        self.app.push_screen(Laboratory())

    def action_help(self) -> None:
        """What the part that has the pen is for, and every key."""
        from tui.screens.ask import ReadModal

        self.app.push_screen(ReadModal(_("帮助"), help_here(self)))

    def action_theme(self) -> None:
        """The next theme."""
        self.app.next_theme()  # type: ignore[attr-defined]

    def action_leave(self) -> None:
        """Leave."""
        self.app.exit()


def _line(offer: Offer) -> str:
    """A day in the list: its title, and for one begun its folder and where it stands."""
    lines = [offer.title]
    if offer.folder is not None:
        lines.append(f"  {_('续演')} {offer.folder}")
    if offer.wrong:
        lines.append("  " + _("打不开，原因见下"))
    elif offer.standing:
        lines.append("  " + " ".join(map(str, offer.standing)))
    return "\n".join(lines)
