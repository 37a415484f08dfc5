"""The population file: who bids and how, read with every fault at its place, and as rows of numbers."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from commandline import kaibiao
from hypothesis import given
from hypothesis import strategies as st
from test_underwriters import OPEN

from auction.errors import BadInput
from auction.notice import MemberClass
from sim import underwriters as u
from sim.lab.population import (
    CODES,
    Population,
    apportioned,
    find_population,
    read_population,
    seat_all,
    seat_classes,
)

SHIPPED = sorted((Path(__file__).resolve().parents[1] / "scenarios" / "populations").glob("*.yaml"))
SMALL = """\
kind: population
name: small
title: 小
institutions:
  - name: 大行
    class: lead-bank
    count: 3
    mandate: 10%
    slope: 0.2
    fee: 50%
    favour_bp: 4
    noise_bp: 1.5
    behaviour: {true-value: 50%, focal: 50%}
  - name: 券商
    class: broker
    count: 4
    mandate: 2%
    mandate_sd: 0.5
    noise_bp: 3
    steps: 5
    cap_use: 60%
    fill: 5%
    fill_bp: 1.5
    behaviour: {ring: 75%, floor-pinned: 25%}
"""


def read(tmp_path: Path, text: str) -> Population:
    """The population as written."""
    file = tmp_path / "p.yaml"
    file.write_text(text, "utf-8")
    return read_population(file)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_population_is_sound_and_has_every_class_and_a_name_of_its_own(file):
    population = read_population(file)
    assert population.name == file.stem
    assert {each.member_class for each in population.institutions} == set(MemberClass)
    assert kaibiao("check", file, "--json").json == {"ok": True, "kind": "population", "breaches": []}
    assert find_population(file.stem, Path("nowhere")) == file


def test_the_shipped_ones_differ_in_who_bids():
    members = {file.stem: sum(read_population(file).counts) for file in SHIPPED}
    assert members == {"bank-heavy": 30, "national": 50, "ring": 50}


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ("focal: 50%", "focal: 40%", 13, "institutions.0.behaviour", "各行为的比例合计应为 100%，实为 90%"),
        ("focal: 50%", "focal: 50.1%", 13, "institutions.0.behaviour", "各行为的比例合计应为 100%，实为 100.1%"),
        ("focal: 50%", "fokal: 50%", 13, "institutions.0.behaviour.fokal", "没有行为 fokal，是否想写 focal？"),
        ("focal: 50%", "zzz: 50%", 13, "institutions.0.behaviour.zzz", "没有行为 zzz，应为 true-value、strategic"),
        ("favour_bp: 4", "favor: 4", 11, "institutions.0.favor", "未知字段，是否想写 favour_bp？"),
        ("mandate: 10%", "mandate: 110%", 8, "institutions.0.mandate", "比例应在 0 与 1 之间"),
        ("class: broker", "class: dealer", 15, "institutions.1.class", "取值应为"),
        ("fill: 5%", "fill: 0%", 22, "institutions.1.fill", "应大于 0"),
        ("count: 3", "share: 3%", 5, "institutions", "要么都写 count（家数），要么都写 share（占比）"),
        ("    count: 3\n", "", 5, "institutions.0", "count（家数）与 share（占比）须写一个，也只写一个"),
        ("name: 券商", "name: 大行", 5, "institutions", "大行 出现了不止一次"),
        ("count: 3", "count: 199", 5, "institutions", "机构家数合计应在 1 至 200 之间"),
        ("title: 小", "title: 小\nmembers: 9", 1, None, "写占比 share 就要写总家数 members"),
    ],
)
def test_a_wrong_population_is_told_at_its_line_and_field(tmp_path, old, new, line, field, message):
    assert old in SMALL
    with pytest.raises(BadInput) as caught:
        read(tmp_path, SMALL.replace(old, new))
    fault = caught.value.faults[0]
    assert (fault.field, message in str(fault.message)) == (field, True)
    assert fault.line == line
    told = kaibiao("check", tmp_path / "p.yaml", "--json")
    assert (told.code, told.json["errors"][0]["line"]) == (2, fault.line)


def test_shares_of_the_members_are_told_where_they_do_not_sum(tmp_path):
    shares = SMALL.replace("count: 3", "share: 40%").replace("count: 4", "share: 55%")
    with pytest.raises(BadInput, match="各类机构的占比合计应为 100%，实为 95%"):
        read(tmp_path, shares.replace("title: 小", "title: 小\nmembers: 9"))
    whole = read(tmp_path, shares.replace("55%", "60%").replace("title: 小", "title: 小\nmembers: 9"))
    assert (whole.kinds, whole.counts) == (("大行", "券商"), (4, 5))


def test_every_member_becomes_a_row_with_the_limits_of_its_class(tmp_path):
    rule = OPEN._replace(
        supply=400, member_min=(40, 0, 0, 2), member_max=(120, 100, 90, 4000), member_duty=(20, 0, 0, 1)
    )
    seating = seat_all(read(tmp_path, SMALL), rule, 0.9)
    assert len(seating) == 7
    assert list(seating.kind) == [0, 0, 0, 1, 1, 1, 1]
    names = [list(CODES)[code] for code in seating.behaviour]
    assert names == ["true-value", "true-value", "focal", "ring", "ring", "ring", "floor-pinned"]
    assert list(seating.mandate) == [0.1] * 3 + [0.02] * 4
    assert list(seating.mandate_sd) == [0.35] * 3 + [0.5] * 4
    assert list(seating.noise_bp) == [1.5] * 3 + [0.0] * 3 + [3.0]
    columns = (u.CLASS, u.LEAST, u.MOST, u.DUTY, u.FEE_BP, u.FAVOUR_BP, u.STEPS, u.CAP_USE, u.FILL, u.FILL_BP)
    bank, broker = (seating.members[place][list(columns)].tolist() for place in (0, 6))
    assert bank == [0, 40, 120, 20, 0.45, 4, 4, 1, 1, 0]
    assert broker == [3, 2, 400, 1, 0.9, 0, 5, 0.6, 0.05, 1.5]
    assert seating.members[0][u.SLOPE_BP] * 4 == 0.2
    assert seating.members[3:, u.RING_SIZE].tolist() == [3, 3, 3, 0]
    assert seating.members[3:, u.RING_PLACE].tolist() == [0, 1, 2, 0]


def test_the_members_of_a_day_are_shared_out_among_the_kinds_of_their_class():
    national = read_population(next(file for file in SHIPPED if file.stem == "national"))
    classes = [MemberClass.BROKER, MemberClass.LEAD_BANK] * 5
    seating = seat_classes(national, classes, OPEN, 0.9)
    kinds = [national.kinds[kind] for kind in seating.kind]
    assert kinds[0::2] == ["一般成员：证券公司"] * 5
    assert sorted(kinds[1::2]) == ["主承销商：国有大行"] * 3 + ["主承销商：股份制银行"] * 2
    assert set(seating.members[1::2, u.CLASS]) == {0}


def test_a_class_without_a_kind_has_no_seat(tmp_path):
    with pytest.raises(ValueError, match="承销机构构成 small 里没有 bank"):
        seat_classes(read(tmp_path, SMALL), [MemberClass.BANK], OPEN, 0.9)


@given(whole=st.integers(0, 300), weights=st.lists(st.integers(0, 50), min_size=1, max_size=9))
def test_a_whole_is_shared_in_whole_numbers_within_one_of_the_exact_share(whole, weights):
    shares = apportioned(whole, weights)
    total = sum(weights)
    assert sum(shares) == (whole if total else 0)
    assert all(abs(share - whole * weight / total) < 1 for share, weight in zip(shares, weights, strict=True) if total)


def test_a_mix_is_handed_out_by_largest_remainder():
    assert apportioned(6, [Decimal("0.5"), Decimal("0.25"), Decimal("0.25")]) == [3, 2, 1]
    assert apportioned(4, [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]) == [2, 1, 1]
    assert apportioned(0, [1, 2]) == [0, 0]


def test_rows_are_numbers_that_every_behaviour_can_read():
    ticks, lots = np.zeros(8, np.int64), np.zeros(8, np.int64)
    for file in SHIPPED:
        seating = seat_all(read_population(file), OPEN, 0.9)
        for code, row in zip(seating.behaviour, seating.members, strict=True):
            count = list(u.BEHAVIOURS.values())[code](15.0, 20.0, row, OPEN, np.full(4, 0.5), ticks, lots)
            assert 1 <= count <= OPEN.steps
