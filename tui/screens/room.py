"""The room: the desk of whoever sits there at the left, the board that all can see at the right, the clock above."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Footer, Static

from auction.commands.guard import role_of
from auction.errors import KaibiaoError
from auction.language import _
from auction.payload import REHEARSAL_MARK
from auction.wording import EVENT_NAMES, ROLE_NAMES
from tui.actions import ROOM
from tui.player import Player, Speed
from tui.screens.ask import ChoiceModal, FormModal, ReadModal, SignModal, Typed
from tui.screens.base import SpokenScreen
from tui.screens.reading import beside_form, ending, help_text, payload_text
from tui.todo import SEALS, Todo, event_fields
from tui.widgets.board import Board
from tui.widgets.desk import Desk

TICK = 0.1
REDRAW = 0.25
NARROW = 110
LEAST_WIDTH, LEAST_HEIGHT = 60, 16
SIGNATURES = SEALS | {"result_signed"}
SPEEDS = (Speed.REAL, Speed.FIVE, Speed.SIXTY, Speed.FULL)


class Room(SpokenScreen):
    """One rehearsal, as one seat sees it."""

    BINDINGS = [action.binding() for action in ROOM]

    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player
        self._seat = player.turn() or player.people[0]
        self._stale = True
        self._ended = False
        self._composed = False
        self._before_pause = Speed.FULL

    def compose(self) -> ComposeResult:
        """Head, desk and board, footer."""
        yield Static(id="head", markup=False)
        with Horizontal(id="floor"):
            with Vertical(id="left"):
                yield Desk(id="desk")
            with Vertical(id="right"):
                yield Board(id="board")
        least = {"width": LEAST_WIDTH, "height": LEAST_HEIGHT}
        yield Static(_("请把窗口放大到至少 {width}×{height}；什么都没有丢。").format(**least), id="tiny", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Start the clock, and show."""
        self.set_interval(TICK, self._tick)
        self.set_interval(REDRAW, self._redraw)
        self._composed = True
        self.redraw()

    def on_resize(self) -> None:
        """A narrow screen shows the desk or the board; a tiny one asks for more room."""
        self.set_class(self.size.width < NARROW, "narrow")
        self.set_class(self.size.width < LEAST_WIDTH or self.size.height < LEAST_HEIGHT, "tiny")

    def _tick(self) -> None:
        try:
            happened = self._player.tick(TICK)
        except KaibiaoError as error:
            self._player.speed = Speed.PAUSED
            self.notify(str(error), title=_("时钟停住了"), severity="error")
            return
        self._stale = self._stale or happened or self._player.speed is not Speed.PAUSED
        if self._player.finished and not self._ended:
            self._ended = True
            self._end()

    def _redraw(self) -> None:
        if self._stale and self._composed and self.is_current:
            self.redraw()

    def redraw(self) -> None:
        """Show the seat what it may see."""
        self._stale = False
        seen = self._player.view(self._seat)
        role, name = role_of(self._seat)
        self.query_one("#head", Static).update(self._head(seen))
        self.query_one(Desk).show(seen, f"{ROLE_NAMES[role]} {name}", self._whose_turn())
        self.query_one(Board).show(seen, self._player.now)

    def _head(self, seen: dict[str, object]) -> str:
        words = {Speed.PAUSED: _("暂停"), Speed.REAL: _("实时"), Speed.FULL: _("全速")}
        speed = words.get(self._player.speed) or f"{self._player.speed.value}×"
        return f" {seen['issuer']} {str(seen['now']).replace('T', ' ')}  [{speed}]  {REHEARSAL_MARK}"

    def _whose_turn(self) -> str:
        turn = self._player.turn()
        if turn is None or turn == self._seat:
            return ""
        role, name = role_of(turn)
        return _("轮到 {role} {name}：按 F2 换席位").format(role=ROLE_NAMES[role], name=name)

    @on(Desk.Chosen)
    def begin(self, chosen: Desk.Chosen) -> None:
        """Do the chosen thing, with its form or its signature where it has one."""
        self.run_worker(self._do(chosen.todo), exclusive=True)

    async def _do(self, todo: Todo) -> None:
        if todo.kind in SIGNATURES:
            await self._sign(todo)
        elif todo.form:
            await self._fill_in(todo)
        else:
            self._propose(todo)

    async def _fill_in(self, todo: Todo) -> None:
        place = f"{self._seat}/{todo.kind}/{todo.place}"
        beside = beside_form(self._player, todo)
        wrong = ""

        def keep(typed: Typed) -> None:
            self._player.keep_draft(place, typed)

        while True:
            form = FormModal(str(todo.label), todo.form, self._player.draft(place), keep, beside, wrong)
            typed = await self.app.push_screen_wait(form)
            if typed is None:
                return
            wrong = self._try(todo, typed)
            if not wrong:
                self._player.keep_draft(place, {})
                return

    def _try(self, todo: Todo, typed: Typed) -> str:
        """Enter the form; what is wrong with it, in words."""
        benchmark = self._player.benchmark(todo.fixed["bond"]) if todo.kind.startswith("range_") else None
        try:
            told = self._player.propose(self._seat, todo.kind, event_fields(todo, typed, benchmark))
        except KaibiaoError as error:
            return str(error)
        self.redraw()
        if told.refused:
            return "\n".join(told.refused)
        self.notify(_("已办：{what}").format(what=todo.label))
        return ""

    def _propose(self, todo: Todo) -> None:
        wrong = self._try(todo, {})
        if wrong:
            self.notify(wrong, title=_("被拒绝，已记录"), severity="warning", timeout=10)

    async def _sign(self, todo: Todo) -> None:
        seal = todo.kind != "result_signed"
        people = self._player.sealers() if seal else (role_of(self._seat)[1],)
        locked = self._player.locked(*people)
        text = payload_text(self._player.view(self._seat), todo)
        for person in locked or people[:1]:
            title = f"{todo.label}  {person}"
            given = await self.app.push_screen_wait(SignModal(title, text, practice=not locked))
            if given is None:
                return
            if locked and not self._unlock(person, given):
                return
        told = self._player.seal(self._seat, todo.kind) if seal else self._player.sign(self._seat, todo.fixed["window"])
        if told.refused:
            self.notify("\n".join(told.refused), title=_("被拒绝，已记录"), severity="warning")
        self.redraw()

    def _unlock(self, person: str, passphrase: str) -> bool:
        from tui.keyfolder import kaibiao_home, unlock

        try:
            self._player.keys[person] = unlock(kaibiao_home(), person, passphrase)
        except KaibiaoError as error:
            self.notify(str(error), severity="error")
            return False
        return True

    def _end(self) -> None:
        """The day is over: write the files, verify them, show both."""
        self.app.push_screen(ReadModal(_("演练结束"), ending(self._player)))

    def action_help(self) -> None:
        """What the seat does, and every key."""
        self.app.push_screen(ReadModal(_("帮助"), help_text(self._seat, ROOM)))

    def action_seat(self) -> None:
        """Another person sits down."""

        def sit(seat: str | None) -> None:
            if seat:
                self._seat = seat
                self.redraw()

        seats = []
        for seat in self._player.people:
            role, name = role_of(seat)
            duty = self._player.duty(seat)
            waiting = f"  ← {EVENT_NAMES[duty['kind']]}" if duty else ""
            seats.append((seat, f"{ROLE_NAMES[role]} {name}{waiting}"))
        self.app.push_screen(ChoiceModal(_("谁坐下？"), seats), sit)

    def action_board(self) -> None:
        """Desk or board, on a narrow screen."""
        self.toggle_class("board-first")

    def action_speed(self) -> None:
        """The next speed."""
        now = self._player.speed
        self._player.speed = SPEEDS[(SPEEDS.index(now) + 1) % len(SPEEDS)] if now in SPEEDS else self._before_pause
        self.redraw()

    def action_pause(self) -> None:
        """Stop the clock, or let it run as before."""
        if self._player.speed is Speed.PAUSED:
            self._player.speed = self._before_pause
        else:
            self._before_pause, self._player.speed = self._player.speed, Speed.PAUSED
        self.redraw()

    def action_step(self) -> None:
        """On to the next act of a script."""
        self._player.step()
        self.redraw()

    def action_waive(self) -> None:
        """Do not wait for what this seat has to do."""
        self._player.waive(self._seat)
        self.redraw()

    async def action_language(self) -> None:
        """The other language, at once."""
        self.app.other_language()  # type: ignore[attr-defined]
        self._composed = False
        await self.recompose()
        self._composed = True
        self.redraw()
        self.refresh_bindings()

    def action_theme(self) -> None:
        """The next theme."""
        self.app.next_theme()  # type: ignore[attr-defined]

    def action_leave(self) -> None:
        """Leave; the journal is on the disk, the next start offers to go on."""
        self.app.exit()
