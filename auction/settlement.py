"""After the site: custody as it stands, and what each winner pays.

Source: rules.md 5.7. Amounts in whole 万元, money in yuan with two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from auction.day import IssuanceDay
from auction.desk import rules_of
from auction.workdays import INTERBANK


def custody_of(day: IssuanceDay, bond: str) -> dict[str, Mapping[str, int]]:
    """Where each winner's award is kept; a winner whose form did not come is kept at the default depository whole."""
    state = day.window_of(bond)
    default = str(rules_of(day.plan)["custody.default"].value)
    filed = state.custody.get(bond, {})
    return {award.member: filed.get(award.member, {default: award.awarded}) for award in state.results[bond].members}


def payments_due(day: IssuanceDay) -> dict[str, Decimal]:
    """What each winner pays for all its awards of the day."""
    due: dict[str, Decimal] = {}
    for result in day.results().values():
        for award in result.members:
            due[award.member] = due.get(award.member, Decimal()) + award.cost
    return due


def payment_date(day: IssuanceDay) -> date:
    """The day by which the money must be in."""
    return INTERBANK.after(day.plan.date, int(rules_of(day.plan)["payment.workdays"].value))
