"""What is typed and pasted into a form: one value, or a table spread over the fields in order.

What cannot be placed whole is refused whole; nothing that was pasted is changed but the line break at its end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from auction.errors import BadInput, Fault, bad_input
from auction.language import Message, say
from auction.tables import shown
from tui.about import shown_value
from tui.todo import FormField

LONGEST_CELL = 500
HALF_TYPED = re.compile(r"[+-]?\d+\.", re.ASCII)
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The Unicode categories of signs that nobody sees."""


def require_whole(fields: Sequence[FormField], typed: Mapping[str, str]) -> None:
    """No number ends with its point, which nobody means. Raises BadInput naming every field where one does: `2.`"""
    half = [field for field in fields if HALF_TYPED.fullmatch(unicodedata.normalize("NFKC", typed[field.name]).strip())]
    if half:
        raise BadInput([_half_typed(field, typed[field.name]) for field in half])


def _half_typed(field: FormField, text: str) -> Fault:
    return Fault(say("小数点后还应有数字（实际值 {got}）", got=shown(text)), field=str(field.label))


def spread(text: str, fields: Sequence[FormField], start: str) -> dict[str, str]:
    """The values by field, from the field named `start` on. Raises BadInput naming the field where it does not fit."""
    rows = [line.split("\t") for line in re.split(r"\r\n|\r|\n", text.strip("\r\n"))]
    cells = [cell for row in rows for cell in row]
    targets = _targets({len(row) for row in rows}, fields, start)
    if len(cells) > len(targets):
        places = {"got": len(cells), "room": len(targets)}
        raise _unpasted(targets[0], say("粘贴了 {got} 格，从这里起只放得下 {room} 格", **places))
    return {field.name: _read(field, cell) for field, cell in zip(targets, cells, strict=False)}


def _targets(widths: set[int], fields: Sequence[FormField], start: str) -> list[FormField]:
    """The fields that are filled in turn: whole lines of numbered fields, a column of them, or simply the next ones."""
    stem = _stem(start)
    columns = list(dict.fromkeys(_stem(field.name) for field in fields if _stem(field.name) != field.name))
    at = {field.name: position for position, field in enumerate(fields)}
    if stem == start:
        return list(fields[at[start] :])
    if widths == {1}:
        return [field for field in fields[at[start] :] if _stem(field.name) == stem]
    if widths != {len(columns)}:
        counts = {"expected": len(columns), "got": "、".join(map(str, sorted(widths)))}
        raise _unpasted(fields[at[start]], say("表格每行应为 {expected} 格（实际 {got} 格）", **counts))
    return list(fields[at[start.replace(stem, columns[0])] :])


def _stem(name: str) -> str:
    """The name of a numbered field without its number."""
    return name.rstrip("0123456789")


def _read(field: FormField, cell: str) -> str:
    """The cell as the field keeps it: text as it is, a choice by its value or its word."""
    if len(cell) > LONGEST_CELL:
        raise _unpasted(field, say("最多 {most} 个字（实际 {got} 个）", most=LONGEST_CELL, got=len(cell)))
    if any(unicodedata.category(sign) in INVISIBLE for sign in cell):
        raise _unpasted(field, say("应为看得见的字（实际值 {got}）", got=shown(cell)))
    if not field.choices:
        return cell
    chosen = next((name for name in field.choices if cell.strip() in (name, shown_value(name))), None)
    if chosen is None:
        allowed = "、".join(map(shown_value, field.choices))
        raise _unpasted(field, say("应为 {allowed} 之一（实际值 {got}）", allowed=allowed, got=shown(cell)))
    return chosen


def _unpasted(field: FormField, reason: Message) -> BadInput:
    return bad_input(say("{reason}；没有粘贴", reason=reason), field=str(field.label))
