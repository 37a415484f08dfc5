"""Reading what a seat is shown: which window matters next, when it opens and closes, the standing bids by level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from auction.day import BEFORE_CLOSE, WindowPhase
from auction.outcome import Status
from auction.quantities import parse_amount

Seen = Mapping[str, Any]
"""A piece of the plain data that `auction.seat.view` gives."""

NOT_BEGUN = BEFORE_CLOSE - {WindowPhase.OPEN}


@dataclass(frozen=True, slots=True)
class Rung:
    """All valid bids at one level: how many, and whole 万元 bid there, bid so far, and awarded there."""

    level: Decimal
    bids: int
    amount: int
    cumulative: int
    awarded: int


def moment(seen: Seen, clock: str) -> datetime:
    """A time of day as shown, on the day of the issue."""
    return datetime.fromisoformat(f"{seen['date']}T{clock}")


def window_named(seen: Seen, name: str) -> Seen:
    """The window with that id. Raises KeyError."""
    found = {window["id"]: window for window in seen["windows"]}
    return found[name]


def window_that_matters(seen: Seen) -> str:
    """The id of the open window that closes first, else of the next one to open, else of the last."""
    for wanted in (frozenset({WindowPhase.OPEN}), NOT_BEGUN):
        waiting = [window for window in seen["windows"] if WindowPhase(window["phase"]) in wanted]
        if waiting:
            return min(waiting, key=lambda window: window["close"])["id"]
    return seen["windows"][-1]["id"]


def bids_shown(issue: Seen) -> Sequence[Seen]:
    """The bids of an issue that the seat may see, best level first, earlier before later."""
    result = issue.get("result") or {}
    bids = result.get("bids", result.get("own_bids", ()))
    dearest_first = -1 if result.get("object") == "price" else 1
    return sorted(bids, key=lambda bid: (Decimal(bid["level"]) * dearest_first, bid["time"], bid["line"]))


def rungs(issue: Seen) -> tuple[Rung, ...]:
    """The book level by level, best first; empty where the seat does not see the whole book."""
    if "bids" not in (issue.get("result") or {}):
        return ()
    return tuple(_climb(bid for bid in bids_shown(issue) if bid["status"] != Status.REJECTED))


def _climb(bids: Iterable[Seen]) -> Iterable[Rung]:
    cumulative = 0
    for level, standing in groupby(bids, key=lambda bid: Decimal(bid["level"])):
        amounts = [(parse_amount(bid["amount"]), parse_amount(bid["awarded"])) for bid in standing]
        here = sum(amount for amount, _ in amounts)
        cumulative += here
        yield Rung(level, len(amounts), here, cumulative, sum(awarded for _, awarded in amounts))
