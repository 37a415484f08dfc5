"""The modals that ask one thing: a form, a choice, a signature, or nothing but to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Label, OptionList, Select, Static
from textual.widgets.option_list import Option

from auction.errors import BadInput, KaibiaoError
from auction.language import N_, _
from auction.wording import FIELD_NAMES
from tui.about import shown_value
from tui.fieldhelp import help_for
from tui.pasting import require_whole, spread
from tui.screens.base import SpokenModal, help_here
from tui.todo import FormField
from tui.widgets.entry import Entry
from tui.widgets.picklist import PickList

Typed = dict[str, str]


class FormModal(SpokenModal[bool]):
    """A form; what is typed is kept as a draft at every key, and undone with ctrl+z."""

    BINDINGS = [
        Binding("f1", "help", N_("帮助"), key_display="F1"),
        Binding("escape", "cancel", N_("返回"), key_display="Esc"),
        Binding("ctrl+s", "enter", N_("录入"), key_display="Ctrl+S"),
        Binding("ctrl+z", "undo", N_("撤销"), key_display="Ctrl+Z"),
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("enter", "next", show=False, priority=True),
    ]
    """What moves on has priority, so that keys that come all at once each reach the field they were meant for."""

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        draft: Mapping[str, str],
        keep: Callable[[Typed], None],
        hand_in: Callable[[Typed], str],
        beside: str = "",
    ) -> None:
        super().__init__()
        self._title, self._fields, self._beside = title, fields, beside
        self._keep, self._hand_in = keep, hand_in
        self._history: list[Typed] = [{field.name: draft.get(field.name, "") for field in fields}]

    def compose(self) -> ComposeResult:
        """The form at the left, what it is filled from beside it."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title", markup=False)
            with Horizontal(classes="sheet"):
                with VerticalScroll(classes="fields", can_focus=False):
                    for _row, fields in groupby(self._fields, key=lambda field: field.row or field.name):
                        yield from self._line(*fields)
                if self._beside:
                    with VerticalScroll(classes="beside"):
                        yield Static(self._beside, markup=False)
            yield Label(id="hint", markup=False)
            yield Label(id="wrong", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(_("录入 Ctrl+S"), id="enter", variant="primary")
                yield Button(_("返回 Esc"), id="cancel")

    def _line(self, *fields: FormField) -> ComposeResult:
        with Horizontal(classes="line"):
            yield Label(str(fields[0].row or fields[0].label), classes="name", markup=False)
            for field in fields:
                yield self._entry(field)

    def _entry(self, field: FormField) -> Widget:
        value = self._history[-1].get(field.name, "")
        if not field.choices:
            placeholder = str(FIELD_NAMES[field.name.rstrip("0123456789")]) if field.row else ""
            return Entry(self.paste, value, id=f"f-{field.name}", placeholder=placeholder)
        choice = value if value in field.choices else Select.NULL
        options = [(shown_value(name), name) for name in field.choices]
        return Select(options, value=choice, id=f"f-{field.name}", prompt=_("请选择"), compact=True)

    def on_mount(self) -> None:
        """Begin in the first field."""
        self.set_focus(self.query_one(f"#f-{self._fields[0].name}"))

    @on(events.DescendantFocus)
    def hint(self) -> None:
        """Say what the field wants that has the pen."""
        named = self.focused.id if self.focused else None
        self.query_one("#hint", Label).update(help_for(named.removeprefix("f-")) if named else "")

    def typed(self) -> Typed:
        """What stands in the form."""
        found: Typed = {}
        for field in self._fields:
            widget = self.query_one(f"#f-{field.name}")
            value = widget.value if isinstance(widget, Input | Select) else ""
            found[field.name] = "" if value is Select.NULL else str(value)
        return found

    @on(Input.Changed)
    @on(Select.Changed)
    def remember(self) -> None:
        """Keep what is typed, on the disk."""
        typed = self.typed()
        if typed != self._history[-1]:
            self._history.append(typed)
            self._keep_draft()

    def _keep_draft(self) -> None:
        try:
            self._keep(self._history[-1])
        except KaibiaoError as error:
            self.notify(str(error), title=_("草稿没有存盘"), severity="warning", timeout=15, markup=False)

    def paste(self, entry: Entry, text: str) -> None:
        """Place what was pasted, one value at the cursor or a table over the fields from here on; or say why not."""
        start = str(entry.id).removeprefix("f-")
        try:
            values = spread(text, self._fields, start)
        except BadInput as error:
            self._say(str(error))
            return
        self._say("")
        if list(values) == [start]:
            entry.replace(values[start], *entry.selection)
        else:
            self._show(values)

    def _say(self, wrong: str) -> None:
        self.query_one("#wrong", Label).update(wrong)

    def _show(self, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            widget = self.query_one(f"#f-{name}")
            if isinstance(widget, Select):
                widget.value = value or Select.NULL
            elif isinstance(widget, Input):
                widget.value = value

    def action_undo(self) -> None:
        """Take back the last change."""
        self.remember()
        if len(self._history) > 1:
            self._history.pop()
            self._show(self._history[-1])
            self._keep_draft()

    def action_next(self) -> None:
        """Enter goes on from a line to the next; elsewhere it chooses or presses."""
        if not isinstance(self.focused, Entry):
            raise SkipAction
        self.focus_next()

    @on(Button.Pressed, "#enter")
    def action_enter(self) -> None:
        """Hand the form in, unless a number in it is only half typed; it stays open while something is wrong."""
        self.remember()
        typed = self.typed()
        try:
            require_whole(self._fields, typed)
        except BadInput as error:
            self._say(str(error))
            return
        self.run_worker(self._handing_in(typed), exclusive=True, exit_on_error=False)

    async def _handing_in(self, typed: Typed) -> None:
        wrong = self._hand_in(typed)
        self._say(wrong)
        if not wrong:
            self.dismiss(True)

    def action_help(self) -> None:
        """What the field that has the pen wants, and every key."""
        self.app.push_screen(ReadModal(self._title, help_here(self)))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Go back; the draft stays."""
        self.remember()
        self.dismiss(False)


class ChoiceModal(SpokenModal[str | None]):
    """One of several."""

    BINDINGS = [
        Binding("escape", "cancel", N_("返回")),
    ]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], at: int = 0) -> None:
        super().__init__()
        self._title, self._choices, self._at = title, choices, at

    def compose(self) -> ComposeResult:
        """The choices, one a line."""
        with Vertical(classes="box small"):
            yield Label(self._title, classes="title", markup=False)
            options = [Option(words, id=f"c{number}") for number, (_id, words) in enumerate(self._choices)]
            yield PickList(*options, markup=False)
            yield Button(_("返回 Esc"), id="cancel", compact=True)

    def on_mount(self) -> None:
        """Stand on the likeliest."""
        self.query_one(PickList).highlighted = self._at

    @on(OptionList.OptionSelected)
    def choose(self, selected: OptionList.OptionSelected) -> None:
        """Take the chosen one."""
        self.dismiss(self._choices[selected.option_index][0])

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """None of them."""
        self.dismiss(None)


class SignModal(SpokenModal[str | None]):
    """What is signed, to be read, and the passphrase of an own key; a practice key needs none and says so."""

    BINDINGS = [Binding("escape", "cancel", N_("返回")), Binding("ctrl+s", "sign", N_("签字确认"))]

    def __init__(self, title: str, text: str, practice: bool) -> None:
        super().__init__()
        self._title, self._text, self._practice = title, text, practice

    def compose(self) -> ComposeResult:
        """The text, the passphrase, the two answers."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title", markup=False)
            with VerticalScroll(classes="beside"):
                yield Static(self._text, markup=False)
            if self._practice:
                yield Label(_("以演练密钥签字：任何人都能推算，不证明身份"), classes="mark")
            else:
                yield Input(password=True, placeholder=_("口令"), id="passphrase")
            with Horizontal(classes="buttons"):
                yield Button(_("签字确认 Ctrl+S"), id="sign", variant="primary")
                yield Button(_("返回 Esc"), id="cancel")

    @on(Button.Pressed, "#sign")
    @on(Input.Submitted)
    def action_sign(self) -> None:
        """Sign with what was given."""
        self.dismiss("" if self._practice else self.query_one("#passphrase", Input).value)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Do not sign."""
        self.dismiss(None)


class ReadModal(SpokenModal[None]):
    """Something to read."""

    BINDINGS = [Binding("escape,enter,q", "close", N_("返回"))]

    def __init__(self, title: str, text: str | Content) -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """The text."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title", markup=False)
            with VerticalScroll(classes="beside"):
                yield Static(self._text, markup=False)
            yield Button(_("返回 Esc"), id="cancel", compact=True)

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Read."""
        self.dismiss(None)


