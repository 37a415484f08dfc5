"""After the site: custody as it stands, and what each winner pays.

Source: rules.md 5.7. Amounts in whole 万元, money in yuan with two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from auction.day import IssuanceDay
from auction.desk import counter_of, rules_of
from auction.plan import Plan
from auction.reopening import payment_day


def custody_of(day: IssuanceDay, bond: str) -> dict[str, Mapping[str, int]]:
    """Where each winner's award is kept; a winner whose form did not come is kept at the default depository whole.

    What is sold over the counter is kept there too: by a bank for its customers (assumed).
    """
    state = day.window_of(bond)
    default = str(rules_of(day.plan)["custody.default"].value)
    filed = state.custody.get(bond, {})
    result = state.results[bond]
    kept = {award.member: filed.get(award.member, {default: award.awarded}) for award in result.members}
    counter = counter_of(day, bond, result)
    for award in counter.members if counter else ():
        split = kept.get(award.member, {})
        kept[award.member] = {**split, default: split.get(default, 0) + award.awarded}
    return kept


def listed_bonds(day: IssuanceDay) -> tuple[str, ...]:
    """The bonds that are listed: what was issued publicly; a directed issue is not traded."""
    public = [issue.bond for issue in day.plan.issues if issue.method.is_public]
    return tuple(bond for bond, result in day.results().items() if bond in public and result.issued)


def has_public_issue(plan: Plan) -> bool:
    """Whether the day has anything that would be listed."""
    return any(issue.method.is_public for issue in plan.issues)


def payments_due(day: IssuanceDay) -> dict[str, Decimal]:
    """What each winner pays for all its awards of the day, those over the counter included."""
    due: dict[str, Decimal] = {}
    for bond, result in day.results().items():
        counter = counter_of(day, bond, result)
        for award in (*result.members, *(counter.members if counter else ())):
            due[award.member] = due.get(award.member, Decimal()) + award.cost
    return due


def payment_date(day: IssuanceDay) -> date:
    """The day by which the money must be in."""
    return payment_day(day.plan.date, rules_of(day.plan))
