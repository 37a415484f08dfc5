"""Sections as one HTML page that needs nothing but itself: no script, no font, no picture; it prints on A4.

Right and wrong are told by signs, and by colours where there are some. Every printed page bears the rehearsal's mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from auction.language import _, spoken
from auction.payload import REHEARSAL_MARK
from sim.debrief.section import Mark, Row, Section
from sim.debrief.whole import Debrief, answer, sections, title

CLASSES = {Mark.RIGHT: "right", Mark.WRONG: "wrong", Mark.WARNED: "warned", Mark.NONE: "plain"}

STYLE = """
:root { --ink: #1c1c1c; --faint: #666; --rule: #c9c9c9; --right: #1b6b3a; --wrong: #a8201a; --warned: #8a5a00; }
* { box-sizing: border-box; }
html { background: #f2f1ee; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 2.5rem 4rem; background: #fff; color: var(--ink);
  font: 15px/1.6 "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei",
  "WenQuanYi Micro Hei", "SimHei", sans-serif; }
h1 { margin: 0 0 .3rem; font-size: 1.5rem; line-height: 1.3; }
h2 { margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 2px solid var(--ink); font-size: 1.12rem; }
.answer { margin: 1rem 0 1.5rem; padding: .8rem 1rem; border: 1px solid var(--ink); font-size: 1.08rem; }
.remark { margin: .3rem 0 .6rem; color: var(--faint); }
.mark { color: var(--faint); letter-spacing: .1em; }
nav { columns: 3; font-size: .92rem; } nav a { color: inherit; } nav p { margin: 0; }
ul { list-style: none; margin: 0; padding: 0; }
li { padding-left: 1.6em; text-indent: -1.6em; margin: .18rem 0; }
li.plain { padding-left: 1.6em; text-indent: 0; }
.sign { display: inline-block; width: 1.6em; text-indent: 0; font-weight: bold; }
.under { text-indent: 0; color: #444; font-size: .93em; }
.under p { margin: 0; padding-left: .9em; border-left: 2px solid var(--rule); }
table { width: 100%; border-collapse: collapse; font-size: .93rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .5rem; border: 1px solid var(--rule); text-align: left; vertical-align: top; }
th { background: #f2f1ee; font-weight: 600; }
td.number { text-align: right; white-space: nowrap; }
.short { white-space: nowrap; }
.right > .sign, td .sign.right { color: var(--right); }
.wrong > .sign, td .sign.wrong { color: var(--wrong); }
.warned > .sign, td .sign.warned { color: var(--warned); }
li.wrong, tr.wrong td:first-child { font-weight: 600; }
li.wrong .under, tr.wrong .under { font-weight: normal; }
.watermark { display: none; }
@page { size: A4; margin: 18mm 15mm 18mm; }
@media print {
  html { background: #fff; } body { background: none; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { display: none; }
  h2 { break-after: avoid; } tr, li { break-inside: avoid; } thead { display: table-header-group; }
  .watermark { display: block; position: fixed; top: 45%; left: 0; right: 0; text-align: center; font-size: 30pt;
    color: #e4e4e4; transform: rotate(-30deg); z-index: -1; letter-spacing: .15em; }
}
"""

CORNER = 'font: 8.5pt "Noto Sans CJK SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; color: #555; content: '
"""Above and below each printed page."""
SHORT = 16
"""Signs that stay on one line in a table: a moment, how long something took, a name."""
FIGURE = re.compile(r"-?\d{1,4}(\.\d+)?")
"""A figure, which stands to the right; the code of a bond is none."""


def html(looked_back: Debrief) -> str:
    """The debrief as a page."""
    return as_page(title(looked_back), answer(looked_back), sections(looked_back))


def as_page(heading: str, sentence: str, parts: Sequence[Section]) -> str:
    """A page of a heading, a sentence and sections."""
    return "\n".join(_lines(heading, sentence, parts)) + "\n"


def _lines(heading: str, sentence: str, parts: Sequence[Section]) -> Iterator[str]:
    stamp = escape(str(REHEARSAL_MARK))
    language = {"zh_CN": "zh-CN"}.get(spoken(), spoken())
    yield "<!DOCTYPE html>"
    yield f'<html lang="{language}"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    pages = f'@page {{ @top-center {{ {CORNER}"{stamp}" }} @bottom-center {{ {CORNER}"{stamp} · " counter(page) }} }}'
    yield f"<title>{escape(heading)}</title><style>{STYLE}{pages}</style></head><body>"
    yield f'<div class="watermark" aria-hidden="true">{stamp}</div>'
    yield f'<header><h1>{escape(heading)}</h1><div class="mark">{stamp}</div></header>'
    yield f'<p class="answer">{escape(sentence)}</p>'
    yield f'<nav aria-label="{escape(_("目录"))}">'
    yield from (f'<p><a href="#{part.id}">{escape(part.heading)}</a></p>' for part in parts)
    yield "</nav>"
    for part in parts:
        yield from _section(part)
    yield "</body></html>"


def _section(part: Section) -> Iterator[str]:
    yield f'<section id="{part.id}"><h2>{escape(part.heading)}</h2>'
    if part.remark:
        yield f'<p class="remark">{escape(part.remark)}</p>'
    if part.rows and part.columns:
        yield from _table(part)
    elif part.rows:
        yield "<ul>"
        yield from (_item(row) for row in part.rows)
        yield "</ul>"
    yield "</section>"


def _item(row: Row) -> str:
    kind = CLASSES[row.mark]
    sign = f'<span class="sign">{row.mark}</span>' if row.mark else ""
    return f'<li class="{kind}">{sign}{escape(row.cells[0])}{_under(row)}</li>'


def _under(row: Row) -> str:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in row.under)
    return f'<div class="under">{paragraphs}</div>' if paragraphs else ""


def _table(part: Section) -> Iterator[str]:
    headings = "".join(f"<th{_short(column)}>{escape(column)}</th>" for column in part.columns)
    yield f"<table><thead><tr>{headings}</tr></thead><tbody>"
    for row in part.rows:
        kind = CLASSES[row.mark]
        sign = f'<span class="sign {kind}">{row.mark}</span>' if row.mark else ""
        first, *others = row.cells
        cells = f"<td>{sign}{escape(first)}{_under(row)}</td>" + "".join(_cell(text) for text in others)
        yield f'<tr class="{kind}">{cells}</tr>'
    yield "</tbody></table>"


def _cell(text: str) -> str:
    if FIGURE.fullmatch(text):
        return f'<td class="number">{escape(text)}</td>'
    return f"<td{_short(text)}>{escape(text)}</td>"


def _short(text: str) -> str:
    return ' class="short"' if len(text) <= SHORT else ""
