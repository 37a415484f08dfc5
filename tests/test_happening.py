"""When planned incidents strike and whom they befall, and what is said of those that never could."""

from datetime import datetime, timedelta
from pathlib import Path

import days
import pytest
from mishaps import BOOK_BUILD, TWO_ROWS, WEAK, look_back, planned

from auction.errors import BadInput
from sim.blocks import PlannedIncident
from sim.happening import BEGINS, SCENARIO_SEAT, faults_of, places_for
from sim.incidents import CATALOGUE
from sim.scenario import Staged, find_scenario, read_scenario


def struck(seed: int = days.SEED, *windows: dict, **fields: object):
    """The incidents of a small day with one planned."""
    return look_back(days.stage(*windows, incidents=[fields]), seed).day.incidents


def test_an_incident_strikes_some_seconds_into_its_phase():
    past = look_back(days.stage(incidents=[planned("power-lost", "OPEN", after_s=[30, 40])]))
    (incident,) = past.day.incidents
    into = incident.occurred.at - past.of("window_opened")[0].at
    assert timedelta(seconds=30) <= into <= timedelta(seconds=40)
    assert (incident.occurred.seat, incident.occurred.planned) == (SCENARIO_SEAT, 0)


def test_an_incident_strikes_at_its_time():
    (incident,) = struck(kind="stranger-at-door", at="10:45:30")
    assert incident.occurred.at == datetime(2026, 6, 10, 10, 45, 30)


def test_what_comes_too_early_or_too_late_for_its_kind_does_not_strike():
    assert struck(kind="stranger-at-door", at="23:00:00") == ()
    assert struck(kind="terminal-down", at="10:31:00")[0].occurred.at == datetime(2026, 6, 10, 10, 31)
    assert struck(kind="amount-times-ten", at="11:00:00") == ()


def strikes(staged: Staged, seed: int) -> bool:
    """Whether it has struck by the opening."""
    return bool(days.play(days.begin(staged, seed), lambda day: "window_opened" in day.since).incidents)


def test_chance_decides_with_the_seed_alone():
    staged = days.stage(incidents=[planned("phone-found", "SITE_SEALED", chance="50%")])
    came = [strikes(staged, seed) for seed in range(16)]
    assert 0 < sum(came) < 16
    assert came[:3] == [strikes(staged, seed) for seed in range(3)]


def test_another_incident_beside_it_changes_nothing_about_one():
    alone = struck(**planned("phone-found", "SITE_SEALED"))[0].occurred
    both = look_back(
        days.stage(incidents=[planned("phone-found", "SITE_SEALED"), planned("stranger-at-door", "OPEN")])
    ).day.incidents
    assert (both[0].occurred.at, both[0].occurred.subject) == (alone.at, alone.subject)
    assert len(both) == 2


def test_who_and_where_are_as_planned_or_drawn_from_those_whom_it_can_befall():
    assert struck(kind="terminal-down", at="10:40:00", who="券商丁")[0].occurred.subject == "券商丁"
    drawn = {struck(seed, kind="phone-found", at="09:30:00")[0].occurred.subject for seed in range(8)}
    assert drawn <= {"陈岚", "周默", "许正言", "罗一鸣", "宋词"}
    assert len(drawn) > 1
    bonds = {struck(seed, TWO_ROWS, **planned("amount-times-ten", "PREPARED"))[0].occurred.place for seed in range(6)}
    assert bonds == {days.BOND, "2605102"}


def test_only_bonds_and_windows_that_it_can_befall_are_drawn():
    for seed in range(4):
        (incident,) = struck(seed, TWO_ROWS, **planned("frequency-annual", "PREPARED"))
        assert incident.occurred.place == days.BOND
    plan = days.stage(TWO_ROWS).scenario.plan
    assert places_for(CATALOGUE["rows-slipped"], plan) == ("W1",)
    assert places_for(CATALOGUE["rows-slipped"], days.stage().scenario.plan) == ()
    assert places_for(CATALOGUE["power-lost"], plan) == ()


@pytest.mark.parametrize("kind", ["short-at-close", "cut-off-at-ceiling"])
def test_what_depends_on_the_result_happens_on_such_days_only(kind):
    assert struck(**planned(kind, "CLEARED")) == ()
    assert len(look_back(days.stage(incidents=[planned(kind, "CLEARED")], **WEAK)).day.incidents) == 1


def test_a_day_killed_and_resumed_is_struck_by_the_same():
    staged = days.stage(incidents=[planned("phone-found", "SITE_SEALED"), planned("terminal-down", "OPEN")])
    log = days.MemoryJournal()
    whole = days.begin(staged, log=log)
    days.play(whole)
    middle = len(log.rows()) // 2
    again = days.copied(log.rows()[:middle])
    days.play(days.begin(staged, log=again))
    assert again.rows() == log.rows()


def test_every_phase_of_every_kind_has_an_event_with_which_it_begins():
    assert {str(moment) for kind in CATALOGUE.values() for moment in kind.moments} <= set(BEGINS)


BAD = [
    ("{kind: flood, at: '10:40:00'}", "kind", "没有 flood 这种突发情况"),
    ("{kind: phone-found, phase: LUNCH}", "phase", "没有 LUNCH 这个阶段"),
    ("{kind: terminal-down, phase: RELEASED}", "phase", "terminal-down 只会发生在 OPEN，不在 RELEASED"),
    ("{kind: phone-found, phase: OPEN, who: 路人甲}", "who", "路人甲 不在名册上"),
    ("{kind: terminal-down, phase: OPEN, who: 路人甲}", "who", "路人甲 不在名册上"),
    ("{kind: supervisor-away, phase: OPEN, who: 陈岚}", "who", "不会落在其身上"),
    ("{kind: system-down, phase: OPEN, window: W9}", "window", "当日没有 W9"),
    ("{kind: amount-times-ten, phase: PREPARED, bond: '9999999'}", "bond", "当日没有 9999999"),
    ("{kind: rows-slipped, phase: PREPARED}", "kind", "rows-slipped 不会落在"),
    ("{kind: method-outgrown, phase: PREPARED}", "kind", "method-outgrown 不会落在"),
    ("{kind: phone-found}", None, "at 与 phase 须写且只写一个"),
    ("{kind: phone-found, at: '10:40:00', phase: OPEN}", None, "at 与 phase 须写且只写一个"),
    ("{kind: phone-found, phase: OPEN, after_s: [9, 2]}", None, "应为 [最短, 最长]"),
    ("{kind: phone-found, phase: OPEN, chance: '150%'}", "chance", "比例应在 0 与 1 之间"),
]


def scenario_with(folder: Path, *incidents: str) -> tuple[Path, int]:
    """A scenario file with these incidents, and the line of the first."""
    shipped = find_scenario(Path("first-tender"))
    for curve in (shipped.parent / "curves").glob("*.csv"):
        (folder / "curves").mkdir(exist_ok=True)
        (folder / "curves" / curve.name).write_bytes(curve.read_bytes())
    text = shipped.read_text(encoding="utf-8").rstrip() + "\nincidents:\n"
    lines = "".join(f"  - {incident}\n" for incident in incidents)
    file = folder / "mine.yaml"
    file.write_text(text + lines, encoding="utf-8")
    return file, len(text.splitlines()) + 1


@pytest.mark.parametrize(("incident", "field", "words"), BAD)
def test_an_incident_that_never_could_strike_is_told_with_its_line_and_field(tmp_path, incident, field, words):
    file, line = scenario_with(tmp_path, "{kind: phone-found, phase: OPEN}", incident)
    with pytest.raises(BadInput) as caught:
        read_scenario(file)
    (fault,) = caught.value.faults
    where = "incidents.1" if field is None else f"incidents.1.{field}"
    assert (fault.file, fault.line, fault.field) == (str(file), line + 1, where)
    assert words in str(fault.message)


def test_every_wrong_incident_is_told_at_once(tmp_path):
    file, line = scenario_with(tmp_path, *(incident for incident, _, _ in BAD[:4]))
    with pytest.raises(BadInput) as caught:
        read_scenario(file)
    assert [fault.line for fault in caught.value.faults] == [line, line + 1, line + 2, line + 3]


def test_good_incidents_are_read(tmp_path):
    file, _ = scenario_with(tmp_path, "{kind: phone-found, phase: OPEN}", "{kind: system-down, at: '10:40:00'}")
    assert [incident.kind for incident in read_scenario(file).scenario.incidents] == ["phone-found", "system-down"]


@pytest.mark.parametrize("kind", ["operator-ill", "rows-slipped", "clean-for-dirty"])
def test_a_book_build_of_one_issue_has_no_room_for_some_kinds(kind):
    scenario = days.stage(BOOK_BUILD).scenario
    phase = sorted(map(str, CATALOGUE[kind].moments))[0]
    found = list(faults_of(PlannedIncident(kind=kind, phase=phase), scenario))
    assert [where for where, _ in found] == [("kind",)]
