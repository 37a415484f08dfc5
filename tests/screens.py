"""Screens as plain text: what stands on each line, and whether it stands there whole."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import App


def screen_lines(app: App[object]) -> list[str]:
    """The text of every line of the screen in front."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def assert_whole(lines: Iterable[str], width: int) -> None:
    """Every line takes exactly the cells of the screen, and no sign in it could not be drawn."""
    assert [(line, cell_len(line)) for line in lines if cell_len(line) != width or "\ufffd" in line] == []
