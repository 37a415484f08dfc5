"""The ladder: the book level by level, from the best down, with the cut-off marked in words."""

from __future__ import annotations

from decimal import Decimal

from auction.language import _
from auction.quantities import half_up, print_amount, print_rate
from tui.widgets.listtable import Cells, Column, ListTable
from tui.widgets.seen import Rung, Seen, rungs
from tui.widgets.signs import signs_for


class Ladder(ListTable):
    """A row for each level."""

    def show(self, issue: Seen) -> None:
        """Show the book of an issue, once its result can be seen."""
        steps = rungs(issue)
        cutoff = Decimal(issue["result"]["cutoff"]) if steps else None
        columns = (
            Column(""),
            Column(_("标位"), "right"),
            Column(_("笔数"), "right"),
            Column(_("投标量"), "right"),
            Column(_("累计"), "right"),
            Column(_("中标量"), "right"),
            Column(_("中标比例"), "right"),
        )
        self.fill(columns, {str(rung.level): self._row(rung, cutoff) for rung in steps})

    def _row(self, rung: Rung, cutoff: Decimal | None) -> Cells:
        at_the_margin = rung.level == cutoff
        kind = "partly" if at_the_margin else "won" if rung.awarded else "lost"
        texts = (
            f"{signs_for(self).here}{_('边际')}" if at_the_margin else "",
            print_rate(rung.level),
            str(rung.bids),
            print_amount(rung.amount),
            print_amount(rung.cumulative),
            print_amount(rung.awarded),
            share(rung.awarded, rung.amount),
        )
        return tuple((text, kind) for text in texts)


def share(part: int, whole: int) -> str:
    """`part` of `whole` in percent, to one decimal."""
    return f"{half_up(Decimal(100 * part) / whole, 1)}%" if whole else ""
