"""Checks on bids and on the notice: what each refuses, by which rule, and against which standing bids."""

from datetime import date

import pytest
from books import WINDOW, book, desk, sheet

from auction.breach import Basis, Breach, Severity
from auction.checks import (
    CHECKS,
    Standing,
    amount_in_lots,
    blocking,
    check_bids,
    check_notice,
    checks_at,
    level_on_tick,
    limits_for,
    minimum_bid,
    valid_bids,
)
from auction.language import say
from auction.notice import MemberClass
from auction.rulebook import load_rulebook

SYNDICATE = {"甲": MemberClass.LEAD_BANK, "乙": MemberClass.BANK, "丙": MemberClass.BROKER}
EVERYTHING = {
    "range": {"low": "2.00", "high": "2.20"},
    "window": WINDOW,
    "limits": {"level_span": "5", "level_max": "3", "level_min": "0.2", "member_max": {"bank": "40%"}},
}
HENAN = load_rulebook().for_("河南", date(2024, 3, 19))


def refused(text: str, at) -> dict[int, list[str]]:
    """The rules each refused bid breaks, by line; the first bid stands in line 2."""
    return {line: [breach.rule for breach in breaches] for line, breaches in check_bids(book(text), at).items()}


def told(text: str, at) -> list[str]:
    """What is said of every breach."""
    return [str(breach.message) for breaches in check_bids(book(text), at).values() for breach in breaches]


def test_without_limits_only_tick_and_lot_are_looked_at():
    assert checks_at(desk("30")) == (level_on_tick, amount_in_lots)


def test_with_every_limit_every_check_is_made():
    assert checks_at(desk("30", SYNDICATE, **EVERYTHING)) == CHECKS


def test_a_bid_is_told_every_rule_it_breaks():
    at = desk("30", SYNDICATE, **EVERYTHING | {"limits": {"level_max": "3"}})
    assert refused("丁 2.2105 3.05 14:40:01", at) == {
        2: ["bid.syndicate", "bid.window", "bid.range", "bid.tick", "bid.lot", "bid.level_max"]
    }
    assert told("丁 2.2105 3.05 14:40:01", at) == [
        "丁 不是承销团成员",
        "投标时间 14:40:01 不在 14:00:00 至 14:40:00 之内",
        "标位 2.2105 不在区间 2.00 至 2.20 之内",
        "标位 2.2105 不是标位变动幅度 0.01 的整数倍",
        "投标量 3.05 亿元不是 0.1 亿元的整数倍",
        "标位 2.2105 上共投 3.05 亿元，超过单一标位上限 3.0 亿元",
    ]


def test_a_breach_names_rule_citation_and_subject():
    (breach,) = check_bids(book("甲 2.10 0.05 14:00:00"), desk("30"))[2]
    assert breach == Breach(
        rule="bid.lot",
        citation="标书",
        subject="甲",
        message=say("投标量 {amount} 亿元不是 {lot} 亿元的整数倍", amount="0.05", lot="0.1"),
        severity=Severity.BREACH,
        basis=Basis.ASSUMED,
    )


def test_both_ends_of_window_and_range_are_in():
    at = desk("30", window=WINDOW, range={"low": "2.00", "high": "2.20"})
    text = """
        甲 2.00 1.0 14:00:00
        甲 2.20 1.0 14:40:00
        甲 1.99 1.0 14:00:00
        甲 2.21 1.0 14:00:00
        甲 2.00 1.0 13:59:59
        甲 2.00 1.0 14:40:01
    """
    assert refused(text, at) == {4: ["bid.range"], 5: ["bid.range"], 6: ["bid.window"], 7: ["bid.window"]}


@pytest.mark.parametrize(
    ("fields", "stand", "fall"),
    [
        ({}, "2.10", "2.105"),
        ({}, "-0.01", "-0.015"),
        ({"object": "price"}, "100.01", "-0.01"),
        ({"object": "price"}, "0.01", "0"),
        ({"object": "price", "tick": "0.08"}, "100.08", "100.10"),
        ({"object": "price", "tick": "0.002"}, "100.002", "100.001"),
    ],
)
def test_a_level_is_a_multiple_of_the_tick_and_a_price_is_above_zero(fields, stand, fall):
    text = f"甲 {stand} 1.0 14:00:00\n甲 {fall} 1.0 14:00:00"
    assert refused(text, desk("30", **fields)) == {3: ["bid.tick"]}


def test_an_amount_is_at_least_a_lot_and_whole_lots():
    text = "甲 2.10 0.5 14:00:00\n甲 2.10 0 14:00:00\n甲 2.10 0.25 14:00:00\n甲 2.10 -0.5 14:00:00"
    assert refused(text, desk("30", marginal={"lot": "0.5"})) == {3: ["bid.lot"], 4: ["bid.lot"], 5: ["bid.lot"]}


def test_the_span_counts_from_the_bids_that_stand_already():
    at = desk("30", limits={"level_span": "5"})
    text = """
        甲 2.10 1.0 14:00:00
        甲 2.15 1.0 14:00:01
        甲 2.16 1.0 14:00:02
        甲 2.09 1.0 14:00:03
        甲 2.12 1.0 14:00:04
        乙 2.16 1.0 14:00:05
    """
    assert refused(text, at) == {4: ["bid.level_span"], 5: ["bid.level_span"]}
    assert told(text, at) == ["最高、最低标位差 6 个标位，超过 5 个"] * 2


def test_a_span_that_is_not_whole_ticks_is_told_in_a_few_digits():
    at = desk("30", tick="0.03", limits={"level_span": "0"})
    assert told("甲 2.10 1.0 14:00:00\n甲 2.11 1.0 14:00:01", at) == [
        "标位 2.11 不是标位变动幅度 0.03 的整数倍",
        "最高、最低标位差 0.33 个标位，超过 0 个",
    ]


def test_bids_are_judged_in_the_order_of_their_times_and_equal_times_by_line():
    at = desk("30", limits={"level_span": "5"})
    assert refused("甲 2.16 1.0 14:00:01\n甲 2.10 1.0 14:00:00", at) == {2: ["bid.level_span"]}
    assert refused("甲 2.16 1.0 14:00:00\n甲 2.10 1.0 14:00:00", at) == {3: ["bid.level_span"]}


def test_one_level_of_a_member_carries_no_more_than_its_maximum():
    at = desk("30", limits={"level_max": "10%"})
    text = """
        甲 2.10 2.0 14:00:00
        甲 2.10 1.1 14:00:01
        甲 2.10 1.0 14:00:02
        甲 2.10 0.1 14:00:03
        甲 2.11 3.0 14:00:04
        乙 2.10 3.0 14:00:05
    """
    assert refused(text, at) == {3: ["bid.level_max"], 5: ["bid.level_max"]}
    assert told(text, at) == ["标位 2.10 上共投 3.1 亿元，超过单一标位上限 3.0 亿元"] * 2


def test_one_level_of_a_member_carries_no_less_than_its_minimum():
    at = desk("30", limits={"level_min": "1", "level_max": "3"})
    text = """
        甲 2.10 0.9 14:00:00
        甲 2.10 0.9 14:00:01
        甲 2.10 1.0 14:00:02
        甲 2.10 0.1 14:00:03
        甲 2.11 0.1 14:00:04
    """
    assert refused(text, at) == {2: ["bid.level_min"], 3: ["bid.level_min"], 6: ["bid.level_min"]}
    assert told(text, at)[0] == "标位 2.10 上共投 0.9 亿元，不足单一标位下限 1.0 亿元"


def test_a_member_bids_no_more_than_the_maximum_of_its_class():
    at = desk("30", SYNDICATE, limits={"member_max": {"bank": "10%", "lead-bank": "50%"}})
    text = """
        乙 2.10 2.0 14:00:00
        乙 2.11 1.1 14:00:01
        乙 2.12 1.0 14:00:02
        乙 2.12 0.1 14:00:03
        甲 2.10 15.0 14:00:04
        甲 2.10 0.1 14:00:05
        丙 2.10 99.0 14:00:06
    """
    assert refused(text, at) == {
        3: ["max_bid_share.bank"],
        5: ["max_bid_share.bank"],
        7: ["max_bid_share.lead-bank"],
    }
    assert told(text, at)[0] == "累计投标 3.1 亿元，超过最高投标限额 3.0 亿元"


def test_a_member_below_the_minimum_of_its_class_loses_all_its_bids():
    at = desk("30", SYNDICATE, limits={"member_min": {"bank": "10%", "lead-bank": "10%"}})
    text = """
        乙 2.10 1.0 14:00:00
        乙 2.11 1.9 14:00:01
        甲 2.10 1.5 14:00:02
        甲 2.11 1.5 14:00:03
        丙 2.10 0.1 14:00:04
    """
    assert refused(text, at) == {2: ["min_bid_share.bank"], 3: ["min_bid_share.bank"]}
    assert told(text, at) == ["累计投标 2.9 亿元，不足最低投标限额 3.0 亿元"] * 2


def test_a_refused_bid_does_not_count_towards_the_minimum_and_is_told_its_own_rule():
    at = desk("30", SYNDICATE, range={"low": "2.00", "high": "2.20"}, limits={"member_min": {"bank": "10%"}})
    text = "乙 2.10 2.9 14:00:00\n乙 2.21 0.1 14:00:01"
    assert refused(text, at) == {2: ["min_bid_share.bank"], 3: ["bid.range"]}


def test_a_member_of_whom_nothing_stands_is_not_below_the_minimum():
    at = desk("30", SYNDICATE, range={"low": "2.00", "high": "2.20"}, limits={"member_min": {"bank": "10%"}})
    assert refused("乙 2.21 9.0 14:00:00", at) == {2: ["bid.range"]}
    assert minimum_bid("乙", Standing(), at) is None


def test_shares_of_a_broken_offer_are_rounded_half_up_to_a_lot():
    limits = {"member_min": {"bank": "2%", "broker": "0.5%"}, "member_max": {"lead-bank": "15%"}, "level_max": "5%"}
    at = desk("29.8965", SYNDICATE, limits=limits)
    assert at.limits.member_min == {MemberClass.BANK: 6000, MemberClass.BROKER: 1000}
    assert (at.limits.member_max, at.limits.level_max) == ({MemberClass.LEAD_BANK: 45000}, 15000)


def test_the_rulebook_sets_the_limits_the_notice_leaves_open():
    limits = limits_for(sheet("30", syndicate="members.csv", limits={"member_min": {"bank": "3%"}}), HENAN)
    assert limits.member_min == {
        MemberClass.LEAD_BANK: 45000,
        MemberClass.LEAD_BROKER: 30000,
        MemberClass.BANK: 9000,
        MemberClass.BROKER: 6000,
    }
    assert (limits.member_max, limits.level_min, limits.level_max, limits.level_span) == ({}, 1000, None, None)


def test_a_breach_of_a_rulebook_cites_the_text_with_how_it_is_known():
    (breach,) = check_bids(book("乙 2.10 0.5 14:00:00"), desk("30", SYNDICATE, HENAN))[2]
    assert (breach.rule, breach.basis) == ("min_bid_share.bank", Basis.PRACTICE)
    assert breach.citation == f"{HENAN['min_bid_share.bank'].citation}〔实务〕"


def test_the_valid_bids_are_those_that_break_no_rule_in_their_order():
    bids = book("甲 2.10 1.0 14:00:09\n甲 2.105 1.0 14:00:00\n甲 2.11 1.0 14:00:01")
    assert valid_bids(bids, check_bids(bids, desk("30"))) == (bids[0], bids[2])


@pytest.mark.parametrize(
    ("method", "offered", "breaks"),
    [
        ("public-underwriting", "5.0001", ["tender.required_above"]),
        ("public-underwriting", "5", []),
        ("directed-underwriting", "50", []),
        ("single-price", "50", []),
    ],
)
def test_a_public_issue_above_five_yi_has_to_be_a_tender(method, offered, breaks):
    found = check_notice(sheet(offered, method=method, bond="2400001"), HENAN)
    assert [breach.rule for breach in blocking(found)] == breaks


@pytest.mark.parametrize(("offered", "breaks"), [("4.9999", []), ("5", ["tender.required_above"])])
def test_whether_exactly_five_yi_counts_is_a_marked_switch(tmp_path, offered, breaks):
    entry = "{from: 2015-01-01, value: required, basis: assumed, cite: {document: 本省口径}}"
    extra = tmp_path / "extra.yaml"
    extra.write_text(f"kind: rulebook\nissuer: 河南\ntender.at_limit:\n  values:\n    - {entry}\n", encoding="utf-8")
    rules = load_rulebook(extra).for_("河南", date(2024, 3, 19))
    found = check_notice(sheet(offered, method="public-underwriting"), rules)
    assert [breach.rule for breach in found] == breaks
    assert {breach.basis for breach in found} <= {Basis.ASSUMED}


def test_the_breach_of_a_notice_is_cited():
    (breach,) = check_notice(sheet("8", method="public-underwriting", bond="2400001"), HENAN)
    assert (str(breach.message), breach.subject, breach.citation) == (
        "公开发行 8.0 亿元，在 5.0 亿元以上，须通过招标方式发行",
        "2400001",
        f"{HENAN['tender.required_above'].citation}〔实务〕",
    )


def test_a_warning_does_not_block():
    warning = Breach(rule="x", citation="y", subject="z", message=say("提醒"), severity=Severity.WARNING)
    breach = warning.model_copy(update={"severity": Severity.BREACH})
    assert blocking((warning, breach)) == (breach,)
