"""A day of public or directed underwriting: the bookrunner runs it, and it comes to its end."""

import json
from dataclasses import replace
from functools import cache

import days
import pytest
from days import BANK, BOND, BOOKRUNNER, BROKER, CHECKER, SUPERVISOR, SYSTEM, TECHNICIAN
from refusals import rules

from auction import events as e
from auction.commands import COMMANDS
from auction.commands.guard import roles_on
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.payload import envelope_of, result_gate
from auction.plan import Role
from auction.seat import allowed, view
from auction.settlement import payments_due
from auction.verify import verify
from sim.debrief import debrief, markdown
from sim.rehearsal import Rehearsal

PUBLIC = {
    "method": "public-underwriting",
    "offered": "4.5",
    "bookrunner": "券商乙",
    "agreed": ["银行甲", "券商乙"],
    "agreed_cap": "+12%",
    "allotment": "leads-first",
}
DIRECTED = {
    "method": "directed-underwriting",
    "offered": "4",
    "creditors": ["银行甲", "银行丙"],
    "swap_ceiling": "6",
    "markets": ["interbank"],
}
SEATS = (BOOKRUNNER, CHECKER, SUPERVISOR, TECHNICIAN, days.OBSERVER, SYSTEM, BANK, BROKER)


def staged(fields: dict, **blocks: object):
    """A day with one such issue."""
    return days.stage(days.window(days.issue(**fields)), **blocks)


@cache
def story(kind: str = "public") -> tuple[tuple[e.AnyEvent, IssuanceDay], ...]:
    """The whole day, event by event."""
    fields = PUBLIC if kind == "public" else DIRECTED
    return tuple(days.states(days.begin(staged(fields, end="LISTED"))))


def standing(phase: WindowPhase, kind: str = "public") -> IssuanceDay:
    """The day as its window comes into the phase."""
    return next(day for _, day in story(kind) if day.windows["W1"].phase is phase)


@pytest.mark.parametrize("seat", SEATS)
def test_whatever_a_seat_does_was_allowed_to_it_just_before(seat):
    before = days.begin(staged(PUBLIC)).day
    for event, day in story():
        if event.seat == seat:
            assert event.kind in allowed(seat, before)
        before = day


def test_the_bookrunner_does_all_that_operator_and_lead_officer_do_in_a_tender():
    done = {event.kind for event, _ in story() if event.seat == BOOKRUNNER}
    both = {event.kind for event, _ in days.story() if event.seat in (days.OPERATOR, days.LEAD)}
    assert done == both
    assert not {event.seat for event, _ in story()} & {days.OPERATOR, days.LEAD}


def test_no_command_of_a_book_build_is_the_operators_or_the_lead_officers():
    tender, book_build = days.begin().day, days.begin(staged(PUBLIC)).day
    for command in COMMANDS.values():
        department = command.roles & {Role.OPERATOR, Role.LEAD_OFFICER}
        assert roles_on(tender, command) == command.roles
        assert not roles_on(book_build, command) & {Role.OPERATOR, Role.LEAD_OFFICER}
        assert not department or Role.BOOKRUNNER in roles_on(book_build, command)


def test_nobody_but_the_bookrunner_sends_voids_or_signs_for_the_department():
    day = standing(WindowPhase.OPEN)
    for seat in (CHECKER, SUPERVISOR, TECHNICIAN):
        assert rules(day, e.WindowVoided(at=day.now, seat=seat, window="W1", reason="误", again=True)) == ["seat.role"]
    voided = e.WindowVoided(at=day.now, seat=BOOKRUNNER, window="W1", reason="申购系统故障", again=True)
    assert days.act(day, voided).windows["W1"].phase is WindowPhase.PREPARED


def test_bookrunner_and_supervisor_sign_by_the_rule_of_underwriting():
    day = standing(WindowPhase.CONFIRMED)
    assert result_gate(day).demands == ("bookrunner", "supervisor")
    of_something_else = days.signed_by(BOOKRUNNER, b"something else")
    signing = e.ResultSigned(at=day.now, seat=BOOKRUNNER, window="W1", signature=of_something_else)
    assert rules(day, signing) == ["result.signers.underwriting"]


def test_the_bookrunner_sees_what_stands_in_the_way_of_sealing_and_sending():
    day = next(day for _, day in story() if "site_sealed" in day.since)
    seen = {seat: view(day, seat) for seat in SEATS}
    assert {seat for seat in SEATS if "unfit_for_sending" in seen[seat]["windows"][0]} == {BOOKRUNNER}
    assert {seat for seat in SEATS if "unfit_for_sealing" in seen[seat]} == {BOOKRUNNER}


def test_before_the_close_the_bookrunner_sees_no_order():
    for _, day in story():
        if day.windows["W1"].phase is WindowPhase.OPEN:
            told = json.dumps(view(day, BOOKRUNNER), ensure_ascii=False)
            assert '"own"' not in told
            assert '"result"' not in told


@pytest.mark.parametrize("kind", ["public", "directed"])
def test_the_day_comes_to_its_end_and_verifies(kind):
    day = story(kind)[-1][1]
    assert (day.closed, day.refusals) == (True, ())
    assert day.phase is (Phase.LISTED if kind == "public" else Phase.SETTLED)
    log = days.MemoryJournal()
    days.play(days.begin(staged(PUBLIC if kind == "public" else DIRECTED), log=log))
    envelope = envelope_of(story(kind)[-1][1], "W1").encode()
    found = verify([envelope], None, None)
    assert (found.ok, found.missing, {one.role for one in found.signed}) == (True, (), {"bookrunner", "supervisor"})
    assert verify([], log.rows(), None).ok
    assert debrief(log.rows()).score == 100


def test_a_result_of_underwriting_without_the_bookrunners_signature_is_not_whole():
    day = standing(WindowPhase.CONFIRMED)
    payload = day.windows["W1"].payload.encode()
    over = next(event.signature for event, _ in story() if event.kind == "result_signed" and event.seat == SUPERVISOR)
    envelope = envelope_of(day, "W1").of_result(payload, (over,))
    assert verify([envelope.encode()], None, None).missing == ("bookrunner",)


def test_what_orders_leave_is_taken_up_by_the_leads_and_paid_for():
    timid = {"mandate": {name: "8%" for name in days.MANDATE}}
    log = days.MemoryJournal()
    day = days.play(days.begin(staged(PUBLIC, underwriters=timid), log=log))
    result = day.results()[BOND]
    taken = {o.bid.member: o.awarded for o in result.bids if o.reasons[0].rule == "underwriting.shortfall"}
    assert (result.short, result.issued, sum(taken.values())) == (False, 45000, 45000 - result.total_bids)
    assert set(taken) == {"银行甲", "券商乙"}
    assert day.paid == {member: f"{due:.2f}" for member, due in payments_due(day).items()}
    assert sum(payments_due(day).values()) == 450_000_000
    assert verify([], log.rows(), None).ok
    assert "未经投标由主承销商承担" in markdown(debrief(log.rows()))


def test_with_no_order_at_all_the_leads_take_the_whole_at_the_top_of_the_range():
    log = days.MemoryJournal()
    day = days.play(days.begin(staged(PUBLIC, underwriters={"absent": "100%"}), log=log))
    result, entry = day.results()[BOND], day.windows["W1"].sheets[BOND].range
    assert (result.price, result.issued, day.phase) == (entry.high, 45000, Phase.SETTLED)
    assert verify([], log.rows(), None).ok


def test_only_creditors_order_in_a_directed_issue():
    day = standing(WindowPhase.OPEN, "directed")
    order = e.BidReceived(at=day.now, seat=BROKER, bond=BOND, member="券商乙", steps=[{"level": "2", "amount": "1"}])
    assert rules(day, order) == ["directed.creditors"]
    ended = story("directed")[-1][1]
    assert {bid.bid.member for bid in ended.results()[BOND].bids} == {"银行甲", "银行丙"}
    assert view(day, BROKER)["windows"][0]["issues"][0]["limits"] == []


def test_a_directed_issue_is_not_listed():
    day = story("directed")[-1][1]
    listing = e.BondsListed(at=day.now, seat=SYSTEM)
    assert rules(replace(day, closed=False), listing) == ["directed.interbank"]
    assert next(event for event, _ in story() if event.kind == "bonds_listed").bonds == (BOND,)


def test_a_range_that_nobody_is_on_record_for_is_sent_with_a_warning():
    log = days.MemoryJournal()
    day = days.play(days.begin(staged({**PUBLIC, "agreed": None}), log=log))
    (warned,) = day.warnings
    assert (warned.action, warned.place, [b.rule for b in warned.breaches]) == (
        "notices_sent",
        "W1",
        ["underwriting.agreed"],
    )
    assert view(day, BOOKRUNNER)["warnings"][0]["breaches"][0]["severity"] == "warning"
    assert view(day, BANK)["warnings"] == view(day, TECHNICIAN)["warnings"] == []
    assert "没有与主承销商协商确定区间的记录" in markdown(debrief(log.rows()))
    assert verify([], log.rows(), None).ok


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({**PUBLIC, "agreed": ["银行甲", "银行丙"]}, "underwriting.agreed"),
        ({**PUBLIC, "bookrunner": "银行丙"}, "underwriting.bookrunner"),
        ({**PUBLIC, "leads": ["银行庚"], "bookrunner": None, "agreed": ["银行庚"]}, "underwriting.leads"),
        ({**PUBLIC, "offered": "6"}, "tender.required_above"),
        ({**DIRECTED, "offered": "7"}, "directed.swap_ceiling"),
        ({**DIRECTED, "markets": ["interbank", "exchange"]}, "directed.interbank"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_offer_that_breaks_a_rule_is_not_sent_and_the_day_stands_still(fields, rule):
    day = days.play(days.begin(staged(fields)))
    assert [[breach.rule for breach in refused.breaches] for refused in day.refusals] == [[rule]]
    assert day.windows["W1"].phase is WindowPhase.PREPARED


def test_orders_of_a_lead_and_its_affiliate_that_look_alike_are_warned_of_once_the_book_is_closed():
    related = staged({**PUBLIC, "affiliates": {"银行丙": ["银行甲"]}})
    people = frozenset({BANK, "underwriter:银行丙"})
    rehearsal = Rehearsal(related, days.MemoryJournal(), days.SEED, people=people)
    days.play(rehearsal, until=lambda day: day.windows["W1"].phase is WindowPhase.OPEN)
    for seat in people:
        steps, member = [{"level": "1.80", "amount": "1"}], seat.partition(":")[2]
        rehearsal.perform(e.BidReceived(at=rehearsal.day.now, seat=seat, bond=BOND, member=member, steps=steps))
    assert rehearsal.day.warnings == ()
    day = days.play(rehearsal)
    rules_warned = [(w.action, b.rule) for w in day.warnings for b in w.breaches]
    assert ("result_recomputed", "conduct.cross_subscription") in rules_warned
