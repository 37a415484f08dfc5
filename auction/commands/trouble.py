"""Commands when something goes wrong, and of the instructor's hand."""

from __future__ import annotations

from datetime import datetime

from auction import events as e
from auction.commands.guard import SITE, Command, CommandTable, role_of, ruled, unruled
from auction.commands.site import as_proposed
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.errors import NotYourSeat, OutOfOrder, Refused
from auction.language import say
from auction.plan import ON_SITE, Role


def let_happen(day: IssuanceDay, event: e.IncidentOccurred) -> e.IncidentOccurred:
    """The instructor, or the scenario in its name, lets something go wrong. Raises Refused for nobody's trouble."""
    places = {*day.windows, *(issue.bond for issue in day.plan.issues), None}
    people = {"", *(person.name for person in day.plan.roster), *day.plan.members}
    if event.place not in places or event.subject not in people:
        sentence = say("当日没有 {name}，不能让突发情况落在其上", name=event.subject or event.place)
        raise Refused([unruled("incident.about", event.incident, sentence)])
    return event.model_copy(update={"number": len(day.incidents) + 1})


def answer_incident(day: IssuanceDay, event: e.IncidentAnswered) -> e.IncidentAnswered:
    """Whoever is in charge decides what is done, once. Raises Refused, NotYourSeat."""
    waiting = {incident.occurred.number: incident.occurred for incident in day.incidents if incident.waiting}
    occurred = waiting.get(event.number)
    if occurred is None:
        raise Refused([unruled("incident.answer", event.seat, say("没有这一项待处置的突发情况"))])
    if role_of(event.seat)[0] not in {day.plan.acting(role) for role in occurred.answered_by}:
        raise NotYourSeat([unruled("incident.answer", event.seat, say("这一项不由本席位处置"))])
    if event.answer not in {answer.id for answer in occurred.answers}:
        raise Refused([unruled("incident.answer", event.seat, say("没有 {answer} 这种处置", answer=event.answer))])
    return event


def extend_window(day: IssuanceDay, event: e.WindowExtended) -> e.WindowExtended:
    """招标时间 is put off, for a stated reason, before it has passed. Raises Refused."""
    window = day.plan.window(event.window)
    if not event.reason.strip():
        raise Refused([ruled(day, "bid.window", event.window, say("延长招标时间须写明原因"))])
    later = [other for other in day.plan.windows if window.close < other.open < event.until]
    if event.until <= window.close or later or event.at > datetime.combine(day.plan.date, window.close):
        until = {"until": event.until, "close": window.close}
        sentence = say("招标时间不能从 {close} 延长到 {until}：须在截止之前提出，晚于原截止时间，不跨下一场", **until)
        raise Refused([ruled(day, "bid.window", event.window, sentence)])
    return event


def correct_announcement(day: IssuanceDay, event: e.AnnouncementCorrected) -> e.AnnouncementCorrected:
    """A correction says what the signed result says. Raises Refused for anything else, or without a reason."""
    if not event.reason.strip() or event.bond not in day.announced:
        raise Refused([unruled("announcement.correction", event.bond, say("没有可更正的公告，或没有写明原因"))])
    if event.announced != announced_as_signed(day)[event.bond]:
        raise Refused([unruled("announcement.correction", event.bond, say("更正后的数字与签字的结果不一致"))])
    return event


def announced_as_signed(day: IssuanceDay) -> dict[str, e.Announced]:
    """What the announcement has to say, by bond."""
    return {bond: e.Announced(price=result.price, issued=result.issued) for bond, result in day.results().items()}


def branch_day(day: IssuanceDay, event: e.DayBranched) -> e.DayBranched:
    """The day goes another way. Raises OutOfOrder unless something was left behind."""
    if event.left_count < day.head.count:
        raise OutOfOrder([unruled("order.day", event.seat, say("离开的日志比现在的还短"))])
    return event


INSTRUCTOR, LEAD_OFFICER = frozenset({Role.INSTRUCTOR}), frozenset({Role.LEAD_OFFICER})
ANY_TIME = frozenset(Phase)

TROUBLE_COMMANDS: CommandTable = {
    e.IncidentOccurred: Command(let_happen, INSTRUCTOR, ANY_TIME),
    e.IncidentAnswered: Command(answer_incident, frozenset(ON_SITE), ANY_TIME),
    e.WindowExtended: Command(extend_window, LEAD_OFFICER, SITE, frozenset({WindowPhase.OPEN})),
    e.AnnouncementCorrected: Command(
        correct_announcement, frozenset({Role.OPERATOR}), frozenset({Phase.PUBLISHED, Phase.SETTLED, Phase.LISTED})
    ),
    e.NoteTaken: Command(as_proposed, INSTRUCTOR, ANY_TIME),
    e.ClockSet: Command(as_proposed, INSTRUCTOR, ANY_TIME),
    e.DayBranched: Command(branch_day, INSTRUCTOR, ANY_TIME),
}
