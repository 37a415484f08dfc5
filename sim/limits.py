"""The limits of a rule on one member's bid, on the grid of ticks and lots; what is wanted, kept within them.

A bid is `ticks`, ascending, and `lots`, both int64, of so many steps. Plain ints and arrays only, so that the kernel
can compile these very functions; sim.underwriters names them in its SHARED.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Limits(Protocol):
    """What a behaviour reads of a rule; whatever a rule says by class stands in the member's row."""

    @property
    def floor_bp(self) -> float:
        """Of tick 0, over the mean."""

    @property
    def tick_bp(self) -> float:
        """Of one tick."""

    @property
    def ticks(self) -> int:
        """Levels of the range."""

    @property
    def steps(self) -> int:
        """Levels one member may bid."""

    @property
    def level_span(self) -> int:
        """最高、最低标位差, ticks."""

    @property
    def level_min(self) -> int:
        """单一标位最低投标量, lots."""

    @property
    def level_max(self) -> int:
        """单一标位最高投标量, lots."""


def keep(count: int, least: int, most: int, rule: Limits, ticks: Ints, lots: Ints) -> int:
    """What is wanted if it keeps to every limit, else something near to it that does; how many steps."""
    step, total, last, top = 0, 0, -1, min(rule.ticks - 1, ticks[0] + rule.level_span)
    while step < count and last < ticks[step] <= top and rule.level_min <= lots[step] <= rule.level_max:
        last = ticks[step]
        total += lots[step]
        step += 1
    kept = count
    if step < count or total < least or total > most:
        kept = amend(count, least, most, rule, ticks, lots)
    return kept


def amend(count: int, least: int, most: int, rule: Limits, ticks: Ints, lots: Ints) -> int:
    """The steps within the range and every limit; what lacks to the least bid is parked; 0 where nothing fits."""
    top, kept, total = rule.ticks - 1, 0, 0
    if least > most:
        return 0
    for step in range(count):
        asked = min(lots[step], most - total)
        if asked <= 0:
            continue
        tick = min(max(ticks[step], 0), top)
        if kept > 0 and tick <= ticks[kept - 1]:
            lots[kept - 1] += asked
        else:
            if kept == 0:
                top = min(top, tick + rule.level_span)
            ticks[kept] = tick
            lots[kept] = asked
            kept += 1
        total += asked
    if total < least:
        kept = park(kept, least - total, top, rule, ticks, lots)
    for step in range(kept):
        if lots[step] < rule.level_min or lots[step] > rule.level_max:
            return lay_anew(kept, least, most, top, rule, ticks, lots)
    return kept


def park(kept: int, lacking: int, top: int, rule: Limits, ticks: Ints, lots: Ints) -> int:
    """What lacks to the least bid, at the dearest level the member may still use; how many steps then."""
    if kept > 0 and (ticks[kept - 1] >= top or kept >= rule.steps):
        lots[kept - 1] += lacking
        return kept
    ticks[kept] = top
    lots[kept] = lacking
    return kept + 1


def lay_anew(kept: int, least: int, most: int, top: int, rule: Limits, ticks: Ints, lots: Ints) -> int:
    """The steps laid out anew within the limits of a single level, near to what was wanted; 0 where nothing fits."""
    if rule.level_min > rule.level_max:
        return 0
    fewest = max(1, -(-least // rule.level_max))
    furthest = min(rule.steps, top - ticks[0] + 1, most // rule.level_min)
    if fewest > furthest:
        return 0
    total = 0
    for step in range(kept):
        total += lots[step]
    liked = min(max(kept, -(-total // rule.level_max)), total // rule.level_min)
    count: int = min(max(liked, fewest), furthest)
    total = min(max(total, least, count * rule.level_min), most, count * rule.level_max)
    for step in range(kept, count):
        ticks[step] = ticks[step - 1] + 1
        lots[step] = 0
    left = total - count * rule.level_min
    for step in range(count):
        ticks[step] = min(ticks[step], top - (count - 1 - step))
        extra = min(max(lots[step] - rule.level_min, 0), rule.level_max - rule.level_min, left)
        lots[step] = rule.level_min + extra
        left -= extra
    for step in range(count):
        extra = min(rule.level_max - lots[step], left)
        lots[step] += extra
        left -= extra
    return count
