"""Which uncertain input moves an answer: indices that are known come out, and a study is told what moves it."""

import json

import numpy as np
import pytest
from commandline import kaibiao
from experiments import EXPERIMENT, FIXED, PLAIN, POPULATION, experiment_file, with_arm

from sim.lab import study
from sim.lab.band import Outside
from sim.lab.draws import CHUNK
from sim.lab.experiment import aimed, read_experiment
from sim.lab.game import Market
from sim.lab.pool import Pool
from sim.lab.sensitivity import FACTORS, Origin, influences, ranges_of, sobol
from sim.lab.sides import bench_of, market_of
from sim.lab.study import run_study

LONE = FIXED.replace("  - name: 降 5bp\n    override:\n      range.floor: +0bp\n", "")
INPUTS = {"spread", "move", "noise", "mandate", "slope", "inflation", "fee", "favour", "focal", "absence"}
FIELDS = {"input", "label", "low", "high", "unit", "basis", "why", "first", "total", "move_bp"}


@pytest.fixture
def told(tmp_path):
    """Run an experiment for so many chunks; what it tells of each input, by name."""

    def run(text=FIXED, population=PLAIN, chunks=32):
        prepared = aimed(read_experiment(experiment_file(tmp_path, text, population)), chunks * CHUNK, None)
        return {each["input"]: each for each in run_study(prepared).as_dict()["sensitivity"]}

    return run


def test_the_indices_of_a_weighted_sum_are_its_squared_weights():
    def weighted(x):
        return np.stack([3 * x[0] + 2 * x[1] + x[2], x[2] - x[0]])

    first, total = sobol(weighted, 4, 256, 1)
    expected = np.array([[9, 4, 1, 0], [1, 0, 1, 0]]) / [[14], [2]]
    assert first == pytest.approx(expected, abs=0.02) and total == pytest.approx(expected, abs=0.02)


def test_the_indices_of_ishigami_are_the_published_ones():
    def ishigami(x):
        angles = np.pi * (2 * x - 1)
        return (np.sin(angles[0]) * (1 + 0.1 * angles[2] ** 4) + 7 * np.sin(angles[1]) ** 2)[None]

    first, total = sobol(ishigami, 3, 2048, 1)
    assert first[0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total[0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_where_nothing_moves_the_function_every_index_is_zero():
    first, total = sobol(lambda x: np.ones((1, x.shape[1])), 2, 16, 1)
    assert (first.tolist(), total.tolist()) == ([[0, 0]], [[0, 0]])


def test_far_above_its_floor_a_lone_coupon_follows_the_spread_and_little_else(told):
    found = told(
        LONE.replace("  - name: 现行\n", "  - name: 现行\n    override: {range.floor: -20bp, range.cap: +40%}\n")
    )
    assert found.keys() == INPUTS and list(found)[0] == "spread"
    assert found["spread"]["move_bp"] == pytest.approx(10, abs=0.5)
    assert found["spread"]["total"] > 0.8
    assert found["inflation"]["total"] == found["focal"]["total"] == found["favour"]["total"] == 0
    assert found["mandate"]["move_bp"] < 0 < found["absence"]["move_bp"]


def test_pinned_at_its_floor_a_coupon_is_moved_by_nothing(told):
    found = told(
        LONE.replace("  - name: 现行\n", "  - name: 现行\n    override: {range.floor: +60bp, range.cap: +60%}\n")
    )
    assert [(each["total"], each["move_bp"]) for each in found.values()] == [(0, 0)] * len(INPUTS)


def test_cost_moves_with_the_coupon(told):
    found = told(LONE)["spread"]
    assert found["move_cost_yi"] == pytest.approx(30 * 10 * found["move_bp"] / 10_000, rel=0.02)
    assert found["cost_total"] == pytest.approx(found["total"], abs=0.05)


def test_of_a_pair_the_difference_is_what_is_moved(told):
    text = with_arm("range.floor: +20bp", text=FIXED)
    pair, lone = told(text)["spread"], told(LONE)["spread"]
    assert pair["move_bp"] == pytest.approx(-lone["move_bp"], abs=0.1)


def test_ranges_come_from_the_experiment_where_it_says_so_and_else_are_assumed():
    market = Market(spread_bp=9.0, move_bp=2.0)
    written, without = ranges_of(market, Outside(5, 15), Origin.EXPERIMENT), ranges_of(market, None, Origin.CURVES)
    assert [(of.low, of.high, of.origin) for of in written[:2]] == [(5, 15, "experiment"), (1, 3, "assumed")]
    assert (without[0].low, without[0].high, without[0].origin) == (4, 14, "assumed")
    assert [of.origin for of in FACTORS] == ["assumed"] * 7 and {of.name for of in written} == INPUTS
    assert all(of.low <= of.own <= of.high for of in written) and all(str(of.why) for of in written)


def test_an_outside_spread_bounds_the_spread_of_the_study(told):
    found = told(FIXED + "outside_spread_bp: {low: 7, high: 10}\n")["spread"]
    assert (found["low"], found["high"], found["basis"], found["unit"]) == (7, 10, "experiment", "bp")
    assert found.keys() >= FIELDS


def test_the_same_study_finds_the_same_to_the_last_bit(told):
    assert told(EXPERIMENT, POPULATION) == told(EXPERIMENT, POPULATION)


def test_what_moves_an_arm_is_found_at_the_values_the_study_itself_has(tmp_path):
    prepared = read_experiment(experiment_file(tmp_path, FIXED, PLAIN))
    bench = bench_of(prepared, market_of(prepared), Pool())
    none = Outside(bench.market.spread_bp, bench.market.spread_bp)
    spread = next(
        each for each in influences(bench, (0, 1), none, Origin.EXPERIMENT, 32) if each.range.name == "spread"
    )
    assert (spread.first, spread.total, spread.move_bp) == (0, 0, 0)


def test_too_few_auctions_for_an_interval_tell_nothing_of_inputs(told):
    assert told(chunks=7) == {} and told(chunks=8).keys() == INPUTS


def test_nothing_else_of_an_answer_depends_on_it(tmp_path, monkeypatch):
    prepared = read_experiment(experiment_file(tmp_path, EXPERIMENT, POPULATION))
    with_it = run_study(prepared).as_dict()
    monkeypatch.setattr(study, "influences", lambda *_arguments: ())
    without = run_study(prepared).as_dict()
    assert with_it.pop("sensitivity") != without.pop("sensitivity") == []
    for name in ("arms", "pairs", "band", "auctions", "half_width_bp", "notes"):
        assert with_it[name] == without[name]


def test_whoever_has_had_enough_of_it_gets_the_answer_without_it(tmp_path, monkeypatch):
    def enough(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(study, "influences", enough)
    run = kaibiao("lab", "run", experiment_file(tmp_path, FIXED, PLAIN), "--out", tmp_path / "out")
    assert run.code == 0 and "中途停下，没有做敏感性分析" in run.out.splitlines()
    kept = json.loads((tmp_path / "out" / "study.json").read_text("utf-8"))
    assert (kept["sensitivity"], kept["reached"], kept["auctions"]) == ([], True, 8192)


def test_people_read_a_table_of_inputs_with_what_each_moves_and_where_its_range_is_from(tmp_path):
    text = FIXED + "outside_spread_bp: {low: 5, high: 15}\n"
    lines = kaibiao("lab", "run", experiment_file(tmp_path, text, PLAIN), "--out", tmp_path / "out").out.splitlines()
    start = lines.index("哪些不确定的输入左右票面利率之差（“现行”改为“降 5bp”，投标人照旧）：")
    assert lines[start + 1].split() == ["输入", "取值", "依据", "占方差%", "其中单独%", "单独变动bp", "成本变动亿元"]
    (spread,) = [line.split() for line in lines[start:] if line.startswith("二级市场利差")]
    assert spread[1:4] == ["5–15", "bp", "实验所写"] and len(spread) == 8
    assert lines[start + 12].startswith("占方差%是约数")
