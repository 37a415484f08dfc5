"""The phases of the day and of a window: which commands they allow, and which ways lead from one to another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import days
import pytest

from auction import events as e
from auction.commands import COMMANDS, decide
from auction.commands.guard import require_phase
from auction.day import DAY_WAYS, WINDOW_WAYS, EmergencyForm, Head, Incident, IssuanceDay, Phase, WindowPhase
from auction.errors import OutOfOrder
from auction.fold import apply

SITE = "SITE_SEALED"
ALWAYS = " ".join(Phase)
DUE = {
    "seat_taken": ("PLANNED", None),
    "member_played": ("PLANNED SITE_SEALED", None),
    "person_registered": ("PLANNED", None),
    "devices_handed_in": ("PLANNED", None),
    "shielding_switched_on": ("PLANNED", None),
    "recorded_line_tested": ("PLANNED", None),
    "site_inspected": ("PLANNED", None),
    "objection_raised": ("PLANNED SITE_SEALED", None),
    "objection_settled": ("PLANNED SITE_SEALED", None),
    "site_sealed": ("PLANNED", None),
    "notice_entered": (SITE, "PREPARED"),
    "notice_checked": (SITE, "PREPARED"),
    "range_entered": (SITE, "PREPARED"),
    "range_checked": (SITE, "PREPARED"),
    "notices_sent": (SITE, "PREPARED"),
    "window_opened": (SITE, "SENT"),
    "bid_received": (SITE, "OPEN"),
    "bid_withdrawn": (SITE, "OPEN"),
    "counter_ordered": (SITE, "OPEN"),
    "window_closed": (SITE, "OPEN"),
    "result_delivered": (SITE, "CLOSED"),
    "result_recomputed": (SITE, "CLOSED"),
    "window_voided": (SITE, "SENT OPEN CLOSED CLEARED"),
    "award_confirmed": (SITE, "CLEARED"),
    "award_checked": (SITE, "CLEARED"),
    "result_signed": (SITE, "CONFIRMED"),
    "custody_filed": (SITE, "SIGNED"),
    "custody_closed": (SITE, "SIGNED"),
    "register_closed": (SITE, None),
    "site_released": (SITE, None),
    "result_published": ("RELEASED", None),
    "payment_received": ("PUBLISHED", None),
    "settlement_recorded": ("PUBLISHED", None),
    "bonds_listed": ("SETTLED", None),
    "day_closed": ("SETTLED LISTED", None),
    "emergency_form_received": (SITE, "OPEN CLOSED"),
    "emergency_bid_keyed": (SITE, "OPEN CLOSED"),
    "emergency_form_set_aside": (SITE, "OPEN CLOSED"),
    "incident_occurred": (ALWAYS, None),
    "incident_answered": (ALWAYS, None),
    "window_extended": (SITE, "OPEN"),
    "announcement_corrected": ("PUBLISHED SETTLED LISTED", None),
    "note_taken": (ALWAYS, None),
    "clock_set": (ALWAYS, None),
    "day_branched": (ALWAYS, None),
}
"""When each command is due: phases of the day, and of the window it is about."""

HAND_MADE = {
    "member_played": e.MemberPlayed(at="2026-06-10T10:40:00", seat=days.BANK, member="银行甲"),
    "objection_raised": e.ObjectionRaised(at="2026-06-10T08:40:00", seat=days.SUPERVISOR, reason="有陌生人"),
    "objection_settled": e.ObjectionSettled(at="2026-06-10T08:41:00", seat=days.SUPERVISOR, answer="已离场"),
    "bid_withdrawn": e.BidWithdrawn(at="2026-06-10T10:40:00", seat=days.BANK, bond=days.BOND, member="银行甲"),
    "counter_ordered": e.CounterOrdered(
        at="2026-06-10T10:40:00", seat=days.BANK, bond=days.BOND, member="银行甲", amount="1"
    ),
    "window_voided": e.WindowVoided(
        at="2026-06-10T10:40:00", seat=days.LEAD, window="W1", reason="系统故障", again=True
    ),
}
STEPS = ({"level": "1.90", "amount": "1"},)
FORM = e.EmergencyFormReceived(
    at="2026-06-10T10:40:00",
    seat=days.BANK,
    bond=days.BOND,
    member="银行甲",
    number=1,
    steps=STEPS,
    test_key="0" * 16,
)
ON_THE_FORM = {"at": "2026-06-10T10:41:00", "seat": days.OPERATOR, "bond": days.BOND, "member": "银行甲", "number": 1}
INSTRUCTOR = {"at": "2026-06-10T10:40:00", "seat": "instructor:方教员"}
STRANGER = e.IncidentOccurred(
    **INSTRUCTOR,
    incident="stranger",
    number=1,
    answered_by=("supervisor",),
    answers=[{"id": "out", "words": {"text": "请出"}}],
)
HAND_MADE |= {
    "emergency_form_received": FORM,
    "emergency_bid_keyed": e.EmergencyBidKeyed(**ON_THE_FORM, steps=STEPS),
    "emergency_form_set_aside": e.EmergencyFormSetAside(**ON_THE_FORM, reason="密押不符"),
    "incident_occurred": STRANGER,
    "incident_answered": e.IncidentAnswered(at="2026-06-10T10:41:00", seat=days.SUPERVISOR, number=1, answer="out"),
    "window_extended": e.WindowExtended(
        at="2026-06-10T10:40:00", seat=days.LEAD, window="W1", until="11:30:00", reason="系统故障"
    ),
    "announcement_corrected": e.AnnouncementCorrected(
        at="2026-06-10T11:40:00",
        seat=days.OPERATOR,
        bond=days.BOND,
        announced={"price": "1.90", "issued": 100000},
        reason="笔误",
    ),
    "note_taken": e.NoteTaken(**INSTRUCTOR, text="手慢了"),
    "clock_set": e.ClockSet(**INSTRUCTOR, pace="5"),
    "day_branched": e.DayBranched(**INSTRUCTOR, left_journal="day", left_count=999, left_head="a hash"),
}
KINDS = {e.kind_of(event): event for event in COMMANDS}
AFTERWARDS = timedelta(days=9)


def proposal(kind: str) -> e.AnyEvent:
    """A proposal of that kind, at a moment when the small day is long over."""
    event = HAND_MADE.get(kind) or days.sample(kind)
    return event.model_copy(update={"at": event.at + AFTERWARDS})


def put_into(phase: Phase, window_phase: WindowPhase) -> IssuanceDay:
    """The small day with all it ever knew, put into phases it may not have had together."""
    day = days.before("register_closed")
    troubled = replace(day, forms=(EmergencyForm(FORM),), incidents=(Incident(STRANGER),))
    return replace(troubled, phase=phase, windows={"W1": replace(day.windows["W1"], phase=window_phase)})


def due(kind: str, phase: Phase, window_phase: WindowPhase) -> bool:
    """Whether the table has the command due there."""
    phases, window_phases = DUE[kind]
    return phase in phases.split() and (window_phases is None or window_phase in window_phases.split())


def test_every_command_is_in_the_table_and_nothing_else():
    assert set(KINDS) == set(DUE)


EVERYWHERE = [(phase, window_phase) for phase in Phase for window_phase in WindowPhase]


@pytest.mark.parametrize("kind", DUE)
def test_a_command_is_in_order_wherever_it_is_due(kind):
    for phases in EVERYWHERE:
        if due(kind, *phases):
            assert require_phase(put_into(*phases), proposal(kind), COMMANDS[KINDS[kind]]) is None


@pytest.mark.parametrize("kind", DUE)
def test_a_command_is_out_of_order_wherever_it_is_not_due(kind):
    for phase, window_phase in EVERYWHERE:
        if not due(kind, phase, window_phase):
            with pytest.raises(OutOfOrder) as refused:
                decide(put_into(phase, window_phase), proposal(kind))
            wrong = "order.window" if phase in DUE[kind][0].split() else "order.day"
            assert [breach.rule for breach in refused.value.breaches] == [wrong]


@pytest.mark.parametrize("kind", DUE)
def test_nothing_is_due_once_the_day_is_closed(kind):
    day = replace(put_into(Phase(DUE[kind][0].split()[0]), WindowPhase.OPEN), closed=True)
    with pytest.raises(OutOfOrder, match="当日处于"):
        decide(day, proposal(kind))


def folded_window_ways() -> Iterator[tuple[WindowPhase, WindowPhase]]:
    """Every change of a window's phase that some due event brings about."""
    events = [proposal(kind) for kind in DUE if DUE[kind][1]]
    events.append(HAND_MADE["window_voided"].model_copy(update={"again": False}))
    for event in events:
        for phase in WindowPhase:
            if due(event.kind, Phase.SITE_SEALED, phase):
                later = apply(put_into(Phase.SITE_SEALED, phase), event, Head(99, "a hash"))
                yield phase, later.windows["W1"].phase


def folded_day_ways() -> Iterator[tuple[Phase, Phase]]:
    """Every change of the day's phase that some due event brings about."""
    for kind, (phases, window_phases) in DUE.items():
        for phase in map(Phase, phases.split()):
            at = WindowPhase(window_phases.split()[0]) if window_phases else WindowPhase.CUSTODY_CLOSED
            yield phase, apply(put_into(phase, at), proposal(kind), Head(99, "a hash")).phase


def ways(table: dict) -> set:
    """The pairs of a table of ways."""
    return {(here, there) for here, onwards in table.items() for there in onwards}


def test_the_ways_of_a_window_are_exactly_those_that_due_events_take():
    assert {(here, there) for here, there in folded_window_ways() if here is not there} == ways(WINDOW_WAYS)


def test_the_ways_of_the_day_are_exactly_those_that_due_events_take():
    assert {(here, there) for here, there in folded_day_ways() if here is not there} == ways(DAY_WAYS)


def test_one_signature_of_two_leaves_the_window_confirmed():
    day = days.standing(WindowPhase.CONFIRMED)
    assert days.act(day, days.sample("result_signed")).windows["W1"].phase is WindowPhase.CONFIRMED


@pytest.mark.parametrize("seed", range(20))
def test_no_day_ever_leaves_the_ways(seed):
    late = days.window(days.issue("2605102"), id="W2", open="14:00:00", close="14:40:00")
    staff = {"typing_error": "10%", "custody_missed": "20%"}
    rehearsal = days.begin(days.stage(days.window(), late, underwriters={"revises": "50%"}, staff=staff), seed)
    seen = [rehearsal.day]
    while rehearsal.step():
        seen.append(rehearsal.day)
        if len(seen) < 60 and len(seen) % 11 == seed % 11:
            again = {"at": rehearsal.day.now, "again": seed % 2 == 0}
            rehearsal.perform(HAND_MADE["window_voided"].model_copy(update=again))
            seen.append(rehearsal.day)
    steps = {
        (one.windows[name].phase, next.windows[name].phase) for one, next in pairwise(seen) for name in one.windows
    }
    assert {(here, there) for here, there in steps if here is not there} <= ways(WINDOW_WAYS)
    assert {(one.phase, next.phase) for one, next in pairwise(seen) if one.phase is not next.phase} <= ways(DAY_WAYS)


def test_time_does_not_run_backwards():
    day = days.standing(WindowPhase.OPEN)
    early = days.sample("bid_received").model_copy(update={"at": day.now - timedelta(seconds=1)})
    with pytest.raises(OutOfOrder, match="早于日志已到的"):
        decide(day, early)


def test_an_event_has_no_time_zone_of_its_own():
    with pytest.raises(ValueError, match="timezone"):
        e.SiteSealed(at="2026-06-10T08:00:00+08:00", seat=days.LEAD)
