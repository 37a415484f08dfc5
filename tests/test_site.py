"""The site: who sits where, what is registered and handed in, and when it is sealed."""

from dataclasses import replace

import days
import pytest
from days import CHECKER, LEAD, SUPERVISOR, TECHNICIAN
from refusals import refusal, rules

from auction import events as e
from auction.day import IssuanceDay
from auction.errors import NotYourSeat
from auction.signoff import PrivateKey


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
