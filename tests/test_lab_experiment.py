"""The experiment file: what an arm makes of the scenario's desk, and every fault at its place."""

from decimal import Decimal
from pathlib import Path

import pytest
from commandline import kaibiao, written
from experiments import EXPERIMENT, POPULATION, experiment_file, with_arm

from auction.errors import BadInput
from auction.notice import BidObject, MemberClass, Method, Tail
from sim.lab.experiment import aimed, read_experiment
from sim.lab.rule import CANDIDATE, EARLIEST_FIRST, FIXED, MULTIPLE, rule_of
from sim.lab.sides import market_of
from sim.scenario import SHIPPED


def settings(folder, *overrides, scenario="first-tender"):
    """Both arms of an experiment."""
    text = with_arm(*overrides).replace("scenario: first-tender", f"scenario: {scenario}")
    return read_experiment(experiment_file(folder, text)).settings


def faults(folder, text):
    """Line, field and message of everything wrong with an experiment."""
    with pytest.raises(BadInput) as caught:
        read_experiment(experiment_file(folder, text))
    return [(fault.line, fault.field, str(fault.message)) for fault in caught.value.faults]


def test_an_arm_without_overrides_is_the_scenarios_own_desk(tmp_path):
    notice = settings(tmp_path, "range.floor: +0bp")[0].desk.notice
    assert (notice.bond, notice.offered, notice.tenor, notice.method) == ("2605101", 300_000, 10, Method.SINGLE_PRICE)
    assert (notice.range.low, notice.range.high) == (Decimal("1.80"), Decimal("2.02"))


def test_the_population_takes_the_place_of_the_syndicate(tmp_path):
    syndicate = settings(tmp_path, "range.floor: +0bp")[0].desk.syndicate
    assert list(syndicate) == [*(f"银行{n}" for n in range(1, 9)), *(f"券商{n}" for n in range(1, 5))]
    assert set(syndicate.values()) == {MemberClass.LEAD_BANK, MemberClass.BROKER}


@pytest.mark.parametrize(
    ("floor", "low"),
    [
        ("+10bp", "1.85"),
        ("-5bp", "1.70"),
        ("2%", "1.79"),
        ("{10: +20bp, default: +5bp}", "1.95"),
        ("{5: +20bp, default: +25bp}", "2.00"),
    ],
)
def test_a_floor_is_overridden_in_bp_or_percent_or_by_tenor(tmp_path, floor, low):
    assert settings(tmp_path, f"range.floor: {floor}")[1].desk.notice.range.low == Decimal(low)


def test_an_arm_stands_on_a_curve_that_is_made_up(tmp_path):
    text = (SHIPPED / "first-tender.yaml").read_text("utf-8")
    written(tmp_path / "made-up.yaml", text.replace("treasury: curves/synthetic-treasury.csv", "treasury: synthetic"))
    own, lower = settings(tmp_path, "range.floor: +0bp", scenario="made-up.yaml")
    assert own.mean == lower.mean > 0
    assert own.desk.notice.range.low - lower.desk.notice.range.low == Decimal("0.05")


def test_every_arm_is_measured_from_the_treasury_mean_whatever_its_anchor(tmp_path):
    local, treasury = settings(tmp_path, "range.anchor: treasury", scenario="local-curve")
    assert local.mean == treasury.mean
    assert (local.desk.notice.range.low, treasury.desk.notice.range.low) == (Decimal("1.71"), Decimal("1.59"))
    rules = [rule_of(setting.desk, setting.mean) for setting in (local, treasury)]
    assert rules[0].floor_bp - rules[1].floor_bp == pytest.approx(12.0)


def test_caps_and_least_bids_of_members_are_overridden_by_class(tmp_path):
    setting = settings(tmp_path, "max_bid_share: 30%", "max_bid_share.broker: 10%", "min_bid_share.lead-bank: 2%")[1]
    rule = rule_of(setting.desk, setting.mean)
    assert (rule.member_max, rule.member_min) == ((90, 90, 90, 30), (6, 0, 0, 0))


def test_minimum_underwriting_single_levels_and_span_are_overridden(tmp_path):
    setting = settings(
        tmp_path,
        "min_underwriting_share.lead-bank: 5%",
        "bid.level_max: 3亿",
        "bid.level_min: 0.5亿",
        "bid.level_span: 9",
    )[1]
    rule = rule_of(setting.desk, setting.mean)
    assert (rule.member_duty, rule.level_max, rule.level_min, rule.level_span) == ((15, 0, 0, 0), 30, 5, 9)


def test_a_limit_the_notice_writes_gives_way_to_the_rule_an_arm_overrides(tmp_path):
    setting = settings(tmp_path, "limits: {level_max: 10%}", "bid.level_max: 2亿")[1]
    assert setting.desk.limits.level_max == 30_000
    setting = settings(tmp_path, "bid.level_max: none")[1]
    assert setting.desk.limits.level_max is None


def test_method_tick_and_margin_are_overridden_by_rule_or_by_field(tmp_path):
    by_rule = settings(tmp_path, "tender.method: multiple-price", "bid.tick: 0.02", "margin.tail: earliest-first")[1]
    by_field = settings(tmp_path, "method: multiple-price", "tick: 0.02", "marginal: {tail: earliest-first}")[1]
    assert by_rule.desk.notice == by_field.desk.notice
    assert by_rule.desk.notice.marginal.lot == 1000 and by_rule.desk.notice.marginal.tail is Tail.EARLIEST_FIRST
    rule = rule_of(by_rule.desk, by_rule.mean)
    assert (rule.method, rule.tail, rule.tick_bp, rule.ticks) == (MULTIPLE, EARLIEST_FIRST, 2.0, 12)


def test_a_flexible_amount_is_set_changed_and_lifted(tmp_path):
    fixed, flexible = settings(tmp_path, "flexible: {low: 20, high: 30, multiple: 1.5}")
    assert [rule_of(each.desk, each.mean).flexible for each in (fixed, flexible)] == [FIXED, CANDIDATE]
    was, lifted = settings(tmp_path, "flexible: none", scenario="flexible-tender")
    assert [rule_of(each.desk, each.mean).flexible for each in (was, lifted)] == [CANDIDATE, FIXED]
    changed = settings(tmp_path, "flexible.multiple: 2", scenario="flexible-tender")[1].desk.notice.flexible
    assert (changed.low, changed.high, changed.multiple) == (240_000, 300_000, 2)


def test_a_base_amount_is_held_by_the_populations_leads(tmp_path):
    notice = settings(tmp_path, "base_amount.share: 20%")[1].desk.notice
    assert (notice.base.share, list(notice.base.holders)) == (Decimal("0.2"), [f"银行{n}" for n in range(1, 9)])


def test_one_issue_is_split_into_many_alike(tmp_path):
    one, many = settings(tmp_path, "split: 5")
    assert ((one.issues, one.desk.notice.offered), (many.issues, many.desk.notice.offered)) == (
        (1, 300_000),
        (5, 60_000),
    )


def test_a_range_is_given_outright(tmp_path):
    levels = settings(tmp_path, "range: {low: 1.76, high: 1.90}")[1].desk.notice.range
    assert (levels.low, levels.high) == (Decimal("1.76"), Decimal("1.90"))


def test_an_arm_reopens_an_older_bond_by_price_and_is_measured_from_what_remains_of_it(tmp_path):
    first = 'first_issue: {code: "2605101", coupon: 1.86%, frequency: 2, value_date: 2026-03-11, maturity: 2036-03-11}'
    new, old = settings(tmp_path, "object: price", f'reopening: {{of: "2605101", number: 1, {first}}}')
    assert (new.desk.notice.object, old.desk.notice.object) == (BidObject.RATE, BidObject.PRICE)
    rules = [rule_of(setting.desk, setting.mean) for setting in (new, old)]
    assert rules[0].floor_bp == pytest.approx(rules[1].floor_bp, abs=0.5) and rules[1].by_price
    assert 0 < new.mean - old.mean < Decimal("0.02")


def test_an_experiment_puts_a_market_of_its_own_in_the_scenarios_place(tmp_path):
    own = "market: {spread_bp: 4, move_sd_bp: 1}\n"
    plain, moved = (
        market_of(read_experiment(experiment_file(tmp_path, text))) for text in (EXPERIMENT, EXPERIMENT + own)
    )
    assert (plain.spread_bp, moved.spread_bp) == (9.0, 4.0) and moved.move_bp == pytest.approx(plain.move_bp / 1.5)
    (told,) = faults(tmp_path, EXPERIMENT + "market: {spread_bp: 4, regional_bp: 2}\n")
    assert told[1] == "market" and told[2].startswith("spread_bp（对国债曲线）与 regional_bp")


def test_another_aim_leaves_the_experiment_what_it_is(tmp_path):
    prepared = read_experiment(experiment_file(tmp_path))
    other = aimed(prepared, None, Decimal("0.05"))
    assert (other.digest, other.experiment.auctions, other.experiment.precision_bp) == (
        prepared.digest,
        None,
        Decimal("0.05"),
    )
    assert aimed(prepared, None, None) is prepared


def test_the_digest_is_of_everything_that_decides_the_outcome(tmp_path):
    digests = [read_experiment(experiment_file(tmp_path)).digest]
    digests.append(read_experiment(experiment_file(tmp_path, EXPERIMENT.replace("seed: 7", "seed: 8"))).digest)
    digests.append(read_experiment(experiment_file(tmp_path, EXPERIMENT.replace("first-tender", "weak-day"))).digest)
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("override", "field", "message"),
    [
        ("range.flor: +5bp", "range.flor", "没有可以改的值 range.flor，是否想写 range.floor？"),
        ("flexibel: none", "flexibel", "没有可以改的值 flexibel，是否想写 flexible？"),
        ("qwxyz: 1", "qwxyz", "没有可以改的值 qwxyz：应为规则名（如 range.floor）或标书的字段（如 flexible）"),
        ("site.shielding: required", "site.shielding", "规则 site.shielding 不影响实验室的结果，不能用来比较"),
        ("tenor: 5", "tenor", "标书的 tenor 不能在方案里改"),
        ("range.floor: 5", "range.floor", "应为加点或幅度，写明单位，如 +5bp 或 +15%（实际值 '5'）"),
        ("max_bid_share.bank: 130%", "max_bid_share.bank", "比例应在 0 与 1 之间（或写百分数）（实际值 '130%'）"),
        ("range.floor: +400bp", "range.floor", "上限 2.02（+15%）低于下限 5.75（+400bp）"),
        ("split: 1.5", "split", "应为 1 至 100 的整数（实际值 '1.5'）"),
        ("split: 7", None, "计划发行额分不成 7 期同样大的整数个基本单位"),
        ("range.anchor: local", None, "方案以地方政府债券收益率曲线为锚，场景缺少 curves.local"),
        ("flexible.multiple: 2", None, "基准方案没有弹性区间，请写 flexible: {low, high, multiple}"),
        ("range: {low: 1.9, high: 1.8}", "range", "区间下限 1.9 高于上限 1.8"),
    ],
)
def test_an_override_that_cannot_be_is_told_with_the_nearest_that_can(tmp_path, override, field, message):
    where = "arms.1.override" + (f".{field}" if field else "")
    assert faults(tmp_path, with_arm(override)) == [(10, where, message)]


@pytest.mark.parametrize(
    ("before", "after", "line", "field", "message"),
    [
        ("auctions: 8192\n", "", 1, None, "precision_bp（精度）与 auctions（场数）须写一个，也只写一个"),
        ("auctions: 8192", "auctions: 0", 11, "auctions", "应不小于 1（实际值 '0'）"),
        ("name: 降 5bp", "name: 现行", 8, "arms.1.name", "现行 出现了不止一次"),
        ("population: few.yaml", "population: natoinal", 5, "population", "没有 natoinal，是否想写 national？"),
        (
            "scenario: first-tender",
            "scenario: frist-tender",
            4,
            "scenario",
            "没有 frist-tender，是否想写 first-tender？",
        ),
        ("scenario: first-tender", "scenario: two-windows", 4, "scenario", "场景有几期债券，请用 bond 写明一期："),
        ("seed: 7", "bond: x", 12, "bond", "场景没有债券 x，应为 2605101 之一"),
        ("seed: 7", "sede: 7", 12, "sede", "未知字段，是否想写 seed？"),
        ("seed: 7", "pairs: [{from: 现行, to: 没有}]", 12, "pairs.0.to", "没有方案 没有，应为 现行、降 5bp 之一"),
        ("seed: 7", "outside_spread_bp: {low: 9, high: 3}", 12, "outside_spread_bp", "下限 9 高于上限 3"),
        ("seed: 7", "bidders: some", 12, "bidders", "取值应为 'both', 'fixed', 'adapting'（实际值 'some'）"),
    ],
)
def test_a_wrong_experiment_is_told_at_its_place(tmp_path, before, after, line, field, message):
    (told,) = faults(tmp_path, EXPERIMENT.replace(before, after))
    assert told[:2] == (line, field) and told[2].startswith(message)


def test_every_fault_is_told_at_once(tmp_path):
    text = with_arm("range.flor: 1", "range.cap: x").replace("seed: 7", "seed: -1")
    assert [line for line, _field, _message in faults(tmp_path, text)] == [10, 11, 13]


def test_a_population_that_does_not_sum_is_told(tmp_path):
    file = experiment_file(tmp_path, population=POPULATION.replace("75%", "70%"))
    with pytest.raises(BadInput) as caught:
        read_experiment(file)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.field) == (str(tmp_path / "few.yaml"), 17, "institutions.1.behaviour")


def test_an_experiment_is_checked_without_being_run(tmp_path):
    answer = kaibiao("check", experiment_file(tmp_path), "--json")
    assert (answer.code, answer.json) == (0, {"ok": True, "kind": "experiment", "breaches": []})
    wrong = kaibiao("check", experiment_file(tmp_path, with_arm("range.flor: 1")), "--json")
    assert (wrong.code, [fault[1:3] for fault in wrong.faults]) == (2, [(10, "arms.1.override.range.flor")])


@pytest.mark.parametrize("name", ["floor-by-five", "floor-five-lower"])
def test_a_shipped_experiment_is_found_by_name(name):
    assert read_experiment(Path(name)).experiment.name == name
