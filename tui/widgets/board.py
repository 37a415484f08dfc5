"""The board all can see: the countdown and who has bid before the close; the book, the cut-off and the awards after."""

from __future__ import annotations

from datetime import datetime

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll

from auction.day import BEFORE_CLOSE, WindowPhase
from auction.language import N_, _, spoken
from auction.plan import Role
from tui.widgets.alerts import Alerts
from tui.widgets.awards import Awards, MemberTotals
from tui.widgets.bidders import Bidders
from tui.widgets.countdown import Countdown
from tui.widgets.curve import DemandCurve
from tui.widgets.figures import Figures
from tui.widgets.ladder import Ladder
from tui.widgets.phasebar import PhaseBar
from tui.widgets.seen import Seen, moment, window_named, window_that_matters
from tui.widgets.signoffclock import SignOffClock

NARROW, SHORT = 110, 34
COUNTED = "members_bid"
"""The one thing of an issue that no part of its result shows."""


class Board(VerticalScroll, can_focus=False):
    """One window and one of its issues."""

    SCOPED_CSS = False
    DEFAULT_CSS = """
    Board { height: 1fr; width: 1fr; }
    Board .panel { border: round $foreground 20%; border-title-color: $foreground 80%; }
    Board .panel:focus-within, Board .panel:focus { border: round $primary; border-title-color: $text-primary; }
    App.-ascii Board .panel { border: ascii $foreground 20%; }
    App.-ascii Board .panel:focus-within, App.-ascii Board .panel:focus { border: ascii $primary; }
    Board PhaseBar { margin-bottom: 1; }
    Board #before { height: auto; align-vertical: middle; margin: 1 0 2 0; }
    Board Bidders { margin-top: 1; }
    Board Figures { margin-bottom: 1; }
    Board #after { display: none; height: 1fr; }
    Board.-closed #after { display: block; }
    Board.-closed #before { display: none; }
    Board.-partly #book, Board.-partly MemberTotals { display: none; }
    Board.-waiting #book, Board.-waiting #outcome { display: none; }
    Board #book { height: 5fr; min-height: 12; }
    Board #outcome { height: 4fr; min-height: 8; }
    Board #book Ladder, Board #outcome MemberTotals { width: auto; max-width: 60%; height: 1fr; }
    Board Alerts { height: 1fr; min-height: 5; }
    Board.-closed Alerts { height: 5; }
    Board.-waiting Alerts { height: 1fr; }
    Board.-waiting #after { height: auto; }
    Board.-narrow #book, Board.-narrow #outcome { layout: vertical; height: auto; }
    Board.-narrow DemandCurve { height: 15; }
    Board.-narrow #book Ladder, Board.-narrow #outcome MemberTotals { width: 1fr; max-width: 100%; height: 12; }
    Board.-narrow Awards { height: 16; }
    Board.-narrow #after, Board.-short #after { height: auto; }
    Board.-short #book, Board.-short #outcome { height: 18; }
    Board.-narrow #book, Board.-narrow #outcome { height: auto; }
    Board.-narrow #before { layout: vertical; margin: 0 0 1 0; }
    """

    BINDINGS = [Binding("i", "next_issue", N_("下一期"), id="board.issue", show=False)]

    _chosen: tuple[str, str] | None = None
    """The window and bond to show; None for what matters next."""
    _seen: tuple[Seen, datetime] | None = None
    _drawn: tuple[Seen, str] | None = None
    _named = ""
    """The language the panels are named in."""

    def compose(self) -> ComposeResult:
        """Phases, then what matters before the close or after it, then alerts."""
        yield PhaseBar()
        with Horizontal(id="before"):
            yield Countdown()
            yield Bidders()
        with Vertical(id="after"):
            yield SignOffClock()
            yield Figures()
            with Horizontal(id="book"):
                yield DemandCurve(classes="panel")
                yield Ladder(classes="panel")
            with Horizontal(id="outcome"):
                yield Awards(classes="panel")
                yield MemberTotals(classes="panel")
        yield Alerts(classes="panel")

    def show(self, seen: Seen, now: datetime) -> None:
        """Show what a seat sees: the issue chosen, else the first of the window that matters next."""
        self._seen = seen, now
        window, bond = self._chosen or (window_that_matters(seen), "")
        shown = window_named(seen, window)
        phase = WindowPhase(shown["phase"])
        self._name_panels()
        self.set_class(phase not in BEFORE_CLOSE, "-closed")
        self.query_one(PhaseBar).show(seen, window)
        self.query_one(Alerts).show(seen["refusals"], seen.get("happened", ()))
        self.query_one(Bidders).show(shown, seen["members"])
        opens, closes = moment(seen, shown["open"]), moment(seen, shown["close"])
        self.query_one(Countdown).show(now, opens, closes, phase, window)
        self.query_one(SignOffClock).show(seen, window, now)
        issues = {issue["documents"]["bond"]: issue for issue in shown["issues"]}
        self._show_result(issues.get(bond, shown["issues"][0]), _member(seen["seat"]))

    def action_next_issue(self) -> None:
        """Show the next issue of the day; after the last, again whatever matters next."""
        if self._seen is None:
            return
        windows = self._seen[0]["windows"]
        places = [(window["id"], issue["documents"]["bond"]) for window in windows for issue in window["issues"]]
        stops = [None, *places]
        self._chosen = stops[(stops.index(self._chosen) + 1) % len(stops)]
        self.show(*self._seen)

    def _show_result(self, issue: Seen, own: str) -> None:
        """Show an issue where anything in it has changed; the whole book only where the seat sees it."""
        told = {name: value for name, value in issue.items() if name != COUNTED}
        if (told, spoken()) == self._drawn:
            return
        self._drawn = told, spoken()
        self.set_class("result" not in issue, "-waiting")
        self.set_class("own_bids" in issue.get("result", ()), "-partly")
        self.query_one(Figures).show(issue)
        self.query_one(DemandCurve).show(issue)
        self.query_one(Ladder).show(issue)
        self.query_one(Awards).show(issue, own)
        self.query_one(MemberTotals).show(issue, own)

    def _name_panels(self) -> None:
        if self._named == spoken():
            return
        self._named = spoken()
        titles = {
            DemandCurve: _("投标曲线"),
            Ladder: _("逐标位（亿元）"),
            Awards: _("中标明细（亿元）"),
            MemberTotals: _("各成员合计（亿元）"),
            Alerts: _("现场记录"),
        }
        for kind, title in titles.items():
            self.query_one(kind).border_title = title

    def on_resize(self, resized: events.Resize) -> None:
        """Put panels side by side where there is room."""
        self.set_class(resized.size.width < NARROW, "-narrow")
        self.set_class(resized.size.height < SHORT, "-short")


def _member(seat: str) -> str:
    """The member who sits in the seat, if one does."""
    role, _colon, name = seat.partition(":")
    return name if role == Role.UNDERWRITER else ""
