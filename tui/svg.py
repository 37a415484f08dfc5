"""Screenshots in SVG in which every sign stands in its own cell.

Rich gives a text as long a place as it has characters, not cells (Rich issue 2742), which squashes Chinese to half;
and viewers differ in what they make of a text's length. So each run of Latin, and each other sign, is placed by itself.
"""

from __future__ import annotations

import re
from html import escape, unescape

from tui.output import cells

TEXT = re.compile(r'(<text class="[^"]*" )x="([^"]*)"( y="[^"]*") textLength="([^"]*)"([^>]*>)([^<]*)</text>')
PIECE = re.compile(r"[!-~]+|[^!-~\s]")
FONTS = "font-family: Fira Code, monospace"
CHINESE_FONTS = (
    'font-family: "Fira Code", "Noto Sans Mono CJK SC", "Sarasa Mono SC", "WenQuanYi Micro Hei Mono", monospace'
)
WIDE_SIGN = 22
"""The font size of wide signs, to fill two cells of 12.2 by 24.4."""
BROAD_SIGNS, BROAD_SIGN = frozenset("✔✘►"), 14
"""Signs of one cell that fonts draw broader, and the size at which they keep to it."""


def fixed_svg(svg: str) -> str:
    """The screenshot with every sign in its place, wide ones in the middle of two cells, in fonts with Chinese."""
    return TEXT.sub(_placed, svg).replace(FONTS, CHINESE_FONTS)


def _placed(found: re.Match[str]) -> str:
    """The text element with a place for each piece instead of one length for all."""
    before, left, height, length, between, written = found.groups()
    text = unescape(written)
    cell = float(length) / len(text)
    pieces = []
    for piece in PIECE.finditer(text):
        x = float(left) + cells(text[: piece.start()]) * cell
        pieces.append(f"<tspan {_place(piece[0], x, cell)}>{escape(piece[0], quote=False)}</tspan>")
    return f"{before}{height.strip()}{between}{''.join(pieces)}</text>" if pieces else ""


def _place(piece: str, x: float, cell: float) -> str:
    """Where a piece stands, and how large where that is not the size of the rest."""
    if cells(piece) > len(piece):
        return f'x="{x + cell - WIDE_SIGN / 2:.5g}" font-size="{WIDE_SIGN}"'
    return f'x="{x:.5g}" font-size="{BROAD_SIGN}"' if piece in BROAD_SIGNS else f'x="{x:.5g}"'
