"""`kaibiao lab screen`: several journals as a table and as data; whatever is no closed day is said, all at once."""

from pathlib import Path

import pytest
from commandline import kaibiao, written


@pytest.fixture(scope="module")
def journals(tmp_path_factory) -> tuple[Path, ...]:
    """Two played days."""
    folder = tmp_path_factory.mktemp("days")
    for seed in (1, 2):
        assert kaibiao("rehearse", "first-tender", "--auto", "--seed", seed, "--out", folder / str(seed)).code == 0
    return tuple(folder / str(seed) / "journal.db" for seed in (1, 2))


def test_the_data_holds_every_day_with_every_screen_and_the_series(journals):
    answer = kaibiao("lab", "screen", *journals, "--json")
    assert answer.code == 0
    assert [each["journal"] for each in answer.json["days"]] == [str(journal) for journal in journals]
    assert [[s["screen"] for s in each["screens"]] for each in answer.json["days"]] == [
        ["identical", "accompanying", "called"]
    ] * 2
    assert [(s["screen"], s["alarm"], s["p"]) for s in answer.json["series"]] == [
        ("rotation", False, None),
        ("residual", False, None),
    ]
    assert answer.json["issues"] == 2


def test_people_read_how_many_alarms_chance_alone_would_bring_and_that_none_is_proof(journals):
    lines = kaibiao("lab", "screen", *journals).out.splitlines()
    assert lines[0] == "2 份日志，2 期招标"
    assert lines[1].startswith("逐日筛查：0 项提示；都是诚实投标时，按误报率也约有 0.")
    assert "期数不够：连起来看，至少要 12 期没有贴住下限的招标" in lines
    assert lines[-1].startswith("筛查只是复看的理由，不是证据")


def test_every_file_that_cannot_be_screened_is_named_at_once(journals, tmp_path):
    torn = written(tmp_path / "torn.db", b"SQLite format 3\x00" + bytes(84))
    missing = tmp_path / "missing.db"
    answer = kaibiao("lab", "screen", journals[0], torn, missing)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 2)
    faults = kaibiao("lab", "screen", journals[0], torn, missing, "--json").faults
    assert [fault[0] for fault in faults] == ["torn.db", "missing.db"]
