"""Who may ask for what, and what becomes of whoever asks for something else."""

import days
import pytest
from days import BOND, CHECKER, LEAD, OPERATOR, TECHNICIAN
from refusals import refusal, rules

from auction import events as e
from auction.commands import COMMANDS, decide_or_refuse
from auction.commands.guard import require_seat
from auction.day import WindowPhase
from auction.errors import NotYourSeat
from auction.plan import ON_SITE, Role

ROLES = {
    "seat_taken": {role.value for role in ON_SITE},
    "person_registered": {"technician"},
    "devices_handed_in": {"technician"},
    "shielding_switched_on": {"technician"},
    "recorded_line_tested": {"technician"},
    "site_inspected": {"supervisor"},
    "objection_raised": {"supervisor"},
    "objection_settled": {"supervisor"},
    "site_sealed": {"lead-officer"},
    "notice_entered": {"operator"},
    "notice_checked": {"checker"},
    "range_entered": {"operator"},
    "range_checked": {"checker"},
    "notices_sent": {"operator"},
    "window_opened": {"system"},
    "bid_received": {"underwriter"},
    "bid_withdrawn": {"underwriter"},
    "counter_ordered": {"underwriter"},
    "member_played": {"underwriter"},
    "window_closed": {"system"},
    "result_delivered": {"system"},
    "result_recomputed": {"operator"},
    "window_voided": {"lead-officer"},
    "award_confirmed": {"operator"},
    "award_checked": {"checker"},
    "result_signed": {"lead-officer", "supervisor"},
    "custody_filed": {"underwriter"},
    "custody_closed": {"system"},
    "register_closed": {"technician"},
    "site_released": {"technician"},
    "result_published": {"operator"},
    "payment_received": {"system"},
    "settlement_recorded": {"operator"},
    "bonds_listed": {"system"},
    "day_closed": {"technician"},
    "emergency_form_received": {"underwriter"},
    "emergency_bid_keyed": {"operator"},
    "emergency_form_set_aside": {"operator"},
    "incident_occurred": {"instructor"},
    "incident_answered": {role.value for role in ON_SITE},
    "window_extended": {"lead-officer"},
    "announcement_corrected": {"operator"},
    "note_taken": {"instructor"},
    "clock_set": {"instructor"},
    "day_branched": {"instructor"},
}
"""Which roles may ask for what."""

KINDS = {e.kind_of(event): event for event in COMMANDS}
SEATS = {seat.partition(":")[0]: seat for seat in reversed(days.ALL_SEATS)}
SEATS |= {"bookrunner": "bookrunner:钱有度", "instructor": "instructor:方教员"}


def test_every_command_has_its_roles():
    assert {kind: {role.value for role in COMMANDS[event].roles} for kind, event in KINDS.items()} == ROLES


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", ROLES)
def test_a_role_may_ask_for_its_own_business_and_no_other(kind, role):
    day = days.standing(WindowPhase.OPEN)
    asked = KINDS[kind].model_construct(at=day.now, seat=SEATS[role.value], window="W1", bond=BOND)
    if role.value not in ROLES[kind]:
        assert isinstance(refusal(day, asked), NotYourSeat)
        assert rules(day, asked) == ["seat.role"]
    elif role is not Role.BOOKRUNNER:
        assert require_seat(day, asked, COMMANDS[KINDS[kind]]) is None


STRANGERS = {
    "nobody:陈岚": "seat.unknown",
    "operator": "seat.unknown",
    "operator:": "seat.unknown",
    "": "seat.unknown",
    "operator:路人": "seat.role",
    "operator:周默": "seat.role",
}


@pytest.mark.parametrize("seat", STRANGERS)
def test_a_seat_nobody_sits_in_is_refused(seat):
    day = days.standing(WindowPhase.PREPARED)
    sending = e.NoticesSent(at=day.now, seat=seat, window="W1")
    assert isinstance(refusal(day, sending), NotYourSeat)
    assert rules(day, sending) == [STRANGERS[seat]]


def test_who_has_not_sat_down_yet_may_only_sit_down():
    day = days.begin().day
    assert rules(day, e.ShieldingSwitchedOn(at=day.now, seat=TECHNICIAN)) == ["seat.role"]


def test_nobody_plans_the_day_again_or_writes_a_refusal():
    day = days.standing(WindowPhase.OPEN)
    assert rules(day, day.planned.model_copy(update={"at": day.now})) == ["seat.role"]
    again = e.ActionRefused(at=day.now, seat=OPERATOR, action="bid_received", breaches=())
    assert isinstance(refusal(day, again), NotYourSeat)


def test_a_window_or_bond_that_the_day_does_not_have_is_refused():
    day = days.standing(WindowPhase.OPEN)
    assert rules(day, e.WindowVoided(at=day.now, seat=LEAD, window="W9", reason="误", again=True)) == ["order.window"]
    elsewhere = days.sample("bid_received").model_copy(update={"bond": "0000000", "at": day.now})
    assert rules(day, elsewhere) == ["order.window"]


def test_a_refusal_is_recorded_as_evidence_and_moves_nothing():
    day = days.standing(WindowPhase.OPEN)
    sending = e.NoticesSent(at=day.now, seat=CHECKER, window="W1")
    recorded = decide_or_refuse(day, sending)
    breaches = refusal(day, sending).breaches
    kept = {"at": day.now, "seat": CHECKER, "action": "notices_sent", "place": "W1"}
    assert recorded == e.ActionRefused(**kept, breaches=breaches)
    assert [breach.message.in_chinese() for breach in breaches] == ["此事应由 经办人 办理，不能由 复核人 办理"]
