"""A line of a form: what is pasted into it is the form's to place, line breaks, tables and all."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widgets import Input


class Entry(Input):
    """One line to type."""

    def __init__(self, place: Callable[[Entry, str], None], value: str, id: str, placeholder: str) -> None:
        super().__init__(value, placeholder, id=id, compact=True)
        self._place = place

    def on_paste(self, event: events.Paste) -> None:
        """Hand it to the form instead of keeping its first line."""
        event.stop()
        event.prevent_default()
        self._paste(event.text)

    def action_paste(self) -> None:
        """Paste what was copied here."""
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        if text.strip("\r\n"):
            self._place(self, text)
