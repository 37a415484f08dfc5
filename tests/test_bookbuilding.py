"""Book-builds: the cut-off and its allotment, the shortfall the leads take, the notice's range, creditors, twins."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from time import process_time

import pytest
from books import Case, awards, book, cases, desk, rules_of, sheet
from commandline import kaibiao, written
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from auction.book import Bid
from auction.bookbuilding import ALLOTMENTS, award, cross_subscriptions, underwrite
from auction.breach import Severity
from auction.checks import Desk, desk_for
from auction.clearing import clear
from auction.notice import BidObject, MemberClass
from auction.offer import Allotment
from auction.outcome import Result, Status
from auction.quantities import print_amount
from auction.rulebook import load_rulebook
from auction.takeup import split
from auction.underwriting import check_offer

RULES = load_rulebook().for_(None, date(2019, 3, 19))
PUBLIC = {"method": "public-underwriting", "tenor": "5"}
DIRECTED = {"method": "directed-underwriting", "tenor": "5"}
ORDERS = book("""
    L1 2.10 1.0 10:00:05
    G1 2.12 2.0 10:00:01
    L1 2.12 0.5 10:00:04
    L2 2.12 0.6 10:00:03
    G2 2.12 0.3 10:00:02
    G3 2.13 1.0 10:00:00
""")


def builder(offered: str, syndicate=None, **fields: object) -> Desk:
    return desk(offered, syndicate, **{**PUBLIC, **fields})


def taken(result: Result, orders=()) -> list[tuple[str, str, str]]:
    """Who took how much without bidding, and at which level."""
    return [(o.bid.member, print_amount(o.awarded), str(o.bid.level)) for o in result.bids[len(orders) :]]


def test_the_cutoff_is_the_coupon_better_orders_are_whole_and_the_cutoff_is_shared_by_amount():
    result = underwrite(ORDERS, builder("3"))
    assert awards(result) == {
        **{"L1 2.10": "1.0", "G1 2.12": "1.2"},
        **{"L1 2.12": "0.2", "L2 2.12": "0.4", "G2 2.12": "0.2"},
    }
    assert {outcome.pays for outcome in result.bids if outcome.awarded} == {Decimal(100)}
    head = {name: value for name, value in result.as_dict().items() if name not in ("bids", "members")}
    assert head == {
        "method": "public-underwriting",
        "object": "rate",
        "offered": "3.0",
        "issued": "3.0",
        "total_bids": "5.4",
        "cover": "1.80",
        "cutoff": "2.12",
        "coupon": "2.12",
        "weighted_average": "2.1133",
        "marginal_cover": "1.70",
        "short": False,
    }


@pytest.mark.parametrize(
    ("offered", "at_cutoff"),
    [
        ("3", {"L1 2.12": "0.5", "L2 2.12": "0.6", "G1 2.12": "0.8", "G2 2.12": "0.1"}),
        ("2.1", {"L1 2.12": "0.5", "L2 2.12": "0.6"}),
        ("1.7", {"L1 2.12": "0.3", "L2 2.12": "0.4"}),
    ],
)
def test_leads_first_serves_the_leads_at_the_cutoff_before_the_others(offered, at_cutoff):
    result = underwrite(ORDERS, builder(offered, allotment="leads-first", leads=["L1", "L2"]))
    assert awards(result) == {"L1 2.10": "1.0", **at_cutoff}
    shared = [reason for outcome in result.bids[1:5] for reason in outcome.reasons]
    assert {reason.rule for reason in shared} == {"underwriting.allotment"}
    assert sum(member.awarded for member in result.members) == result.issued == result.offered


def test_a_lead_is_told_why_it_came_first():
    result = underwrite(ORDERS, builder("3", allotment="leads-first", leads=["L1", "L2"]))
    assert [str(o.reasons[0].message) for o in result.bids[1:3]] == [
        "最终标位 2.12 上共申购 3.4 亿元，余 2.0 亿元配售，主承销商优先：申购 2.0 亿元，得 0.8 亿元",
        "最终标位 2.12 上共申购 3.4 亿元，余 2.0 亿元配售，主承销商优先：申购 0.5 亿元，得 0.5 亿元",
    ]


def test_every_allotment_a_notice_may_name_is_known_and_no_other():
    assert set(ALLOTMENTS) == set(Allotment)
    with pytest.raises(ValidationError):
        sheet("3", **PUBLIC, allotment="as-we-like")


def test_the_leads_of_the_syndicate_are_leads_where_the_notice_names_none():
    syndicate = {"G1": MemberClass.BANK, "L2": MemberClass.LEAD_BROKER, "L1": MemberClass.LEAD_BANK}
    result = underwrite(book("G1 2.12 2.0 10:00:00"), builder("4.5", syndicate))
    assert taken(result, "1") == [("L2", "1.3", "2.12"), ("L1", "1.2", "2.12")]


def test_the_balance_goes_to_the_leads_by_their_shares_at_the_coupon():
    result = underwrite(ORDERS, builder("9.0965", leads={"L1": "50%", "L2": "30%", "L3": "20%"}))
    assert taken(result, ORDERS) == [("L1", "1.8965", "2.13"), ("L2", "1.1", "2.13"), ("L3", "0.7", "2.13")]
    assert (result.issued, result.short, result.cover, result.total_bids) == (90965, False, Decimal("0.59"), 54000)
    assert {outcome.status for outcome in result.bids} == {Status.WON}
    assert rules_of(result.bids[6:7]) == [["underwriting.shortfall", "underwriting.shortfall"]]
    assert [str(reason.message) for reason in result.bids[6].reasons] == [
        "申购不足，差额 3.6965 亿元由主承销商包销，L1 包销 1.8965 亿元",
        "包销按最终标位 2.13",
    ]
    assert result.bids[6].reasons[1].citation == "标书〔推定〕"
    assert {(member.member, print_amount(member.awarded)) for member in result.members} >= {("L1", "3.3965")}


def test_lines_after_the_last_order_are_the_leads_and_come_at_the_close():
    window = {"open": "10:00", "close": "12:00"}
    result = underwrite(ORDERS, builder("9", leads=["L1"], window=window))
    assert result.bids[6].bid == Bid(8, "L1", Decimal("2.13"), 36000, time(12))


@pytest.mark.parametrize(("bid_object", "level"), [("rate", "2.30"), ("price", "99.50")])
def test_without_any_order_the_leads_take_all_at_the_end_of_the_range_that_is_dear_for_the_issuer(bid_object, level):
    ends = {"rate": {"low": "2.10", "high": "2.30"}, "price": {"low": "99.50", "high": "100.50"}}
    result = underwrite((), builder("2", object=bid_object, range=ends[bid_object], leads=["L1", "L2"]))
    assert taken(result) == [("L1", "1.0", level), ("L2", "1.0", level)]
    assert (str(result.cutoff), str(result.price), result.cover, result.issued) == (level, level, 0, 20000)
    assert str(result.bids[0].reasons[1].message) == f"没有有效申购，包销按区间端点 {level}"
    assert {outcome.pays for outcome in result.bids} == {Decimal("100.00" if bid_object == "rate" else level)}


def test_without_an_order_and_a_range_there_is_no_level_and_the_issue_fails():
    result = underwrite((), builder("2", leads=["L1"]))
    assert (result.failed, result.issued, result.short, result.bids) == (True, 0, True, ())


def test_without_leads_or_sold_to_creditors_a_short_issue_stays_short():
    assert underwrite(ORDERS, builder("9")).issued == 54000
    directed = underwrite(ORDERS, desk("9", **DIRECTED, leads=["L1"]))
    assert (directed.issued, directed.short, len(directed.bids)) == (54000, True, 6)


SHORT = """kind: rulebook
issuer: 宁波
underwriting.shortfall:
  values:
    - from: 2018-07-20
      value: short
      basis: assumed
      cite: {document: 测试}
"""


@pytest.mark.parametrize(("issuer", "issued"), [("宁波", 54000), (None, 90000)])
def test_the_rulebook_says_whether_the_leads_take_the_balance(tmp_path, issuer, issued):
    rules = load_rulebook(written(tmp_path / "r.yaml", SHORT)).for_(issuer, date(2019, 3, 19))
    assert underwrite(ORDERS, builder("9", rules=rules, leads=["L1"])).issued == issued


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        (10000, {"A": None, "B": None, "C": None}, {"A": 4000, "B": 3000, "C": 3000}),
        (11500, {"A": None, "B": None, "C": None}, {"A": 4000, "B": 4000, "C": 3500}),
        (10000, {"A": Decimal("0.6"), "B": Decimal("0.4")}, {"A": 6000, "B": 4000}),
        (965, {"A": Decimal("0.1"), "B": Decimal("0.9")}, {"A": 965, "B": 0}),
        (5000, {"A": Decimal(0), "B": Decimal(1)}, {"B": 5000}),
    ],
)
def test_an_amount_is_split_in_lots_and_the_tail_goes_to_the_earliest_named(amount, shares, parts):
    assert split(amount, shares, 1000) == parts


def test_a_tender_is_cleared_as_before():
    plain = desk("3")
    assert award(ORDERS, plain) == clear(ORDERS, plain)


def test_only_creditors_on_the_list_buy_a_directed_issue():
    creditors = {"L1": MemberClass.LEAD_BANK, "G1": MemberClass.BANK}
    result = underwrite(ORDERS[:4], desk("5", creditors, **DIRECTED))
    assert [o.status for o in result.bids] == [Status.WON, Status.WON, Status.WON, Status.REJECTED]
    assert [(r.rule, str(r.message)) for r in result.bids[3].reasons] == [
        ("directed.creditors", "L2 不在定向承销的债权人名单上")
    ]
    assert result.as_dict()["method"] == "directed-underwriting"


def broken(offered: str, syndicate=None, **fields: object) -> list[tuple[str, str]]:
    """The rules a notice breaks and the words, under the national rules of 2019."""
    named = {"syndicate": "members.csv"} if syndicate else {}
    found = check_offer(desk_for(sheet(offered, **named, **fields), syndicate, RULES))
    return [(breach.rule, str(breach.message)) for breach in found]


AGREED = {**PUBLIC, "leads": ["L1", "L2"], "agreed": ["L1", "L2"], "mean": "2.3254"}


@pytest.mark.parametrize(
    ("low", "found"),
    [
        ("2.33", []),
        ("2.34", []),
        ("2.32", [("underwriting.floor", "区间下限 2.32 低于 2.33（五日均值 2.3254，+0bp）")]),
    ],
)
def test_the_floor_of_the_range_is_not_below_the_mean(low, found):
    assert broken("3", **AGREED, range={"low": low, "high": "2.60"}) == found


@pytest.mark.parametrize(
    ("ends", "rules"),
    [
        (("2.33", "3.02"), []),
        (("2.32", "3.02"), ["directed.floor"]),
        (("2.33", "3.03"), ["directed.cap"]),
        (("2.32", "3.03"), ["directed.floor", "directed.cap"]),
    ],
)
def test_a_directed_range_is_the_mean_to_the_mean_and_thirty_percent(ends, rules):
    fields = {**DIRECTED, "mean": "2.3254", "range": dict(zip(("low", "high"), ends, strict=True))}
    assert [rule for rule, _words in broken("50", **fields)] == rules


@pytest.mark.parametrize(
    ("offered", "method", "rules"),
    [
        ("5.0001", "public-underwriting", ["tender.required_above"]),
        ("5", "public-underwriting", []),
        ("50", "directed-underwriting", []),
        ("50", "single-price", []),
    ],
)
def test_more_than_five_yi_must_be_tendered_unless_it_is_directed(offered, method, rules):
    assert [rule for rule, _words in broken(offered, method=method)] == rules


RANGE = {"low": "2.33", "high": "2.60"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"agreed": ["L1", "L2"]}, []),
        ({"agreed": ["L2"], "bookrunner": "L1"}, []),
        ({"agreed": ["L2"]}, ["区间尚未与主承销商 L1 协商确定"]),
        ({"agreed": ["L1", "L2", "G1"]}, ["G1 不是主承销商"]),
        ({"agreed": ["L1", "L2"], "bookrunner": "G1"}, ["簿记管理人 G1 不是主承销商"]),
        ({}, ["没有与主承销商协商确定区间的记录（agreed）"]),
    ],
)
def test_the_range_is_agreed_with_every_lead(fields, words):
    fields = {**PUBLIC, "leads": ["L1", "L2"], "range": RANGE, **fields}
    assert [told for _rule, told in broken("3", **fields)] == words


def test_a_range_without_a_record_of_the_talks_is_a_warning_only():
    (breach,) = check_offer(desk_for(sheet("3", **PUBLIC, leads=["L1"], range=RANGE), None, RULES))
    assert (breach.rule, breach.severity) == ("underwriting.agreed", Severity.WARNING)


def test_a_lead_outside_the_syndicate_is_told():
    fields = {**PUBLIC, "leads": ["L1", "X"], "agreed": ["L1", "X"], "range": RANGE}
    assert broken("3", {"L1": MemberClass.LEAD_BANK}, **fields) == [
        ("underwriting.leads", "主承销商 X 不在承销团名单上")
    ]


def test_a_directed_issue_keeps_to_its_debt_and_to_the_interbank_market():
    assert broken("30", **DIRECTED, swap_ceiling="30", markets=["interbank"]) == []
    assert broken("30", **DIRECTED, swap_ceiling="29.9", markets=["interbank", "exchange"]) == [
        ("directed.swap_ceiling", "定向承销 30.0 亿元，超过置换额度 29.9 亿元"),
        ("directed.interbank", "定向承销仅在银行间债券市场发行"),
    ]


@pytest.mark.parametrize("leads", [{"L1": "60%", "L2": "30%"}, {"L1": "60%", "L2": None}, [], {}, ["L1", "L1"]])
def test_shares_of_a_shortfall_are_a_whole_or_names_alone(leads):
    with pytest.raises(ValidationError):
        sheet("3", **PUBLIC, leads=leads)


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("public-underwriting", {"flexible": {"low": "2", "high": "3", "multiple": "1.1"}}),
        ("public-underwriting", {"base": {"share": "30%", "holders": ["L1"]}}),
        ("public-underwriting", {"swap_ceiling": "3"}),
        ("directed-underwriting", {"counter": {"amount": "1", "orders": "c.csv"}}),
        ("single-price", {"agreed": ["L1"]}),
        ("single-price", {"allotment": "pro-rata"}),
        ("multiple-price", {"leads": ["L1"]}),
    ],
)
def test_a_notice_that_mixes_methods_is_refused_at_the_field(method, fields):
    with pytest.raises(ValidationError) as refused:
        sheet("3", method=method, **fields)
    assert [detail["loc"] for detail in refused.value.errors()] == [tuple(fields)]


def test_a_field_left_empty_belongs_to_every_method():
    assert sheet("3", leads=None, flexible=None, swap_ceiling=None) == sheet("3")


def suspected(*lines: str, affiliates: dict[str, list[str]]) -> list[str]:
    """Whom the book makes suspect."""
    found = cross_subscriptions(book("\n".join(lines)), builder("9", affiliates=affiliates))
    assert {breach.severity for breach in found} <= {Severity.WARNING}
    return [str(breach.message) for breach in found]


def test_the_same_order_of_a_lead_and_its_affiliates_is_a_warning():
    affiliates = {"F1": ["L1"], "F2": ["L1", "L2"]}
    lines = ("L1 2.10 1.0 10:00:00", "F1 2.10 1.0 10:00:01", "F2 2.100 1.0 10:00:02", "G1 2.10 1.0 10:00:03")
    assert suspected(*lines, affiliates=affiliates) == ["关联成员 F1、F2、L1 在标位 2.10 上各申购 1.0 亿元，疑似互投"]


@pytest.mark.parametrize(
    "lines",
    [
        ("L1 2.10 1.0 10:00:00", "F1 2.11 1.0 10:00:00"),
        ("L1 2.10 1.0 10:00:00", "F1 2.10 1.1 10:00:00"),
        ("L1 2.10 1.0 10:00:00", "F2 2.10 1.0 10:00:00"),
        ("F1 2.10 1.0 10:00:00", "F1 2.10 1.0 10:00:00"),
    ],
    ids=["another level", "another amount", "another lead's affiliate", "one member twice"],
)
def test_orders_that_are_no_twins_are_not_suspected(lines):
    assert suspected(*lines, affiliates={"F1": ["L1"], "F2": ["L2"]}) == []


LEADS = {"A": "50%", "B": "30%", "Z": "20%"}
many = settings(max_examples=150)


@st.composite
def book_builds(draw: st.DrawFn) -> Case:
    """A random book at a public desk with leads, two of whom may also order."""
    case = draw(cases())
    policy = draw(st.sampled_from(Allotment))
    notice = case.desk.notice
    fields = {
        **{"object": notice.object, "marginal": notice.marginal, "range": notice.range, "allotment": policy},
        **{"method": "public-underwriting", "leads": draw(st.sampled_from((LEADS, list(LEADS))))},
    }
    return replace(case, desk=desk(print_amount(notice.offered), **fields))


@many
@given(book_builds())
def test_a_public_book_is_issued_whole_and_nobody_gets_more_than_it_ordered_but_the_leads(case: Case):
    result = underwrite(case.book, case.desk)
    orders, takeups = result.bids[: len(case.book)], result.bids[len(case.book) :]
    assert result.issued == result.offered == sum(o.awarded for o in result.bids)
    assert [outcome.bid for outcome in orders] == list(case.book)
    assert all(0 <= outcome.awarded <= outcome.bid.amount for outcome in orders)
    assert {outcome.bid.member for outcome in takeups} <= set(LEADS)
    assert sum(outcome.awarded for outcome in takeups) == max(0, result.offered - result.total_bids)
    assert all(outcome.bid.level == result.cutoff and outcome.status is Status.WON for outcome in takeups)
    assert len({outcome.bid.line for outcome in result.bids}) == len(result.bids)


@many
@given(book_builds())
def test_members_of_a_book_build_pay_awards_times_price_to_the_fen(case: Case):
    result = underwrite(case.book, case.desk)
    price = Decimal(100) if result.object is BidObject.RATE else result.price
    for member in result.members:
        assert member.cost == price * member.awarded * 100
        assert member.awarded == sum(o.awarded for o in result.bids if o.bid.member == member.member)
    assert sum(member.awarded for member in result.members) == result.issued


@many
@given(book_builds())
def test_a_policy_moves_awards_only_at_the_cutoff(case: Case):
    notice = case.desk.notice.model_copy(update={"allotment": None})
    plain, result = underwrite(case.book, replace(case.desk, notice=notice)), underwrite(case.book, case.desk)
    assert (plain.cutoff, plain.issued, plain.cover) == (result.cutoff, result.issued, result.cover)
    better = [line for line, one in enumerate(plain.bids) if one.bid.level != plain.cutoff]
    assert [plain.bids[line] for line in better] == [result.bids[line] for line in better]


@many
@given(st.integers(1, 10**9), st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any))
def test_a_split_adds_up_and_no_part_is_two_lots_from_its_share(amount, weights):
    whole = sum(weights)
    shares = {str(n): Decimal(weight) / whole for n, weight in enumerate(weights)}
    shares["0"] += 1 - sum(shares.values())
    parts = split(amount, shares, 1000)
    assert sum(parts.values()) == amount
    assert all(abs(part - shares[name] * amount) < 2000 for name, part in parts.items())


def test_a_hundred_thousand_orders_take_a_second_at_the_most():
    orders = tuple(
        Bid(n + 2, f"M{n % 60}", Decimal(200 + n % 80) / 100, 1000 * (n % 9 + 1), time(14, n % 40, n % 60))
        for n in range(100_000)
    )
    fields = {"allotment": "leads-first", "leads": ["M1", "M2"], "affiliates": {"M3": ["M1"], "M4": ["M2"]}}
    at = builder("20000", **fields)
    best = min(_seconds(orders, at) for _run in range(3))
    assert best < 1


def _seconds(orders, at: Desk) -> float:
    begun = process_time()
    result = underwrite(orders, at)
    cross_subscriptions((outcome.bid for outcome in result.bids), at)
    return process_time() - begun


NOTICE = """kind: notice
method: public-underwriting
object: rate
offered: 4.5
tenor: 5
date: 2024-03-19
mean: 2.2041
range: {low: 2.20, high: 2.53}
leads: {L1: 60%, L2: 40%}
agreed: [L1, L2]
affiliates: {G1: [L1]}
"""
BOOK = "member,level,amount,time\nL1,2.25,1.0,10:10\nG1,2.25,1.0,10:11\nG2,2.60,1.0,10:12\n"


def cleared(folder, notice: str = NOTICE, *options: str):
    files = written(folder / "n.yaml", notice), written(folder / "b.csv", BOOK)
    return kaibiao("clear", files[0], "--bids", files[1], *options)


def test_a_book_build_is_cleared_in_the_shape_of_a_tender(tmp_path):
    answer = cleared(tmp_path, NOTICE, "--json")
    assert (answer.code, answer.err) == (0, "关联成员 G1、L1 在标位 2.25 上各申购 1.0 亿元，疑似互投\n")
    assert list(answer.json) == [
        *("method", "object", "offered", "issued", "total_bids", "cover", "cutoff", "coupon", "weighted_average"),
        *("marginal_cover", "short", "bids", "members"),
    ]
    assert [(bid["line"], bid["status"], bid["awarded"]) for bid in answer.json["bids"]] == [
        (2, "won", "1.0"),
        (3, "won", "1.0"),
        (4, "rejected", "0.0"),
        (5, "won", "1.5"),
        (6, "won", "1.0"),
    ]
    assert answer.json["members"] == [
        {"member": "G1", "awarded": "1.0", "cost": "100000000.00"},
        {"member": "L1", "awarded": "2.5", "cost": "250000000.00"},
        {"member": "L2", "awarded": "1.0", "cost": "100000000.00"},
    ]


def test_every_breach_of_the_notice_is_a_line_with_its_place_and_citation(tmp_path):
    notice = NOTICE.replace("4.5", "8").replace("low: 2.20", "low: 2.10").replace("agreed: [L1, L2]", "agreed: [L1]")
    answer = cleared(tmp_path, notice, "--json")
    assert answer.code == 2
    told = [(line, field, message.partition("（")[0]) for _file, line, field, message in answer.faults]
    assert told == [
        (4, "offered", "公开发行 8.0 亿元，在 5.0 亿元以上，须通过招标方式发行"),
        (8, "range.low", "区间下限 2.10 低于 2.20"),
        (10, "agreed", "区间尚未与主承销商 L2 协商确定"),
    ]
    assert "财库〔2015〕83号" in answer.faults[0][3] and "财库〔2018〕68号" in answer.faults[1][3]
    in_words = cleared(tmp_path, notice)
    assert (in_words.code, in_words.out, len(in_words.err.splitlines())) == (2, "", 3)


def test_the_limits_of_a_directed_issue_are_checked_and_its_missing_list_is_noted(tmp_path):
    directed = NOTICE.replace("public", "directed").replace("offered: 4.5", "offered: 45")
    answer = cleared(tmp_path, directed.replace("agreed: [L1, L2]", "swap_ceiling: 45"), "--json")
    assert (answer.code, answer.json["issued"], answer.json["short"]) == (0, "2.0", True)
    assert answer.err.splitlines()[-1] == "标书没有给出债权人名单：申购人是不是债权人没有检查"


def test_check_finds_what_clear_refuses(tmp_path):
    notice = written(tmp_path / "n.yaml", NOTICE.replace("4.5", "8").replace("low: 2.20", "low: 2.10"))
    answer = kaibiao("check", notice, "--json")
    assert (answer.code, [b["rule"] for b in answer.json["breaches"]]) == (
        1,
        ["tender.required_above", "underwriting.floor"],
    )
