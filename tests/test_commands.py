"""Who may do what, and what each command refuses: by which rule, and with which citation."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal

import days
import pytest
from days import BANK, BOND, BROKER, CHECKER, LEAD, OPERATOR, SUPERVISOR, SYSTEM, TECHNICIAN

from auction import events as e
from auction.commands import COMMANDS, decide, decide_or_refuse
from auction.commands.guard import require_seat
from auction.commands.site import sealed_bytes
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.errors import NotYourSeat, OutOfOrder, Refused, Unsigned
from auction.plan import ON_SITE, RangeEntry, Role, terms_of
from auction.rulebook import load_rulebook
from auction.signoff import RESULT_TYPE, KeyHolder, PrivateKey, pae, seal_bytes, signature_of

ROLES = {
    "seat_taken": {role.value for role in ON_SITE},
    "person_registered": {"technician"},
    "devices_handed_in": {"technician"},
    "shielding_switched_on": {"technician"},
    "recorded_line_tested": {"technician"},
    "site_inspected": {"supervisor"},
    "site_sealed": {"lead-officer"},
    "notice_entered": {"operator"},
    "notice_checked": {"checker"},
    "range_entered": {"operator"},
    "range_checked": {"checker"},
    "notices_sent": {"operator"},
    "window_opened": {"system"},
    "bid_received": {"underwriter"},
    "bid_withdrawn": {"underwriter"},
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
}
"""Which roles may ask for what."""

KINDS = {e.kind_of(event): event for event in COMMANDS}
SEATS = {seat.partition(":")[0]: seat for seat in reversed(days.ALL_SEATS)}
SEATS |= {"bookrunner": "bookrunner:钱有度", "instructor": "instructor:方教员"}
CLOSE = datetime(2026, 6, 10, 11, 10)
OPENED = datetime(2026, 6, 10, 10, 30)


def bid(at: datetime, *steps: tuple[str, str], seat: str = BANK, member: str = "银行甲") -> e.BidReceived:
    """A member's submission, levels in percent and amounts in 亿元; one good step where none is given."""
    lines = tuple(e.Step(level=level, amount=amount) for level, amount in steps or [("1.90", "1")])
    return e.BidReceived(at=at, seat=seat, bond=BOND, member=member, steps=lines)


def withdrawal(at: datetime) -> e.BidWithdrawn:
    """A member takes its submission back."""
    return e.BidWithdrawn(at=at, seat=BANK, bond=BOND, member="银行甲")


def book(day: IssuanceDay) -> list[tuple[str, str, int]]:
    """The standing bids."""
    return [(bid.member, str(bid.level), bid.amount) for bid in day.windows["W1"].bids(BOND)]


def refusal(day: IssuanceDay, event: e.AnyEvent) -> Refused:
    """The refusal of a proposal that must not go through."""
    with pytest.raises(Refused) as caught:
        decide(day, event)
    return caught.value


def rules(day: IssuanceDay, event: e.AnyEvent) -> list[str]:
    """The rules by which a proposal is refused."""
    return [breach.rule for breach in refusal(day, event).breaches]


# Who


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
    assert rules(day, bid(OPENED).model_copy(update={"bond": "0000000", "at": day.now})) == ["order.window"]


def test_a_refusal_is_recorded_as_evidence_and_moves_nothing():
    day = days.standing(WindowPhase.OPEN)
    sending = e.NoticesSent(at=day.now, seat=CHECKER, window="W1")
    recorded = decide_or_refuse(day, sending)
    breaches = refusal(day, sending).breaches
    kept = {"at": day.now, "seat": CHECKER, "action": "notices_sent", "place": "W1"}
    assert recorded == e.ActionRefused(**kept, breaches=breaches)
    assert [breach.message.in_chinese() for breach in breaches] == ["此事应由 经办人 办理，不能由 复核人 办理"]


# The site


def seated(person: str, role: str, key: str = "", **changes: object) -> e.SeatTaken:
    """Somebody sits down, at the practice key of the person where no other is given."""
    key = key or PrivateKey.practice(days.SEED, person).public
    taken = {"at": "2026-06-10T08:30:00", "seat": f"{role}:{person}", "person": person, "role": role, "key": key}
    return e.SeatTaken(**{**taken, "practice": True, "played_by": "script", **changes})


def with_roster(*changes: dict) -> IssuanceDay:
    """A day that begins, with some lines of the roster replaced by role, or added."""
    roles = [change["role"] for change in changes]
    kept = [person for person in days.ROSTER if person["role"] not in roles]
    return days.begin(days.stage(roster=[*kept, *changes])).day


def test_one_person_does_not_take_two_seats():
    twice = [*days.ROSTER, {"name": "陈岚", "role": "checker", "organisation": "江苏省财政厅"}]
    day = days.act(days.begin(days.stage(roster=twice)).day, seated("陈岚", "operator"))
    second = seated("陈岚", "checker", PrivateKey.practice(1, "another key").public)
    assert isinstance(refusal(day, second), NotYourSeat)
    assert rules(day, second) == ["seat.distinct"]
    assert "须由不同的人担任" in str(refusal(day, second))


def test_two_people_do_not_share_a_key():
    day = days.act(days.begin().day, seated("陈岚", "operator"))
    assert rules(day, seated("周默", "checker", day.seats["陈岚"].key)) == ["seat.distinct"]


@pytest.mark.parametrize("key", ["", "00" * 32, "01" + "00" * 31, "zz" * 32])
def test_a_key_that_cannot_sign_is_refused(key):
    assert rules(days.begin().day, seated("陈岚", "operator").model_copy(update={"key": key})) == ["seat.distinct"]


def test_only_who_is_on_the_roster_sits_down_and_only_in_person():
    day = days.begin().day
    assert rules(day, seated("路人", "operator")) == ["site.register"]
    assert rules(day, seated("陈岚", "checker")) == ["site.register"]
    assert rules(day, seated("陈岚", "operator", seat=CHECKER)) == ["site.register"]


@pytest.mark.parametrize(
    "supervisor",
    [
        {"organisation": "江苏省审计厅"},
        {"organisation": "江苏省审计厅", "sending_unit": "江苏省财政厅监督局"},
        {"organisation": "南京市财政局", "sending_unit": "南京市财政局"},
        {"organisation": "江苏省财政厅", "sending_unit": "江苏省审计厅"},
    ],
    ids=["no sending unit", "sent by the department", "sent by another department", "employed by the department"],
)
def test_a_supervisor_comes_from_outside_the_finance_department_and_the_sending_unit_is_on_record(supervisor):
    day = with_roster({"name": "何平", "role": "supervisor", **supervisor})
    refused = refusal(day, seated("何平", "supervisor"))
    assert isinstance(refused, NotYourSeat)
    assert [breach.rule for breach in refused.breaches] == ["site.supervisor"]
    assert "财库〔2018〕61号" in refused.breaches[0].citation


def test_a_discipline_group_stationed_at_the_department_may_send_a_supervisor():
    unit = "江苏省纪委监委驻省财政厅纪检监察组"
    day = with_roster({"name": "何平", "role": "supervisor", "organisation": unit, "sending_unit": unit})
    assert "何平" in days.act(day, seated("何平", "supervisor")).seats


def test_people_are_registered_once_and_hand_in_devices_after_that():
    day = days.before("person_registered")
    devices = e.DevicesHandedIn(at=day.now, seat=TECHNICIAN, person="何平", devices=1)
    register = e.PersonRegistered(at=day.now, seat=TECHNICIAN, person="何平")
    assert rules(day, devices) == ["site.devices"]
    registered = days.act(day, register)
    assert rules(registered, register) == ["site.register"]
    assert rules(registered, devices.model_copy(update={"devices": -1})) == ["site.devices"]
    assert rules(day, register.model_copy(update={"person": "路人"})) == ["site.register"]
    assert days.act(registered, devices).devices == {"何平": 1}


UNFIT = {
    "nobody registered": ({"registered": frozenset()}, {"site.register"}),
    "a device kept": ({"devices": {}}, {"site.devices"}),
    "shielding off": ({"shielding": False}, {"site.shielding"}),
    "line not tested": ({"recorded_line": False}, {"site.recording"}),
}


@pytest.mark.parametrize("lacking", UNFIT)
def test_the_supervisor_countersigns_only_what_is_done(lacking):
    changes, due = UNFIT[lacking]
    day = replace(days.before("site_inspected"), **changes)
    assert set(rules(day, e.SiteInspected(at=day.now, seat=SUPERVISOR))) == due


@pytest.mark.parametrize("lacking", [*UNFIT, "not inspected", "the supervisor away"])
def test_the_site_is_sealed_only_when_nothing_is_lacking(lacking):
    day = days.before("site_sealed")
    there = {name: seated for name, seated in day.seats.items() if name != "何平"}
    others = {
        "not inspected": ({"inspected": False}, {"site.supervision"}),
        "the supervisor away": ({"seats": there}, {"site.supervisor"}),
    }
    changes, due = (UNFIT | others)[lacking]
    assert set(rules(replace(day, **changes), e.SiteSealed(at=day.now, seat=LEAD))) == due


# The sheet


def sealed(**fields: object) -> IssuanceDay:
    """A day whose site is sealed, with one issue as published."""
    staged = days.stage(days.window(days.issue(**fields)))
    return days.play(days.begin(staged), until=lambda day: day.phase is Phase.SITE_SEALED)


def published(day: IssuanceDay):
    """The terms as the documents have them."""
    window = day.plan.windows[0]
    return terms_of(window.issues[0], window)


def entry() -> RangeEntry:
    """The range as the scripts computed it."""
    return days.sample("range_entered").entry


def terms_entered(day: IssuanceDay, **wrong: object) -> e.NoticeEntered:
    terms = published(day).model_copy(update=wrong)
    return e.NoticeEntered(at=day.now, seat=OPERATOR, bond=BOND, terms=terms)


def terms_checked(day: IssuanceDay, **wrong: object) -> e.NoticeChecked:
    terms = published(day).model_copy(update=wrong)
    return e.NoticeChecked(at=day.now, seat=CHECKER, bond=BOND, terms=terms, differences=())


def range_entered(day: IssuanceDay, **wrong: object) -> e.RangeEntered:
    return e.RangeEntered(at=day.now, seat=OPERATOR, bond=BOND, entry=entry().model_copy(update=wrong))


def range_checked(day: IssuanceDay, **wrong: object) -> e.RangeChecked:
    entered = entry().model_copy(update=wrong)
    return e.RangeChecked(at=day.now, seat=CHECKER, bond=BOND, entry=entered, differences=())


def filled_in(day: IssuanceDay, terms: dict | None = None, limits: dict | None = None) -> IssuanceDay:
    """The sheet entered and checked, both people making the same mistakes."""
    day = days.act(day, terms_entered(day, **(terms or {})))
    day = days.act(day, terms_checked(day, **(terms or {})))
    day = days.act(day, range_entered(day, **(limits or {})))
    return days.act(day, range_checked(day, **(limits or {})))


def sending(day: IssuanceDay) -> e.NoticesSent:
    return e.NoticesSent(at=day.now, seat=OPERATOR, window="W1")


def test_a_sheet_on_which_both_people_agree_and_that_follows_the_documents_is_sent():
    day = filled_in(sealed())
    assert days.act(day, sending(day)).windows["W1"].phase is WindowPhase.SENT


def test_there_is_nothing_to_check_before_the_operator_has_entered_it():
    day = sealed()
    assert rules(day, terms_checked(day)) == ["site.dual_check"]
    assert rules(day, range_checked(day)) == ["site.dual_check"]


def test_the_operator_does_not_check_nor_the_checker_enter():
    day = days.act(sealed(), terms_entered(sealed()))
    assert rules(day, terms_checked(day).model_copy(update={"seat": OPERATOR})) == ["seat.role"]
    assert rules(day, range_entered(day).model_copy(update={"seat": CHECKER})) == ["seat.role"]


def test_differences_are_found_by_the_desk_whatever_the_checker_claims():
    day = days.act(sealed(), terms_entered(sealed(), offered=1_000_000, tenor=Decimal(11)))
    checked = decide(day, terms_checked(day))
    assert checked.differences == ("tenor", "offered")
    claimed = terms_checked(days.act(sealed(), terms_entered(sealed()))).model_copy(update={"differences": ("lot",)})
    assert decide(days.act(sealed(), terms_entered(sealed())), claimed).differences == ()


@pytest.mark.parametrize("step", ["nothing", "terms entered", "terms differ", "terms agree", "range entered", "differ"])
def test_no_sheet_is_sent_while_the_dual_check_is_open(step):
    steps = {
        "terms entered": terms_entered,
        "terms differ": lambda day: terms_checked(day, frequency=1),
        "terms agree": terms_checked,
        "range entered": range_entered,
        "differ": lambda day: range_checked(day, low=Decimal("1.81")),
    }
    day = sealed()
    for name, made in steps.items() if step != "nothing" else ():
        day = days.act(day, made(day))
        if name == step:
            break
    refused = refusal(day, sending(day))
    assert [(breach.rule, breach.subject) for breach in refused.breaches] == [("site.dual_check", BOND)]
    assert "财库〔2018〕61号" in refused.breaches[0].citation


def test_what_is_entered_again_must_be_checked_again():
    day = filled_in(sealed())
    for entered in (terms_entered(day), range_entered(day)):
        again = days.act(day, entered)
        assert rules(again, sending(again)) == ["site.dual_check"]


def test_a_sheet_that_departs_from_the_published_documents_is_not_sent_though_both_agree():
    day = filled_in(sealed(), terms={"offered": 1_000_000, "close": time(11, 20)})
    refused = refusal(day, sending(day))
    assert [breach.rule for breach in refused.breaches] == ["notice.documents"]
    assert str(refused) == f"{BOND} 的标书与已公布的发行文件不一致：计划发行面值、截止时间"
    assert refused.breaches[0].citation


@pytest.mark.parametrize(
    "limits",
    [{"low": Decimal("1.79")}, {"high": Decimal("2.03")}, {"low": Decimal("2.03")}, {"mean": "1.9"}, {"mean": "0.1"}],
    ids=str,
)
def test_a_range_that_does_not_follow_from_its_mean_is_not_sent_though_both_agree(limits):
    day = filled_in(sealed(), limits=limits)
    refused = refusal(day, sending(day))
    assert [(breach.rule, breach.subject) for breach in refused.breaches] == [("range.floor", BOND)]
    assert refused.breaches[0].citation == days_citation("range.floor")


def days_citation(rule: str) -> str:
    """The citation of a rule on the small day, with its mark."""
    known = load_rulebook().for_("江苏", days.begin().day.plan.date)[rule]
    marks = {"source": "原文", "practice": "实务", "assumed": "推定", "derived": "推导"}
    return f"{known.citation}〔{marks[known.basis.value]}〕"


@pytest.mark.parametrize("terms", [{"tick": Decimal(0)}, {"offered": 0}, {"open": time(12, 0)}, {"lot": 0}], ids=str)
def test_terms_of_which_no_notice_can_be_made_are_refused_like_any_other_difference(terms):
    day = filled_in(sealed(), terms=terms)
    assert rules(day, sending(day)) == ["notice.documents"]


def test_a_mean_is_a_number():
    with pytest.raises(ValueError, match="应为数字"):
        RangeEntry.model_validate({**entry().model_dump(), "mean": "a third"})


def test_every_open_breach_is_named_at_once():
    day = filled_in(
        sealed(method="public-underwriting", offered="30"), terms={"frequency": 1}, limits={"low": Decimal("1.70")}
    )
    assert rules(day, sending(day)) == ["notice.documents", "range.floor", "tender.required_above"]


@pytest.mark.parametrize("method", ["public-underwriting", "directed-underwriting", "single-price"])
@pytest.mark.parametrize("offered", ["4.9999", "5", "5.0001"])
@pytest.mark.parametrize("at_limit", ["required", "exempt"])
def test_above_five_yi_only_a_tender_or_directed_underwriting_is_sent(at_limit, offered, method, tmp_path, monkeypatch):
    switch = tmp_path / "江苏.yaml"
    switch.write_text(
        "kind: rulebook\nissuer: 江苏\ntender.at_limit:\n  values:\n    - from: 2015-01-01\n"
        f"      value: {at_limit}\n      basis: assumed\n      cite: {{document: 测试}}\n",
        "utf-8",
    )
    rulebook = load_rulebook(switch)
    day = filled_in(sealed(method=method, offered=offered))
    monkeypatch.setattr("auction.desk.rules_on", lambda issuer, day: rulebook.for_(issuer, day))
    above = offered == "5.0001" or (offered == "5" and at_limit == "required")
    if method == "public-underwriting" and above:
        refused = refusal(day, sending(day))
        assert [(breach.rule, breach.subject) for breach in refused.breaches] == [("tender.required_above", BOND)]
        mark = "推定" if offered == "5" else "实务"
        assert refused.breaches[0].citation == f"财库〔2015〕83号（据地方专项债操作指南网页转述）〔{mark}〕"
    else:
        assert days.act(day, sending(day)).windows["W1"].phase is WindowPhase.SENT


# The window


def test_a_window_opens_at_its_time_and_not_before():
    day = days.before("window_opened")
    early = e.WindowOpened(at=OPENED - timedelta(seconds=1), seat=SYSTEM, window="W1")
    assert isinstance(refusal(day, early), OutOfOrder)
    assert rules(day, early) == ["bid.window"]
    opened = days.act(day, early.model_copy(update={"at": OPENED}))
    assert opened.windows["W1"].phase is WindowPhase.OPEN


def opened() -> IssuanceDay:
    """The small day as its window opens, with no bid in."""
    return days.standing(WindowPhase.OPEN)


def test_a_bid_of_the_second_of_the_close_is_in_and_one_of_the_next_is_not():
    closing = e.WindowClosed(at=CLOSE, seat=SYSTEM, window="W1")
    assert rules(opened(), closing) == ["bid.window"]
    day = days.act(opened(), bid(CLOSE))
    assert book(day) == [("银行甲", "1.90", 10_000)]
    assert rules(day, bid(CLOSE + timedelta(seconds=1))) == ["bid.window"]
    closed = days.act(day, closing.model_copy(update={"at": CLOSE + timedelta(seconds=1)}))
    assert rules(closed, bid(CLOSE + timedelta(seconds=1))) == ["order.window"]


def test_a_window_still_open_the_next_day_takes_no_bid_and_can_be_closed():
    morrow = CLOSE - timedelta(minutes=1) + timedelta(days=1)
    assert rules(opened(), bid(morrow)) == ["bid.window"]
    assert rules(days.act(opened(), bid(OPENED)), withdrawal(morrow)) == ["bid.window"]
    closing = e.WindowClosed(at=morrow, seat=SYSTEM, window="W1")
    assert days.act(opened(), closing).windows["W1"].phase is WindowPhase.CLOSED


def test_the_last_valid_submission_of_a_member_counts():
    day = days.act(opened(), bid(OPENED, ("1.90", "1"), ("1.91", "2")))
    day = days.act(day, bid(OPENED, seat=BROKER, member="券商乙"))
    day = days.act(day, bid(OPENED, ("1.95", "3")))
    assert book(day) == [("券商乙", "1.90", 10_000), ("银行甲", "1.95", 30_000)]


def test_a_replacement_that_breaks_a_rule_leaves_the_earlier_submission_standing():
    day = days.act(opened(), bid(OPENED))
    assert rules(day, bid(OPENED, ("1.95", "3"), ("1.955", "3"))) == ["bid.tick"]
    assert book(day) == [("银行甲", "1.90", 10_000)]


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        (("1.79", "1"), "bid.range"),
        (("2.03", "1"), "bid.range"),
        (("1.905", "1"), "bid.tick"),
        (("1.90", "1.05"), "bid.lot"),
        (("1.90", "0"), "bid.lot"),
        (("1.90", "-1"), "bid.lot"),
    ],
)
def test_each_refused_bid_names_its_rule_and_cites_it(step, rule):
    refused = refusal(opened(), bid(OPENED, step))
    assert rule in [breach.rule for breach in refused.breaches]
    assert {breach.citation: breach.subject for breach in refused.breaches if breach.rule == rule} == {
        days_citation(rule): "银行甲"
    }


def test_an_empty_submission_is_refused():
    assert rules(opened(), bid(OPENED).model_copy(update={"steps": ()})) == ["bid.lot"]


def test_a_withdrawal_is_an_event_and_leaves_nothing_standing():
    day = days.act(opened(), bid(OPENED))
    assert decide(day, withdrawal(CLOSE)) == withdrawal(CLOSE)
    withdrawn = days.act(day, withdrawal(CLOSE))
    assert book(withdrawn) == []
    assert rules(withdrawn, withdrawal(CLOSE)) == ["bid.window"]
    assert rules(day, withdrawal(CLOSE + timedelta(seconds=1))) == ["bid.window"]


def test_only_members_bid_and_only_for_themselves():
    stranger = bid(OPENED, seat="underwriter:银行庚", member="银行庚")
    assert isinstance(refusal(opened(), stranger), NotYourSeat)
    assert rules(opened(), stranger) == ["bid.syndicate"]
    assert rules(opened(), bid(OPENED, member="券商乙")) == ["bid.syndicate"]
    day = days.act(opened(), bid(OPENED))
    assert rules(day, withdrawal(OPENED).model_copy(update={"seat": BROKER})) == ["bid.syndicate"]


def test_a_window_is_not_voided_without_a_reason():
    day = opened()
    assert rules(day, e.WindowVoided(at=day.now, seat=LEAD, window="W1", reason=" ", again=True)) == ["order.window"]


# The result


def test_the_result_is_not_recomputed_before_the_system_has_delivered_it():
    day = days.standing(WindowPhase.CLOSED)
    recomputed = e.ResultRecomputed(at=day.now, seat=OPERATOR, window="W1", figures={})
    assert isinstance(refusal(day, recomputed), OutOfOrder)
    assert rules(day, recomputed) == ["result.recomputation"]


def test_a_system_result_that_differs_from_the_recomputation_is_not_accepted():
    day = days.standing(WindowPhase.CLOSED)
    figures = days.sample("result_delivered").figures[BOND]
    wrong = {BOND: figures.model_copy(update={"issued": figures.issued - 1000})}
    day = days.act(day, e.ResultDelivered(at=day.now, seat=SYSTEM, window="W1", figures=wrong))
    recomputed = e.ResultRecomputed(at=day.now, seat=OPERATOR, window="W1", figures={})
    assert rules(day, recomputed) == ["result.recomputation"]


def test_the_award_is_confirmed_by_the_operator_and_then_checked_by_the_checker():
    day = days.standing(WindowPhase.CLEARED)
    figures = days.sample("result_recomputed").figures
    checked = e.AwardChecked(at=day.now, seat=CHECKER, window="W1", figures=figures)
    confirmed = e.AwardConfirmed(at=day.now, seat=OPERATOR, window="W1", figures=figures)
    assert isinstance(refusal(day, checked), OutOfOrder)
    assert rules(day, checked) == ["site.dual_check"]
    assert rules(day, confirmed.model_copy(update={"seat": CHECKER})) == ["seat.role"]
    other = {BOND: figures[BOND].model_copy(update={"cutoff": Decimal("2.00")})}
    assert rules(day, confirmed.model_copy(update={"figures": other})) == ["site.dual_check"]
    day = days.act(day, confirmed)
    assert rules(day, checked.model_copy(update={"figures": other})) == ["site.dual_check"]
    assert days.act(day, checked).windows["W1"].phase is WindowPhase.CONFIRMED


def signing(seat: str, by: str | None = None) -> e.ResultSigned:
    """A seat hands in the signature of its person, or of somebody else."""
    day = days.standing(WindowPhase.CONFIRMED)
    signature = days.signed_by(by or seat, pae(RESULT_TYPE, day.windows["W1"].payload.encode()))
    return e.ResultSigned(at=day.now, seat=seat, window="W1", signature=signature)


def test_the_lead_officer_and_the_supervisor_together_sign_the_result():
    day = days.standing(WindowPhase.CONFIRMED)
    for first, second in ((LEAD, SUPERVISOR), (SUPERVISOR, LEAD)):
        half = days.act(day, signing(first))
        assert half.windows["W1"].phase is WindowPhase.CONFIRMED
        assert days.act(half, signing(second)).windows["W1"].phase is WindowPhase.SIGNED


def test_a_signer_who_signs_twice_counts_once():
    half = days.act(days.standing(WindowPhase.CONFIRMED), signing(LEAD))
    assert isinstance(refusal(half, signing(LEAD)), Unsigned)
    assert rules(half, signing(LEAD)) == ["result.signers.tender"]


def test_nobody_hands_in_the_signature_of_another():
    day = days.standing(WindowPhase.CONFIRMED)
    assert isinstance(refusal(day, signing(LEAD, by=SUPERVISOR)), Unsigned)
    assert rules(day, signing(LEAD, by=SUPERVISOR)) == ["result.signers.tender"]


def forgeries() -> dict[str, object]:
    """Signatures in the lead officer's name that are worth nothing."""
    day = days.standing(WindowPhase.CONFIRMED)
    good, over = signing(LEAD).signature, pae(RESULT_TYPE, day.windows["W1"].payload.encode())
    stolen = KeyHolder("许正言", PrivateKey.practice(1, "a thief"))
    return {
        "another key": signature_of(stolen, "lead-officer", over),
        "another key under the known id": replace(signature_of(stolen, "lead-officer", over), key=good.key),
        "another payload": days.signed_by(LEAD, pae(RESULT_TYPE, b"{}")),
        "another purpose": days.signed_by(LEAD, seal_bytes("result", {"payload": day.windows["W1"].payload})),
        "no hex": replace(good, sig="worthless"),
        "one bit off": replace(good, sig=f"{int(good.sig, 16) ^ 1:0128x}"),
    }


@pytest.mark.parametrize("forgery", forgeries())
def test_a_forged_signature_is_refused(forgery):
    day = days.standing(WindowPhase.CONFIRMED)
    forged = signing(LEAD).model_copy(update={"signature": forgeries()[forgery]})
    assert isinstance(refusal(day, forged), Unsigned)
    assert rules(day, forged) == ["result.signers.tender"]


# Custody


def custody(day: IssuanceDay, split: dict[str, int] | None = None, member: str = "银行甲") -> e.CustodyFiled:
    """A winner's form, at CCDC whole where no split is given."""
    awards = {award.member: award.awarded for award in day.windows["W1"].results[BOND].members}
    filed = {"CCDC": awards[member]} if split is None else split
    return e.CustodyFiled(at=day.now, seat=f"underwriter:{member}", bond=BOND, member=member, split=filed)


def test_a_custody_form_adds_up_to_the_award_and_names_known_depositories():
    day = days.standing(WindowPhase.SIGNED)
    awarded = custody(day).split["CCDC"]
    for split in ({}, {"CCDC": awarded - 1000}, {"CCDC": awarded + 1000, "CSDC-SH": -1000}, {"BANK": awarded}):
        assert rules(day, custody(day, split)) == ["custody.minutes"]
    halves = {"CSDC-SH": 1000, "CSDC-SZ": awarded - 1000}
    assert days.act(day, custody(day, halves)).windows["W1"].custody == {BOND: {"银行甲": halves}}


def test_a_winner_files_for_itself_and_in_time():
    day = days.standing(WindowPhase.SIGNED)
    assert rules(day, custody(day).model_copy(update={"seat": BROKER})) == ["bid.syndicate"]
    late = custody(day).model_copy(update={"at": day.now + timedelta(minutes=20, seconds=1)})
    assert rules(day, late) == ["custody.minutes"]


def test_custody_closes_when_all_forms_are_in_or_the_time_is_up():
    day = days.standing(WindowPhase.SIGNED)
    closing = e.CustodyClosed(at=day.now + timedelta(minutes=20), seat=SYSTEM, window="W1", defaulted=())
    assert isinstance(refusal(day, closing), OutOfOrder)
    winners = tuple(f"{BOND}:{award.member}" for award in day.windows["W1"].results[BOND].members)
    late = closing.model_copy(update={"at": closing.at + timedelta(seconds=1)})
    assert decide(day, late).defaulted == winners
    complete = days.before("custody_closed")
    assert decide(complete, closing.model_copy(update={"at": complete.now})).defaulted == ()


# Release, and after


def test_the_register_is_not_closed_while_a_window_is_going_on():
    day = days.standing(WindowPhase.SIGNED)
    assert rules(day, e.RegisterClosed(at=day.now, seat=TECHNICIAN)) == ["site.register"]


def release(day: IssuanceDay, signers: tuple[str, ...] = (SUPERVISOR, TECHNICIAN)) -> e.SiteReleased:
    """The site released under a closing seal."""
    return under_seal(day, e.SiteReleased, signers)


def under_seal(day: IssuanceDay, kind: type, signers: tuple[str, ...], at: datetime | None = None):
    """An act that closes the journal so far, sealed by the people in those seats."""
    head = {"count": day.head.count, "head": day.head.hash}
    act = kind(at=at or day.now, seat=TECHNICIAN, **head, signatures=())
    signatures = tuple(days.signed_by(seat, sealed_bytes(day, act)) for seat in signers)
    return act.model_copy(update={"signatures": signatures})


def test_the_site_is_released_under_the_seal_of_supervisor_and_technician():
    day = days.before("site_released")
    assert days.act(day, release(day)).phase is Phase.RELEASED
    assert rules(day, release(day, (SUPERVISOR,))) == ["gate.signatures"]
    assert rules(day, release(day, (TECHNICIAN, TECHNICIAN))) == ["gate.signatures"]
    later = release(day).model_copy(update={"at": day.now + timedelta(seconds=1)})
    closing = under_seal(day, e.DayClosed, (SUPERVISOR, TECHNICIAN))
    assert rules(day, later) == ["gate.signatures", "gate.signatures"]
    assert rules(day, release(day).model_copy(update={"signatures": closing.signatures})) == rules(day, later)
    assert rules(day, release(day).model_copy(update={"count": day.head.count - 1})) == ["seal.head"]
    early = days.before("register_closed")
    assert rules(early, release(early)) == ["site.register"]


def test_winners_pay_what_they_owe_once_and_all_of_them_before_settlement():
    day = days.after("result_published")
    paid = days.sample("payment_received").model_copy(update={"at": day.now})
    for amount in ("1.00", "abc", paid.amount.rstrip("0") + "1"):
        assert rules(day, paid.model_copy(update={"amount": amount})) == ["payment.workdays"]
    after = days.act(day, paid)
    assert after.paid == {paid.member: paid.amount}
    assert rules(after, paid) == ["payment.workdays"]
    assert rules(after, paid.model_copy(update={"member": "银行庚"})) == ["payment.workdays"]
    settled = e.SettlementRecorded(at=day.now, seat=OPERATOR)
    assert isinstance(refusal(after, settled), OutOfOrder)
    assert rules(after, settled) == ["payment.workdays"]
