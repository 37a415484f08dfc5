"""同进同退: over many auctions, members whose levels move together after the market and each one's habit are taken out.

A member's level is the mean of its bid; from it go the median of the auction and the member's own mean. What is left
is its own view, and honest views have nothing to do with each other. Bids at the floor, whole bids at a focal level
and parked ones say nothing and are left out. The chance is found by mixing each member's own remainders.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator, default_rng

from auction.language import Message, say
from sim.screens.books import Floats, IssueBook, is_free, total
from sim.screens.finding import Finding
from sim.screens.mixing import LEAST_AUCTIONS, SEED, chance_of

SHARED = 6
"""Auctions two members must both have told something in."""
FREE_BIDS = 5
"""In an auction, for its median to mean something."""
CLOSEST = 0.95
"""Correlations beyond count as this."""
SMALLEST, MOST = 3, 10


def residual(books: Sequence[IssueBook]) -> Finding | None:
    """The group that moves together most; None where the series is too short."""
    names = sorted({name for book in books for name in book.schedules})
    left = remainders(books, names)
    if left.shape[1] < LEAST_AUCTIONS or len(names) < SMALLEST:
        return None
    close = closeness(left)
    score, group = most_together(close)
    if not group:
        return None
    draw = default_rng(SEED)
    pairs = np.triu_indices(len(group), 1)
    return Finding(
        issues=tuple(book.issue for book in books),
        statistic=float(correlations(left[list(group)])[pairs].mean()),
        expected=0.0,
        p=chance_of(score, lambda: most_together(closeness(mixed(left, draw)))[0]),
        who=tuple(names[place] for place in group),
    )


def remainders(books: Sequence[IssueBook], names: Sequence[str]) -> Floats:
    """Each member's level over the auction's median, float64[members, auctions]; nan where it tells nothing."""
    levels = np.full((len(names), len(books)), np.nan)
    for at, book in enumerate(books):
        for place, name in enumerate(names):
            bid = book.schedules.get(name, ())
            if bid and is_free(book, bid):
                levels[place, at] = sum(tick * lots for tick, lots in bid) / total(bid)
    levels = levels[:, (~np.isnan(levels)).sum(axis=0) >= FREE_BIDS]
    over: Floats = levels - np.nanmedian(levels, axis=0) if levels.shape[1] else levels
    return over


def _sums(left: Floats) -> tuple[Floats, Floats]:
    """Of every two members: their correlation over the auctions they share, 0 where there are few, and how many."""
    told = (~np.isnan(left)).astype(float)
    values = np.nan_to_num(left)
    shared = told @ told.T
    counts = np.maximum(shared, 1)
    sums, squares = values @ told.T, (values**2) @ told.T
    spread = np.maximum(squares - sums**2 / counts, 0)
    together = values @ values.T - sums * sums.T / counts
    alike = together / np.sqrt(np.maximum(spread * spread.T, 1e-12))
    return np.where((shared < SHARED) | np.eye(len(left), dtype=bool), 0.0, alike.clip(-1, 1)), shared


def correlations(left: Floats) -> Floats:
    """Of every two members over the auctions they share; 0 where those are few."""
    return _sums(left)[0]


def closeness(left: Floats) -> Floats:
    """The same in standard deviations of what chance brings (Fisher's z)."""
    alike, shared = _sums(left)
    close: Floats = np.arctanh(alike.clip(-CLOSEST, CLOSEST)) * np.sqrt(np.maximum(shared - 3, 0))
    return close


def most_together(close: Floats) -> tuple[float, tuple[int, ...]]:
    """The group whose pairs are closest, all counted; grown from every member by the one that fits best."""
    count = len(close)
    members, rows = np.eye(count, dtype=bool), np.arange(count)
    gain, score = close.copy(), np.zeros(count)
    top: tuple[float, tuple[int, ...]] = (0.0, ())
    for size in range(2, min(MOST, count) + 1):
        joins = np.where(members, -np.inf, gain).argmax(axis=1)
        score = score + gain[rows, joins]
        members[rows, joins] = True
        gain = gain + close[joins]
        scaled = score / np.sqrt(size * (size - 1) / 2)
        place = int(scaled.argmax())
        if size >= SMALLEST and scaled[place] > top[0]:
            top = float(scaled[place]), tuple(np.flatnonzero(members[place]).tolist())
    return top


def mixed(left: Floats, draw: Generator) -> Floats:
    """Each member's remainders dealt anew over the auctions in which it told something."""
    dealt = left.copy()
    for row in dealt:
        told = np.flatnonzero(~np.isnan(row))
        row[told] = row[draw.permutation(told)]
    return dealt


def told(finding: Finding) -> Message:
    """How closely the group moves together."""
    return say(
        "{members} 家的标位除去行情和各自习惯之后，两两相关平均 {closeness}；按机会约 {expected}",
        members=len(finding.who),
        closeness=f"{finding.statistic:.2f}",
        expected=f"{finding.expected:.0f}",
    )
