"""The room: the desk of whoever sits there at the left, the board that all can see at the right, the clock above."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from auction.commands.guard import role_of
from auction.errors import KaibiaoError
from auction.language import _, listed, say
from auction.payload import REHEARSAL_MARK
from auction.wording import EVENT_NAMES, ROLE_NAMES
from tui.about import about
from tui.actions import ROOM
from tui.player import Player, Speed
from tui.screens.ask import ChoiceModal, FormModal, ReadModal, SignModal, Typed
from tui.screens.base import SpokenScreen
from tui.screens.reading import ending, help_text, payload_text
from tui.todo import SEALS, Todo, event_fields, todos
from tui.widgets.board import Board
from tui.widgets.desk import Desk
from tui.widgets.keybar import KeyBar

TICK = 0.1
REDRAW = 0.3
NARROW = 110
SWITCH = "seat_switched"
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
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Start the clock, and show."""
        self.set_interval(TICK, self._tick)
        self.set_interval(REDRAW, self._redraw)
        self._composed = True
        self.redraw()

    def on_resize(self) -> None:
        """A narrow screen shows the desk or the board."""
        self.set_class(self.size.width < NARROW, "narrow")

    def _tick(self) -> None:
        try:
            happened = self._player.tick(TICK)
        except KaibiaoError as error:
            self._stop(error)
            return
        self._stale = self._stale or happened or self._player.speed is not Speed.PAUSED
        if self._player.finished and not self._ended:
            self._ended = True
            self._end()

    def _stop(self, error: KaibiaoError) -> None:
        """Stop the clock and say why."""
        if self._player.speed is not Speed.PAUSED:
            self._before_pause, self._player.speed = self._player.speed, Speed.PAUSED
        self.notify(str(error), title=_("时钟停住了"), severity="error", markup=False)

    def _redraw(self) -> None:
        if self._stale and self._composed and self.is_current:
            self.redraw()

    def redraw(self) -> None:
        """Show the seat what it may see."""
        self._stale = False
        seen = self._player.view(self._seat)
        role, name = role_of(self._seat)
        self.query_one("#head", Static).update(self._head(seen))

        def page(todo: Todo) -> str:
            return about(self._player, seen, todo)

        self.query_one(Desk).show([*self._whose_turn(), *todos(seen)], page, f"{ROLE_NAMES[role]} {name}")
        self.query_one(Board).show(seen, self._player.now)

    def _head(self, seen: dict[str, object]) -> str:
        words = {Speed.PAUSED: _("暂停"), Speed.REAL: _("实时"), Speed.FULL: _("全速")}
        speed = words.get(self._player.speed) or f"{self._player.speed.value}×"
        return f" {seen['issuer']} {str(seen['now']).replace('T', ' ')}  [{speed}]  {REHEARSAL_MARK}"

    def _whose_turn(self) -> list[Todo]:
        """To let somebody else sit down, where it is their turn."""
        turn = self._player.turn()
        if turn is None or turn == self._seat:
            return []
        role, name = role_of(turn)
        return [Todo(SWITCH, say("轮到{role} {name}：换席位", role=ROLE_NAMES[role], name=name), {}, due=True)]

    @on(Desk.Chosen)
    def begin(self, chosen: Desk.Chosen) -> None:
        """Do the chosen thing, with its form or its signature where it has one."""
        self.run_worker(self._do(chosen.todo), exclusive=True, exit_on_error=False)

    async def _do(self, todo: Todo) -> None:
        if todo.kind == SWITCH:
            self.action_seat()
        elif todo.kind in SIGNATURES:
            await self._sign(todo)
        elif todo.form:
            await self._fill_in(todo)
        else:
            self._propose(todo)

    async def _fill_in(self, todo: Todo) -> None:
        place = f"{self._seat}/{todo.kind}/{todo.place}"
        beside = about(self._player, self._player.view(self._seat), todo)

        def keep(typed: Typed) -> None:
            self._player.keep_draft(place, typed)

        def hand_in(typed: Typed) -> str:
            return self._try(todo, typed)

        begun = self._player.draft(place) or todo.filled
        if await self.app.push_screen_wait(FormModal(str(todo.label), todo.form, begun, keep, hand_in, beside)):
            self._player.keep_draft(place, {})

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
        self.notify(_("已办：{what}").format(what=todo.label), timeout=2)
        return ""

    def _propose(self, todo: Todo) -> None:
        wrong = self._try(todo, {})
        if wrong:
            self.notify(wrong, title=_("被拒绝，已记录"), severity="warning", timeout=10)

    async def _sign(self, todo: Todo) -> None:
        seal = todo.kind != "result_signed"
        people = self._player.sealers() if seal else (role_of(self._seat)[1],)
        text = payload_text(self._player, self._player.view(self._seat), todo)
        owners = self._player.own_key_holders(*people)
        for person in owners:
            given = await self.app.push_screen_wait(SignModal(f"{todo.label}  {person}", text, practice=False))
            if given is None or not self._unlock(person, given):
                return
        if not owners:
            title = f"{todo.label}  {listed(people)}"
            if await self.app.push_screen_wait(SignModal(title, text, practice=True)) is None:
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

        seats = []
        for seat in self._player.people:
            role, name = role_of(seat)
            duty = self._player.duty(seat)
            waiting = f"  ← {EVENT_NAMES[duty['kind']]}" if duty else ""
            seats.append((seat, f"{ROLE_NAMES[role]} {name}{waiting}"))
        turn = self._player.turn() or self._seat
        self.app.push_screen(ChoiceModal(_("谁坐下？"), seats, self._player.people.index(turn)), self.sit)

    def sit(self, seat: str | None) -> None:
        """The person of that seat sits down; the list of things to do has the pen."""
        if seat:
            self._seat = seat
            self.redraw()
            self.query_one("#todos").focus()

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
        try:
            self._player.step()
        except KaibiaoError as error:
            self._stop(error)
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
