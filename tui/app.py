"""The room as an application: screens, themes and the language; everything else stands in the screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from textual.app import App, SystemCommand
from textual.command import CommandPalette
from textual.screen import Screen

from auction.errors import KaibiaoError
from auction.language import LANGUAGES, _, speak, spoken
from tui.actions import ROOM
from tui.compositor import install
from tui.opening import Opening, open_player
from tui.screens.lobby import Lobby
from tui.screens.room import Room

THEMES = ("textual-dark", "textual-light", "ansi-dark")


class KaibiaoApp(App[None]):
    """开标: the lobby, and the room behind it."""

    CSS_PATH = "app.tcss"
    TITLE = "开标"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        scenario: Path | None = None,
        seed: int | None = None,
        out: Path | None = None,
        resumed: Path | None = None,
    ) -> None:
        install()
        super().__init__()
        self._scenario, self._seed, self._out, self._resumed = scenario, seed, out, resumed

    def on_mount(self) -> None:
        """The lobby; a day that is gone on with opens at once, its people are known."""
        self.theme = THEMES[0]
        self.push_screen(Lobby(self._scenario, self._seed, self._out))
        if self._resumed:
            self.open_room(Opening(resumed=self._resumed))

    def open_room(self, opening: Opening) -> None:
        """Open a rehearsal, or say why not."""
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

    def other_language(self) -> None:
        """Speak the other language from here on."""
        speak(LANGUAGES[(LANGUAGES.index(spoken()) + 1) % len(LANGUAGES)])

    def next_theme(self) -> None:
        """Dark, light, monochrome in turn."""
        current = THEMES.index(self.theme) if self.theme in THEMES else 0
        self.theme = THEMES[(current + 1) % len(THEMES)]

    def action_command_palette(self) -> None:
        """The palette, asking in the language in force."""
        if not CommandPalette.is_open(self):
            self.push_screen(CommandPalette(placeholder=_("找一个动作…"), id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterator[SystemCommand]:
        """The palette: every action of the room, to be found in either language."""
        for action in ROOM:
            callback = getattr(screen, f"action_{action.id}", None)
            if callback:
                yield SystemCommand(action.words.in_every_language(), str(action.help), callback)
