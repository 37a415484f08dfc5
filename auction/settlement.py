"""After the site: custody as it stands, and what each winner pays.

Source: rules.md 5.7. Amounts in whole 万元, money in yuan with two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from auction.day import IssuanceDay
from auction.desk import counter_of, rules_of
from auction.notice import BidObject
from auction.outcome import Result
from auction.plan import Issue, Plan
from auction.quantities import half_up
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
    for costs in costs_by_bond(day).values():
        for member, cost in costs.items():
            due[member] = due.get(member, Decimal()) + cost
    return due


def costs_by_bond(day: IssuanceDay) -> dict[str, dict[str, Decimal]]:
    """What each winner pays for each bond, in yuan, what is sold over the counter included."""
    costs: dict[str, dict[str, Decimal]] = {}
    for bond, result in day.results().items():
        counter, of_bond = counter_of(day, bond, result), costs.setdefault(bond, {})
        for award in (*result.members, *(counter.members if counter else ())):
            of_bond[award.member] = of_bond.get(award.member, Decimal()) + award.cost
    return costs


def owing(day: IssuanceDay) -> dict[str, Decimal]:
    """What each winner has still to pay, in yuan to the fen; who has paid it all is not named."""
    left = {m: half_up(due, 2) - Decimal(day.paid.get(m, "0")) for m, due in payments_due(day).items()}
    return {member: yuan for member, yuan in left.items() if yuan > 0 or member not in day.paid}


def late_interest(day: IssuanceDay, member: str, amount: Decimal, days: int) -> Decimal:
    """What a winner owes on `amount` yuan that come `days` late: 票面利率 ÷ 100 × late.multiple ÷ late.divisor a day.

    Where it won several bonds, the amount is spread over them by what each costs. Nothing where no rule is known.
    """
    rules, due = rules_of(day.plan), payments_due(day).get(member)
    multiple, divisor = rules.get("late.multiple"), rules.get("late.divisor")
    if multiple is None or divisor is None or not due:
        return Decimal("0.00")
    a_day, results = Fraction(0), day.results()
    for bond, costs in costs_by_bond(day).items():
        issue = day.plan.window_of(bond).issue(bond)
        rate = Fraction(coupon_of(issue, results[bond])) / 100
        a_day += Fraction(costs.get(member, Decimal())) * rate * multiple.value / divisor.value
    return half_up(a_day * days * Fraction(amount) / Fraction(due), 2)


def coupon_of(issue: Issue, result: Result) -> Decimal:
    """What the bond bears, percent a year: the tender's rate, or that of the first issue; zero where there is none."""
    if issue.reopening:
        return issue.reopening.first_issue.coupon
    return result.price if result.price is not None and result.object is BidObject.RATE else Decimal(0)


def payment_date(day: IssuanceDay) -> date:
    """The day by which the money must be in."""
    return payment_day(day.plan.date, rules_of(day.plan))
