"""The scenarios to learn from: each played by people who err in nothing, and by people who err in everything."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from days import copied

from auction.commands.guard import role_of
from auction.journal import MemoryJournal
from auction.plan import Role
from auction.verify import verify
from sim.debrief import Debrief, debrief, markdown
from sim.expectation import unmet
from sim.incidents import CATALOGUE
from sim.rehearsal import Rehearsal
from sim.scenario import KEPT_NAME, Staged, find_scenario, keep, read_scenario, training_scenarios

ROOT = Path(__file__).resolve().parents[1]
SEEDS, SOAKED = range(1, 21), range(1000, 1200)
FLAWLESS = dict.fromkeys(
    ("typing_error", "missed_difference", "custody_missed", "wrong_answer", "unanswered"), Decimal(0)
)
CARELESS = {**FLAWLESS, "missed_difference": Decimal(1), "wrong_answer": Decimal(1)}
MOST_ACTS = 2_000
"""No day of these comes near it unless it runs in a circle."""

each_scenario = pytest.mark.parametrize("file", training_scenarios(), ids=lambda file: file.stem)


def peopled(file: Path, errors: dict[str, Decimal]) -> Staged:
    """The scenario with people who err like this."""
    staged = read_scenario(file)
    staff = staged.scenario.staff.model_copy(update=errors)
    return replace(staged, scenario=staged.scenario.model_copy(update={"staff": staff}))


def played(staged: Staged, seed: int) -> Debrief:
    """The day looked back on, its journal whole and at its end."""
    log = MemoryJournal()
    acts = sum(1 for _event in Rehearsal(staged, log, seed).run())
    assert acts < MOST_ACTS
    found = verify([], log.rows(), None)
    assert (found.ok, found.journal, found.problems) == (True, "closed", ())
    return debrief(log.rows())


def come_through_flawlessly(file: Path, seeds: Iterable[int]) -> None:
    """Full score, nothing refused on the site, every planned incident handled well, and all as expected."""
    staged = peopled(file, FLAWLESS)
    planned = sorted(each.kind for each in staged.scenario.incidents)
    for seed in seeds:
        day = played(staged, seed)
        assert [str(objective.text) for objective in day.objectives if not objective.met] == []
        assert day.score == 100
        refused = [event for event in day.day.refusals if role_of(event.seat)[0] not in (Role.UNDERWRITER, Role.SYSTEM)]
        assert refused == []
        handled = sorted((one.incident.occurred.incident, one.wrong) for one in day.story.handled)
        assert handled == [(kind, False) for kind in planned]
        assert unmet(staged.scenario.expect, day.day, day.score) == ()


def come_through_carelessly(file: Path, seeds: Iterable[int]) -> None:
    """Every fault that was planted has its effect, and the debrief names it."""
    staged = peopled(file, CARELESS)
    planned = sorted(each.kind for each in staged.scenario.incidents)
    named = {f"- ✘ 处置：{CATALOGUE[kind].name}" for kind in planned}
    for seed in seeds:
        day = played(staged, seed)
        handled = sorted((one.incident.occurred.incident, one.wrong) for one in day.story.handled)
        assert handled == [(kind, True) for kind in planned]
        assert named <= set(markdown(day).splitlines())
        assert (day.score < 100) is bool(planned)


@each_scenario
def test_flawless_people_come_through_with_the_full_score(file: Path):
    come_through_flawlessly(file, SEEDS)


@each_scenario
def test_careless_people_come_through_with_every_planted_fault_named(file: Path):
    come_through_carelessly(file, SEEDS)


@pytest.mark.soak
@each_scenario
def test_flawless_people_come_through_two_hundred_times(file: Path):
    come_through_flawlessly(file, SOAKED)


@pytest.mark.soak
@each_scenario
def test_careless_people_come_through_two_hundred_times(file: Path):
    come_through_carelessly(file, SOAKED)


@pytest.mark.parametrize("name", ["forms-of-all-kinds", "everybody-calls", "system-voided"])
def test_a_day_on_which_things_go_wrong_goes_on_as_it_would_have_wherever_it_was_cut_short(name: str):
    staged, log = read_scenario(Path(name)), MemoryJournal()
    whole = tuple(Rehearsal(staged, log, 2).run())
    for kept in range(len(whole) // 3, len(whole), len(whole) // 6):
        again = copied(log.rows()[:kept])
        assert tuple(Rehearsal(staged, again, 2).run()) == whole[kept - 1 :]
        assert again.rows() == log.rows()


def test_every_kind_of_incident_is_met_in_some_scenario():
    met = {planned.kind for file in training_scenarios() for planned in read_scenario(file).scenario.incidents}
    assert sorted(CATALOGUE.keys() - met) == []


def test_the_scenarios_go_from_a_quiet_day_to_one_on_which_five_things_go_wrong():
    scenarios = [read_scenario(file).scenario for file in training_scenarios()]
    levels = [scenario.level for scenario in scenarios]
    assert len(scenarios) >= 16
    assert levels == sorted(level for level in levels if level is not None)
    assert set(levels) == {1, 2, 3, 4, 5}
    assert (scenarios[0].name, scenarios[0].incidents) == ("quiet-tender", ())
    assert max(len(scenario.incidents) for scenario in scenarios) >= 5


@each_scenario
def test_every_scenario_says_what_it_is_for_what_to_ask_and_what_to_expect(file: Path):
    scenario = read_scenario(file).scenario
    assert scenario.name == file.stem
    assert len(scenario.questions) >= 3
    assert sorted(scenario.expect.results) == sorted(issue.bond for issue in scenario.plan.issues)
    assert scenario.expect.least_score == 100


def test_the_scenarios_bring_in_deputies_observers_eyes_alone_and_every_shape_of_a_day():
    scenarios = [read_scenario(file).scenario for file in training_scenarios()]
    people = [person for scenario in scenarios for person in scenario.plan.roster]
    deputised = {person.role for person in people if person.deputy_for}
    assert deputised == {Role.OPERATOR, Role.CHECKER, Role.SUPERVISOR}
    assert any(person.role is Role.OBSERVER for person in people)
    assert any(scenario.by_eye for scenario in scenarios)
    assert any(len(scenario.plan.windows) == 2 for scenario in scenarios)
    assert any(len(window.issues) == 10 for scenario in scenarios for window in scenario.plan.windows)
    assert any(issue.reopening for scenario in scenarios for issue in scenario.plan.issues)
    assert any(person.role is Role.BOOKRUNNER for person in people)


@pytest.mark.parametrize("before", ["", "training/", "scenarios/training/"])
@pytest.mark.parametrize("ending", ["", ".yaml"])
def test_a_scenario_is_found_by_its_name_with_or_without_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, ending: str
):
    monkeypatch.chdir(tmp_path)
    assert find_scenario(Path(f"{before}quiet-tender{ending}")) == training_scenarios()[0]


def test_a_scenario_that_was_kept_is_the_same_scenario(tmp_path: Path):
    staged = read_scenario(Path("evening-curve"))
    assert read_scenario(keep(staged, tmp_path)).digest == staged.digest
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == [
        KEPT_NAME,
        "synthetic-treasury.csv",
    ]


def test_the_pages_say_what_scenarios_and_catalogue_say():
    command = [sys.executable, str(ROOT / "tools" / "training_pages.py"), "--check"]
    checked = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert (checked.stderr, checked.returncode) == ("", 0)
