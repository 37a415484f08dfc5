"""How long after the close the result has all its signatures; for comparison only, how long it takes abroad."""

from __future__ import annotations

from datetime import datetime

from textual.widgets import Static

from auction.language import _, say
from tui.widgets.reword import reword
from tui.widgets.seen import Seen

ABROAD_MIN = 2
"""Minutes from close to published result of treasury auctions abroad: a comparison, no rule."""


class SignOffClock(Static):
    """One line: from the close to now, or to the last signature."""

    DEFAULT_CSS = """
    SignOffClock { height: auto; width: 1fr; padding: 0 1; color: $foreground 80%; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, seen: Seen, window: str, now: datetime) -> None:
        """Show the clock of a window that has closed; nothing before."""
        times = seen.get("signoff", {}).get(window)
        self.display = times is not None
        reword(self, _line(times, now) if times else "")


def _line(times: Seen, now: datetime) -> str:
    closed, signed = datetime.fromisoformat(times["closed"]), times["signed"]
    until = datetime.fromisoformat(signed) if signed else now
    seconds = max(0, int((until - closed).total_seconds()))
    passed = f"{seconds // 60}:{seconds % 60:02}"
    own = say("截标到签完字 {passed}", passed=passed) if signed else say("截标至今 {passed}，尚未签完字", passed=passed)
    return f"{own}  " + _("境外对照约 {minutes} 分钟（仅作对照）").format(minutes=ABROAD_MIN)
