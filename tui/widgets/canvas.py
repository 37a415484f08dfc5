"""A small canvas of dots: eight to a cell in braille, one to a cell in ASCII. Later inks cover earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from textual.content import Content

BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
BRAILLE = {dots: chr(0x2800 + dots) if dots else " " for dots in range(256)}


class Canvas:
    """Dots with origin at the top left; each is drawn in a numbered ink."""

    def __init__(self, columns: int, rows: int, plain: str = "") -> None:
        """`plain` holds the sign of each ink, from 1 up, where braille will not do."""
        self.columns, self.rows, self._plain = columns, rows, plain
        self.across, self.down = (1, 1) if plain else (2, 4)
        self.width, self.height = columns * self.across, rows * self.down
        self._dots = [bytearray(columns) for _ in range(rows)]
        self._inks = [bytearray(columns) for _ in range(rows)]

    def dot(self, x: int, y: int, ink: int) -> None:
        """One dot; outside the canvas it is nowhere."""
        if 0 <= x < self.width and 0 <= y < self.height:
            row, column = y // self.down, x // self.across
            self._dots[row][column] |= BITS[y % self.down][x % self.across]
            self._inks[row][column] = max(self._inks[row][column], ink)

    def across_to(self, x: int, end: int, y: int, ink: int, every: int = 1) -> None:
        """A level line from `x` to `end`, dotted where `every` is more than 1."""
        for each in range(x, end + 1, every):
            self.dot(each, y, ink)

    def down_to(self, x: int, y: int, end: int, ink: int, every: int = 1) -> None:
        """An upright line between `y` and `end`."""
        for each in range(min(y, end), max(y, end) + 1, every):
            self.dot(x, each, ink)

    def row(self, row: int, styles: Sequence[str], shaded: int, shade: str) -> Content:
        """A row of cells, each in the style of its ink; the first `shaded` of them stand on `shade`."""
        signs, inks = self._signs(row), self._inks[row]
        pieces = []
        for cells, ground in ((range(shaded), f" on {shade}"), (range(shaded, self.columns), "")):
            for ink, run in groupby(cells, key=inks.__getitem__):
                place = list(run)
                pieces.append((signs[place[0] : place[-1] + 1], styles[ink] + ground))
        return Content.assemble(*pieces)

    def _signs(self, row: int) -> str:
        if self._plain:
            return self._inks[row].decode("latin-1").translate(dict(enumerate(" " + self._plain)))
        return self._dots[row].decode("latin-1").translate(BRAILLE)
