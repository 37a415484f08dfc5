"""What is sold beside the competition: the base amount that leads hold, and the counter tranche sold by quantity."""

from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest
from books import Case, awards, book, cases, desk, rules_of, sheet
from commandline import kaibiao, written
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from auction.bookbuilding import award
from auction.clearing import clear
from auction.counter import CounterOrder, read_counter_orders, sell_over_counter
from auction.errors import BadInput
from auction.notice import BidObject
from auction.offer import Counter
from auction.outcome import Result, Status
from auction.quantities import print_amount
from auction.takeup import base_amount

SHANGHAI = {"share": "30%", "holders": {"L1": "40%", "L2": "30%", "L3": "30%"}}
BIDS = book("""
    A 3.00 20 10:00:00
    B 3.05 10 10:00:01
    C 3.10 40 10:00:02
""")


def held(result: Result, bids=BIDS) -> list[tuple[str, str, str, str]]:
    """Who holds how much of the base, at which level, and pays what."""
    return [(o.bid.member, print_amount(o.awarded), str(o.bid.level), str(o.pays)) for o in result.bids[len(bids) :]]


@pytest.mark.parametrize(
    ("offered", "base", "tendered"),
    [
        ("36", "10.8", "25.2"),
        ("35", "10.5", "24.5"),
        ("36.0965", "10.8", "25.2965"),
        ("0.1", "0.0", "0.1"),
        ("0.05", "0.0", "0.05"),
    ],
)
def test_the_base_of_shanghai_2011_is_thirty_percent_in_whole_lots_and_the_rest_is_tendered(offered, base, tendered):
    parts = base_amount(sheet(offered, base=SHANGHAI).base, sheet(offered))
    assert (print_amount(parts.base), print_amount(parts.tendered)) == (base, tendered)


def test_a_lot_at_the_least_is_left_for_the_tender():
    parts = base_amount(sheet("0.3", base={"share": "99%", "holders": ["L1"]}).base, sheet("0.3"))
    assert (print_amount(parts.base), print_amount(parts.tendered)) == ("0.2", "0.1")


def test_the_leads_take_the_base_at_the_coupon_of_the_tender():
    result = award(BIDS, desk("36", base=SHANGHAI))
    assert awards(result) == {
        **{"A 3.00": "20.0", "B 3.05": "5.2"},
        **{"L1 3.05": "4.4", "L2 3.05": "3.2", "L3 3.05": "3.2"},
    }
    assert held(result) == [
        ("L1", "4.4", "3.05", "100.00"),
        ("L2", "3.2", "3.05", "100.00"),
        ("L3", "3.2", "3.05", "100.00"),
    ]
    assert (result.offered, result.issued, result.short) == (360000, 360000, False)
    assert (result.cover, result.marginal_cover, str(result.weighted_average)) == (
        Decimal("1.94"),
        Decimal("1.92"),
        "3.0103",
    )
    assert rules_of(result.bids[3:4]) == [["base_amount.share"]]
    assert str(result.bids[3].reasons[0].message) == "基数 10.8 亿元由 L1 承担 4.4 亿元，按招标结果缴付"


def test_the_competition_is_the_same_as_for_the_tendered_amount_alone():
    alone = clear(BIDS, desk("25.2"))
    beside = award(BIDS, desk("36", base=SHANGHAI))
    assert beside.bids[:3] == alone.bids
    assert (beside.cutoff, beside.price, beside.marginal_cover) == (alone.cutoff, alone.price, alone.marginal_cover)


def test_in_a_price_tender_the_base_pays_the_issue_price():
    bids = book("A 100.10 20 10:00:00\nB 100.05 10 10:00:01")
    result = award(bids, desk("36", object="price", base=SHANGHAI))
    assert {pays for _member, _part, _level, pays in held(result, bids)} == {"100.05"}


def test_in_a_modified_multiple_price_tender_the_base_pays_par_at_the_coupon():
    result = award(BIDS, desk("36", method="modified-multiple-price", base=SHANGHAI))
    assert held(result)[0] == ("L1", "4.4", "3.01", "100.00")


def test_where_the_tender_is_short_the_base_is_taken_and_the_issue_is_short():
    result = award(BIDS[:1], desk("36", base=SHANGHAI))
    assert (result.issued, result.short, print_amount(result.issued)) == (308000, True, "30.8")


def test_where_the_tender_fails_nothing_has_a_price_and_nothing_is_issued():
    result = award((), desk("36", base=SHANGHAI))
    assert (result.failed, result.issued, result.offered, result.bids) == (True, 0, 360000, ())


def test_the_limits_are_shares_of_the_whole_issue():
    limits = {"level_max": "50%"}
    assert award(BIDS, desk("36", base=SHANGHAI, limits=limits)).bids[2].status is Status.REJECTED
    assert award(BIDS[:1], desk("36", base=SHANGHAI, limits={"level_max": "56%"})).bids[0].status is Status.WON


@pytest.mark.parametrize("base", [{"share": "0%", "holders": ["L1"]}, {"share": "100%", "holders": ["L1"]}])
def test_a_base_of_nothing_or_of_everything_is_refused(base):
    with pytest.raises(ValidationError):
        sheet("36", base=base)


def test_a_base_and_a_flexible_amount_exclude_each_other():
    with pytest.raises(ValidationError) as refused:
        sheet("36", base=SHANGHAI, flexible={"low": "30", "high": "36", "multiple": "1.1"})
    assert [detail["loc"] for detail in refused.value.errors()] == [("base",)]


SHARES = ({"L1": "50%", "L2": "50%"}, ["L1", "L2", "L3"], {"L1": "1%", "L2": "99%"})


@st.composite
def beside_base(draw: st.DrawFn) -> Case:
    """A random tender, part of which leads hold."""
    case = draw(cases())
    base = {"share": f"{draw(st.integers(1, 99))}%", "holders": draw(st.sampled_from(SHARES))}
    with_base = type(case.desk.notice).model_validate({**case.desk.notice.model_dump(), "base": base})
    return replace(case, desk=replace(case.desk, notice=with_base))


@settings(max_examples=150)
@given(beside_base())
def test_base_and_tendered_are_what_is_offered_and_all_of_the_base_is_held(case: Case):
    notice, result = case.desk.notice, award(case.book, case.desk)
    parts = base_amount(notice.base, notice)
    held_ = sum(outcome.awarded for outcome in result.bids[len(case.book) :])
    assert parts.base % notice.marginal.lot == 0 and parts.tendered > 0
    assert parts.base + parts.tendered == result.offered == notice.offered
    assert held_ == (0 if result.failed else parts.base)
    assert result.issued == sum(outcome.awarded for outcome in result.bids) <= result.offered
    assert sum(member.awarded for member in result.members) == result.issued
    assert result.short == (result.issued < result.offered)


ORDERS = (
    CounterOrder(2, "工行", 10000, time(14, 0, 2)),
    CounterOrder(3, "农行", 15000, time(14, 0, 1)),
    CounterOrder(4, "建行", 5000, time(14, 0, 0)),
)


def counter(amount: str) -> Counter:
    return Counter(amount=amount, orders="orders.csv")


def sold(amount: str, orders=ORDERS, **fields: object):
    at = desk("30", **fields)
    result = clear(BIDS if at.notice.object is BidObject.RATE else book("A 100.05 40 10:00:00"), at)
    return sell_over_counter(counter(amount), orders, result, at)


def test_the_counter_is_filled_whole_where_there_is_enough():
    result = sold("3")
    assert (result.issued, [o.status for o in result.orders]) == (30000, [Status.WON] * 3)
    assert sold("9").issued == 30000


def test_an_oversubscribed_counter_is_shared_by_amount_in_lots_and_the_tail_by_time():
    result = sold("2")
    assert [(o.bid.member, print_amount(o.awarded)) for o in result.orders] == [
        ("工行", "0.6"),
        ("农行", "1.0"),
        ("建行", "0.4"),
    ]
    assert str(result.orders[1].reasons[0].message) == (
        "柜台按数量招标，标位随招标结果 3.05：共 2.0 亿元，申购 3.0 亿元，得 1.0 亿元"
    )
    assert rules_of(result.orders) == [["counter.amount"]] * 3


@pytest.mark.parametrize(("bid_object", "level", "pays"), [("rate", "3.05", "100.00"), ("price", "100.05", "100.05")])
def test_the_counter_pays_what_the_tender_made(bid_object, level, pays):
    result = sold("2", object=bid_object)
    assert {(str(o.bid.level), str(o.pays)) for o in result.orders} == {(level, pays)}
    assert [award.cost for award in result.members] == [Decimal(pays) * award.awarded * 100 for award in result.members]


def test_an_order_that_is_no_whole_lot_is_rejected():
    result = sold("2", (*ORDERS[:1], CounterOrder(3, "农行", 1500, time(14))))
    assert [(o.status, o.awarded) for o in result.orders] == [(Status.WON, 10000), (Status.REJECTED, 0)]
    assert rules_of(result.orders)[1] == ["bid.lot"]


def test_a_failed_tender_sells_nothing_over_the_counter():
    at = desk("30")
    result = sell_over_counter(counter("2"), ORDERS, clear((), at), at)
    assert result.as_dict() == {"amount": "2.0", "issued": "0.0", "orders": [], "members": []}


orders = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 30), st.integers(0, 5)), max_size=10)


@settings(max_examples=150)
@given(orders, st.integers(1, 300))
def test_the_counter_sells_all_it_can_and_nobody_more_than_it_ordered(rows, lots):
    placed = tuple(
        CounterOrder(line, member, amount * 1000, time(14, 0, second))
        for line, (member, amount, second) in enumerate(rows, start=2)
    )
    result = sold(print_amount(lots * 1000), placed)
    assert result.issued == min(lots * 1000, sum(order.amount for order in placed))
    assert sum(outcome.awarded for outcome in result.orders) == result.issued
    assert sum(member.awarded for member in result.members) == result.issued
    assert all(0 <= o.awarded <= o.bid.amount and o.awarded % 1000 == 0 for o in result.orders)


NOTICE = """kind: notice
method: single-price
object: rate
offered: 36
tenor: 5
base: {share: 30%, holders: [L1, L2, L3]}
counter: {amount: 2, orders: counter.csv}
"""
BOOK = "member,level,amount,time\nA,3.00,20,10:00\nB,3.05,10,10:01\nC,3.10,40,10:02\n"
COUNTER = "机构,投标量,时间\n工行,1.0,14:00:02\n农行,1.5,14:00:01\n建行,0.5,14:00:00\n"


@pytest.fixture
def cleared(tmp_path):
    written(tmp_path / "counter.csv", COUNTER)
    files = written(tmp_path / "n.yaml", NOTICE), written(tmp_path / "b.csv", BOOK)
    return lambda *options: kaibiao("clear", files[0], "--bids", files[1], *options)


def test_clear_shows_base_and_counter(cleared):
    answer = cleared("--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["base"] == {"amount": "10.8", "tendered": "25.2", "tendered_cover": "2.78"}
    counter_ = answer.json["counter"]
    assert (counter_["amount"], counter_["issued"]) == ("2.0", "2.0")
    assert counter_["orders"][1] == {
        "line": 3,
        "member": "农行",
        "amount": "1.5",
        "time": "14:00:01",
        "status": "partly won",
        "reasons": [
            {
                "rule": "counter.amount",
                "citation": "标书",
                "message": "柜台按数量招标，标位随招标结果 3.05：共 2.0 亿元，申购 3.0 亿元，得 1.0 亿元",
            }
        ],
        "awarded": "1.0",
        "pays": "100.00",
    }
    assert counter_["members"][0] == {"member": "农行", "awarded": "1.0", "cost": "100000000.00"}
    assert [(bid["member"], bid["awarded"]) for bid in answer.json["bids"][3:]] == [
        ("L1", "3.6"),
        ("L2", "3.6"),
        ("L3", "3.6"),
    ]


def test_people_read_base_and_counter_too(cleared):
    out = cleared().out
    assert "基数 10.8 亿元，招标 25.2 亿元，招标部分全场倍数 2.78\n" in out
    assert "\n柜台：计划 2.0 亿元，发行 2.0 亿元\n" in out


def test_every_counter_order_that_cannot_be_read_is_told(tmp_path):
    path = written(tmp_path / "counter.csv", "member,amount,time\n工行,x,14:00\n农行,1,25:00\n,1,14:00\n")
    with pytest.raises(BadInput) as refused:
        read_counter_orders(path)
    assert [(fault.line, fault.field) for fault in refused.value.faults] == [(2, "amount"), (3, "time"), (4, "member")]
