"""The report as one HTML page that needs nothing but itself: no script, no font, no file; light, dark and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from auction.language import _, spoken
from sim.lab.report.blocks import Bars, Block, Panels, Part, Report, Stacks, Table, Written, shown
from sim.lab.report.drawing import drawings
from sim.lab.report.svg import svg

FONTS = '"PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", '
FONTS += '"WenQuanYi Micro Hei", "SimHei", sans-serif'

LIGHT = """--paper: #fff; --desk: #f2f1ee; --ink: #1c1c1c; --faint: #666; --rule: #cfcfcf; --grid: #e6e6e6;
--box: #f6f4ee; --s0: #7c93b2; --s1: #c8611f; --m: #a8201a;
--k0: #1f4e79; --k1: #b4561b; --k2: #7ba6cf; --k3: #e9b27c;"""
DARK = """--paper: #16181b; --desk: #0e0f11; --ink: #e8e6e3; --faint: #a5a29d; --rule: #45484d; --grid: #2b2e33;
--box: #1f2226; --s0: #8aa5c9; --s1: #e58a4b; --m: #ff8a80;
--k0: #5b8fc4; --k1: #d9803f; --k2: #a9c8e6; --k3: #f3cfa6;"""

STYLE = f"""
:root {{ color-scheme: light dark; {LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {DARK} }} }}
* {{ box-sizing: border-box; }}
html {{ background: var(--desk); }}
body {{ margin: 0 auto; max-width: 62rem; padding: 2rem clamp(1rem, 4vw, 2.5rem) 4rem; background: var(--paper);
  color: var(--ink); font: 15px/1.65 {FONTS}; }}
h1 {{ margin: 0 0 .3rem; font-size: 1.55rem; line-height: 1.3; }}
h2 {{ margin: 2.2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 2px solid var(--ink); font-size: 1.14rem; }}
h3 {{ margin: 1.2rem 0 .3rem; font-size: 1rem; }}
p {{ margin: .5rem 0; overflow-wrap: anywhere; }}
.stamp {{ color: var(--faint); letter-spacing: .08em; }}
.answer {{ margin: 1.1rem 0 1.4rem; padding: .9rem 1.1rem; border-left: 5px solid var(--s1); background: var(--box); }}
.answer strong {{ display: block; font-size: 1.2rem; line-height: 1.5; }}
.answer ul {{ margin: .7rem 0 0; padding-left: 1.2rem; font-size: .95rem; }} .answer li {{ margin: .25rem 0; }}
nav {{ display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; font-size: .92rem; }} nav a {{ color: inherit; }}
.wide {{ overflow-x: auto; margin: .6rem 0; }}
table {{ width: 100%; border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .28rem .5rem; border: 1px solid var(--rule); text-align: left; vertical-align: top; }}
th {{ min-width: 4.5em; background: var(--box); font-weight: 600; }}
td.figure {{ text-align: right; white-space: nowrap; }} td.short {{ white-space: nowrap; }}
td.long {{ min-width: 8em; }}
pre {{ overflow-x: auto; margin: .6rem 0; padding: .7rem .9rem; background: var(--box); font-size: .85rem;
  line-height: 1.5; font-family: ui-monospace, "Noto Sans Mono CJK SC", "WenQuanYi Micro Hei Mono", monospace; }}
figure {{ margin: .8rem 0; }} figcaption {{ font-weight: 600; margin-bottom: .3rem; }}
.panels {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1rem; }}
svg {{ display: block; width: 100%; height: auto; }}
svg text {{ fill: var(--ink); font-family: inherit; }} svg text.faint {{ fill: var(--faint); font-size: 11px; }}
svg text.title {{ font-weight: 600; }}
polyline {{ fill: none; stroke: var(--ink); stroke-width: 1; }}
.grid {{ stroke: var(--grid); }} .axis {{ stroke: var(--faint); }}
.level {{ stroke: var(--faint); stroke-dasharray: 2 3; }}
.s0 {{ fill: var(--s0); }} .s1 {{ fill: var(--s1); }}
.f0 {{ fill: var(--s0); opacity: .35; }} .f1 {{ fill: var(--s1); opacity: .22; }}
polyline.l0 {{ stroke: var(--s0); stroke-width: 2; }} polyline.l1 {{ stroke: var(--s1); stroke-width: 2; }}
polyline.m0 {{ stroke: var(--s0); stroke-dasharray: 5 3; stroke-width: 1.5; }}
polyline.m1 {{ stroke: var(--s1); stroke-dasharray: 5 3; stroke-width: 1.5; }}
polyline.floor {{ stroke: var(--m); stroke-dasharray: 1 2; stroke-width: 2; }}
svg text.floor-words {{ fill: var(--m); font-size: 11px; }}
.k0 {{ fill: var(--k0); }} .k1 {{ fill: var(--k1); }} .k2 {{ fill: var(--k2); }} .k3 {{ fill: var(--k3); }}
svg text.on0, svg text.on1 {{ fill: #fff; font-size: 11px; }}
svg text.on2, svg text.on3 {{ fill: #1c1c1c; font-size: 11px; }}
footer {{ margin-top: 2.5rem; padding-top: .5rem; border-top: 1px solid var(--rule); color: var(--faint);
  font-size: .85rem; overflow-wrap: anywhere; }}
@page {{ size: A4; margin: 18mm 15mm; }}
@media print {{
  :root {{ color-scheme: light; {LIGHT} }}
  html {{ background: #fff; }} body {{ max-width: none; padding: 0; font-size: 10.5pt; }} nav {{ display: none; }}
  h2, h3, figcaption {{ break-after: avoid; }} tr, svg, .answer {{ break-inside: avoid; }}
  thead {{ display: table-header-group; }} .wide, pre {{ overflow: visible; }} pre {{ white-space: pre-wrap; }}
  table {{ font-size: 8.5pt; }} .panels {{ grid-template-columns: 1fr 1fr; }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
}}
"""
CORNER = f"font: 8.5pt {FONTS}; color: #555; content: "
"""Above and below each printed page."""
SHORT = 12
"""Signs that stay on one line in a table."""


def page(report: Report) -> str:
    """The whole page."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    language, stamp = {"zh_CN": "zh-CN"}.get(spoken(), spoken()), escape(report.stamp)
    corners = f'@page {{ @top-center {{ {CORNER}"{stamp}" }} @bottom-center {{ {CORNER}counter(page) }} }}'
    yield "<!DOCTYPE html>"
    yield f'<html lang="{language}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(report.title)}</title><style>{STYLE}{corners}</style></head><body>"
    yield f'<header><h1>{escape(report.title)}</h1><div class="stamp">{stamp}</div></header>'
    told = "".join(f"<li>{escape(point)}</li>" for point in report.points)
    yield f'<section class="answer" id="answer"><strong>{escape(report.answer)}</strong><ul>{told}</ul></section>'
    yield f'<nav aria-label="{escape(_("目录"))}">'
    yield from (f'<a href="#{part.id}">{escape(part.heading)}</a>' for part in report.parts)
    yield "</nav>"
    for part in report.parts:
        yield from _part(part)
    yield f"<footer>{stamp}<br>study.json SHA-256 {report.sha256}</footer></body></html>"


def _part(part: Part) -> Iterator[str]:
    yield f'<section id="{part.id}"><h2>{escape(part.heading)}</h2>'
    for block in part.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, str):
        yield f"<p>{escape(block)}</p>"
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Written):
        yield f"<h3>{escape(block.title)}</h3>" if block.title else ""
        yield f"<pre>{escape(block.text)}</pre>"
    else:
        yield _figure(block)


def _figure(chart: Bars | Stacks | Panels) -> str:
    drawn = "".join(svg(drawing) for drawing in drawings(chart))
    inside = f'<div class="panels">{drawn}</div>' if isinstance(chart, Panels) else drawn
    return f"<figure><figcaption>{escape(chart.title)}</figcaption>{inside}</figure>"


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield f"<h3>{escape(table.title)}</h3>"
    headings = "".join(f"<th>{escape(column.heading)}</th>" for column in table.columns)
    yield f'<div class="wide"><table><thead><tr>{headings}</tr></thead><tbody>'
    for row in table.rows:
        cells = []
        for cell, column in zip(row, table.columns, strict=True):
            text = shown(cell, column)
            kind = "figure" if not isinstance(cell, str) else "short" if len(text) <= SHORT else "long"
            cells.append(f'<td class="{kind}">{escape(text)}</td>')
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"
