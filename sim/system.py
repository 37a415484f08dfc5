"""What goes by the clock: the issuing system opens, closes and delivers; the bank receives; the venue lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from auction import events as e
from auction.commands.after import money
from auction.commands.award import custody_deadline, waiting_for_custody
from auction.commands.guard import seat_of
from auction.day import Phase, WindowPhase
from auction.plan import Role, Window
from auction.settlement import payment_date, payments_due
from auction.workdays import INTERBANK
from sim.staff import Duty, Site, last_phase

SEAT = seat_of(Role.SYSTEM, "system")
CLEARING_TAKES = timedelta(seconds=3)
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
        for member, due in payments_due(day).items():
            if member not in day.paid:
                at = _pays_at(site, member)
                yield Duty(at, e.PaymentReceived(at=at, seat=SEAT, member=member, amount=money(due)))
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
            at = site.at(f"window_closed:{window.id}") + CLEARING_TAKES
            yield Duty(at, e.ResultDelivered(at=at, seat=SEAT, window=window.id, figures={}))
        case WindowPhase.SIGNED:
            missing = waiting_for_custody(day, window.id)
            filed = (f"custody_filed:{issue.bond}" for issue in window.issues)
            complete = site.at(f"result_signed:{window.id}", *filed)
            at = (custody_deadline(day, window.id) if missing else complete) + TICK
            yield Duty(at, e.CustodyClosed(at=at, seat=SEAT, window=window.id, defaulted=()))


def _pays_at(site: Site, member: str) -> datetime:
    day = payment_date(site.day)
    opens, closes = datetime.combine(day, BANK_OPENS), datetime.combine(day, BANK_CLOSES)
    seconds = int((closes - opens).total_seconds())
    return opens + timedelta(seconds=int(site.draws.stream(f"payment:{member}").integers(seconds)))
