"""The room: the desk of whoever sits there at the left, the board that all can see at the right, the clock above."""

from __future__ import annotations

from dataclasses import replace

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
from tui.actions import INSTRUCTOR, ROOM, SHOW_INCIDENTS, SHOW_WAITING, Action, bindings
from tui.instructing import branch_player, is_instructor
from tui.player import Player, Speed
from tui.screens.ask import ChoiceModal, FormModal, ReadModal, SignModal, Typed
from tui.screens.base import SpokenScreen
from tui.screens.hand import choose, choose_step, let_happen
from tui.screens.reading import debrief_text, ending, help_text, payload_text
from tui.todo import SEALS, Todo, event_fields, todos
from tui.trouble import DEBRIEF, INCIDENTS, LOOKS, WAITING
from tui.widgets.board import Board
from tui.widgets.desk import Desk
from tui.widgets.keybar import KeyBar
from tui.widgets.reword import reword

TICK = 0.1
REDRAW = 0.4
NARROW = 110
SWITCH = "seat_switched"
SIGNATURES = SEALS | {"result_signed"}
SPEEDS = (Speed.REAL, Speed.FIVE, Speed.SIXTY, Speed.FULL)


class Room(SpokenScreen):
    """One rehearsal, as one seat sees it."""

    BINDINGS = bindings((*ROOM, *INSTRUCTOR))

    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player
        self._seat = player.turn() or player.people[0]
        self._stale = True
        self._ended = False
        self._composed = False
        self._before_pause = Speed.FULL
        self._asking = False
        """Whether the instructor is asked something, and the clock stands meanwhile."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """What whoever sits here can ask of the room."""
        return (*ROOM, *INSTRUCTOR) if is_instructor(self._seat) else ROOM

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What only the instructor can ask, others cannot."""
        return is_instructor(self._seat) or all(each.id != action for each in INSTRUCTOR)

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
        if self._asking:
            return
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

    def _compositor_refresh(self) -> None:
        """Hand to what lies above what has changed behind it, once: Textual would keep it, and hand on ever more."""
        required, regions = self._repaint_required, set(self._repaint_regions)
        super()._compositor_refresh()
        if self.app.screen is not self:
            self._repaint_required, self._repaint_regions = required, regions

    def _redraw(self) -> None:
        if self._stale and self._composed and self.is_current:
            self.redraw()

    def redraw(self) -> None:
        """Show the seat what it may see."""
        self._stale = False
        seen = self._player.view(self._seat)
        reword(self.query_one("#head", Static), self._head(seen))

        def page(todo: Todo) -> str:
            return about(self._player, seen, todo)

        self.query_one(Desk).show([*self._whose_turn(), *todos(seen)], page, who_sits(self._seat))
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
        elif todo.kind in LOOKS:
            self._look(todo)
        elif is_instructor(self._seat) and not todo.form:
            await self._instruct(todo)
        elif todo.choices:
            await self._choose(todo)
        elif todo.kind in SIGNATURES:
            await self._sign(todo)
        elif todo.form:
            await self._fill_in(todo)
        else:
            self._propose(todo)

    async def _choose(self, todo: Todo) -> None:
        chosen = await choose(self.app, todo.label, todo.choices)
        if chosen is not None:
            self._propose(replace(todo, fixed={**todo.fixed, "answer": chosen}))

    async def _instruct(self, todo: Todo) -> None:
        """The instructor's hand; the clock stands while it is made up."""
        self._asking = True
        try:
            match todo.kind:
                case "incident_occurred":
                    told = await let_happen(self.app, self._player)
                    if told:
                        self.notify("\n".join(told.refused) or _("已经发生，记入日志"), timeout=4)
                case "clock_set":
                    pace = await choose(self.app, todo.label, todo.choices)
                    if pace is not None:
                        self._set_speed(Speed[pace.upper()])
                case "day_branched":
                    row = await choose_step(self.app, self._player)
                    if row is not None:
                        self._go_on_from(row)
        finally:
            self._asking = False
        self.redraw()

    def _go_on_from(self, row: int) -> None:
        """Another way from a row on; the room stays, the clock stands."""
        left, speed = self._player.folder, self._player.speed
        self._player = branch_player(self._player, row)
        self._ended = False
        self._before_pause = self._before_pause if speed is Speed.PAUSED else speed
        told = {"row": row, "folder": self._player.folder.name, "left": left.name}
        sentence = _("从第 {row} 步之后另走一条路，记在 {folder}；{left} 原样留着。时钟停着，F5 继续").format(**told)
        self.notify(sentence, timeout=10)

    def _look(self, todo: Todo) -> None:
        """Something only to be read."""
        if todo.kind == DEBRIEF:
            self._debrief()
            return
        text = about(self._player, self._player.view(self._seat), todo)
        self.app.push_screen(ReadModal(str(todo.label), text or _("现场的人和教员才看得到")))

    def _debrief(self) -> None:
        try:
            text = debrief_text(self._player, self._seat)
        except KaibiaoError as error:
            self.notify(str(error), severity="warning", timeout=6)
            return
        self.app.push_screen(ReadModal(_("复盘"), text))

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
        self.app.push_screen(ReadModal(_("帮助"), help_text(self._seat, self.actions)))

    def action_seat(self) -> None:
        """Another person sits down."""

        seats = []
        for seat in self._player.people:
            duty = self._player.duty(seat)
            waiting = f"  ← {EVENT_NAMES[duty['kind']]}" if duty else ""
            seats.append((seat, f"{who_sits(seat)}{waiting}"))
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
        self._set_speed(SPEEDS[(SPEEDS.index(now) + 1) % len(SPEEDS)] if now in SPEEDS else self._before_pause)

    def action_pause(self) -> None:
        """Stop the clock, or let it run as before."""
        if self._player.speed is Speed.PAUSED:
            self._set_speed(self._before_pause)
        else:
            self._before_pause = self._player.speed
            self._set_speed(Speed.PAUSED)

    def _set_speed(self, speed: Speed) -> None:
        try:
            self._player.set_speed(speed)
        except KaibiaoError as error:
            self._stop(error)
        self.redraw()

    def action_step(self) -> None:
        """On to the next act of a script."""
        try:
            self._player.step_by_hand()
        except KaibiaoError as error:
            self._stop(error)
        self.redraw()

    def action_incidents(self) -> None:
        """What went wrong, as far as the seat knows."""
        self._look(Todo(INCIDENTS, SHOW_INCIDENTS.words, {}))

    def action_waiting(self) -> None:
        """Who is waiting for whom."""
        self._look(Todo(WAITING, SHOW_WAITING.words, {}))

    def action_debrief(self) -> None:
        """Look back on the day."""
        self._debrief()

    def action_inject(self) -> None:
        """Let something go wrong."""
        self._begin("incident_occurred")

    def action_note(self) -> None:
        """Take a note."""
        self._begin("note_taken")

    def action_pace(self) -> None:
        """Choose the pace of the clock."""
        self._begin("clock_set")

    def action_back(self) -> None:
        """Go back to a step and on another way."""
        self._begin("day_branched")

    def _begin(self, kind: str) -> None:
        """Do what stands on the desk, by its key."""
        for todo in todos(self._player.view(self._seat)):
            if todo.kind == kind:
                self.begin(Desk.Chosen(todo))
                return
        self.notify(_("这一天已经封存，不能再记"))

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


def who_sits(seat: str) -> str:
    """The role and the name in a seat; the instructor's alone has no name."""
    role, name = role_of(seat)
    return str(ROLE_NAMES[role]) if is_instructor(seat) else f"{ROLE_NAMES[role]} {name}"
