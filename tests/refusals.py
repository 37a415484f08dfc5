"""What a command says when it refuses: the rules it names, and what they cite."""

import days
import pytest

from auction import events as e
from auction.commands import decide
from auction.day import IssuanceDay
from auction.errors import Refused
from auction.rulebook import load_rulebook


def refusal(day: IssuanceDay, event: e.AnyEvent) -> Refused:
    """The refusal of a proposal that must not go through."""
    with pytest.raises(Refused) as caught:
        decide(day, event)
    return caught.value


def rules(day: IssuanceDay, event: e.AnyEvent) -> list[str]:
    """The rules by which a proposal is refused."""
    return [breach.rule for breach in refusal(day, event).breaches]


def cited(rule: str) -> str:
    """The citation of a rule on the small day, with its mark."""
    known = load_rulebook().for_("江苏", days.begin().day.plan.date)[rule]
    marks = {"source": "原文", "practice": "实务", "assumed": "推定", "derived": "推导"}
    return f"{known.citation}〔{marks[known.basis.value]}〕"
