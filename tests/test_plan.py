"""The approved plan: what each issue is, who must be on the site, and that the journal keeps all of it."""

import json

import days
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.events import EVENT
from auction.notice import Method
from auction.plan import IN_A_BOOK_BUILD, Issue, Plan, Role, acting, terms_of

BOOK_BUILDS = ("public-underwriting", "directed-underwriting")
FIRST = {"coupon": "2", "frequency": 2, "value_date": "2026-03-11", "maturity": "2036-03-11", "code": days.BOND}


def plan(*issues: dict, **fields: object) -> Plan:
    """The plan of the small day with these issues in its window."""
    return days.stage(days.window(*issues), **fields).scenario.plan


def test_a_day_of_book_builds_needs_a_bookrunner_and_a_day_of_tenders_two_of_the_department():
    assert plan(days.issue()).needed == (
        Role.OPERATOR,
        Role.CHECKER,
        Role.LEAD_OFFICER,
        Role.SUPERVISOR,
        Role.TECHNICIAN,
    )
    for method in BOOK_BUILDS:
        needed = plan(days.issue(method=method, offered="4")).needed
        assert needed == (Role.BOOKRUNNER, Role.CHECKER, Role.SUPERVISOR, Role.TECHNICIAN)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("role", Role)
def test_the_bookrunner_stands_in_for_operator_and_lead_officer_in_a_book_build_only(method, role):
    assert acting(role, [method]) is (role if method.is_tender else IN_A_BOOK_BUILD.get(role, role))
    assert acting(role, []) is role


@pytest.mark.parametrize(
    ("issues", "roster", "fault"),
    [
        ([{"method": "public-underwriting"}], days.ROSTER, "岗位名册缺少 bookrunner"),
        ([{}], days.BOOK_BUILD_ROSTER, "岗位名册缺少 operator"),
        (
            [{"method": "directed-underwriting"}],
            [*days.ROSTER, days.BOOK_BUILD_ROSTER[0]],
            "承销由簿记管理人组织，岗位名册不列 operator",
        ),
        ([{}, {"bond": "2605102", "method": "public-underwriting"}], days.ROSTER, "一天之内不能既招标又承销"),
        (
            [{"method": "directed-underwriting", "creditors": ["银行甲", "银行庚"]}],
            days.BOOK_BUILD_ROSTER,
            "债权人 银行庚 不在 members 之列",
        ),
        ([{"method": "public-underwriting", "creditors": ["银行甲"]}], days.BOOK_BUILD_ROSTER, "不用 creditors"),
        ([{"agreed_cap": "+15%"}], days.ROSTER, "single-price 不用 agreed_cap"),
        ([{"reopening": {"of": days.BOND, "number": 1, "first_issue": FIRST}}], days.ROSTER, "续发行的标的应为价格"),
        ([{"counter": {"amount": "1", "orders": "orders.csv"}}], days.ROSTER, "不写 orders"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(issues, roster, fault):
    with pytest.raises(ValueError, match=fault):
        plan(*(days.issue(**fields) for fields in issues), roster=roster)


@pytest.mark.parametrize(("tenor", "often"), [("1", 1), ("7", 1), ("10", 2), ("30", 2)])
def test_the_frequency_goes_by_the_tenor_where_it_is_not_written(tenor, often):
    made = plan(days.issue(tenor=tenor, frequency=None))
    assert terms_of(made.issues[0], made.windows[0]).frequency == often
    written = plan(days.issue(tenor=tenor, frequency="1"))
    assert terms_of(written.issues[0], written.windows[0]).frequency == 1


def kept(made: Plan) -> Plan:
    """The plan as the journal gives it back: its keys sorted."""
    planned = days.begin().day.planned.model_copy(update={"plan": made})
    body = json.loads(json.dumps(planned.model_dump(mode="json"), sort_keys=True))
    return EVENT.validate_python(body).plan


RICH = [
    {"method": "multiple-price", "exclusion": {"awards": 30}},
    {"flexible": {"low": "8", "high": "10", "multiple": "1.1"}, "limits": {"level_span": 30, "level_max": "30%"}},
    {"limits": {"level_min": "0.2", "member_min": {"bank": "2%"}, "member_max": {"bank": "0.35"}}},
    {"base": {"share": "30%", "holders": {"银行甲": "70%", "券商乙": "30%"}}, "markets": ["interbank"]},
    {"counter": {"amount": "2"}, "marginal": {"lot": "0.2", "tail": "earliest-first"}},
    {"object": "price", "reopening": {"of": days.BOND, "number": 1, "first_issue": FIRST}},
    {
        "method": "public-underwriting",
        "bookrunner": "券商乙",
        "leads": ["银行甲", "券商乙"],
        "agreed": ["银行甲"],
        "allotment": "leads-first",
        "affiliates": {"银行丙": ["银行甲"]},
        "agreed_cap": "-3%",
    },
    {"method": "directed-underwriting", "creditors": ["银行甲"], "swap_ceiling": "20"},
]


@pytest.mark.parametrize("fields", RICH, ids=lambda fields: "+".join(fields))
def test_the_journal_keeps_what_an_issue_is_and_no_more(fields):
    made = plan(days.issue(**fields), planned={"issued_before": [FIRST]})
    again = kept(made)
    assert again == made
    assert list(again.members) == list(made.members) == list(days.MEMBERS)
    ours, theirs = made.issues[0], again.issues[0]
    for part in ("flexible", "exclusion"):
        assert written(ours, part) == written(theirs, part)


def written(issue: Issue, part: str) -> set[str]:
    """Which fields of a part of the issue were written."""
    known = getattr(issue, part)
    return known.model_fields_set if known else set()


@given(st.permutations(["银行甲", "券商乙", "银行丙", "券商丁"]))
def test_the_journal_keeps_the_order_of_those_who_share(names):
    issue = Issue.model_validate(days.issue(base={"share": "30%", "holders": names}))
    again = Issue.model_validate(json.loads(json.dumps(issue.model_dump(mode="json"), sort_keys=True)))
    assert list(again.base.holders) == list(issue.base.holders) == names
