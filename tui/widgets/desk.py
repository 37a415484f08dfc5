"""The desk of whoever sits there: what has to be done next, and everything that can be done now."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message as Posted
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from auction.language import _
from auction.wording import FIELD_NAMES
from tui.todo import Seen, Todo, todos


class Desk(Vertical):
    """A list of things to do; Enter or a click begins one."""

    class Chosen(Posted):
        """One thing was chosen."""

        def __init__(self, todo: Todo) -> None:
            super().__init__()
            self.todo = todo

    BINDINGS = [
        Binding("j", "move('down')", show=False),
        Binding("k", "move('up')", show=False),
        Binding("g", "move('first')", show=False),
        Binding("G", "move('last')", show=False),
    ]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._todos: tuple[Todo, ...] = ()
        self._shown: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Who sits here, whose turn it is, what can be done, how the sheets stand."""
        yield Static(id="who", markup=False)
        yield Static(id="turn", markup=False)
        yield OptionList(id="todos")
        yield Static(id="sheets", markup=False)

    def show(self, seen: Seen, who: str, turn: str) -> None:
        """Show what the seat may see; the list keeps its place while it stays the same."""
        self.query_one("#who", Static).update(who)
        self.query_one("#turn", Static).update(turn)
        self.query_one("#sheets", Static).update(_sheets(seen))
        self._todos = todos(seen)
        lines = tuple(_line(todo) for todo in self._todos) or (_("此刻没有要办的事；时钟在走。"),)
        if lines == self._shown:
            return
        self._shown = lines
        listed = self.query_one("#todos", OptionList)
        listed.clear_options()
        listed.add_options([Option(line, disabled=not self._todos) for line in lines])
        if self._todos:
            listed.highlighted = 0

    def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """Begin the chosen one."""
        selected.stop()
        if selected.option_index < len(self._todos):
            self.post_message(self.Chosen(self._todos[selected.option_index]))

    def action_move(self, where: str) -> None:
        """Move in the list by letters."""
        listed = self.query_one("#todos", OptionList)
        moves = {
            "down": listed.action_cursor_down,
            "up": listed.action_cursor_up,
            "first": listed.action_first,
            "last": listed.action_last,
        }
        moves[where]()


def _line(todo: Todo) -> str:
    return f"{'▶' if todo.due else ' '} {todo.label}"


def _sheets(seen: Seen) -> str:
    """How each sheet stands, the differing fields side by side where two people typed."""
    lines = []
    for window in seen["windows"]:
        for issue in window["issues"]:
            sheet = issue["sheet"]
            states = {
                _("标书"): (sheet["terms_entered"], sheet["terms_checked"]),
                _("区间"): (sheet["range_entered"], sheet["range_checked"]),
            }
            told = "  ".join(f"{what}{_progress(*state)}" for what, state in states.items())
            lines.append(f"{window['id']} {issue['documents']['bond']}  {told}")
            for name in (*sheet.get("terms_differences", ()), *sheet.get("range_differences", ())):
                lines.append(_("  ✘ 两人录入不同：{field}").format(field=FIELD_NAMES[name]))
    return "\n".join(lines)


def _progress(entered: bool, checked: bool) -> str:
    return _("：已核对") if checked else _("：已录入") if entered else _("：未录入")
