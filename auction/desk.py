"""The desk on the day: the rules, the notice and the result of one issue, as the state has them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from auction.bidrange import BidRange, bid_range
from auction.book import Book
from auction.bookbuilding import LEADS, award
from auction.canonical import canonical, digest
from auction.checks import Desk, desk_for
from auction.choices import completed
from auction.counter import CounterResult, sell_over_counter
from auction.day import IssuanceDay
from auction.events import Figures
from auction.language import Message
from auction.notice import BiddingWindow, BidObject, LevelRange, Margin, Method, Notice, Offer
from auction.offer import Reopening
from auction.outcome import Result
from auction.plan import Issue, Plan, RangeEntry, Terms, Window, terms_of
from auction.quantities import print_rate
from auction.reopening import payment_day, price_range
from auction.rulebook import InForce, Rules, load_rulebook
from auction.rulekeys import KEYS

ENTERED = ("method", "object", "offered", "tenor", "frequency", "tick")
"""The fields of the documents that people enter again into the sheet."""


@dataclass(frozen=True, slots=True)
class DueRange:
    """A range with the rules that make it."""

    floor: InForce
    cap: InForce
    range: BidRange


@lru_cache(maxsize=64)
def rules_on(issuer: str, day: date) -> Rules:
    """The shipped rules in force for an issuer on a day."""
    return load_rulebook().for_(issuer, day)


def rules_of(plan: Plan) -> Rules:
    """The rules in force for the plan's issuer on its day."""
    return rules_on(plan.issuer, plan.date)


def rules_digest(plan: Plan) -> str:
    """The digest of every value in force for the plan: two days with the same one were judged by the same rules."""
    texts = [[known.key, known.written, known.basis.value, known.citation] for known in in_force(plan)]
    return digest(canonical(texts))


def in_force(plan: Plan) -> tuple[InForce, ...]:
    """Every value in force for the plan's issuer on its day."""
    return _in_force_on(plan.issuer, plan.date)


@lru_cache(maxsize=64)
def _in_force_on(issuer: str, day: date) -> tuple[InForce, ...]:
    rules = rules_on(issuer, day)
    return tuple(known for known in map(rules.get, KEYS) if known)


def has_range(plan: Plan, issue: Issue) -> bool:
    """Whether a range is due: not of a tender for which no rule sets one, nor of first prices, which no rule knows."""
    if issue.object is BidObject.PRICE and issue.reopening is None:
        return False
    return not issue.method.is_tender or rules_of(plan).get_at("range.floor", issue.tenor) is not None


def range_due(plan: Plan, issue: Issue, mean: Fraction) -> DueRange:
    """The range that follows from a mean by the floor and the cap in force. Raises BadInput, NoSuchRule."""
    return range_by(rules_of(plan), plan, issue, mean)


def range_by(rules: Rules, plan: Plan, issue: Issue, mean: Fraction) -> DueRange:
    """The range that follows from a mean by the floor and the cap of these rules. Raises BadInput, NoSuchRule."""
    floor, cap = bounds_by(rules, issue)
    rates = bid_range(mean, floor.value, cap.value, issue.tick)
    if issue.reopening is None:
        return DueRange(floor, cap, rates)
    settlement = settlement_on(plan, issue.reopening)
    low, high = floor.value.on(mean), cap.value.on(mean)
    return DueRange(floor, cap, price_range(issue.reopening.first_issue, settlement, low, high, issue.tick))


def bounds_of(plan: Plan, issue: Issue) -> tuple[InForce, InForce]:
    """The rules that make the floor and the cap of an issue's range, by its method. Raises NoSuchRule."""
    return bounds_by(rules_of(plan), issue)


def bounds_by(rules: Rules, issue: Issue) -> tuple[InForce, InForce]:
    """Which of these rules make the floor and the cap of an issue's range, by its method. Raises NoSuchRule."""
    tenor = issue.tenor
    if issue.method is Method.DIRECTED_UNDERWRITING:
        return rules.at("directed.floor", tenor), rules.at("directed.cap", tenor)
    if issue.method.is_tender:
        return rules.at("range.floor", tenor), rules.at("range.cap", tenor)
    agreed = rules["underwriting.agreed"]
    cap = replace(agreed, value=issue.agreed_cap) if issue.agreed_cap else rules.at("range.cap", tenor)
    return rules.at("underwriting.floor", tenor), cap


def settlement_on(plan: Plan, reopening: Reopening) -> date:
    """The day whose accrued interest the price of a re-opened bond holds."""
    return reopening.settlement or payment_day(plan.date, rules_of(plan))


def benchmark_tenor(plan: Plan, issue: Issue) -> Decimal | Fraction:
    """The years at which the curve is read: the tenor, of a re-opened bond what remains of it (年 of 365.25 days)."""
    if issue.reopening is None:
        return issue.tenor
    left = issue.reopening.first_issue.maturity - settlement_on(plan, issue.reopening)
    return Fraction(left.days * 4, 1461)


def notice_from(plan: Plan, issue: Issue, terms: Terms, entry: RangeEntry | None) -> Notice:
    """The notice as documents, terms and range make it, the rest by the rules in force."""
    documents: dict[str, object] = {name: getattr(issue, name) for name in Offer.model_fields}
    leads = sorted(name for name, member_class in plan.members.items() if member_class in LEADS)
    if issue.method is Method.PUBLIC_UNDERWRITING and issue.leads is None and leads:
        documents["leads"] = leads
    entered: dict[str, object] = {name: getattr(terms, name) for name in ENTERED}
    of_the_day: dict[str, object] = {
        "bond": issue.bond,
        "name": issue.name,
        "marginal": Margin(lot=terms.lot, tail=terms.tail),
        "window": BiddingWindow(open=terms.open, close=terms.close),
        "range": LevelRange(low=entry.low, high=entry.high) if entry else None,
        "mean": entry.mean if entry else None,
        "issuer": plan.issuer,
        "date": plan.date,
    }
    return completed(Notice.model_validate({**documents, **entered, **of_the_day}), rules_of(plan))


def published_notice(plan: Plan, window: Window, issue: Issue) -> Notice:
    """The notice as the published documents describe it, without a range."""
    return notice_from(plan, issue, terms_of(issue, window), None)


def desk_at(plan: Plan, issue: Issue, notice: Notice) -> Desk:
    """The desk of a notice on the plan's day, with those who may bid."""
    named = plan.members if issue.creditors is None else {name: plan.members[name] for name in issue.creditors}
    return desk_for(notice, named, rules_of(plan))


def desk_of(day: IssuanceDay, bond: str) -> Desk:
    """The desk of one issue, from its sheet. Raises KeyError for an unknown bond."""
    return _desk_with(_sheeted(day, bond))


def _sheeted(day: IssuanceDay, bond: str) -> Sheeted:
    window = day.plan.window_of(bond)
    sheet = day.windows[window.id].sheets[bond]
    return Sheeted(day.plan, bond, sheet.terms or terms_of(window.issue(bond), window), sheet.range)


@dataclass(frozen=True, slots=True)
class Sheeted:
    """All that a desk comes from."""

    plan: Plan = field(hash=False)
    bond: str
    terms: Terms
    entry: RangeEntry | None


@lru_cache(maxsize=64)
def _desk_with(sheet: Sheeted) -> Desk:
    issue = sheet.plan.window_of(sheet.bond).issue(sheet.bond)
    return desk_at(sheet.plan, issue, notice_from(sheet.plan, issue, sheet.terms, sheet.entry))


def sheet_ready(day: IssuanceDay, bond: str) -> bool:
    """Whether terms and, where one is due, the range were entered and found equal. Raises KeyError."""
    window = day.plan.window_of(bond)
    sheet = day.windows[window.id].sheets[bond]
    return sheet.terms_checked and (sheet.range_checked or not has_range(day.plan, window.issue(bond)))


def result_of(day: IssuanceDay, bond: str) -> Result:
    """The result of one issue from its standing bids."""
    return _result_with(_sheeted(day, bond), day.window_of(bond).bids(bond))


@lru_cache(maxsize=32)
def _result_with(sheet: Sheeted, book: Book) -> Result:
    return award(book, _desk_with(sheet))


def counter_of(day: IssuanceDay, bond: str, result: Result) -> CounterResult | None:
    """What is sold over the counter at the result of a tender, from the standing orders; None without a tranche."""
    counter = day.plan.window_of(bond).issue(bond).counter
    if counter is None:
        return None
    return sell_over_counter(counter, day.window_of(bond).counter_orders(bond), result, desk_of(day, bond))


def figures_of(day: IssuanceDay, bond: str) -> Figures:
    """The result of one issue in short, with the digest of the whole."""
    result = result_of(day, bond)
    counter = counter_of(day, bond, result)
    told = result.as_dict(Message.in_chinese)
    whole = canonical({**told, "counter": counter.as_dict(Message.in_chinese)} if counter else told)
    cover = None if result.cover is None else print_rate(result.cover)
    return Figures(cutoff=result.cutoff, issued=result.issued, cover=cover, digest=digest(whole))
