"""Pictures as PNG for Word, drawn by Pillow in light colours with a font of the system that has Chinese.

Every line of our charts is level or upright, so nothing but text needs smoothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from sim.lab.report.blocks import Points
from sim.lab.report.drawing import SIZE, Area, Drawing, Shape, Words

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Letters = FreeTypeFont | ImageFont

FONTS = (
    *("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "SourceHanSansSC-Regular.otf", "NotoSansSC-Regular.ttf"),
    *("msyh.ttc", "PingFang.ttc", "Hiragino Sans GB.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "simhei.ttf"),
    *("simsun.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "Arial Unicode.ttf"),
)
"""Files of fonts with Chinese, the best first."""
SHARP = 2.0
"""Pixels for each of the drawing's."""

COLOURS: Mapping[str, str] = MappingProxyType(
    {
        **{"words": "#1c1c1c", "title": "#1c1c1c", "faint": "#666666", "floor-words": "#a8201a"},
        **{"grid": "#e6e6e6", "axis": "#666666", "level": "#666666", "whisker": "#1c1c1c", "floor": "#a8201a"},
        **{"s0": "#7c93b2", "s1": "#c8611f", "f0": "#7c93b259", "f1": "#c8611f38", "l0": "#7c93b2", "l1": "#c8611f"},
        **{"m0": "#7c93b2", "m1": "#c8611f", "k0": "#1f4e79", "k1": "#b4561b", "k2": "#7ba6cf", "k3": "#e9b27c"},
        **{"on0": "#ffffff", "on1": "#ffffff", "on2": "#1c1c1c", "on3": "#1c1c1c"},
    }
)
SMALL_SIZE = 11
QUICK = 3
"""How hard pictures are packed, of 9."""
SMALL = frozenset({"faint", "floor-words", "on0", "on1", "on2", "on3"})
THICK: Mapping[str, float] = MappingProxyType({"l0": 2, "l1": 2, "m0": 1.5, "m1": 1.5, "floor": 2})
DASHES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"m0": (5, 3), "m1": (5, 3), "floor": (1.5, 2), "level": (2, 3)}
)
"""How much of a line is drawn, and how much is left out."""


def chinese_font() -> str | None:
    """The file of the best font with Chinese that the system has."""
    from PIL import ImageFont

    for name in FONTS:
        try:
            return str(ImageFont.truetype(name, SIZE).path)
        except OSError:
            continue
    return None


def png(drawing: Drawing, font: str | None, instead: Mapping[str, str]) -> bytes:
    """A picture as a PNG file, some words replaced by others; without a font in Pillow's own, which has no Chinese."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (round(drawing.width * SHARP), round(drawing.height * SHARP)), "white")
    draw = ImageDraw.Draw(sheet, "RGBA")
    small, usual = (_letters(font, size * SHARP) for size in (SMALL_SIZE, SIZE))
    for shape in drawing.shapes:
        if isinstance(shape, Words):
            _write(draw, shape, small if shape.kind in SMALL else usual, instead)
        else:
            _draw(draw, shape)
    out = BytesIO()
    sheet.save(out, "PNG", compress_level=QUICK)
    return out.getvalue()


def _letters(font: str | None, size: float) -> Letters:
    from PIL import ImageFont

    return ImageFont.truetype(font, size) if font else ImageFont.load_default(size)


def _write(draw: ImageDraw, words: Words, letters: Letters, instead: Mapping[str, str]) -> None:
    text = words.text
    for name in sorted(instead, key=len, reverse=True):
        text = text.replace(name, instead[name])
    place = {"start": "ls", "middle": "ms", "end": "rs"}[words.anchor]
    draw.text((words.x * SHARP, words.y * SHARP), text, COLOURS[words.kind], letters, place)


def _draw(draw: ImageDraw, shape: Shape) -> None:
    if isinstance(shape, Words) or len(shape.points) < 2:
        return
    colour, points = COLOURS[shape.kind], tuple((x * SHARP, y * SHARP) for x, y in shape.points)
    if isinstance(shape, Area):
        draw.polygon(points, colour)
        return
    width = max(1, round(THICK.get(shape.kind, 1.0) * SHARP))
    for line in _dashed(points, DASHES[shape.kind]) if shape.kind in DASHES else (points,):
        draw.line(line, colour, width)


def _dashed(points: Points, dash: tuple[float, float]) -> Iterator[Points]:
    """The drawn pieces of a line through these points."""
    drawn, left_out = (each * SHARP for each in dash)
    for (x, y), (to_x, to_y) in pairwise(points):
        length = abs(to_x - x) + abs(to_y - y)
        for number in range(int(length / (drawn + left_out)) + 1):
            ends = [min(number * (drawn + left_out) + more, length) / length for more in (0.0, drawn)] if length else []
            yield tuple((x + end * (to_x - x), y + end * (to_y - y)) for end in ends)
