"""弹性招标: the amount issued, which follows from the valid bids. Amounts in whole 万元.

Source: 财库〔2018〕74号 gives the planned range and the bid multiple; how the one follows from the other was not seen
(rules.md 1), so both rules are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from auction.breach import Breach, Severity
from auction.checks import NOTICE_CITATION, Desk
from auction.language import Message, say
from auction.notice import Flexible, FlexibleRule, Notice
from auction.quantities import print_amount


def candidate(total: int, flexible: Flexible, lot: int) -> int:
    """The most that keeps bids at the multiple, in whole lots within the range; below the range all that is bid."""
    most = Fraction(total) / Fraction(flexible.multiple)
    if most >= flexible.high:
        return flexible.high
    if most >= flexible.low:
        return max(flexible.low, int(most // lot) * lot)
    return min(total, flexible.low)


def two_state(total: int, flexible: Flexible, lot: int) -> int:
    """The high end if bids reach the multiple of it, else the low end; below the range all that is bid."""
    if total >= Fraction(flexible.multiple) * flexible.high:
        return flexible.high
    return min(total, flexible.low)


RULES: Mapping[FlexibleRule, Callable[[int, Flexible, int], int]] = {
    FlexibleRule.CANDIDATE: candidate,
    FlexibleRule.TWO_STATE: two_state,
}

RULE_NAMES: Mapping[FlexibleRule, Message] = {
    FlexibleRule.CANDIDATE: say("投标倍数不低于触发倍数的最大额"),
    FlexibleRule.TWO_STATE: say("达到触发倍数发上限，否则发下限"),
}


def amount_on_offer(total: int, notice: Notice) -> int:
    """What is sold, given the total of valid bids; without a flexible range it is fixed."""
    if notice.flexible is None:
        return notice.offered
    return RULES[notice.flexible.rule](total, notice.flexible, notice.marginal.lot)


def check_flexible(desk: Desk) -> tuple[Breach, ...]:
    """What speaks against a flexible tender as it is planned: warnings, since no text that was seen forbids it."""
    notice, rules = desk.notice, desk.rules
    if notice.flexible is None or rules is None:
        return ()
    flexible, told = notice.flexible, dict[str, Message]()
    due, share = rules.get("flexible.method"), rules.get("flexible.low_share")
    if due and notice.method.value != due.value:
        told["flexible.method"] = say("弹性招标原则上采用{due}", due=due.text)
    if share and flexible.low < Fraction(share.value) * flexible.high:
        places = {"low": print_amount(flexible.low), "high": print_amount(flexible.high), "share": share.text}
        told["flexible.low_share"] = say("弹性招标下限 {low} 亿元不到上限 {high} 亿元的 {share}", **places)
    subject = notice.bond or notice.name or NOTICE_CITATION
    found = (desk.breach(rule, subject, sentence) for rule, sentence in told.items())
    return tuple(breach.model_copy(update={"severity": Severity.WARNING}) for breach in found)
