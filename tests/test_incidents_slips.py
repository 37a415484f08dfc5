"""Wrong figures in the operator's hand: found by the checker, by the system, or by nobody; and what they would cost."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import days
import pytest
from days import BOND
from mishaps import BOOK_BUILD, CARELESS, SETTINGS, TWO_ROWS, look_back, looking, planned

from auction import events as e
from auction.curve import benchmark_mean
from auction.desk import range_due
from auction.plan import Role, terms_of
from auction.quantities import parse_number
from auction.workdays import INTERBANK
from sim.incidents.kind import Befallen
from sim.incidents.ranges import days_before, wrong_days
from sim.incidents.sheets import mistyped, mistypings, slipped_rows
from sim.scenario import Staged

FOUR_EYES = (Role.OPERATOR, Role.CHECKER)
SLIPS = ("parameter-mistyped", "rows-slipped", "amount-times-ten", "frequency-annual", "method-outgrown")
RANGES = ("wrong-day-in-mean", "old-curve-file")


def the_day(kind: str, **blocks: object) -> Staged:
    """A day with one such slip."""
    return SETTINGS[kind].staged(kind, **blocks)


@pytest.mark.parametrize("kind", (*SLIPS, *RANGES))
@pytest.mark.parametrize("blocks", [{}, {"by_eye": True}, {"checking": "review"}], ids=["compared", "eye", "review"])
def test_a_checker_who_looks_finds_the_slip_and_the_sheet_goes_out_right(kind, blocks):
    past = look_back(the_day(kind, **blocks))
    assert (past.verdict.right, str(past.verdict.how), past.verdict.by) == (True, "复核时发现不一致", days.CHECKER)
    for state in past.day.windows.values():
        for bond, sheet in state.sheets.items():
            window = past.day.plan.window_of(bond)
            assert sheet.terms == terms_of(window.issue(bond), window)
            assert sheet.range == sheet.second_range


@pytest.mark.parametrize("kind", (*SLIPS, *RANGES))
def test_what_two_people_overlook_the_system_stops_and_that_is_nobodys_merit(kind):
    past = look_back(the_day(kind, staff=CARELESS))
    ending = ".floor" if kind in RANGES else ".documents"
    assert [(action, rules[0].endswith(ending)) for _, action, rules in past.refused] == [("notices_sent", True)]
    assert (str(past.verdict.how), past.verdict.right) == ("两人都没有发现，发标时被系统拦下", False)
    assert past.verdict.missed_by == tuple(past.day.plan.acting(role) for role in FOUR_EYES)
    assert past.verdict.noticed == past.day.refusals[0].at


@pytest.mark.parametrize("kind", (*SLIPS, *RANGES))
def test_where_people_alone_compare_the_wrong_sheet_goes_out(kind):
    past = look_back(the_day(kind, staff=CARELESS, by_eye=True))
    assert (past.refused, past.verdict.right, past.verdict.noticed) == ([], False, None)
    sheets = [(bond, sheet) for state in past.day.windows.values() for bond, sheet in state.sheets.items()]
    windows = {bond: past.day.plan.window_of(bond) for bond, _ in sheets}
    if kind in RANGES:
        assert [sheet.range.days != INTERBANK.before(past.day.plan.date, 5) for _, sheet in sheets] == [True]
    else:
        wrong = [sheet.terms != terms_of(windows[bond].issue(bond), windows[bond]) for bond, sheet in sheets]
        assert all(wrong)


@pytest.mark.parametrize("field", ["offered", "tenor", "frequency", "close"])
def test_every_field_that_can_be_mistyped_can_be_sent_and_bid_on_where_nobody_looks(field):
    staged = days.stage(incidents=[planned("parameter-mistyped", "PREPARED")], staff=CARELESS, by_eye=True)
    seeds = (seed for seed in range(40) if field_of(staged, seed) == field)
    past = look_back(staged, next(seeds))
    entered = past.day.windows["W1"].sheets[BOND].terms
    due = terms_of(past.day.plan.issues[0], past.day.plan.windows[0])
    assert {name: value for name, value in entered if value != getattr(due, name)} == {field: mistypings(due)[field]}
    assert (past.verdict.right, past.day.closed) == (False, True)


def field_of(staged: Staged, seed: int) -> str:
    """Which field is mistyped with a seed."""
    day = days.play(days.begin(staged, seed), until=lambda day: bool(day.incidents))
    return day.incidents[0].occurred.detail["field"]


def test_an_operator_who_types_what_the_documents_say_in_spite_of_the_paper_is_right():
    log = days.MemoryJournal()
    rehearsal = days.begin(the_day("amount-times-ten"), log=log)
    days.play(rehearsal, until=lambda day: bool(day.incidents))
    plan = rehearsal.day.plan
    terms = terms_of(plan.issues[0], plan.windows[0])
    rehearsal.perform(e.NoticeEntered(at=rehearsal.day.now, seat=days.OPERATOR, bond=BOND, terms=terms))
    days.play(rehearsal)
    past = looking(rehearsal, log)
    assert (past.verdict.right, str(past.verdict.how)) == (True, "经办人没有照抄，按发行文件录入")


def test_slipped_rows_give_every_bond_the_next_ones_terms_and_the_last_the_firsts():
    plan = days.stage(TWO_ROWS).scenario.plan
    befallen = Befallen(plan, "W1", "", {})
    window = plan.windows[0]
    first, second = (terms_of(issue, window) for issue in window.issues)
    assert slipped_rows(befallen, first) == second.model_copy(update={"bond": first.bond})
    assert slipped_rows(befallen, second) == first.model_copy(update={"bond": second.bond})


def test_a_checker_who_is_let_copy_takes_every_error_over():
    incidents = [planned("checker-copies", "PREPARED"), planned("amount-times-ten", "PREPARED")]
    copied = look_back(days.stage(incidents=incidents, staff={"wrong_answer": "100%"}))
    stopped = look_back(days.stage(incidents=incidents))
    assert [verdict.right for verdict in copied.verdicts] == [False, False]
    assert [verdict.right for verdict in stopped.verdicts] == [True, True]
    assert [action for _, action, _ in copied.refused] == ["notices_sent"]


def test_the_wrong_five_days_leave_out_the_make_up_day_where_there_is_one():
    staged, made_up = days.stage(), date(2026, 5, 9)
    assert made_up.weekday() == 5
    assert made_up in INTERBANK.before(date(2026, 5, 12), 5)
    assert made_up not in wrong_days(staged, date(2026, 5, 12))
    assert len(wrong_days(staged, date(2026, 5, 12))) == 5
    assert wrong_days(staged, date(2026, 6, 10)) == INTERBANK.before(date(2026, 6, 9), 5)
    assert days_before(staged, date(2026, 6, 10)) == INTERBANK.before(date(2026, 6, 9), 5)


@pytest.mark.parametrize("kind", RANGES)
def test_a_range_from_wrong_figures_is_right_in_itself(kind):
    past = look_back(the_day(kind, staff=CARELESS, by_eye=True))
    entry = past.day.windows["W1"].sheets[BOND].range
    due = range_due(past.day.plan, past.day.plan.issues[0], Fraction(parse_number(entry.mean))).range
    assert (entry.low, entry.high) == (due.low, due.high)
    assert (entry.curve == past.day.planned.curve) is (kind == "wrong-day-in-mean")


def test_a_wrong_mean_is_worth_the_difference_on_the_amount_over_the_tenor():
    staged = the_day("wrong-day-in-mean")
    past = look_back(staged)
    right = benchmark_mean(staged.anchor, date(2026, 6, 10), 10).mean
    wrong = benchmark_mean(staged.anchor, date(2026, 6, 9), 10).mean
    assert past.stake == abs(Decimal((right - wrong).numerator) / (right - wrong).denominator) / 100 * 10 * 10**9


def test_ten_times_the_amount_is_worth_the_interest_on_nine_tenths_of_it():
    past = look_back(the_day("amount-times-ten"))
    assert past.stake == 9 * 10**9 * past.day.results()[BOND].price / 100 * 10


def test_paid_once_a_year_instead_of_twice_is_worth_the_interest_on_half_a_coupon():
    past = look_back(the_day("frequency-annual"))
    rate = past.day.results()[BOND].price / 100
    assert past.stake == (10**9 * rate / 2 * rate / 2 * 10).quantize(Decimal("0.01"))


def test_a_mistyped_tenor_is_worth_a_years_interest():
    staged = days.stage(incidents=[planned("parameter-mistyped", "PREPARED")])
    past = look_back(staged, next(seed for seed in range(40) if field_of(staged, seed) == "tenor"))
    assert past.stake == 10**9 * past.day.results()[BOND].price / 100


def test_an_incident_without_its_hidden_facts_still_makes_a_slip():
    plan = days.stage().scenario.plan
    due = terms_of(plan.issues[0], plan.windows[0])
    assert mistyped(Befallen(plan, BOND, "", {}), due).offered == 10 * due.offered


def test_what_has_outgrown_the_limit_of_a_book_build_is_just_above_it():
    past = look_back(days.stage(BOOK_BUILD, incidents=[planned("method-outgrown", "PREPARED")]))
    entered = past.of("notice_entered")[0].terms.offered
    assert entered == 52_000
    assert "4.8" in str(past.day.incidents[0].occurred.symptom)
