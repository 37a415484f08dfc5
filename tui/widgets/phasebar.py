"""Where the day and the window stand, on a line each: what is done, what is on, what is to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget

from auction.day import Phase, WindowPhase
from auction.language import _
from auction.wording import PHASE_NAMES, WINDOW_PHASE_NAMES
from tui.output import cells
from tui.widgets.seen import Seen, window_named
from tui.widgets.signs import Signs, signs_for

DAY = tuple(Phase)
WINDOW = tuple(phase for phase in WindowPhase if phase is not WindowPhase.CANCELLED)
DONE, CURRENT, TO_COME = "$text-success", "bold reverse $primary", "$foreground 60%"


@dataclass(frozen=True, slots=True)
class Way:
    """A row of phases and the one we are in."""

    names: Sequence[str]
    place: int

    def within(self, signs: Signs, width: int) -> Content:
        """As many phases around the current one as fit, with counts for those left out; at least the current one."""
        for reach in range(len(self.names), 0, -1):
            drawn = self._around(signs, reach)
            if drawn.cell_length <= width:
                return drawn
        return Content.assemble((f"[{self.names[self.place]}]", CURRENT), f" {self.place + 1}/{len(self.names)}")

    def _around(self, signs: Signs, reach: int) -> Content:
        first, last = max(0, self.place - reach), min(len(self.names) - 1, self.place + reach)
        chips = [Content.styled(f"{signs.done}{first}", DONE)] if first else []
        chips += [self._chip(signs, place) for place in range(first, last + 1)]
        if last < len(self.names) - 1:
            chips.append(Content.styled(f"+{len(self.names) - 1 - last}", TO_COME))
        return Content.styled(f" {signs.leads_to} ", TO_COME).join(chips)

    def _chip(self, signs: Signs, place: int) -> Content:
        name = self.names[place]
        if place == self.place:
            return Content.styled(f"[{name}]", CURRENT)
        return Content.styled(f"{signs.done}{name}", DONE) if place < self.place else Content.styled(name, TO_COME)


class PhaseBar(Widget):
    """The day's phases and those of one window; not by colour alone: done is ticked, the current one in brackets."""

    DEFAULT_CSS = """
    PhaseBar { height: 2; width: 1fr; padding: 0 1; }
    """

    _day: Phase | None = None
    _window: tuple[str, WindowPhase] | None = None

    def show(self, seen: Seen, window: str) -> None:
        """Show the day and the window of that id."""
        standing = Phase(seen["phase"]), (window, WindowPhase(window_named(seen, window)["phase"]))
        if standing != (self._day, self._window):
            self._day, self._window = standing
            self.refresh()

    def render(self) -> Content:
        """A line for the day, a line for the window."""
        if self._day is None or self._window is None:
            return Content()
        name, phase = self._window
        labels = (_("当日"), name)
        column = max(cells(label) for label in labels) + 2
        ways = (Way([str(PHASE_NAMES[each]) for each in DAY], DAY.index(self._day)), _way_of(phase))
        lines = [
            Content.styled(label + " " * (column - cells(label)), "bold")
            + way.within(signs_for(self), self.content_size.width - column)
            for label, way in zip(labels, ways, strict=True)
        ]
        return Content("\n").join(lines)


def _way_of(phase: WindowPhase) -> Way:
    way = WINDOW if phase in WINDOW else (phase,)
    return Way([str(WINDOW_PHASE_NAMES[each]) for each in way], way.index(phase))
