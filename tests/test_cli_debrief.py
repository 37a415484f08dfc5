"""`kaibiao debrief`: Markdown, a page, JSON, two journals; one clear line for whatever is no journal."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from commandline import kaibiao, written


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Path:
    """Two played days, `1` and `2` by their seeds; their scenario folders are gone."""
    folder = tmp_path_factory.mktemp("days")
    for seed in (1, 2):
        assert kaibiao("rehearse", "first-tender", "--auto", "--seed", seed, "--out", folder / str(seed)).code == 0
        shutil.rmtree(folder / str(seed) / "scenario")
    return folder


@pytest.fixture(scope="module")
def day(folders) -> Path:
    """The journal of the first."""
    return folders / "1" / "journal.db"


def test_a_journal_is_looked_back_on_although_its_scenario_is_missing(day):
    answer = kaibiao("debrief", day)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == day.with_name("debrief.md").read_text("utf-8")


def test_the_json_holds_score_objectives_incidents_and_every_section(day):
    document = kaibiao("debrief", day, "--json").json
    assert (document["scenario"], document["seed"], document["phase"], document["score"]) == (
        "first-tender",
        1,
        "SETTLED",
        100,
    )
    assert {objective["met"] for objective in document["objectives"]} == {True}
    assert document["incidents"] == []
    assert [section["id"] for section in document["sections"]][:3] == ["objectives", "strengths", "improvements"]
    assert set(document["sections"][0]["rows"][0]) == {"mark", "cells", "under"}


def test_a_page_is_written_and_the_answer_said(day, tmp_path):
    answer = kaibiao("debrief", day, "--html", tmp_path / "day.html")
    assert (answer.code, answer.out) == (
        0,
        f"得分 100 / 100，终态 已结算：没有出错。网页写在 {tmp_path / 'day.html'}\n",
    )
    page = (tmp_path / "day.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.rstrip().endswith("</html>")
    assert kaibiao("debrief", day, "--html", tmp_path / "day.html").code == 0


def test_a_page_never_takes_the_place_of_something_else(day):
    before = day.read_bytes()
    answer = kaibiao("debrief", day, "--html", day, "--json")
    assert (answer.code, answer.faults) == (
        2,
        [("journal.db", None, "--html", "这个文件已经存在，又不是网页，不会覆盖")],
    )
    assert day.read_bytes() == before


def test_a_page_that_cannot_be_written_is_said_in_one_line(day, tmp_path):
    answer = kaibiao("debrief", day, "--html", tmp_path / "no" / "day.html")
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)


def test_two_journals_are_compared_in_every_form(folders, day, tmp_path):
    one, other = day, folders / "2" / "journal.db"
    document = kaibiao("debrief", one, "--against", other, "--json").json
    assert document["same_scenario"] is True
    assert [journal["seed"] for journal in document["journals"]] == [1, 2]
    assert [section["id"] for section in document["sections"]] == ["kinship", "scores", "caught", "checks", "spans"]
    told = kaibiao("debrief", one, "--against", other).out
    assert told.startswith(
        "# 复盘对照 · 1/journal.db 与 2/journal.db\n\n> 演练文件 · 无法律效力\n\n1/journal.db 得 100 分，"
    )
    assert kaibiao("debrief", one, "--against", other, "--html", tmp_path / "two.html").code == 0


@pytest.mark.parametrize("content", [b"", b"kind: scenario\n", b"SQLite format 3\x00" + bytes(84), b"\xff\xfe\x00"])
def test_whatever_is_no_journal_is_said_in_one_line(day, tmp_path, content):
    file = written(tmp_path / "x.db", content)
    for arguments in ((file,), (day, "--against", file)):
        answer = kaibiao("debrief", *arguments)
        assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
        assert json.loads(kaibiao("debrief", *arguments, "--json").out)["errors"][0]["message"]


def test_a_folder_and_a_missing_file_are_no_journals(tmp_path):
    for path in (tmp_path, tmp_path / "none.db"):
        answer = kaibiao("debrief", path)
        assert (answer.code, answer.err) == (2, f"没有这份日志：{path}\n")


def test_a_journal_before_the_close_is_refused_on_either_side(day, tmp_path):
    cut = tmp_path / "cut.db"
    shutil.copy(day, cut)
    with sqlite3.connect(cut) as rows:
        opened = rows.execute("select seq from event where kind = 'window_opened'").fetchone()[0]
        rows.execute("delete from event where seq > ?", (opened,))
    rows.execute("vacuum")
    for arguments in ((cut,), (day, "--against", cut)):
        answer = kaibiao("debrief", *arguments)
        assert (answer.code, answer.err) == (2, "截标之前不能复盘：投标尚在密封之中\n")


def test_a_journal_whose_events_make_no_day_is_said_in_one_line(day, tmp_path):
    torn = tmp_path / "torn.db"
    shutil.copy(day, torn)
    with sqlite3.connect(torn) as rows:
        rows.execute("delete from event where seq = 1")
    rows.execute("vacuum")
    answer = kaibiao("debrief", torn)
    assert (answer.code, len(answer.err.splitlines())) == (2, 1)
