"""Books for tests: notices and bids written as people write them, worked example B, and random books."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal

from hypothesis import strategies as st

from auction.book import Bid, Book
from auction.checks import Desk, desk_for
from auction.notice import Average, BidObject, FlexibleRule, MemberClass, Method, Notice, Tail, parse_time
from auction.outcome import Result
from auction.quantities import parse_amount, print_amount
from auction.rulebook import Rules

EXAMPLE_B = """
    L1 2.10 6.0 14:02:11
    L1 2.12 6.0 14:02:11
    L2 2.11 5.0 14:10:05
    L2 2.13 7.0 14:31:40
    L3 2.12 4.5 14:39:58
    G1 2.12 2.0 14:20:00
    G1 2.13 2.5 14:20:00
    G2 2.13 4.0 14:05:30
    G3 2.13 1.2 14:38:02
    G4 2.14 3.0 14:15:00
    G5 2.15 1.0 14:16:00
"""
"""rules.md 8 B; the times of G4 and G5, which it leaves open, are ours."""

WINDOW = {"open": "14:00:00", "close": "14:40:00"}


def book(text: str) -> Book:
    """A bid for each line `member level amount time`, numbered as in a file under a heading."""
    rows = [line.split() for line in text.strip().splitlines()]
    return tuple(
        Bid(line, member, Decimal(level), parse_amount(amount), parse_time(clock))
        for line, (member, level, amount, clock) in enumerate(rows, start=2)
    )


def in_prices(bids: Book) -> Book:
    """The same book of a price tender: the lower the rate, the higher the price."""
    return tuple(Bid(bid.line, bid.member, Decimal("102.15") - bid.level, bid.amount, bid.time) for bid in bids)


def sheet(offered: str, **fields: object) -> Notice:
    """A single-price rate tender of ten years for `offered` 亿元, with the notice's other `fields`."""
    known = {"method": "single-price", "object": "rate", "tenor": "10", "offered": offered}
    return Notice.model_validate({**known, **fields})


def desk(
    offered: str, syndicate: Mapping[str, MemberClass] | None = None, rules: Rules | None = None, **fields: object
) -> Desk:
    """The desk of `sheet`; with a syndicate the notice names a file for it."""
    named = {"syndicate": "members.csv"} if syndicate else {}
    return desk_for(sheet(offered, **named, **fields), syndicate, rules)


def awards(result: Result) -> dict[str, str]:
    """What each winning bid gets, by `member level`, in 亿元."""
    return {
        f"{outcome.bid.member} {outcome.bid.level}": print_amount(outcome.awarded)
        for outcome in result.bids
        if outcome.awarded
    }


def rules_of(outcomes: Iterable) -> list[list[str]]:
    """The rules that decided each bid."""
    return [[reason.rule for reason in outcome.reasons] for outcome in outcomes]


@dataclass(frozen=True)
class Case:
    """A random book at a desk."""

    book: Book
    desk: Desk


LOT = 1000
LEVELS = {
    BidObject.RATE: tuple(Decimal(level) / 100 for level in range(208, 216)),
    BidObject.PRICE: tuple(Decimal(level) / 100 for level in range(9996, 10004)),
}
"""The range of a random desk leaves out the first and the last two."""

TENDERS = tuple(method for method in Method if method.is_tender)

FEW = st.integers(1, 4)
"""Lots so few that bids are often equal and an issue is often just full."""

SYNDICATE = dict(zip("ABCDE", (*MemberClass, MemberClass.BANK), strict=True))


@st.composite
def sheets(draw: st.DrawFn, tails: Sequence[Tail] = tuple(Tail)) -> dict[str, object]:
    """The fields of a tender by any method, for rates or prices, with whole or broken lots on offer."""
    lots, rest = draw(FEW | st.integers(0, 120)), draw(st.sampled_from((0, 0, 1, 500, 965)))
    bid_object = draw(st.sampled_from(BidObject))
    return {
        "offered": print_amount(max(1, lots * LOT + rest)),
        "method": draw(st.sampled_from(TENDERS)),
        "object": bid_object,
        "tenor": draw(st.sampled_from(("1", "5", "7.5", "10"))),
        "marginal": {"tail": draw(st.sampled_from(tails))},
        "range": {"low": LEVELS[bid_object][1], "high": LEVELS[bid_object][-3]},
    }


def desks(tails: Sequence[Tail] = tuple(Tail)) -> st.SearchStrategy[Desk]:
    """A desk that sells what is offered."""
    return sheets(tails).map(lambda fields: desk(**fields))


@st.composite
def deciding_desks(draw: st.DrawFn) -> Desk:
    """A desk that excludes bids and awards where its method can, or decides the amount, or both."""
    fields, few = draw(sheets()), st.none() | st.integers(0, 4)
    reach = {field: ticks for field in ("bids", "awards") if (ticks := draw(few)) is not None}
    if reach and Method(fields["method"]).is_multiple:
        fields["exclusion"] = {**reach, "average": draw(st.sampled_from(Average))}
    if draw(st.booleans()):
        fields["flexible"] = {
            "low": print_amount(draw(st.integers(1, parse_amount(fields["offered"])))),
            "high": fields["offered"],
            "multiple": draw(st.sampled_from(("1", "1.1", "1.25", "2", "3"))),
            "rule": draw(st.sampled_from(FlexibleRule)),
        }
    return desk(**fields)


@st.composite
def limited_desks(draw: st.DrawFn) -> Desk:
    """A desk with a syndicate and every limit on what one member may bid."""
    least, most = draw(st.integers(0, 20)), draw(st.integers(0, 60))
    limits = {
        "level_span": draw(st.integers(0, 4)),
        "level_min": f"{draw(st.integers(1, 8))}%",
        "level_max": f"{draw(st.integers(8, 40))}%",
        "member_min": {member_class: f"{least}%" for member_class in MemberClass},
        "member_max": {member_class: f"{least + most}%" for member_class in MemberClass},
    }
    return desk("10", SYNDICATE, limits=limits, method=draw(st.sampled_from(TENDERS)))


@st.composite
def cases(draw: st.DrawFn, at: st.SearchStrategy[Desk] | None = None) -> Case:
    """Up to fourteen bids at a few levels, some outside the range, within a few seconds."""
    place, amounts = draw(desks() if at is None else at), FEW | st.integers(1, 30)
    levels = st.sampled_from(LEVELS[place.notice.object])
    row = st.tuples(st.sampled_from("ABCDE"), levels, amounts, st.integers(0, 5))
    rows = draw(st.lists(row, max_size=14))
    bids = tuple(
        Bid(line, member, level, lots * LOT, time(14, 0, second))
        for line, (member, level, lots, second) in enumerate(rows, start=2)
    )
    return Case(bids, place)


@st.composite
def orderly_cases(draw: st.DrawFn) -> Case:
    """A case in which no two bids come at the same time."""
    case = draw(cases())
    seconds = draw(st.permutations(range(len(case.book))))
    bids = zip(case.book, seconds, strict=True)
    return replace(case, book=tuple(replace(bid, time=time(14, 0, second)) for bid, second in bids))
