"""The tender sheet: what it takes for granted, how its parts are read, and what it refuses."""

from datetime import date, time
from decimal import Decimal

import pytest
from books import sheet
from pydantic import ValidationError

from auction.notice import (
    BiddingWindow,
    BidObject,
    Flexible,
    LevelRange,
    Limits,
    Margin,
    MemberClass,
    Method,
    Notice,
    Tail,
    parse_tenor,
    parse_time,
    print_tenor,
)

WHOLE = {
    "method": "single-price",
    "object": "rate",
    "offered": "29.8965亿元",
    "tenor": "10Y",
    "bond": "2405123",
    "name": "江苏专项债",
    "tick": "0.01",
    "range": {"low": "2.38", "high": "2.68"},
    "window": {"open": "9:30", "close": "10:10:00"},
    "marginal": {"lot": "0.5", "tail": "earliest-first"},
    "flexible": {"low": "20", "high": "29.8965", "multiple": "1.1"},
    "syndicate": "members.csv",
    "limits": {
        "level_span": "30",
        "level_min": "0.1",
        "level_max": "10%",
        "member_min": {"bank": "2%"},
        "member_max": {"lead-bank": "0.35"},
    },
    "rulebook": "jiangsu",
    "issuer": "江苏",
    "date": "2024-03-19",
}


def refusals(**fields: object) -> list[tuple[str, str]]:
    """The field and the sentence of everything the notice refuses."""
    with pytest.raises(ValidationError) as refused:
        sheet(**{"offered": "30", **fields})
    details = refused.value.errors()
    causes = [detail.get("ctx", {}).get("error", detail["type"]) for detail in details]
    return [(".".join(map(str, detail["loc"])), str(cause)) for detail, cause in zip(details, causes, strict=True)]


def test_a_notice_says_everything_of_an_issue():
    assert Notice.model_validate(WHOLE) == Notice.model_construct(
        method=Method.SINGLE_PRICE,
        object=BidObject.RATE,
        offered=298965,
        tenor=Decimal(10),
        bond="2405123",
        name="江苏专项债",
        tick=Decimal("0.01"),
        range=LevelRange.model_construct(low=Decimal("2.38"), high=Decimal("2.68")),
        window=BiddingWindow.model_construct(open=time(9, 30), close=time(10, 10)),
        marginal=Margin.model_construct(lot=5000, tail=Tail.EARLIEST_FIRST),
        flexible=Flexible.model_construct(low=200000, high=298965, multiple=Decimal("1.1")),
        syndicate="members.csv",
        limits=Limits.model_construct(
            level_span=30,
            level_min=1000,
            level_max=Decimal("0.1"),
            member_min={MemberClass.BANK: Decimal("0.02")},
            member_max={MemberClass.LEAD_BANK: Decimal("0.35")},
        ),
        rulebook="jiangsu",
        issuer="江苏",
        date=date(2024, 3, 19),
    )


def test_what_a_notice_leaves_out_is_a_hundredth_a_tenth_of_a_yi_in_turn_and_no_limit():
    short = sheet("30")
    assert (short.tick, short.marginal) == (Decimal("0.01"), Margin(lot=1000, tail=Tail.ROUND_ROBIN))
    assert {name for name, value in short if value is None} == set(Notice.model_fields) - {
        "method",
        "object",
        "offered",
        "tenor",
        "tick",
        "marginal",
    }


@pytest.mark.parametrize(
    ("text", "clock"),
    [("14:02:11", time(14, 2, 11)), ("9:30", time(9, 30)), (" 00:00 ", time(0)), (time(23, 59, 59), time(23, 59, 59))],
)
def test_a_time_of_day_is_read(text, clock):
    assert parse_time(text) == clock


def test_a_time_typed_in_full_width_signs_is_understood():
    assert parse_time("１４：０５") == time(14, 5)


@pytest.mark.parametrize("text", ["24:00", "14:60", "14:00:60", "14", "14.30", "14:2", "下午两点", "", None])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError) as refused:
        parse_time(text)
    assert str(refused.value.args[0]) == "应为时间 时:分:秒"


@pytest.mark.parametrize(
    ("text", "years", "printed"), [("10", "10", "10"), ("10Y", "10", "10"), ("0.5年", "0.5", "0.5"), ("7.00", "7", "7")]
)
def test_a_tenor_is_read_in_years(text, years, printed):
    assert parse_tenor(text) == Decimal(years)
    assert print_tenor(parse_tenor(text)) == printed


@pytest.mark.parametrize("text", ["0", "-1", "100.01"])
def test_a_tenor_lies_within_a_century(text):
    assert refusals(tenor=text) == [("tenor", "期限应在 0 与 100 年之间")]


@pytest.mark.parametrize("text", ["0", "-5"])
def test_something_is_on_offer(text):
    assert refusals(offered=text) == [("offered", "greater_than")]


def test_a_range_ascends_and_may_be_one_level():
    assert refusals(range={"low": "2.68", "high": "2.38"}) == [("range", "区间下限 2.68 高于上限 2.38")]
    assert sheet("30", range={"low": "2.38", "high": "2.38"}).range == LevelRange(low="2.38", high="2.38")


@pytest.mark.parametrize(
    ("levels", "end"), [({"low": "2.385", "high": "2.68"}, "2.385"), ({"low": "2.38", "high": "2.685"}, "2.685")]
)
def test_both_ends_of_a_range_are_on_the_tick(levels, end):
    sentence = f"区间端点 {end} 不是标位变动幅度 0.01 的整数倍"
    assert refusals(range=levels) == [("range", sentence)]
    assert sheet("30", range=levels, tick="0.005").range == LevelRange(**levels)


def test_a_window_opens_before_it_closes():
    sentence = "开始时间 14:40:00 不早于截止时间 14:40:00"
    assert refusals(window={"open": "14:40", "close": "14:40"}) == [("window", sentence)]


def test_a_rulebook_needs_a_day():
    assert refusals(rulebook="jiangsu") == [("", "用了 rulebook 就要写 date：规则按发行日选用")]


@pytest.mark.parametrize("limit", ["member_min", "member_max"])
def test_limits_by_class_need_a_syndicate(limit):
    limits = {limit: {"bank": "2%"}}
    assert refusals(limits=limits) == [("", "limits 按类别限额，须用 syndicate 给出承销团名单")]
    assert sheet("30", limits=limits, syndicate="members.csv").limits == Limits(**limits)


@pytest.mark.parametrize(
    ("text", "limit"), [("3", 30000), ("0.1亿元", 1000), ("10%", Decimal("0.1")), ("１０％", Decimal("0.1"))]
)
def test_a_limit_of_a_level_is_an_amount_or_a_share(text, limit):
    assert Limits(level_max=text).level_max == limit


def test_what_is_no_limit_is_refused():
    limits = {"level_span": "-1", "level_min": "x", "level_max": "101%", "member_min": {"bank": "30"}}
    share = "比例应在 0 与 1 之间（或写百分数）"
    assert refusals(limits=limits) == [
        ("limits.level_span", "greater_than_equal"),
        ("limits.level_min", "应为数字（亿元）"),
        ("limits.level_max", share),
        ("limits.member_min.bank", share),
    ]


def test_an_unknown_key_is_refused_wherever_it_stands():
    assert refusals(offred="30", marginal={"lots": "0.1"}) == [
        ("marginal.lots", "extra_forbidden"),
        ("offred", "extra_forbidden"),
    ]


@pytest.mark.parametrize(
    ("method", "tender", "public"),
    [
        (Method.SINGLE_PRICE, True, True),
        (Method.MULTIPLE_PRICE, True, True),
        (Method.MODIFIED_MULTIPLE_PRICE, True, True),
        (Method.PUBLIC_UNDERWRITING, False, True),
        (Method.DIRECTED_UNDERWRITING, False, False),
    ],
)
def test_a_method_is_a_tender_or_not_and_public_or_not(method, tender, public):
    assert (method.is_tender, method.is_public) == (tender, public)
