import json
from pathlib import Path

import pytest

from auction.errors import BadInput
from auction.journal import read_rows
from auction.language import speak
from sim.playing import Played, resume, start, write_up
from sim.scenario import read_scenario


def play(folder: Path, seed: int) -> Played:
    rehearsal, journal = start(read_scenario(Path("first-tender")), folder, seed)
    with journal:
        for _event in rehearsal.run():
            pass
        return write_up(rehearsal, journal, folder)


def test_the_same_seed_gives_equal_rows_and_an_equal_result(tmp_path: Path):
    play(tmp_path / "a", 1)
    play(tmp_path / "b", 1)
    assert read_rows(tmp_path / "a" / "journal.db") == read_rows(tmp_path / "b" / "journal.db")
    for name in ("result.json", "debrief.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_another_seed_gives_another_day(tmp_path: Path):
    play(tmp_path / "a", 1)
    play(tmp_path / "b", 2)
    assert (tmp_path / "a" / "result.json").read_bytes() != (tmp_path / "b" / "result.json").read_bytes()


def test_the_answer_tells_scenario_seed_phase_results_score_and_files(tmp_path: Path):
    answer = json.loads(json.dumps(play(tmp_path / "a", 1).as_dict()))
    assert set(answer) == {"scenario", "seed", "phase", "results", "breaches", "score", "files"}
    assert (answer["scenario"], answer["seed"], answer["phase"]) == ("first-tender", 1, "SETTLED")
    assert answer["results"]["2605101"]["coupon"] == answer["results"]["2605101"]["cutoff"]
    assert [Path(file).name for file in answer["files"]] == ["journal.db", "result.json", "debrief.md"]


def test_a_folder_that_holds_a_journal_is_refused(tmp_path: Path):
    play(tmp_path, 1)
    with pytest.raises(BadInput, match="已有一份日志"):
        start(read_scenario(Path("first-tender")), tmp_path, 1)


def test_a_stopped_day_goes_on_from_its_folder_wherever_that_was_moved(tmp_path: Path):
    play(tmp_path / "whole", 5)
    rehearsal, journal = start(read_scenario(Path("first-tender")), tmp_path / "stopped", 5)
    for _number in range(40):
        rehearsal.step()
    journal.close()
    moved = (tmp_path / "stopped").rename(tmp_path / "moved")
    rehearsal, journal = resume(moved)
    with journal:
        for _event in rehearsal.run():
            pass
        write_up(rehearsal, journal, moved)
    assert read_rows(moved / "journal.db") == read_rows(tmp_path / "whole" / "journal.db")
    assert (moved / "result.json").read_bytes() == (tmp_path / "whole" / "result.json").read_bytes()


def test_a_beginning_cut_short_leaves_nothing_to_go_on_with_and_can_be_begun_again(tmp_path: Path):
    (tmp_path / "journal.db.begun").write_bytes(b"half")
    with pytest.raises(BadInput, match="没有可以续演的日志"):
        resume(tmp_path)
    assert play(tmp_path, 1).day.phase.value == "SETTLED"


def test_a_day_whose_scenario_was_changed_meanwhile_is_not_gone_on_with(tmp_path: Path):
    _rehearsal, journal = start(read_scenario(Path("first-tender")), tmp_path, 1)
    journal.close()
    kept = tmp_path / "scenario" / "scenario.yaml"
    kept.write_text(kept.read_text("utf-8").replace("spread_bp: 9", "spread_bp: 19"), "utf-8")
    with pytest.raises(BadInput, match="另一个场景"):
        resume(tmp_path)


def test_the_language_of_whoever_plays_leaves_no_trace_in_journal_or_result(tmp_path: Path):
    play(tmp_path / "zh", 1)
    speak("en")
    play(tmp_path / "en", 1)
    assert read_rows(tmp_path / "zh" / "journal.db") == read_rows(tmp_path / "en" / "journal.db")
    assert (tmp_path / "zh" / "result.json").read_bytes() == (tmp_path / "en" / "result.json").read_bytes()
