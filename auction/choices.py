"""What a notice leaves to the rules in force, and what its choices cite."""

from __future__ import annotations

from decimal import Decimal

from auction.breach import Basis
from auction.checks import NOTICE_CITATION, Desk, marked
from auction.notice import Average, Exclusion, Flexible, FlexibleRule, Notice, Strict
from auction.rulebook import InForce, Rules


def completed(notice: Notice, rules: Rules) -> Notice:
    """The notice with what it does not write itself as the rules have it: frequency, flexible rule, exclusion."""
    frequency = rules.get_at("coupon.frequency", notice.tenor)
    return notice.model_copy(
        update={
            "frequency": notice.frequency or (frequency.value if frequency else None),
            "flexible": notice.flexible and _flexible(notice.flexible, rules),
            "exclusion": _exclusion(notice.exclusion, notice.tenor, rules) if notice.method.is_multiple else None,
        }
    )


def cite_choice(desk: Desk, rule: str, chosen: Strict, field: str) -> tuple[str, Basis]:
    """What a choice of the notice rests on: the rulebook if it says the same, else the notice that writes it."""
    known = _in_force(desk, rule)
    if field in chosen.model_fields_set and (known is None or known.value != getattr(chosen, field)):
        return NOTICE_CITATION, Basis.ASSUMED
    return cite_assumption(desk, rule, getattr(chosen, field))


def cite_assumption(desk: Desk, rule: str, value: object) -> tuple[str, Basis]:
    """What a choice that no notice writes rests on: the rulebook if it says the same, else nothing but us."""
    known = _in_force(desk, rule)
    if known and known.value == value:
        return marked(known.citation, known.basis), known.basis
    return marked(NOTICE_CITATION, Basis.ASSUMED), Basis.ASSUMED


def _in_force(desk: Desk, rule: str) -> InForce | None:
    return desk.rules.get_at(rule, desk.notice.tenor) if desk.rules else None


def _flexible(flexible: Flexible, rules: Rules) -> Flexible:
    known = rules.get("flexible.rule")
    if known is None or "rule" in flexible.model_fields_set:
        return flexible
    return flexible.model_copy(update={"rule": FlexibleRule(known.value)})


def _exclusion(exclusion: Exclusion | None, tenor: Decimal, rules: Rules) -> Exclusion | None:
    """The exclusion as far as it is written, the rest by the rules; None where neither excludes anything."""
    written = {field: getattr(exclusion, field) for field in exclusion.model_fields_set} if exclusion else {}
    known = {field: rules.get_at(f"exclusion.{field}", tenor) for field in Exclusion.model_fields}
    ruled = {field: rule.value for field, rule in known.items() if rule and field not in written}
    if "average" in ruled:
        ruled["average"] = Average(ruled["average"])
    whole = Exclusion.model_construct(**(ruled | written))
    return None if whole.bids is None and whole.awards is None else whole
