"""Clearing by the thousand: the cut-off, the amount, the price and the covers of a chunk of books, in whole numbers.

Equal to `auction.clearing.sell`, `auction.takeup` and `auction.bookbuilding` in every figure; who is awarded what is
`sim.lab.allotment`. Ticks and lots as in `sim.lab.rule`, amounts in whole 万元.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lab.compiled import compiled, inlined
from sim.lab.payment import Payment, paid_at
from sim.lab.rule import CANDIDATE, FIXED, MODIFIED, MULTIPLE, NO_LIMIT, Rule

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOBODY = -1
"""The cut-off of an issue that nobody won."""
CUTOFF, FIRST, ON_OFFER, LEFT, AT_CUTOFF, TOTAL, SOLD, TAKEN, PRICE = range(9)
COUPON_BP, AVERAGE, PAID, COVER, MARGINAL = range(5)
SHORT, AT_FLOOR, AT_CEILING = range(3)

Place = tuple[int, int, int, int, int]
"""The cut-off, all bids there, what the better levels left for it, what wins in all, and that weighted by ticks."""


@dataclass(frozen=True, slots=True)
class Bids:
    """The books of n auctions: the bids of each of m members, in the order in which it wrote them."""

    ticks: NDArray[np.uint16]
    """[n, m, steps]; one beyond the range is rejected."""
    lots: NDArray[np.int32]
    """[n, m, steps]; 0 beyond a member's count."""
    count: NDArray[np.int8]
    """How many of its steps each member took, [n, m]."""


class Outcomes(NamedTuple):
    """What became of n auctions, each field [n], amounts in whole 万元."""

    cutoff: Ints
    """边际中标标位, a tick; NOBODY where nobody won and no lead took it up, at the worst level then."""
    first: Ints
    """The best tick that 投标剔除 left standing."""
    on_offer: Ints
    """What bids competed for."""
    left_for_cutoff: Ints
    """What the better levels left for the cut-off."""
    at_cutoff: Ints
    """All bids at the cut-off."""
    total: Ints
    """All bids that stand."""
    sold: Ints
    """What bids won."""
    taken: Ints
    """What was taken without bidding: the base amount, or the balance of a short public book."""
    price: Ints
    """The coupon or the issue price, in millionths of a percent or a yuan; 0 where nothing is sold."""
    coupon_bp: Floats
    """The yield of that price over M; of the worst level where nothing is sold."""
    average: Floats
    """The weighted average winning tick, unrounded; not a number where nobody won."""
    paid: Floats
    """What winners pay per 100 yuan of face on average; not a number where nobody won."""
    cover: Floats
    """Bids ÷ offered."""
    marginal_cover: Floats
    """Bids at the cut-off ÷ awarded there; 0 where nothing is sold."""
    short: Flags
    """未招满; a failed issue is short too."""
    at_floor: Flags
    """Whether the cut-off is tick 0."""
    at_ceiling: Flags
    """Whether it is the last tick, or nothing is sold."""


def clear(bids: Bids, rule: Rule, payment: Payment) -> Outcomes:
    """Clear every book of the chunk."""
    noted = _noted(len(bids.count))
    _clear_bids(bids.ticks, bids.lots, bids.count, rule, payment, np.empty(rule.ticks, np.int64), *noted)
    return _outcomes(*noted)


def clear_levels(books: Ints, rule: Rule, payment: Payment) -> Outcomes:
    """Clear books of which only the lots at each tick are known, int64[n, ticks]; 投标剔除 strikes lots out of them."""
    noted = _noted(len(books))
    _clear_levels(books, rule, payment, *noted)
    return _outcomes(*noted)


def _noted(auctions: int) -> tuple[Ints, Floats, Flags]:
    """Where a clearing notes what becomes of each auction: whole numbers, floats and flags by the places above."""
    return np.empty((9, auctions), np.int64), np.empty((5, auctions)), np.empty((3, auctions), np.bool_)


def _outcomes(whole: Ints, real: Floats, flag: Flags) -> Outcomes:
    return Outcomes(*whole, *real, *flag)


@compiled
def _clear_bids(
    ticks: NDArray[np.uint16],
    lots: NDArray[np.int32],
    count: NDArray[np.int8],
    rule: Rule,
    payment: Payment,
    book: Ints,
    whole: Ints,
    real: Floats,
    flag: Flags,
) -> None:
    """Clear each book by level, `book` being its lots at each tick."""
    for auction in range(len(count)):
        book[:] = 0
        for member in range(count.shape[1]):
            for step in range(count[auction, member]):
                if ticks[auction, member, step] < len(book):
                    book[ticks[auction, member, step]] += lots[auction, member, step]
        _clear_one(auction, book, rule, payment, whole, real, flag)


@compiled
def _clear_levels(books: Ints, rule: Rule, payment: Payment, whole: Ints, real: Floats, flag: Flags) -> None:
    for auction in range(len(books)):
        _clear_one(auction, books[auction], rule, payment, whole, real, flag)


@inlined
def _clear_one(auction: int, book: Ints, rule: Rule, payment: Payment, whole: Ints, real: Floats, flag: Flags) -> None:
    """Clear one book and note what became of it."""
    first, total = 0, 0
    for tick in range(len(book)):
        total += book[tick]
    if rule.exclude_bids != NO_LIMIT and total:
        first, total = _strike(book, total, rule.exclude_bids)
    on_offer = _on_offer(total * rule.lot, rule)
    place = _fill(book, total, on_offer, rule.lot)
    kept = place
    if rule.exclude_awards != NO_LIMIT and place[3]:
        kept = _without_the_worst(book, place, rule)
    cutoff, at_cutoff, left_for_cutoff, won, _weighted = kept
    whole[FIRST, auction] = first
    whole[ON_OFFER, auction] = on_offer
    whole[TOTAL, auction] = total * rule.lot
    whole[SOLD, auction] = won
    whole[CUTOFF, auction] = cutoff
    whole[AT_CUTOFF, auction] = at_cutoff
    whole[LEFT, auction] = left_for_cutoff
    real[COVER, auction] = total * rule.lot / rule.offered
    if not won:
        _nobody_won(auction, rule, whole, real, flag)
        return
    _price(auction, book, kept, place if rule.first_average else kept, rule, payment, whole, real)
    balance = rule.offered - won if rule.taken_up else rule.offered - rule.tendered
    least = rule.offered if rule.flexible == FIXED else max(on_offer, rule.flexible_low)
    whole[TAKEN, auction] = balance
    flag[SHORT, auction] = won + balance < least
    flag[AT_FLOOR, auction] = cutoff == 0
    flag[AT_CEILING, auction] = cutoff == rule.ticks - 1


@inlined
def _nobody_won(auction: int, rule: Rule, whole: Ints, real: Floats, flag: Flags) -> None:
    """A failed issue; of a public book with a range the leads take all, at the worst level."""
    taken_up, worst = rule.taken_up and rule.bounded, rule.ticks - 1
    whole[CUTOFF, auction] = worst if taken_up else NOBODY
    whole[TAKEN, auction] = rule.offered if taken_up else 0
    whole[PRICE, auction] = rule.low + rule.step * worst if taken_up else 0
    flag[SHORT, auction] = not taken_up
    flag[AT_FLOOR, auction] = taken_up and worst == 0
    flag[AT_CEILING, auction] = True
    real[COUPON_BP, auction] = rule.floor_bp + rule.tick_bp * worst
    real[AVERAGE, auction] = np.nan
    real[PAID, auction] = np.nan
    real[MARGINAL, auction] = 1.0 if taken_up else 0.0


@inlined
def _strike(book: Ints, total: int, reach: int) -> tuple[int, int]:
    """投标剔除: the best tick left standing, and the lots that stand; the others leave the book."""
    weighted = 0
    for tick in range(len(book)):
        weighted += tick * book[tick]
    first, standing = len(book), 0
    for tick in range(len(book)):
        if abs(tick * total - weighted) > reach * total:
            book[tick] = 0
        else:
            first = min(first, tick)
            standing += book[tick]
    return first, standing


@inlined
def _on_offer(total: int, rule: Rule) -> int:
    """What bids compete for, given all of them in 万元: fixed, or decided by `auction.flexible`."""
    if rule.flexible == FIXED:
        return rule.tendered
    if total * rule.multiple_under >= rule.offered * rule.multiple_over:
        return rule.offered
    if rule.flexible == CANDIDATE and total * rule.multiple_under >= rule.flexible_low * rule.multiple_over:
        most = total * rule.multiple_under // (rule.multiple_over * rule.lot) * rule.lot
        return max(rule.flexible_low, most)
    return min(total, rule.flexible_low)


@inlined
def _fill(book: Ints, total: int, on_offer: int, lot: int) -> Place:
    """Take the best level first until the offer is used up."""
    wanted = min(total, -(-on_offer // lot))
    tick, better, weighted = NOBODY, 0, 0
    if wanted > 0:
        tick = 0
        while better + book[tick] < wanted:
            better += book[tick]
            weighted += tick * book[tick]
            tick += 1
    at_cutoff = book[tick] * lot if wanted > 0 else 0
    left_for_cutoff = on_offer - better * lot
    there = min(at_cutoff, left_for_cutoff)
    return tick, at_cutoff, left_for_cutoff, better * lot + there, weighted * lot + tick * there


@inlined
def _without_the_worst(book: Ints, place: Place, rule: Rule) -> Place:
    """中标剔除: what stands after the levels too much worse than the average have lost; what they had stays unsold."""
    tick, at_cutoff, left_for_cutoff, won, weighted = place
    sold, kept, kept_weighted = min(at_cutoff, left_for_cutoff), won, weighted
    unsold = left_for_cutoff - sold
    while tick * won - weighted > rule.exclude_awards * won:
        kept -= sold
        kept_weighted -= tick * sold
        unsold += sold
        tick -= 1
        while not book[tick]:
            tick -= 1
        sold = book[tick] * rule.lot
    if kept == won:
        return place
    return tick, sold, unsold + sold, kept, kept_weighted


@inlined
def _price(
    auction: int,
    book: Ints,
    kept: Place,
    averaged: Place,
    rule: Rule,
    payment: Payment,
    whole: Ints,
    real: Floats,
) -> None:
    """Price the issue by its method, and write that down."""
    cutoff, at_cutoff, left_for_cutoff, won, _weighted = kept
    _tick, _at, _left, awards, weighted = averaged
    there = min(at_cutoff, left_for_cutoff)
    price, coupon_tick = rule.low + rule.step * cutoff, float(cutoff)
    if rule.method == MULTIPLE or rule.method == MODIFIED:
        price = _half_up(rule.low * awards + rule.step * weighted, awards, rule.rounding)
        coupon_tick = (price - rule.low) / rule.step
        paid = there * paid_at(cutoff, price, rule, payment)
        for tick in range(cutoff):
            if book[tick]:
                paid += book[tick] * rule.lot * paid_at(tick, price, rule, payment)
        real[PAID, auction] = paid / won
    else:
        real[PAID, auction] = paid_at(cutoff, price, rule, payment)
    whole[PRICE, auction] = price
    real[COUPON_BP, auction] = rule.floor_bp + rule.tick_bp * coupon_tick
    real[AVERAGE, auction] = weighted / awards
    real[MARGINAL, auction] = at_cutoff / there


@inlined
def _half_up(over: int, under: int, step: int) -> int:
    """The multiple of `step` nearest to a fraction, halves away from zero."""
    nearest = (2 * abs(over) + under * step) // (2 * under * step) * step
    return nearest if over >= 0 else -nearest
