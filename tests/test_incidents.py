"""The catalogue of incidents: each kind with careful people and with careless ones, told apart at the end."""

import re
from decimal import Decimal

import days
import pytest
from days import BOND
from mishaps import BOOK_BUILD, CARELESS, DEPUTIES, SETTINGS, look_back, looking, planned

from auction import events as e
from auction.day import Phase, WindowPhase
from auction.plan import Role
from auction.rulekeys import KEYS
from auction.settlement import payments_due
from auction.verify import verify
from sim.incidents import CATALOGUE
from sim.incidents.kind import Verdict

RULE = {
    "parameter-mistyped": "site.dual_check",
    "checker-copies": "site.dual_check",
    "rows-slipped": "site.dual_check",
    "amount-times-ten": "site.dual_check",
    "frequency-annual": "coupon.frequency",
    "method-outgrown": "tender.required_above",
    "wrong-venue": "slot.workdays",
    "wrong-day-in-mean": "range.days",
    "old-curve-file": "range.days",
    "phone-found": "site.devices",
    "stranger-at-door": "site.register",
    "checker-late": "seat.distinct",
    "checker-token-expired": "seat.distinct",
    "operator-ill": "seat.distinct",
    "supervisor-away": "site.supervision",
    "supervisor-objects": "site.supervision",
    "power-lost": "site.recording",
    "shielding-lost": "site.shielding",
    "guided-bidding": "conduct.guided_bidding",
    "terminal-down": "emergency.form",
    "form-bad-seal": "emergency.form",
    "form-bad-test-key": "emergency.form",
    "form-late": "emergency.late",
    "form-contradicting": "emergency.form",
    "form-identical": "emergency.identical",
    "system-down": "bid.window",
    "bid-above-limit": "bid.range",
    "fat-finger": "bid.last_valid_counts",
    "clean-for-dirty": "conduct.guided_bidding",
    "short-at-close": "bid.window",
    "cut-off-at-ceiling": "conduct.guided_bidding",
    "award-disputed": "fill.margin",
    "award-by-one": "site.dual_check",
    "signer-refuses": "result.signers.tender",
    "custody-late": "custody.minutes",
    "announcement-misprint": "site.dual_check",
    "payment-late": "late.multiple",
    "payment-short": "payment.workdays",
}
"""The rule that careless people break."""


def test_every_kind_has_a_day_and_a_rule():
    assert set(SETTINGS) == set(RULE) == set(CATALOGUE)


@pytest.mark.parametrize("kind", CATALOGUE)
def test_careful_people_come_through_it_rightly_and_nothing_is_refused_to_them(kind):
    past = look_back(SETTINGS[kind].staged(kind))
    assert [i.occurred.incident for i in past.day.incidents] == [kind]
    assert (past.verdict.right, past.verdict.rule, past.verdict.missed_by, past.refused) == (True, None, (), [])
    assert past.day.closed
    assert verify([], past.rows, None).ok


@pytest.mark.parametrize("kind", CATALOGUE)
def test_careless_people_come_through_it_wrongly_and_the_day_ends_all_the_same(kind):
    past = look_back(SETTINGS[kind].staged(kind, staff=CARELESS))
    assert (past.verdict.right, past.verdict.rule) == (False, RULE[kind])
    assert past.verdict.missed_by
    assert past.day.closed
    assert verify([], past.rows, None).ok


@pytest.mark.parametrize("kind", CATALOGUE)
def test_where_people_compare_by_eye_careless_ones_end_the_day_too(kind):
    past = look_back(SETTINGS[kind].staged(kind, staff=CARELESS, by_eye=True))
    assert (past.verdict.right, past.verdict.rule, past.day.closed) == (False, RULE[kind], True)
    assert verify([], past.rows, None).ok


@pytest.mark.parametrize("kind", [kind for kind in CATALOGUE.values() if kind.answered_by], ids=lambda kind: kind.id)
def test_what_is_answered_has_right_answers_and_wrong_ones_that_break_a_rule(kind):
    right = [response for response in kind.responses if response.right]
    wrong = [response for response in kind.responses if not response.right]
    assert right and wrong
    assert {response.rule for response in right} == {None}
    assert {response.rule for response in wrong} <= set(KEYS)
    assert set(kind.answered_by) <= set(kind.seen_by)
    assert len({response.id for response in kind.responses}) == len(kind.responses)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.id)
def test_every_kind_has_a_name_a_symptom_a_lesson_and_what_follows(kind):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.id)
    assert kind.symptom and kind.lesson and kind.consequence and kind.seen_by
    assert kind.responses or kind.verdict
    assert RULE[kind.id] in KEYS
    assert kind.id == CATALOGUE[kind.id].id


def test_nobody_answers_what_holds_up_nothing_where_people_keep_silent():
    past = look_back(SETTINGS["phone-found"].staged("phone-found", staff={"unanswered": "100%"}))
    assert past.verdict == Verdict(False, past.verdict.how, None, None, (Role.SUPERVISOR,), "site.devices")
    assert (str(past.verdict.how), past.day.closed) == ("没有人处置", True)


@pytest.mark.parametrize(
    ("kind", "deputy"), [("operator-ill", "吴副"), ("checker-token-expired", "郑副"), ("supervisor-away", "冯副")]
)
def test_a_deputy_on_the_roster_acts_for_whoever_is_away(kind, deputy):
    whole = look_back(days.stage(roster=DEPUTIES, incidents=[planned(kind, SETTINGS[kind].phase)]))
    seats = {event.seat for event in whole.told if event.kind != "seat_taken"}
    assert any(seat.endswith(deputy) for seat in seats)
    (answered,) = whole.of("incident_answered")
    assert answered.answer == "deputy"
    away = whole.day.incidents[0].occurred.subject
    after = whole.told[whole.told.index(answered) :]
    assert not [event for event in after if event.seat.endswith(f":{away}")]
    assert (whole.verdict.right, whole.refused, whole.day.closed) == (True, [], True)
    assert verify([], whole.rows, None).ok


def test_a_deputy_stands_by_while_the_principal_is_there():
    past = look_back(days.stage(roster=DEPUTIES))
    deputies = {person["name"] for person in DEPUTIES if "deputy_for" in person}
    acts = {event.kind for event in past.told if event.seat.partition(":")[2] in deputies}
    assert (acts, past.day.closed, past.refused) == ({"seat_taken"}, True, [])


def test_a_late_checker_keeps_the_site_open_until_the_officer_has_decided():
    past = look_back(SETTINGS["checker-late"].staged("checker-late"))
    (answered,), taken = past.of("incident_answered"), past.of("seat_taken")
    (seated,) = [event for event in taken if event.person == "周默"]
    assert answered.at < seated.at < past.of("site_sealed")[0].at


def test_what_the_supervisor_objects_to_is_explained_and_settled_before_anything_goes_on():
    past = look_back(SETTINGS["supervisor-objects"].staged("supervisor-objects"))
    order = [e_.kind for e_ in past.told if e_.kind in ("objection_raised", "objection_settled", "notices_sent")]
    assert order == ["objection_raised", "objection_settled", "notices_sent"]
    (settled,), (answered,) = past.of("objection_settled"), past.of("incident_answered")
    assert answered.at <= settled.at
    assert past.of("objection_raised")[0].reason == past.day.incidents[0].occurred.symptom.in_chinese()


def test_a_supervisor_who_is_played_and_says_nothing_has_missed_what_to_object_to():
    log = days.MemoryJournal()
    staged = SETTINGS["supervisor-objects"].staged("supervisor-objects")
    rehearsal = days.begin(staged, log=log)
    days.play(rehearsal, until=lambda day: bool(day.incidents))
    answer = e.IncidentAnswered(at=rehearsal.day.now, seat=days.LEAD, number=1, answer="explain")
    rehearsal.perform(answer)
    past = looking(rehearsal, log)
    assert (past.verdict.right, past.verdict.missed_by) == (False, (Role.SUPERVISOR,))


def test_a_system_that_is_down_is_given_more_time_while_there_is_some():
    past = look_back(days.stage(incidents=[{"kind": "system-down", "at": "11:00:00"}]))
    (extended,) = past.of("window_extended")
    assert str(extended.until) == "11:30:00"
    held = [event for event in past.of("bid_received") if event.at > past.day.incidents[0].occurred.at]
    assert all(event.at > past.of("incident_answered")[0].at for event in held)
    assert past.of("window_closed")[0].at.time() > extended.until
    assert str(past.verdict.how) == "延长了招标时间"


@pytest.mark.parametrize("at", ["11:09:00", "11:09:59"])
def test_a_system_that_is_down_to_the_last_minute_is_bid_again(at):
    past = look_back(days.stage(incidents=[{"kind": "system-down", "at": at}]))
    (voided,) = past.of("window_voided")
    assert voided.again and voided.times.open > past.day.incidents[0].occurred.at.time()
    assert (str(past.verdict.how), past.verdict.right, past.refused) == ("全部作废，重新招标", True, [])
    assert past.day.windows["W1"].phase is WindowPhase.CUSTODY_CLOSED
    assert verify([], past.rows, None).ok


def test_a_window_is_not_extended_over_the_next_one():
    second = days.window(days.issue("2605103", tenor="7"), id="W2", open="11:15:00", close="11:55:00")
    staged = days.stage(days.window(), second, incidents=[{"kind": "system-down", "at": "11:00:00"}])
    past = look_back(staged)
    assert [str(event.until) for event in past.of("window_extended")] == ["11:15:00"]
    assert (past.verdict.right, past.day.closed) == (True, True)


def test_a_fat_finger_stands_until_the_member_is_told_to_mend_it_itself():
    right, wrong = (look_back(SETTINGS["fat-finger"].staged("fat-finger", **b)) for b in ({}, {"staff": CARELESS}))
    who = right.day.incidents[0].occurred.subject
    low = right.day.windows["W1"].sheets[BOND].range.low
    for past, mended in ((right, True), (wrong, False)):
        steps = past.day.windows["W1"].submissions[BOND][who].steps
        assert ([step.level for step in steps] != [low]) is mended


def test_a_bid_beyond_what_is_allowed_is_refused_to_the_member_and_then_bid_properly():
    past = look_back(SETTINGS["bid-above-limit"].staged("bid-above-limit"))
    who = past.day.incidents[0].occurred.subject
    refused = [(event.seat, event.breaches[0].rule) for event in past.day.refusals]
    assert refused == [(f"underwriter:{who}", "bid.range")]
    assert who in past.day.windows["W1"].submissions[BOND]


def test_a_clean_price_is_the_dirty_one_less_what_has_accrued():
    past = look_back(SETTINGS["clean-for-dirty"].staged("clean-for-dirty"))
    who = past.day.incidents[0].occurred.subject
    sent = [event for event in past.told if event.seat == f"underwriter:{who}" and event.kind == "bid_received"]
    refused = [event for event in past.day.refusals if event.seat == f"underwriter:{who}"]
    assert refused[0].breaches[0].rule == "bid.range" if refused else sent[0].steps[0].level < sent[-1].steps[0].level
    assert sent[-1].steps == next(iter(past.day.windows.values())).submissions[sent[-1].bond][who].steps


def test_an_operator_let_check_the_award_alone_is_stopped_by_the_system_and_the_checker_does_it():
    past = look_back(SETTINGS["award-by-one"].staged("award-by-one", staff=CARELESS))
    assert past.refused == [(days.OPERATOR, "award_checked", ("seat.role",))]
    assert [event.seat for event in past.of("award_checked")] == [days.CHECKER]


def test_whoever_will_not_sign_signs_after_the_answer_alone():
    past = look_back(SETTINGS["signer-refuses"].staged("signer-refuses"))
    refuses = past.day.incidents[0].occurred.subject
    (signed,) = [event for event in past.of("result_signed") if event.signature.person == refuses]
    assert signed.at > past.of("incident_answered")[0].at


def test_in_a_book_build_the_rule_of_the_signatures_is_that_of_underwriting():
    staged = days.stage(BOOK_BUILD, incidents=[planned("signer-refuses", "CONFIRMED")], staff=CARELESS)
    past = look_back(staged)
    assert (past.verdict.rule, past.verdict.missed_by) == ("result.signers.underwriting", (Role.BOOKRUNNER,))


BOOK_BUILT = [kind for kind in CATALOGUE if kind not in ("rows-slipped", "clean-for-dirty", "operator-ill")]


@pytest.mark.parametrize("kind", BOOK_BUILT)
@pytest.mark.parametrize("staff", [{}, CARELESS], ids=["careful", "careless"])
def test_in_a_book_build_the_bookrunner_answers_and_the_day_ends(kind, staff):
    setting = SETTINGS[kind]
    incidents = [planned(kind, setting.phase)]
    past = look_back(days.stage(BOOK_BUILD, incidents=incidents, staff=staff))
    assert past.day.closed
    assert verify([], past.rows, None).ok
    assert {verdict.right for verdict in past.verdicts} <= {not staff}
    roles = {role for verdict in past.verdicts for role in verdict.missed_by}
    assert not roles & {Role.OPERATOR, Role.LEAD_OFFICER}


def test_a_member_told_that_nobody_waits_sends_its_custody_form_and_one_promised_grace_does_not():
    right, wrong = (look_back(SETTINGS["custody-late"].staged("custody-late", **b)) for b in ({}, {"staff": CARELESS}))
    who = right.day.incidents[0].occurred.subject
    assert right.day.windows["W1"].defaulted == ()
    assert wrong.day.windows["W1"].defaulted in ((), (f"{BOND}:{who}",))
    winners = {award.member for award in wrong.day.results()[BOND].members}
    assert (wrong.day.windows["W1"].defaulted != ()) is (who in winners)


def test_a_misprint_is_corrected_behind_the_announcement_not_in_its_place():
    past = look_back(SETTINGS["announcement-misprint"].staged("announcement-misprint"))
    (published,), (corrected,) = past.of("result_published"), past.of("announcement_corrected")
    price = past.day.results()[BOND].price
    assert published.announced[BOND].price == price + Decimal("0.1")
    assert corrected.announced.price == price == past.day.announced[BOND].price
    assert past.stake == Decimal("10000000.00")


def test_money_that_comes_late_bears_interest_and_is_settled_a_day_later():
    past = look_back(SETTINGS["payment-late"].staged("payment-late"))
    who = past.day.incidents[0].occurred.subject
    (late,) = [event for event in past.of("payment_received") if event.warnings]
    assert (late.member, late.at.date().isoformat(), late.warnings[0].rule) == (who, "2026-06-12", "late.multiple")
    due, rate = payments_due(past.day)[who], past.day.results()[BOND].price
    assert past.stake == (due * rate / 100 * 2 / 365).quantize(Decimal("0.01"))
    assert past.day.phase is Phase.SETTLED


def test_money_that_comes_in_parts_adds_up_to_the_fen_before_it_is_settled():
    past = look_back(SETTINGS["payment-short"].staged("payment-short"))
    who = past.day.incidents[0].occurred.subject
    parts = [event for event in past.of("payment_received") if event.member == who]
    assert [event.part for event in parts] == [True, False]
    assert sum(Decimal(event.amount) for event in parts) == payments_due(past.day)[who]
    assert past.day.paid[who] == f"{payments_due(past.day)[who]:.2f}"
    assert past.stake == Decimal(parts[1].amount)
    assert parts[1].at < past.of("settlement_recorded")[0].at


def test_what_is_let_be_settled_before_it_is_paid_is_refused():
    past = look_back(SETTINGS["payment-short"].staged("payment-short", staff=CARELESS))
    assert past.refused == [(days.OPERATOR, "settlement_recorded", ("payment.workdays",))]
