"""电子密押: sixteen digits over an emergency form, by which the site knows whose it is and that it is whole.

How the real one is computed is not public; this one is the rehearsal's own (assumed) and keeps nothing secret.
"""

from __future__ import annotations

from collections.abc import Sequence

from auction.canonical import canonical, digest
from auction.event import Step
from auction.quantities import print_amount, print_rate

DIGITS = 16


def electronic_test_key(journal: str, member: str, bond: str, steps: Sequence[Step]) -> str:
    """The sixteen digits that belong to a member's form on a day."""
    content = [[print_rate(step.level), print_amount(step.amount)] for step in steps]
    over = digest(canonical([journal, member, bond, content]))
    return str(int(over, 16) % 10**DIGITS).zfill(DIGITS)
