"""Studies: they stop when they know enough, whoever computes them, and say what they do not know."""

import json
from decimal import Decimal
from fractions import Fraction
from math import inf, isfinite

import numpy as np
import pytest
from experiments import EXPERIMENT, FIXED, PLAIN, POPULATION, experiment_file, with_arm

from auction.bond import dirty_price
from auction.bondterms import schedule_of
from auction.errors import BadInput
from auction.reopening import settlement_of
from sim.lab import study
from sim.lab.bench import run_chunk
from sim.lab.checkpoint import NAME, add, begin, load
from sim.lab.draws import CHUNK
from sim.lab.experiment import aimed, read_experiment
from sim.lab.interval import SETTLED
from sim.lab.measures import MEASURES, Burden, burden_of
from sim.lab.pool import Pool
from sim.lab.sides import bench_of, market_of
from sim.lab.study import run_study
from sim.underwriters import BEHAVIOURS, FIELDS, MOST, TYPE_WIDTH, TYPES

SHARES = slice(FIELDS + 2, FIELDS + TYPE_WIDTH, 2)
"""Where the first type of a strategy has what it asks up to each step; its ticks stand before them."""


def prepared(folder, text=FIXED, population=PLAIN):
    return read_experiment(experiment_file(folder, text, population))


def bench(folder, text=FIXED, population=PLAIN):
    experiment = prepared(folder, text, population)
    return bench_of(experiment, market_of(experiment), Pool())


def told(answer):
    """The answer without the time it took."""
    return {name: value for name, value in answer.as_dict().items() if name != "seconds"}


def rows(folder, text=FIXED, population=PLAIN, chunk=0):
    """Each side's measures by name, of one chunk."""
    table = run_chunk(bench(folder, text, population), chunk)
    return [dict(zip(MEASURES, row, strict=True)) for row in table]


def test_the_same_arm_twice_differs_by_exactly_zero(tmp_path):
    text = EXPERIMENT.replace("range.floor: +0bp", "range.floor: +5bp").replace("8192", "4096")
    answer = run_study(prepared(tmp_path, text, POPULATION))
    for pair in answer.pairs:
        assert {(each.mean, each.low, each.high) for each in pair.figures.values()} == {(0.0, 0.0, 0.0)}
    assert [pair.adapts for pair in answer.pairs] == [False, True]
    likeness, coarseness = (str(note) for note in answer.notes())
    assert likeness == "方案“现行”与“降 5bp”没有差别：所改的值不影响这一期的招标"
    between = max(arm.between_bp for arm in answer.arms if arm.adapts)
    assert coarseness.endswith(f"看法落在其间的投标人，平均还能多得至多 {between:.3f} bp")


def test_an_override_that_this_issue_does_not_know_is_not_passed_off_as_no_effect(tmp_path):
    answer = run_study(aimed(prepared(tmp_path, with_arm("underwriting.floor: +9bp", text=FIXED)), 256, None))
    assert "方案“现行”与“降 5bp”没有差别" in str(answer.notes()[-1])


def test_one_process_and_two_come_to_the_same_bits(tmp_path):
    experiment = prepared(tmp_path)
    assert told(run_study(experiment)) == told(run_study(experiment, pool=Pool(2)))


def test_chunks_come_to_the_same_in_any_order(tmp_path):
    ready = bench(tmp_path)
    forwards = [run_chunk(ready, chunk).tobytes() for chunk in (0, 1, 2)]
    backwards = [run_chunk(ready, chunk).tobytes() for chunk in (2, 1, 0)]
    assert forwards == backwards[::-1] and len(set(forwards)) == 3


def test_an_arm_comes_to_the_same_whatever_stands_beside_it(tmp_path):
    third = "  - name: 又一个\n    override: {range.floor: +10bp}\nauctions"
    two, three = bench(tmp_path), bench(tmp_path, FIXED.replace("auctions", third))
    assert run_chunk(two, 3).tobytes() == run_chunk(three, 3)[:2].tobytes()


def test_a_study_stops_at_its_precision_and_no_sooner(tmp_path):
    experiment = aimed(prepared(tmp_path), None, Decimal("0.1"))
    answer = run_study(experiment)
    assert answer.reached and answer.half_width_bp <= 0.1
    assert answer.half_width_bp == max(pair.figures["spread_bp"].half_width for pair in answer.pairs)
    assert answer.n < experiment.experiment.budget
    finer = run_study(aimed(experiment, None, Decimal("0.02")))
    assert finer.n > answer.n


def test_a_precision_beyond_the_budget_says_so_and_keeps_what_was_found(tmp_path):
    text = FIXED.replace("auctions: 8192", "precision_bp: 0.001\nbudget: 5000")
    answer = run_study(prepared(tmp_path, text))
    assert (answer.reached, answer.n) == (False, 5000 // CHUNK * CHUNK)
    assert isfinite(answer.half_width_bp) and answer.expected > 5000
    assert str(answer.notes()[0]).startswith("预算 5000 场达不到 ±0.001 bp：现为 ±")
    assert answer.as_dict()["reached"] is False


def test_too_few_auctions_make_no_interval(tmp_path):
    answer = run_study(aimed(prepared(tmp_path), 1000, None))
    assert (answer.n, answer.half_width_bp) == (1024, inf)
    coupon = answer.as_dict()["pairs"][0]["coupon_bp"]
    assert (coupon["low"], coupon["high"]) == (None, None) and coupon["mean"] < 0
    assert [str(note) for note in answer.notes()] == ["每个方案只做了 1024 场，还不足以给出区间"]


def test_a_study_cut_short_says_what_it_is_worth_and_goes_on_to_the_same_answer(tmp_path, monkeypatch):
    experiment, seen = prepared(tmp_path), []

    def stop(progress):
        seen.append(progress)
        if progress.done == 20 * CHUNK:
            raise KeyboardInterrupt

    folder = tmp_path / "out"
    cut = run_study(experiment, folder, tell=stop)
    assert (cut.interrupted, cut.reached, cut.n) == (True, False, 20 * CHUNK)
    assert isfinite(cut.half_width_bp)
    assert str(cut.notes()[0]).startswith(f"中途停下：每个方案做了 {20 * CHUNK} 场，现精确到 ±")
    computed = []
    monkeypatch.setattr(study, "run_chunk", lambda ready, chunk: computed.append(chunk) or run_chunk(ready, chunk))
    whole = run_study(experiment, folder, resume=True)
    assert told(whole) == told(run_study(experiment)) and not whole.interrupted
    assert computed[:12] == list(range(20, 32))
    assert json.loads((folder / "study.json").read_text("utf-8")) == json.loads(json.dumps(whole.as_dict()))


def test_cut_short_before_anything_is_done_there_is_nothing_to_tell(tmp_path):
    def stop(progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(prepared(tmp_path, EXPERIMENT, POPULATION), tell=stop)


def test_progress_tells_how_much_is_left(tmp_path):
    seen = []
    run_study(prepared(tmp_path), tell=seen.append)
    assert [(str(each.stage), each.done, each.whole) for each in seen] == [
        ("模拟招标", CHUNK * n, 8192) for n in range(1, 33)
    ]
    assert seen[0].left_s > 0 and seen[-1].left_s == 0.0
    assert seen[0].half_width_bp == inf and isfinite(seen[-1].half_width_bp)


def test_a_lone_arm_is_run_until_its_own_coupon_is_known(tmp_path):
    text = FIXED.replace("  - name: 降 5bp\n    override:\n      range.floor: +0bp\n", "")
    answer = run_study(aimed(prepared(tmp_path, text), None, Decimal("0.2")))
    assert (answer.pairs, answer.reached) == ((), True)
    assert answer.half_width_bp == answer.arms[0].figures["spread_bp"].half_width <= 0.2


def test_progress_counts_the_equilibria_too(tmp_path):
    seen = []
    run_study(aimed(prepared(tmp_path, EXPERIMENT, POPULATION), 256, None), tell=seen.append)
    assert [(str(each.stage), each.done, each.whole) for each in seen[:3]] == [("求均衡", n, 2) for n in range(3)]


def test_both_sides_of_every_arm_are_told_beside_each_other(tmp_path):
    answer = run_study(aimed(prepared(tmp_path, EXPERIMENT, POPULATION), 256, None))
    assert [(arm.name, arm.adapts) for arm in answer.arms] == [
        ("现行", False),
        ("降 5bp", False),
        ("现行", True),
        ("降 5bp", True),
    ]
    assert [arm.exploitability_bp is None for arm in answer.arms] == [True, True, False, False]
    assert all(arm.converged is (arm.exploitability_bp <= 0.05) for arm in answer.arms[2:])
    first, adapting = answer.arms[0], answer.arms[2]
    assert first.figures == adapting.figures


def test_where_nobody_can_adapt_there_is_one_side(tmp_path):
    text = EXPERIMENT.replace("8192", "256")
    answer = run_study(prepared(tmp_path, text, PLAIN))
    assert [arm.adapts for arm in answer.arms] == [False, False]
    with pytest.raises(BadInput, match="群体 few 里没有会适应规则的投标人"):
        run_study(prepared(tmp_path, text + "bidders: adapting\n", PLAIN))


def test_an_arm_nobody_can_adapt_to_is_named(tmp_path):
    text = with_arm("method: modified-multiple-price")
    with pytest.raises(BadInput, match="方案“降 5bp”：modified-multiple-price"):
        run_study(prepared(tmp_path, text, POPULATION))


def test_strategic_bidders_that_do_not_adapt_ask_the_same_lots_whatever_the_cap(tmp_path):
    wide, narrow = (
        side.seating for side in bench(tmp_path, with_arm("max_bid_share: 50%", text=FIXED), POPULATION).sides
    )
    (seat,) = np.flatnonzero(wide.behaviour == tuple(BEHAVIOURS).index("strategic"))
    asked = [seats.members[seat, MOST] * seats.members[seat, SHARES] for seats in (wide, narrow)]
    assert [seats.members[seat, MOST] for seats in (wide, narrow)] == [300, 150]
    assert asked[0].max() > 0 and asked[0] == pytest.approx(asked[1])
    assert np.array_equal(wide.members[seat, TYPES:][:3], narrow.members[seat, TYPES:][:3])


def test_strategic_bidders_that_do_not_adapt_keep_their_distance_in_bp_on_a_coarser_grid(tmp_path):
    fine, coarse = (side.seating for side in bench(tmp_path, with_arm("tick: 0.02", text=FIXED), POPULATION).sides)
    (seat,) = np.flatnonzero(fine.behaviour == tuple(BEHAVIOURS).index("strategic"))
    offsets = [seats.members[seat, FIELDS + 1 : FIELDS + TYPE_WIDTH : 2] for seats in (fine, coarse)]
    assert np.array_equal(np.rint(offsets[0] / 2), offsets[1])


def test_a_pinned_base_arm_gives_a_band_over_the_outside_spread(tmp_path):
    text = FIXED.replace("  - name: 现行\n", "  - name: 现行\n    override: {range.floor: +20bp}\n")
    text = with_arm("range.floor: +5bp", text=text).replace("8192", "4096")
    answer = run_study(prepared(tmp_path, text + "outside_spread_bp: {low: 5, high: 15}\n"))
    assert answer.unidentified == ("现行",)
    (band,) = answer.bands
    assert [spread for spread, _at in band.points] == [5.0, 9.0, 15.0]
    lows = [estimate.mean for _spread, estimate in band.points]
    assert lows == sorted(lows) and band.high - band.low > 2
    data = answer.as_dict()
    assert (data["identified"], data["band"]["outside_spread_bp"]) == (False, {"low": 5.0, "high": 15.0})
    assert "不是抽样误差" in data["notes"][0]


def test_cut_short_at_its_band_a_study_tells_what_it_found_and_that_the_band_is_missing(tmp_path, monkeypatch):
    text = FIXED.replace("  - name: 现行\n", "  - name: 现行\n    override: {range.floor: +20bp}\n")
    text = text.replace("8192", "4096") + "outside_spread_bp: {low: 5, high: 15}\n"
    whole = run_study(prepared(tmp_path, text))
    monkeypatch.setattr(study, "_table_at", interrupt)
    cut = run_study(prepared(tmp_path, text))
    assert (cut.interrupted, cut.bands, cut.pairs) == (True, (), whole.pairs)
    assert [str(note).rpartition("；")[2] for note in cut.notes()][1] == "中途停下，还没有求出二级市场利差不同时的范围"


def interrupt(*_given):
    raise KeyboardInterrupt


def test_no_study_stops_before_so_many_chunks_that_their_variance_can_be_trusted(tmp_path):
    answer = run_study(aimed(prepared(tmp_path), None, Decimal(5)))
    assert (answer.reached, answer.n) == (True, SETTLED * CHUNK)


def test_a_pinned_base_arm_without_an_outside_spread_asks_for_one(tmp_path):
    text = FIXED.replace("  - name: 现行\n", "  - name: 现行\n    override: {range.floor: +20bp}\n")
    answer = run_study(prepared(tmp_path, text.replace("8192", "4096")))
    assert (answer.as_dict()["identified"], answer.as_dict()["band"]) == (False, None)
    assert "请用 outside_spread_bp" in str(answer.notes()[0])


def test_a_base_arm_off_its_floor_is_identified(tmp_path):
    text = FIXED.replace("  - name: 现行\n", "  - name: 现行\n    override: {range.floor: -20bp}\n")
    answer = run_study(prepared(tmp_path, text.replace("8192", "4096")))
    assert (answer.as_dict()["identified"], answer.notes()) == (True, ())


def test_all_pairs_share_one_chance_of_missing(tmp_path):
    third = "  - name: 又一个\n    override: {range.floor: +10bp}\nauctions"
    text = FIXED.replace("auctions", third)
    two, three = (run_study(aimed(prepared(tmp_path, each), 8192, None)) for each in (FIXED, text))
    narrow, wide = two.pairs[0].figures["spread_bp"], three.pairs[0].figures["spread_bp"]
    assert narrow.mean == wide.mean and narrow.half_width < wide.half_width
    assert three.as_dict()["confidence"] == {"arm": 0.95, "all_pairs": 0.95, "each_pair": 0.975}


def test_only_the_pairs_that_are_named_are_compared(tmp_path):
    third = "  - name: 又一个\n    override: {range.floor: +10bp}\npairs: [{from: 又一个, to: 降 5bp}]\nauctions"
    answer = run_study(aimed(prepared(tmp_path, FIXED.replace("auctions", third)), 256, None))
    assert [(pair.from_, pair.to) for pair in answer.pairs] == [("又一个", "降 5bp")]


def test_a_checkpoint_of_another_experiment_is_refused(tmp_path):
    folder = tmp_path / "out"
    begin(folder, "one")
    with pytest.raises(BadInput, match="属于另一个实验"):
        load(folder, "other")
    with pytest.raises(BadInput, match="已有一份研究"):
        begin(folder, "one")
    with pytest.raises(BadInput, match="没有可以接着做的研究"):
        load(tmp_path, "one")


def test_a_checkpoint_gives_back_every_bit_and_passes_over_a_line_cut_short(tmp_path):
    file = begin(tmp_path / "out", "one")
    row = np.array([[0.1 + 0.2, np.nan, -0.0], [1e-300, 2.0**60 + 1, 1 / 3]])
    add(file, {0: row, 5: row + 1})
    with file.open("a", encoding="utf-8") as out:
        out.write('{"chunk": 6, "rows": [[0.1')
    again, kept = load(tmp_path / "out", "one")
    assert (again, sorted(kept)) == (file, [0, 5]) and file.name == NAME
    assert kept[0].tobytes() == row.tobytes()
    add(file, {6: row})
    assert sorted(load(tmp_path / "out", "one")[1]) == [0, 5, 6]


def test_a_pinned_arm_pays_the_floor_for_all_its_life(tmp_path):
    text = with_arm("range.floor: +60bp", "range.cap: +60%", text=FIXED)
    pinned = rows(tmp_path, text)[1]
    assert pinned["spread_bp"] == pytest.approx(59.664) and pinned["floor_hit"] == 1.0
    assert pinned["cost_yi"] == pytest.approx(30 * 2.35 / 100 * 10) and pinned["issued_yi"] == 30.0
    assert pinned["left_bp"] == pytest.approx(59.664 - 9, abs=0.5)


def test_shares_of_awards_add_up_and_lie_within_their_bounds(tmp_path):
    for row in rows(tmp_path):
        kinds = [row[name] for name in ("lead-bank", "lead-broker", "bank", "broker")]
        assert sum(kinds) == pytest.approx(1.0) and kinds[1] == kinds[2] == 0.0
        assert 1 / 12 <= row["hhi"] <= row["top_five"] <= 1.0


def test_multiple_prices_cost_what_winners_pay_over_and_under_par(tmp_path):
    single, multiple = rows(tmp_path, with_arm("method: multiple-price", text=FIXED))
    assert multiple["spread_bp"] < single["spread_bp"]
    coupon = (single["cost_yi"] - multiple["cost_yi"]) / 30 / 10 * 100 * 100
    assert coupon == pytest.approx(single["spread_bp"] - multiple["spread_bp"], abs=0.1)
    assert multiple["surplus_bp"] < single["surplus_bp"]


def test_an_issue_without_bids_fails_and_costs_nothing(tmp_path):
    population = PLAIN.replace("    behaviour", "    absent: 100%\n    behaviour")
    row = rows(tmp_path, population=population)[0]
    assert (row["failed"], row["short"], row["cost_yi"], row["issued_yi"], row["cover"]) == (1.0, 1.0, 0.0, 0.0, 0.0)
    assert np.isnan([row[name] for name in ("spread_bp", "marginal_cover", "hhi", "surplus_bp")]).all()


def test_a_study_of_nothing_but_failures_still_answers(tmp_path):
    population = PLAIN.replace("    behaviour", "    absent: 100%\n    behaviour")
    answer = run_study(prepared(tmp_path, FIXED.replace("8192", "4096"), population))
    assert answer.arms[0].figures["failed"].mean == 1.0
    assert answer.as_dict()["arms"][0]["coupon"] == {"mean": None, "low": None, "high": None}


def test_many_small_issues_add_up_to_the_one(tmp_path):
    one, many = rows(tmp_path, with_arm("split: 5", text=FIXED))
    assert many["issued_yi"] == one["issued_yi"] == 30.0
    assert many["cost_yi"] == pytest.approx(one["cost_yi"], rel=0.01)
    assert many["top_five"] <= one["top_five"] + 0.05


def test_a_base_amount_is_issued_beside_the_tender(tmp_path):
    ready = bench(tmp_path, with_arm("base_amount.share: 20%", text=FIXED))
    row = dict(zip(MEASURES, run_chunk(ready, 0)[1], strict=True))
    assert row["issued_yi"] == 30.0 and row["lead-bank"] > 0.2


def test_a_reopening_costs_its_own_coupons_and_what_it_sells_under_par(tmp_path):
    text = with_arm("range.floor: +10bp", text=FIXED).replace("first-tender", "reopening")
    ready = bench(tmp_path, text)
    low, high = (dict(zip(MEASURES, row, strict=True)) for row in run_chunk(ready, 0))
    assert high["spread_bp"] >= low["spread_bp"] and high["cost_yi"] >= low["cost_yi"]
    experiment = prepared(tmp_path, text).settings[0]
    desk = experiment.desk
    first, settlement = desk.notice.reopening.first_issue, settlement_of(desk)
    coming = float(sum(flow.interest for flow in schedule_of(first).flows if flow.day > settlement))
    assert burden_of(desk) == Burden(0.0, coming)
    at_mean = float(dirty_price(schedule_of(first), settlement, experiment.mean + Fraction(low["spread_bp"]) / 100))
    assert low["cost_yi"] == pytest.approx(25 * (coming + 100 - at_mean) / 100, abs=0.01)
