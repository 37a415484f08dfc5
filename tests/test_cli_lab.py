"""`kaibiao lab run`: the answer as data and for people, its exit codes, and what it leaves in its folder."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commandline import kaibiao
from experiments import FIXED, PLAIN, experiment_file, with_arm

from sim.lab.draws import CHUNK
from tui import extras
from tui.commands import lab

ROOT = Path(__file__).resolve().parents[1]
FIGURE = {"mean", "low", "high"}
CLASSES = {"lead-bank", "lead-broker", "bank", "broker"}
MEASURED = {"floor_hit", "ceiling", "cover", "marginal_cover", "short", "failed", "hhi", "top_five", "surplus_bp"}
MEASURED |= {"left_bp", "cost_yi", "issued_yi"}


@pytest.fixture
def run(tmp_path):
    """Run the experiment with these options, in its own folder."""

    def command(*options, text=FIXED, out="out"):
        file = experiment_file(tmp_path, text, PLAIN)
        return kaibiao("lab", "run", file, "--out", tmp_path / out, *options)

    return command


def interrupted(monkeypatch):
    """Ctrl-C after twenty chunks."""

    def tell(teller, progress):
        if progress.done == 20 * CHUNK:
            raise KeyboardInterrupt

    monkeypatch.setattr(lab.Teller, "tell", tell)


def test_the_answer_has_the_fields_of_the_contract(run, tmp_path):
    answer = run("--json")
    assert answer.code == 0
    data = answer.json
    assert {"question", "arms", "pairs", "identified", "band", "seconds", "reached"} <= data.keys()
    arms = {"name", "adapts", "exploitability_bp", "converged", "n", "coupon", "spread_bp", "awards", *MEASURED}
    assert [arm.keys() for arm in data["arms"]] == [arms, arms]
    assert all(arm[name].keys() == FIGURE for arm in data["arms"] for name in ("coupon", "spread_bp", *MEASURED))
    assert all(arm["awards"].keys() == CLASSES for arm in data["arms"])
    (pair,) = data["pairs"]
    assert pair.keys() == {"from", "to", "adapts", "coupon_bp", "awards", *MEASURED}
    assert (pair["from"], pair["to"], pair["adapts"], data["reached"]) == ("现行", "降 5bp", False, True)
    assert json.loads((tmp_path / "out" / "study.json").read_text("utf-8")) == data


def test_a_coupon_is_the_mean_and_the_spread(run):
    arm = run("--json", "--auctions", 4096).json["arms"][0]
    for end in FIGURE:
        assert arm["coupon"][end] == pytest.approx(1.75336 + arm["spread_bp"][end] / 100, abs=1e-6)


def test_the_answer_for_people_names_every_arm_and_says_who_adapts(run):
    answer = run("--auctions", 4096)
    lines = answer.out.splitlines()
    assert (answer.code, lines[0]) == (0, "下限再降 5bp，票面利率低多少？")
    assert lines[1] == "每个方案 4096 场；± 后是区间的一半，什么时候停下都有 95% 的把握"
    assert [line.split()[:2] for line in lines if line.startswith("现行")][:2] == [["现行", "照旧"]] * 2
    assert [line.split()[:4] for line in lines if line.startswith("现行")][2] == ["现行", "降", "5bp", "照旧"]
    assert lines[3].split()[:4] == ["方案", "投标人", "票面利率%", "利差bp"]


def test_the_answer_of_one_process_is_that_of_two(run):
    one, two = run("--json", out="one").json, run("--json", "--jobs", 2, out="two").json
    del one["seconds"], two["seconds"]
    assert one == two


def test_another_precision_or_number_replaces_what_is_written(run):
    assert run("--json", "--auctions", 4097).json["auctions"] == 17 * CHUNK
    precise = run("--json", "--precision", "0.2", out="precise").json
    assert (precise["precision_bp"], precise["reached"]) == (0.2, True) and precise["half_width_bp"] <= 0.2


def test_a_precision_beyond_the_budget_is_one_clear_line_and_no_failure(run):
    text = FIXED.replace("auctions: 8192", "precision_bp: 0.001\nbudget: 4096")
    told = run(text=text)
    assert told.code == 0
    (line,) = [line for line in told.out.splitlines() if line.startswith("预算")]
    assert line.startswith("预算 4096 场达不到 ±0.001 bp：现为 ±") and "约需" in line
    data = run("--json", text=text, out="json").json
    assert (data["reached"], data["auctions"], data["notes"]) == (False, 4096, [line])


def test_ctrl_c_keeps_what_is_done_says_what_it_is_worth_and_can_be_gone_on_with(run, monkeypatch, tmp_path):
    with monkeypatch.context() as patch:
        interrupted(patch)
        cut = run()
    assert cut.code == 130
    assert f"中途停下：每个方案做了 {20 * CHUNK} 场，现精确到 ±" in cut.out
    assert "已停下，什么都没有丢。接着做：kaibiao lab run" in cut.err and "--resume" in cut.err
    kept = json.loads((tmp_path / "out" / "study.json").read_text("utf-8"))
    assert (kept["interrupted"], kept["reached"], kept["auctions"]) == (True, False, 20 * CHUNK)
    gone_on, afresh = run("--json", "--resume"), run("--json", out="afresh")
    assert gone_on.code == 0
    assert {**gone_on.json, "seconds": 0} == {**afresh.json, "seconds": 0}


def test_ctrl_c_under_json_leaves_one_document_on_stdout(run, monkeypatch):
    interrupted(monkeypatch)
    cut = run("--json")
    assert (cut.code, cut.json["interrupted"]) == (130, True)


def test_a_folder_that_holds_a_study_is_refused(run):
    run("--auctions", 256)
    again = run("--json", "--auctions", 256)
    message = "这个文件夹里已有一份研究；接着做请用 --resume"
    assert (again.code, again.faults) == (2, [("out", None, "out", message)])


def test_going_on_with_another_experiment_is_refused(run):
    run("--auctions", 256)
    other = run("--json", "--resume", text=with_arm("range.floor: +1bp", text=FIXED))
    assert (other.code, other.faults[0][2]) == (2, "resume")
    nothing = run("--json", "--resume", out="nothing")
    assert (nothing.code, nothing.faults[0][3]) == (2, "这个文件夹里没有可以接着做的研究")


def test_going_on_with_a_finer_aim_keeps_the_chunks(run):
    rough = run("--json", "--auctions", 4096).json
    fine = run("--json", "--resume").json
    assert (rough["auctions"], fine["auctions"]) == (4096, 8192)
    assert {**fine, "seconds": 0} == {**run("--json", out="afresh").json, "seconds": 0}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (("--auctions", "4096", "--precision", "0.1"), "auctions"),
        (("--precision", "0"), "precision"),
        (("--precision", "x"), "precision"),
        (("--auctions", "0"), "auctions"),
        (("--jobs", "0"), "jobs"),
    ],
)
def test_a_wrong_option_is_exit_two_with_its_name(run, options, field):
    answer = run("--json", *options)
    assert (answer.code, [fault[2] for fault in answer.faults]) == (2, [field])


def test_a_wrong_experiment_is_told_with_file_line_and_field(run):
    answer = run("--json", text=with_arm("range.flor: +5bp", text=FIXED))
    told = ("floors.yaml", 10, "arms.1.override.range.flor", "没有可以改的值 range.flor，是否想写 range.floor？")
    assert (answer.code, answer.faults) == (2, [told])


def test_where_nothing_can_be_written_no_study_is_begun(run, tmp_path):
    (tmp_path / "out").write_text("a file", "utf-8")
    answer = run("--json")
    assert (answer.code, answer.faults) == (2, [("out", None, "out", "这是一个文件，应为文件夹")])


def test_without_the_packages_of_the_laboratory_it_says_what_to_install(run, monkeypatch):
    monkeypatch.setattr(extras, "LABORATORY", ("numba", "not_installed_here"))
    answer = run("--json")
    message = "实验室还缺 not_installed_here，请先装：pip install 'kaibiao[lab]'"
    assert (answer.code, [fault[3] for fault in answer.faults]) == (2, [message])


def test_nothing_of_the_laboratory_is_loaded_before_it_is_needed():
    look = "import sys, tui.commands.lab, sim.lab.experiment; print({'numba', 'scipy', 'joblib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_progress_is_told_on_stderr_alone(run, monkeypatch):
    monkeypatch.setattr(lab, "EVERY_S", 0.0)
    answer = run("--json", "--auctions", 4096)
    lines = answer.err.splitlines()
    assert lines[0].startswith("模拟招标 256/4096，约剩 ") and lines[-1].endswith("约剩 0 秒")
    assert len(lines) == 16 and answer.json["auctions"] == 4096
