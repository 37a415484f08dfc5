"""Screens for collusion and guided bidding: each finds what was planted, and is silent on honest books."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import days
import numpy as np
import pytest
from lookingback import befallen, looked_back, part, quiet, steady

from auction import events as e
from auction.journal import MemoryJournal
from sim.debrief import Debrief, debrief, sections
from sim.rehearsal import Rehearsal
from sim.scenario import read_scenario, training_scenarios
from sim.screens import SCREENS, IssueBook, Looked, books_of, screen_day, screen_series
from sim.screens.finding import binomial_tail, poisson_tail, wilson
from sim.screens.mixing import LEAST_AUCTIONS, chance_of
from sim.screens.residual import closeness, mixed, most_together
from sim.screens.rotation import most_in_turn, traded
from sim.screens.simulated import MINIMUM_BIDS, book, called_book, issue_book, series, syndicate

SEED, AUCTIONS = 11, 24
RULE = syndicate().rule
LAB = ("numba", "scipy", "joblib", "PIL")


def drawn(seed: int = SEED) -> np.random.Generator:
    return np.random.default_rng(seed)


def by_id(looked: tuple[Looked, ...]) -> dict[str, Looked]:
    return {each.screen.id: each for each in looked}


def honest_bids() -> dict[str, tuple[tuple[int, int], ...]]:
    """Twelve members that have nothing to do with each other; the issue is full at tick 9."""
    return {f"家{place}": ((place, 30 + place), (place + 2, 20 - place)) for place in range(1, 13)}


@cache
def of_a_series(ring: int, way: str = "ring", seed: int = SEED) -> dict[str, Looked]:
    return by_id(screen_series(series(syndicate(ring, way), AUCTIONS, drawn(seed))))


def test_honest_days_are_silent_but_for_the_false_alarms_that_are_owned_to():
    draw, who = drawn(), (syndicate(), syndicate(minimum=MINIMUM_BIDS))
    looked = [each for day in range(120) for each in screen_day([called_book(who[day % 2], draw)])]
    assert sum(each.alarm for each in looked) <= 0.05 * 120


def test_an_honest_series_is_silent():
    assert {screen: looked.alarm for screen, looked in of_a_series(0).items()} == {"rotation": False, "residual": False}


def test_members_with_one_schedule_in_proportion_are_found():
    shape = ((6, 2), (7, 1), (9, 1))
    ring = {f"伙{size}": tuple((tick, lots * size) for tick, lots in shape) for size in (5, 8, 11, 20)}
    (identical, *_) = screen_day([issue_book(RULE, "1", honest_bids() | ring)])
    assert (identical.alarm, identical.finding.who, identical.finding.statistic) == (True, tuple(ring), 4)
    assert identical.finding.level == RULE.level(6)
    assert str(identical.told) == "4 家的标位与各标位比例相同，自 2.11 起；按机会约 1.1 家"


def test_members_that_meet_at_the_floor_at_a_focal_level_or_at_the_ceiling_say_nothing():
    for tick in (0, 5, 10, RULE.ticks - 1):
        met = {f"伙{size}": ((tick, size),) for size in (11, 17, 23, 29, 31, 37)}
        assert [each.alarm for each in screen_day([issue_book(RULE, "1", honest_bids() | met)])] == [False] * 3


def test_tokens_beside_a_large_bid_and_at_the_ceiling_are_found():
    ring = {"伙1": ((9, 60),), "伙2": ((9, 1),), "伙3": ((9, 1),), "伙4": ((RULE.ticks - 1, 1),)}
    looked = by_id(screen_day([issue_book(RULE, "1", honest_bids() | ring)]))["accompanying"]
    assert (looked.alarm, looked.finding.who) == (True, ("伙2", "伙3", "伙4"))
    assert str(looked.told) == "3 家只投同样的一小笔，跟在 2.14 的大额投标旁或停在上限；按机会约 0.1 家"


def test_bids_at_the_ceiling_of_an_issue_that_is_not_full_are_not_parked():
    weak = {f"家{place}": ((RULE.ticks - 1, 1),) for place in range(8)}
    looked = by_id(screen_day([issue_book(RULE, "1", weak)]))["accompanying"]
    assert (looked.alarm, looked.finding) == (False, None)


def test_members_that_jump_to_one_level_after_a_call_are_found():
    found = by_id(screen_day([called_book(syndicate(), drawn(), jumping=8)]))["called"]
    assert (found.alarm, found.finding.level) == (True, RULE.level(0))
    assert found.finding.statistic == len(found.finding.who) >= 4


def test_revising_after_a_call_is_no_jump_and_without_a_call_nothing_is_said():
    jumped = called_book(syndicate(), drawn(), jumping=8)
    early = replace(jumped, calls=(jumped.calls[0] - timedelta(minutes=30),))
    assert [by_id(screen_day([each]))["called"].finding for each in (replace(jumped, calls=()), early)] == [None, None]
    honest = by_id(screen_day([called_book(syndicate(), drawn())]))["called"]
    assert (honest.finding is None, honest.alarm) == (False, False)


@pytest.mark.parametrize(("way", "screen"), [("ring", "residual"), ("copying", "residual"), ("covering", "rotation")])
def test_a_ring_is_found_in_a_series_and_its_members_named(way, screen):
    each = [of_a_series(8, way, SEED + n)[screen] for n in range(3)]
    found = [looked.finding for looked in each if looked.alarm]
    assert len(found) >= 2
    for finding in found:
        assert sum(name.startswith("伙") for name in finding.who) >= 0.8 * len(finding.who) >= 3


def test_taking_turns_is_told_with_what_chance_would_bring():
    looked = of_a_series(8)["rotation"]
    assert looked.alarm
    assert str(looked.told).startswith(f"{len(looked.finding.who)} 家里恰有一家中标的有 ")


def test_a_short_series_says_nothing():
    looked = screen_series(series(syndicate(8), LEAST_AUCTIONS - 1, drawn()))
    assert [each.finding for each in looked] == [None, None]
    assert [str(each.told) for each in looked] == ["没有可比的投标"] * 2


def test_a_larger_ring_is_found_on_more_days():
    caught = {"identical": [], "accompanying": []}
    for size in (0, 5, 8):
        who, draw = syndicate(size), drawn()
        found = [by_id(screen_day([book(who, draw)])) for _day in range(40)]
        for screen, counts in caught.items():
            counts.append(sum(each[screen].alarm for each in found))
    assert all(counts == sorted(counts) and counts[0] <= 2 < counts[-1] for counts in caught.values()), caught


def test_a_larger_ring_takes_turns_in_more_auctions_than_chance_brings():
    found = [of_a_series(size)["rotation"].finding for size in (0, 5, 8)]
    chances = [1.0 if finding is None else finding.p for finding in found]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.02 < chances[0]


def test_screens_are_pure_and_blind_to_the_order_of_members():
    one = called_book(syndicate(5), drawn(), jumping=3)
    other = replace(one, schedules=dict(reversed(one.schedules.items())))
    told = [[(each.finding.p, set(each.finding.who)) for each in screen_day([day])] for day in (one, one, other)]
    assert told[0] == told[1] == told[2]


def test_looking_at_several_issues_counts_in_the_chance():
    one = called_book(syndicate(), drawn(), jumping=3)
    alone, thrice = (by_id(screen_day(books))["called"].finding for books in ([one], [one] * 3))
    assert thrice == replace(alone, p=min(1.0, 3 * alone.p))


def test_a_finding_is_told_as_data():
    looked = by_id(screen_day([called_book(syndicate(), drawn(), jumping=8)]))["called"]
    told = looked.as_dict()
    assert (told["screen"], told["alarm"], told["level"]) == ("called", True, "2.05")
    assert (told["p"], told["threshold"]) == (looked.finding.p, SCREENS["called"].threshold)
    low, high = told["false_positive_interval"]
    assert low < told["false_positive_rate"] < high <= 0.07 and told["measured_on"] >= 100


def test_every_screen_was_measured_to_call_on_at_most_one_honest_day_or_series_in_twenty():
    assert {screen: looked.measured.rate <= 0.05 for screen, looked in SCREENS.items()} == dict.fromkeys(SCREENS, True)
    assert all(looked.measured.honest >= 300 and looked.measured.power for looked in SCREENS.values())


def test_tails_and_intervals_are_those_of_the_tables():
    assert (round(poisson_tail(3, 1.0), 4), round(binomial_tail(3, 5, 0.5), 4)) == (0.0803, 0.5)
    assert tuple(round(end, 4) for end in wilson(5, 100)) == (0.0215, 0.1118)


def test_the_debrief_of_a_quiet_day_tells_each_screen_with_threshold_and_error_rate_and_calls_for_nothing():
    section = part(quiet(), "screens")
    assert section.heading == "异常投标筛查"
    assert section.columns == ("筛查", "所见", "偶然概率", "提示门槛", "误报率")
    assert [(row.cells[0], row.mark.value, row.under) for row in section.rows] == [
        ("投标雷同", "", ()),
        ("陪标", "", ()),
        ("来电后跳位", "", ()),
    ]
    assert section.rows[2].cells[1:3] == ("没有可比的投标", "无")
    assert "不是证据" in section.remark


def guided(to_the_floor: bool) -> Debrief:
    """Four members bid apart; somebody calls, and a minute later all bid anew, at the floor or where they stood."""

    def bids(rehearsal):
        span = rehearsal.day.windows["W1"].sheets[days.BOND].range
        apart = [span.low + step * (span.high - span.low) / 10 for step in (3, 5, 6, 8)]
        before = [level.quantize(span.low) for level in apart]
        for levels, at in ((before, 60), ([span.low] * 4 if to_the_floor else before, 180)):
            for (member, level), after in zip(zip(days.MEMBERS, levels, strict=True), range(4), strict=True):
                about = {"seat": f"underwriter:{member}", "bond": days.BOND, "member": member}
                moment = opened + timedelta(seconds=at + after)
                yield e.BidReceived(at=moment, **about, steps=(e.Step(level=level, amount=40_000),))
            if at == 60:
                call = befallen(rehearsal, "guided-bidding", place="W1")
                yield call.model_copy(update={"at": opened + timedelta(seconds=120)})

    def befalls(rehearsal):
        nonlocal opened
        opened = rehearsal.day.now
        *first, last = bids(rehearsal)
        for event in first:
            rehearsal.perform(event)
        return last

    opened = None
    return looked_back(steady(underwriters={"absent": "100%"}), {"window_opened": befalls})


def test_a_day_on_which_members_jump_to_the_floor_after_a_call_calls_for_a_look():
    whole = guided(to_the_floor=True)
    row = part(whole, "screens").rows[2]
    assert (row.mark.value, row.cells[0]) == ("!", "来电后跳位")
    assert row.under == ("请复看 2605101：银行甲、券商乙、银行丙、券商丁",)
    assert row.cells[1].startswith("来电之后 10 分钟内，4 家改投到 ")


def test_a_call_after_which_nobody_moves_calls_for_nothing():
    rows = part(guided(to_the_floor=False), "screens").rows
    assert [row.mark.value for row in rows] == ["", "", ""]
    assert rows[2].cells[1] == "来电之后 10 分钟内，没有几家改投到同一标位"


def test_the_books_of_a_day_are_its_valid_bids_as_ticks_and_lots():
    day = quiet().day
    (read,) = books_of(day, quiet().story.events)
    result = day.results()[days.BOND]
    valid = {outcome.bid.member for outcome in result.bids if outcome.status.value != "rejected"}
    assert set(read.schedules) == valid and len(read.sent) == 4
    assert read.rule.level(read.cutoff) == result.cutoff
    assert sum(lots for bid in read.schedules.values() for _tick, lots in bid) * read.rule.lot == result.total_bids


def test_a_book_build_has_nothing_to_screen():
    terms = {"bookrunner": "券商乙", "agreed": ["银行甲", "券商乙"], "agreed_cap": "+12%"}
    book_build = days.window(days.issue(method="public-underwriting", **terms))
    assert "screens" not in {section.id for section in sections(looked_back(steady(book_build)))}


def test_screening_a_day_needs_no_package_of_the_laboratory():
    look = f"import sys, sim.debrief, sim.screens, tui.commands.screen; print([n for n in {LAB} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def spread_evenly(chances: list[float]) -> bool:
    """Whether chances could be drawn evenly from 0 to 1, or lie higher: Kolmogorov's bound at one in a thousand."""
    ordered = np.sort(chances)
    above = np.arange(1, len(ordered) + 1) / len(ordered) - ordered
    return bool(above.max() <= 1.95 / np.sqrt(len(ordered)))


@pytest.mark.soak
def test_the_chance_of_taking_turns_is_even_where_members_win_by_chance():
    draw, chances = drawn(), []
    for _series in range(150):
        wins = draw.random((20, 24)) < draw.uniform(0.1, 0.5, (20, 1))
        state = [wins]

        def again(state=state) -> float:
            state[0] = traded(state[0], draw)
            return most_in_turn(state[0])[0]

        chances.append(chance_of(most_in_turn(wins)[0], again))
    assert spread_evenly(chances) and spread_evenly([1 - chance for chance in chances])


@pytest.mark.soak
def test_the_chance_of_moving_together_is_even_where_views_are_members_own():
    draw, chances = drawn(), []
    for _series in range(200):
        left = draw.standard_normal((20, 24))
        left[draw.random(left.shape) < 0.3] = np.nan
        score = most_together(closeness(left))[0]
        chances.append(chance_of(score, lambda left=left: most_together(closeness(mixed(left, draw)))[0]))
    assert spread_evenly(chances) and spread_evenly([1 - chance for chance in chances])


def test_an_unpinned_book_and_a_pinned_one_are_told_apart():
    at_floor = {f"家{place}": ((0, 60),) for place in range(10)}
    books: tuple[IssueBook, ...] = (issue_book(RULE, "1", at_floor), issue_book(RULE, "2", honest_bids()))
    assert [(each.cutoff, each.pinned) for each in books] == [(0, True), (11, False)]


def alarms_on(file: Path, seed: int) -> list[str]:
    """The screens that call on a day of a shipped scenario."""
    log = MemoryJournal()
    assert [event.kind for event in Rehearsal(read_scenario(file), log, seed).run()][-1] == "day_closed"
    return [row.cells[0] for row in part(debrief(log.rows()), "screens").rows if row.mark.value]


@pytest.mark.parametrize("name", ["quiet-tender", "everybody-calls", "weak-thirty", "at-the-ceiling"])
def test_a_day_on_which_a_call_moves_nobody_is_silent(name):
    assert alarms_on(Path(name), SEED) == []


@pytest.mark.soak
def test_the_training_scenarios_call_on_at_most_one_day_in_twenty():
    files = [file for file in training_scenarios() if file.stem != "book-build"]
    days_held = [alarms_on(file, seed) for file in files for seed in range(1, 6)]
    assert sum(bool(alarms) for alarms in days_held) <= 0.05 * len(days_held)
