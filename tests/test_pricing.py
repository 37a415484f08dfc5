"""What winners pay by each method, and which bids and awards the averages exclude."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from books import EXAMPLE_B, awards, book, desk, rules_of, sheet
from commandline import BOOK, NOTICE, kaibiao, written

from auction.book import Bid, Book
from auction.checks import desk_for
from auction.choices import completed
from auction.clearing import clear
from auction.errors import BadInput
from auction.notice import Average, Exclusion
from auction.outcome import MemberAward, Result
from auction.recomputation import agrees
from auction.rulebook import Rules, load_rulebook

B = book(EXAMPLE_B)
PRICES = book("甲 100.10 2.0 14:00:00\n乙 100.05 1.0 14:00:00\n丙 100.00 2.0 14:00:00\n丁 99.90 1.0 14:00:00")


def pays(result: Result) -> dict[str, str]:
    """What the winners of each level pay."""
    paid = {str(outcome.bid.level): str(outcome.pays) for outcome in result.bids if outcome.awarded}
    return dict(sorted(paid.items()))


def figures(result: Result, *names: str) -> list[object]:
    """Some figures of the result."""
    whole = result.as_dict()
    return [whole[name] for name in names]


def statuses(result: Result) -> list[str]:
    return [outcome.status.value for outcome in result.bids]


def worth(coupon: str, level: str, years: int, frequency: int) -> Decimal:
    """100 yuan of a bond, payment by payment, to the fen."""
    growth = 1 + Fraction(level) / 100 / frequency
    coupons = sum(Fraction(coupon) / frequency / growth**n for n in range(1, years * frequency + 1))
    exact = coupons + 100 / growth ** (years * frequency)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("method", "coupon", "paid"),
    [
        ("single-price", "2.13", ["100.00", "100.00", "100.00", "100.00"]),
        ("multiple-price", "2.12", ["100.09", "100.05", "100.00", "99.95"]),
        ("modified-multiple-price", "2.12", ["100.00", "100.00", "100.00", "99.95"]),
    ],
)
def test_example_b_by_every_method(method, coupon, paid):
    result = clear(B, desk("30", method=method, tenor="5"))
    assert pays(result) == dict(zip(("2.10", "2.11", "2.12", "2.13"), paid, strict=True))
    assert awards(result) == awards(clear(B, desk("30")))
    assert {**result.as_dict(), "bids": 11, "members": 6} == {
        "method": method,
        "object": "rate",
        "offered": "30.0",
        "issued": "30.0",
        "total_bids": "42.2",
        "cover": "1.41",
        "cutoff": "2.13",
        "coupon": coupon,
        "weighted_average": "2.1165",
        "marginal_cover": "2.26",
        "short": False,
        "bids": 11,
        "members": 6,
    }


def test_the_members_of_example_b_pay_their_awards_at_their_prices():
    assert clear(B, desk("30", method="modified-multiple-price", tenor="5")).members == (
        MemberAward("G1", 32000, Decimal("319940000.00")),
        MemberAward("G2", 18000, Decimal("179910000.00")),
        MemberAward("G3", 5000, Decimal("49975000.00")),
        MemberAward("L1", 120000, Decimal("1200000000.00")),
        MemberAward("L2", 80000, Decimal("799850000.00")),
        MemberAward("L3", 45000, Decimal("450000000.00")),
    )


@pytest.mark.parametrize(("average", "coupon"), [(("2.11", "2.12"), "2.12"), (("2.10", "2.12"), "2.11")])
def test_the_coupon_is_the_average_rounded_half_up(average, coupon):
    bids = book("\n".join(f"甲 {level} 1.0 14:00:00" for level in average))
    assert figures(clear(bids, desk("2", method="multiple-price")), "coupon", "cutoff") == [coupon, average[1]]


@pytest.mark.parametrize(
    ("tenor", "written_frequency", "frequency"),
    [("7", None, 1), ("10", None, 2), ("10", "1", 1), ("5", "2", 2), ("1", None, 1), ("30", None, 2)],
)
def test_a_rate_becomes_a_price_by_the_coupons_the_bond_will_pay(tenor, written_frequency, frequency):
    wide = book("甲 2.00 1.0 14:00:00\n乙 6.00 1.0 14:00:00")
    result = clear(wide, desk("2", method="multiple-price", tenor=tenor, frequency=written_frequency))
    expected = {level: str(worth("4.00", level, int(tenor), frequency)) for level in ("2.00", "6.00")}
    assert (figures(result, "coupon"), pays(result)) == (["4.00"], expected)


@pytest.mark.parametrize(
    ("method", "price", "paid"),
    [
        ("single-price", "100.00", ["100.00", "100.00", "100.00"]),
        ("multiple-price", "100.06", ["100.00", "100.05", "100.10"]),
        ("modified-multiple-price", "100.06", ["100.00", "100.05", "100.06"]),
    ],
)
def test_a_price_tender_by_every_method(method, price, paid):
    result = clear(PRICES, desk("4", object="price", method=method))
    assert figures(result, "price", "weighted_average", "cutoff") == [price, "100.0625", "100.00"]
    assert pays(result) == dict(zip(("100.00", "100.05", "100.10"), paid, strict=True))


def test_an_issue_price_has_the_decimals_of_its_tick():
    bids = book("甲 99.636 1.0 14:00:00\n乙 99.634 1.0 14:00:00\n丙 99.632 1.0 14:00:00\n丁 99.632 1.0 14:00:00")
    result = clear(bids, desk("4", object="price", method="modified-multiple-price", tick="0.002"))
    assert figures(result, "price", "weighted_average") == ["99.634", "99.6335"]
    assert pays(result) == {"99.632": "99.632", "99.634": "99.634", "99.636": "99.634"}


def test_a_winner_is_told_what_it_pays_and_why():
    messages = {
        method: [str(outcome.reasons[-1].message) for outcome in clear(B, desk("30", method=method, tenor="5")).bids]
        for method in ("multiple-price", "modified-multiple-price")
    }
    assert messages["multiple-price"][0] == "按标位 2.10 对票面利率 2.12 折现，每百元面值缴 100.09 元"
    assert messages["modified-multiple-price"][0] == "标位 2.10 不高于票面利率 2.12，每百元面值缴 100.00 元"
    assert messages["modified-multiple-price"][3] == "按标位 2.13 对票面利率 2.12 折现，每百元面值缴 99.95 元"
    assert messages["modified-multiple-price"][9] == "标位 2.14 差于边际中标标位 2.13，未中标"
    result = clear(PRICES, desk("4", object="price", method="modified-multiple-price"))
    assert [str(outcome.reasons[-1].message) for outcome in result.bids[:2]] == [
        "标位 100.10 不低于发行价格 100.06，每百元面值缴 100.06 元",
        "按自己的标位，每百元面值缴 100.05 元",
    ]
    assert rules_of(result.bids)[1] == ["fill.price_priority", "tender.method"]


def test_a_rate_at_which_a_bond_is_worth_nothing_is_refused_in_words():
    with pytest.raises(BadInput) as refused:
        clear(book("甲 -100 1.0 14:00:00"), desk("1", method="multiple-price", tenor="5"))
    assert "-100.00%" in str(refused.value)


@pytest.mark.parametrize(("ticks", "void"), [(5, []), (4, ["乙", "丙"])])
def test_a_bid_exactly_n_ticks_from_the_average_stands_and_one_more_is_void(ticks, void):
    bids = book("甲 2.10 4.0 14:00:00\n乙 2.05 1.0 14:00:00\n丙 2.15 1.0 14:00:00")
    result = clear(bids, desk("9", method="multiple-price", exclusion={"bids": ticks}))
    assert [outcome.bid.member for outcome in result.bids if outcome.status.value == "rejected"] == void
    assert figures(result, "total_bids", "cover") == (["4.0", "0.44"] if void else ["6.0", "0.67"])


def test_a_void_bid_is_told_from_which_average_and_leaves_every_average():
    bids = book("甲 2.10 8.0 14:00:00\n乙 2.00 2.0 14:00:00")
    result = clear(bids, desk("9", method="multiple-price", exclusion={"bids": 7}))
    assert [(reason.rule, reason.citation, str(reason.message)) for reason in result.bids[1].reasons] == [
        ("exclusion.bids", "标书", "标位 2.00 偏离加权平均投标标位 2.08 超过 7 个标位，投标剔除")
    ]
    assert figures(result, "issued", "coupon", "weighted_average", "short") == ["8.0", "2.10", "2.10", True]


def test_a_bid_the_checks_refuse_is_in_no_average():
    bids = book("甲 2.10 4.0 14:00:00\n乙 2.15 1.0 14:00:00\n丙 3.00 9.0 14:00:00")
    within = {"low": "2.00", "high": "2.50"}
    result = clear(bids, desk("9", method="multiple-price", range=within, exclusion={"bids": 4}))
    assert rules_of(result.bids)[2] == ["bid.range"] and statuses(result) == ["won", "won", "rejected"]


@pytest.mark.parametrize(("ticks", "status", "issued"), [(4, "won", "5.0"), (3, "lost", "4.0")])
def test_an_award_exactly_n_ticks_worse_stands_and_one_more_is_excluded(ticks, status, issued):
    bids = book("甲 2.10 4.0 14:00:00\n乙 2.15 1.0 14:00:00")
    result = clear(bids, desk("5", method="multiple-price", exclusion={"awards": ticks}))
    assert (statuses(result)[1], figures(result, "issued")) == (status, [issued])


@pytest.mark.parametrize("bid_object", ["rate", "price"])
def test_the_average_is_compared_unrounded(bid_object):
    """The average lies 4.05 ticks off the last level; rounded it would lie 4."""
    levels = {"rate": ("2.10", "2.15"), "price": ("100.15", "100.10")}[bid_object]
    bids = book(f"甲 {levels[0]} 8.1 14:00:00\n乙 {levels[1]} 1.9 14:00:00")
    terms = {"method": "modified-multiple-price", "object": bid_object}
    assert statuses(clear(bids, desk("10", **terms, exclusion={"awards": 4}))) == ["won", "lost"]
    assert statuses(clear(bids, desk("10", **terms, exclusion={"bids": 4}))) == ["won", "rejected"]
    assert statuses(clear(bids, desk("10", **terms, exclusion={"bids": 5, "awards": 5}))) == ["won", "won"]


def test_a_level_far_better_than_the_average_keeps_its_award():
    bids = book("甲 2.00 1.0 14:00:00\n乙 2.10 9.0 14:00:00")
    assert statuses(clear(bids, desk("10", method="multiple-price", exclusion={"awards": 1}))) == ["won", "won"]


@pytest.mark.parametrize(("average", "coupon", "paid"), [("recomputed", "2.10", "100.00"), ("first", "2.11", "100.05")])
def test_after_an_exclusion_the_average_is_recomputed_once_unless_the_notice_says_otherwise(average, coupon, paid):
    bids = book("甲 2.10 4.0 14:00:00\n乙 2.15 1.5 14:00:00\n丙 2.16 1.0 14:00:00")
    rule = {"awards": 3, "average": average}
    result = clear(bids, desk("5", method="multiple-price", tenor="5", exclusion=rule))
    assert figures(result, "issued", "cutoff", "coupon", "weighted_average", "marginal_cover", "short") == [
        *("4.0", "2.10", coupon, coupon, "1.00", True)
    ]
    assert pays(result) == {"2.10": paid}
    again = {"recomputed": "剔除后按其余中标重新计算一次加权平均", "first": "剔除后仍用剔除前的加权平均"}
    assert [(reason.rule, reason.citation, str(reason.message)) for reason in result.bids[1].reasons] == [
        ("exclusion.awards", "标书", "标位 2.15 劣于加权平均中标标位 2.11 超过 3 个标位，中标剔除"),
        ("exclusion.refill", "标书〔推定〕", "额度不再补足"),
        ("exclusion.average", "标书", again[average]),
    ]
    assert str(result.bids[2].reasons[0].message) == "标位 2.16 差于边际中标标位 2.10，未中标"


def test_an_average_the_notice_does_not_choose_is_marked_as_assumed():
    result = clear(B, desk("30", method="multiple-price", exclusion={"awards": 1}))
    assert [reason.citation for reason in result.bids[3].reasons] == ["标书", "标书〔推定〕", "标书〔推定〕"]


RULES = """kind: rulebook
issuer: 河南
exclusion.bids: {values: [{from: 2020-01-01, value: {5: 2, 10: 60}, basis: practice, cite: {document: 甲}}]}
exclusion.awards: {values: [{from: 2020-01-01, value: 0, basis: practice, cite: {document: 乙}}]}
exclusion.average: {values: [{from: 2020-01-01, value: first, basis: assumed, cite: {document: 丙}}]}
coupon.frequency: {values: [{from: 2020-01-01, value: {5: 2, 10: 1}, basis: practice, cite: {document: 丁}}]}
tender.method: {values: [{from: 2020-01-01, value: multiple-price, basis: practice, cite: {document: 戊}}]}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    return load_rulebook(written(tmp_path / "henan.yaml", RULES)).for_("河南", date(2024, 1, 1))


def test_a_notice_leaves_to_the_rules_what_it_does_not_write(rules: Rules):
    silent = completed(sheet("30", method="multiple-price", tenor="5"), rules)
    assert (silent.frequency, silent.exclusion) == (2, Exclusion(bids=2, awards=0, average=Average.FIRST))
    spoken = sheet("30", method="multiple-price", tenor="10", frequency="2", exclusion={"bids": 3})
    assert completed(spoken, rules).frequency == 2
    assert completed(spoken, rules).exclusion == Exclusion(bids=3, awards=0, average=Average.FIRST)
    assert completed(sheet("30", tenor="10"), rules).exclusion is None


def test_what_the_rules_decide_cites_them_with_their_mark(rules: Rules):
    notice = completed(sheet("30", method="multiple-price", tenor="5"), rules)
    result = clear(B, desk_for(notice, None, rules))
    cited = {reason.rule: reason.citation for outcome in result.bids for reason in outcome.reasons}
    assert {rule: cited[rule] for rule in ("exclusion.bids", "exclusion.awards", "exclusion.average")} == {
        "exclusion.bids": "甲〔实务〕",
        "exclusion.awards": "乙〔实务〕",
        "exclusion.average": "丙〔推定〕",
    }
    assert cited["tender.method"] == "戊〔实务〕"


def a_large_book() -> Book:
    """400 bids of 80 members at 41 prices."""
    draw = Random(8)
    return tuple(
        Bid(
            line,
            f"M{line % 80:02}",
            Decimal(9980 + draw.randrange(41)) / 100,
            draw.randint(1, 60) * 1000,
            time(14, draw.randrange(40), draw.randrange(60)),
        )
        for line in range(2, 402)
    )


def pay_as_bid(bids: Book, offered: int) -> tuple[dict[int, int], Decimal, dict[str, Decimal]]:
    """Awards by line, the average price and each member's cost, one lot of a bid after another, best price first."""
    won: dict[int, int] = {}
    left = offered
    for price in sorted({bid.level for bid in bids}, reverse=True):
        here = [bid for bid in bids if bid.level == price]
        wanted = sum(bid.amount for bid in here)
        for bid in here:
            won[bid.line] = bid.amount if wanted <= left else left * bid.amount // wanted // 1000 * 1000
        queue = sorted(here, key=lambda bid: (bid.time, bid.line))
        while sum(won[bid.line] for bid in here) < min(left, wanted):
            bid = queue.pop(0)
            if won[bid.line] < bid.amount:
                won[bid.line] += 1000
                queue.append(bid)
        left -= min(left, wanted)
    level, member = {bid.line: bid.level for bid in bids}, {bid.line: bid.member for bid in bids}
    cost: Mapping[str, Decimal] = defaultdict(Decimal)
    for line, amount in won.items():
        if amount:
            cost[member[line]] += level[line] * amount * 100
    average = sum(cost.values()) / sum(won.values()) / 100
    return {line: amount for line, amount in won.items() if amount}, average, dict(cost)


@pytest.mark.parametrize("offered", [300, 900])
def test_a_large_pay_as_bid_book_comes_out_as_a_second_clearing_has_it(offered):
    bids = a_large_book()
    result = clear(bids, desk(str(offered), object="price", method="multiple-price"))
    won, average, cost = pay_as_bid(bids, offered * 10_000)
    assert {outcome.bid.line: outcome.awarded for outcome in result.bids if outcome.awarded} == won
    assert {award.member: award.cost for award in result.members} == cost
    assert result.weighted_average == average.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    assert result.price == average.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert len({bid.member for bid in bids}) == 80 and 100 < len(won) < 400


@pytest.mark.parametrize("method", ["single-price", "multiple-price", "modified-multiple-price"])
def test_the_recomputation_notices_another_price_and_another_payment(method):
    where = desk("30", method=method, tenor="5")
    result = clear(B, where)
    first = replace(result.bids[0], pays=Decimal("100.01"))
    assert agrees(result, B, where.notice)
    assert not agrees(replace(result, price=Decimal("2.14")), B, where.notice)
    assert not agrees(replace(result, bids=(first, *result.bids[1:])), B, where.notice)


@pytest.mark.parametrize("exclusion", [{"awards": 0}, {"bids": 1}, {"bids": 2, "awards": 1, "average": "first"}])
def test_the_recomputation_excludes_too(exclusion):
    where = desk("30", method="modified-multiple-price", exclusion=exclusion)
    result = clear(B, where)
    assert agrees(result, B, where.notice)
    assert not agrees(clear(B, desk("30", method="modified-multiple-price")), B, where.notice)


def test_people_read_the_average_the_coupon_and_what_winners_pay(tmp_path):
    notice = NOTICE.replace("single-price", "modified-multiple-price").replace("tenor: 10", "tenor: 5")
    files = written(tmp_path / "n.yaml", notice), "--bids", written(tmp_path / "b.csv", BOOK)
    answer = kaibiao("clear", *files)
    assert (answer.code, answer.out.splitlines()[:4]) == (
        0,
        [
            "票面利率 2.12%",
            "加权平均中标标位 2.1165，边际中标标位 2.13，每百元面值缴 99.95 至 100.00 元",
            "实际发行 30.0 亿元，计划发行 30.0 亿元",
            "有效投标 42.2 亿元，全场倍数 1.41，边际倍数 2.26",
        ],
    )
    assert kaibiao("clear", *files, "--json").json["members"][1] == {
        "member": "G2",
        "awarded": "1.8",
        "cost": "179910000.00",
    }


def test_an_issue_short_by_exclusion_says_so(tmp_path):
    notice = NOTICE.replace("single-price", "multiple-price") + "exclusion: {awards: 1}\n"
    answer = kaibiao("clear", written(tmp_path / "n.yaml", notice), "--bids", written(tmp_path / "b.csv", BOOK))
    assert answer.out.splitlines()[:4] == [
        "票面利率 2.11%",
        "加权平均中标标位 2.1128，边际中标标位 2.12，每百元面值缴 99.91 至 100.09 元",
        "实际发行 23.5 亿元，计划发行 30.0 亿元",
        "未招满：中标剔除后不足应发行的面值",
    ]


@pytest.mark.parametrize(
    ("added", "field", "message"),
    [
        ("exclusion: {}\n", "exclusion", "exclusion 至少要写 bids（投标剔除）或 awards（中标剔除）"),
        ("exclusion: {bids: -1}\n", "exclusion.bids", "应不小于 0（实际值 '-1'）"),
        ("exclusion: {awards: 1.5}\n", "exclusion.awards", "应为整数（实际值 '1.5'）"),
        ("exclusion: {awards: 1, average: twice}\n", "exclusion.average", "取值应为 'recomputed', 'first'"),
        ("frequency: 4\n", "frequency", "应不大于 2（实际值 '4'）"),
    ],
)
def test_what_a_multiple_price_notice_gets_wrong_is_told_at_its_place(tmp_path, added, field, message):
    notice = written(tmp_path / "n.yaml", NOTICE.replace("single-price", "multiple-price") + added)
    answer = kaibiao("clear", notice, "--bids", written(tmp_path / "b.csv", BOOK), "--json")
    assert (answer.code, answer.faults[0][1:3]) == (2, (6, field))
    assert answer.faults[0][3].startswith(message)


def test_rates_become_prices_over_whole_periods_only():
    with pytest.raises(ValueError, match="期限 0.5 年、每年付息 1 次：付息期不是整数，利率折不成价格"):
        sheet("30", method="multiple-price", tenor="0.5")
    assert sheet("30", method="multiple-price", tenor="0.5", frequency="2").coupons_a_year == 2
    assert sheet("30", method="multiple-price", object="price", tenor="0.5").frequency is None
