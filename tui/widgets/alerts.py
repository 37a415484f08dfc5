"""What was refused or is worth knowing, newest first; how grave, in words and signs too, not in colour alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from auction.breach import Severity
from auction.language import _, say
from auction.plan import Role
from auction.wording import EVENT_NAMES, ROLE_NAMES
from tui.output import one_line
from tui.widgets.reword import reword
from tui.widgets.seen import Seen
from tui.widgets.signs import Signs, signs_for

MOST_SHOWN = 50
SCENARIO = "scenario"
"""In whose name the instructor's planned incidents strike."""


class Weight(StrEnum):
    """How grave an alert is."""

    REFUSED = "refused"
    WARNING = "warning"
    NOTE = "note"


STYLES = {Weight.REFUSED: "$text-error", Weight.WARNING: "$text-warning", Weight.NOTE: "$text-primary"}


@dataclass(frozen=True, slots=True)
class Alert:
    """When, how grave, and what, in the reader's words."""

    at: datetime
    weight: Weight
    text: str


class Alerts(VerticalScroll, can_focus=True):
    """The last refusals and notices."""

    DEFAULT_CSS = """
    Alerts { height: 1fr; padding: 0 1; }
    Alerts Static { height: auto; }
    """

    _shown: Content | None = None

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(markup=False)

    def show(self, refusals: Iterable[Seen], happened: Iterable[Seen] = ()) -> None:
        """Show refusals and what was done, as the seat is told of them."""
        alerts = [*(alert for refusal in refusals for alert in _alerts(refusal)), *reversed([*map(_note, happened)])]
        newest = sorted(alerts, key=lambda alert: alert.at, reverse=True)[:MOST_SHOWN]
        signs = signs_for(self)
        shown = Content("\n").join(_drawn(alert, signs) for alert in newest)
        if not newest:
            shown = Content.styled(_("还没有发生什么"), "$foreground 60%")
        if shown != self._shown:
            self._shown = shown
            reword(self.query_one(Static), shown)


def _alerts(refusal: Seen) -> list[Alert]:
    at = datetime.fromisoformat(refusal["at"])
    action = EVENT_NAMES.get(refusal["action"], refusal["action"])
    what = say("{who}：{action}被拒", who=_who(refusal["seat"]), action=action)
    if not refusal["breaches"]:
        return [Alert(at, Weight.REFUSED, str(what))]
    weights = {Severity.BREACH: Weight.REFUSED, Severity.WARNING: Weight.WARNING}
    return [
        Alert(
            at,
            weights[Severity(breach["severity"])],
            str(say("{what}，{message}", what=what, message=one_line(breach["message"]))),
        )
        for breach in refusal["breaches"]
    ]


def _note(done: Seen) -> Alert:
    """What was done; of what went wrong, how it shows, as a warning."""
    if done["kind"] == "incident_occurred" and done.get("told"):
        at = datetime.fromisoformat(done["at"])
        return Alert(at, Weight.WARNING, str(say("突发情况：{symptom}", symptom=one_line(done["told"]))))
    about = one_line(done.get("told") or "") or done["about"]
    what = {"who": _who(done["seat"]), "action": EVENT_NAMES[done["kind"]], "about": about}
    own = done["seat"].startswith(f"{Role.INSTRUCTOR.value}:")
    told = say("{action} {about}", **what) if own else say("{who}：{action} {about}", **what)
    return Alert(datetime.fromisoformat(done["at"]), Weight.NOTE, str(told))


def _who(seat: str) -> str:
    role, _colon, name = seat.partition(":")
    if role not in set(Role):
        return seat
    return str(ROLE_NAMES[Role(role)]) if name in (role, SCENARIO) else f"{ROLE_NAMES[Role(role)]} {name}"


def _drawn(alert: Alert, signs: Signs) -> Content:
    heads = {
        Weight.REFUSED: f"{signs.failed} {_('拒绝')}",
        Weight.WARNING: f"{signs.warning} {_('提醒')}",
        Weight.NOTE: " ",
    }
    head = Content.styled(heads[alert.weight], f"bold {STYLES[alert.weight]}")
    return Content.assemble(head, (f" {alert.at:%H:%M:%S} ", "$foreground 60%"), alert.text)
