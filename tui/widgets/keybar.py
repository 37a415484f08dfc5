"""The keys at the foot of the screen: on two lines where one line has no room for all of them."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Footer

ON_A_LINE = 4
NARROW = 80


class KeyBar(Footer):
    """Every key that is shown, in a grid on a narrow screen."""

    DEFAULT_CSS = """
    KeyBar FooterKey .footer-key--description { padding: 0; }
    KeyBar.-narrow { height: 2; layout: grid; grid-columns: auto; }
    """

    def compose(self) -> ComposeResult:
        """The keys; Textual would have them all on one line of the grid."""
        yield from super().compose()
        self.styles.grid_size_columns = ON_A_LINE

    def on_resize(self, resized: events.Resize) -> None:
        """Take a second line where one is too short."""
        self.set_class(resized.size.width < NARROW, "-narrow")
