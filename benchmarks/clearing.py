"""How long `clear` takes for a book of 100,000 bids in memory: by every method and with every limit.

Target: at most 1 s each. The bond has thirty years, the most costly to price. Prints the least, the
median and the most of five runs, and the median of each part.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from decimal import Decimal
from random import Random
from statistics import median
from time import perf_counter

from auction.book import Bid, Book
from auction.bookbuilding import award
from auction.checks import Desk, check_bids, desk_for, valid_bids
from auction.fill import fill
from auction.notice import MemberClass, Notice

BIDS, MEMBERS, LEVELS, RUNS, TARGET = 100_000, 90, 31, 5, 1.0

CLASSES = tuple(MemberClass)
SYNDICATE = {f"M{number:02}": CLASSES[number % len(CLASSES)] for number in range(MEMBERS)}
SHEET = {
    "method": "single-price",
    "object": "rate",
    "offered": "300000.8965",
    "tenor": "30",
    "range": {"low": "2.10", "high": "2.40"},
    "window": {"open": "14:00", "close": "14:40"},
}
LIMITS = {
    "level_span": LEVELS - 1,
    "level_min": "0.1",
    "level_max": "30%",
    "member_min": {member_class: "0.01%" for member_class in CLASSES},
    "member_max": {member_class: "30%" for member_class in CLASSES},
}


def random_book(draw: Random) -> Book:
    """Bids of 0.1 to 20 亿元 at random levels and seconds of the window."""
    levels = [Decimal(210 + step) / 100 for step in range(LEVELS)]
    members = list(SYNDICATE)
    return tuple(
        Bid(
            line,
            draw.choice(members),
            draw.choice(levels),
            draw.randint(1, 200) * 1000,
            time(14, draw.randrange(40), draw.randrange(60)),
        )
        for line in range(2, BIDS + 2)
    )


def desks() -> dict[str, Desk]:
    """Where the book is cleared."""
    every_limit = {"syndicate": "members.csv", "limits": LIMITS}
    flexible = {"flexible": {"low": "200000", "high": SHEET["offered"], "multiple": "1.1"}}
    exclusion = {"exclusion": {"bids": 12, "awards": 3}}
    return {
        "single price": _desk(),
        "single price, a syndicate and every limit": _desk(**every_limit),
        "single price, flexible": _desk(**flexible),
        "multiple price": _desk(method="multiple-price"),
        "modified multiple price": _desk(method="modified-multiple-price"),
        "modified multiple price, flexible, exclusions, a syndicate and every limit": _desk(
            method="modified-multiple-price", **flexible, **exclusion, **every_limit
        ),
        "public underwriting, the leads' orders first, every limit": _desk(
            method="public-underwriting", leads=["M00", "M04"], allotment="leads-first", **every_limit
        ),
        "directed underwriting, every limit": _desk(method="directed-underwriting", **every_limit),
    }


def _desk(**fields: object) -> Desk:
    notice = Notice.model_validate({**SHEET, **fields})
    return desk_for(notice, SYNDICATE if notice.syndicate else None, None)


def seconds(work: Callable[[], object]) -> list[float]:
    """How long each of the runs takes, in order."""
    taken = []
    for _run in range(RUNS):
        begun = perf_counter()
        work()
        taken.append(perf_counter() - begun)
    return sorted(taken)


def report(name: str, book: Book, desk: Desk) -> None:
    """Time the whole and its parts at one desk."""
    notice, refused = desk.notice, check_bids(book, desk)
    standing = valid_bids(book, refused)
    whole = seconds(lambda: award(book, desk))
    checks = median(seconds(lambda: check_bids(book, desk)))
    filling = median(seconds(lambda: fill(notice.offered, standing, notice.marginal, notice.object)))
    verdict = "within" if whole[-1] <= TARGET else "OVER"
    print(f"{name}: min {whole[0]:.3f} s, median {median(whole):.3f} s, max {whole[-1]:.3f} s: {verdict} {TARGET:g} s")
    rest = median(whole) - checks - filling
    print(f"  checks {checks:.3f} s, fill {filling:.3f} s, prices, outcomes and figures {rest:.3f} s")


def main() -> None:
    book = random_book(Random(1))
    print(f"{len(book)} bids of {MEMBERS} members at {LEVELS} levels, {RUNS} runs")
    for name, desk in desks().items():
        report(name, book, desk)


if __name__ == "__main__":
    main()
