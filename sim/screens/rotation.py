"""轮流中标: over many auctions, members of whom one and only one wins each time.

A win is an amount at or better than the cut-off that is large beside what the member wins at other times. Groups are
sought that have exactly one winner more often than chance brings; the chance is found by mixing the wins anew so that
each member wins as often as it did and each auction has as many winners (curveball: Strona et al. 2014). Auctions that
closed at the floor say nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from auction.language import Message, say
from sim.screens.books import Floats, IssueBook
from sim.screens.finding import Finding
from sim.screens.mixing import LEAST_AUCTIONS, SEED, chance_of

LARGE = 5
"""A win is at least a fifth of the member's largest, and of the median win of all."""
SMALLEST, MOST = 3, 10
"""Members of a group."""
KEPT = 25
"""Groups of each size that are carried on."""
TRADES = 5
"""For each member, between two mixtures."""

Wins = NDArray[np.bool_]


def rotation(books: Sequence[IssueBook]) -> Finding | None:
    """The group that takes turns most; None where the series is too short."""
    told = [book for book in books if book.cutoff is not None and not book.pinned]
    names = sorted({name for book in told for name in book.schedules})
    if len(told) < LEAST_AUCTIONS or len(names) < SMALLEST:
        return None
    wins = wins_of(told, names)
    score, group = most_in_turn(wins)
    if not group:
        return None
    draw, mixture = default_rng(SEED), wins

    def mixed() -> float:
        nonlocal mixture
        mixture = traded(mixture, draw)
        return most_in_turn(mixture)[0]

    chances = _chances(wins)
    return Finding(
        issues=tuple(book.issue for book in told),
        statistic=float((wins[list(group)].sum(axis=0) == 1).sum()),
        expected=float(_exactly_one(chances[list(group)]).sum()),
        p=chance_of(score, mixed),
        who=tuple(names[place] for place in group),
    )


def wins_of(books: Sequence[IssueBook], names: Sequence[str]) -> Wins:
    """Who won in earnest: bool[members, auctions]."""
    won = np.zeros((len(names), len(books)))
    for at, book in enumerate(books):
        for place, name in enumerate(names):
            bids = book.schedules.get(name, ())
            won[place, at] = sum(lots for tick, lots in bids if book.cutoff is not None and tick <= book.cutoff)
    usual = np.median(won[won > 0]) if won.any() else 0.0
    large: Wins = (won > 0) & (won * LARGE >= np.maximum(won.max(axis=1, keepdims=True), usual))
    return large


def _chances(wins: Wins) -> Floats:
    """The chance of each win, were members and auctions all there is to it."""
    by_member, by_auction = wins.sum(axis=1), wins.sum(axis=0)
    chances: Floats = np.clip(np.outer(by_member, by_auction) / max(by_member.sum(), 1), 0.0, 0.95)
    return chances


def _exactly_one(chances: Floats) -> Floats:
    """In each auction, the chance that exactly one of the members wins."""
    none = np.prod(1 - chances, axis=0)
    one: Floats = none * (chances / (1 - chances)).sum(axis=0)
    return one


def most_in_turn(wins: Wins) -> tuple[float, tuple[int, ...]]:
    """The group with the most auctions of exactly one winner beyond chance, in standard deviations.

    Groups grow by one member at a time, the best KEPT of each size; who wins more than half of all is in none.
    """
    often = wins.sum(axis=1)
    able = np.flatnonzero((often >= 2) & (2 * often <= wins.shape[1]))
    if len(able) < SMALLEST:
        return 0.0, ()
    chances, won = _chances(wins)[able], wins[able].astype(np.int64)
    none, one, count = 1 - chances, chances, won
    members = np.eye(len(able), dtype=bool)
    top: tuple[float, tuple[int, ...]] = (0.0, ())
    for size in range(2, min(MOST, len(able)) + 1):
        ones = one[:, None] * (1 - chances) + none[:, None] * chances
        seen = (count[:, None] + won == 1).sum(axis=2)
        scores = (seen - ones.sum(axis=2)) / np.sqrt((ones * (1 - ones)).sum(axis=2) + 1e-9)
        scores[members] = -np.inf
        rows, joins = _best_apart(scores, members)
        one = one[rows] * (1 - chances[joins]) + none[rows] * chances[joins]
        none, count, members = none[rows] * (1 - chances[joins]), count[rows] + won[joins], members[rows]
        members[np.arange(len(joins)), joins] = True
        score = float(scores[rows[0], joins[0]])
        if size >= SMALLEST and score > top[0]:
            top = score, tuple(able[np.flatnonzero(members[0])].tolist())
    return top


def _best_apart(scores: Floats, members: Wins) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The best ways to grow a group, best first, each group once."""
    order = np.argsort(-scores, axis=None, kind="stable")[: 3 * KEPT]
    rows, joins = np.divmod(order[np.isfinite(scores.flat[order])], scores.shape[1])
    groups = members[rows]
    groups[np.arange(len(joins)), joins] = True
    each_once = {group.tobytes(): place for place, group in reversed(list(enumerate(groups)))}
    kept = np.array(sorted(each_once.values())[:KEPT], np.int64)
    return rows[kept], joins[kept]


def traded(wins: Wins, draw: Generator) -> Wins:
    """Wins mixed anew, pairs of members trading those that the other has not; all sums stay."""
    rows = [set(np.flatnonzero(row).tolist()) for row in wins]
    for one, other in draw.integers(0, len(rows), (TRADES * len(rows), 2)).tolist():
        both = rows[one] & rows[other]
        mine, theirs = sorted(rows[one] - both), sorted(rows[other] - both)
        if one == other or not mine or not theirs:
            continue
        pool = draw.permutation([*mine, *theirs]).tolist()
        rows[one], rows[other] = both | set(pool[: len(mine)]), both | set(pool[len(mine) :])
    mixed = np.zeros_like(wins)
    for place, row in enumerate(rows):
        mixed[place, sorted(row)] = True
    return mixed


def told(finding: Finding) -> Message:
    """In how many auctions exactly one of the group won."""
    return say(
        "{members} 家里恰有一家中标的有 {count} 场，共 {auctions} 场；按机会约 {expected} 场",
        members=len(finding.who),
        count=round(finding.statistic),
        auctions=len(finding.issues),
        expected=f"{finding.expected:.1f}",
    )
