"""Other words in the same place: the screen is laid out again only where they need another number of lines."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


def reword(shown: Static, words: str | Content) -> None:
    """Let a text whose width does not hang on its words say these."""
    if words == shown.content:
        return
    shown.update(words, layout=False)
    size = shown.size
    if not size or shown.get_content_height(size, shown.app.size, size.width) != size.height:
        shown.refresh(layout=True)
