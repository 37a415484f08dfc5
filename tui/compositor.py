"""Textual's compositor, mended so that no wide character is split where one widget overlays another.

Textual cuts every line at every edge of every widget on it, the covered ones too, and a character of two cells that
lies on such a cut is lost (Textual issue 6357). Here a line is cut only where the widget that is seen changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from textual import screen
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class CjkCompositor(Compositor):
    """Lines made of runs: each the unbroken part of one widget that can be seen."""

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        runs: list[dict[int, Strip]] = [{} for _ in self.cuts]
        taken: list[set[int]] = [set() for _ in self.cuts]
        for region, clip, strips in self._get_renders(crop):
            seen = region.intersection(clip)
            left, right = seen.column_span
            for y, strip in zip(seen.line_range, strips, strict=False):
                if is_rendered_line(y):
                    cuts = [cut for cut in self.cuts[y] if left <= cut <= right]
                    for start, end in _untaken(cuts, taken[y]):
                        runs[y][start] = strip.crop(start - left, end - left)
        return [dict(sorted(line.items())) for line in runs]

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed, each changed span widened to the end of the last run it touches."""
        update = super().render_partial_update()
        if update is None:
            return None
        ends = [[start + run.cell_length for start, run in line.items()] for line in update.chops]
        spans = []
        for y, left, right in update.spans:
            touched = [end for start, end in zip(update.chops[y], ends[y], strict=True) if start < right and end > left]
            spans.append((y, left, max((right, *touched))))
        return ChopsUpdate(update.chops, spans, ends)


def _untaken(cuts: Sequence[int], taken: set[int]) -> list[tuple[int, int]]:
    """The stretches between cuts that nothing in front has taken, joined where they meet; takes them."""
    stretches: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        if start in taken:
            continue
        taken.add(start)
        if stretches and stretches[-1][1] == start:
            start = stretches.pop()[0]
        stretches.append((start, end))
    return stretches


def install() -> None:
    """Let every screen made from here on be drawn by this compositor."""
    screen.Compositor = CjkCompositor  # type: ignore[misc]
