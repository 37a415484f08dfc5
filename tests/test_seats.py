"""What each seat may do and may see, in every phase."""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import product

import days
import pytest
from days import ALL_SEATS, BANK, BOND, CHECKER, LEAD, OBSERVER, OPERATOR, SUPERVISOR, SYSTEM, TECHNICIAN

from auction import events as e
from auction.commands import COMMANDS
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.errors import NotYourSeat
from auction.language import say
from auction.plan import Role
from auction.seat import ABOUT_SOMETHING, allowed, hears, view
from sim.rehearsal import Rehearsal

DESK = (OPERATOR, CHECKER, LEAD, SUPERVISOR)
MEMBERS = tuple(seat for seat in ALL_SEATS if seat.startswith("underwriter"))
RESULT_KNOWN = ("CLEARED", "CONFIRMED", "SIGNED", "CUSTODY_CLOSED")
DECIDED = ("SIGNED", "CUSTODY_CLOSED")


def issue_of(day: IssuanceDay, seat: str) -> dict:
    """What a seat sees of the small day's issue."""
    return view(day, seat)["windows"][0]["issues"][0]


@pytest.mark.parametrize("seat", ALL_SEATS)
def test_whatever_a_seat_does_was_allowed_to_it_just_before(seat):
    before = days.begin(days.stage(end="LISTED")).day
    for event, day in days.story():
        if event.seat == seat:
            assert event.kind in allowed(seat, before)
        before = day


ALLOWED_WHILE_OPEN = {
    OPERATOR: (),
    CHECKER: (),
    LEAD: ("window_voided", "window_extended"),
    SUPERVISOR: ("objection_raised", "objection_settled"),
    TECHNICIAN: ("register_closed", "site_released"),
    OBSERVER: (),
    BANK: ("member_played", "bid_received", "bid_withdrawn", "counter_ordered", "emergency_form_received"),
    SYSTEM: ("window_closed",),
}


@pytest.mark.parametrize("seat", ALLOWED_WHILE_OPEN)
def test_while_the_window_is_open_each_seat_has_its_own_few_things_to_do(seat):
    assert allowed(seat, days.standing(WindowPhase.OPEN)) == ALLOWED_WHILE_OPEN[seat]


def test_nothing_is_allowed_once_the_day_is_closed():
    assert {allowed(seat, days.final()) for seat in ALL_SEATS} == {()}


@pytest.mark.parametrize("seat", ALL_SEATS)
def test_in_every_pair_of_phases_a_seat_is_allowed_what_its_role_and_the_phases_allow(seat):
    for phase, window_phase in product(Phase, WindowPhase):
        late = days.before("register_closed")
        day = replace(late, phase=phase, windows={"W1": replace(late.windows["W1"], phase=window_phase)})
        fitting = [
            e.kind_of(kind)
            for kind, command in COMMANDS.items()
            if seat.partition(":")[0] in command.roles
            and phase in command.phases
            and window_phase in (command.window_phases or WindowPhase)
            and kind not in ABOUT_SOMETHING
        ]
        assert view(day, seat)["allowed"] == list(allowed(seat, day)) == fitting


def test_an_incident_is_answered_and_a_form_keyed_only_while_there_is_one():
    day = days.standing(WindowPhase.OPEN)
    told = e.Answer(id="go-on", words=say("继续"))
    noise = e.IncidentOccurred(
        at=day.now,
        seat="instructor:方教员",
        incident="noise",
        number=1,
        answered_by=(Role.LEAD_OFFICER,),
        answers=(told,),
    )
    step = e.Step(level="1.90", amount="1")
    form = e.EmergencyFormReceived(
        at=day.now, seat=BANK, bond=days.BOND, member="银行甲", number=1, steps=(step,), test_key="0" * 16
    )
    troubled = days.act(days.act(day, noise), form)
    added = {seat: set(allowed(seat, troubled)) - set(allowed(seat, day)) for seat in ALL_SEATS}
    assert {seat: kinds for seat, kinds in added.items() if kinds} == {
        LEAD: {"incident_answered"},
        OPERATOR: {"emergency_bid_keyed", "emergency_form_set_aside"},
    }
    answer = e.IncidentAnswered(at=day.now, seat=LEAD, number=1, answer="go-on")
    assert "incident_answered" not in allowed(LEAD, days.act(troubled, answer))


@pytest.mark.parametrize(
    "seat", ["operator:路人", "operator:周默", "underwriter:银行庚", "nobody:陈岚", "operator", ""]
)
def test_a_seat_that_the_day_does_not_have_sees_nothing(seat):
    with pytest.raises(NotYourSeat, match="没有"):
        view(days.final(), seat)


@pytest.mark.parametrize("seat", ALL_SEATS)
def test_whatever_a_seat_sees_is_plain_data(seat):
    for _, day in days.story():
        assert json.loads(json.dumps(view(day, seat))) == view(day, seat)


@pytest.mark.parametrize("phase", ["PREPARED", "SENT", "OPEN", "CLOSED", *RESULT_KNOWN])
@pytest.mark.parametrize("seat", ALL_SEATS)
def test_the_desk_sees_a_result_once_it_is_cleared_and_the_others_once_it_is_signed(seat, phase):
    seen = issue_of(days.standing(WindowPhase(phase)), seat)
    assert ("result" in seen) is (phase in (RESULT_KNOWN if seat in DESK else DECIDED))


@pytest.mark.parametrize("seat", ALL_SEATS)
def test_whoever_is_not_at_the_desk_sees_only_its_own_lines_of_a_signed_result(seat):
    result = issue_of(days.final(), seat)["result"]
    whole = days.final().windows["W1"].results[BOND].as_dict()
    if seat in DESK:
        assert result == whole
    else:
        own = [line for line in whole["bids"] if seat == f"underwriter:{line['member']}"]
        assert result == {key: value for key, value in whole.items() if key not in ("bids", "members")} | {
            "own_bids": own
        }
        assert bool(own) is (seat in MEMBERS)


@pytest.mark.parametrize("seat", ALL_SEATS)
def test_the_payload_is_for_the_desk(seat):
    window = view(days.standing(WindowPhase.CONFIRMED), seat)["windows"][0]
    assert ("payload" in window) is (seat in DESK)


@pytest.mark.parametrize("seat", ALL_SEATS)
def test_before_it_is_sent_a_sheet_is_for_the_desk_and_the_observer(seat):
    before, sent = days.before("notices_sent"), days.standing(WindowPhase.SENT)
    assert ("terms" in issue_of(before, seat)["sheet"]) is (seat in (*DESK, OBSERVER))
    assert {"terms", "range"} <= set(issue_of(sent, seat)["sheet"])


def test_the_operator_sees_what_stands_between_the_sheets_and_their_sending_and_the_lead_officer_what_at_the_site():
    prepared, planned = days.standing(WindowPhase.PREPARED), days.before("shielding_switched_on")
    unfit = {seat: view(prepared, seat)["windows"][0].get("unfit_for_sending") for seat in ALL_SEATS}
    assert {seat for seat, breaches in unfit.items() if breaches is not None} == {OPERATOR}
    assert [breach["rule"] for breach in unfit[OPERATOR]] == ["site.dual_check"]
    lacking = {seat: view(planned, seat).get("unfit_for_sealing") for seat in ALL_SEATS}
    assert {seat for seat, breaches in lacking.items() if breaches is not None} == {LEAD}
    assert "site.shielding" in [breach["rule"] for breach in lacking[LEAD]]


def test_the_operator_may_look_at_a_sheet_of_which_no_notice_can_be_made():
    rehearsal = days.begin()
    days.play(rehearsal, until=lambda day: day.windows["W1"].sheets[BOND].ready)
    sheet = rehearsal.day.windows["W1"].sheets[BOND]
    broken = replace(sheet, terms=sheet.terms.model_copy(update={"offered": 0}))
    day = replace(rehearsal.day, windows={"W1": replace(rehearsal.day.windows["W1"], sheets={BOND: broken})})
    unfit = view(day, OPERATOR)["windows"][0]["unfit_for_sending"]
    assert [breach["rule"] for breach in unfit] == ["notice.documents"]


def differing(checking: str) -> Rehearsal:
    """A day on which the operator has just mistyped the tenor."""
    rehearsal = days.begin(days.stage(checking=checking))
    days.play(rehearsal, until=lambda day: "notice_entered" in day.since)
    terms = rehearsal.day.windows["W1"].sheets[BOND].terms.model_copy(update={"tenor": Decimal(7)})
    rehearsal.perform(e.NoticeEntered(at=rehearsal.day.now, seat=OPERATOR, bond=BOND, terms=terms))
    return rehearsal


def test_a_blind_checker_sees_an_entry_only_once_it_has_been_compared():
    rehearsal = differing("blind")
    assert "terms" not in issue_of(rehearsal.day, CHECKER)["sheet"]
    day = days.play(rehearsal, until=lambda day: day.windows["W1"].sheets[BOND].terms_differences)
    seen = issue_of(day, CHECKER)["sheet"]
    assert (seen["terms"]["tenor"], seen["terms_differences"]) == ("7", ["tenor"])
    again = days.play(rehearsal, until=lambda day: not day.windows["W1"].sheets[BOND].terms_differences)
    assert "terms" not in issue_of(again, CHECKER)["sheet"]


def test_a_reviewing_checker_sees_the_entry_at_once():
    assert issue_of(differing("review").day, CHECKER)["sheet"]["terms"]["tenor"] == "7"


def test_refusals_are_for_whoever_was_refused_and_for_the_desk():
    rehearsal = days.begin()
    days.play(rehearsal, until=lambda day: day.phase is Phase.SITE_SEALED)
    rehearsal.perform(e.NoticesSent(at=rehearsal.day.now, seat=TECHNICIAN, window="W1"))
    told = {seat: [entry["action"] for entry in view(rehearsal.day, seat)["refusals"]] for seat in ALL_SEATS}
    knowing = {*DESK, TECHNICIAN}
    assert told == {seat: ["notices_sent"] if seat in knowing else [] for seat in ALL_SEATS}


def test_after_a_difference_the_desk_sees_what_either_of_the_two_entered():
    day = days.play(differing("blind"), until=lambda day: day.windows["W1"].sheets[BOND].terms_differences)
    for seat in (OPERATOR, CHECKER, LEAD, SUPERVISOR):
        sheet = issue_of(day, seat)["sheet"]
        assert (sheet["terms"]["tenor"], sheet["second_terms"]["tenor"]) == ("7", "10")
    assert "second_terms" not in issue_of(day, TECHNICIAN)["sheet"]


def test_a_member_sees_its_limits_with_their_citations_once_the_sheet_is_sent():
    assert "limits" not in issue_of(days.before("notices_sent"), BANK)
    limits = issue_of(days.standing(WindowPhase.OPEN), BANK)["limits"]
    assert {limit["rule"] for limit in limits} == {"bid.level_min"}
    assert all("〔" in limit["citation"] for limit in limits)


def test_an_objection_shows_on_the_site_and_not_to_members():
    day = days.standing(WindowPhase.OPEN)
    objecting = days.act(day, e.ObjectionRaised(at=day.now, seat=SUPERVISOR, reason="有人带手机进场"))
    told = {seat: view(objecting, seat).get("objection") for seat in ALL_SEATS}
    assert told == {seat: None if seat in {SYSTEM, *MEMBERS} else "有人带手机进场" for seat in ALL_SEATS}


def test_the_site_hears_what_is_done_on_it_a_member_what_is_announced_and_nobody_of_anothers_bid():
    heard = {seat: {event.kind for event, _day in days.story() if hears(seat, event)} for seat in ALL_SEATS}
    kinds = {event.kind for event, _day in days.story()}
    of_bids = {"bid_received", "bid_withdrawn", "member_played"}
    for seat in (OPERATOR, CHECKER, LEAD, SUPERVISOR, TECHNICIAN, OBSERVER):
        assert heard[seat] == kinds - of_bids
    announced = {"notices_sent", "window_opened", "window_closed", "result_signed", "result_published"}
    assert heard[BANK] == announced | {"bid_received", "custody_filed"}
    others = [event for event, _day in days.story() if event.kind == "bid_received" and event.seat != BANK]
    assert others
    assert not any(hears(BANK, event) for event in others)


def test_a_member_hears_of_its_own_trouble_and_of_nobody_elses():
    of_members = {"seen_by": (Role.OPERATOR, Role.UNDERWRITER), "subject": "银行甲", "incident": "terminal-down"}
    trouble = e.IncidentOccurred(at="2026-06-10T11:00:00", seat="instructor:方教员", **of_members)
    assert {seat for seat in ALL_SEATS if hears(seat, trouble)} == {OPERATOR, BANK}
