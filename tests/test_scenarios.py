from pathlib import Path

import pytest

from auction.errors import BadInput
from auction.journal import MemoryJournal
from auction.payload import envelope_of
from auction.verify import verify
from sim.debrief import debrief
from sim.expectation import unmet
from sim.rehearsal import Rehearsal
from sim.scenario import read_scenario, shipped_scenarios

SEEDS = range(1, 7)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("file", shipped_scenarios(), ids=lambda file: file.stem)
def test_every_shipped_scenario_comes_to_what_it_expects_and_verifies(file: Path, seed: int):
    staged, log = read_scenario(file), MemoryJournal()
    rehearsal = Rehearsal(staged, log, seed)
    for _event in rehearsal.run():
        pass
    assert unmet(staged.scenario.expect, rehearsal.day, debrief(log.rows()).score) == ()
    results = [envelope_of(rehearsal.day, window) for window in rehearsal.day.windows]
    found = verify([envelope.encode() for envelope in results if envelope], log.rows(), None)
    assert (found.ok, found.journal, found.identity) == (True, "closed", "practice")


def test_at_least_three_scenarios_are_shipped_each_with_an_expectation_of_its_own():
    files = shipped_scenarios()
    assert {"first-tender", "weak-day", "two-windows"} <= {file.stem for file in files}
    for file in files:
        assert "expect:" in file.read_text("utf-8")


def test_an_expectation_that_does_not_come_true_is_told(tmp_path: Path):
    staged, log = read_scenario(Path("first-tender")), MemoryJournal()
    rehearsal = Rehearsal(staged, log, 1)
    for _event in rehearsal.run():
        pass
    wrong = staged.scenario.expect.model_validate(
        {
            "phase": "LISTED",
            "least_score": 100,
            "refused": ["bid.range"],
            "results": {"2605101": {"short": True, "cover": {"low": "90", "high": "99"}}, "9999": {}},
        }
    )
    told = [str(message) for message in unmet(wrong, rehearsal.day, 99)]
    assert told == [
        "终态应为 LISTED，实为 SETTLED",
        "得分应不低于 100，实为 99",
        "应有操作因 bid.range 被拒绝，实际没有",
        "2605101 的 short 应为 true",
        "2605101 的 cover 应在 90 至 99，实为 1.98",
        "9999 应有结果，实际没有",
    ]


def edited(tmp_path: Path, old: str, new: str) -> Path:
    """The first scenario with one passage changed, its curve beside it."""
    shipped = next(file for file in shipped_scenarios() if file.stem == "first-tender")
    (tmp_path / "curves").mkdir()
    curve = shipped.parent / "curves" / "synthetic-treasury.csv"
    (tmp_path / "curves" / curve.name).write_bytes(curve.read_bytes())
    text = shipped.read_text("utf-8")
    assert old in text
    file = tmp_path / "edited.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("issuer: 江苏", "issuer: 江西苏", "plan.issuer", "没有发行人 江西苏，是否想写 江西？"),
        ("checking: blind", "checkin: blind", "checkin", "未知字段，是否想写 checking？"),
        ("tenor: 10", "tenor: 十年", "plan.windows.0.issues.0.tenor", "应为数字（年）（实际值 '十年'）"),
        ("treasury: curves", "treasury: ../curves", "curves.treasury", "曲线文件应放在场景文件旁边，写相对路径"),
        ("role: checker", "role: 复核", "plan.roster.1.role", "取值应为"),
        ("role: supervisor", "role: observer", "plan", "岗位名册缺少 supervisor"),
        ("revises: 25%", "revises: 125%", "underwriters.revises", "比例应在 0 与 1 之间"),
        ("open: 10:30:00", "open: 11:30:00", "plan.windows.0", "开始时间 11:30:00 不早于截止时间 11:10:00"),
    ],
)
def test_a_wrong_scenario_is_refused_with_its_place(tmp_path: Path, old: str, new: str, field: str, message: str):
    file = edited(tmp_path, old, new)
    with pytest.raises(BadInput) as caught:
        read_scenario(file)
    fault = caught.value.faults[0]
    assert (fault.file, fault.field) == (str(file), field)
    assert fault.line is not None
    assert message in str(fault.message)


def test_a_day_without_five_curve_days_is_refused_before_it_begins(tmp_path: Path):
    file = edited(tmp_path, "date: 2026-06-10", "date: 2026-06-17")
    with pytest.raises(BadInput, match="曲线缺 2026-06-1"):
        read_scenario(file)


def test_an_unknown_scenario_name_is_refused():
    with pytest.raises(BadInput, match="没有这个名字的场景"):
        read_scenario(Path("no-such-day"))


@pytest.mark.soak
@pytest.mark.parametrize("file", shipped_scenarios(), ids=lambda file: file.stem)
def test_every_shipped_scenario_holds_over_two_hundred_seeds(file: Path):
    staged = read_scenario(file)
    for seed in range(1000, 1200):
        log = MemoryJournal()
        rehearsal = Rehearsal(staged, log, seed)
        for _event in rehearsal.run():
            pass
        assert unmet(staged.scenario.expect, rehearsal.day, debrief(log.rows()).score) == ()
        assert verify([], log.rows(), None).ok
