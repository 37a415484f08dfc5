"""A running day: what is written down is what is lived, and the same seed lives the same day."""

from dataclasses import replace
from datetime import timedelta

import days
import pytest
from days import BANK, BOND, LEAD, OPERATOR

from auction import events as e
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.errors import BadInput
from auction.journal import MemoryJournal, chain_problems
from auction.record import replay_rows
from auction.settlement import payments_due


def test_after_every_event_the_journal_tells_the_very_day_that_is_lived():
    log = MemoryJournal()
    rehearsal = days.begin(days.busy(), 3, log)
    assert replay_rows(log.rows()) == rehearsal.day
    while rehearsal.step():
        assert replay_rows(log.rows()) == rehearsal.day
    assert rehearsal.day.closed


@pytest.mark.parametrize("seed", range(20))
def test_the_journal_of_any_day_tells_the_day_and_is_whole(seed):
    day, rows = days.played(days.busy(), seed)
    assert replay_rows(rows) == day
    assert chain_problems(rows) == ()
    assert rows[-1].kind == "day_closed"
    assert day.phase is Phase.LISTED


@pytest.mark.parametrize("seed", range(5))
def test_the_same_seed_writes_the_same_rows_and_another_seed_others(seed):
    _, rows = days.played(days.busy(), seed)
    assert days.played(days.busy(), seed)[1] == rows
    assert [row.content() for row in days.played(days.busy(), seed + 1)[1]] != [row.content() for row in rows]


def test_another_run_of_the_same_seed_is_another_day():
    def rows_of(run: int) -> list[str]:
        log = MemoryJournal()
        days.play(days.Rehearsal(days.stage(), log, days.SEED, run))
        return [row.body for row in log.rows() if row.kind == "bid_received"]

    assert rows_of(0) == rows_of(0) != rows_of(1)


def test_a_journal_of_another_scenario_is_not_gone_on_with():
    _, rows = days.played(days.stage(), 1)
    with pytest.raises(BadInput, match="日志属于另一个场景"):
        days.begin(days.busy(), 1, days.copied(rows[:9]))


def test_a_day_of_two_windows_and_three_issues_ends_with_a_result_for_each():
    day, _ = days.played(days.busy(), 1)
    assert {bond: (result.issued, result.short) for bond, result in day.results().items()} == {
        BOND: (100_000, False),
        "2605102": (65_000, False),
        "2605103": (56_000, True),
    }
    assert {state.phase for state in day.windows.values()} == {WindowPhase.CUSTODY_CLOSED}
    assert day.paid == {member: f"{due:.2f}" for member, due in payments_due(day).items()}


def test_the_same_second_is_settled_in_the_order_of_seats():
    one = days.stage(days.window(open="10:30:00", close="10:30:01"), start="08:30:00")
    day, rows = days.played(one, 1)
    received = [row for row in rows if row.kind == "bid_received"]
    moments = [(row.at, list(days.MEMBERS).index(row.seat.partition(":")[2])) for row in received]
    assert moments == sorted(moments)
    assert len({row.at for row in received}) < len(received) == 4
    assert day.phase is Phase.SETTLED


def bid_by_hand(day: IssuanceDay, at, level: str = "2.00") -> e.BidReceived:
    """A bid as a person at the screen proposes it."""
    step = e.Step(level=level, amount="1")
    return e.BidReceived(at=at, seat=BANK, bond=BOND, member="银行甲", steps=(step,))


def test_a_refused_proposal_is_written_down_and_the_day_goes_on():
    log = MemoryJournal()
    rehearsal = days.begin(log=log)
    days.play(rehearsal, until=lambda day: day.windows["W1"].phase is WindowPhase.OPEN)
    refused = rehearsal.perform(bid_by_hand(rehearsal.day, rehearsal.day.now, "9.00"))
    assert (refused.kind, log.rows()[-1].kind) == ("action_refused", "action_refused")
    assert rehearsal.day.refusals == (refused,)
    assert replay_rows(log.rows()) == rehearsal.day
    assert days.play(rehearsal).phase is Phase.SETTLED


def test_scripts_whom_a_person_overtakes_act_late_and_are_not_refused():
    log = MemoryJournal()
    rehearsal = days.begin(log=log)
    days.play(rehearsal, until=lambda day: day.windows["W1"].phase is WindowPhase.OPEN)
    last_minute = rehearsal.day.now + timedelta(minutes=39)
    rehearsal.perform(bid_by_hand(rehearsal.day, last_minute))
    day = days.play(rehearsal)
    assert (day.refusals, day.phase) == ((), Phase.SETTLED)
    assert replay_rows(log.rows()) == day
    resumed = days.copied(log.rows()[:40])
    days.play(days.begin(log=resumed))
    assert resumed.rows() == log.rows()


# Voided windows


def voided(day: IssuanceDay, again: bool) -> e.WindowVoided:
    """The lead officer voids the window."""
    return e.WindowVoided(at=day.now, seat=LEAD, window="W1", reason="系统故障，全部投标作废", again=again)


def remembered(day: IssuanceDay) -> set[str]:
    """What the day still remembers having happened about the window and its issue."""
    return {key for key in (*day.since, *day.last) if key.endswith(("W1", BOND))}


@pytest.mark.parametrize("arrived", [0, 1, 2, 3, 4])
def test_a_window_voided_while_bids_come_in_is_bid_again_and_comes_to_a_result(arrived):
    log = MemoryJournal()
    rehearsal = days.begin(days.stage(underwriters={"revises": "50%"}), 2, log)
    days.play(rehearsal, until=lambda day: day.arrivals == arrived and day.windows["W1"].phase is WindowPhase.OPEN)
    rehearsal.perform(voided(rehearsal.day, again=True))
    prepared = rehearsal.day.windows["W1"]
    assert (prepared.phase, prepared.bids(BOND)) == (WindowPhase.PREPARED, ())
    assert replace(prepared, attempts=()) == days.standing(WindowPhase.PREPARED).windows["W1"]
    assert remembered(rehearsal.day) == {"window_voided:W1", f"{LEAD}/W1"}
    day = days.play(rehearsal)
    state = day.windows["W1"]
    assert day.phase is Phase.SETTLED
    assert state.attempts == ("系统故障，全部投标作废",)
    assert {bid.member for bid in state.bids(BOND)} == set(days.MEMBERS)
    assert state.results[BOND].issued == 100_000
    assert replay_rows(log.rows()) == day


@pytest.mark.parametrize("phase", [WindowPhase.SENT, WindowPhase.OPEN, WindowPhase.CLOSED, WindowPhase.CLEARED])
def test_a_cancelled_window_has_no_result_and_the_day_ends_without_it(phase):
    rehearsal = days.begin()
    days.play(rehearsal, until=lambda day: day.windows["W1"].phase is phase)
    rehearsal.perform(voided(rehearsal.day, again=False))
    day = days.play(rehearsal)
    assert (day.windows["W1"].phase, day.phase) == (WindowPhase.CANCELLED, Phase.SETTLED)
    assert (day.results(), day.paid, day.published) == ({}, {}, {})


def test_after_the_confirmation_nothing_is_voided():
    rehearsal = days.begin()
    days.play(rehearsal, until=lambda day: day.windows["W1"].phase is WindowPhase.CONFIRMED)
    refused = rehearsal.perform(voided(rehearsal.day, again=True))
    assert [breach.rule for breach in refused.breaches] == ["order.window"]
    assert days.play(rehearsal).results()[BOND].issued == 100_000


def test_a_person_may_sit_where_a_script_would_have_sat():
    rehearsal = days.begin()
    mine = days.sample("seat_taken").model_copy(update={"at": rehearsal.day.now})
    taken = e.SeatTaken(**{**mine.model_dump(exclude={"kind"}), "played_by": "person", "practice": False})
    rehearsal.perform(taken)
    assert rehearsal.day.seats[taken.person].played_by == "person"
    assert days.play(rehearsal).phase is Phase.SETTLED
    assert rehearsal.day.refusals == ()


def test_a_day_waits_where_a_script_has_nothing_to_do():
    rehearsal = days.begin()
    days.play(rehearsal)
    assert rehearsal.step() is None
    assert rehearsal.perform(e.NoticesSent(at=rehearsal.day.now, seat=OPERATOR, window="W1")).kind == "action_refused"
