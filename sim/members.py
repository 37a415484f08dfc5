"""What a member's desk does on the day and when: its submissions as it means to send them, its custody forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from auction import events as e
from auction.commands.bidding import BANKS
from auction.commands.emergency import TO_BE_KEYED
from auction.commands.guard import role_of
from auction.day import Incident, IssuanceDay, Phase, WindowPhase
from auction.desk import desk_of, rules_of
from auction.plan import Issue, Window
from auction.testkey import electronic_test_key
from sim.incidents import CATALOGUE
from sim.incidents.forms import modest, varied
from sim.incidents.kind import Does, Kind
from sim.market import day_shock, market_state
from sim.reacting import doing
from sim.site import Duty, Site
from sim.submissions import Sending, bidder_of, moment_in, sendings

FORM_TAKES = (60, 180)
"""Seconds from the call to the form, shortest and longest."""
TAKES = timedelta(seconds=10)
"""From the answer to doing what it says."""


def member(site: Site, seat: str) -> Iterator[Duty]:
    """Everything the member means to do from now on; `since` is the very moment."""
    if site.day.phase is not Phase.SITE_SEALED:
        return
    for window in site.day.plan.windows:
        phase = site.day.windows[window.id].phase
        for issue in window.issues:
            if phase is WindowPhase.OPEN:
                yield from _bids(site, seat, window, issue)
                yield from _counter_order(site, seat, window, issue)
            if phase in TO_BE_KEYED:
                yield from _emergency_forms(site, seat, window, issue)
            if phase is WindowPhase.SIGNED:
                yield from _custody_form(site, seat, window, issue)


def _bids(site: Site, seat: str, window: Window, issue: Issue) -> Iterator[Duty]:
    """Its submissions later than its last act on the issue; none beside a form, nor after a slip but to mend it."""
    _, name = role_of(seat)
    last, meant = site.day.last.get(f"{seat}/{issue.bond}"), _meant(site, seat, window, issue)
    if _by_form(site.day, name, issue.bond):
        return
    slip = _slip(site, name, window)
    if slip and meant:
        yield from _slipping(site, seat, issue, slip, meant[-1].steps)
        if last is not None and last >= slip.occurred.at:
            return
    for sent in meant:
        if last is None or sent.at > last:
            yield Duty(sent.at, e.BidReceived(at=sent.at, seat=seat, bond=issue.bond, member=name, steps=sent.steps))


def _by_form(day: IssuanceDay, member: str, bond: str) -> bool:
    """Whether a form of the member's stands, or lies on the desk."""
    sent = (form for form in day.forms if (form.received.member, form.received.bond) == (member, bond))
    return any(form.keyed or form.waiting for form in sent)


def _slip(site: Site, member: str, window: Window) -> Incident | None:
    """The last incident that makes the member send something it does not mean."""
    befell = [
        incident
        for incident in site.day.incidents
        if (incident.occurred.subject, incident.occurred.place) == (member, window.id)
        and CATALOGUE[incident.occurred.incident].bid
    ]
    return befell[-1] if befell else None


def _slipping(site: Site, seat: str, issue: Issue, slip: Incident, meant: tuple[e.Step, ...]) -> Iterator[Duty]:
    """The slip, and once the desk has answered it rightly what was meant."""
    _, name = role_of(seat)
    kind, last = CATALOGUE[slip.occurred.incident], site.day.last.get(f"{seat}/{issue.bond}")
    steps = kind.bid(desk_of(site.day, issue.bond), meant) if kind.bid else meant
    if last is None or last < slip.occurred.at:
        at = slip.occurred.at
    elif slip.answered and kind.came_right(slip) and last < slip.answered.at:
        at, steps = slip.answered.at + TAKES, meant
    else:
        return
    yield Duty(at, e.BidReceived(at=at, seat=seat, bond=issue.bond, member=name, steps=steps))


def _meant(site: Site, seat: str, window: Window, issue: Issue) -> tuple[Sending, ...]:
    """All that it means to send for the issue in this attempt, whatever has become of it; thought out once."""
    attempt = len(site.day.windows[window.id].attempts)
    times = window if attempt else site.staged.scenario.plan.window(window.id)
    sheet = site.day.windows[window.id].sheets[issue.bond]
    about = (seat, issue.bond, attempt, times.open, times.close, sheet.terms, sheet.range)
    if about not in site.meant:
        site.meant[about] = _thought_out(site, seat, times, issue, attempt)
    return site.meant[about]


def _thought_out(site: Site, seat: str, times: Window, issue: Issue, attempt: int) -> tuple[Sending, ...]:
    _, name = role_of(seat)
    desk, state = desk_of(site.day, issue.bond), market_state(site.staged, issue)
    if name not in (desk.syndicate or {}):
        return ()
    value = state.percent(day_shock(site.draws))
    bidder = bidder_of(site.staged, desk, name, state.mean, value, site.draws, attempt)
    draw = site.draws.stream(f"{seat}/bids/{issue.bond}", attempt)
    revises = float(site.staged.scenario.underwriters.revises)
    return tuple(sendings(bidder, times, site.day.plan.date, value, revises, draw))


def _emergency_forms(site: Site, seat: str, window: Window, issue: Issue) -> Iterator[Duty]:
    """Its forms because of what befell it, each once: its last submission where it was not sent, or what is amiss."""
    _, name = role_of(seat)
    day, bond = site.day, issue.bond
    for incident in day.incidents:
        happened = incident.occurred
        kind = CATALOGUE[happened.incident]
        if kind.form is None or (happened.subject, happened.place) != (name, window.id):
            continue
        steps = _for_a_form(site, seat, window, issue, kind)
        if not steps:
            continue
        took = int(site.draws.stream(f"{seat}/form/{bond}/{happened.number}").integers(*FORM_TAKES))
        good = e.EmergencyFormReceived(
            at=happened.at + timedelta(seconds=took),
            seat=seat,
            bond=bond,
            member=name,
            steps=steps,
            test_key=electronic_test_key(day.planned.journal, name, bond, steps),
        )
        mine = [form.received for form in day.forms if (form.received.member, form.received.bond) == (name, bond)]
        sent = sum(form.at >= happened.at for form in mine)
        yield from (Duty(form.at, form) for form in kind.form(day, good)[sent:][:1])


def _for_a_form(site: Site, seat: str, window: Window, issue: Issue, kind: Kind) -> tuple[e.Step, ...]:
    """What a form would say: what is still to be sent, or else, where electronic bids are held up, a change of it."""
    _, name = role_of(seat)
    desk, meant = desk_of(site.day, issue.bond), _meant(site, seat, window, issue)
    if not meant:
        return modest(desk, name)
    last = site.day.last.get(f"{seat}/{issue.bond}")
    standing = site.day.windows[window.id].submissions[issue.bond].get(name)
    if kind.holds and standing and last is not None and meant[-1].at <= last:
        return varied(desk, name, standing.steps)
    return meant[-1].steps


def _counter_order(site: Site, seat: str, window: Window, issue: Issue) -> Iterator[Duty]:
    """What a bank orders for its counter, once."""
    _, name = role_of(seat)
    state = site.day.windows[window.id]
    banks = site.day.plan.members[name] in BANKS
    if issue.counter is None or not banks or name in state.counter.get(issue.bond, {}):
        return
    draw = site.draws.stream(f"{seat}/counter/{issue.bond}", len(state.attempts))
    lot, share = issue.marginal.lot, float(site.staged.scenario.underwriters.counter)
    lots = int(issue.counter.amount * share * draw.uniform(0.5, 1.5)) // lot
    at = moment_in(window, site.day.plan.date, draw.random())
    if lots:
        order = e.CounterOrdered(at=at, seat=seat, bond=issue.bond, member=name, amount=lots * lot)
        yield Duty(at, order)


def _custody_form(site: Site, seat: str, window: Window, issue: Issue) -> Iterator[Duty]:
    """Some minutes after the signing, unless the form is forgotten."""
    _, name = role_of(seat)
    state, signed = site.day.windows[window.id], site.at(f"result_signed:{window.id}")
    award = next((award for award in state.results[issue.bond].members if award.member == name), None)
    draw = site.draws.stream(f"{seat}/custody/{issue.bond}", len(state.attempts))
    forgotten = draw.random() < float(site.staged.scenario.staff.custody_missed)
    if award is None or forgotten or name in state.custody.get(issue.bond, {}):
        return
    allowed = int(rules_of(site.day.plan)["custody.minutes"].value) * 60
    at = signed + timedelta(seconds=int(draw.integers(60, allowed)))
    split = {"CCDC": award.awarded}
    for kind, incident in doing(site.day, Does.KEEP_CUSTODY_FORM):
        if (incident.occurred.subject, incident.occurred.place) == (name, window.id):
            if incident.answered is None or not kind.came_right(incident):
                return
            at = incident.answered.at + TAKES
    yield Duty(at, e.CustodyFiled(at=at, seat=seat, bond=issue.bond, member=name, split=split))
