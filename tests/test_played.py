"""What a played day prints of each issue: coupon or price, the levels beside it, what was taken and sold beside."""

import days
import pytest
from commandline import kaibiao

from auction.quantities import print_rate
from tui.played import headline


def result_of(**fields: object):
    """The result of a small day."""
    return days.play(days.begin(days.stage(days.window(days.issue(**fields))))).results()[days.BOND]


def test_a_single_price_is_told_once():
    told = headline(result_of())
    assert told.startswith("票面利率 1.")
    assert "加权平均" not in told


@pytest.mark.parametrize("method", ["multiple-price", "modified-multiple-price"])
def test_where_levels_pay_different_prices_the_coupon_is_the_average_and_the_cutoff_stands_beside_it(method):
    result = result_of(method=method)
    told = headline(result)
    assert result.price != result.cutoff
    assert told.startswith(
        f"票面利率 {result.price} %（加权平均 {print_rate(result.weighted_average)}，边际 {result.cutoff}）"
    )


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("reopening", ["发行价格 ", "五日均值", "下限 +5bp〔实务〕，上限 +15%〔实务〕"]),
        ("base-amount-2011", ["未经投标由主承销商承担 10.8 亿元", "下限 -15%〔实务〕"]),
        ("counter-tranche", ["柜台计划 2.0 亿元"]),
        ("public-underwriting", ["簿记管理人授权代表 钱有度", "下限 +0bp〔实务〕，上限 +15%〔实务〕"]),
        ("directed-underwriting-2016", ["上限 +30%〔实务〕", "终态：已结算，得分 100 / 100"]),
        ("treasury-10y", ["票面利率 ", "加权平均 "]),
    ],
)
def test_a_day_of_each_kind_is_told_in_words(tmp_path, scenario, told):
    answer = kaibiao("rehearse", scenario, "--auto", "--seed", 3, "--out", tmp_path / "day")
    assert answer.code == 0
    assert [words for words in told if words not in answer.out] == []
    debriefed = kaibiao("debrief", tmp_path / "day" / "journal.db")
    assert debriefed.code == 0
