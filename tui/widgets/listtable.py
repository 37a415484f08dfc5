"""A table of rows to walk through with `j k g G`, changed in place so that the cursor stays where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.text import Text
from textual.binding import Binding
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from auction.language import N_


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the side its cells lean to."""

    heading: str
    side: Literal["left", "right"] = "left"


Cells = tuple[tuple[str, str], ...]
"""A row: the text of each cell and the component class that styles it, or nothing."""


class ListTable(DataTable[Text]):
    """Rows under headings; knows its rows by key."""

    DEFAULT_CSS = """
    ListTable { height: 1fr; background: transparent; }
    ListTable > .datatable--header { background: transparent; color: $foreground 60%; text-style: none; }
    ListTable > .datatable--odd-row { background: transparent; }
    ListTable > .datatable--even-row { background: transparent; }
    ListTable > .listtable--won { color: $text-success; }
    ListTable > .listtable--partly { color: $text-warning; text-style: bold; }
    ListTable > .listtable--lost { text-style: dim; }
    ListTable > .listtable--rejected { color: $text-error; }
    ListTable > .listtable--own { text-style: bold; }
    """

    COMPONENT_CLASSES = {f"listtable--{kind}" for kind in ("won", "partly", "lost", "rejected", "own")}

    BINDINGS = [
        Binding("j", "cursor_down", N_("下一行"), id="list.down", show=False),
        Binding("k", "cursor_up", N_("上一行"), id="list.up", show=False),
        Binding("g", "scroll_top", N_("第一行"), id="list.top", show=False),
        Binding("G", "scroll_bottom", N_("最后一行"), id="list.bottom", show=False),
    ]

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(cursor_type="row", id=id, classes=classes)
        self._headings: tuple[Column, ...] = ()
        self._shown: dict[str, Cells] = {}

    def on_mount(self) -> None:
        """Take the colours of a theme as it changes."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._redraw())

    def fill(self, columns: Sequence[Column], rows: Mapping[str, Cells]) -> None:
        """Show these rows: only the cells that differ are touched where the keys are as they were."""
        if tuple(columns) == self._headings and list(rows) == list(self._shown):
            self._change(rows)
            return
        self._headings, self._shown = tuple(columns), dict(rows)
        self._redraw()

    @property
    def chosen(self) -> str | None:
        """The key of the row under the cursor."""
        keys = list(self._shown)
        return keys[self.cursor_row] if self.cursor_row < len(keys) else None

    def _change(self, rows: Mapping[str, Cells]) -> None:
        for row, (key, cells) in enumerate(rows.items()):
            for column, cell in enumerate(cells):
                if cell != self._shown[key][column]:
                    drawn = self._drawn(cell, self._headings[column])
                    self.update_cell_at(Coordinate(row, column), drawn, update_width=True)
        self._shown = dict(rows)

    def _redraw(self) -> None:
        chosen, left = self.chosen, self.scroll_offset
        self.clear(columns=True)
        for column in self._headings:
            self.add_column(Text(column.heading, justify=column.side))
        for key, cells in self._shown.items():
            self.add_row(*map(self._drawn, cells, self._headings), key=key)
        if chosen in self._shown:
            self.move_cursor(row=list(self._shown).index(chosen), scroll=False)
            self.scroll_to(*left, animate=False)

    def _drawn(self, cell: tuple[str, str], column: Column) -> Text:
        text, kind = cell
        style = self.get_component_rich_style(f"listtable--{kind}", partial=True) if kind else ""
        return Text(text, style, justify=column.side, no_wrap=True)
