"""Labels along an axis: the ones that matter first, round numbers where there is room left."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from tui.output import cells

ROUND = tuple(Decimal(digit).scaleb(power) for power in range(-4, 8) for digit in (1, 2, 5))
"""Distances between ticks that people read easily."""


def ticks(low: Decimal, high: Decimal, most: int) -> list[Decimal]:
    """At most about `most` round values from `low` to `high`."""
    if high <= low or most < 1:
        return []
    step = next((step for step in ROUND if (high - low) / step <= most), ROUND[-1])
    first = int((low / step).to_integral_value(ROUND_CEILING))
    return [step * number for number in range(first, int(high / step) + 1)]


def upright(named: Iterable[tuple[int, str]], between: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Labels by row: the named ones, earlier before later, and those between that do not touch another."""
    placed: dict[int, str] = {}
    for row, label in named:
        placed.setdefault(row, label)
    for row, label in between:
        if not placed.keys() & {row - 1, row, row + 1}:
            placed[row] = label
    return placed


def level(labels: Iterable[tuple[int, str]], width: int) -> str:
    """One line of `width` cells with labels centred on their columns: an earlier one keeps others off."""
    placed: list[tuple[int, int, str]] = []
    for column, label in labels:
        start = min(max(0, column - cells(label) // 2), width - cells(label))
        end = start + cells(label)
        if start >= 0 and all(end < other_start or start > other_end for other_start, other_end, _ in placed):
            placed.append((start, end, label))
    line, at = "", 0
    for start, end, label in sorted(placed):
        line += " " * (start - at) + label
        at = end
    return line + " " * (width - at)
