"""How scripted people at the site bear what goes wrong: what they have wrong in hand, overlook, answer and mend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from numpy.random import Generator

from auction import events as e
from auction.commands.emergency import unfit_form
from auction.commands.guard import role_of
from auction.commands.trouble import announced_as_signed
from auction.day import EmergencyForm, Incident, IssuanceDay
from auction.language import say
from auction.plan import Issue, RangeEntry, Role, Terms, Window
from sim.incidents import CATALOGUE
from sim.incidents.kind import Befallen, Does, Kind, Response
from sim.site import Duty, Site

LEFT_ALONE = timedelta(minutes=3)
"""How long a checker leaves the award to the operator that was let do both."""
A_DIGIT = Decimal("0.1")
"""What a misprinted rate or price is off by."""


def doing(day: IssuanceDay, does: Does) -> Iterator[tuple[Kind, Incident]]:
    """The incidents that make somebody do this."""
    for incident in day.incidents:
        kind = CATALOGUE[incident.occurred.incident]
        if kind.does is does:
            yield kind, incident


def planted(site: Site, bond: str, entered: str) -> Iterator[tuple[Kind, Befallen]]:
    """The slips in what the operator has in hand, until the bond's sheet was `entered` once."""
    last = site.day.since.get(f"{entered}:{bond}")
    places = (bond, site.day.plan.window_of(bond).id)
    for incident in site.day.incidents:
        happened = incident.occurred
        if happened.place in places and (last is None or last < happened.at):
            befallen = Befallen(site.day.plan, happened.place, happened.subject, happened.detail)
            yield CATALOGUE[happened.incident], befallen


def mistaken(site: Site, issue: Issue, terms: Terms) -> Terms:
    """The terms as the operator types them from a wrong paper, where there is one."""
    for kind, befallen in planted(site, issue.bond, "notice_entered"):
        terms = kind.terms(befallen, terms) if kind.terms else terms
    return terms


def miscomputed(site: Site, issue: Issue, entry: RangeEntry) -> RangeEntry:
    """The range as the operator computes it from wrong figures, where there are some."""
    for kind, befallen in planted(site, issue.bond, "range_entered"):
        entry = kind.entry(site.staged, befallen, entry) if kind.entry else entry
    return entry


Entered = TypeVar("Entered", Terms, RangeEntry)


def overlooking(site: Site, bond: str, entered: Entered, own: Entered, draw: Generator) -> Entered:
    """The checker's own entry, with every difference taken over that is overlooked, or all where it is copied."""
    places = (bond, site.day.plan.window_of(bond).id)
    copied = (i.occurred.place in places and kind.came_wrong(i) for kind, i in doing(site.day, Does.COPY))
    if any(copied):
        return entered
    chance = float(site.staged.scenario.staff.missed_difference)
    differing = [field for field in type(own).model_fields if getattr(own, field) != getattr(entered, field)]
    missed = {field: getattr(entered, field) for field in differing if chance and draw.random() < chance}
    return own.model_copy(update=missed)


def forms(site: Site, seat: str, window: Window) -> Iterator[Duty]:
    """Emergency forms: keyed in where they are good, set aside where they are not; the careless do the reverse."""
    bonds = {issue.bond for issue in window.issues}
    for form in site.day.forms:
        if form.received.bond not in bonds or not form.waiting:
            continue
        against = unfit_form(site.day, form)
        if careless(site, form):
            if against:
                yield keying(seat, form)
        elif against:
            yield setting_aside(seat, form, against[0].message.in_chinese())
        elif site.day.present(Role.SUPERVISOR):
            yield keying(seat, form)


def careless(site: Site, form: EmergencyForm) -> bool:
    """Whether the desk handles a form without looking."""
    draw = site.draws.stream(f"form/{form.received.number}")
    return draw.random() < float(site.staged.scenario.staff.wrong_answer)


def keying(seat: str, form: EmergencyForm) -> Duty:
    """The form is keyed in as it stands."""
    got = form.received
    keyed = e.EmergencyBidKeyed(
        at=got.at, seat=seat, bond=got.bond, member=got.member, number=got.number, steps=got.steps
    )
    return Duty(got.at, keyed)


def setting_aside(seat: str, form: EmergencyForm, reason: str) -> Duty:
    """The form is not processed."""
    got = form.received
    aside = e.EmergencyFormSetAside(
        at=got.at, seat=seat, bond=got.bond, member=got.member, number=got.number, reason=reason
    )
    return Duty(got.at, aside)


def answering(site: Site, seat: str) -> Iterator[Duty]:
    """What goes wrong is answered by the first person present of the role in charge, rightly or not."""
    role, name = role_of(seat)
    for incident in site.day.incidents:
        happened = incident.occurred
        if not incident.waiting or role is not site.day.plan.acting(happened.answered_by[0]):
            continue
        present = [seated.person.name for seated in site.day.present(role)]
        response = chosen(site, incident, seat)
        if present[:1] != [name] or response is None:
            continue
        deed = deed_of(site.day, incident, response, seat)
        if deed:
            yield Duty(happened.at, deed)
            continue
        answer = e.IncidentAnswered(at=happened.at, seat=seat, number=happened.number, answer=response.id)
        yield Duty(happened.at, answer)


def chosen(site: Site, incident: Incident, seat: str) -> Response | None:
    """The answer that scripted people give; None where they give none, which holds up nothing."""
    happened = incident.occurred
    staff, draw = site.staged.scenario.staff, site.draws.stream(f"answer/{happened.number}")
    silent, wrong = draw.random() < float(staff.unanswered), draw.random() < float(staff.wrong_answer)
    there = {answer.id for answer in happened.answers}
    responses = [response for response in CATALOGUE[happened.incident].responses if response.id in there]
    amiss = [response for response in responses if not response.right]
    if silent and not happened.holds:
        return None
    if (wrong or silent) and amiss:
        return amiss[int(draw.integers(len(amiss)))]
    right = [response for response in responses if response.right]
    done = [response for response in right if deed_done(site.day, incident, response)]
    able = [response for response in right if can_be_done(site.day, incident, response, seat)]
    return (*done, *able, *right)[0]


def deed_done(day: IssuanceDay, incident: Incident, response: Response) -> bool:
    """Whether what the answer says was done since the incident."""
    at = day.since.get(f"{response.deed_kind}:{incident.occurred.place}")
    return at is not None and at >= incident.occurred.at


def can_be_done(day: IssuanceDay, incident: Incident, response: Response, seat: str) -> bool:
    """Whether there is nothing to be done, or it can be done and was not refused yet."""
    if response.deed is None:
        return True
    happened = incident.occurred
    refused = (
        (r.action, r.place) == (response.deed_kind, happened.place) and r.at >= happened.at for r in day.refusals
    )
    return deed_of(day, incident, response, seat) is not None and not any(refused)


def deed_of(day: IssuanceDay, incident: Incident, response: Response, seat: str) -> e.AnyEvent | None:
    """What is to be done before the answer is given; None where there is nothing, or it was done."""
    if response.deed is None or deed_done(day, incident, response):
        return None
    return response.deed(day, incident, max(incident.occurred.at, day.now), seat)


def objecting(site: Site, seat: str) -> Iterator[Duty]:
    """The supervisor objects to what an incident shows, once."""
    for _kind, incident in doing(site.day, Does.OBJECT):
        happened = incident.occurred
        if site.day.objection is None and site.at("objection_raised") < happened.at:
            reason = (happened.symptom or say("现场不合要求")).in_chinese()
            yield Duty(happened.at, e.ObjectionRaised(at=happened.at, seat=seat, reason=reason))


def checking_alone(site: Site, seat: str, window: Window) -> Iterator[Duty]:
    """The operator checks the award too where nobody stops it; the system does."""
    for kind, incident in doing(site.day, Does.CHECK_ALONE):
        if incident.answered and incident.occurred.place == window.id and kind.came_wrong(incident):
            since = incident.answered.at
            yield Duty(since, e.AwardChecked(at=since, seat=seat, window=window.id, figures={}))


def since_left_alone(site: Site, window: Window) -> datetime:
    """Since when the checker checks an award that it was let be checked by one person alone: some minutes later."""
    left = (
        incident.answered.at + LEFT_ALONE
        for kind, incident in doing(site.day, Does.CHECK_ALONE)
        if incident.answered and incident.occurred.place == window.id and kind.came_wrong(incident)
    )
    return max((site.at(f"award_confirmed:{window.id}"), *left))


def announced(site: Site) -> dict[str, e.Announced]:
    """What the announcement says otherwise than the signed result."""
    misprinted = {str(incident.occurred.place) for _kind, incident in doing(site.day, Does.MISPRINT)}
    return {bond: misprint(told) for bond, told in announced_as_signed(site.day).items() if bond in misprinted}


def misprint(told: e.Announced) -> e.Announced:
    """One digit wrong: of the rate or price, or, where nothing was sold, of the amount."""
    if told.price is None:
        return e.Announced(price=None, issued=told.issued + 1)
    return e.Announced(price=told.price + A_DIGIT, issued=told.issued)


def correcting(site: Site, seat: str) -> Iterator[Duty]:
    """A correction for everything announced wrong that the checker notices when it reads the announcement."""
    since, missed = site.at("result_published"), float(site.staged.scenario.staff.missed_difference)
    signed = announced_as_signed(site.day)
    for bond, told in site.day.announced.items():
        if told != signed[bond] and site.draws.stream(f"announcement/{bond}").random() >= missed:
            reason = say("公告数字与签字结果不一致，更正").in_chinese()
            yield Duty(
                since, e.AnnouncementCorrected(at=since, seat=seat, bond=bond, announced=signed[bond], reason=reason)
            )


def settling_early(site: Site, seat: str) -> Iterator[Duty]:
    """The operator records the settlement before all is paid where that is what it answered; the system refuses."""
    since: datetime
    for kind, incident in doing(site.day, Does.PAY_SHORT):
        if incident.answered and kind.came_wrong(incident):
            since = incident.answered.at
            yield Duty(since, e.SettlementRecorded(at=since, seat=seat))
