"""What goes by the clock: the issuing system opens, closes and delivers; the bank receives; the venue lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal

from auction import events as e
from auction.commands.after import money
from auction.commands.award import custody_deadline, waiting_for_custody
from auction.commands.guard import seat_of
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.plan import Role, Window
from auction.quantities import half_up
from auction.settlement import owing, payment_date
from auction.workdays import INTERBANK
from sim.incidents.kind import Does, Kind
from sim.reacting import doing
from sim.staff import Duty, Site, last_phase

SEAT = seat_of(Role.SYSTEM, "system")
CLEARING_TAKES = timedelta(seconds=3)
FORMS_TAKE = timedelta(minutes=10)
"""How long the system waits for emergency forms that lie on the desk (assumed)."""
FIRST_PART = Decimal("0.6")
"""Of what is owed, where a part comes first."""
TICK = timedelta(seconds=1)
BANK_OPENS, BANK_CLOSES = time(9, 0), time(15, 0)
LISTED_AFTER = 2
"""Working days from payment to listing (rules.md 5.7)."""


def clockwork(site: Site) -> Iterator[Duty]:
    """Everything the clock brings about next; `since` is the very moment."""
    day = site.day
    if day.phase is Phase.SITE_SEALED:
        for window in day.plan.windows:
            yield from _window_clock(site, window)
    if day.phase is Phase.PUBLISHED:
        for member, due in owing(day).items():
            yield _payment(site, member, due)
    if day.phase is Phase.SETTLED and last_phase(site) == Phase.LISTED.value:
        at = datetime.combine(INTERBANK.after(payment_date(day), LISTED_AFTER), BANK_OPENS)
        yield Duty(at, e.BondsListed(at=at, seat=SEAT))


def _window_clock(site: Site, window: Window) -> Iterator[Duty]:
    day, state = site.day, site.day.windows[window.id]
    match state.phase:
        case WindowPhase.SENT:
            at = datetime.combine(day.plan.date, window.open)
            yield Duty(at, e.WindowOpened(at=at, seat=SEAT, window=window.id))
        case WindowPhase.OPEN:
            at = datetime.combine(day.plan.date, window.close) + TICK
            yield Duty(at, e.WindowClosed(at=at, seat=SEAT, window=window.id))
        case WindowPhase.CLOSED if not state.figures:
            at = site.at(f"window_closed:{window.id}") + (FORMS_TAKE if _forms_wait(site, window) else CLEARING_TAKES)
            yield Duty(at, e.ResultDelivered(at=at, seat=SEAT, window=window.id, figures={}))
        case WindowPhase.SIGNED:
            missing = waiting_for_custody(day, window.id)
            filed = (f"custody_filed:{issue.bond}" for issue in window.issues)
            complete = site.at(f"result_signed:{window.id}", *filed)
            at = (custody_deadline(day, window.id) if missing else complete) + TICK
            yield Duty(at, e.CustodyClosed(at=at, seat=SEAT, window=window.id, defaulted=()))


def _forms_wait(site: Site, window: Window) -> bool:
    """Whether an emergency form that came in lies unprocessed."""
    bonds = {issue.bond for issue in window.issues}
    return any(form.waiting and form.received.bond in bonds for form in site.day.forms)


def _payment(site: Site, member: str, due: Decimal) -> Duty:
    """All that a winner owes; a working day late, or a part of it first, where it said so."""
    at, did = _pays_at(site, member), {kind.does for kind in _paying(site.day, member)}
    later = datetime.combine(INTERBANK.after(at.date(), 1), at.time())
    if Does.PAY_SHORT in did and member not in site.day.paid:
        part = half_up(due * FIRST_PART, 2)
        return Duty(at, e.PaymentReceived(at=at, seat=SEAT, member=member, amount=money(part), part=True))
    moment = later if Does.PAY_LATE in did or member in site.day.paid else at
    return Duty(moment, e.PaymentReceived(at=moment, seat=SEAT, member=member, amount=money(due)))


def _paying(day: IssuanceDay, member: str) -> Iterator[Kind]:
    """The incidents that befell a member's money."""
    for does in (Does.PAY_LATE, Does.PAY_SHORT):
        yield from (kind for kind, incident in doing(day, does) if incident.occurred.subject == member)


def _pays_at(site: Site, member: str) -> datetime:
    day = payment_date(site.day)
    opens, closes = datetime.combine(day, BANK_OPENS), datetime.combine(day, BANK_CLOSES)
    seconds = int((closes - opens).total_seconds())
    return opens + timedelta(seconds=int(site.draws.stream(f"payment:{member}").integers(seconds)))
