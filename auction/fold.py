"""The fold: one event and its journal row into the next state of the day. It never refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from auction import events as e
from auction.day import (
    EmergencyForm,
    Head,
    Incident,
    IssuanceDay,
    Objection,
    Order,
    Phase,
    Seated,
    Submission,
    Warned,
    WindowPhase,
    WindowState,
    plan_day,
    prepared,
)
from auction.desk import result_of
from auction.notice import BiddingWindow
from auction.payload import result_gate, result_payload
from auction.signoff import RESULT_TYPE, pae


def replay(entries: Iterable[tuple[e.AnyEvent, Head]]) -> IssuanceDay | None:
    """The state after all entries, or None where there are none. Raises ValueError unless the first plans the day."""
    day: IssuanceDay | None = None
    for event, head in entries:
        day = begin(event, head) if day is None else apply(day, event, head)
    return day


def begin(event: e.AnyEvent, head: Head) -> IssuanceDay:
    """The day as its first event leaves it. Raises ValueError for any other event."""
    if not isinstance(event, e.DayPlanned):
        raise ValueError(event.kind)
    return plan_day(event, head)


def apply(day: IssuanceDay, event: e.AnyEvent, head: Head) -> IssuanceDay:
    """The day after `event`, whose journal row is `head`."""
    folded = _folded(day, event, head)
    since = {**folded.since, event.kind: event.at}
    place = e.place_of(event)
    if place:
        since[f"{event.kind}:{place}"] = event.at
    acts = {**day.acts, event.seat: day.acts.get(event.seat, 0) + 1}
    last = {**folded.last, event.seat: event.at}
    if place:
        last[f"{event.seat}/{place}"] = event.at
    warnings = (*folded.warnings, *_warned(event))
    return replace(folded, now=event.at, head=head, since=since, acts=acts, last=last, warnings=warnings)


def _warned(event: e.AnyEvent) -> tuple[Warned, ...]:
    if not isinstance(event, WARNED_OF) or not event.warnings:
        return ()
    return (Warned(event.at, event.seat, event.kind, e.place_of(event), event.warnings),)


WARNED_OF = (e.SeatTaken, e.NoticesSent, e.BidReceived, e.EmergencyBidKeyed, e.ResultRecomputed, e.PaymentReceived)


def _folded(day: IssuanceDay, event: e.AnyEvent, head: Head) -> IssuanceDay:
    match event:
        case e.ActionRefused():
            return replace(day, refusals=(*day.refusals, event))
        case e.BidReceived():
            sent = Submission(event.steps, event.at, day.arrivals + 1)
            return replace(_submissions(day, event.bond, event.member, sent), arrivals=day.arrivals + 1)
        case e.BidWithdrawn():
            return _submissions(day, event.bond, event.member, None)
        case e.CounterOrdered():
            return _ordered(day, event)
        case e.EmergencyFormReceived() | e.EmergencyBidKeyed() | e.EmergencyFormSetAside():
            return _emergency(day, event)
        case e.NoticeEntered() | e.NoticeChecked() | e.RangeEntered() | e.RangeChecked():
            return _sheet(day, event)
        case e.CustodyFiled():
            window = day.window_of(event.bond)
            filed = {**window.custody.get(event.bond, {}), event.member: event.split}
            custody = {**window.custody, event.bond: filed}
            return _window(day, day.plan.window_of(event.bond).id, replace(window, custody=custody))
    return _window_event(day, event, head) or _site_event(day, event)


def _window_event(day: IssuanceDay, event: e.AnyEvent, head: Head) -> IssuanceDay | None:
    """Events that move a window."""
    name = getattr(event, "window", None)
    if name is None:
        return None
    state = day.windows[name]
    match event:
        case e.NoticesSent():
            state = replace(state, phase=WindowPhase.SENT)
        case e.WindowOpened():
            state = replace(state, phase=WindowPhase.OPEN)
        case e.WindowClosed():
            state = replace(state, phase=WindowPhase.CLOSED)
        case e.ResultDelivered():
            state = replace(state, figures=event.figures)
        case e.ResultRecomputed():
            results = {bond: result_of(day, bond) for bond in state.sheets}
            state = replace(state, phase=WindowPhase.CLEARED, results=results)
        case e.AwardConfirmed():
            state = replace(state, confirmed=event.figures)
        case e.AwardChecked():
            return _confirmed(day, name, head)
        case e.ResultSigned():
            return _signed(day, event)
        case e.CustodyClosed():
            state = replace(state, phase=WindowPhase.CUSTODY_CLOSED, defaulted=event.defaulted)
        case e.WindowVoided():
            return _voided(day, event)
        case e.WindowExtended():
            times = BiddingWindow(open=day.plan.window(name).open, close=event.until)
            return replace(day, planned=day.planned.model_copy(update={"plan": day.plan.with_times(name, times)}))
    return _window(day, name, state)


def _site_event(day: IssuanceDay, event: e.AnyEvent) -> IssuanceDay:
    """Events of the site and of the day."""
    match event:
        case e.SeatTaken():
            person = next(p for p in day.plan.roster if (p.name, p.role) == (event.person, event.role))
            seated = Seated(person, event.key, event.practice, event.played_by)
            return replace(day, seats={**day.seats, event.person: seated})
        case e.MemberPlayed():
            return replace(day, members_played=day.members_played | {event.member})
        case e.PersonRegistered():
            return replace(day, registered=day.registered | {event.person})
        case e.DevicesHandedIn():
            return replace(day, devices={**day.devices, event.person: event.devices})
        case e.ShieldingSwitchedOn():
            return replace(day, shielding=True)
        case e.RecordedLineTested():
            return replace(day, recorded_line=True)
        case e.SiteInspected():
            return replace(day, inspected=event.in_order)
        case e.ObjectionRaised():
            return replace(day, objections=(*day.objections, Objection(event.at, event.reason)))
        case e.ObjectionSettled():
            settled = (o if o.answer is not None else replace(o, answer=event.answer) for o in day.objections)
            return replace(day, objections=tuple(settled))
        case e.RegisterClosed():
            return replace(day, register_closed=True)
        case e.ResultPublished():
            return replace(day, phase=Phase.PUBLISHED, published=event.digests, announced=event.announced)
        case e.AnnouncementCorrected():
            return replace(day, announced={**day.announced, event.bond: event.announced})
        case e.IncidentOccurred():
            return replace(day, incidents=(*day.incidents, Incident(event)))
        case e.IncidentAnswered():
            answered = (replace(i, answered=event) if i.occurred.number == event.number else i for i in day.incidents)
            return replace(day, incidents=tuple(answered))
        case e.DayBranched():
            return replace(day, branches=(*day.branches, event))
        case e.PaymentReceived():
            paid = Decimal(day.paid.get(event.member, "0")) + Decimal(event.amount)
            return replace(day, paid={**day.paid, event.member: f"{paid:.2f}"})
        case e.DayClosed():
            return replace(day, closed=True)
    return replace(day, phase=DAY_MOVES.get(type(event), day.phase))


DAY_MOVES: Mapping[type, Phase] = {
    e.SiteSealed: Phase.SITE_SEALED,
    e.SiteReleased: Phase.RELEASED,
    e.SettlementRecorded: Phase.SETTLED,
    e.BondsListed: Phase.LISTED,
}


def _window(day: IssuanceDay, name: str, state: WindowState) -> IssuanceDay:
    return replace(day, windows={**day.windows, name: state})


def _submissions(day: IssuanceDay, bond: str, member: str, sent: Submission | None) -> IssuanceDay:
    state = day.window_of(bond)
    standing = {name: old for name, old in state.submissions[bond].items() if name != member}
    if sent:
        standing[member] = sent
    state = replace(state, submissions={**state.submissions, bond: standing})
    return _window(day, day.plan.window_of(bond).id, state)


def _emergency(
    day: IssuanceDay, event: e.EmergencyFormReceived | e.EmergencyBidKeyed | e.EmergencyFormSetAside
) -> IssuanceDay:
    """A form comes in, is keyed as of the moment it came in, or is set aside."""
    match event:
        case e.EmergencyFormReceived():
            return replace(day, forms=(*day.forms, EmergencyForm(event)), forms_received=event.number)
        case e.EmergencyBidKeyed():
            received = next(form.received for form in day.forms if form.received.number == event.number)
            forms = (replace(f, keyed=True) if f.received.number == event.number else f for f in day.forms)
            sent = Submission(event.steps, received.at, day.arrivals + 1)
            keyed = _submissions(day, event.bond, event.member, sent)
            return replace(keyed, arrivals=day.arrivals + 1, forms=tuple(forms))
        case e.EmergencyFormSetAside():
            forms = (replace(f, set_aside=event.reason) if f.received.number == event.number else f for f in day.forms)
            return replace(day, forms=tuple(forms))


def _ordered(day: IssuanceDay, event: e.CounterOrdered) -> IssuanceDay:
    state, number = day.window_of(event.bond), day.arrivals + 1
    order = Order(event.amount, event.at, number)
    counter = {**state.counter, event.bond: {**state.counter.get(event.bond, {}), event.member: order}}
    ordered = _window(day, day.plan.window_of(event.bond).id, replace(state, counter=counter))
    return replace(ordered, arrivals=number)


def _sheet(day: IssuanceDay, event: e.NoticeEntered | e.NoticeChecked | e.RangeEntered | e.RangeChecked) -> IssuanceDay:
    state = day.window_of(event.bond)
    sheet = state.sheets[event.bond]
    match event:
        case e.NoticeEntered():
            sheet = replace(sheet, terms=event.terms, terms_checked=False, terms_differences=(), second_terms=None)
        case e.NoticeChecked():
            sheet = replace(sheet, terms_checked=not event.differences, terms_differences=event.differences)
            sheet = replace(sheet, second_terms=event.terms)
        case e.RangeEntered():
            sheet = replace(sheet, range=event.entry, range_checked=False, range_differences=(), second_range=None)
        case e.RangeChecked():
            sheet = replace(sheet, range_checked=not event.differences, range_differences=event.differences)
            sheet = replace(sheet, second_range=event.entry)
    state = replace(state, sheets={**state.sheets, event.bond: sheet})
    return _window(day, day.plan.window_of(event.bond).id, state)


def _confirmed(day: IssuanceDay, name: str, head: Head) -> IssuanceDay:
    confirmed = _window(day, name, replace(day.windows[name], phase=WindowPhase.CONFIRMED))
    payload = result_payload(confirmed, name, head)
    return _window(confirmed, name, replace(confirmed.windows[name], payload=payload))


def _signed(day: IssuanceDay, event: e.ResultSigned) -> IssuanceDay:
    state = day.windows[event.window]
    signatures = (*state.signatures, event.signature)
    signed = pae(RESULT_TYPE, (state.payload or "").encode())
    missing = result_gate(day).missing(signatures, signed)
    phase = state.phase if missing else WindowPhase.SIGNED
    return _window(day, event.window, replace(state, signatures=signatures, phase=phase))


def _voided(day: IssuanceDay, event: e.WindowVoided) -> IssuanceDay:
    plan = day.plan.with_times(event.window, event.times) if event.times else day.plan
    window, state = plan.window(event.window), day.windows[event.window]
    again = prepared(window, (*state.attempts, event.reason))
    after = again if event.again else replace(again, phase=WindowPhase.CANCELLED)
    places = {window.id, *(issue.bond for issue in window.issues)}
    since = {key: at for key, at in day.since.items() if key.partition(":")[2] not in places}
    last = {key: at for key, at in day.last.items() if key.rpartition("/")[2] not in places}
    planned = day.planned.model_copy(update={"plan": plan})
    forms = tuple(form for form in day.forms if form.received.bond not in places)
    return _window(replace(day, planned=planned, since=since, last=last, forms=forms), event.window, after)
