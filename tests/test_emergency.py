"""Emergency bidding: what a form must be, who keys it in, which bid counts, and that the result waits for it."""

from dataclasses import replace
from datetime import timedelta

import days
import pytest
from days import BANK, BOND, OPERATOR
from mishaps import CARELESS, SETTINGS, look_back
from refusals import rules

from auction import events as e
from auction.commands import COMMANDS
from auction.day import IssuanceDay, WindowPhase
from auction.desk import desk_of
from auction.seat import view
from auction.testkey import electronic_test_key
from sim.incidents.forms import modest, stands, varied

MEMBER = "银行甲"
STEPS = (e.Step(level="1.90", amount="2"), e.Step(level="1.92", amount="1"))


def open_day() -> IssuanceDay:
    """The small day in the middle of its window, nothing bid by the member."""
    day = days.standing(WindowPhase.OPEN)
    return replace(day, now=day.now + timedelta(minutes=10))


def form(day: IssuanceDay, steps=STEPS, **fields) -> e.EmergencyFormReceived:
    """A good form of the member's, but for some fields."""
    key = electronic_test_key(day.planned.journal, MEMBER, BOND, steps)
    whole = {"at": day.now, "seat": BANK, "bond": BOND, "member": MEMBER, "steps": steps, "test_key": key}
    return e.EmergencyFormReceived.model_validate({**whole, **fields})


def keyed(day: IssuanceDay, number: int = 1, **fields) -> e.EmergencyBidKeyed:
    """The operator keys a form in."""
    whole = {"at": day.now, "seat": OPERATOR, "bond": BOND, "member": MEMBER, "number": number, "steps": STEPS}
    return e.EmergencyBidKeyed.model_validate({**whole, **fields})


def set_aside(day: IssuanceDay, reason: str = "印鉴不符", number: int = 1) -> e.EmergencyFormSetAside:
    """The operator sets a form aside."""
    return e.EmergencyFormSetAside(
        at=day.now, seat=OPERATOR, bond=BOND, member=MEMBER, number=number, reason=reason
    )


def test_a_good_form_counts_as_a_bid_of_the_moment_it_came_in():
    day = open_day()
    after = days.act(days.act(day, form(day)), keyed(day, at=day.now + timedelta(minutes=2)))
    standing = after.windows["W1"].submissions[BOND][MEMBER]
    assert (standing.steps, standing.at) == (STEPS, day.now)
    assert [(one.keyed, one.waiting) for one in after.forms] == [(True, False)]


@pytest.mark.parametrize(
    ("amiss", "rule"),
    [
        ({"seal_right": False}, "emergency.form"),
        ({"announced": False}, "emergency.form"),
        ({"test_key": "0" * 16}, "emergency.form"),
        ({"test_key": ""}, "emergency.form"),
    ],
)
def test_a_form_with_something_amiss_is_not_keyed_in_and_may_be_set_aside(amiss, rule):
    day = open_day()
    day = days.act(day, form(day, **amiss))
    assert rules(day, keyed(day)) == [rule]
    aside = days.act(day, set_aside(day))
    assert (aside.forms[0].set_aside, aside.windows["W1"].submissions[BOND]) == ("印鉴不符", {})


def test_everything_against_a_form_is_told_at_once():
    day = open_day()
    day = days.act(day, form(day, seal_right=False, announced=False, test_key="1"))
    assert rules(day, keyed(day, steps=STEPS[:1])) == ["emergency.form"] * 4


def test_a_test_key_belongs_to_one_days_member_bond_and_content():
    journal = open_day().planned.journal
    keys = {
        electronic_test_key(journal, MEMBER, BOND, STEPS),
        electronic_test_key("another", MEMBER, BOND, STEPS),
        electronic_test_key(journal, "券商乙", BOND, STEPS),
        electronic_test_key(journal, MEMBER, "2605102", STEPS),
        electronic_test_key(journal, MEMBER, BOND, STEPS[:1]),
    }
    assert len(keys) == 5
    assert {len(key) for key in keys} == {16}
    assert all(key.isdecimal() for key in keys)


def test_a_form_is_set_aside_for_a_stated_reason_only():
    day = open_day()
    day = days.act(day, form(day))
    assert rules(day, set_aside(day, reason="  ")) == ["emergency.form"]
    assert rules(day, set_aside(day, number=2)) == ["emergency.form"]


def test_without_the_supervisor_nothing_is_keyed_in():
    day = open_day()
    away = e.IncidentOccurred(
        at=day.now,
        seat="instructor:教员",
        incident="supervisor-away",
        subject="何平",
        holds=("*",),
        held_seat=days.SUPERVISOR,
        answers=(e.Answer(id="wait", words={"text": "等"}),),
        answered_by=("lead-officer",),
    )
    day = days.act(days.act(day, form(day)), away)
    assert rules(day, keyed(day)) == ["site.supervision"]
    back = days.act(day, e.IncidentAnswered(at=day.now, seat=days.LEAD, number=1, answer="wait"))
    assert days.act(back, keyed(back)).forms[0].keyed


def test_once_a_form_is_keyed_in_the_member_bids_by_form_only():
    day = open_day()
    day = days.act(days.act(day, form(day)), keyed(day))
    electronic = e.BidReceived(at=day.now, seat=BANK, bond=BOND, member=MEMBER, steps=STEPS)
    withdrawal = e.BidWithdrawn(at=day.now, seat=BANK, bond=BOND, member=MEMBER)
    assert rules(day, electronic) == rules(day, withdrawal) == ["emergency.form_only"]
    second = form(day, steps=STEPS[:1])
    again = days.act(days.act(day, second), keyed(day, number=2, steps=STEPS[:1]))
    assert again.windows["W1"].submissions[BOND][MEMBER].steps == STEPS[:1]


def test_before_it_is_keyed_in_the_member_may_still_bid_electronically_and_the_last_counts():
    day = open_day()
    day = days.act(day, form(day))
    later = day.now + timedelta(minutes=1)
    day = days.act(day, e.BidReceived(at=later, seat=BANK, bond=BOND, member=MEMBER, steps=STEPS[:1]))
    assert rules(day, keyed(day)) == ["emergency.last_valid"]


def test_a_form_that_says_what_stands_already_is_not_processed():
    day = open_day()
    day = days.act(day, e.BidReceived(at=day.now, seat=BANK, bond=BOND, member=MEMBER, steps=STEPS))
    day = days.act(day, form(day))
    assert rules(day, keyed(day)) == ["emergency.identical"]


def test_a_form_that_comes_after_the_time_is_received_but_not_keyed_in():
    day = days.act(days.standing(WindowPhase.OPEN), days.sample("window_closed"))
    day = days.act(day, form(day))
    assert rules(day, keyed(day)) == ["emergency.late"]
    assert days.act(day, set_aside(day, "逾时")).forms[0].set_aside == "逾时"


def test_a_form_of_the_very_last_second_is_in_time():
    day = open_day()
    day = replace(day, now=day.now.replace(hour=11, minute=10, second=0))
    assert days.act(days.act(day, form(day)), keyed(day)).forms[0].keyed


def test_once_the_system_has_given_its_result_nothing_is_keyed_in():
    day = open_day()
    day = days.act(days.act(day, form(day)), days.sample("window_closed"))
    delivered = e.ResultDelivered(at=day.now, seat=days.SYSTEM, window="W1", figures={})
    assert rules(days.act(day, delivered), keyed(day)) == ["emergency.late"]
    assert days.act(day, keyed(day)).forms[0].keyed


def test_a_form_that_breaks_a_rule_of_bidding_is_refused_like_any_bid():
    day = open_day()
    steps = (e.Step(level="9.99", amount="2"),)
    day = days.act(day, form(day, steps=steps))
    assert rules(day, keyed(day, steps=steps)) == ["bid.range"]


def test_nobody_sends_a_form_for_another_member():
    day = open_day()
    assert rules(day, form(day, seat=days.BROKER)) == ["bid.syndicate"]


def test_forms_of_a_voided_attempt_are_void_with_it():
    day = open_day()
    day = days.act(day, form(day))
    voided = e.WindowVoided(at=day.now, seat=days.LEAD, window="W1", reason="系统中断", again=True)
    assert days.act(day, voided).forms == ()


def test_who_keys_and_who_stands_by_see_the_form_and_nobody_else():
    day = open_day()
    day = days.act(day, form(day))
    seeing = {seat for seat in days.ALL_SEATS if "forms" in view(day, seat)}
    assert seeing == {OPERATOR, days.SUPERVISOR}
    (seen,) = view(day, OPERATOR)["forms"]
    assert (seen["test_key"], seen["seal_right"]) == (seen["test_key_due"], True)


def test_the_result_waits_for_the_forms_on_the_desk_but_not_for_ever():
    past = look_back(SETTINGS["terminal-down"].staged("terminal-down", staff=CARELESS))
    closed, delivered = past.of("window_closed")[0].at, past.of("result_delivered")[0].at
    assert delivered - closed == timedelta(minutes=10)
    late = look_back(SETTINGS["form-late"].staged("form-late"))
    handled = late.of("emergency_form_set_aside")[0].at
    assert late.of("window_closed")[0].at < handled <= late.of("result_recomputed")[0].at


def test_of_two_forms_that_contradict_each_other_the_later_one_counts():
    past = look_back(SETTINGS["form-contradicting"].staged("form-contradicting"))
    first, second = past.of("emergency_form_received")
    standing = past.day.windows["W1"].submissions[BOND][first.member]
    assert first.steps != second.steps
    assert (standing.steps, standing.at) == (second.steps, second.at)


def test_a_member_whose_terminal_is_down_bids_by_form_even_if_it_has_bid_before():
    staged = days.stage(incidents=[{"kind": "terminal-down", "at": "11:09:00", "who": MEMBER}])
    earlier = [seed for seed in range(12) if bid_before(staged, seed)]
    past = look_back(days.stage(incidents=[{"kind": "terminal-down", "at": "11:04:00", "who": MEMBER}]), earlier[0])
    (sent,) = past.of("emergency_form_received")
    assert past.day.windows["W1"].submissions[BOND][MEMBER].steps == sent.steps
    assert (past.verdict.right, past.refused) == (True, [])


def bid_before(staged, seed: int) -> bool:
    """Whether the member has bid by eleven."""
    day = days.play(days.begin(staged, seed), until=lambda day: bool(day.incidents))
    return MEMBER in day.windows["W1"].submissions[BOND] and day.last[f"{BANK}/{BOND}"].time().minute < 4


def test_what_a_form_says_instead_stands_by_every_rule():
    desk = desk_of(open_day(), BOND)
    other = varied(desk, MEMBER, STEPS)
    assert (other != STEPS, stands(desk, MEMBER, other)) == (True, True)
    assert modest(desk, MEMBER) == (e.Step(level=desk.notice.range.high, amount="0.1"),)
    assert modest(desk, "生人") == ()


def test_a_form_may_come_in_while_the_window_is_open_or_just_closed():
    assert COMMANDS[e.EmergencyFormReceived].window_phases == {WindowPhase.OPEN, WindowPhase.CLOSED}
