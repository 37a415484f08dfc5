"""Before the close nobody sees a level, an amount or a hash of a bid but its own: on any day, after every event."""

import json
import re
from collections.abc import Iterator

import days
import pytest
from days import ALL_SEATS, BANK, BOND, BROKER, CHECKER, OPERATOR

from auction import events as e
from auction.day import BEFORE_CLOSE, IssuanceDay, WindowPhase
from auction.quantities import print_amount, print_rate
from auction.seat import view
from sim.rehearsal import Rehearsal

TICK = "0.0007"
LOTS = {BOND: "0.0137", "2605102": "0.0139", "2605103": "0.0149"}
TENORS = {BOND: "10", "2605102": "1", "2605103": "30"}
"""Such that no level and no amount of an issue is written like anything else on the day."""

HASH = re.compile(r"[0-9a-f]{16,}")
FIGURE = re.compile(r"\d+\.\d+")


def odd_day(seed: int) -> Rehearsal:
    """Two windows, one of two issues; members revise, one stays away now and then, people mistype."""
    issues = [days.issue(bond, tenor=TENORS[bond], tick=TICK, marginal={"lot": lot}) for bond, lot in LOTS.items()]
    first, second = days.window(*issues[:2]), days.window(issues[2], id="W2", open="14:00:00", close="14:40:00")
    bidding = {"revises": "60%", "absent": "20%"}
    staged = days.stage(first, second, underwriters=bidding, staff={"typing_error": "10%"})
    return days.begin(staged, days.SEED + seed)


def secrets(day: IssuanceDay, received: list[e.BidReceived], seat: str) -> set[str | int]:
    """The levels and amounts of other members in issues that are still sealed, as they could be written."""
    sealed = {bond for state in day.windows.values() if state.phase in BEFORE_CLOSE for bond in state.sheets}
    steps = [(bid.seat, step) for bid in received if bid.bond in sealed for step in bid.steps]
    own = {text for who, step in steps if who == seat for text in written(step)}
    ends = {
        print_rate(end)
        for state in day.windows.values()
        for sheet in state.sheets.values()
        if sheet.range
        for end in (sheet.range.low, sheet.range.high)
    }
    return {text for who, step in steps if who != seat for text in written(step)} - own - ends


def written(step: e.Step) -> tuple[str, str, int]:
    """A step's level and amount as text, and the amount as a number."""
    return print_rate(step.level), print_amount(step.amount), step.amount


def leaves(seen: object) -> Iterator[str | int]:
    """Every word and number in plain data, keys too."""
    if isinstance(seen, dict):
        for key, value in seen.items():
            yield key
            yield from leaves(value)
    elif isinstance(seen, list):
        for value in seen:
            yield from leaves(value)
    elif isinstance(seen, str | int):
        yield seen


def revealed(seen: object, hidden: set[str | int]) -> set[str | int]:
    """What of the hidden stands somewhere in what is seen."""
    said = set(leaves(seen))
    figures = {figure for word in said if isinstance(word, str) for figure in FIGURE.findall(word)}
    return hidden & (said | figures)


@pytest.mark.parametrize("seed", range(30))
def test_on_any_day_after_any_event_nobody_sees_a_sealed_level_or_amount_of_another(seed):
    rehearsal = odd_day(seed)
    received, looked = [], 0
    for event, day in days.states(rehearsal):
        received += [event] if isinstance(event, e.BidReceived) else []
        if not received:
            continue
        for seat in ALL_SEATS:
            hidden = secrets(day, received, seat)
            looked += len(hidden)
            assert revealed(view(day, seat), hidden) == set()
    assert looked > 1000
    assert rehearsal.day.closed


@pytest.mark.parametrize("seed", range(30))
def test_before_the_first_close_nobody_sees_a_hash_of_the_journal_or_the_seed(seed):
    rehearsal = odd_day(seed)
    for _, day in days.states(rehearsal):
        if day.windows["W1"].phase not in BEFORE_CLOSE:
            break
        known = {rehearsal.staged.anchor_digest}
        for seat in ALL_SEATS:
            text = json.dumps(view(day, seat))
            assert set(HASH.findall(text)) <= known
            assert str(days.SEED + seed) not in text
    assert day.windows["W1"].phase is WindowPhase.CLOSED


def with_steps(seen: object, path: tuple = ()) -> Iterator[tuple]:
    """Where in plain data a submission stands."""
    for key, value in seen.items() if isinstance(seen, dict) else enumerate(seen) if isinstance(seen, list) else ():
        if key == "steps":
            yield path
        yield from with_steps(value, (*path, key))


@pytest.mark.parametrize("seat", ALL_SEATS)
def test_the_only_submission_a_seat_sees_is_its_own(seat):
    rehearsal = odd_day(1)
    seen = {place for _, day in days.states(rehearsal) for place in with_steps(view(day, seat))}
    own = {("windows", w, "issues", i, "own") for w, i in ((0, 0), (0, 1), (1, 0))}
    assert seen <= (own if seat.startswith("underwriter") else set())
    assert bool(seen) is seat.startswith("underwriter")


def test_a_leak_would_be_found():
    rehearsal = odd_day(1)
    received = [event for event, _ in days.states(rehearsal) if isinstance(event, e.BidReceived)]
    day = days.play(odd_day(1), until=lambda day: day.arrivals == 3)
    hidden = secrets(day, received, OPERATOR)
    level, amount, number = next(w for bid in received for w in map(written, bid.steps) if hidden >= set(w))
    assert revealed({"a": [{"b": number}]}, hidden) == {number}
    assert revealed([f"标位 {level} 上投 {amount} 亿元"], hidden) == {level, amount}
    assert revealed({amount: True}, hidden) == {amount}


OUTLANDISH = "8.7651"


def refused_bid() -> Rehearsal:
    """The small day with a bid just refused for its level, which the refusal quotes."""
    rehearsal = days.begin()
    days.play(rehearsal, until=lambda day: day.arrivals == 1)
    step = e.Step(level=OUTLANDISH, amount="1")
    bid = e.BidReceived(at=rehearsal.day.now, seat=BANK, bond=BOND, member="银行甲", steps=(step,))
    assert rehearsal.perform(bid).kind == "action_refused"
    return rehearsal


def test_the_words_of_a_refused_bid_are_for_its_member_until_the_close_and_for_the_desk_after_it():
    rehearsal = refused_bid()
    desk = {
        seat for seat in ALL_SEATS if seat.partition(":")[0] in {"operator", "checker", "lead-officer", "supervisor"}
    }
    assert {seat for seat in ALL_SEATS if OUTLANDISH in json.dumps(view(rehearsal.day, seat))} == {BANK}
    for _, day in days.states(rehearsal):
        knowing = {BANK} if day.windows["W1"].phase in BEFORE_CLOSE else {BANK, *desk}
        assert {seat for seat in ALL_SEATS if OUTLANDISH in json.dumps(view(day, seat))} == knowing


def test_the_words_of_a_bid_refused_for_an_unknown_bond_are_not_told_while_any_window_is_sealed():
    rehearsal = odd_day(1)
    days.play(rehearsal, until=lambda day: day.windows["W1"].phase is WindowPhase.OPEN)
    step = e.Step(level=OUTLANDISH, amount="1")
    bid = e.BidReceived(at=rehearsal.day.now, seat=BROKER, bond=OUTLANDISH, member="券商乙", steps=(step,))
    rehearsal.perform(bid)
    for _, day in days.states(rehearsal):
        if day.windows["W2"].phase in BEFORE_CLOSE:
            told = {seat for seat in ALL_SEATS for entry in view(day, seat)["refusals"] if OUTLANDISH in str(entry)}
            assert told == {BROKER}


@pytest.mark.parametrize("seed", range(8))
def test_a_blind_checker_sees_no_entry_before_comparing_it(seed):
    staged = days.stage(days.window(days.issue(), days.issue("2605102")), staff={"typing_error": "30%"})
    hidden = 0
    for _, day in days.states(days.begin(staged, seed)):
        if day.windows["W1"].phase is not WindowPhase.PREPARED:
            continue
        for seen in view(day, CHECKER)["windows"][0]["issues"]:
            sheet = day.windows["W1"].sheets[seen["documents"]["bond"]]
            for part, checked, differences in (
                ("terms", sheet.terms_checked, sheet.terms_differences),
                ("range", sheet.range_checked, sheet.range_differences),
            ):
                compared = checked or bool(differences)
                hidden += not compared
                assert (part in seen["sheet"]) is compared
                assert compared or seen["sheet"].get(f"{part}_differences") is None
    assert hidden > 10
