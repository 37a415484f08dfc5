"""A day that goes another way: what was left stays as it was, the way taken verifies, and draws go on as they would."""

import json
import shutil
from pathlib import Path

import days
import pytest
from commandline import kaibiao

from auction import events as e
from auction.errors import BadInput
from auction.journal import Journal, read_rows
from auction.record import entries, replay_rows
from auction.verify import verify
from sim import playing
from sim.blocks import PlannedIncident
from sim.branching import branch, branch_folder
from sim.debrief import debrief, markdown
from sim.incidents import CATALOGUE
from sim.rehearsal import Rehearsal
from sim.saving import save_as_scenario
from sim.scenario import read_scenario

INSTRUCTOR = "instructor:instructor"
FEW = (1, 2, 15, 31, 32, 40, 55)


def play_out(rehearsal: Rehearsal, journal: Journal, folder: Path) -> playing.Played:
    """Let the scripts act to the end, and write up."""
    with journal:
        days.play(rehearsal)
        return playing.write_up(rehearsal, journal, folder)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small day played to its end in a folder called `first`."""
    folder = tmp_path_factory.mktemp("ways") / "first"
    scenario = folder.parent / "small.yaml"
    shutil.copytree(days.shipped().file.parent / "curves", folder.parent / "curves")
    text = days.shipped().file.read_text("utf-8")
    scenario.write_text(text, "utf-8")
    play_out(*playing.start(read_scenario(scenario), folder, days.SEED), folder)
    return folder


def told(folder: Path) -> list[e.AnyEvent]:
    """The events of the journal in a folder."""
    return [event for event, _head in entries(read_rows(folder / playing.JOURNAL))]


def as_it_was(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(file): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def another_way(left: Path, at: int, target: Path) -> None:
    """Branch at a row, play on by scripts, and compare with what was left."""
    rows = read_rows(left / playing.JOURNAL)
    play_out(*branch(left, at, target), target)
    went = read_rows(target / playing.JOURNAL)
    assert went[:at] == rows[:at]
    branched = json.loads(went[at].body)
    assert (went[at].kind, went[at].seat, went[at].at) == ("day_branched", INSTRUCTOR, rows[at - 1].at)
    assert branched == {"left_journal": left.name, "left_count": len(rows), "left_head": rows[-1].hash}
    same = [(row.at, row.seat, row.kind) for row in rows[at:]]
    assert [(row.at, row.seat, row.kind) for row in went[at + 1 :]] == same
    result = (target / playing.RESULT).read_bytes()
    found = verify([result], went, None)
    assert (found.ok, found.journal, found.problems) == (True, "closed", ())


@pytest.mark.parametrize("at", [*FEW, pytest.param(None, marks=pytest.mark.soak)])
def test_a_day_branched_after_a_row_goes_on_as_it_would_have_and_verifies(left: Path, tmp_path: Path, at: int | None):
    before = as_it_was(left)
    rows = read_rows(left / playing.JOURNAL)
    for each in [at] if at else range(1, len(rows)):
        another_way(left, each, tmp_path / f"way-{each}")
    assert as_it_was(left) == before


def test_both_ways_verify_and_debrief_and_the_signed_result_of_the_second_names_the_first(left: Path, tmp_path: Path):
    rows = read_rows(left / playing.JOURNAL)
    at = next(row.seq for row in rows if row.kind == "window_opened")
    second = tmp_path / "second"
    rehearsal, journal = branch(left, at, second)
    window = rehearsal.day.plan.windows[0].id
    lead = next(event.seat for event in told(left) if event.kind == "site_sealed")
    extended = e.WindowExtended(
        at=rehearsal.day.now, seat=lead, window=window, until="11:30:00", reason="发行系统故障"
    )
    assert rehearsal.perform(extended) == extended
    play_out(rehearsal, journal, second)
    closed = [event.at for folder in (left, second) for event in told(folder) if event.kind == "window_closed"]
    assert [f"{at:%H:%M:%S}" for at in closed] == ["11:10:01", "11:30:01"]
    payloads = {}
    for folder in (left, second):
        rows_there, result = read_rows(folder / playing.JOURNAL), (folder / playing.RESULT).read_bytes()
        assert verify([result], rows_there, None).ok
        assert markdown(debrief(rows_there)).startswith("# 复盘")
        payloads[folder] = json.loads(replay_rows(rows_there).windows[window].payload)
    assert "branches" not in payloads[left]
    assert payloads[second]["branches"] == [
        {"at": rows[at - 1].at, "left": "first", "count": len(rows), "head": rows[-1].hash}
    ]


def test_a_branch_of_a_branch_names_both_ways_that_were_left(left: Path, tmp_path: Path):
    play_out(*branch(left, 30, tmp_path / "second"), tmp_path / "second")
    play_out(*branch(tmp_path / "second", 50, tmp_path / "third"), tmp_path / "third")
    day = replay_rows(read_rows(tmp_path / "third" / playing.JOURNAL))
    assert [way.left_journal for way in day.branches] == ["first", "second"]


def test_another_way_takes_the_first_free_name_beside_the_first(tmp_path: Path):
    folder = tmp_path / "day"
    rehearsal, journal = playing.start(days.shipped(), folder, 1)
    journal.close()
    assert branch_folder(folder, rehearsal.day) == tmp_path / "day-2"
    again, journal = branch(folder, 1, tmp_path / "day-2")
    journal.close()
    assert branch_folder(tmp_path / "day-2", again.day) == tmp_path / "day-3"


@pytest.mark.parametrize(("at", "message"), [(0, "没有第 0 行"), (-3, "没有第 -3 行"), (10_000, "没有第 10000 行")])
def test_a_jump_beyond_either_end_is_one_line_and_writes_nothing(left: Path, tmp_path: Path, at: int, message: str):
    with pytest.raises(BadInput, match=message) as caught:
        branch(left, at, tmp_path / "second")
    assert [fault.field for fault in caught.value.faults] == ["--back-to"]
    assert not (tmp_path / "second").exists()


def test_a_day_that_is_closed_has_nothing_behind_its_last_row(left: Path, tmp_path: Path):
    with pytest.raises(BadInput, match="其后没有可走的路"):
        branch(left, len(read_rows(left / playing.JOURNAL)), tmp_path / "second")


def test_a_branch_never_overwrites_a_journal(left: Path, tmp_path: Path):
    play_out(*branch(left, 20, tmp_path / "second"), tmp_path / "second")
    before = as_it_was(tmp_path / "second")
    with pytest.raises(BadInput, match="已有一份日志") as caught:
        branch(left, 30, tmp_path / "second")
    assert [fault.field for fault in caught.value.faults] == ["--out"]
    with pytest.raises(BadInput, match="已有一份日志"):
        branch(left, 30, left)
    assert as_it_was(tmp_path / "second") == before


def test_a_journal_whose_scenario_is_missing_is_told_by_its_file(left: Path, tmp_path: Path):
    lone = tmp_path / "lone"
    lone.mkdir()
    shutil.copy(left / playing.JOURNAL, lone / playing.JOURNAL)
    with pytest.raises(BadInput, match="缺少它的场景") as caught:
        branch(lone, 5, tmp_path / "second")
    (fault,) = caught.value.faults
    assert (fault.file, fault.field) == (str(lone / "scenario" / "scenario.yaml"), "--resume")
    with pytest.raises(BadInput, match="没有日志"):
        branch(tmp_path / "nothing", 5, tmp_path / "second")


def test_a_branch_cut_short_leaves_no_journal_and_can_be_made_again(left: Path, tmp_path: Path, monkeypatch):
    class Killed(BaseException):
        """The process ends here."""

    def killed(*_anything: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("sim.branching.record", killed)
        branch(left, 40, tmp_path / "second")
    assert not (tmp_path / "second" / playing.JOURNAL).exists()
    another_way(left, 40, tmp_path / "second")


def happened_on(folder: Path) -> list[tuple[str, str, str | None, str]]:
    """What went wrong on the day in a folder: kind, time of day, where, to whom."""
    happened = [event for event in told(folder) if isinstance(event, e.IncidentOccurred)]
    return [(each.incident, f"{each.at:%H:%M:%S}", each.place, each.subject) for each in happened]


def test_a_finished_day_saved_as_a_scenario_goes_wrong_again_at_the_same_moments(tmp_path: Path):
    folder = tmp_path / "day"
    rehearsal, journal = playing.start(days.shipped(), folder, 3)
    for kind, moment in (("phone-found", "notices_sent"), ("terminal-down", "window_opened")):
        days.play(rehearsal, lambda day, moment=moment: any(key.startswith(moment) for key in day.since))
        planned = PlannedIncident(kind=kind, at=rehearsal.day.now.time())
        struck = rehearsal.strike(planned).model_copy(update={"seat": INSTRUCTOR})
        assert isinstance(rehearsal.perform(struck), e.IncidentOccurred)
    rehearsal.perform(e.NoteTaken(at=rehearsal.day.now, seat=INSTRUCTOR, text="先看密押"))
    with pytest.raises(BadInput, match="还没有演完"):
        journal.close()
        save_as_scenario(folder, tmp_path / "again.yaml")
    play_out(*playing.resume(folder), folder)
    staged = save_as_scenario(folder, tmp_path / "saved" / "again.yaml")
    assert staged.scenario.name == "again"
    assert (tmp_path / "saved" / "again.yaml").read_text("utf-8").partition("\n")[0].endswith(" 先看密押")
    assert staged.scenario.plan == days.shipped().scenario.plan
    assert len(happened_on(folder)) == 2
    play_out(*playing.start(staged, tmp_path / "again", 3), tmp_path / "again")
    assert happened_on(tmp_path / "again") == happened_on(folder)


def test_a_day_is_not_saved_over_a_file_or_under_a_name_that_no_scenario_can_have(left: Path, tmp_path: Path):
    taken = tmp_path / "taken.yaml"
    taken.write_text("mine", "utf-8")
    for target, message in (
        (taken, "不会覆盖"),
        (tmp_path / "Großer Tag.yaml", "小写字母"),
        (tmp_path / "day.json", "小写字母"),
    ):
        with pytest.raises(BadInput, match=message) as caught:
            save_as_scenario(left, target)
        assert [(fault.file, fault.field) for fault in caught.value.faults] == [(str(target), "--save-as")]
    assert taken.read_text("utf-8") == "mine"


def test_something_that_cannot_go_wrong_now_is_told_by_its_field():
    rehearsal = days.begin()
    wrong = {
        "kind": PlannedIncident(kind="no-such-thing", at="09:00:00"),
        "who": PlannedIncident(kind="phone-found", at="09:00:00", who="没有的人"),
    }
    for field, planned in wrong.items():
        with pytest.raises(BadInput) as caught:
            rehearsal.strike(planned)
        assert [fault.field for fault in caught.value.faults] == [field]
    with pytest.raises(BadInput, match="此刻不会发生"):
        rehearsal.strike(PlannedIncident(kind="terminal-down", at="09:00:00"))
    assert CATALOGUE["terminal-down"].id == "terminal-down"


def test_the_command_line_goes_back_saves_and_checks(left: Path, tmp_path: Path):
    went = kaibiao("rehearse", "--resume", left, "--back-to", 30, "--out", tmp_path / "second", "--auto", "--json")
    assert (went.code, went.json["phase"]) == (0, "SETTLED")
    both = [tmp_path / "second" / name for name in (playing.RESULT, playing.JOURNAL)]
    assert (kaibiao("verify", *both).code, kaibiao("verify", left / playing.JOURNAL).code) == (0, 0)
    again = tmp_path / "mine" / "again.yaml"
    saved = kaibiao("rehearse", "--resume", tmp_path / "second", "--save-as", again, "--json")
    assert saved.json == {"scenario": "again", "file": str(again)}
    assert kaibiao("check", again).code == 0
    beside = kaibiao("rehearse", "--resume", tmp_path / "second", "--back-to", 30, "--auto", "--json")
    assert beside.json["files"][0] == str(tmp_path / "first-2" / playing.JOURNAL)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (("--back-to", "900"), "--back-to"),
        (("--back-to", "5", "--save-as", "again.yaml"), "--save-as"),
        (("--out", "elsewhere"), "--out"),
        (("--back-to", "5", "--seed", "3"), "--seed"),
    ],
)
def test_options_that_do_not_go_together_are_one_line(left: Path, options: tuple[str, ...], field: str):
    answer = kaibiao("rehearse", "--resume", left, *options, "--auto", "--json")
    assert (answer.code, [fault[2] for fault in answer.faults]) == (2, [field])


@pytest.mark.parametrize("option", ["--back-to=5", "--save-as=again.yaml"])
def test_going_back_and_saving_need_a_day(option: str):
    answer = kaibiao("rehearse", "first-tender", option, "--auto", "--json")
    assert (answer.code, [fault[2] for fault in answer.faults]) == (2, [option.partition("=")[0]])
