"""Clearing: worked example B lot for lot, the ends of the scale, the margin, and why each bid got what it got."""

from decimal import Decimal

import pytest
from books import EXAMPLE_B, awards, book, desk, in_prices, rules_of, sheet

from auction.book import Book
from auction.checks import desk_for
from auction.clearing import clear
from auction.errors import BadInput
from auction.notice import MemberClass
from auction.outcome import MemberAward, Result, Status

B = book(EXAMPLE_B)
WHOLE = {"L1 2.10": "6.0", "L1 2.12": "6.0", "L2 2.11": "5.0", "L3 2.12": "4.5", "G1 2.12": "2.0"}
TAILS = [
    ("30", "round-robin", {"L2 2.13": "3.0", "G1 2.13": "1.2", "G2 2.13": "1.8", "G3 2.13": "0.5"}),
    ("30", "earliest-first", {"L2 2.13": "3.0", "G1 2.13": "1.1", "G2 2.13": "1.9", "G3 2.13": "0.5"}),
    ("29.8965", "round-robin", {"L2 2.13": "3.0", "G1 2.13": "1.0965", "G2 2.13": "1.8", "G3 2.13": "0.5"}),
    ("29.8965", "earliest-first", {"L2 2.13": "3.0", "G1 2.13": "1.0", "G2 2.13": "1.8965", "G3 2.13": "0.5"}),
]


def figures(result: Result) -> dict[str, object]:
    """The result without its bids and members."""
    whole = result.as_dict()
    return {name: value for name, value in whole.items() if name not in ("bids", "members")}


def statuses(result: Result) -> str:
    """What became of each bid, in a row."""
    return ", ".join(outcome.status for outcome in result.bids)


@pytest.mark.parametrize(("offered", "tail", "at_cutoff"), TAILS)
def test_example_b_is_shared_lot_for_lot(offered, tail, at_cutoff):
    assert awards(clear(B, desk(offered, marginal={"tail": tail}))) == WHOLE | at_cutoff


@pytest.mark.parametrize(("offered", "tail", "at_cutoff"), TAILS)
def test_the_mirrored_price_tender_is_shared_alike(offered, tail, at_cutoff):
    rates = clear(B, desk(offered, marginal={"tail": tail}))
    prices = clear(in_prices(B), desk(offered, object="price", marginal={"tail": tail}))
    assert [outcome.awarded for outcome in prices.bids] == [outcome.awarded for outcome in rates.bids]
    assert prices.cutoff == Decimal("100.02")


def test_the_figures_of_example_b():
    assert figures(clear(B, desk("30"))) == {
        "method": "single-price",
        "object": "rate",
        "offered": "30.0",
        "issued": "30.0",
        "total_bids": "42.2",
        "cover": "1.41",
        "cutoff": "2.13",
        "coupon": "2.13",
        "weighted_average": "2.1165",
        "marginal_cover": "2.26",
        "short": False,
    }


def test_the_members_of_example_b_pay_par():
    assert clear(B, desk("30")).as_dict()["members"] == [
        {"member": "G1", "awarded": "3.2", "cost": "320000000.00"},
        {"member": "G2", "awarded": "1.8", "cost": "180000000.00"},
        {"member": "G3", "awarded": "0.5", "cost": "50000000.00"},
        {"member": "L1", "awarded": "12.0", "cost": "1200000000.00"},
        {"member": "L2", "awarded": "8.0", "cost": "800000000.00"},
        {"member": "L3", "awarded": "4.5", "cost": "450000000.00"},
    ]


def test_everybody_in_a_price_tender_pays_the_lowest_winning_price():
    result = clear(book("甲 100.89 2.0 14:00:00\n乙 100.87 1.2 14:00:00"), desk("2.3456", object="price"))
    assert {outcome.pays for outcome in result.bids} == {Decimal("100.87")}
    assert result.members == (
        MemberAward("乙", 3456, Decimal("34860672.00")),
        MemberAward("甲", 20000, Decimal("201740000.00")),
    )
    assert figures(result) == {
        "method": "single-price",
        "object": "price",
        "offered": "2.3456",
        "issued": "2.3456",
        "total_bids": "3.2",
        "cover": "1.36",
        "cutoff": "100.87",
        "price": "100.87",
        "weighted_average": "100.8871",
        "marginal_cover": "3.47",
        "short": False,
    }


def test_a_bid_as_the_contract_has_it():
    assert clear(B, desk("30")).as_dict()["bids"][3] == {
        "line": 5,
        "member": "L2",
        "level": "2.13",
        "amount": "7.0",
        "time": "14:31:40",
        "status": "partly won",
        "reasons": [
            {
                "rule": "fill.margin",
                "citation": "标书",
                "message": "边际中标标位 2.13 上共投 14.7 亿元，余 6.5 亿元按投标量分配：投 7.0 亿元，得 3.0 亿元",
            }
        ],
        "awarded": "3.0",
        "pays": "100.00",
    }


def test_each_bid_is_told_why_in_the_order_of_the_file():
    bids = book("""
        甲 2.12 3.0 14:00:00
        乙 2.11 2.0 14:00:00
        丙 2.13 1.0 14:00:00
        丁 2.12 0.1 14:00:01
        戊 2.115 1.0 14:00:00
        己 2.12 0.1 14:00:02
    """)
    result = clear(bids, desk("2.8"))
    assert [(str(outcome.status), str(outcome.reasons[0].message)) for outcome in result.bids] == [
        (
            "partly won",
            "边际中标标位 2.12 上共投 3.2 亿元，余 0.8 亿元按投标量分配：投 3.0 亿元，得 0.8 亿元",
        ),
        ("won", "标位 2.11 优于边际中标标位 2.12，全额中标"),
        ("lost", "标位 2.13 差于边际中标标位 2.12，未中标"),
        ("lost", "边际中标标位 2.12 上共投 3.2 亿元，余 0.8 亿元按投标量分配：投 0.1 亿元，得 0.0 亿元"),
        ("rejected", "标位 2.115 不是标位变动幅度 0.01 的整数倍"),
        ("lost", "边际中标标位 2.12 上共投 3.2 亿元，余 0.8 亿元按投标量分配：投 0.1 亿元，得 0.0 亿元"),
    ]
    assert rules_of(result.bids) == [
        ["fill.margin"],
        ["fill.price_priority"],
        ["fill.price_priority"],
        ["fill.margin"],
        ["bid.tick"],
        ["fill.margin"],
    ]
    assert {reason.citation for outcome in result.bids for reason in outcome.reasons} == {"标书"}


def test_a_better_price_is_a_higher_one_in_the_reasons_too():
    bids = book("甲 100.02 1.0 14:00:00\n乙 100.01 1.0 14:00:00\n丙 100.00 1.0 14:00:00")
    result = clear(bids, desk("2", object="price"))
    assert [str(outcome.reasons[0].message) for outcome in result.bids] == [
        "标位 100.02 优于边际中标标位 100.01，全额中标",
        "标位 100.01 是边际中标标位，该标位投标全额中标",
        "标位 100.00 差于边际中标标位 100.01，未中标",
    ]


def test_a_short_issue_fills_every_bid_and_still_has_a_cutoff():
    result = clear(B, desk("50"))
    assert statuses(result) == ", ".join(["won"] * 11)
    assert figures(result) == {
        "method": "single-price",
        "object": "rate",
        "offered": "50.0",
        "issued": "42.2",
        "total_bids": "42.2",
        "cover": "0.84",
        "cutoff": "2.15",
        "coupon": "2.15",
        "weighted_average": "2.1216",
        "marginal_cover": "1.00",
        "short": True,
    }
    assert str(result.bids[10].reasons[0].message) == "标位 2.15 是边际中标标位，该标位投标全额中标"


@pytest.mark.parametrize(("offered", "cutoff"), [("38.2", "2.13"), ("42.2", "2.15")])
def test_an_issue_just_filled_is_not_short(offered, cutoff):
    result = clear(B, desk(offered))
    assert (result.issued, result.short, result.failed) == (result.offered, False, False)
    assert (result.cutoff, result.marginal_cover) == (Decimal(cutoff), Decimal("1.00"))
    assert {outcome.status for outcome in result.bids if outcome.awarded} == {Status.WON}


@pytest.mark.parametrize(
    ("bids", "status"),
    [((), ""), (book("甲 2.50 1.0 14:00:00\n乙 1.99 1.0 14:00:00"), "rejected, rejected")],
    ids=["an empty book", "a fully rejected book"],
)
def test_without_a_valid_bid_the_issue_fails(bids: Book, status: str):
    result = clear(bids, desk("30", range={"low": "2.00", "high": "2.20"}))
    assert (result.failed, statuses(result), result.members) == (True, status, ())
    assert figures(result) == {
        "method": "single-price",
        "object": "rate",
        "offered": "30.0",
        "issued": "0.0",
        "total_bids": "0.0",
        "cover": None,
        "cutoff": None,
        "coupon": None,
        "weighted_average": None,
        "marginal_cover": None,
        "short": True,
    }


def test_a_rejected_bid_takes_no_room_and_is_not_counted():
    bids = book("甲 1.99 9.0 14:00:00\n乙 2.10 1.0 14:00:00")
    result = clear(bids, desk("2", range={"low": "2.00", "high": "2.20"}))
    assert (awards(result), result.total_bids) == ({"乙 2.10": "1.0"}, 10000)
    assert (result.bids[0].status, result.bids[0].pays) == (Status.REJECTED, None)


def test_the_margin_is_shared_bid_by_bid_and_not_member_by_member():
    bids = book("""
        甲 2.10 0.1 14:00:02
        甲 2.10 0.1 14:00:03
        甲 2.10 0.1 14:00:04
        乙 2.10 0.3 14:00:01
    """)
    assert [outcome.awarded for outcome in clear(bids, desk("0.4")).bids] == [1000, 0, 0, 3000]


def test_the_tail_goes_to_the_earlier_bid_and_among_equal_times_to_the_earlier_line():
    bids = book("甲 2.10 1.0 14:00:05\n乙 2.10 1.0 14:00:05\n丙 2.10 1.0 14:00:04\n丁 2.10 1.0 14:00:06")
    assert [outcome.awarded for outcome in clear(bids, desk("2.2")).bids] == [6000, 5000, 6000, 5000]
    assert [outcome.awarded for outcome in clear(bids[::-1], desk("2.2")).bids] == [5000, 6000, 5000, 6000]


def test_the_earliest_takes_the_whole_tail_but_not_more_than_it_bid():
    bids = book("甲 2.10 0.1 14:00:00\n乙 2.10 0.3 14:00:01\n丙 2.10 0.3 14:00:02\n丁 2.10 0.3 14:00:03")
    whole_tail = desk("0.9", marginal={"tail": "earliest-first"})
    assert [outcome.awarded for outcome in clear(bids, whole_tail).bids] == [1000, 3000, 3000, 2000]


def test_an_offer_below_one_lot_goes_to_the_earliest():
    bids = book("甲 2.10 0.1 14:00:01\n乙 2.10 0.5 14:00:00")
    assert awards(clear(bids, desk("0.0965"))) == {"乙 2.10": "0.0965"}


def test_the_lot_is_the_notices():
    bids = book("甲 2.10 5.0 14:00:00\n乙 2.10 4.0 14:00:01")
    result = clear(bids, desk("4", marginal={"lot": "0.5"}))
    assert awards(result) == {"甲 2.10": "2.5", "乙 2.10": "1.5"}


def test_a_level_written_with_idle_zeros_is_the_same_level():
    result = clear(book("甲 2.1 1.0 14:00:00\n乙 2.100 1.0 14:00:01"), desk("1"))
    assert [outcome.awarded for outcome in result.bids] == [5000, 5000]


def test_a_bid_at_the_close_is_in_and_one_second_later_it_is_rejected():
    bids = book("甲 2.10 1.0 14:40:00\n乙 2.10 1.0 14:40:01\n丙 2.10 1.0 14:00:00\n丁 2.10 1.0 13:59:59")
    result = clear(bids, desk("9", window={"open": "14:00:00", "close": "14:40:00"}))
    assert statuses(result) == "won, rejected, won, rejected"
    assert str(result.bids[1].reasons[0].message) == "投标时间 14:40:01 不在 14:00:00 至 14:40:00 之内"


def test_a_bid_that_breaks_a_limit_is_rejected_with_its_rule():
    limits = {"limits": {"member_max": {"bank": "40%"}}}
    result = clear(book("甲 2.10 3.0 14:00:00\n甲 2.11 2.0 14:00:01"), desk("10", {"甲": MemberClass.BANK}, **limits))
    assert (statuses(result), rules_of(result.bids)[1]) == ("won, rejected", ["max_bid_share.bank"])


def test_a_method_that_cannot_be_priced_is_refused():
    with pytest.raises(BadInput) as refused:
        clear(B, desk_for(sheet("30", method="public-underwriting"), None, None))
    assert str(refused.value) == "method: 本版尚不能为 public-underwriting 定价"


def test_amounts_beyond_any_issue_stay_exact():
    bids = book("甲 2.10 1000000000000 14:00:00\n乙 2.10 1000000000000 14:00:01")
    result = clear(bids, desk("1000000000000.0001"))
    assert awards(result) == {"甲 2.10": "500000000000.0001", "乙 2.10": "500000000000.0"}
    assert result.members[1].cost == Decimal("50000000000000010000.00")
