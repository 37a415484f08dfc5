"""Textual's toasts, mended: one that comes onto the screen after its time is up would keep the program busy for ever.

Textual gives a toast's timer what is left of its time. On a slow or suspended machine that is less than nothing, and
a timer of less than nothing never waits (seen with Textual 8.2.8).
"""

from __future__ import annotations

from textual.events import Mount
from textual.widgets._toast import Toast

LEAST_S = 0.1
"""How long a late toast is shown."""


def show_for_a_while(toast: Toast, event: Mount) -> None:
    """Set the toast's time running."""
    toast.set_timer(max(LEAST_S, toast._timeout), toast._expire)


def install() -> None:
    """Mend every toast made from here on."""
    Toast._on_mount = show_for_a_while  # type: ignore[method-assign]
