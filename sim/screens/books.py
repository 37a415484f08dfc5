"""The standing bids of one issue as numbers on its grid: what the screens for collusion and guided bidding read.

Ticks count from the level best for the issuer towards the worse; amounts are whole lots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.lab.rule import Rule
from sim.underwriters import FOCAL_BP

Floats = NDArray[np.float64]
Schedule = tuple[tuple[int, int], ...]
"""A member's bid: ticks, ascending, and the lots at each."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission as it came in, whatever became of it."""

    member: str
    at: datetime
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class IssueBook:
    """The valid bids of one issue after the close."""

    issue: str
    rule: Rule
    schedules: Mapping[str, Schedule]
    """By member; nobody who bid nothing."""
    cutoff: int | None
    """The tick at which the issue is full; None where it is not."""
    sent: tuple[Sent, ...] = ()
    """Every submission of the bidding that counts, in the order of time."""
    calls: tuple[datetime, ...] = ()
    """When somebody called who wanted the bids to be guided."""

    @property
    def ceiling(self) -> int | None:
        """The last tick of the range; None where no range is set."""
        return self.rule.ticks - 1 if self.rule.bounded else None

    @property
    def focal(self) -> frozenset[int]:
        """The floor and every multiple of 5 bp over the mean, on which honest bids meet."""
        return focal_ticks(self.rule)

    @property
    def pinned(self) -> bool:
        """Whether the issue was full at the floor, where all bids look alike."""
        return self.cutoff is not None and self.cutoff <= 0


def best(schedule: Schedule) -> int:
    """The tick a bid begins at."""
    return schedule[0][0]


def total(schedule: Schedule) -> int:
    """All its lots."""
    return sum(lots for _tick, lots in schedule)


def is_free(book: IssueBook, schedule: Schedule) -> bool:
    """Whether the levels of a bid tell anything: not those at the floor, nor all at one focal level or the ceiling."""
    alone = len(schedule) == 1 and (best(schedule) in book.focal or best(schedule) == book.ceiling)
    return best(schedule) > 0 and not alone


@lru_cache(maxsize=64)
def focal_ticks(rule: Rule) -> frozenset[int]:
    """The ticks nearest to a multiple of 5 bp over the mean, and the floor."""
    last = rule.bp(rule.ticks - 1)
    steps = range(int(rule.floor_bp // FOCAL_BP), int(last // FOCAL_BP) + 1)
    ticks = {round((step * FOCAL_BP - rule.floor_bp) / rule.tick_bp) for step in steps}
    return frozenset({0} | {tick for tick in ticks if 0 <= tick < rule.ticks})
