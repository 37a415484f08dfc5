"""What the signers of a window sign, and the envelope that carries it."""

import json

import days
import pytest
from days import BANK, BOND, LEAD, OPERATOR, SUPERVISOR, TECHNICIAN

from auction import events as e
from auction.canonical import canonical, digest, is_canonical
from auction.day import IssuanceDay, WindowPhase
from auction.errors import ImpossibleGate
from auction.language import speak
from auction.payload import envelope_of, gate_of, result_gate, seal_gate
from auction.plan import Role
from auction.signoff import Authorised, Envelope


def payload(day: IssuanceDay, window: str = "W1") -> dict:
    """What is signed, read again."""
    return json.loads(day.windows[window].payload)


def test_nothing_is_signed_before_the_award_is_confirmed_and_checked():
    day = days.standing(WindowPhase.CLEARED)
    assert (day.windows["W1"].payload, envelope_of(day, "W1")) == (None, None)


def test_the_payload_says_which_journal_up_to_which_row_of_which_scenario():
    day = days.standing(WindowPhase.CONFIRMED)
    signed = payload(day)
    assert is_canonical(day.windows["W1"].payload)
    assert signed["journal"] == {"id": day.planned.journal, "count": day.head.count, "head": day.head.hash}
    assert signed["scenario"] == {"name": "small-day", "digest": day.planned.scenario_digest}
    about = [signed[key] for key in ("format", "mark", "issuer", "date", "window")]
    assert about == [1, "演练文件 · 无法律效力", "江苏", "2026-06-10", "W1"]


def test_the_payload_says_who_really_sat_where():
    day = days.standing(WindowPhase.CONFIRMED)
    supervisor = next(entry for entry in payload(day)["roster"] if entry["role"] == "supervisor")
    assert supervisor == {
        "person": "何平",
        "role": "supervisor",
        "organisation": "江苏省审计厅",
        "sending_unit": "江苏省审计厅",
        "key": day.seats["何平"].key,
        "practice": True,
        "played_by": "script",
    }
    assert len(payload(day)["roster"]) == len(days.ROSTER)


def test_the_payload_carries_the_whole_result_with_its_range():
    day = days.standing(WindowPhase.CONFIRMED)
    result = payload(day)["results"][BOND]
    whole = day.windows["W1"].results[BOND].as_dict()
    assert {key: result[key] for key in whole} == json.loads(json.dumps(whole))
    extra = {key: value for key, value in result.items() if key not in whole}
    entry = day.windows["W1"].sheets[BOND].range.model_dump(mode="json")
    assert extra == {"window": "W1", "name": f"演练债券{BOND}", "tenor": "10", "range": entry}


def test_every_assumed_value_that_was_used_is_named():
    assumed = {entry["rule"] for entry in payload(days.standing(WindowPhase.CONFIRMED))["assumed"]}
    assert {"tender.at_limit", "bid.level_span"} <= assumed
    assert "bid.tick" not in assumed


def test_the_payload_is_in_chinese_whatever_the_reader_speaks():
    chinese = days.standing(WindowPhase.CONFIRMED).windows["W1"].payload
    speak("en")
    day = days.play(days.begin(days.stage(end="LISTED")), until=lambda day: day.windows["W1"].payload is not None)
    assert day.windows["W1"].payload == chinese


def troubled() -> IssuanceDay:
    """A day with a refused bid and a voided attempt, up to its end."""
    rehearsal = days.begin()
    days.play(rehearsal, until=lambda day: day.arrivals == 2)
    step = e.Step(level="9.8765", amount="1")
    now = rehearsal.day.now
    rehearsal.perform(e.BidReceived(at=now, seat=BANK, bond=BOND, member="银行甲", steps=(step,)))
    rehearsal.perform(e.WindowVoided(at=now, seat=LEAD, window="W1", reason="系统故障", again=True))
    return days.play(rehearsal)


def test_earlier_attempts_and_refusals_are_named_but_not_the_words_of_a_refused_bid():
    day = troubled()
    signed = payload(day)
    assert signed["attempts"] == {"W1": ["系统故障"]}
    at = day.refusals[0].at.isoformat()
    assert signed["refusals"] == [
        {"at": at, "seat": BANK, "action": "bid_received", "rules": ["bid.range", "bid.tick"]}
    ]
    assert "9.8765" not in day.windows["W1"].payload


def test_a_quiet_day_names_no_attempts_and_no_refusals():
    signed = payload(days.final())
    assert (signed["attempts"], signed["refusals"]) == ({}, [])


def test_the_later_window_signs_for_the_earlier_one_too():
    late = days.window(days.issue("2605102"), id="W2", open="14:00:00", close="14:40:00")
    day = days.play(days.begin(days.stage(days.window(), late)))
    assert set(payload(day, "W1")["results"]) == {BOND}
    assert set(payload(day, "W2")["results"]) == {BOND, "2605102"}
    assert payload(day, "W1")["journal"]["count"] < payload(day, "W2")["journal"]["count"]
    assert day.published == {name: digest(state.payload.encode()) for name, state in day.windows.items()}


def test_a_failed_issue_has_its_place_in_the_payload():
    day = days.play(days.begin(days.stage(underwriters={"absent": "100%"})))
    result = payload(day)["results"][BOND]
    figures = [result[key] for key in ("cutoff", "issued", "cover", "bids", "members")]
    assert figures == [None, "0.0", None, [], []]


def test_the_envelope_carries_the_payload_and_both_signatures():
    day = days.final()
    envelope = Envelope.decode(envelope_of(day, "W1").encode())
    assert envelope.payload == day.windows["W1"].payload.encode() == canonical(payload(day))
    assert envelope.verified_keys() == {day.seats["何平"].key, day.seats["许正言"].key}
    assert envelope_of(days.standing(WindowPhase.CONFIRMED), "W1").signatures == ()


@pytest.mark.parametrize(("gate", "seats"), [(result_gate, (LEAD, SUPERVISOR)), (seal_gate, (SUPERVISOR, TECHNICIAN))])
def test_a_gate_is_open_to_those_who_sit_in_its_roles(gate, seats):
    day = days.final()
    people = [seat.partition(":") for seat in seats]
    assert gate(day).demands == tuple(role for role, _, _ in people)
    assert set(gate(day).authorised) == {Authorised(name, role, day.seats[name].key) for role, _, name in people}


def test_a_gate_for_whom_nobody_sits_cannot_be_built():
    with pytest.raises(ImpossibleGate, match="bookrunner"):
        gate_of(days.final(), (Role.BOOKRUNNER,))
    assert gate_of(days.final(), (Role.OPERATOR,)).authorised[0].person == OPERATOR.partition(":")[2]
