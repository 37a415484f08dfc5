"""How many members have bid so far. That the number shows at all is our assumption, and wears its mark."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from auction.language import _, say
from tui.output import cells
from tui.widgets.seen import Seen
from tui.widgets.signs import signs_for

LONGEST_BAR = 24


class Bidders(Widget):
    """A line for each issue of a window: the bond, how many of its members have bid, a bar."""

    DEFAULT_CSS = """
    Bidders { height: auto; width: 1fr; padding: 0 1; }
    """

    _issues: tuple[tuple[str, int], ...] = ()
    _members = 0

    def show(self, window: Seen, members: int) -> None:
        """Show the counts of a window, out of so many members."""
        issues = tuple((issue["documents"]["bond"], issue["members_bid"]) for issue in window["issues"])
        if (issues, members) != (self._issues, self._members):
            resized = len(issues) != len(self._issues)
            self._issues, self._members = issues, members
            self.refresh(layout=resized)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each issue."""
        return len(self._issues)

    def render(self) -> Content:
        """Bond, sentence, mark, and a bar where there is room for one."""
        return Content("\n").join(self._line(bond, count) for bond, count in self._issues)

    def _line(self, bond: str, count: int) -> Content:
        mark = Content.styled(_("〔推定〕"), "$text-accent")
        said = str(say("已有 {count} / {members} 家投标", count=count, members=self._members))
        line = Content.assemble((bond, "bold"), "  ", said, mark)
        longest = cells(str(say("已有 {count} / {members} 家投标", count=self._members, members=self._members)))
        room = self.content_size.width - line.cell_length - (longest - cells(said)) - 1
        if room < 6:
            return line
        return line + " " * (longest - cells(said) + 1) + self._bar(count, min(room, LONGEST_BAR))

    def _bar(self, count: int, length: int) -> Content:
        signs = signs_for(self)
        full = length * count // self._members
        return Content.assemble((signs.full * full, "$primary"), (signs.empty * (length - full), "$foreground 30%"))
