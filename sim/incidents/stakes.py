"""What an incident is about in money: yuan over the bond's life, to the fen, by formulas that a reader can redo.

Rates in percent a year, amounts in whole 万元, years as the documents have them; nothing is discounted.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from auction import events as e
from auction.book import Bid
from auction.bookbuilding import award
from auction.desk import desk_of
from auction.notice import BidObject
from auction.plan import Issue, Terms, terms_of
from auction.quantities import half_up
from sim.incidents.kind import Befallen, Past

YUAN = 10_000
"""Yuan in one 万元."""
NOTHING = Decimal("0.00")


def fen(yuan: Fraction | Decimal | int) -> Decimal:
    """Yuan with two decimals, half-up."""
    return half_up(Fraction(yuan), 2)


def interest(amount: int, rate: Decimal | Fraction, years: Decimal | Fraction) -> Decimal:
    """Simple interest: amount × rate ÷ 100 × years."""
    return fen(Fraction(amount) * YUAN * Fraction(rate) / 100 * Fraction(years))


def rate_of(issue: Issue, past: Past) -> Decimal:
    """What a bond bears: the coupon of the tender, of a re-opened bond its own, before a result the floor."""
    if issue.reopening:
        return issue.reopening.first_issue.coupon
    result = past.day.results().get(issue.bond)
    if result and result.price is not None and result.object is BidObject.RATE:
        return result.price
    entry = past.day.window_of(issue.bond).sheets[issue.bond].range
    return entry.low if entry else Decimal(0)


def of_terms(issue: Issue, due: Terms, wrong: Terms, past: Past) -> Decimal:
    """Interest on the difference in amount over the tenor, on the amount over the difference in years, and on coupons
    paid more often.

    f coupons a year instead of one cost c × c × (f - 1) ÷ 2f a year: each is reinvested at c until the year is out.
    """
    rate = Fraction(rate_of(issue, past)) / 100
    face, years = due.offered * YUAN, Fraction(due.tenor)
    amount = abs(wrong.offered - due.offered) * YUAN * rate * years
    longer = face * rate * abs(Fraction(wrong.tenor) - years)
    often = abs(_often(wrong.frequency) - _often(due.frequency)) * face * rate * rate * years
    return fen(amount + longer + often)


def _often(coupons: int) -> Fraction:
    return Fraction(coupons - 1, 2 * coupons)


def of_mean(befallen: Befallen, past: Past) -> Decimal:
    """The amount offered × the difference of the means ÷ 100 × the tenor: what a floor that far off would move."""
    right, wrong = befallen.detail.get("mean", "0"), befallen.detail.get("wrong_mean", "0")
    off = abs(Decimal(right) - Decimal(wrong))
    return interest(befallen.issue.offered, off, befallen.issue.tenor)


def of_floor(befallen: Befallen, past: Past) -> Decimal:
    """The amount issued × (the result - the floor) ÷ 100 × the tenor, over the issues of the window.

    What holders would have been denied; of a price, the amount × (the cap - the result) ÷ 100.
    """
    return sum((_to_the_best_end(issue, past) for issue in befallen.window.issues), NOTHING)


def _to_the_best_end(issue: Issue, past: Past) -> Decimal:
    result = past.day.results().get(issue.bond)
    entry = past.day.window_of(issue.bond).sheets[issue.bond].range
    if result is None or result.price is None or entry is None:
        return NOTHING
    if result.object is BidObject.PRICE:
        return fen(Fraction(result.issued) * YUAN * Fraction(entry.high - result.price) / 100)
    return interest(result.issued, result.price - entry.low, issue.tenor)


def of_missing(befallen: Befallen, past: Past) -> Decimal:
    """What the issues of the window cost with the member's last form, or else its bids, and without any bid of its own.

    The amount issued × the difference of the rates ÷ 100 × the tenor; of prices, the amount × their difference ÷ 100.
    """
    return sum((_with_and_without(issue, befallen.subject, past) for issue in befallen.window.issues), NOTHING)


def _with_and_without(issue: Issue, member: str, past: Past) -> Decimal:
    result, bond = past.day.results().get(issue.bond), issue.bond
    if result is None or result.price is None:
        return NOTHING
    book, desk = past.day.window_of(bond).bids(bond), desk_of(past.day, bond)
    others = tuple(bid for bid in book if bid.member != member)
    forms = [f for f in past.told if isinstance(f, e.EmergencyFormReceived) and (f.bond, f.member) == (bond, member)]
    own = [Bid(len(book) + n, member, s.level, s.amount, forms[-1].at.time()) for n, s in _numbered(forms)]
    counted, left_out = award((*others, *own) if own else book, desk).price, award(others, desk).price
    if counted is None or left_out is None:
        return NOTHING
    years = Decimal(1) if result.object is BidObject.PRICE else issue.tenor
    return interest(result.issued, abs(counted - left_out), years)


def _numbered(forms: list[e.EmergencyFormReceived]) -> list[tuple[int, e.Step]]:
    return list(enumerate(forms[-1].steps, start=1)) if forms else []


def due_terms(befallen: Befallen, bond: str) -> Terms:
    """What the documents say of a bond of the window."""
    window = befallen.window
    return terms_of(window.issue(bond), window)
