"""Plain underwriters: whatever the desk asks of a submission, they send one that keeps to it, or none."""

from datetime import date, time
from decimal import Decimal

import days
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.book import Bid
from auction.checks import Desk, check_bids, desk_for
from auction.events import Step
from auction.notice import Notice
from auction.plan import Window
from sim.underwriters import Underwriters, levels_of, plain_steps, sendings

CLASSES = ("lead-bank", "lead-broker", "bank", "broker")
MEMBER = "银行甲"
DAY = date(2026, 6, 10)
WINDOW = Window.model_validate(
    {
        "id": "W1",
        "open": "10:30:00",
        "close": "11:10:00",
        "issues": [{"bond": "2605101", "name": "演练", "type": "special", "tenor": "10", "offered": "10"}],
    }
)


def desk(limits: dict | None = None, **notice: object) -> Desk:
    """The desk of a rate tender with limits of its own and no rulebook."""
    tree = {
        "method": "single-price",
        "object": "rate",
        "offered": "10",
        "tenor": "10",
        "range": {"low": "1.80", "high": "2.02"},
        "window": {"open": "10:30:00", "close": "11:10:00"},
        "syndicate": "members.csv",
        "limits": limits or {},
        **notice,
    }
    return desk_for(Notice.model_validate(tree), {MEMBER: "lead-bank"}, None)


def how(mandate: str = "15%", **more: object) -> Underwriters:
    """How they bid, the same mandate for every class."""
    return Underwriters.model_validate({"mandate": {name: mandate for name in CLASSES}, **more})


def draw(seed: int) -> numpy.random.Generator:
    """A generator of its own."""
    return numpy.random.default_rng(seed)


def book(steps: tuple[Step, ...]) -> list[Bid]:
    """The submission as bids within the window."""
    return [Bid(n, MEMBER, step.level, step.amount, time(10, 45)) for n, step in enumerate(steps, start=1)]


desks = st.builds(
    lambda ticks, lot, level, member, offered, span: desk(
        limits={
            "level_span": span,
            **dict(zip(("level_min", "level_max"), level, strict=True)),
            "member_min": {} if member[0] is None else {"lead-bank": member[0]},
            "member_max": {} if member[1] is None else {"lead-bank": member[1]},
        },
        offered=offered,
        range={"low": Decimal("1.80"), "high": Decimal("1.80") + ticks * Decimal("0.01")},
        marginal={"lot": lot},
    ),
    ticks=st.integers(0, 60),
    lot=st.sampled_from(["0.1", "0.5", "0.0137", "0.2"]),
    level=st.tuples(st.sampled_from([None, "0.1", "0.35", "2"]), st.sampled_from([None, "0.4", "1.55", "30%"])),
    member=st.tuples(
        st.sampled_from([None, Decimal("0.01"), Decimal("0.06")]),
        st.sampled_from([None, Decimal("0.08"), Decimal("0.35")]),
    ),
    offered=st.sampled_from(["10", "29.8965", "0.05", "3.3"]),
    span=st.sampled_from([None, 0, 1, 3, 30]),
)
views = st.floats(1.5, 2.7)


def satisfiable(at: Desk, levels: int) -> bool:
    """Whether some submission over neighbouring levels, at most so many, keeps to every limit of the desk."""
    lot, limits = at.notice.marginal.lot, at.limits
    whole = -(-at.notice.offered // lot) * lot
    least, most = limits.member_min.get("lead-bank", 0), limits.member_max.get("lead-bank", whole)
    each = range(lot, whole + lot, lot)
    fitting = [a for a in each if a >= (limits.level_min or 0) and (limits.level_max is None or a <= limits.level_max)]
    if not fitting:
        return False
    spans = range(1, levels + 1)
    return any(n * fitting[0] <= most // lot * lot and -(-least // lot) * lot <= n * fitting[-1] for n in spans)


@given(at=desks, view=views, mandate=st.sampled_from(["0%", "0.1%", "5%", "15%", "100%"]), seed=st.integers(0, 999))
def test_a_submission_breaks_no_rule_of_any_desk(at, view, mandate, seed):
    steps = plain_steps(at, MEMBER, view, how(mandate, most_steps=8), draw(seed))
    assert check_bids(book(steps), at) == {}
    levels = [step.level for step in steps]
    assert levels == sorted(set(levels))
    assert all(at.notice.range.low <= level <= at.notice.range.high for level in levels)
    assert all(float(level) >= min(view, float(at.notice.range.high)) - 1e-6 for level in levels)


@given(at=desks, view=views, seed=st.integers(0, 999))
def test_a_member_stays_away_only_where_the_limits_leave_no_way(at, view, seed):
    steps = plain_steps(at, MEMBER, view, how(), draw(seed))
    ends, tick = at.notice.range, at.notice.tick
    start = min(max(-(Decimal(str(round(view, 6))) // -tick) * tick, ends.low), ends.high)
    room = int((ends.high - start) / tick)
    span = room if at.limits.level_span is None else min(room, at.limits.level_span)
    assert bool(steps) is satisfiable(at, span + 1)


@given(view=views, mandate=st.sampled_from(["1%", "15%", "60%"]), seed=st.integers(0, 999))
def test_without_limits_the_whole_mandate_is_bid_in_a_few_steps(view, mandate, seed):
    steps = plain_steps(desk(), MEMBER, view, how(mandate, most_steps=3), draw(seed))
    assert 1 <= len(steps) <= 3
    assert all(step.amount % 1000 == 0 and step.amount > 0 for step in steps)
    wanted = draw(seed)
    wanted.integers(1, 4)
    share = float(mandate.rstrip("%")) / 100 * numpy.exp(wanted.normal(0.0, 0.35))
    assert abs(sum(step.amount for step in steps) - min(share * 100_000, 100_000)) <= 1000


def test_at_a_desk_without_a_range_a_member_bids_from_its_own_worth_upwards():
    steps = plain_steps(desk(range=None), MEMBER, 1.9, how(most_steps=3), draw(1))
    assert [str(step.level) for step in steps] == ["1.90", "1.91"]


def test_in_a_price_tender_a_member_bids_from_its_own_worth_downwards_within_the_range():
    first = {"coupon": "2", "frequency": 1, "value_date": "2025-06-11", "maturity": "2035-06-11", "code": "2505001"}
    reopened = {
        "object": "price",
        "range": {"low": "99.00", "high": "100.20"},
        "date": "2026-06-10",
        "frequency": 1,
        "reopening": {"of": "2505001", "number": 1, "first_issue": first},
    }
    levels = levels_of(desk(**reopened), 2.0)
    assert (levels[0], levels[-1], len(levels)) == (Decimal("100.00"), Decimal("99.00"), 101)
    assert levels_of(desk(**reopened), 1.0)[0] == Decimal("100.20")
    assert levels_of(desk(**reopened), 5.0) == [Decimal("99.00")]


@given(seed=st.integers(0, 999), revises=st.sampled_from(["0%", "100%"]))
def test_what_is_sent_is_sent_in_order_and_within_the_window(seed, revises):
    sent = sendings(desk(), MEMBER, WINDOW, DAY, 1.9, how(revises=revises), draw(seed))
    assert len(sent) == (2 if revises == "100%" else 1)
    moments = [sending.at for sending in sent]
    assert moments == sorted(moments)
    assert all(WINDOW.open <= at.time() <= WINDOW.close and at.date() == DAY and not at.microsecond for at in moments)
    assert all(check_bids(book(sending.steps), desk()) == {} for sending in sent)


def test_an_absent_member_sends_nothing():
    assert [sendings(desk(), MEMBER, WINDOW, DAY, 1.9, how(absent="100%"), draw(seed)) for seed in range(9)] == [()] * 9


def test_a_scenario_says_what_every_class_of_its_members_would_like():
    with pytest.raises(ValueError, match="mandate"):
        days.stage(underwriters={"mandate": {"bank": "10%"}})
