"""The signs we draw with, and plainer ones for terminals that draw box lines two cells wide.

The app wears the class `-ascii` on such a terminal. All of these are one cell wide elsewhere too: no sign of
ambiguous width is among them.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.widget import Widget

ASCII_CLASS = "-ascii"


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands for done, failed, watched and the rest; bars and axes."""

    done: str
    failed: str
    warning: str
    here: str
    leads_to: str
    full: str
    empty: str
    axis: str
    floor: str
    curve: str
    cutoff: str
    offered: str
    inks: str
    """A sign for each ink of the curve, where it is drawn without braille."""


BRAILLE = Signs("✔", "✘", "!", "►", "›", "⣿", "⣀", "⢸", "⠉", "⣉", "⠒", "⡇", "")
PLAIN = Signs("v", "x", "!", ">", ">", "#", ".", "|", "-", "#", "-", ":", ".:-+#")


def drawn_plainly(widget: Widget) -> bool:
    """Whether the widget stands in an app that draws in ASCII."""
    return widget.app.has_class(ASCII_CLASS)


def signs_for(widget: Widget) -> Signs:
    """The signs the widget's terminal draws well."""
    return PLAIN if drawn_plainly(widget) else BRAILLE
