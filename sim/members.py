"""What a member's desk does on the day and when: its submissions as it means to send them, its custody forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from auction import events as e
from auction.commands.bidding import BANKS
from auction.commands.guard import role_of
from auction.day import Phase, WindowPhase
from auction.desk import desk_of, rules_of
from auction.plan import Issue, Window
from sim.market import day_shock, market_state
from sim.staff import Duty, Site
from sim.submissions import bidder_of, moment_in, sendings


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
            if phase is WindowPhase.SIGNED:
                yield from _custody_form(site, seat, window, issue)


def _bids(site: Site, seat: str, window: Window, issue: Issue) -> Iterator[Duty]:
    """Its submissions later than its last act on the issue."""
    _, name = role_of(seat)
    bond, attempt = issue.bond, len(site.day.windows[window.id].attempts)
    desk, state = desk_of(site.day, bond), market_state(site.staged, issue)
    if name not in (desk.syndicate or {}):
        return
    value = state.percent(day_shock(site.draws))
    bidder = bidder_of(site.staged, desk, name, state.mean, value, site.draws, attempt)
    draw = site.draws.stream(f"{seat}/bids/{bond}", attempt)
    revises = float(site.staged.scenario.underwriters.revises)
    last = site.day.last.get(f"{seat}/{bond}")
    for sent in sendings(bidder, window, site.day.plan.date, value, revises, draw):
        if last is None or sent.at > last:
            yield Duty(sent.at, e.BidReceived(at=sent.at, seat=seat, bond=bond, member=name, steps=sent.steps))


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
    yield Duty(at, e.CustodyFiled(at=at, seat=seat, bond=issue.bond, member=name, split=split))
