"""The room as an application: screens, themes and the language; everything else stands in the screens.

What a rehearsal is made of is imported when one is opened, so that the lobby is on the screen at once.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette, Hit, Hits
from textual.filter import LineFilter
from textual.screen import Screen
from textual.system_commands import SystemCommandsProvider

from auction.errors import KaibiaoError
from auction.language import LANGUAGES, N_, _, speak, spoken
from tui import compositor, keyboard, toasts
from tui.actions import ROOM
from tui.plain import Plain
from tui.screens.lobby import Lobby
from tui.theme import THEMES, after
from tui.widgets.signs import ASCII_CLASS

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from tui.opening import Opening


class Actions(SystemCommandsProvider):
    """The palette's actions; where none fits, a line of ours says so."""

    async def search(self, query: str) -> Hits:
        """The actions that fit what is typed."""
        found = [hit async for hit in super().search(query)]
        for hit in found or [Hit(1, _("没有这样的动作"), lambda: None)]:
            yield hit


class KaibiaoApp(App[None]):
    """开标: the lobby, and the room behind it."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "开标"
    COMMANDS = {Actions}
    BINDINGS = [Binding("ctrl+q", "quit", N_("离开"), tooltip=N_("离开"), show=False, priority=True)]

    def __init__(
        self,
        scenario: Path | None = None,
        seed: int | None = None,
        out: Path | None = None,
        resumed: Path | None = None,
    ) -> None:
        compositor.install()
        toasts.install()
        keyboard.install()
        super().__init__()
        self._plain = Plain()
        self._lobby, self._resumed = Lobby(scenario, seed, out), resumed
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def get_default_screen(self) -> Screen[None]:
        """The lobby, at once."""
        return self._lobby

    @property
    def _background_screens(self) -> list[Screen[object]]:
        """What is seen through the screen in front; Textual draws also what lies behind an opaque one."""
        opaque = self._screen_stack and self.screen.styles.background.a == 1
        return [] if opaque else super()._background_screens

    def on_mount(self) -> None:
        """Leave in good order when the system asks for it; a day that is gone on with opens behind the lobby."""
        if sys.platform != "win32" and not self.is_headless:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)
        if self.has_class(ASCII_CLASS):
            self.notify(_("这个终端把框线画成两格宽，已改用普通字符"))
        if self._resumed:
            self.call_after_refresh(self._go_on, self._resumed)

    def _go_on(self, folder: Path) -> None:
        from tui.opening import Opening

        self.open_room(Opening(resumed=folder))

    def open_room(self, opening: Opening) -> None:
        """Open a rehearsal, or say why not."""
        from tui.opening import open_player
        from tui.screens.room import Room

        try:
            player = open_player(opening)
        except KaibiaoError as error:
            self.notify(str(error), title=_("开不了"), severity="error", timeout=15)
            return
        self.push_screen(Room(player))

    def _handle_exception(self, error: Exception) -> None:
        """A fault of this program closes the room with one line; where the details are, `tui.start` says."""
        super()._handle_exception(error)
        self._exit_renderables.clear()

    @property
    def fault(self) -> Exception | None:
        """What closed the room, where it was a fault of this program."""
        return self._exception

    def on_cursor_position(self, answered: events.CursorPosition) -> None:
        """A terminal that was slow to say how wide it draws a box line; it was asked at the left edge."""
        self.draw_plainly(answered.x > 1)

    def draw_plainly(self, plainly: bool) -> None:
        """Draw with signs of certain width only, where the terminal draws others two cells wide."""
        self.set_class(plainly, ASCII_CLASS)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Where the terminal asks for it, nothing of ambiguous width is drawn."""
        plain = [self._plain] if self.has_class(ASCII_CLASS) else []
        return [*super().get_line_filters(), *plain]

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Tell a person something; what stands in it is text and never markup."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def other_language(self) -> None:
        """Speak the other language from here on; what was told in this one goes."""
        speak(LANGUAGES[(LANGUAGES.index(spoken()) + 1) % len(LANGUAGES)])
        self.clear_notifications()

    def next_theme(self) -> None:
        """Dark, light, monochrome in turn."""
        self.theme = after(self.theme)

    def action_help_quit(self) -> None:
        """Ctrl+C ends nothing by mistake; it says how to leave."""
        self.notify(_("要离开请按 Ctrl+Q；演到哪里都已记下，下次可以续演"))

    def action_command_palette(self) -> None:
        """The palette, asking in the language in force."""
        if not CommandPalette.is_open(self):
            self.push_screen(CommandPalette(placeholder=_("找一个动作…"), id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterator[SystemCommand]:
        """The palette: every action of the room, to be found in either language."""
        for action in getattr(screen, "actions", ROOM):
            callback = getattr(screen, f"action_{action.id}", None)
            if callback:
                yield SystemCommand(action.words.in_every_language(), str(action.help), callback)
