"""What a clearing says: the result of one issue, of each bid and of each member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from auction.book import Bid
from auction.language import Message
from auction.notice import BidObject, Method
from auction.quantities import decimals, print_amount, print_rate

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


class Status(StrEnum):
    """What became of a bid."""

    WON = "won"
    PARTLY_WON = "partly won"
    LOST = "lost"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a bid got what it got, by which rule."""

    rule: str
    citation: str
    message: Message


@dataclass(frozen=True, slots=True)
class BidOutcome:
    """A bid with its award in whole 万元 and what it pays per 100 yuan."""

    bid: Bid
    status: Status
    reasons: tuple[Reason, ...]
    awarded: int
    pays: Decimal | None


@dataclass(frozen=True, slots=True)
class MemberAward:
    """What one member takes, in whole 万元, and what it costs, in yuan."""

    member: str
    awarded: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class FlexibleAmount:
    """弹性招标: the planned range, in whole 万元, the trigger multiple, and the amount decided by them."""

    low: int
    high: int
    multiple: Decimal
    decided: int
    reason: Reason

    def as_dict(self) -> dict[str, Json]:
        """The amounts and the multiple as plain data."""
        return {
            "low": print_amount(self.low),
            "high": print_amount(self.high),
            "multiple": print_rate(self.multiple),
            "decided": print_amount(self.decided),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one issue. Amounts in whole 万元; `price` is the coupon in a rate tender."""

    method: Method
    object: BidObject
    offered: int
    issued: int
    total_bids: int
    cover: Decimal | None
    cutoff: Decimal | None
    price: Decimal | None
    weighted_average: Decimal | None
    marginal_cover: Decimal | None
    short: bool
    bids: tuple[BidOutcome, ...]
    members: tuple[MemberAward, ...]
    flexible: FlexibleAmount | None = None
    """None where the amount on offer was fixed."""

    @property
    def failed(self) -> bool:
        """流标: no valid bid at all."""
        return self.cutoff is None

    def as_dict(self, words: Callable[[Message], str] = str) -> dict[str, Json]:
        """The result as plain data, decimals as strings; `words` puts the reasons into a language."""
        return {
            "method": self.method.value,
            "object": self.object.value,
            "offered": print_amount(self.offered),
            "issued": print_amount(self.issued),
            "total_bids": print_amount(self.total_bids),
            "cover": _optional(self.cover),
            "cutoff": _optional(self.cutoff),
            "coupon" if self.object is BidObject.RATE else "price": _optional(self.price),
            "weighted_average": _optional(self.weighted_average),
            "marginal_cover": _optional(self.marginal_cover),
            "short": self.short,
            **({"flexible": self.flexible.as_dict()} if self.flexible else {}),
            "bids": [_bid_as_dict(outcome, words) for outcome in self.bids],
            "members": [
                {"member": award.member, "awarded": print_amount(award.awarded), "cost": decimals(award.cost, 2)}
                for award in self.members
            ],
        }


def _optional(value: Decimal | None) -> str | None:
    return None if value is None else print_rate(value)


def _bid_as_dict(outcome: BidOutcome, words: Callable[[Message], str]) -> Json:
    bid = outcome.bid
    return {
        "line": bid.line,
        "member": bid.member,
        "level": print_rate(bid.level),
        "amount": print_amount(bid.amount),
        "time": bid.time.isoformat(),
        "status": outcome.status.value,
        "reasons": [
            {"rule": reason.rule, "citation": reason.citation, "message": words(reason.message)}
            for reason in outcome.reasons
        ],
        "awarded": print_amount(outcome.awarded),
        "pays": _optional(outcome.pays),
    }


