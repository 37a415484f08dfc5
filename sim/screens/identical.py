"""投标雷同: members whose levels and shares are the same, or nearly, where nothing common explains it.

Two bids are alike where their cumulative shares differ by at most ALIKE at every level. Chance is read off the book
itself: how many would be alike if the group stood a few ticks beside. Bids at the floor and whole bids at one focal
level or at the ceiling say nothing and are left out.
"""

from __future__ import annotations

import numpy as np

from auction.language import Message, say
from sim.screens.books import Floats, IssueBook, Schedule, best, is_free
from sim.screens.finding import Finding, poisson_tail

ALIKE = 0.10
BESIDE = 4
"""Ticks to either side that chance is read from."""
FEWEST = 3


def identical(book: IssueBook) -> Finding | None:
    """The most improbable group of like bids; None where fewer than three bids could be alike."""
    names = [name for name, schedule in book.schedules.items() if is_free(book, schedule)]
    if len(names) < FEWEST:
        return None
    bids = [book.schedules[name] for name in names]
    width = 1 + max(bid[-1][0] for bid in bids) + 2 * BESIDE
    curves = np.array([_curve(bid, 0, width) for bid in bids])
    found = [_around(book, names, bids, curves, place) for place in range(len(names))]
    return min(found, key=lambda each: (each.p, -each.statistic, sorted(each.who)))


def _curve(bid: Schedule, shift: int, width: int) -> Floats:
    """The share of a bid asked up to each tick, moved by so many ticks; tick 0 stands at BESIDE."""
    curve = np.zeros(width)
    for tick, lots in bid:
        curve[tick + shift + BESIDE] += lots
    shares: Floats = curve.cumsum() / curve.sum()
    return shares


def _around(book: IssueBook, names: list[str], bids: list[Schedule], curves: Floats, place: int) -> Finding:
    """The bids like one of them."""
    bid = bids[place]
    alike = np.abs(curves - curves[place]).max(axis=1) <= ALIKE
    others, beside, looked = int(alike.sum()) - 1, 0, 0
    for shift in (*range(-BESIDE, 0), *range(1, BESIDE + 1)):
        moved = tuple((tick + shift, lots) for tick, lots in bid)
        if not is_free(book, moved) or (book.ceiling is not None and moved[-1][0] > book.ceiling):
            continue
        away = np.abs(curves - _curve(bid, shift, curves.shape[1])).max(axis=1) <= ALIKE
        beside += int((away & ~alike).sum())
        looked += 1
    expected = (beside + 0.5) / (looked + 1)
    groups = len(names) / (others + 1)
    return Finding(
        issues=(book.issue,),
        statistic=others + 1,
        expected=1 + expected,
        p=min(1.0, groups * poisson_tail(others, expected)) if others else 1.0,
        who=tuple(name for name, like in zip(names, alike, strict=True) if like),
        level=book.rule.level(best(bid)),
    )


def told(finding: Finding) -> Message:
    """How many bid alike, from which level on."""
    if finding.statistic < 2:
        return say("没有两家的标位和各标位比例相同")
    return say(
        "{count} 家的标位与各标位比例相同，自 {level} 起；按机会约 {expected} 家",
        count=round(finding.statistic),
        level=finding.level,
        expected=f"{finding.expected:.1f}",
    )
