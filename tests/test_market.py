"""Where a bond trades on the day: from the curves, from the scenario, or made up with the real curve's moments."""

import csv
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import days
import numpy as np
import pytest

from auction.curve import Curve, benchmark_mean, read_curve
from auction.errors import BadInput
from auction.journal import MemoryJournal
from sim.draws import Draws
from sim.market import between, day_shock, market_state, own_sd_bp
from sim.rehearsal import Rehearsal
from sim.scenario import Staged, keep, read_scenario
from sim.synthetic import SD_BP, TENORS, daily_changes, daily_sd_bp, synthetic_curve, window_sd_bp

DAY = date(2026, 6, 10)
SHIPPED = Path(__file__).resolve().parents[1] / "scenarios"
REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "cgb_ytm_daily_2016_2026.csv"
TEN = TENORS.index(10)


def staged(issue: dict | None = None, **market: object) -> Staged:
    """The small day with a market of its own."""
    return days.stage(days.window(issue or days.issue()), market=market)


def state(issue: dict | None = None, **market: object):
    """The market of the only issue of the small day."""
    small = staged(issue, **market)
    return market_state(small, small.scenario.plan.issues[0])


def test_a_bond_trades_at_the_evening_s_yield_plus_the_spread_and_the_move():
    curve = read_curve(SHIPPED / "curves" / "synthetic-treasury.csv")
    known = state(spread_bp="9", move_sd_bp="1.5")
    mean = benchmark_mean(curve, DAY, 10)
    assert known.mean == mean.mean
    assert (known.spread_bp, known.daily_sd_bp, known.supply) == (9.0, 1.5, 100_000)
    evening = float(mean.yields[-1])
    assert [round(known.percent(shock), 9) for shock in (0.0, 2.0)] == [
        round(evening + 0.09, 9),
        round(evening + 0.12, 9),
    ]


def test_one_shock_moves_the_whole_day_and_follows_from_the_seed():
    assert day_shock(Draws(5)) == day_shock(Draws(5)) != day_shock(Draws(6))
    shocks = [day_shock(Draws(seed)) for seed in range(400)]
    assert abs(np.mean(shocks)) < 0.15
    assert 0.9 < np.std(shocks) < 1.1


@pytest.mark.parametrize(("tenor", "spread"), [("10", 17.0), ("7", 15.2), ("30", 13.0), ("3", 14.0)])
def test_a_spread_by_tenor_goes_by_the_line_between_and_stays_at_its_ends(tenor, spread):
    by_tenor = {"5": "14", "10": "17bp", "30": "13"}
    assert round(state(days.issue(tenor=tenor), spread_bp=by_tenor).spread_bp, 9) == spread


def test_supply_of_the_day_widens_the_spread_elsewhere_s_too():
    calm, busy = (state(spread_bp="9", supply_bp="2", elsewhere=amount) for amount in ("0", "340"))
    assert (calm.supply, busy.supply) == (100_000, 3_500_000)
    assert [round(each.spread_bp, 9) for each in (calm, busy)] == [9.2, 16.0]


def test_a_region_s_spread_may_stand_over_the_local_curve(tmp_path):
    local = read_scenario(Path("local-curve"))
    text = local.file.read_text("utf-8")
    (tmp_path / "curves").mkdir()
    for curve in local.curve_files.values():
        (tmp_path / "curves" / curve.name).write_bytes(curve.read_bytes())
    file = tmp_path / "regional.yaml"
    file.write_text(text.replace("spread_bp: 13", "regional_bp: 2"), "utf-8")
    regional = read_scenario(file)
    issue = regional.scenario.plan.issues[0]
    evening = benchmark_mean(local.treasury, local.scenario.plan.date, issue.tenor).days[-1]
    gap = float(local.anchor.yield_on(evening, issue.tenor) - local.treasury.yield_on(evening, issue.tenor)) * 100
    assert round(market_state(regional, issue).spread_bp, 9) == round(gap + 2, 9)


@pytest.mark.parametrize(
    ("market", "message"),
    [
        ({"spread_bp": "9", "regional_bp": "2"}, "只写一个"),
        ({"regional_bp": "2"}, "缺少 curves.local"),
        ({"spread_bp": "900"}, "利差应在 -100 至 500bp 之间"),
        ({"spread_bp": {"10": "900"}}, "利差应在 -100 至 500bp 之间"),
        ({"spread_bp": {}}, "应为一个值，或 期限: 值"),
        ({"spread_bp": {"十年": "9"}}, "应为数字"),
        ({"spread_bp": "wide"}, "应为数字"),
    ],
)
def test_a_market_that_cannot_be_is_refused(market, message):
    with pytest.raises(ValueError, match=message):
        staged(**market)


def curve_of(yields: list[float], tenors: tuple[str, ...] = ("10",)) -> Curve:
    """A curve with these yields on successive days, alike at every tenor, the last on the eve of the day."""
    start = DAY - timedelta(days=len(yields))
    cells = {
        start + timedelta(days=n): {name: (n, name, f"{at:.4f}") for name in tenors} for n, at in enumerate(yields)
    }
    return Curve(Path("made.csv"), {name: Fraction(name) for name in tenors}, cells)


def test_the_move_is_as_great_as_the_curve_s_own_history_has_it():
    ladder = [2.0 + 0.03 * (n % 2) for n in range(101)]
    assert round(own_sd_bp(curve_of(ladder), DAY, Fraction(10)), 6) == 3.0
    assert round(own_sd_bp(curve_of(ladder, ("5", "30")), DAY, Fraction(10)), 6) == 3.0
    calm_of_late = [2.0 + 0.5 * (n % 2) for n in range(50)] + [2.0 + 0.01 * (n % 2) for n in range(251)]
    assert round(own_sd_bp(curve_of(calm_of_late), DAY, Fraction(10), days=250), 6) == 1.0
    assert own_sd_bp(curve_of(ladder), DAY - timedelta(days=90), Fraction(10)) == daily_sd_bp(10)
    assert own_sd_bp(curve_of(ladder, ("1", "5")), DAY, Fraction(10)) == daily_sd_bp(10)
    curve = read_curve(SHIPPED / "curves" / "synthetic-treasury.csv")
    assert state().daily_sd_bp == own_sd_bp(curve, DAY, Fraction(10)) > 0


def test_from_the_mean_of_five_days_to_the_window_a_random_walk_moves_by_1_48_daily_deviations():
    assert round(window_sd_bp(1.0), 4) == 1.4832
    assert round(state(move_sd_bp="2").window_sd_bp, 4) == 2.9665
    walk = np.cumsum(np.random.default_rng(2).standard_normal(200_000))
    means = np.convolve(walk, np.ones(5) / 5, "valid")
    assert abs(np.std(walk[5:] - means[:-1]) - 1.4832) < 0.02


def test_between_two_tenors_the_line_beyond_them_the_end():
    assert [between(tenor, {10.0: 4.0, 5.0: 2.0}) for tenor in (1, 5, 7.5, 10, 30)] == [2.0, 2.0, 3.0, 4.0, 4.0]


def test_synthetic_days_move_as_much_as_the_fit_says_together_and_with_great_moves():
    changes = daily_changes(np.random.default_rng(3), 60_000)
    assert np.abs(changes.std(axis=0) / np.array(SD_BP) - 1).max() < 0.04
    together = np.corrcoef(changes.T)
    assert 0.35 < together[0, -1] < 0.55
    assert together[TEN - 1, TEN] > 0.93
    scaled = changes / changes.std(axis=0)
    assert np.all((np.abs(scaled) > 3).mean(axis=0) > 0.009)
    assert np.all((scaled**4).mean(axis=0) > 5)


def test_the_fit_has_the_moments_of_the_real_curve():
    if not REAL.exists():
        pytest.skip("the real treasury curve is not at hand")
    with REAL.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["date"] >= "2018"]
    real = np.diff([[100 * float(row[f"{tenor}Y"]) for tenor in TENORS] for row in rows], axis=0)
    made = daily_changes(np.random.default_rng(4), 60_000)
    assert np.abs(made.std(axis=0) / real.std(axis=0) - 1).max() < 0.06
    assert np.abs(np.corrcoef(made.T) - np.corrcoef(real.T)).max() < 0.1
    beyond = [(np.abs(each / each.std(axis=0)) > 3).mean(axis=0) for each in (made, real)]
    assert np.abs(beyond[0] - beyond[1]).max() < 0.008


def test_a_synthetic_curve_has_every_working_day_and_moves_as_its_days_do():
    curve = synthetic_curve(np.random.default_rng(5), DAY, 520)
    assert len(curve.days) == 520
    assert curve.days[-1] == date(2026, 6, 9)
    assert benchmark_mean(curve, DAY, 10).days[-1] == curve.days[-1]
    assert 1.2 < own_sd_bp(curve, DAY, Fraction(10)) < 3.5
    assert curve.yield_on(curve.days[-1], 10) == Fraction("1.68")


def synthetic(tmp_path: Path) -> Path:
    """The first scenario on a synthetic curve, its move being that curve's own."""
    text = (SHIPPED / "first-tender.yaml").read_text("utf-8")
    text = text.replace("treasury: curves/synthetic-treasury.csv", "treasury: synthetic")
    text = text.replace("  move_sd_bp: 1.5\n", "")
    file = tmp_path / "synthetic.yaml"
    file.write_text(text, "utf-8")
    return file


def test_a_day_is_played_on_a_synthetic_curve_and_kept_without_a_curve_file(tmp_path):
    read = read_scenario(synthetic(tmp_path))
    (tmp_path / "kept").mkdir()
    again = read_scenario(keep(read, tmp_path / "kept"))
    assert (again.digest, again.anchor_digest) == (read.digest, read.anchor_digest)
    assert again.treasury.cells == read.treasury.cells
    assert [each.name for each in (tmp_path / "kept").iterdir()] == ["scenario.yaml"]
    rehearsal = Rehearsal(again, MemoryJournal(), 1)
    for _event in rehearsal.run():
        pass
    assert rehearsal.day.phase.value == "SETTLED"


def test_a_day_the_curve_lacks_is_refused(tmp_path):
    local = read_scenario(Path("first-tender"))
    short = tmp_path / "short.yaml"
    short.write_text(local.file.read_text("utf-8").replace("curves/synthetic-treasury.csv", "short.csv"), "utf-8")
    whole = local.curve_files["treasury"].read_text("utf-8").splitlines()
    (tmp_path / "short.csv").write_text("\n".join(whole[:-2]) + "\n", "utf-8")
    with pytest.raises(BadInput, match="曲线缺 2026-06-08、2026-06-09"):
        read_scenario(short)
