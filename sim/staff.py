"""How scripted people at the site act, and err: what each role would do next, as duties in order of priority.

A duty carries since when it could be done and the act itself; `sim.acting` decides when it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from numpy.random import Generator

from auction import events as e
from auction.bidrange import print_mean
from auction.commands.guard import role_of
from auction.commands.site import sealed_bytes, unfit_for_sealing
from auction.curve import benchmark_mean
from auction.day import FINISHED, Phase, WindowPhase, WindowState
from auction.desk import benchmark_tenor, has_range, range_due, sheet_ready
from auction.language import say
from auction.payload import SEAL_SIGNERS
from auction.plan import Issue, RangeEntry, Role, Terms, Window, terms_of
from auction.quantities import parse_number
from auction.settlement import has_public_issue, owing
from auction.signoff import RESULT_TYPE, pae
from sim.incidents.sheets import mistypings
from sim.reacting import (
    announced,
    checking_alone,
    correcting,
    forms,
    miscomputed,
    mistaken,
    objecting,
    overlooking,
    settling_early,
    since_left_alone,
)
from sim.reacting import answering as answering
from sim.site import Duties
from sim.site import Duty as Duty
from sim.site import Site as Site

SETTLED = say("现场核实后了结")
MOST_TRIES = 8
"""How often an operator enters a refused sheet again before giving up."""


def sit_down(site: Site, seat: str, draw: Generator) -> Iterator[Duty]:
    """Whoever has not tried yet takes a seat."""
    role, name = role_of(seat)
    start, sitting = site.day.planned.at, site.day.seats.get(name)
    if (sitting is None or sitting.person.role is not role) and site.day.phase is Phase.PLANNED:
        key = site.practice_key(name).public
        taken = e.SeatTaken(at=start, seat=seat, person=name, role=role, key=key, practice=True, played_by="script")
        yield Duty(start, taken)


def operator(site: Site, seat: str, draw: Generator) -> Iterator[Duty]:
    """经办人: sheets and ranges, sending, recomputation, confirmation, announcement, settlement."""
    yield from sit_down(site, seat, draw)
    day = site.day
    if day.phase is Phase.SITE_SEALED:
        for window in day.plan.windows:
            yield from _window_duties(site, seat, window, draw)
    since = site.at("site_released", "result_published", "payment_received")
    if day.phase is Phase.RELEASED:
        yield Duty(since, e.ResultPublished(at=since, seat=seat, digests={}, announced=announced(site)))
    if day.published:
        yield from correcting(site, seat)
    if day.phase is Phase.PUBLISHED:
        yield from settling_early(site, seat)
    if day.phase is Phase.PUBLISHED and not owing(day):
        yield Duty(since, e.SettlementRecorded(at=since, seat=seat))


def _window_duties(site: Site, seat: str, window: Window, draw: Generator) -> Iterator[Duty]:
    state = site.day.windows[window.id]
    since = site.at(f"result_delivered:{window.id}", f"result_recomputed:{window.id}")
    yield from forms(site, seat, window)
    if state.phase is WindowPhase.PREPARED:
        yield from _entering(site, seat, window, draw)
    if state.phase is WindowPhase.CLOSED and state.figures:
        yield Duty(since, e.ResultRecomputed(at=since, seat=seat, window=window.id, figures={}))
    if state.phase is WindowPhase.CLEARED and state.confirmed is None:
        yield Duty(since, e.AwardConfirmed(at=since, seat=seat, window=window.id, figures={}))
    if state.phase is WindowPhase.CLEARED and state.confirmed is not None:
        yield from checking_alone(site, seat, window)


def _entering(site: Site, seat: str, window: Window, draw: Generator) -> Iterator[Duty]:
    state = site.day.windows[window.id]
    for issue in window.issues:
        sheet, bond = state.sheets[issue.bond], issue.bond
        since = site.at("site_sealed", f"notice_checked:{bond}", f"range_checked:{bond}", f"notice_entered:{bond}")
        if sheet.terms is None or sheet.terms_differences or sent_back(site, window, bond, "notice"):
            terms = mistaken(site, issue, typed(site, issue, window, draw))
            yield Duty(since, e.NoticeEntered(at=since, seat=seat, bond=bond, terms=terms))
        elif has_range(site.day.plan, issue) and _range_wanted(site, window, bond):
            entry = miscomputed(site, issue, computed(site, issue, draw))
            yield Duty(since, e.RangeEntered(at=since, seat=seat, bond=bond, entry=entry))
    if all(sheet_ready(site.day, bond) for bond in state.sheets):
        checked = (f"{kind}_checked:{bond}" for kind in ("notice", "range") for bond in state.sheets)
        since = site.at(*checked)
        yield Duty(since, e.NoticesSent(at=since, seat=seat, window=window.id))


def _range_wanted(site: Site, window: Window, bond: str) -> bool:
    sheet = site.day.windows[window.id].sheets[bond]
    return sheet.range is None or bool(sheet.range_differences) or sent_back(site, window, bond, "range")


def sent_back(site: Site, window: Window, bond: str, part: Literal["notice", "range"]) -> bool:
    """Whether sending was refused for this part of a sheet since it was last entered, and there is a try left."""
    refused = [r for r in site.day.refusals if (r.action, r.place) == ("notices_sent", window.id)]
    rules = [breach.rule for breach in refused[-1].breaches if breach.subject == bond] if refused else []
    named = any(rule.endswith(".documents" if part == "notice" else ".floor") for rule in rules)
    return named and len(refused) < MOST_TRIES and refused[-1].at >= site.at(f"{part}_entered:{bond}")


def checker(site: Site, seat: str, draw: Generator) -> Iterator[Duty]:
    """复核人: the second pair of eyes, at 发标 and at 中标确认."""
    yield from sit_down(site, seat, draw)
    for window in site.day.plan.windows if site.day.phase is Phase.SITE_SEALED else ():
        state = site.day.windows[window.id]
        if state.phase is WindowPhase.PREPARED:
            yield from _checking(site, seat, window, draw)
        if state.phase is WindowPhase.CLEARED and state.confirmed is not None:
            since = since_left_alone(site, window)
            yield Duty(since, e.AwardChecked(at=since, seat=seat, window=window.id, figures={}))


def _checking(site: Site, seat: str, window: Window, draw: Generator) -> Iterator[Duty]:
    for issue in window.issues:
        sheet, bond = site.day.windows[window.id].sheets[issue.bond], issue.bond
        if sheet.terms and not sheet.terms_checked and not sheet.terms_differences:
            since = site.at(f"notice_entered:{bond}")
            terms = overlooking(site, bond, sheet.terms, typed(site, issue, window, draw), draw)
            yield Duty(since, e.NoticeChecked(at=since, seat=seat, bond=bond, terms=terms, differences=()))
        elif sheet.range and not sheet.range_checked and not sheet.range_differences:
            since = site.at(f"range_entered:{bond}")
            entry = overlooking(site, bond, sheet.range, computed(site, issue, draw), draw)
            yield Duty(since, e.RangeChecked(at=since, seat=seat, bond=bond, entry=entry, differences=()))


def typed(site: Site, issue: Issue, window: Window, draw: Generator) -> Terms:
    """The published terms as somebody typed them: each field slips with the scenario's chance."""
    terms = terms_of(issue, window)
    slips = mistypings(terms)
    chance = float(site.staged.scenario.staff.typing_error)
    slipped = {field: wrong for field, wrong in slips.items() if draw.random() < chance}
    return terms.model_copy(update=slipped)


def computed(site: Site, issue: Issue, draw: Generator) -> RangeEntry:
    """The range from the evening's curve by the rules of the day, one typing slip away from right."""
    plan = site.day.plan
    benchmark = benchmark_mean(site.staged.anchor, plan.date, benchmark_tenor(plan, issue))
    mean = print_mean(benchmark.mean)
    due = range_due(plan, issue, Fraction(parse_number(mean))).range
    slip = issue.tick if draw.random() < float(site.staged.scenario.staff.typing_error) else Decimal(0)
    low, days = due.low + slip, benchmark.days
    return RangeEntry(curve=site.staged.anchor_digest, days=days, mean=mean, low=low, high=due.high)


def lead_officer(site: Site, seat: str, draw: Generator) -> Iterator[Duty]:
    """发行人员负责人: seals the site, signs the result."""
    yield from sit_down(site, seat, draw)
    if site.day.inspected and site.day.phase is Phase.PLANNED and not unfit_for_sealing(site.day):
        since = site.at("site_inspected")
        yield Duty(since, e.SiteSealed(at=since, seat=seat))
    yield from _signing(site, seat)


def bookrunner(site: Site, seat: str, draw: Generator) -> Iterator[Duty]:
    """簿记管理人授权代表: in a book-build all that operator and lead officer do in a tender."""
    if site.day.plan.acting(Role.OPERATOR) is Role.BOOKRUNNER:
        yield from operator(site, seat, draw)
        yield from lead_officer(site, seat, draw)
    else:
        yield from sit_down(site, seat, draw)


def supervisor(site: Site, seat: str, draw: Generator) -> Iterator[Duty]:
    """监督员: inspects and countersigns the site, signs the result; an objection raised is theirs to settle."""
    yield from sit_down(site, seat, draw)
    day = site.day
    if day.objection:
        since = day.objection.at
        yield Duty(since, e.ObjectionSettled(at=since, seat=seat, answer=SETTLED.in_chinese()))
    yield from objecting(site, seat)
    ready = day.shielding and day.recorded_line and set(day.devices) >= {person.name for person in day.plan.roster}
    if day.phase is Phase.PLANNED and ready and not day.inspected:
        since = site.at("shielding_switched_on", "recorded_line_tested", "devices_handed_in")
        inspected = e.SiteInspected(at=since, seat=seat, people=True, communications=True, emergency=True)
        yield Duty(since, inspected)
    yield from _signing(site, seat)


def _signing(site: Site, seat: str) -> Iterator[Duty]:
    role, name = role_of(seat)
    for window_id, state in site.day.windows.items():
        if state.phase is WindowPhase.CONFIRMED and not _has_signed(state, name):
            since = site.at(f"award_checked:{window_id}")
            signature = site.signature(name, role, pae(RESULT_TYPE, (state.payload or "").encode()))
            yield Duty(since, e.ResultSigned(at=since, seat=seat, window=window_id, signature=signature))


def _has_signed(state: WindowState, person: str) -> bool:
    return any(signature.person == person for signature in state.signatures)


def technician(site: Site, seat: str, draw: Generator) -> Iterator[Duty]:
    """支持部门人员: register, devices, shielding, recorded line; the closing seals."""
    yield from sit_down(site, seat, draw)
    day = site.day
    if day.phase is Phase.PLANNED:
        yield from _preparing_the_site(site, seat)
    if day.phase is Phase.SITE_SEALED and all(state.phase in FINISHED for state in day.windows.values()):
        since = site.at("custody_closed", "window_voided", "register_closed")
        if not day.register_closed:
            yield Duty(since, e.RegisterClosed(at=since, seat=seat))
        else:
            yield Duty(since, e.SiteReleased(at=since, seat=seat, count=0, head="", signatures=()))
    if day.phase.value == last_phase(site):
        since = site.at("settlement_recorded", "bonds_listed")
        yield Duty(since, e.DayClosed(at=since, seat=seat, count=0, head="", signatures=()))


def last_phase(site: Site) -> str:
    """The phase in which the day is closed: where nothing is to be listed, SETTLED."""
    return site.staged.scenario.end if has_public_issue(site.day.plan) else Phase.SETTLED.value


def _preparing_the_site(site: Site, seat: str) -> Iterator[Duty]:
    day, since = site.day, site.at("seat_taken")
    for name in day.seats:
        if name not in day.registered:
            yield Duty(since, e.PersonRegistered(at=since, seat=seat, person=name))
        elif name not in day.devices:
            yield Duty(since, e.DevicesHandedIn(at=since, seat=seat, person=name, devices=1))
    if not day.shielding:
        yield Duty(since, e.ShieldingSwitchedOn(at=since, seat=seat))
    if not day.recorded_line:
        yield Duty(since, e.RecordedLineTested(at=since, seat=seat))


def sealed(site: Site, act: e.SiteReleased | e.DayClosed) -> e.SiteReleased | e.DayClosed:
    """The act under the seals of those who must sign it, over the journal as it stands."""
    head = site.day.head
    act = act.model_copy(update={"count": head.count, "head": head.hash})
    over = sealed_bytes(site.day, act)
    signers = [seated.person for role in SEAL_SIGNERS for seated in site.day.present(role)]
    signatures = tuple(site.signature(person.name, person.role, over) for person in signers)
    return act.model_copy(update={"signatures": signatures})


STAFF: dict[Role, Duties] = {
    Role.OPERATOR: operator,
    Role.CHECKER: checker,
    Role.LEAD_OFFICER: lead_officer,
    Role.SUPERVISOR: supervisor,
    Role.TECHNICIAN: technician,
    Role.OBSERVER: sit_down,
    Role.BOOKRUNNER: bookrunner,
}
