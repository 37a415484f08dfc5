"""What underwriters take without bidding: the base amount before a tender, the balance of a short book after it.

Source: rules.md 2 (包销) and 5.2 (Shanghai 2011, 基数). Amounts in whole 万元; both go at the price the bids made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal
from fractions import Fraction
from itertools import cycle

from auction.book import Bid, Book
from auction.checks import Desk
from auction.clearing import clear, member_awards
from auction.language import say
from auction.notice import BidObject, Notice
from auction.offer import Base
from auction.outcome import BidOutcome, Json, Reason, Result, Status
from auction.pricing import PAR
from auction.quantities import half_up, half_up_to, print_amount, print_rate

Shares = Mapping[str, Decimal | None]
Why = Callable[[str, int], tuple[Reason, ...]]
"""Why a member takes an amount."""


TAKEN = frozenset({"base_amount.share", "underwriting.shortfall"})
"""The rules by which an outcome is no bid's."""


@dataclass(frozen=True, slots=True)
class BaseAmount:
    """The base amount and what is left for the tender."""

    base: int
    tendered: int

    def as_dict(self, total_bids: int) -> dict[str, Json]:
        """Both amounts, and the cover of what was tendered, as plain data."""
        return {
            "amount": print_amount(self.base),
            "tendered": print_amount(self.tendered),
            "tendered_cover": print_rate(half_up(Fraction(total_bids, self.tendered), 2)),
        }


def split(amount: int, shares: Shares, lot: int) -> dict[str, int]:
    """`amount` by share, or equally, in whole lots rounded down; the tail a lot at a time, earliest named first."""
    weights = {name: Fraction(1, len(shares)) if share is None else Fraction(share) for name, share in shares.items()}
    parts = {name: int(weight * amount // lot) * lot for name, weight in weights.items() if weight}
    tail = amount - sum(parts.values())
    for name in cycle(parts):
        if not tail:
            break
        piece = min(tail, lot)
        parts[name] += piece
        tail -= piece
    return parts


def taken_up(result: Result, parts: Mapping[str, int], why: Why, at: time) -> Result:
    """The result with `parts` awarded behind its bids, at its price; the figures of the bids stay theirs."""
    if result.price is None:
        return result
    last = max((outcome.bid.line for outcome in result.bids), default=1)
    pays = PAR if result.object is BidObject.RATE else result.price
    taken = {member: part for member, part in parts.items() if part}
    added = tuple(
        BidOutcome(Bid(line, member, result.price, part, at), Status.WON, why(member, part), part, pays)
        for line, (member, part) in enumerate(taken.items(), start=last + 1)
    )
    issued, outcomes = result.issued + sum(taken.values()), (*result.bids, *added)
    short = issued < result.offered
    return replace(result, issued=issued, short=short, bids=outcomes, members=member_awards(outcomes))


def taken_in(result: Result) -> int:
    """What members took without bidding, in whole 万元."""
    return sum(o.awarded for o in result.bids if o.reasons and o.reasons[0].rule in TAKEN)


def closing_time(notice: Notice) -> time:
    """When what nobody bid for is taken: the close of the window, midnight where the notice has none."""
    return notice.window.close if notice.window else time()


def base_amount(base: Base, notice: Notice) -> BaseAmount:
    """The share of the planned amount, half-up to a lot as every percentage of it (rules.md 5.4), and the rest.

    A lot at the least is left for the tender, which makes the price.
    """
    lot = notice.marginal.lot
    most = max(0, (notice.offered - lot) // lot * lot)
    amount = min(half_up_to(Fraction(base.share) * notice.offered, lot), most)
    return BaseAmount(amount, notice.offered - amount)


def clear_beside_base(book: Book, desk: Desk) -> Result:
    """Clear what the base amount leaves; its holders take the base at the coupon or the price of that tender.

    A tender that fails has no price, and nothing is issued. Cover is of the whole planned amount. Raises BadInput.
    """
    notice = desk.notice
    if notice.base is None:
        return clear(book, desk)
    parts = base_amount(notice.base, notice)
    tender = clear(book, replace(desk, notice=notice.model_copy(update={"offered": parts.tendered})))
    cover = None if tender.cover is None else half_up(Fraction(tender.total_bids, notice.offered), 2)
    whole = replace(tender, offered=notice.offered, cover=cover, short=True)

    def why(member: str, part: int) -> tuple[Reason, ...]:
        amounts = {"base": print_amount(parts.base), "part": print_amount(part)}
        sentence = say("基数 {base} 亿元由 {member} 承担 {part} 亿元，按招标结果缴付", member=member, **amounts)
        return (Reason("base_amount.share", desk.cite("base_amount.share")[0], sentence),)

    holders = split(parts.base, notice.base.holders, notice.marginal.lot)
    return taken_up(whole, holders, why, closing_time(notice))
