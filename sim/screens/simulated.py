"""Simulated books to measure the screens on: honest members as the national population has them, and rings among them.

A ring bids in one of three ways: as the behaviour `ring` does (one for all, the others copy with a token or park),
`copying` (all send one schedule, in proportion to what each would like) or `covering` (whose turn it is bids for all,
the others honestly look as if they bid, COVER_BP dearer).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.random import Generator

from auction.checks import desk_for
from auction.notice import MemberClass, Notice
from sim import underwriters as u
from sim.lab.population import Population, Seating, apportioned, find_population, read_population, seat
from sim.lab.rule import CLASSES, MOST_STEPS, Rule, rule_of
from sim.screens.books import Floats, IssueBook, Schedule, Sent, total
from sim.screens.called import WITHIN
from sim.submissions import LATE, fee_bp

MEMBERS = 30
WAYS = ("ring", "copying", "covering")
COVER_BP = 4.0
OVER_FLOOR_BP, SPREAD_BP = 8.0, 5.0
"""Where the market stands over the floor, mean and standard deviation: from bound by the floor to well above."""
REVISES = 0.5
"""The chance that a member replaces its submission."""
OPENS, MINUTES = datetime(2026, 6, 10, 10, 0), 40
CALLED = (0.4, 0.7)
"""Of the window that has passed when somebody calls."""
NOTICE = {
    "method": "single-price",
    "object": "rate",
    "offered": "50",
    "tenor": "10",
    "mean": "2.00",
    "range": {"low": "2.05", "high": "2.30"},
    "window": {"open": "10:00", "close": "10:40"},
    "syndicate": "members.csv",
}
MINIMUM_BIDS = {"lead-bank": "11%", "lead-broker": "11%", "bank": "2%", "broker": "0.5%"}
"""As Shandong had them in 2019."""


@dataclass(frozen=True, slots=True)
class Syndicate:
    """Who bids under which rule; the ring, if any, stands last."""

    rule: Rule
    seating: Seating
    ring: int
    way: str = WAYS[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The members; those of the ring begin with 伙."""
        honest = len(self.seating) - self.ring
        return tuple(f"{'伙' if place >= honest else '家'}{place:02}" for place in range(len(self.seating)))


def syndicate(
    ring: int = 0, way: str = WAYS[0], members: int = MEMBERS, minimum: Mapping[str, str] | None = None
) -> Syndicate:
    """So many members of the national population, `ring` of them the ring of the population of that name."""
    limits = {"member_min": dict(minimum or {}), "member_max": dict.fromkeys((c.value for c in CLASSES), "40%")}
    notice = Notice.model_validate({**NOTICE, "limits": limits})
    desk = desk_for(notice, {"甲": MemberClass.BANK}, None)
    rule = rule_of(desk, Fraction(2), MOST_STEPS)
    national, ringed = shipped("national"), shipped("ring")
    whole = national.model_copy(update={"institutions": (*national.institutions, ringed.institutions[-1])})
    counts = apportioned(members - ring, list(national.counts))
    kinds = [kind for kind, count in enumerate((*counts, ring)) for _ in range(count)]
    return Syndicate(rule, seat(whole, kinds, rule, fee_bp(desk, 2.1)), ring, way)


def shipped(name: str) -> Population:
    """A population that comes with the program."""
    file = find_population(name, Path())
    if file is None:
        raise FileNotFoundError(name)
    return read_population(file)


def market_bp(rule: Rule, draw: Generator) -> float:
    """Where the market stands on a day, in bp over the mean."""
    return rule.floor_bp + OVER_FLOOR_BP + SPREAD_BP * float(draw.standard_normal())


def book(who: Syndicate, draw: Generator, issue: str = "1") -> IssueBook:
    """One issue after the close."""
    market, mandates, chances = market_bp(who.rule, draw), _mandates(who, draw), _uniforms(who, draw)
    return issue_book(who.rule, issue, _bids(who, market, mandates, chances, draw))


def called_book(who: Syndicate, draw: Generator, jumping: int = 0) -> IssueBook:
    """One issue with all that was sent for it and a call halfway, after which so many members jump to the floor."""
    market, mandates, chances = market_bp(who.rule, draw), _mandates(who, draw), _uniforms(who, draw)
    bids = _bids(who, market, mandates, chances, draw)
    again = _bids(who, market, mandates, chances, draw)
    sent = _sent(bids, again, draw)
    call = OPENS + timedelta(minutes=MINUTES * float(draw.uniform(*CALLED)))
    stood = {each.member: each.schedule for each in sent if each.at <= call}
    jumped = [
        Sent(name, call + WITHIN * float(draw.random()), ((0, total(stood[name])),)) for name in list(stood)[:jumping]
    ]
    moved = {each.member for each in jumped}
    kept = [each for each in sent if each.at <= call or each.member not in moved]
    sent = sorted([*kept, *jumped], key=lambda each: each.at)
    return issue_book(who.rule, "1", {each.member: each.schedule for each in sent}, sent, (call,))


def issue_book(
    rule: Rule,
    issue: str,
    bids: Mapping[str, Schedule],
    sent: Sequence[Sent] = (),
    calls: Sequence[datetime] = (),
) -> IssueBook:
    """A book of simulated bids, cleared."""
    standing = {name: bid for name, bid in bids.items() if bid}
    demand = np.zeros(rule.ticks, np.int64)
    for bid in standing.values():
        for tick, lots in bid:
            demand[tick] += lots
    full = np.flatnonzero(demand.cumsum() >= rule.supply)
    cutoff = int(full[0]) if len(full) else None
    return IssueBook(issue, rule, standing, cutoff, tuple(sent), tuple(calls))


def series(who: Syndicate, auctions: int, draw: Generator) -> tuple[IssueBook, ...]:
    """So many issues, one after the other, by the same members."""
    return tuple(book(who, draw, str(number)) for number in range(1, auctions + 1))


def _mandates(who: Syndicate, draw: Generator) -> Floats:
    """What each would like to take, in lots."""
    seating = who.seating
    lots: Floats = seating.mandate * np.exp(seating.mandate_sd * draw.standard_normal(len(seating))) * who.rule.supply
    return lots


def _uniforms(who: Syndicate, draw: Generator) -> Floats:
    uniforms = draw.random((len(who.seating), u.UNIFORMS))
    uniforms[:, u.COMMON] = uniforms[0, u.COMMON]
    return uniforms


BEHAVIOUR = tuple(u.BEHAVIOURS.values())


def _bids(who: Syndicate, market: float, mandates: Floats, chances: Floats, draw: Generator) -> dict[str, Schedule]:
    """What every member sends; views are drawn anew."""
    seating, rule = who.seating, who.rule
    views = market + seating.noise_bp * draw.standard_normal(len(seating))
    bids: dict[str, Schedule] = {}
    for place, name in enumerate(who.names):
        member, behaviour = seating.members[place], BEHAVIOUR[seating.behaviour[place]]
        stays_away = chances[place, u.CHOICE] < member[u.ABSENT]
        wanted = (float(views[place]), float(mandates[place]), member, rule, chances[place])
        bids[name] = () if stays_away else bid_of(behaviour, *wanted)
    if who.ring and who.way != WAYS[0]:
        bids.update(_ring(who, market, mandates, chances))
    return bids


def bid_of(behaviour: u.Behaviour, view: float, wanted: float, member: Floats, rule: Rule, chances: Floats) -> Schedule:
    """What a behaviour makes of a view."""
    ticks, lots = np.zeros(MOST_STEPS, np.int64), np.zeros(MOST_STEPS, np.int64)
    count = behaviour(view, wanted, member, rule, chances, ticks, lots)
    return tuple(zip(ticks[:count].tolist(), lots[:count].tolist(), strict=True))


def _ring(who: Syndicate, market: float, mandates: Floats, chances: Floats) -> dict[str, Schedule]:
    """The ring's bids where it does not bid as the behaviour of that name."""
    first = len(who.seating) - who.ring
    turn = first + int(chances[first, u.COMMON] * who.ring)
    copying = who.way == "copying"

    def honest(place: int, wanted: float, dearer: float, like: int) -> Schedule:
        return bid_of(u.true_value, market + dearer, wanted, who.seating.members[place], who.rule, chances[like])

    bids: dict[str, Schedule] = {}
    for place in range(first, len(who.seating)):
        if copying:
            bid = honest(place, float(mandates[place]), 0.0, turn)
        elif place == turn:
            bid = honest(place, float(mandates[place]) * who.ring, -COVER_BP / 2, place)
        else:
            bid = honest(place, float(mandates[place]), COVER_BP / 2, place)
        bids[who.names[place]] = bid
    return bids


def _sent(bids: Mapping[str, Schedule], again: Mapping[str, Schedule], draw: Generator) -> list[Sent]:
    """Submissions in the order of time, crowding towards the close; some members replace theirs."""
    sent: list[Sent] = []
    for name, bid in bids.items():
        early, late = (OPENS + timedelta(minutes=MINUTES * float(at)) for at in sorted(draw.random(2) ** LATE))
        if bid and draw.random() < REVISES:
            sent += [Sent(name, early, bid), Sent(name, late, again[name] or bid)]
        elif bid:
            sent.append(Sent(name, late, bid))
    return sorted(sent, key=lambda each: each.at)
