from pathlib import Path

import pytest
from commandline import kaibiao
from days import copied

from auction.errors import BadInput
from auction.journal import MemoryJournal
from auction.payload import envelope_of
from auction.verify import verify
from sim.debrief import debrief
from sim.expectation import unmet
from sim.rehearsal import Rehearsal
from sim.scenario import basic_scenarios, read_scenario

SEEDS = range(1, 7)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("file", basic_scenarios(), ids=lambda file: file.stem)
def test_every_shipped_scenario_comes_to_what_it_expects_and_verifies(file: Path, seed: int):
    staged, log = read_scenario(file), MemoryJournal()
    rehearsal = Rehearsal(staged, log, seed)
    for _event in rehearsal.run():
        pass
    assert unmet(staged.scenario.expect, rehearsal.day, debrief(log.rows()).score) == ()
    results = [envelope_of(rehearsal.day, window) for window in rehearsal.day.windows]
    found = verify([envelope.encode() for envelope in results if envelope], log.rows(), None)
    assert (found.ok, found.journal, found.identity) == (True, "closed", "practice")


SHIPPED = {
    "first-tender": "single-price",
    "weak-day": "single-price",
    "two-windows": "single-price",
    "multiple-price": "multiple-price",
    "modified-multiple": "modified-multiple-price",
    "treasury-10y": "modified-multiple-price",
    "flexible-tender": "single-price",
    "reopening": "single-price",
    "base-amount-2011": "single-price",
    "counter-tranche": "single-price",
    "local-curve": "single-price",
    "public-underwriting": "public-underwriting",
    "directed-underwriting-2016": "directed-underwriting",
}


def test_a_scenario_is_shipped_for_every_method_each_with_an_expectation_and_words_of_its_own():
    staged = [read_scenario(file) for file in basic_scenarios()]
    shipped = {one.scenario.name: {method.value for method in one.scenario.plan.methods} for one in staged}
    assert {name: {method} for name, method in SHIPPED.items()}.items() <= shipped.items()
    assert all(one.scenario.expect.results and "expect:" in one.file.read_text("utf-8") for one in staged)
    for words in ([one.scenario.title for one in staged], [one.scenario.aim for one in staged]):
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_scenario_is_played_unattended_to_files_that_verify(tmp_path: Path, name: str):
    out = tmp_path / "day"
    played = kaibiao("rehearse", name, "--auto", "--seed", 7, "--out", out, "--json")
    assert (played.code, played.json["phase"]) == (0, "SETTLED")
    found = kaibiao("verify", out / "result.json", out / "journal.db", "--json")
    assert (found.code, found.json["journal"], found.json["problems"]) == (0, "closed", [])
    signers = ["bookrunner", "supervisor"] if "underwriting" in SHIPPED[name] else ["lead-officer", "supervisor"]
    assert sorted(each["role"] for each in found.json["signed"]) == signers
    assert kaibiao("rehearse", name, "--auto", "--seed", 7, "--out", tmp_path / "words").code == 0


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
            "warned": ["site.supervisor"],
            "results": {
                "2605101": {
                    "short": True,
                    "cover": {"low": "90", "high": "99"},
                    "price": {"low": "3", "high": "4"},
                    "issued": {"low": "31", "high": "32"},
                    "taken": {"low": "1", "high": "2"},
                    "counter": {"low": "1", "high": "2"},
                },
                "9999": {},
            },
        }
    )
    told = [str(message) for message in unmet(wrong, rehearsal.day, 99)]
    assert told == [
        "终态应为 LISTED，实为 SETTLED",
        "得分应不低于 100，实为 99",
        "应有操作因 bid.range 被拒绝，实际没有",
        "应有操作因 site.supervisor 受到提醒，实际没有",
        "2605101 的 short 应为 true",
        "2605101 的 cover 应在 90 至 99，实为 1.72",
        "2605101 的 price 应在 3 至 4，实为 1.89",
        "2605101 的 issued 应在 31 至 32，实为 30",
        "2605101 的 taken 应在 1 至 2，实为 0",
        "2605101 的 counter 应在 1 至 2，实为 None",
        "9999 应有结果，实际没有",
    ]


def edited(tmp_path: Path, old: str, new: str) -> Path:
    """The first scenario with one passage changed, its curve beside it."""
    shipped = next(file for file in basic_scenarios() if file.stem == "first-tender")
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
        (
            "          frequency: 2",
            "          swap_ceiling: 40",
            "plan.windows.0.issues.0.swap_ceiling",
            "single-price 不用 swap_ceiling，它只用于 directed-underwriting",
        ),
        (
            "          frequency: 2",
            "          flexible: {low: 24, high: 29, multiple: 1.1}",
            "plan.windows.0.issues.0.flexible",
            "弹性区间上限 29.0 亿元应等于计划发行面值 offered 30.0 亿元",
        ),
        (
            "          frequency: 2",
            "          counter: {amount: 2, orders: orders.csv}",
            "plan.windows.0.issues.0.counter",
            "演练中柜台申购当场提交，不写 orders",
        ),
        ("venue: 财政部政府债券发行系统", "venue: 香港", "plan.venue", "离岸 发行另有办法，演练室不办理（离岸发行"),
        ("venue: 财政部政府债券发行系统", "venue: 自贸区", "plan.venue", "演练室不办理（财库〔2018〕61号）"),
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
@pytest.mark.parametrize("file", basic_scenarios(), ids=lambda file: file.stem)
def test_every_shipped_scenario_holds_over_two_hundred_seeds(file: Path):
    staged = read_scenario(file)
    for seed in range(1000, 1200):
        log = MemoryJournal()
        rehearsal = Rehearsal(staged, log, seed)
        for _event in rehearsal.run():
            pass
        assert unmet(staged.scenario.expect, rehearsal.day, debrief(log.rows()).score) == ()
        assert verify([], log.rows(), None).ok


@pytest.mark.parametrize("name", SHIPPED)
def test_a_day_cut_short_and_gone_on_with_is_the_day_it_would_have_been(name: str):
    staged, log = read_scenario(Path(name)), MemoryJournal()
    for _event in Rehearsal(staged, log, 2).run():
        pass
    rows = log.rows()
    for kept in (len(rows) // 3, len(rows) // 2, len(rows) - 20):
        again = copied(rows[:kept])
        for _event in Rehearsal(staged, again, 2).run():
            pass
        assert again.rows() == rows
