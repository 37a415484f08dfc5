"""Which of the rules in force could decide something on a planned day, by what its issues are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from auction.desk import has_range, in_force, rules_of
from auction.notice import BidObject, Method
from auction.plan import Issue, Plan
from auction.rulebook import InForce
from auction.venue import venues_named

NEVER_ON_THE_DAY = ("addon.", "min_underwriting_share", "fee.", "late.", "slot.", "disclosure.")
"""What is judged on other days than that of the issue, or, as 追加投标, is not rehearsed."""


def _has_exclusion(plan: Plan, issue: Issue) -> bool:
    ruled = [rules_of(plan).get_at(f"exclusion.{part}", issue.tenor) for part in ("bids", "awards")]
    return issue.method.is_multiple and (issue.exclusion is not None or any(rule and rule.value for rule in ruled))


ONLY_WHERE: Mapping[str, Callable[[Plan, Issue], bool]] = {
    "flexible.": lambda plan, issue: issue.flexible is not None,
    "exclusion.": _has_exclusion,
    "base_amount.": lambda plan, issue: issue.base is not None,
    "counter.": lambda plan, issue: issue.counter is not None,
    "reopening.": lambda plan, issue: issue.reopening is not None,
    "underwriting.cap": lambda plan, issue: issue.method is Method.DIRECTED_UNDERWRITING,
    "underwriting.": lambda plan, issue: issue.method is Method.PUBLIC_UNDERWRITING,
    "directed.": lambda plan, issue: issue.method is Method.DIRECTED_UNDERWRITING,
    "conduct.cross_subscription": lambda plan, issue: issue.method is Method.PUBLIC_UNDERWRITING,
    "site.bookrunner": lambda plan, issue: not issue.method.is_tender,
    "result.signers.tender": lambda plan, issue: issue.method.is_tender,
    "result.signers.underwriting": lambda plan, issue: not issue.method.is_tender,
    "range.": lambda plan, issue: has_range(plan, issue) and issue.method is not Method.DIRECTED_UNDERWRITING,
    "bid.price_tick": lambda plan, issue: issue.object is BidObject.PRICE,
}
"""Rules by how their names begin, the first that fits, with the issues for which they can decide something."""


def deciding(plan: Plan) -> tuple[InForce, ...]:
    """The values in force that could decide something on the plan's day, in the order people read them."""
    return tuple(rule for rule in in_force(plan) if could_decide(plan, rule.key))


def could_decide(plan: Plan, key: str) -> bool:
    """Whether a rule could decide something about any issue of the plan."""
    if key.startswith(NEVER_ON_THE_DAY):
        return False
    if key.startswith("venue."):
        return key in {venue.rule for issue in plan.issues for venue in venues_named(plan, issue)}
    where = next((where for prefix, where in ONLY_WHERE.items() if key.startswith(prefix)), None)
    return where is None or any(where(plan, issue) for issue in plan.issues)
