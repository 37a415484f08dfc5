"""Allotment by the thousand: who is awarded what, to the last lot and the last broken piece of one.

Equal to `auction.fill.share_margin`, the allotments of `auction.bookbuilding` and the splits of `auction.takeup`.
Ints in whole 万元.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from auction.bookbuilding import leads_of
from auction.checks import Desk
from auction.takeup import base_amount, split
from sim.lab.clearing import Bids, Flags, Ints, Outcomes
from sim.lab.compiled import compiled, inlined
from sim.lab.rule import LEADS_FIRST, ROUND_ROBIN, Rule

STEP_BITS, MEMBER_BITS = 8, 16
"""An entry of the queue is when a bid came, whose it is and which, so that the least came first."""

SLOTS = 64
SLOT_BITS = STEP_BITS + MEMBER_BITS + 10
"""The window in equal slots, by the first bits of the arrival."""

Manner = tuple[int, int, bool, bool]
"""The lot, the tail, whether leads come first, and whether they take what is left."""


class Queue(NamedTuple):
    """The bids that share a cut-off: room for every bid of an auction."""

    entries: Ints
    """As they were found."""
    ordered: Ints
    """As they came."""
    slots: Ints
    """Where each slot of the window begins, [SLOTS + 1]."""


class Syndicate(NamedTuple):
    """What sets some of m members apart."""

    lead: Flags
    """Who comes first at the cut-off of a book allotted to leads first, [m]."""
    takers: Ints
    """Who takes up what a public book leaves, in the order in which they are named."""
    weight: Ints
    """The share of each of the takers, out of `whole`."""
    whole: int
    base: Ints
    """What each member takes of the base amount, 万元, [m]."""


@dataclass(frozen=True, slots=True)
class Awards:
    """What n auctions awarded, in whole 万元."""

    bids: NDArray[np.int32]
    """To each bid, [n, m, steps]; 0 beyond a member's count."""
    members: Ints
    """To each member, what it took without bidding included, [n, m]."""


def syndicate_of(desk: Desk, members: Sequence[str]) -> Syndicate:
    """The leads and the holders of the base amount among the members. Raises KeyError for one who is no member."""
    place = {member: number for number, member in enumerate(members)}
    leads = leads_of(desk)
    weights = {
        place[name]: Fraction(1, len(leads)) if share is None else Fraction(share) for name, share in leads.items()
    }
    takers = {member: weight for member, weight in weights.items() if weight}
    whole = lcm(*(weight.denominator for weight in takers.values()))
    lead, base = np.zeros(len(members), np.bool_), np.zeros(len(members), np.int64)
    lead[list(weights)] = True
    for name, amount in _base_of(desk).items():
        base[place[name]] = amount
    return Syndicate(
        lead=lead,
        takers=np.array(list(takers), np.int64),
        weight=np.array([int(weight * whole) for weight in takers.values()], np.int64),
        whole=whole,
        base=base,
    )


def _base_of(desk: Desk) -> Mapping[str, int]:
    notice = desk.notice
    if notice.base is None:
        return {}
    return split(base_amount(notice.base, notice).base, notice.base.holders, notice.marginal.lot)


def allot(bids: Bids, outcomes: Outcomes, arrival: NDArray[np.uint16], syndicate: Syndicate, rule: Rule) -> Awards:
    """Share out every issue of the chunk; `arrival` as drawn, [n, m, MOST_STEPS]."""
    awards = Awards(np.empty(bids.ticks.shape, np.int32), np.empty(bids.count.shape, np.int64))
    entries, ordered = np.empty((2, bids.ticks.shape[1] * bids.ticks.shape[2] + 1), np.int64)
    queue = Queue(entries, ordered, np.empty(SLOTS + 1, np.int64))
    split = (outcomes.first, outcomes.cutoff, outcomes.at_cutoff, outcomes.left_for_cutoff, outcomes.taken)
    manner = (rule.lot, rule.tail, rule.allotment == LEADS_FIRST, rule.taken_up)
    _allot_all(bids.ticks, bids.lots, bids.count, split, arrival, syndicate, manner, queue, awards.bids, awards.members)
    return awards


@compiled
def _allot_all(
    ticks: NDArray[np.uint16],
    lots: NDArray[np.int32],
    count: NDArray[np.int8],
    split: tuple[Ints, Ints, Ints, Ints, Ints],
    arrival: NDArray[np.uint16],
    syndicate: Syndicate,
    manner: Manner,
    queue: Queue,
    awarded: NDArray[np.int32],
    members: Ints,
) -> None:
    first, cutoff, at_cutoff, left_for_cutoff, taken = split
    for auction in range(len(count)):
        book, awards, totals = lots[auction], awarded[auction], members[auction]
        shared = at_cutoff[auction] > left_for_cutoff[auction]
        waiting = _award_whole(
            ticks[auction],
            book,
            count[auction],
            first[auction],
            cutoff[auction],
            shared,
            arrival[auction],
            manner[0],
            queue,
            awards,
            totals,
        )
        if waiting:
            _share_cutoff(waiting, left_for_cutoff[auction], book, syndicate.lead, manner, queue, awards, totals)
        if taken[auction]:
            _take_up(taken[auction], syndicate, manner, totals)


@inlined
def _award_whole(
    ticks: NDArray[np.uint16],
    lots: NDArray[np.int32],
    count: NDArray[np.int8],
    first: int,
    cutoff: int,
    shared: bool,
    arrival: NDArray[np.uint16],
    lot: int,
    queue: Queue,
    awards: NDArray[np.int32],
    totals: Ints,
) -> int:
    """Award what wins or loses whole; the bids of a cut-off to be shared go into the queue. How many these are."""
    worst = cutoff - 1 if shared else cutoff
    waiting = 0
    for member in range(len(count)):
        total = 0
        for step in range(lots.shape[1]):
            award = lots[member, step] * lot if first <= ticks[member, step] <= worst else 0
            awards[member, step] = award
            total += award
        totals[member] = total
        if shared:
            for step in range(count[member]):  # without a branch, for whether a bid is at the cut-off nobody foresees
                came = np.int64(arrival[member, step]) << MEMBER_BITS
                queue.entries[waiting] = (came | member) << STEP_BITS | step
                waiting += ticks[member, step] == cutoff
    return waiting


@inlined
def _share_cutoff(
    waiting: int,
    left: int,
    lots: NDArray[np.int32],
    lead: Flags,
    manner: Manner,
    queue: Queue,
    awards: NDArray[np.int32],
    totals: Ints,
) -> None:
    """Award the cut-off, by amount among all its bids, or among those of the leads before the others'."""
    leads, wanted = 0, 0
    if manner[2]:
        leads, wanted = _leads_to_the_front(queue, waiting, lots, lead)
    begin, end, part = 0, leads, min(wanted * manner[0], left)
    for _group in range(2):
        if part > 0:
            _share(queue, begin, end, part, lots, manner, awards, totals)
        begin, end, part = leads, waiting, left - part


@inlined
def _leads_to_the_front(queue: Queue, waiting: int, lots: NDArray[np.int32], lead: Flags) -> tuple[int, int]:
    """How many bids in the queue are of leads, which now come first in it, and the lots they ask."""
    leads, wanted = 0, 0
    for number in range(waiting):
        entry = queue.entries[number]
        member, step = _place(entry)
        if lead[member]:
            queue.entries[number], queue.entries[leads] = queue.entries[leads], entry
            wanted += lots[member, step]
            leads += 1
    return leads, wanted


@inlined
def _share(
    queue: Queue,
    begin: int,
    end: int,
    left: int,
    lots: NDArray[np.int32],
    manner: Manner,
    awards: NDArray[np.int32],
    totals: Ints,
) -> None:
    """Shares in proportion to each bid, whole lots rounded down; the tail by arrival, nobody above a bid."""
    lot, asked, tail = manner[0], 0, left
    for number in range(begin, end):
        member, step = _place(queue.entries[number])
        asked += lots[member, step]
    for number in range(begin, end):
        member, step = _place(queue.entries[number])
        share = lots[member, step] * left // (asked * lot) * lot
        awards[member, step] = share
        totals[member] += share
        tail -= share
    if tail > 0:
        _by_arrival(queue, begin, end)
    # No share is a whole bid and the tail is less than a lot a bid, so the round is over before it comes to its end.
    while tail > 0:
        member, step = _place(queue.ordered[begin])
        piece = min(lots[member, step] * lot - awards[member, step], tail)
        if manner[1] == ROUND_ROBIN:
            piece = min(piece, lot)
        awards[member, step] += piece
        totals[member] += piece
        tail -= piece
        begin += 1


@inlined
def _by_arrival(queue: Queue, begin: int, end: int) -> None:
    """Order the entries: first into the slots of the window, then each past those beside it that came later."""
    entries, ordered, slots = queue.entries, queue.ordered, queue.slots
    slots[:] = 0
    for number in range(begin, end):
        slots[(entries[number] >> SLOT_BITS) + 1] += 1
    for slot in range(SLOTS):
        slots[slot + 1] += slots[slot]
    for number in range(begin, end):
        slot = entries[number] >> SLOT_BITS
        ordered[begin + slots[slot]] = entries[number]
        slots[slot] += 1
    for number in range(begin + 1, end):
        entry, place = ordered[number], number
        while place > begin and ordered[place - 1] > entry:
            ordered[place] = ordered[place - 1]
            place -= 1
        ordered[place] = entry


@inlined
def _place(entry: int) -> tuple[int, int]:
    """Whose bid an entry of the queue is, and which of them."""
    return (entry >> STEP_BITS) & ((1 << MEMBER_BITS) - 1), entry & ((1 << STEP_BITS) - 1)


@inlined
def _take_up(taken: int, syndicate: Syndicate, manner: Manner, totals: Ints) -> None:
    """The base amount to its holders, or the balance of a short book to the takers, the tail a lot at a time."""
    lot, taken_up = manner[0], manner[3]
    if not taken_up:
        for member in range(len(totals)):
            totals[member] += syndicate.base[member]
        return
    tail = taken if len(syndicate.takers) else 0
    for number in range(len(syndicate.takers)):
        part = syndicate.weight[number] * taken // (syndicate.whole * lot) * lot
        totals[syndicate.takers[number]] += part
        tail -= part
    number = 0
    while tail > 0:
        piece = min(tail, lot)
        totals[syndicate.takers[number]] += piece
        tail -= piece
        number = (number + 1) % len(syndicate.takers)
