"""`kaibiao lab calibrate` and `lab backtest`: their contract, and what they say of input that is wrong."""

from datetime import date
from pathlib import Path

import pytest
from commandline import kaibiao

from auction.workdays import INTERBANK
from tui import extras

HEAD = "date,province,tenor_y,amount_yi,coupon_pct,bid_to_cover,marginal_cover\n"
LINES = (
    "2024-03-19,江苏,10,30,2.45,3.5,1.8",
    "2024-04-16,江苏,5,12.5,2.26,2.5,",
    "2024-04-16,新疆,10,,2.55,,4.2",
    "2024-13-01,江苏,10,30,2.45,3.5,1.8",
    "2024-05-14,贵州,10,30,2.60,6.0,3.0",
    "2026-05-14,江苏,10,30,1.90,6.0,3.0",
)
SCORES = {
    *("n", "coupon_mae_bp", "coupon_bias_bp", "interval80_coverage", "crps_bp", "log_cover_mae"),
    *("marginal_tail", "at_floor", "baselines", "gains", "rows", "skipped"),
}


@pytest.fixture
def given(tmp_path: Path) -> list[object]:
    """A results file and two curves, as options."""
    (tmp_path / "results.csv").write_text(HEAD + "\n".join(LINES) + "\n", "utf-8")
    days = INTERBANK.before(date(2024, 6, 1), 120)
    for name, spread in (("treasury", 0.0), ("local", 0.12)):
        rows = [f"{day},{2.1 + n * 0.001 + spread:.4f},{2.3 + n * 0.001 + spread:.4f}" for n, day in enumerate(days)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["date,5Y,10Y", *rows]) + "\n", "utf-8")
    curves = ["--treasury", tmp_path / "treasury.csv", "--local", tmp_path / "local.csv"]
    return [tmp_path / "results.csv", *curves]


def test_the_backtest_has_the_fields_of_the_contract(given: list[object]) -> None:
    answer = kaibiao("lab", "backtest", *given, "--json")
    assert answer.code == 0
    assert answer.json.keys() == SCORES
    assert answer.json["n"] == 4
    assert answer.json["marginal_tail"].keys() == {"2", "5", "10", "20"}
    assert answer.json["baselines"].keys() == answer.json["gains"].keys() == {"floor", "local", "focal"}
    rows = answer.json["rows"]
    assert [(row["line"], row["date"], row["province"], row["tenor"], row["actual"]) for row in rows] == [
        (2, "2024-03-19", "江苏", 10.0, 2.45),
        (3, "2024-04-16", "江苏", 5.0, 2.26),
        (4, "2024-04-16", "新疆", 10.0, 2.55),
        (6, "2024-05-14", "贵州", 10.0, 2.6),
    ]
    assert all(row["floor"] <= row["low80"] <= row["high80"] and row["floor"] <= row["mean"] for row in rows)
    assert [each["line"] for each in answer.json["skipped"]] == [5, 7]


def test_the_backtest_for_people_names_the_lines_it_passed_over(given: list[object]) -> None:
    answer = kaibiao("lab", "backtest", *given)
    assert answer.code == 0
    assert "预测了 4 期" in answer.out
    assert "第 5 行跳过：date：没有这一天（实际值 '2024-13-01'）" in answer.err
    assert "第 7 行跳过：2026-05-14 之前 5 个银行间工作日中，曲线缺" in answer.err


def test_a_floor_in_the_file_goes_before_the_rulebook(given: list[object]) -> None:
    results = Path(str(given[0]))
    results.write_text(HEAD.replace("\n", ",floor_bp\n") + f"{LINES[0]},20\n", "utf-8")
    (row,) = kaibiao("lab", "backtest", *given, "--json").json["rows"]
    results.write_text(HEAD + f"{LINES[0]}\n", "utf-8")
    (usual,) = kaibiao("lab", "backtest", *given, "--json").json["rows"]
    assert row["floor"] - usual["floor"] == pytest.approx(0.15, abs=0.011)
    assert (row["floor_basis"], usual["floor_basis"]) == ("source", "practice")


def test_a_calibration_writes_a_population_that_can_be_used(given: list[object], tmp_path: Path) -> None:
    fitted = tmp_path / "fitted.yaml"
    answer = kaibiao("lab", "calibrate", *given, "--trials", "3", "--out", fitted, "--json")
    assert answer.code == 0
    assert {"n", "trials", "loss", "seconds", "moments", "skipped", "population"} == answer.json.keys()
    assert {"name", "label", "n", "real", "error", "simulated"} == answer.json["moments"][0].keys()
    assert kaibiao("check", fitted).code == 0
    assert kaibiao("lab", "backtest", *given, "--population", fitted, "--json").json["n"] == 4
    again = kaibiao("lab", "calibrate", *given, "--trials", "3", "--out", fitted)
    assert (again.code, "已有这个文件，不覆盖" in again.err) == (2, True)


def test_an_unknown_population_a_missing_file_and_a_missing_package_are_told(
    given: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = kaibiao("lab", "backtest", *given, "--population", "nobody")
    assert (nobody.code, "没有承销机构构成 nobody" in nobody.err) == (2, True)
    missing = kaibiao("lab", "backtest", "missing.csv", *given[1:])
    assert (missing.code, "没有这个文件" in missing.err) == (2, True)
    monkeypatch.setattr(extras, "LABORATORY", ("not_installed_here",))
    packages = kaibiao("lab", "calibrate", *given)
    assert (packages.code, "kaibiao[lab]" in packages.err) == (2, True)
