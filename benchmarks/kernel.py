"""How fast the laboratory holds auctions: 30 members, 5 steps each, 41 ticks, on one thread, stage by stage.

Targets: end to end with exact allotment 250,000 auctions a second; a further arm on frozen draws 1,000,000 for coupon
and cover, 400,000 with allotment; clearing with allotment 120 times as fast as ASSUME's pay-as-clear of the same
books, where ASSUME is installed. Every member writes all its steps, which costs most. Prints the median of the runs
and the range, by the time of the thread, so that whatever else the machine does is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from datetime import datetime, time
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from tempfile import TemporaryDirectory
from time import thread_time

import numpy as np

from auction.book import Bid, Book
from auction.checks import Desk, desk_for
from auction.clearing import clear as clear_exactly
from auction.clearing import sell
from auction.notice import Notice
from sim.lab.allotment import Syndicate, allot, syndicate_of
from sim.lab.clearing import Bids, clear, clear_levels
from sim.lab.draws import CHUNK, draw
from sim.lab.kernel import ask, bid, private
from sim.lab.payment import payment_of
from sim.lab.rule import MOST_STEPS, Rule, rule_of
from sim.underwriters import BEHAVIOURS, CAP_USE, FIELDS, FILL, FOCAL, LEAST, MOST, RING_SIZE, SLOPE_BP, STEPS, Floats

RUNS, CHUNKS, BOOKS = 9, 60, 400
END_TO_END, FURTHER, FURTHER_ALLOTTED, OVER_ASSUME = 250_000, 1_000_000, 400_000, 120
STAGES = ("draws", "bids", "clearing", "allotment")
LEADS = 8
ALWAYS = 1e9
"""Of the steps a member likes to take: so many that it takes all there are."""

SHEET = {
    "method": "single-price",
    "object": "rate",
    "offered": "50",
    "tenor": "10",
    "mean": "2.0532",
    "window": {"open": "14:00", "close": "14:40"},
}
FLOOR, OTHER_FLOOR, TICKS = 210, 213, 41
"""Hundredths of a percent: of the first arm and of the further one; both ranges have as many ticks."""


@dataclass(frozen=True)
class Arm:
    """Who bids by which rule."""

    desk: Desk
    rule: Rule
    syndicate: Syndicate
    behaviours: np.ndarray
    members: Floats

    @classmethod
    def of(cls, members: int, steps: int, floor: int, behaviours: int, ticks: int = TICKS) -> Arm:
        """So many members, by so many behaviours in turn; the first of the table is the true value."""
        levels = {"low": f"{floor / 100:.2f}", "high": f"{(floor + ticks - 1) / 100:.2f}"}
        desk = desk_for(Notice.model_validate({**SHEET, "range": levels}), None, None)
        rule, rows = rule_of(desk, steps=steps), np.zeros((members, FIELDS))
        values = {STEPS: ALWAYS, SLOPE_BP: 0.01, CAP_USE: 1, FILL: 0.5, FOCAL: 0.5, RING_SIZE: 1}
        for place, value in (values | {LEAST: 0, MOST: 0.3 * rule.supply}).items():
            rows[:, place] = value
        names = [f"M{number:02}" for number in range(members)]
        return cls(desk, rule, syndicate_of(desk, names), np.arange(members) % behaviours, rows)


def hold(first: Arm, further: Arm, chunks: range) -> tuple[Counter[str], Bids]:
    """Seconds each stage takes, first arm and further one; and the first chunk's bids.

    Where nobody asks who got what, the further arm's bids are added up by level as they are made.
    """
    taken, members = Counter[str](), len(first.behaviours)
    mandate = np.where(np.arange(members) < LEADS, 0.12, 0.05) * 30 / members
    noise, spread = np.full(members, 1.5), np.full(members, 0.35)
    payment, bids = payment_of(first.desk.notice, first.rule), None
    for chunk in chunks:
        begun = thread_time()
        frozen = draw(1, chunk, members)
        views, mandates = private(frozen, 12 + 2 * frozen.shock, noise, mandate, spread)
        drawn = thread_time()
        taken["draws"] += drawn - begun
        for arm, name in ((first, ""), (further, "further ")):
            begun = thread_time()
            sent = bid(views, mandates, frozen.uniform, arm.behaviours, arm.members, arm.rule)
            bidden = thread_time()
            outcomes = clear(sent, arm.rule, payment)
            cleared = thread_time()
            allot(sent, outcomes, frozen.arrival, arm.syndicate, arm.rule)
            allotted = thread_time()
            taken[f"{name}bids"] += bidden - begun
            taken[f"{name}clearing"] += cleared - bidden
            taken[f"{name}allotment"] += allotted - cleared
            bids = bids or sent
        begun = thread_time()
        books = ask(views, mandates, frozen.uniform, further.behaviours, further.members, further.rule)
        asked = thread_time()
        clear_levels(books, further.rule, payment)
        taken["further asked"] += asked - begun
        taken["further cleared"] += thread_time() - asked
    assert bids is not None
    return taken, bids


def speeds(first: Arm, further: Arm) -> tuple[dict[str, list[float]], Bids]:
    """Auctions a second of each stage and of each whole, over the runs in ascending order; and some bids."""
    hold(first, further, range(2))
    runs, bids = [], None
    for run in range(RUNS):
        taken, bids = hold(first, further, range(run * CHUNKS, (run + 1) * CHUNKS))
        runs.append(
            {name: taken[name] for name in STAGES}
            | {
                "end to end": sum(taken[name] for name in STAGES),
                "further arm, coupon and cover": taken["further asked"] + taken["further cleared"],
                "further arm, with allotment": sum(taken[f"further {name}"] for name in STAGES[1:]),
            }
        )
    assert bids is not None
    return {name: sorted(CHUNKS * CHUNK / run[name] for run in runs) for name in runs[0]}, bids


def report(speed: dict[str, list[float]]) -> None:
    """What each stage takes, and whether the wholes keep to their targets."""
    targets = {
        "end to end": END_TO_END,
        "further arm, coupon and cover": FURTHER,
        "further arm, with allotment": FURTHER_ALLOTTED,
    }
    for name, each in speed.items():
        line = f"  {name:30} {1e9 / median(each):7.0f} ns an auction  {told(each)}"
        if name in targets:
            line += f": {within(median(each), targets[name])}"
        print(line)


def told(each: list[float]) -> str:
    return f"{median(each):12,.0f} a second [{each[0]:,.0f} .. {each[-1]:,.0f}]"


def exact_book(bids: Bids, auction: int, rule: Rule) -> Book:
    """One book of the chunk as the exact clearing has it."""
    rows = [
        (member, int(bids.ticks[auction, member, step]), int(bids.lots[auction, member, step]) * rule.lot)
        for member in range(bids.count.shape[1])
        for step in range(bids.count[auction, member])
    ]
    return tuple(
        Bid(line, f"M{member:02}", rule.level(tick), amount, time(14, 0))
        for line, (member, tick, amount) in enumerate(rows, start=2)
    )


def repeated(work: Callable[[int], object], count: int) -> list[float]:
    """Auctions a second of some runs over `count` auctions, in ascending order."""
    each = []
    for _run in range(3):
        begun = thread_time()
        for auction in range(count):
            work(auction)
        each.append(count / (thread_time() - begun))
    return sorted(each)


def report_exact(bids: Bids, arm: Arm) -> None:
    """The exact clearing on the same books: with a reason for every bid, and the amounts alone."""
    books = [exact_book(bids, auction % CHUNK, arm.rule) for auction in range(BOOKS)]
    whole = repeated(lambda auction: clear_exactly(books[auction], arm.desk), BOOKS)
    amounts = repeated(lambda auction: sell(books[auction], arm.desk), BOOKS)
    print(f"the exact clearing of the same books, with checks and reasons: {told(whole)}")
    print(f"the exact clearing of the same books, amounts alone: {told(amounts)}")


def report_assume(bids: Bids, arm: Arm, speed: dict[str, list[float]]) -> None:
    """ASSUME's pay-as-clear on the same books, where it is installed; its cut-offs must be ours."""
    if find_spec("assume") is None:
        print("ASSUME is not installed: nothing to compare with")
        return
    with TemporaryDirectory() as folder, chdir(folder):  # where it begins a log
        simple = import_module("assume.markets.clearing_algorithms.simple")
    market = object.__new__(simple.PayAsClearRole)
    product = (datetime(2026, 1, 1), datetime(2026, 1, 1, 1), None)
    times = {"start_time": product[0], "end_time": product[1], "only_hours": None}
    demand = {"price": float(arm.rule.ticks), "volume": -arm.rule.supply, **times}

    def orders(auction: int) -> list[dict[str, object]]:
        supply = [
            {"price": float(bids.ticks[auction, member, step]), "volume": int(bids.lots[auction, member, step])}
            for member in range(bids.count.shape[1])
            for step in range(bids.count[auction, member])
        ]
        return [{**order, **times, "agent_addr": number} for number, order in enumerate(supply)] + [dict(demand)]

    ready = iter([orders(auction % CHUNK) for auction in range(3 * BOOKS)])
    cutoffs = clear(bids, arm.rule, payment_of(arm.desk.notice, arm.rule)).cutoff
    each = repeated(lambda _auction: market.clear(next(ready), [product]), BOOKS)
    for auction in range(CHUNK):
        _accepted, _rejected, (meta, *_others), *_flows = market.clear(orders(auction), [product])
        assert meta["max_price"] == cutoffs[auction]
    print(f"ASSUME's pay-as-clear of the same books: {told(each)}")
    alone = 1 / (1 / median(speed["clearing"]) + 1 / median(speed["allotment"])) / median(each)
    print(f"  our clearing and allotment of them: {alone:,.0f} times as fast: {within(alone, OVER_ASSUME)}")
    print(f"  draws and bids too: {median(speed['end to end']) / median(each):,.0f} times as fast")


def within(figure: float, target: float) -> str:
    return f"{'within' if figure >= target else 'BELOW'} {target:,}"


def main() -> None:
    sizes = {}
    for members, steps in ((30, 5), (90, MOST_STEPS)):
        first, further = (Arm.of(members, steps, floor, 1) for floor in (FLOOR, OTHER_FLOOR))
        sizes[members], bids = speeds(first, further)
        written = bids.count.mean()
        print(f"{members} members, {written:.2f} of {steps} steps each, {TICKS} ticks, {RUNS} runs of {CHUNKS} chunks")
        report(sizes[members])
        if members == 30:
            report_exact(bids, first)
            report_assume(bids, first, sizes[members])
    print(f"from 30 × 5 to 90 × {MOST_STEPS}, {90 * MOST_STEPS / 150:g} times the bids, an auction costs")
    for name in sizes[30]:
        print(f"  {name:30} {median(sizes[30][name]) / median(sizes[90][name]):5.2f} times as much")
    mixed = [Arm.of(30, 5, floor, len(BEHAVIOURS)) for floor in (FLOOR, OTHER_FLOOR)]
    print(f"30 members, 5 of each of the {len(BEHAVIOURS)} behaviours, 5 steps at the most")
    report(speeds(*mixed)[0])


if __name__ == "__main__":
    main()
