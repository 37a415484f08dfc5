"""Pictures as SVG within a page: colours come from the page, so that light, dark and print each have theirs."""

from __future__ import annotations

from html import escape

from sim.lab.report.blocks import Points
from sim.lab.report.drawing import SIZE, Area, Drawing, Shape, Stroke

LARGEST = 1.15
"""How much a picture may be enlarged."""


def svg(drawing: Drawing) -> str:
    """A picture; its title is read out where it cannot be seen."""
    size = f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" style="max-width:{_n(drawing.width * LARGEST)}px"'
    title = f"<title>{escape(drawing.title)}</title>"
    return f'<svg role="img" {size} font-size="{SIZE}">{title}{"".join(map(_shape, drawing.shapes))}</svg>'


def _shape(shape: Shape) -> str:
    if isinstance(shape, Stroke):
        return f'<polyline class="{shape.kind}" points="{_points(shape.points)}"/>'
    if isinstance(shape, Area):
        return f'<polygon class="{shape.kind}" points="{_points(shape.points)}"/>'
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    return f'<text class="{shape.kind}" x="{_n(shape.x)}" y="{_n(shape.y)}"{anchor}>{escape(shape.text)}</text>'


def _points(points: Points) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
