"""The modals that ask one thing: a form, a choice, a signature, or nothing but to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Label, OptionList, Select, Static
from textual.widgets.option_list import Option

from auction.language import N_, _
from tui.screens.base import SpokenModal
from tui.screens.reading import shown_value
from tui.todo import FormField

Typed = dict[str, str]


class FormModal(SpokenModal[Typed | None]):
    """A form; what is typed is kept as a draft at every key, and undone with ctrl+z."""

    BINDINGS = [
        Binding("escape", "cancel", N_("返回")),
        Binding("ctrl+s", "enter", N_("录入")),
        Binding("ctrl+z", "undo", N_("撤销")),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        draft: Mapping[str, str],
        keep: Callable[[Typed], None],
        beside: str = "",
        wrong: str = "",
    ) -> None:
        super().__init__()
        self._wrong = wrong
        self._title, self._fields, self._beside, self._keep = title, fields, beside, keep
        self._history: list[Typed] = [dict(draft)]

    def compose(self) -> ComposeResult:
        """The form at the left, what it is filled from beside it."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title")
            with Horizontal(classes="sheet"):
                with VerticalScroll(classes="fields", can_focus=False):
                    for field in self._fields:
                        yield from self._line(field)
                if self._beside:
                    with VerticalScroll(classes="beside"):
                        yield Static(self._beside, markup=False)
            yield Label(self._wrong, id="wrong", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(_("录入 Ctrl+S"), id="enter", variant="primary")
                yield Button(_("返回 Esc"), id="cancel")

    def _line(self, field: FormField) -> ComposeResult:
        value = self._history[-1].get(field.name, "")
        with Horizontal(classes="line"):
            yield Label(str(field.label), classes="name")
            if field.choices:
                choice = value if value in field.choices else Select.NULL
                options = [(shown_value(name), name) for name in field.choices]
                yield Select(options, value=choice, id=f"f-{field.name}", prompt=_("请选择"), compact=True)
            else:
                yield Input(value, id=f"f-{field.name}", compact=True)

    def on_mount(self) -> None:
        """Begin in the first field."""
        self.query_one(f"#f-{self._fields[0].name}").focus()

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
            self._keep(typed)

    def action_undo(self) -> None:
        """Take back the last change."""
        if len(self._history) > 1:
            self._history.pop()
            before = dict(self._history[-1])
            for field in self._fields:
                widget = self.query_one(f"#f-{field.name}")
                if isinstance(widget, Select):
                    widget.value = before.get(field.name) or Select.NULL
                elif isinstance(widget, Input):
                    widget.value = before.get(field.name, "")
            self._keep(before)

    @on(Input.Submitted)
    def next_field(self, submitted: Input.Submitted) -> None:
        """Enter goes on to the next field."""
        self.focus_next()

    @on(Button.Pressed, "#enter")
    def action_enter(self) -> None:
        """Hand the form in."""
        self.dismiss(self.typed())

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Go back; the draft stays."""
        self.dismiss(None)


class ChoiceModal(SpokenModal[str | None]):
    """One of several."""

    BINDINGS = [
        Binding("escape", "cancel", N_("返回")),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._choices = title, choices

    def compose(self) -> ComposeResult:
        """The choices, one a line."""
        with Vertical(classes="box small"):
            yield Label(self._title, classes="title")
            yield OptionList(*(Option(words, id=f"c{number}") for number, (_id, words) in enumerate(self._choices)))

    @on(OptionList.OptionSelected)
    def choose(self, selected: OptionList.OptionSelected) -> None:
        """Take the chosen one."""
        self.dismiss(self._choices[selected.option_index][0])

    def action_down(self) -> None:
        """One down."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """One up."""
        self.query_one(OptionList).action_cursor_up()

    def action_cancel(self) -> None:
        """None of them."""
        self.dismiss(None)


class SignModal(SpokenModal[str | None]):
    """What is signed, to be read, and the passphrase of an own key; a practice key needs none and says so."""

    BINDINGS = [Binding("escape", "cancel", N_("返回"))]

    def __init__(self, title: str, text: str, practice: bool) -> None:
        super().__init__()
        self._title, self._text, self._practice = title, text, practice

    def compose(self) -> ComposeResult:
        """The text, the passphrase, the two answers."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title")
            with VerticalScroll(classes="beside"):
                yield Static(self._text, markup=False)
            if self._practice:
                yield Label(_("以演练密钥签字：任何人都能推算，不证明身份"), classes="mark")
            else:
                yield Input(password=True, placeholder=_("口令"), id="passphrase")
            with Horizontal(classes="buttons"):
                yield Button(_("签字"), id="sign", variant="primary")
                yield Button(_("返回 Esc"), id="cancel")

    @on(Button.Pressed, "#sign")
    @on(Input.Submitted)
    def sign(self) -> None:
        """Sign with what was given."""
        self.dismiss("" if self._practice else self.query_one("#passphrase", Input).value)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Do not sign."""
        self.dismiss(None)


class ReadModal(SpokenModal[None]):
    """Something to read."""

    BINDINGS = [Binding("escape,enter,q", "close", N_("返回"))]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """The text."""
        with Vertical(classes="box"):
            yield Label(self._title, classes="title")
            with VerticalScroll(classes="beside"):
                yield Static(self._text, markup=False)

    def action_close(self) -> None:
        """Read."""
        self.dismiss(None)


