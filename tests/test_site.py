"""The site: who sits where, what is registered and handed in, and when it is sealed."""

from dataclasses import replace

import days
import pytest
from days import CHECKER, LEAD, SUPERVISOR, TECHNICIAN
from refusals import refusal, rules

from auction import events as e
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.errors import NotYourSeat
from auction.payload import objection_entries
from auction.signoff import PrivateKey

IN_ORDER = {"people": True, "communications": True, "emergency": True}


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
    assert set(rules(day, e.SiteInspected(at=day.now, seat=SUPERVISOR, **IN_ORDER))) == due


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


@pytest.mark.parametrize("point", ["people", "communications", "emergency"])
def test_a_site_found_wanting_is_on_record_and_not_countersigned(point):
    day = days.before("site_inspected")
    found = e.SiteInspected(at=day.now, seat=SUPERVISOR, remark="屏蔽机未通电", **{**IN_ORDER, point: False})
    assert days.act(day, found).inspected is False
    assert days.act(days.act(day, found), e.SiteInspected(at=day.now, seat=SUPERVISOR, **IN_ORDER)).inspected is True


HELD = ["site_sealed", "notices_sent", "award_confirmed", "award_checked", "result_signed"]


@pytest.mark.parametrize("kind", HELD)
def test_nothing_decisive_happens_while_the_supervisor_objects(kind):
    day = days.before(kind)
    objection = e.ObjectionRaised(at=day.now, seat=SUPERVISOR, reason="有人带手机进场")
    settled = e.ObjectionSettled(at=day.now, seat=SUPERVISOR, answer="手机已入柜")
    waiting = days.act(day, objection)
    act = days.sample(kind)
    assert rules(waiting, act) == ["site.supervision"]
    assert rules(waiting, objection) == ["site.supervision"]
    assert rules(day, settled) == ["site.supervision"]
    assert days.act(waiting, settled).objection is None


def test_an_objection_and_its_end_stand_in_what_is_signed():
    day = days.before("award_checked")
    day = days.act(day, e.ObjectionRaised(at=day.now, seat=SUPERVISOR, reason="有人带手机进场"))
    day = days.act(day, e.ObjectionSettled(at=day.now, seat=SUPERVISOR, answer="手机已入柜"))
    assert objection_entries(day) == [
        {"at": day.now.isoformat(), "reason": "有人带手机进场", "answer": "手机已入柜"},
    ]


def test_scripts_wait_while_the_supervisor_objects_and_go_on_once_it_is_settled():
    rehearsal = days.begin(days.stage())
    days.play(rehearsal, until=lambda day: day.windows["W1"].phase is WindowPhase.CONFIRMED)
    at = rehearsal.day.now
    rehearsal.perform(e.ObjectionRaised(at=at, seat=SUPERVISOR, reason="数字与屏幕不符"))
    day = days.play(rehearsal)
    assert (day.objection, day.phase, day.refusals) == (None, Phase.SETTLED, ())
    assert day.since["objection_settled"] <= day.since["result_signed"]
