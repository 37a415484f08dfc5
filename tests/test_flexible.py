"""弹性招标: the amount that follows from the bids, and how the issue is cleared with it."""

from datetime import date
from decimal import Decimal

import pytest
from books import awards, book, desk, sheet
from commandline import NOTICE, kaibiao, written

from auction.breach import Severity
from auction.checks import desk_for
from auction.choices import completed
from auction.clearing import clear
from auction.flexible import amount_on_offer, candidate, two_state
from auction.notice import Flexible, FlexibleRule, MemberClass
from auction.outcome import Result
from auction.recomputation import agrees
from auction.rulebook import load_rulebook
from auction.underwriting import check_offer

RANGE = Flexible(low="80", high="100", multiple="1.1")
YI = 10_000
LOT = 1000
PLANNED = {"low": "80", "high": "100", "multiple": "1.1"}


def of_amounts(*amounts: str) -> tuple:
    """A bid for each amount, each a tick worse than the one before."""
    return book("\n".join(f"M{n} {2 + n / 100:.2f} {amount} 14:00:0{n}" for n, amount in enumerate(amounts)))


def figures(result: Result) -> dict[str, object]:
    """The result without its bids and members."""
    return {name: value for name, value in result.as_dict().items() if name not in ("bids", "members")}


@pytest.mark.parametrize(
    ("bids", "amount"),
    [
        ("150", "100"),
        ("110", "100"),
        ("109.9999", "99.9"),
        ("99", "90"),
        ("93", "84.5"),
        ("88", "80"),
        ("87.9999", "80"),
        ("85", "80"),
        ("80", "80"),
        ("79.9999", "79.9999"),
        ("70", "70"),
        ("0", "0"),
    ],
)
def test_the_candidate_rule_keeps_the_multiple_as_long_as_the_range_allows(bids, amount):
    assert candidate(int(Decimal(bids) * YI), RANGE, LOT) == int(Decimal(amount) * YI)


@pytest.mark.parametrize(
    ("bids", "amount"), [("110", "100"), ("109.9999", "80"), ("80", "80"), ("79.9999", "79.9999"), ("0", "0")]
)
def test_the_two_state_rule_knows_only_the_ends_of_the_range(bids, amount):
    assert two_state(int(Decimal(bids) * YI), RANGE, LOT) == int(Decimal(amount) * YI)


def test_an_amount_between_ends_that_are_no_whole_lots_stays_between_them():
    odd = Flexible(low="20.0965", high="29.8965", multiple="1.1")
    assert candidate(221100, odd, LOT) == 201000
    assert candidate(221070, odd, LOT) == 200965
    assert candidate(328862, odd, LOT) == 298965
    assert candidate(328861, odd, LOT) == 298000


def test_an_amount_is_rounded_down_to_the_lot_of_the_notice():
    notice = sheet("100", flexible=PLANNED, marginal={"lot": "0.5"})
    assert amount_on_offer(93 * YI, notice) == 845000
    assert amount_on_offer(92 * YI, notice) == 835000
    assert amount_on_offer(92 * YI, sheet("100")) == 100 * YI


def test_the_figures_of_a_flexible_tender():
    result = clear(of_amounts("60", "20", "13"), desk("100", flexible=PLANNED))
    assert awards(result) == {"M0 2.00": "60.0", "M1 2.01": "20.0", "M2 2.02": "4.5"}
    assert figures(result) == {
        "method": "single-price",
        "object": "rate",
        "offered": "100.0",
        "issued": "84.5",
        "total_bids": "93.0",
        "cover": "0.93",
        "cutoff": "2.02",
        "coupon": "2.02",
        "weighted_average": "2.0034",
        "marginal_cover": "2.89",
        "short": False,
        "flexible": {"low": "80.0", "high": "100.0", "multiple": "1.10", "decided": "84.5"},
    }


@pytest.mark.parametrize(
    ("amount", "rule", "issued", "short"),
    [
        ("110", "candidate", "100.0", False),
        ("99", "candidate", "90.0", False),
        ("85", "candidate", "80.0", False),
        ("70", "candidate", "70.0", True),
        ("99", "two-state", "80.0", False),
        ("110", "two-state", "100.0", False),
        ("70", "two-state", "70.0", True),
    ],
)
def test_an_issue_is_short_only_below_its_range(amount, rule, issued, short):
    where, bids = desk("100", flexible={**PLANNED, "rule": rule}), of_amounts(amount)
    result = clear(bids, where)
    shown = figures(result)
    assert (shown["issued"], shown["flexible"]["decided"], shown["short"]) == (issued, issued, short)
    assert agrees(result, bids, where.notice)


def test_without_a_bid_nothing_is_decided_and_the_tender_fails():
    result = clear((), desk("100", flexible=PLANNED))
    assert (result.failed, result.short, result.flexible.decided) == (True, True, 0)
    assert agrees(result, (), sheet("100", flexible=PLANNED))


def test_a_fixed_amount_has_no_flexible_figures():
    assert "flexible" not in clear(of_amounts("60"), desk("100")).as_dict()


def test_a_rejected_or_excluded_bid_does_not_raise_the_amount():
    within = {"low": "2.00", "high": "2.01"}
    result = clear(of_amounts("60", "33", "30"), desk("100", flexible=PLANNED, range=within))
    assert (result.issued, result.total_bids) == (845000, 930000)
    terms = {"method": "multiple-price", "exclusion": {"bids": 1}}
    result = clear(of_amounts("60", "33", "3", "3"), desk("100", flexible=PLANNED, **terms))
    assert (result.issued, result.total_bids) == (845000, 930000)


def test_awards_are_excluded_after_the_amount_is_decided():
    terms = {"method": "multiple-price", "exclusion": {"awards": 1}}
    result = clear(of_amounts("60", "20", "13"), desk("100", flexible=PLANNED, **terms))
    assert (result.issued, result.flexible.decided, result.short) == (800000, 845000, True)


def test_limits_are_shares_of_the_high_end():
    limits = {"member_max": {"bank": "30%"}}
    where = desk("100", {"M0": MemberClass.BANK}, flexible=PLANNED, limits=limits)
    assert clear(of_amounts("30"), where).issued == 300000
    assert clear(of_amounts("30.1"), where).failed


DECIDED = "弹性招标 80.0 至 100.0 亿元，触发倍数 1.10：有效投标 93.0 亿元，{rule}，发行额定为 {amount} 亿元"
HIGHEST, EITHER = "投标倍数不低于触发倍数的最大额", "达到触发倍数发上限，否则发下限"


def test_a_bid_that_wanted_more_is_told_how_the_amount_was_decided():
    result = clear(of_amounts("60", "20", "13"), desk("100", flexible=PLANNED))
    assert [[reason.rule for reason in outcome.reasons] for outcome in result.bids] == [
        ["fill.price_priority"],
        ["fill.price_priority"],
        ["fill.margin", "flexible.rule"],
    ]
    decided = result.bids[2].reasons[1]
    assert (decided.citation, str(decided.message)) == ("标书〔推定〕", DECIDED.format(rule=HIGHEST, amount="84.5"))


def test_a_rule_the_notice_writes_is_cited_as_the_notices():
    result = clear(of_amounts("60", "33"), desk("100", flexible={**PLANNED, "rule": "two-state"}))
    assert (result.flexible.reason.citation, str(result.flexible.reason.message)) == (
        "标书",
        DECIDED.format(rule=EITHER, amount="80.0"),
    )


def test_a_rule_of_the_rulebook_is_cited_with_its_mark(tmp_path):
    dated = "values: [{from: 2020-01-01, value: two-state, basis: assumed, cite: {document: 财库〔2018〕74号}}]"
    extra = written(tmp_path / "henan.yaml", f"kind: rulebook\nissuer: 河南\nflexible.rule: {{{dated}}}\n")
    rules = load_rulebook(extra).for_("河南", date(2024, 1, 1))
    silent = completed(sheet("100", flexible=PLANNED), rules)
    assert silent.flexible.rule is FlexibleRule.TWO_STATE
    assert clear((), desk_for(silent, None, rules)).flexible.reason.citation == "财库〔2018〕74号〔推定〕"
    spoken = completed(sheet("100", flexible={**PLANNED, "rule": "candidate"}), rules)
    assert spoken.flexible.rule is FlexibleRule.CANDIDATE
    assert clear((), desk_for(spoken, None, rules)).flexible.reason.citation == "标书"


FLEXIBLE = NOTICE.replace("30", "100") + "flexible: {low: 80, high: 100, multiple: 1.1}\n"
HEADING = "member,level,amount,time\n"


@pytest.mark.parametrize("method", ["single-price", "multiple-price", "modified-multiple-price"])
def test_the_command_clears_a_flexible_notice_by_every_method(tmp_path, method):
    notice = written(tmp_path / "n.yaml", FLEXIBLE.replace("single-price", method))
    bids = written(tmp_path / "b.csv", HEADING + "甲,2.10,60,14:02:11\n乙,2.11,33,14:03\n")
    answer = kaibiao("clear", notice, "--bids", bids, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert (answer.json["issued"], answer.json["flexible"]["decided"]) == ("84.5", "84.5")


def test_people_read_how_the_amount_was_decided_once(tmp_path):
    notice = written(tmp_path / "n.yaml", FLEXIBLE)
    bids = written(tmp_path / "b.csv", HEADING + "甲,2.10,60,14:02:11\n乙,2.11,33,14:03\n")
    told = kaibiao("clear", notice, "--bids", bids).out
    assert told.splitlines()[2:5] == [
        "实际发行 84.5 亿元，计划发行 100.0 亿元",
        DECIDED.format(rule=HIGHEST, amount="84.5") + "（标书〔推定〕）",
        "有效投标 93.0 亿元，全场倍数 0.93，边际倍数 1.35",
    ]
    assert told.count("触发倍数 1.10") == 1


def test_below_the_range_people_read_that_the_issue_is_short(tmp_path):
    notice = written(tmp_path / "n.yaml", FLEXIBLE)
    told = kaibiao("clear", notice, "--bids", written(tmp_path / "b.csv", HEADING + "甲,2.10,70,14:02:11\n")).out
    assert told.splitlines()[4] == "未招满：有效投标不足弹性区间下限"


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ("low: 101, high: 100, multiple: 1.1", "flexible", "弹性区间下限 101.0 亿元高于上限 100.0 亿元"),
        ("low: 80, high: 90, multiple: 1.1", "flexible", "弹性区间上限 90.0 亿元应等于计划发行面值 offered 100.0 亿元"),
        ("low: 0, high: 100, multiple: 1.1", "flexible.low", "应大于 0（实际值 '0'）"),
        ("low: 80, high: 100, multiple: 0", "flexible.multiple", "应不小于 1（实际值 '0'）"),
        ("low: 80, high: 100, multiple: 0.99", "flexible.multiple", "应不小于 1（实际值 '0.99'）"),
        ("low: 80, high: 100", "flexible.multiple", "缺少必填项"),
        (
            "low: 80, high: 100, multiple: 1.1, rule: third",
            *("flexible.rule", "取值应为 'candidate', 'two-state'（实际值 'third'）"),
        ),
    ],
)
def test_a_range_that_is_none_is_told_at_its_place(tmp_path, given, field, message):
    notice = written(tmp_path / "n.yaml", NOTICE.replace("30", "100") + f"flexible: {{{given}}}\n")
    answer = kaibiao("clear", notice, "--bids", "b.csv", "--json")
    assert (answer.code, answer.faults) == (2, [("n.yaml", 6, field, message)])


@pytest.mark.parametrize("method", ["public-underwriting", "directed-underwriting"])
def test_only_a_tender_is_flexible_and_the_article_is_cited(tmp_path, method):
    notice = written(tmp_path / "n.yaml", FLEXIBLE.replace("single-price", method))
    answer = kaibiao("clear", notice, "--bids", "b.csv", "--json")
    sentence = f"{method} 不用 flexible，它只用于 single-price、multiple-price、modified-multiple-price"
    assert answer.faults == [("n.yaml", 6, "flexible", f"{sentence}（财库〔2018〕74号第四条）")]


def test_every_field_that_does_not_go_with_the_others_is_told_at_once(tmp_path):
    mixed = FLEXIBLE.replace("high: 100", "high: 90") + "exclusion: {bids: 9}\nrange: {low: 99.50, high: 100.50}\n"
    answer = kaibiao("clear", written(tmp_path / "n.yaml", mixed), "--bids", "b.csv", "--json")
    assert [(line, field) for _file, line, field, _message in answer.faults] == [
        (6, "flexible"),
        (7, "exclusion"),
        (8, "range"),
    ]
    assert [message for *_place, message in answer.faults[1:]] == [
        "single-price 不用 exclusion，它只用于 multiple-price、modified-multiple-price",
        "标的是利率，区间 99.50 至 100.50 像是价格",
    ]


def test_a_price_tender_with_a_range_of_rates_is_told():
    with pytest.raises(ValueError, match="标的是价格，区间 2.10 至 2.40 像是利率"):
        sheet("30", object="price", range={"low": "2.10", "high": "2.40"})


@pytest.mark.parametrize(
    ("low", "method", "told"),
    [
        ("24", "single-price", []),
        ("23.9", "single-price", [("flexible.low_share", "弹性招标下限 23.9 亿元不到上限 30.0 亿元的 80%")]),
        ("24", "multiple-price", [("flexible.method", "弹性招标原则上采用单一价格")]),
    ],
)
def test_a_flexible_tender_with_a_wide_range_or_many_prices_is_warned_of_and_not_refused(low, method, told):
    rules = load_rulebook().for_("江苏", date(2026, 6, 10))
    notice = sheet("30", method=method, flexible={"low": low, "high": "30", "multiple": "1.1"}, bond="2605143")
    found = check_offer(desk_for(notice, None, rules))
    assert [(breach.rule, breach.message.in_chinese()) for breach in found] == told
    assert {breach.severity for breach in found} <= {Severity.WARNING}
