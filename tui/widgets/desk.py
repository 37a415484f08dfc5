"""The desk of whoever sits there: what has to be done next, everything that can be done now, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message as Posted
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from auction.language import _
from tui.todo import Todo
from tui.widgets.picklist import PickList
from tui.widgets.reword import reword
from tui.widgets.signs import signs_for

CHOSEN = -1


class Desk(Vertical):
    """A list of things to do; Enter or a click begins one. Below it, what the chosen one is about."""

    class Chosen(Posted):
        """One thing was chosen."""

        def __init__(self, todo: Todo) -> None:
            super().__init__()
            self.todo = todo

    DEFAULT_CSS = """
    Desk { height: 1fr; }
    Desk #who { text-style: bold; color: $text-accent; height: auto; }
    Desk #todos { height: auto; max-height: 40%; min-height: 4; border: round $primary 40%; }
    Desk #todos:focus { border: round $accent; }
    Desk #about { height: 1fr; padding: 0 1; border: round $foreground 20%; }
    Desk #about:focus { border: round $accent; }
    Desk #about Static { height: auto; }
    App.-ascii Desk #todos, App.-ascii Desk #about { border: ascii $foreground 20%; }
    App.-ascii Desk #todos:focus, App.-ascii Desk #about:focus { border: ascii $accent; }
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._todos: tuple[Todo, ...] = ()
        self._shown: tuple[str, ...] = ()
        self._placed = 0
        """The line the list was put on, or CHOSEN where a person went to another."""
        self._about: Callable[[Todo], str] = lambda todo: ""
        self._titled = ""

    def compose(self) -> ComposeResult:
        """Who sits here, what can be done, what it is about."""
        yield Static(id="who", markup=False)
        yield PickList(id="todos", markup=False)
        with VerticalScroll(id="about"):
            yield Static(markup=False)

    def show(self, todos: Sequence[Todo], about: Callable[[Todo], str], who: str) -> None:
        """Show what the seat can do; whoever went to a line stays there, whoever did not follows what is due."""
        reword(self.query_one("#who", Static), who)
        self._todos, self._about = tuple(todos), about
        due = signs_for(self).here
        lines = tuple(f"{due if todo.due else ' '} {todo.label}" for todo in self._todos)
        if lines != self._shown:
            self._list(lines)
        self._explain()

    def _list(self, lines: tuple[str, ...]) -> None:
        listed = self.query_one("#todos", PickList)
        at, names = listed.highlighted or 0, [line[2:] for line in lines]
        before = self._shown[at][2:] if self._shown else ""
        self._shown = lines
        listed.clear_options()
        listed.add_options([Option(line) for line in lines] or [Option(_("此刻没有要办的事"), disabled=True)])
        moved = at != self._placed
        due = [name for name, todo in zip(names, self._todos, strict=True) if todo.due]
        kept = before in names and (moved or before in due or not due)
        listed.highlighted = names.index(before) if kept else 0 if lines else None
        self._placed = CHOSEN if kept and moved else listed.highlighted or 0

    @on(OptionList.OptionHighlighted)
    def _look(self, highlighted: OptionList.OptionHighlighted) -> None:
        highlighted.stop()
        self._explain()

    def _explain(self) -> None:
        at = self.query_one("#todos", PickList).highlighted
        chosen = self._todos[at] if at is not None and at < len(self._todos) else None
        page = self._about(chosen) if chosen else ""
        about, title = self.query_one("#about"), str(chosen.label) if chosen else ""
        about.display = bool(page)
        if title != self._titled:
            self._titled = about.border_title = title
        reword(self.query_one("#about Static", Static), page)

    @on(OptionList.OptionSelected)
    def _begin(self, selected: OptionList.OptionSelected) -> None:
        selected.stop()
        if selected.option_index < len(self._todos):
            self.post_message(self.Chosen(self._todos[selected.option_index]))
