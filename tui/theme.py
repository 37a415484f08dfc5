"""The room's looks: ink on night, ink on paper, and one without any colour. Text keeps 4.5 : 1 (WCAG AA) in each."""

from __future__ import annotations

from textual.theme import Theme

READABLE = {"text": "auto 92%", "text-muted": "auto 75%", "text-disabled": "auto 68%"}
"""Textual's own muted text is too faint."""

NIGHT = Theme(
    name="kaibiao-night",
    primary="#7d93ab",
    secondary="#8fa3b5",
    accent="#f0785a",
    warning="#e8b85c",
    error="#ff8a80",
    success="#8cc69b",
    foreground="#ece8df",
    background="#14161b",
    surface="#1b1e25",
    panel="#242933",
    variables={**READABLE, "block-cursor-background": "#8a2a1c", "block-cursor-foreground": "#ffffff"},
)
PAPER = Theme(
    name="kaibiao-paper",
    primary="#33475b",
    secondary="#4a5f73",
    accent="#a52a17",
    warning="#7a4b00",
    error="#a3122a",
    success="#1e6130",
    foreground="#0f0d0a",
    background="#fbf8f0",
    surface="#f4f0e5",
    panel="#e9e3d4",
    dark=False,
    variables={**READABLE, "block-cursor-background": "#8a2a1c", "block-cursor-foreground": "#ffffff"},
)
GREY = Theme(
    name="kaibiao-grey",
    primary="#9a9a9a",
    secondary="#9a9a9a",
    accent="#ffffff",
    warning="#ffffff",
    error="#ffffff",
    success="#c8c8c8",
    foreground="#e6e6e6",
    background="#101010",
    surface="#1a1a1a",
    panel="#262626",
    variables={**READABLE, "block-cursor-background": "#e6e6e6", "block-cursor-foreground": "#000000"},
)
THEMES = (NIGHT, PAPER, GREY)
"""In the order in which a person goes through them."""


def after(name: str) -> str:
    """The name of the next theme; of the first after the last and after any that is not ours."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
