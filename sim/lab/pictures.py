"""Pictures of a study: how the coupon of each side is spread, what its members ask by level, and which kinds win.

Made of the first few chunks of the study's own draws, so that they are the same however long the study goes on and
whoever computes it. They show; what the study answers comes from all its chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np

from sim.lab.bench import Bench, Side, held_on
from sim.lab.clearing import Bids, Floats, Ints
from sim.lab.measures import Held
from sim.lab.pool import Workers
from sim.lab.record import Json

PICTURED = 8
"""Chunks that pictures are made of."""
MOST = 60
"""Numbers of a histogram or of a demand curve, at the most."""
WIDTHS = (1, 2, 5)
"""Ticks a bar of a histogram may be wide, times powers of ten."""
PLACES = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """One side of one arm, bp over the benchmark mean."""

    name: str
    adapts: bool
    floor_bp: float | None
    """None where the notice sets no range."""
    ceiling_bp: float | None
    first_bp: float
    """The middle of the first bar of the coupon's histogram."""
    step_bp: float
    """From one bar to the next."""
    shares: tuple[float, ...]
    """Of the issues that sold, by bar."""
    levels_bp: tuple[float, ...]
    asked: tuple[float, ...]
    """The mean of all bids up to each level, of what is offered."""
    kinds: tuple[float, ...]
    """Of everything awarded, by kind of the population."""

    def as_dict(self) -> dict[str, Json]:
        """The picture as plain data."""
        return {
            "name": self.name,
            "adapts": self.adapts,
            "floor_bp": _rounded(self.floor_bp),
            "ceiling_bp": _rounded(self.ceiling_bp),
            "coupon": {
                "first_bp": _rounded(self.first_bp),
                "step_bp": _rounded(self.step_bp),
                "shares": [_rounded(share) for share in self.shares],
            },
            "demand": {
                "levels_bp": [_rounded(level) for level in self.levels_bp],
                "asked": [_rounded(asked) for asked in self.asked],
            },
            "kinds": [_rounded(share) for share in self.kinds],
        }


@dataclass(frozen=True, slots=True)
class Seen:
    """What one chunk shows of one side."""

    coupons: Floats
    """Of every issue that sold, bp over the mean, [≤ n]."""
    lots: Ints
    """All bids at each tick, [ticks]."""
    issues: int
    won: Ints
    """万元 by kind, [kinds]."""


def pictures_of(bench: Bench, kinds: int, pool: Workers) -> tuple[Picture, ...]:
    """The picture of every side; `kinds` is how many the population has."""
    chunks = list(pool.map(partial(see_chunk, bench, kinds), range(PICTURED)))
    seen = [[chunk[place] for chunk in chunks] for place in range(len(bench.sides))]
    coupons = [np.concatenate([each.coupons for each in side]) for side in seen]
    width = _width(coupons, bench.sides[0].rule.tick_bp)
    return tuple(_picture(*each, width) for each in zip(bench.sides, seen, coupons, strict=True))


def see_chunk(bench: Bench, kinds: int, chunk: int) -> tuple[Seen, ...]:
    """What a chunk shows of every side."""
    return tuple(_seen(side, held, kinds) for side, held, _market_bp in held_on(bench, chunk))


def _seen(side: Side, issues: Sequence[Held], kinds: int) -> Seen:
    cuts = [held.outcomes for held in issues]
    awarded = np.sum([held.awards.members.sum(axis=0) for held in issues], axis=0)
    return Seen(
        coupons=np.concatenate([cut.coupon_bp[cut.sold + cut.taken > 0] for cut in cuts]),
        lots=np.sum([_asked(held.bids, side.rule.ticks) for held in issues], axis=0),
        issues=sum(len(cut.sold) for cut in cuts),
        won=np.array([awarded[side.seating.kind == kind].sum() for kind in range(kinds)], np.int64),
    )


def _asked(bids: Bids, ticks: int) -> Ints:
    """All lots bid at each tick; what lies beyond the range is rejected."""
    standing = (np.arange(bids.ticks.shape[2]) < bids.count[:, :, None]) & (bids.ticks < ticks)
    lots = np.bincount(bids.ticks[standing], bids.lots[standing], ticks)
    return lots.astype(np.int64)


def _width(coupons: Sequence[Floats], tick_bp: float) -> float:
    """The least width by which the histogram of no side has more than MOST bars."""
    widest = max((float(np.ptp(each)) for each in coupons if len(each)), default=0.0)
    widths: Iterator[float] = (wide * 10.0**tens * tick_bp for tens in count() for wide in WIDTHS)
    return next(width for width in widths if widest <= (MOST - 1) * width)


def _picture(side: Side, seen: Sequence[Seen], coupons: Floats, width: float) -> Picture:
    rule, issues = side.rule, sum(each.issues for each in seen)
    first = float(coupons.min()) if len(coupons) else 0.0
    bars = np.bincount(np.floor((coupons - first) / width + 0.5).astype(np.int64))
    lots = np.sum([each.lots for each in seen], axis=0)
    ticks = _levels(lots)
    won = np.sum([each.won for each in seen], axis=0)
    asked = lots.cumsum()[ticks] * rule.lot / (issues * rule.offered)
    return Picture(
        name=side.name,
        adapts=side.adapts,
        floor_bp=rule.floor_bp if rule.bounded else None,
        ceiling_bp=rule.bp(rule.ticks - 1) if rule.bounded else None,
        first_bp=first,
        step_bp=width,
        shares=tuple((bars / max(len(coupons), 1)).tolist()),
        levels_bp=tuple(rule.bp(tick) for tick in ticks.tolist()),
        asked=tuple(asked.tolist()),
        kinds=tuple((won / max(int(won.sum()), 1)).tolist()),
    )


def _levels(lots: Ints) -> Ints:
    """The ticks at which the demand curve is noted: from the first that anybody bids to the last, MOST at the most."""
    bid = np.flatnonzero(lots)
    if not len(bid):
        return np.zeros(0, np.int64)
    every = -(-(int(bid[-1]) - int(bid[0]) + 1) // MOST)
    return np.unique(np.append(np.arange(int(bid[0]), int(bid[-1]), every), bid[-1]))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES)
