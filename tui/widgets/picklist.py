"""A list to pick from with the arrows, with `j k g G`, with the mouse, or by `/` and a few signs of what is meant."""

from __future__ import annotations

import unicodedata

from textual import on
from textual.binding import Binding
from textual.widgets import Input, OptionList

from auction.language import N_, _

LETTERS = [
    Binding("j", "cursor_down", N_("下一行"), id="pick.down", show=False),
    Binding("k", "cursor_up", N_("上一行"), id="pick.up", show=False),
    Binding("g", "first", N_("第一行"), id="pick.top", show=False),
    Binding("G", "last", N_("最后一行"), id="pick.bottom", show=False),
    Binding("slash", "find", N_("查找"), key_display="/", id="pick.find", show=False),
]


class PickList(OptionList):
    """Things to pick from, one a line."""

    BINDINGS = LETTERS

    def action_find(self) -> None:
        """Ask for a few signs, and go to the line that has them."""
        find(self)


class Finder(Input):
    """The line at the foot of the screen in which one types what to look for."""

    DEFAULT_CSS = """
    Finder { dock: bottom; height: 1; border: none; padding: 0 1; background: $surface; }
    Finder:focus { border: none; }
    """
    BINDINGS = [Binding("escape", "leave", N_("返回"))]

    def __init__(self, target: OptionList) -> None:
        super().__init__(placeholder=_("查找：输入几个字，回车停在那一行"), compact=True, id="finder")
        self._target = target

    @on(Input.Changed)
    def look(self, changed: Input.Changed) -> None:
        """Stand on the first line that has what is typed."""
        changed.stop()
        wanted = plain(changed.value)
        lines = [plain(str(option.prompt)) for option in self._target.options]
        found = next((at for at, line in enumerate(lines) if wanted and wanted in line), None)
        if found is not None:
            self._target.highlighted = found

    @on(Input.Submitted)
    def stop(self, submitted: Input.Submitted) -> None:
        """Stay on the line found."""
        submitted.stop()
        self.action_leave()

    def action_leave(self) -> None:
        """Put the line away."""
        self._target.focus()
        self.remove()


def find(target: OptionList) -> None:
    """Open the finder for a list, unless it is open."""
    if not target.screen.query(Finder):
        finder = Finder(target)
        target.screen.mount(finder)
        finder.focus()


def plain(text: str) -> str:
    """Text as it is compared: full-width signs and capitals make no difference."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
