"""What goes wrong is recorded, holds up what it holds up, is answered once, and is mended by more facts."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import days
import pytest
from days import BOND, CHECKER, LEAD, OPERATOR, SUPERVISOR
from refusals import refusal, rules

from auction import events as e
from auction.day import IssuanceDay, WindowPhase
from auction.errors import NotYourSeat, OutOfOrder
from auction.language import say
from auction.seat import hears, view
from auction.settlement import late_interest, owing, payments_due

INSTRUCTOR = "instructor:方教员"
ANSWERS = (
    e.Answer(id="stop", words=say("停下")),
    e.Answer(id="go", words=say("继续")),
    e.Answer(id="deputy", words=say("换人"), returns=False),
)


def happening(day: IssuanceDay, **fields: object) -> e.IncidentOccurred:
    """Something that the lead officer has to answer."""
    whole = {
        "at": day.now,
        "seat": INSTRUCTOR,
        "incident": "anything",
        "symptom": say("有事"),
        "seen_by": ("lead-officer", "supervisor"),
        "answered_by": ("lead-officer",),
        "answers": ANSWERS,
    }
    return e.IncidentOccurred.model_validate({**whole, **fields})


def answer(day: IssuanceDay, seat: str = LEAD, number: int = 1, answer: str = "stop") -> e.IncidentAnswered:
    """Somebody answers."""
    return e.IncidentAnswered(at=day.now, seat=seat, number=number, answer=answer)


def test_incidents_are_numbered_as_they_come():
    day = days.after("site_sealed")
    for number in (1, 2):
        day = days.act(day, happening(day))
        assert day.incidents[-1].occurred.number == number


@pytest.mark.parametrize("fields", [{"place": "W9"}, {"place": "9999999"}, {"subject": "路人"}])
def test_nothing_befalls_what_the_day_does_not_have(fields):
    day = days.after("site_sealed")
    assert rules(day, happening(day, **fields)) == ["incident.about"]


def test_only_the_instructor_lets_something_happen():
    day = days.after("site_sealed")
    assert isinstance(refusal(day, happening(day, seat=LEAD)), NotYourSeat)


def test_an_incident_is_answered_once_by_whoever_is_in_charge_in_one_of_its_ways():
    day = days.after("site_sealed")
    day = days.act(day, happening(day))
    assert isinstance(refusal(day, answer(day, seat=CHECKER)), NotYourSeat)
    assert rules(day, answer(day, answer="nonsense")) == ["incident.answer"]
    assert rules(day, answer(day, number=2)) == ["incident.answer"]
    day = days.act(day, answer(day))
    assert (day.incidents[0].answer, day.incidents[0].waiting) == (ANSWERS[0], False)
    assert rules(day, answer(day)) == ["incident.answer"]


@pytest.mark.parametrize(("given", "still"), [("stop", False), ("go", False), ("deputy", True)])
def test_what_an_incident_holds_up_goes_on_after_the_answer_unless_somebody_else_does_it(given, still):
    before = days.before("notice_entered")
    entry = days.sample("notice_entered")
    day = days.act(before, happening(before, subject="陈岚", holds=("notice_entered",), held_seat=OPERATOR))
    assert rules(day, entry) == ["incident.held"]
    day = days.act(day, answer(day, answer=given))
    assert (day.hold(OPERATOR, "notice_entered") is not None) is still


def test_who_is_away_does_nothing_and_is_not_there():
    day = days.after("site_sealed")
    day = days.act(day, happening(day, subject="何平", holds=("*",), held_seat=SUPERVISOR))
    raised = e.ObjectionRaised(at=day.now, seat=SUPERVISOR, reason="有事")
    assert rules(day, raised) == ["incident.held"]
    assert (day.is_away("何平"), day.is_away("陈岚")) == (True, False)


def test_an_incident_shows_to_those_who_see_it_and_its_answers_to_those_who_give_them():
    day = days.after("site_sealed")
    event = happening(day, detail={"field": "offered"})
    day = days.act(day, event)
    seen = {seat: view(day, seat)["incidents"] for seat in (*days.ALL_SEATS, INSTRUCTOR)}
    assert {seat for seat, incidents in seen.items() if incidents} == {LEAD, SUPERVISOR, INSTRUCTOR}
    assert [bool(seen[seat][0]["answers"]) for seat in (LEAD, SUPERVISOR)] == [True, False]
    assert [seat for seat, incidents in seen.items() if incidents and "detail" in incidents[0]] == [INSTRUCTOR]


def test_a_member_sees_its_own_trouble_and_no_other_members():
    day = days.standing(WindowPhase.OPEN)
    event = happening(day, subject="银行甲", seen_by=("operator", "underwriter"))
    day = days.act(day, event)
    assert [len(view(day, seat)["incidents"]) for seat in (days.BANK, days.BROKER, OPERATOR)] == [1, 0, 1]
    assert [hears(seat, event) for seat in (days.BANK, days.BROKER, OPERATOR)] == [True, False, True]


def test_a_window_is_extended_before_its_time_has_passed_to_a_later_one_for_a_reason():
    day = days.standing(WindowPhase.OPEN)
    extended = e.WindowExtended(at=day.now, seat=LEAD, window="W1", until="11:30:00", reason="系统故障")
    after = days.act(day, extended)
    assert after.plan.window("W1").close.isoformat() == "11:30:00"
    again = {"until": time(11, 0)}, {"reason": " "}, {"at": day.now + timedelta(hours=1)}
    assert [rules(day, extended.model_copy(update=wrong)) for wrong in again] == [["bid.window"]] * 3
    assert isinstance(refusal(day, extended.model_copy(update={"seat": OPERATOR})), NotYourSeat)


def published() -> IssuanceDay:
    """The small day with a wrong digit in its announcement."""
    day = days.before("result_published")
    wrong = {BOND: e.Announced(price="9.99", issued="10")}
    return days.act(day, days.sample("result_published").model_copy(update={"announced": wrong}))


def test_an_announcement_says_what_is_put_into_it_and_a_correction_what_was_signed():
    day = published()
    assert day.announced[BOND].price == Decimal("9.99")
    result = day.results()[BOND]
    right = e.Announced(price=result.price, issued=result.issued)
    correction = e.AnnouncementCorrected(at=day.now, seat=OPERATOR, bond=BOND, announced=right, reason="更正")
    assert days.act(day, correction).announced[BOND] == right
    assert rules(day, correction.model_copy(update={"reason": ""})) == ["announcement.correction"]
    wrong = correction.model_copy(update={"announced": e.Announced(price="9.98", issued="10")})
    assert rules(day, wrong) == ["announcement.correction"]
    before = days.before("result_published")
    assert isinstance(refusal(before, correction), OutOfOrder)


def paying(**fields: object) -> tuple[IssuanceDay, e.PaymentReceived]:
    """The published day, and the first payment with other fields."""
    return days.before("payment_received"), days.sample("payment_received").model_copy(update=fields)


def test_a_part_of_the_money_is_taken_where_it_is_named_as_one():
    day, whole = paying()
    part = whole.model_copy(update={"amount": "1000.05", "part": True})
    assert rules(day, part.model_copy(update={"part": False})) == ["payment.workdays"]
    after = days.act(day, part)
    left = payments_due(day)[whole.member] - Decimal("1000.05")
    assert (after.paid[whole.member], owing(after)[whole.member]) == ("1000.05", left)
    assert [breach.rule for warned in after.warnings[-1:] for breach in warned.breaches] == ["payment.workdays"]
    rest = days.act(after, whole.model_copy(update={"amount": f"{left:.2f}"}))
    assert rest.paid[whole.member] == whole.amount
    assert whole.member not in owing(rest)


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1", "1.0", "1.001", "", "１.00", "abc", "99999999999999.00"])
def test_a_sum_that_is_none_or_too_much_is_refused_as_a_part_too(amount):
    day, event = paying(amount=amount, part=True)
    assert rules(day, event) == ["payment.workdays"]


def test_money_after_the_day_of_payment_is_taken_with_the_interest_it_owes():
    day, whole = paying()
    late = whole.model_copy(update={"at": whole.at + timedelta(days=3)})
    after = days.act(day, late)
    (breach,) = after.warnings[-1].breaches
    owed = late_interest(day, whole.member, Decimal(whole.amount), 3)
    rate = day.results()[BOND].price
    assert owed == (Decimal(whole.amount) * rate / 100 * 2 / 365 * 3).quantize(Decimal("0.01"))
    assert (breach.rule, breach.message.values["owed"]) == ("late.multiple", f"{owed:.2f}")


def test_the_interest_on_late_money_is_in_proportion_to_what_is_late():
    day, whole = paying()
    due = payments_due(day)[whole.member]
    assert late_interest(day, whole.member, due / 2, 2) == late_interest(day, whole.member, due, 1)
    assert late_interest(day, "生人", due, 1) == Decimal("0.00")


def test_notes_and_the_clock_are_the_instructors():
    day = days.after("site_sealed")
    note, pace = e.NoteTaken(at=day.now, seat=INSTRUCTOR, text="看"), e.ClockSet(at=day.now, seat=INSTRUCTOR, pace="8")
    for event in (note, pace):
        assert days.act(day, event).head.count == day.head.count + 1
        assert isinstance(refusal(day, event.model_copy(update={"seat": LEAD})), NotYourSeat)


def test_a_branch_leaves_at_least_as_much_behind_as_it_goes_on_from():
    day = replace(days.after("site_sealed"))
    branched = e.DayBranched(
        at=day.now, seat=INSTRUCTOR, left_journal="journal.db", left_count=day.head.count, left_head="h"
    )
    assert days.act(day, branched).branches == (branched,)
    assert isinstance(refusal(day, branched.model_copy(update={"left_count": 1})), OutOfOrder)
