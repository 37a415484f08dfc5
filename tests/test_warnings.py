"""What speaks against an act and does not forbid it: it is done, and the warning is kept and shown."""

from dataclasses import replace

import days
import pytest
from days import BANK, BOND, BROKER, OBSERVER, OPERATOR, SUPERVISOR, SYSTEM, TECHNICIAN
from refusals import rules

from auction import events as e
from auction.breach import Severity
from auction.checks import check_bids, desk_for, judge_bids
from auction.day import WindowPhase
from auction.desk import desk_of
from auction.journal import MemoryJournal
from auction.record import replay_rows
from auction.rulebook import load_rulebook
from auction.seat import view
from auction.verify import verify
from sim.debrief import debrief, markdown

MILD = """kind: rulebook
issuer: 江苏
bid.level_max:
  values:
    - from: 2020-01-01
      value: 1亿
      basis: practice
      cite: {document: 测试, quote: 单一标位原则上不超过 1 亿元}
"""
STATIONED = {"name": "何平", "role": "supervisor", "organisation": "驻江苏省财政厅纪检监察组"}
STATIONED |= {"sending_unit": "驻江苏省财政厅纪检监察组"}


def played(log: MemoryJournal, **fields: object):
    """A whole day with a supervisor from the discipline group stationed at the department."""
    roster = [STATIONED if person["role"] == "supervisor" else person for person in days.ROSTER]
    return days.play(days.begin(days.stage(roster=roster, **fields), log=log))


def test_a_supervisor_stationed_at_the_department_sits_down_with_a_warning():
    log = MemoryJournal()
    day = played(log)
    (warned,) = day.warnings
    assert (warned.seat, warned.action) == (SUPERVISOR, "seat_taken")
    (breach,) = warned.breaches
    assert (breach.rule, breach.severity) == ("site.supervisor", Severity.WARNING)
    assert "有争议" in str(breach.message)
    assert "财库〔2018〕61号" in breach.citation
    assert replay_rows(log.rows()) == day
    assert verify([], log.rows(), None).ok


def test_a_warning_is_shown_to_the_desk_and_to_whoever_was_warned_and_in_the_debrief():
    log = MemoryJournal()
    day = played(log)
    told = {seat: [each["action"] for each in view(day, seat)["warnings"]] for seat in days.ALL_SEATS}
    seeing = {OPERATOR, days.CHECKER, days.LEAD, SUPERVISOR}
    assert told == {seat: ["seat_taken"] if seat in seeing else [] for seat in days.ALL_SEATS}
    assert "## 提醒" in markdown(debrief(log.rows()))
    assert "驻江苏省财政厅纪检监察组" in markdown(debrief(log.rows()))


def test_a_quiet_day_warns_of_nothing():
    assert days.final().warnings == ()
    assert all(view(days.final(), seat)["warnings"] == [] for seat in days.ALL_SEATS)


@pytest.fixture
def mild(tmp_path, monkeypatch):
    """The rules with one that only recommends."""
    file = tmp_path / "江苏.yaml"
    file.write_text(MILD, "utf-8")
    rulebook = load_rulebook(file)
    days.put_in_force(rulebook, monkeypatch)
    return rulebook


def bid(day, seat: str = BANK, level: str = "1.90", amount: str = "2") -> e.BidReceived:
    steps = [{"level": level, "amount": amount}]
    return e.BidReceived(at=day.now, seat=seat, bond=BOND, member=seat.partition(":")[2], steps=steps)


def test_a_bid_against_what_is_only_recommended_stands_with_a_warning(mild):
    day = days.act(days.standing(WindowPhase.OPEN), bid(days.standing(WindowPhase.OPEN)))
    assert [steps.amount for steps in day.windows["W1"].submissions[BOND]["银行甲"].steps] == [20_000]
    assert [breach.rule for breach in day.warnings[-1].breaches] == ["bid.level_max"]
    desk = desk_for(desk_of(day, BOND).notice, day.plan.members, mild.for_("江苏", day.plan.date))
    bids = day.windows["W1"].bids(BOND)
    assert check_bids(bids, desk) == {}
    assert [[b.severity for b in found] for found in judge_bids(bids, desk).values()] == [[Severity.WARNING]]


def test_a_bid_against_a_duty_is_refused_with_all_that_speaks_against_it(mild):
    day = days.standing(WindowPhase.OPEN)
    assert rules(day, bid(day, level="9.00")) == ["bid.range", "bid.level_max"]


def test_a_warning_of_a_sealed_bid_is_for_the_bidder_only_until_the_close(mild):
    day = days.act(days.standing(WindowPhase.OPEN), bid(days.standing(WindowPhase.OPEN)))
    told = {seat: bool(view(day, seat)["warnings"]) for seat in days.ALL_SEATS}
    assert told == {seat: seat == BANK for seat in days.ALL_SEATS}
    window = replace(day.windows["W1"], phase=WindowPhase.CLOSED)
    closed = replace(day, windows={"W1": window})
    assert view(closed, OPERATOR)["warnings"][0]["breaches"][0]["rule"] == "bid.level_max"
    for seat in (BROKER, OBSERVER, TECHNICIAN, SYSTEM):
        assert view(closed, seat)["warnings"] == []
