"""The counter tranche (柜台): banks that sell over the counter order amounts alone, at the rate the tender made.

Source: rules.md 5.1 (Shandong 2019, Shanghai 2021). Oversubscribed orders share in whole lots by amount, the tail by
time (assumed: as at the tender's cut-off). Amounts in whole 万元.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from auction.book import BOOK_COLUMNS, Bid, member_name
from auction.checks import Desk, Standing, amount_in_lots
from auction.clearing import member_awards
from auction.errors import BadInput, Fault
from auction.fill import share_margin
from auction.language import Message, say
from auction.notice import BidObject, parse_time
from auction.offer import Counter
from auction.outcome import BidOutcome, Json, MemberAward, Reason, Result, Status
from auction.pricing import PAR
from auction.quantities import decimals, parse_amount, print_amount, print_rate
from auction.tables import Readers, Row, cell, collect, read_table

COLUMNS = {name: BOOK_COLUMNS[name] for name in ("member", "amount", "time")}


@dataclass(frozen=True, slots=True)
class CounterOrder:
    """One order: an amount in whole 万元, and when it came."""

    line: int
    member: str
    amount: int
    time: time


@dataclass(frozen=True, slots=True)
class CounterResult:
    """What was sold over the counter, and to whom."""

    amount: int
    issued: int
    orders: tuple[BidOutcome, ...]
    """Each order at the level of the tender."""
    members: tuple[MemberAward, ...]

    def as_dict(self, words: Callable[[Message], str] = str) -> dict[str, Json]:
        """The result as plain data, decimals as strings; `words` puts the reasons into a language."""
        return {
            "amount": print_amount(self.amount),
            "issued": print_amount(self.issued),
            "orders": [_as_dict(outcome, words) for outcome in self.orders],
            "members": [
                {"member": award.member, "awarded": print_amount(award.awarded), "cost": decimals(award.cost, 2)}
                for award in self.members
            ],
        }


def sell_over_counter(counter: Counter, orders: Sequence[CounterOrder], result: Result, desk: Desk) -> CounterResult:
    """Fill the orders that stand, whole or in proportion, at the price of the tender; a failed tender sells nothing."""
    if result.price is None:
        return CounterResult(counter.amount, 0, (), ())
    level, pays = result.price, PAR if result.object is BidObject.RATE else result.price
    bids = [Bid(order.line, order.member, level, order.amount, order.time) for order in orders]
    refused = {bid.line: breach for bid in bids if (breach := amount_in_lots(bid, Standing(), desk))}
    standing = [bid for bid in bids if bid.line not in refused]
    total = sum(bid.amount for bid in standing)
    whole = total <= counter.amount
    shares = (
        {b.line: b.amount for b in standing} if whole else share_margin(standing, counter.amount, desk.notice.marginal)
    )

    def outcome(bid: Bid) -> BidOutcome:
        if bid.line in refused:
            breach = refused[bid.line]
            return BidOutcome(bid, Status.REJECTED, (Reason(breach.rule, breach.citation, breach.message),), 0, None)
        share = shares[bid.line]
        status = Status.WON if share == bid.amount else Status.PARTLY_WON if share else Status.LOST
        sentence = say(
            "柜台按数量招标，标位随招标结果 {level}：共 {amount} 亿元，申购 {total} 亿元，得 {share} 亿元",
            level=print_rate(level),
            amount=print_amount(counter.amount),
            total=print_amount(total),
            share=print_amount(share),
        )
        reason = Reason("counter.amount", desk.cite("counter.amount")[0], sentence)
        return BidOutcome(bid, status, (reason,), share, pays if share else None)

    outcomes = tuple(outcome(bid) for bid in bids)
    return CounterResult(counter.amount, min(total, counter.amount), outcomes, member_awards(outcomes))


def read_counter_orders(path: Path) -> tuple[CounterOrder, ...]:
    """Every line of the file as an order. Raises BadInput with every line that cannot be read."""

    def order(row: Row) -> CounterOrder:
        member, amount = cell(row, "member", member_name), cell(row, "amount", parse_amount)
        return CounterOrder(row.line, member, amount, cell(row, "time", parse_time))

    readers: Readers = {"member": member_name, "amount": parse_amount, "time": parse_time}
    faults: list[Fault] = []
    orders = tuple(collect(path, read_table(path, COLUMNS), order, readers, faults))
    if faults:
        raise BadInput(faults)
    return orders


def _as_dict(outcome: BidOutcome, words: Callable[[Message], str]) -> Json:
    bid = outcome.bid
    return {
        "line": bid.line,
        "member": bid.member,
        "amount": print_amount(bid.amount),
        "time": bid.time.isoformat(),
        "status": outcome.status.value,
        "reasons": [
            {"rule": reason.rule, "citation": reason.citation, "message": words(reason.message)}
            for reason in outcome.reasons
        ],
        "awarded": print_amount(outcome.awarded),
        "pays": None if outcome.pays is None else print_rate(outcome.pays),
    }
