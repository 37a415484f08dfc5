"""A small canvas of dots: eight to a cell in braille, one to a cell in ASCII. Later inks cover earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
BRAILLE = " " + "".join(map(chr, range(0x2801, 0x2900)))


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

    def row(self, row: int, styles: Sequence[str], shaded: int, shade: str) -> Iterator[tuple[str, str]]:
        """A row of cells as runs of one style, each that of its ink; the first `shaded` cells in `shade` too."""
        signs, inks = self._signs(row), self._inks[row]
        for cells, ground in ((range(shaded), shade), (range(shaded, self.columns), "")):
            for ink, run in groupby(cells, key=inks.__getitem__):
                place = list(run)
                yield signs[place[0] : place[-1] + 1], styles[ink] + ground

    def _signs(self, row: int) -> str:
        if self._plain:
            return "".join(map((" " + self._plain).__getitem__, self._inks[row]))
        return "".join(map(BRAILLE.__getitem__, self._dots[row]))
