"""The desk on the day: the rules, the notice and the result of one issue, as the state has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from auction.bidrange import BidRange, bid_range
from auction.canonical import canonical, digest
from auction.checks import Desk, desk_for
from auction.clearing import clear
from auction.day import IssuanceDay
from auction.events import Figures
from auction.language import Message
from auction.notice import BiddingWindow, LevelRange, Margin, Notice
from auction.outcome import Result
from auction.plan import Issue, Plan, RangeEntry, Terms, Window, terms_of
from auction.quantities import print_rate
from auction.rulebook import InForce, Rules, load_rulebook
from auction.rulekeys import KEYS


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
    rules = rules_of(plan)
    return tuple(known for known in (rules.get(key) for key in KEYS) if known)


def range_due(plan: Plan, issue: Issue, mean: Fraction) -> DueRange:
    """The range that follows from a mean by the floor and the cap in force. Raises BadInput, NoSuchRule."""
    rules = rules_of(plan)
    floor, cap = rules.at("range.floor", issue.tenor), rules.at("range.cap", issue.tenor)
    return DueRange(floor, cap, bid_range(mean, floor.value, cap.value, issue.tick))


def notice_from(plan: Plan, issue: Issue, terms: Terms, entry: RangeEntry | None) -> Notice:
    """The notice as terms and range make it."""
    return Notice(
        method=terms.method,
        object=terms.object,
        offered=terms.offered,
        tenor=terms.tenor,
        bond=issue.bond,
        name=issue.name,
        tick=terms.tick,
        range=LevelRange(low=entry.low, high=entry.high) if entry else None,
        window=BiddingWindow(open=terms.open, close=terms.close),
        marginal=Margin(lot=terms.lot, tail=terms.tail),
        issuer=plan.issuer,
        date=plan.date,
    )


def published_notice(plan: Plan, window: Window, issue: Issue) -> Notice:
    """The notice as the published documents describe it, without a range."""
    return notice_from(plan, issue, terms_of(issue, window), None)


def desk_of(day: IssuanceDay, bond: str) -> Desk:
    """The desk of one issue, from its sheet. Raises KeyError for an unknown bond."""
    window = day.plan.window_of(bond)
    sheet = day.windows[window.id].sheets[bond]
    terms = sheet.terms or terms_of(window.issue(bond), window)
    notice = notice_from(day.plan, window.issue(bond), terms, sheet.range)
    return desk_for(notice, day.plan.members, rules_of(day.plan))


def result_of(day: IssuanceDay, bond: str) -> Result:
    """The result of one issue from its standing bids."""
    return clear(day.window_of(bond).bids(bond), desk_of(day, bond))


def figures_of(result: Result) -> Figures:
    """The result in short, with the digest of the whole."""
    whole = canonical(result.as_dict(Message.in_chinese))
    cover = None if result.cover is None else print_rate(result.cover)
    return Figures(cutoff=result.cutoff, issued=result.issued, cover=cover, digest=digest(whole))


