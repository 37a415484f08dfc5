"""The shipped studies: each is in order and compares things that differ; their page says nothing the figures deny."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from sim.lab.answer import ArmAnswer, PairAnswer, alike
from sim.lab.bench import Bench, run_chunk, side_of
from sim.lab.experiment import read_experiment
from sim.lab.interval import Interval
from sim.lab.measures import MEASURES, PLACE
from sim.lab.sides import market_of
from tools import studies_page
from tools.studies_figures import Study, Unborne, moved, row_of
from tools.studies_words import CHAPTERS

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = sorted(file.stem for file in (ROOT / "scenarios" / "studies").glob("*.yaml"))
ON_THE_PAGE = [name for chapter in CHAPTERS for name in chapter.studies]


@dataclass(frozen=True)
class Told:
    """An answer as the page reads it."""

    arms: tuple[ArmAnswer, ...]
    pairs: tuple[PairAnswer, ...]
    bands: tuple[()] = ()
    sensitivity: tuple[()] = ()
    n: int = 8192
    seed: int = 1
    names: dict[str, str] = field(default_factory=dict)


def about(mean: float) -> Interval:
    return Interval(mean, mean - 0.01, mean + 0.01)


def study(name: str, **measures: list[float]) -> Study:
    """A shipped study whose arms came to these figures, one for each arm and both sides alike; the rest to nothing."""
    prepared = read_experiment(Path(name))
    names = [arm.name for arm in prepared.experiment.arms]
    found = [{each: measures[each][at] if each in measures else 0.0 for each in MEASURES} for at in range(len(names))]
    arms = [
        ArmAnswer(name, adapts, 0.0, 0.0, True, 8192, 1.75, {each: about(figure) for each, figure in row.items()})
        for adapts in (False, True)
        for name, row in zip(names, found, strict=True)
    ]
    pairs = [
        PairAnswer(names[a], names[b], adapts, {each: about(found[b][each] - found[a][each]) for each in MEASURES})
        for adapts in (False, True)
        for a, b in prepared.experiment.compared
    ]
    return Study(prepared, Told(tuple(arms), tuple(pairs)))


def likely() -> dict[str, Study]:
    """Every study of the page, come to what its page says."""
    history = {
        "spread_bp": [40.0, 25.0, 10.0, 6.0],
        "cover": [27.0, 24.0, 11.0, 4.5],
        "broker": [0.24, 0.2, 0.08, 0.05],
    }
    ones = {
        "cover": [18.1, 7.8, 5.5, 12.0] * 2,
        "floor_hit": [1.0] * 4 + [0.6] * 4,
        "spread_bp": [15.0] * 4 + [5.0, 5.4, 5.7, 5.8],
    }
    made = [
        study("floor-history", cost_yi=[6.45, 6.0, 5.55, 5.43], **history),
        study("floor-by-strength-strong", spread_bp=[5.0, 3.0, 0.5]),
        study("floor-by-strength-middle", spread_bp=[6.0, 5.8, 5.7]),
        study("floor-by-strength-weak", spread_bp=[15.0, 15.0, 15.0]),
        study("treasury-or-local-curve", spread_bp=[25.0, 10.0, 6.8, 7.8]),
        study("member-caps", **ones),
        study("duties", **{"short": [0.0, 0.0, 0.0, 0.14], "lead-broker": [0.09, 0.08, 0.16, 0.06]}),
        study("one-or-many", spread_bp=[6.0, 6.0, 5.9, 6.0]),
    ]
    return {each.name: each for each in made}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_study_is_named_as_its_file_asks_something_and_says_what_lies_outside(name):
    experiment = read_experiment(Path(name)).experiment
    assert experiment.name == name and experiment.question.endswith("？")
    assert experiment.outside_spread_bp is not None and experiment.seed > 0
    assert experiment.precision_bp is not None and len(experiment.compared) >= len(experiment.arms) - 2


@pytest.mark.parametrize("name", SHIPPED)
def test_every_arm_of_a_shipped_study_sells_and_differs_from_what_it_is_compared_with(name):
    prepared = read_experiment(Path(name))
    sides = tuple(side_of(setting, prepared.population, prepared.members) for setting in prepared.settings)
    rows = run_chunk(Bench(1, market_of(prepared), sides), 0)
    assert (rows[:, PLACE["issued_yi"]] > 0.5 * rows[:, PLACE["issued_yi"]].max()).all()
    assert (rows[:, PLACE["failed"]] == 0).all() and np.isfinite(rows[:, PLACE["spread_bp"]]).all()
    assert not any(alike(sides[a], sides[b]) for a, b in prepared.experiment.compared)


def test_the_regions_differ_in_their_market_alone():
    regions = [read_experiment(Path(f"floor-by-strength-{each}")) for each in ("strong", "middle", "weak")]
    assert [market_of(region).spread_bp for region in regions] == [3.0, 9.0, 18.0]
    assert len({market_of(region).move_bp for region in regions}) == 1
    assert len({tuple(setting.name for setting in region.settings) for region in regions}) == 1


def test_a_reopening_is_compared_at_its_own_mean_and_by_price():
    one, *_split, reopened = read_experiment(Path("one-or-many")).settings
    assert reopened.desk.notice.reopening is not None and one.desk.notice.reopening is None
    assert 0 < float(one.mean - reopened.mean) < 0.05


def test_the_page_tells_every_study_in_both_languages():
    text = studies_page.page(likely())
    for chapter in CHAPTERS:
        assert all(f". {title}\n" in text for title in chapter.title)
    for name in ON_THE_PAGE:
        assert f"`kaibiao lab run {name} --out 文件夹`" in text and f"`kaibiao lab run {name} --out FOLDER`" in text
    assert "40bp 时 24%，5bp 时 5%" in text and "24 % at 40 bp and 5 % at 5 bp" in text
    assert "招不满的机会是 0.0%，取消以后、成员适应了，就有 14.0%" in text and "低 4.5bp（-4.51 至 -4.49）" in text


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("floor-history", {"cover": [20.0, 24.0, 11.0, 4.5]}),
        ("floor-history", {"cover": [27.0, 24.0, 11.0, 4.5], "spread_bp": [40.0, 35.0, 10.0, 6.0]}),
        ("floor-by-strength-weak", {"spread_bp": [20.0, 15.0, 10.0]}),
        ("treasury-or-local-curve", {"spread_bp": [7.0, 7.0, 7.0, 7.8]}),
        ("member-caps", {"cover": [18.0, 7.8, 5.5, 12.0] * 2, "floor_hit": [1.0] * 8, "spread_bp": [15.0, 14.0] * 4}),
        ("member-caps", {"cover": [18.0, 7.8, 5.5, 12.0] * 2, "floor_hit": [0.8] * 8}),
        ("duties", {"lead-broker": [0.1, 0.1, 0.1, 0.0]}),
    ],
)
def test_figures_that_deny_a_sentence_leave_the_page_unwritten(name, figures):
    studies = likely() | {name: study(name, **figures)}
    with pytest.raises(Unborne, match="数字不支持这句话"):
        studies_page.page(studies)


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (Interval(-3.7, -3.8, -3.6), "低 3.7bp（-3.80 至 -3.60）", "falls by 3.7 bp (-3.80 to -3.60)"),
        (Interval(0.6, 0.5, 0.7), "高 0.6bp（+0.50 至 +0.70）", "rises by 0.6 bp (+0.50 to +0.70)"),
        (Interval(0.5, -0.1, 1.1), "几乎不变（-0.10 至 +1.10 bp）", "hardly moves (-0.10 to +1.10 bp)"),
        (Interval(0.05, 0.04, 0.06), "几乎不变（+0.04 至 +0.06 bp）", "hardly moves (+0.04 to +0.06 bp)"),
    ],
)
def test_a_change_is_told_by_its_sign_only_where_its_interval_bears_it(change, zh, en):
    assert moved(change) == (zh, en)


def test_an_arm_whose_bids_did_not_settle_wears_a_dagger():
    made = likely()["one-or-many"]
    astray = tuple(replace(arm, converged=False) if arm.name == "十期各 3 亿元" else arm for arm in made.answer.arms)
    marked = replace(made, answer=replace(made.answer, arms=astray))
    assert [row_of(marked, arm, (), 0) for arm in marked.arms[1:3]] == [["五期各 6 亿元"], ["十期各 3 亿元 †"]]
    assert "† 适应后的投标没有收敛" in studies_page.page(likely() | {"one-or-many": marked})


def test_the_page_was_made_of_the_studies_as_they_are_shipped():
    text = (ROOT / "docs" / "studies.md").read_text("utf-8")
    digests = {name: read_experiment(Path(name)).digest[: studies_page.DIGITS] for name in ON_THE_PAGE}
    assert {name: text.count(digest) for name, digest in digests.items()} == dict.fromkeys(ON_THE_PAGE, 2)


@pytest.mark.soak
def test_the_six_studies_run_from_clean_and_bear_their_page(tmp_path):
    studies = studies_page.run_all(tmp_path, jobs=2)
    assert list(studies) == ON_THE_PAGE and all(each.answer.reached for each in studies.values())
    assert studies_page.page(studies).startswith("# 六个研究")
    assert all((tmp_path / name / "study.json").is_file() for name in ON_THE_PAGE)
