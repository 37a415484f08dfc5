"""Where an issue may be offered, day by day."""

from datetime import date

import days
import pytest

from auction.errors import BadInput
from auction.rulebook import Rules, load_rulebook
from auction.venue import NAMES, Venue, venue_faults, venue_on, venues_named, venues_on

APPROVED = "财政部批复（据中泰证券地方债研究报告转述）"
COUNTER = "地方债柜台发行（见中泰证券地方债研究报告）"
OFFSHORE = "离岸发行（见中泰证券地方债研究报告）"


def on(day: str, issuer: str | None = None) -> Rules:
    return load_rulebook().for_(issuer, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "opened"),
    [
        ("2014-12-31", ""),
        ("2015-01-01", "interbank"),
        ("2016-10-16", "interbank"),
        ("2016-10-17", "interbank sse"),
        ("2016-12-31", "interbank sse"),
        ("2017-01-01", "interbank sse szse"),
        ("2019-03-24", "interbank sse szse"),
        ("2019-03-25", "interbank sse szse counter"),
        ("2021-10-01", "interbank sse szse counter"),
        ("2024-01-31", "interbank sse szse counter"),
        ("2024-02-01", "interbank sse szse bse counter"),
    ],
)
def test_the_venues_open_one_after_another(day: str, opened: str):
    assert " ".join(venues_on(on(day))) == opened


def test_treasuries_are_offered_in_the_interbank_market():
    assert venues_on(on("2024-12-04", "国债")) == (Venue.INTERBANK,)


def test_a_venue_is_known_by_all_its_names():
    rules = on("2024-03-19")
    opened = venues_on(rules)
    named = {venue: {venue_on(name, rules) for name in (venue.value, *NAMES[venue])} for venue in opened}
    assert named == {venue: {venue} for venue in opened}
    names = [name for each in NAMES.values() for name in each]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("written", "day", "fault"),
    [
        ("上交所", "2016-10-16", "venue: 2016-10-16 尚不能在 上交所 发行：2016-10-17 起才有规定（" + APPROVED + "）"),
        ("柜台", "2019-03-24", "venue: 2019-03-24 尚不能在 柜台 发行：2019-03-25 起才有规定（" + COUNTER + "）"),
        ("香港", "2021-09-30", "venue: 2021-09-30 尚不能在 离岸 发行：2021-10-01 起才有规定（" + OFFSHORE + "）"),
        (
            "香港",
            "2021-10-12",
            "venue: 离岸 发行另有办法，演练室不办理（离岸发行（见中泰证券地方债研究报告））",
        ),
        ("上海自贸区", "2024-03-19", "venue: 自贸区 发行另有办法，演练室不办理（财库〔2018〕61号）"),
        ("火星", "2018-06-01", "venue: 没有发行场所 火星，当日可用 银行间、上交所、深交所"),
    ],
)
def test_another_place_is_refused_by_name(written: str, day: str, fault: str):
    with pytest.raises(BadInput) as caught:
        venue_on(written, on(day))
    assert str(caught.value) == fault


def planned(day: str, venue: str = "银行间", **fields: object):
    """A plan of one issue."""
    staged = days.stage(days.window(days.issue(**fields)), planned={"date": day, "venue": venue})
    return staged.scenario.plan


@pytest.mark.parametrize(
    ("day", "venue", "fields", "path", "fault"),
    [
        ("2016-10-14", "上交所", {}, "venue", "2016-10-14 尚不能在 上交所 发行：2016-10-17 起才有规定"),
        ("2016-10-14", "银行间", {"markets": ["exchange"]}, "markets", "2016-10-14 尚不能在 上交所 发行"),
        ("2019-03-22", "银行间", {"counter": {"amount": "1"}}, "counter", "2019-03-22 尚不能在 柜台 发行"),
        ("2019-03-22", "银行间", {"markets": ["interbank", "counter"]}, "markets", "2019-03-22 尚不能在 柜台 发行"),
        ("2026-06-10", "澳门", {}, "venue", "离岸 发行另有办法，演练室不办理"),
        ("2026-06-10", "演练室", {}, "venue", "没有发行场所 演练室，当日可用 银行间"),
    ],
)
def test_a_plan_that_offers_an_issue_where_it_may_not_be_is_told_where(day, venue, fields, path, fault):
    plan = planned(day, venue, **fields)
    (found,) = venue_faults(plan, on(day, plan.issuer))
    assert (found[0][-1], str(found[1])[: len(fault)]) == (path, fault)


@pytest.mark.parametrize("venue", ["银行间", "财政部政府债券发行系统（演练）", "上海证券交易所", "北交所(二号厅)"])
def test_a_venue_may_be_named_with_its_room(venue):
    plan = planned("2026-06-10", venue, markets=["interbank", "exchange"], counter={"amount": "1"})
    assert list(venue_faults(plan, on("2026-06-10"))) == []
    assert venues_named(plan, plan.issues[0]) == frozenset(Venue) - {Venue.OFFSHORE, Venue.FREE_TRADE_ZONE}
