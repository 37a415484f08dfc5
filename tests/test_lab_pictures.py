"""What a study keeps besides its answer: pictures of each side, and the record of what it was made from."""

import json

import numpy as np
import pytest
from experiments import EXPERIMENT, FIXED, PLAIN, POPULATION, experiment_file, with_arm

from sim.lab.bench import held_on
from sim.lab.experiment import read_experiment
from sim.lab.pictures import MOST, PICTURED, pictures_of
from sim.lab.pool import Pool
from sim.lab.record import record_of
from sim.lab.sides import bench_of, market_of


def prepared(folder, text=FIXED, population=PLAIN):
    return read_experiment(experiment_file(folder, text, population))


def pictured(folder, text=FIXED, population=PLAIN):
    """The bench of an experiment and its pictures."""
    experiment = prepared(folder, text, population)
    bench = bench_of(experiment, market_of(experiment), Pool())
    return bench, pictures_of(bench, len(experiment.population.institutions), Pool())


def record(folder, text=FIXED):
    experiment = prepared(folder, text)
    return record_of(experiment, market_of(experiment))


def rule(told, key):
    """Value, basis, citation and arms of every value of a rule."""
    return [(r["value"], r["basis"], r["citation"], r["arms"]) for r in told["rules"] if r["key"] == key]


def test_a_demand_curve_is_what_members_bid_up_to_each_level(tmp_path):
    bench, pictures = pictured(tmp_path)
    books = []
    for chunk in range(PICTURED):
        _side, (held,), _market = next(iter(held_on(bench, chunk)))
        took = np.arange(held.bids.ticks.shape[2]) < held.bids.count[:, :, None]
        levels = bench.sides[0].rule.bp(held.bids.ticks.astype(float))
        books += [(levels[took], held.bids.lots[took])]
    lot, offered = bench.sides[0].rule.lot, bench.sides[0].rule.offered * PICTURED * 256
    for level, asked in zip(pictures[0].levels_bp, pictures[0].asked, strict=True):
        up_to = sum(int(lots[levels <= level + 1e-9].sum()) for levels, lots in books)
        assert asked == pytest.approx(up_to * lot / offered, abs=1e-9)
    assert pictures[0].asked[-1] == pytest.approx(sum(lots.sum() for _levels, lots in books) * lot / offered)


def test_the_bar_at_the_floor_is_the_share_of_auctions_that_end_there(tmp_path):
    bench, pictures = pictured(tmp_path)
    assert pictures[0].first_bp == pytest.approx(pictures[0].floor_bp)
    for place, picture in enumerate(pictures):
        hits = [list(held_on(bench, chunk))[place][1][0].outcomes.at_floor.mean() for chunk in range(PICTURED)]
        bar = round((picture.floor_bp - picture.first_bp) / picture.step_bp)
        assert (picture.shares[bar] if bar >= 0 else 0.0) == pytest.approx(np.mean(hits))
        assert sum(picture.shares) == pytest.approx(1) and sum(picture.kinds) == pytest.approx(1)


def test_a_histogram_and_a_demand_curve_have_few_numbers_however_wide_the_range(tmp_path):
    wide = with_arm("range.floor: -100bp", "range.cap: +100%", text=FIXED)
    _bench, pictures = pictured(tmp_path, wide.replace("auctions", "outside_spread_bp: {low: 1, high: 9}\nauctions"))
    for picture in pictures:
        assert 1 < len(picture.levels_bp) == len(picture.asked) <= MOST + 1
        assert len(picture.shares) <= MOST
        assert list(picture.asked) == sorted(picture.asked)


def test_pictures_do_not_depend_on_how_many_processes_draw_them(tmp_path):
    bench, alone = pictured(tmp_path)
    assert pictures_of(bench, 2, Pool(2)) == alone


def test_members_that_adapt_have_pictures_of_their_own(tmp_path):
    _bench, pictures = pictured(tmp_path, EXPERIMENT, POPULATION)
    named = [(each.name, each.adapts) for each in pictures]
    assert named == [("现行", False), ("降 5bp", False), ("现行", True), ("降 5bp", True)]


def test_a_record_tells_each_arm_s_rules_with_their_marks(tmp_path):
    told = record(tmp_path)
    floors = rule(told, "range.floor")
    assert [(value, basis, arms) for value, basis, _citation, arms in floors] == [
        ("+5bp", "practice", ["现行"]),
        ("+0bp", "assumed", ["降 5bp"]),
    ]
    assert floors[0][2] != "" and floors[1][2] == ""
    assert rule(told, "range.cap")[0][3] == ["现行", "降 5bp"]
    assert [arm["override"] for arm in told["arms"]] == [{}, {"range.floor": "+0bp"}]


def test_a_family_of_rules_is_told_once_where_all_classes_have_the_same(tmp_path):
    told = record(tmp_path, with_arm("max_bid_share.broker: 20%", text=FIXED))
    (whole,) = rule(told, "max_bid_share")
    assert (whole[0], whole[3]) == ("none", ["现行"])
    ((share, basis, citation, arms),) = rule(told, "max_bid_share.broker")
    assert (share, basis, citation, arms) == ("20%", "assumed", "", ["降 5bp"])


def test_what_the_notice_writes_itself_is_told_in_the_place_of_the_rule(tmp_path):
    told = record(tmp_path, with_arm("margin.tail: earliest-first", "tender.method: multiple-price", text=FIXED))
    assert [(each[0], each[3]) for each in rule(told, "tender.method")] == [
        ("single-price", ["现行"]),
        ("multiple-price", ["降 5bp"]),
    ]
    assert [each[0] for each in rule(told, "margin.tail")] == ["round-robin", "earliest-first"]


def test_a_record_holds_the_experiment_as_written_and_no_place_of_this_machine(tmp_path):
    told = record(tmp_path)
    assert (told["file"], told["written"]) == ("floors.yaml", FIXED)
    assert {len(each) for each in told["digests"].values()} == {64}
    assert str(tmp_path) not in json.dumps(told)
