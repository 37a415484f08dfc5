"""What members send on a rehearsed day: exact levels and amounts within every limit of the desk, in order of time."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import days
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auction.book import Bid
from auction.checks import Desk, check_bids, desk_for
from auction.errors import BadInput
from auction.events import Step
from auction.journal import MemoryJournal
from auction.notice import Notice
from auction.plan import Window
from auction.rulebook import load_rulebook
from sim.draws import Draws
from sim.lab.population import read_population
from sim.rehearsal import Rehearsal
from sim.scenario import keep, read_scenario
from sim.submissions import Bidder, bidder_of, duration, fee_bp, price_of, sendings, steps_of
from sim.underwriters import BEHAVIOURS, UNIFORMS

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
MEAN = Fraction("1.75")
REOPENED = {
    "object": "price",
    "range": {"low": "99.00", "high": "100.20"},
    "date": "2026-06-10",
    "frequency": 1,
    "reopening": {
        "of": "2505001",
        "number": 1,
        "first_issue": {
            "coupon": "2",
            "frequency": 1,
            "value_date": "2025-06-11",
            "maturity": "2035-06-11",
            "code": "2505001",
        },
    },
}
POPULATIONS = Path(__file__).resolve().parents[1] / "scenarios" / "populations"


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


def bidder(at: Desk, mandate: str = "15%", seed: int = 1, **how: object) -> Bidder:
    """A plain underwriter at the desk, the mandate being that of every class."""
    staged = days.stage(underwriters={"mandate": {name: mandate for name in CLASSES}, **how})
    return bidder_of(staged, at, MEMBER, MEAN, 1.9, Draws(seed))


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


@given(at=desks, view=views, mandate=st.sampled_from([0, 0.1, 5, 60, 900]), uniform=st.floats(0, 0.999))
def test_a_submission_breaks_no_rule_of_any_desk(at, view, mandate, uniform):
    steps = steps_of(bidder(at, most_steps=8), view, mandate, np.full(UNIFORMS, uniform))
    assert check_bids(book(steps), at) == {}
    levels = [step.level for step in steps]
    assert levels == sorted(set(levels))
    assert all(at.notice.range.low <= level <= at.notice.range.high for level in levels)
    assert all(float(level) >= min(view, float(at.notice.range.high)) - 1e-6 for level in levels)


@given(at=desks, view=views)
def test_a_member_stays_away_only_where_the_limits_leave_no_way(at, view):
    steps = steps_of(bidder(at), view, 15, np.full(UNIFORMS, 0.5))
    ends, tick = at.notice.range, at.notice.tick
    start = min(max(-(Decimal(str(round(view, 6))) // -tick) * tick, ends.low), ends.high)
    room = int((ends.high - start) / tick)
    span = room if at.limits.level_span is None else min(room, at.limits.level_span)
    assert bool(steps) is satisfiable(at, span + 1)


@given(view=views, mandate=st.sampled_from([1, 15.4, 60]), uniform=st.floats(0, 0.999))
def test_without_limits_the_whole_mandate_is_bid_in_a_few_steps(view, mandate, uniform):
    steps = steps_of(bidder(desk(), most_steps=3), view, mandate, np.full(UNIFORMS, uniform))
    assert 1 <= len(steps) <= 3
    assert all(step.amount % 1000 == 0 and step.amount > 0 for step in steps)
    assert sum(step.amount for step in steps) == int(mandate + 0.5) * 1000


def test_at_a_desk_without_a_range_a_member_bids_from_its_own_worth_upwards():
    steps = steps_of(bidder(desk(range=None), most_steps=3), 1.9, 15, np.full(UNIFORMS, 0.5))
    assert [str(step.level) for step in steps] == ["1.90", "1.91"]
    far = steps_of(bidder(desk(range=None), most_steps=1), 4.317, 15, np.full(UNIFORMS, 0.5))
    assert [str(step.level) for step in far] == ["4.32"]


@pytest.mark.parametrize(
    ("view", "levels"), [(2.0, ["100.00", "99.99"]), (1.0, ["100.20"]), (5.0, ["99.00"]), (2.05, ["99.59", "99.58"])]
)
def test_in_a_price_tender_a_member_bids_from_its_own_worth_downwards_within_the_range(view, levels):
    at = desk(**REOPENED)
    steps = steps_of(bidder(at, most_steps=2), view, 15, np.full(UNIFORMS, 0.6))
    assert [str(step.level) for step in steps] == levels
    worth = price_of(at, view)
    assert all(float(step.level) <= max(worth, 99.0) + 1e-6 for step in steps)


def test_the_amount_of_a_bond_that_is_repaid_at_par_only_is_discounted_where_there_is_no_reopening():
    first = desk(object="price", range=None, tenor="2", frequency=1)
    assert round(price_of(first, 2.0), 2) == round(100 / 1.02**2, 2)
    steps = steps_of(bidder(first, most_steps=1), 2.0, 15, np.full(UNIFORMS, 0.5))
    assert [str(step.level) for step in steps] == ["96.11"]


@given(seed=st.integers(0, 999), revises=st.sampled_from([0.0, 1.0]))
def test_what_is_sent_is_sent_in_order_and_within_the_window(seed, revises):
    at = desk()
    sent = sendings(bidder(at), WINDOW, DAY, 1.9, revises, np.random.default_rng(seed))
    assert len(sent) == (2 if revises else 1)
    moments = [sending.at for sending in sent]
    assert moments == sorted(moments)
    assert all(WINDOW.open <= at.time() <= WINDOW.close and at.date() == DAY and not at.microsecond for at in moments)
    assert all(check_bids(book(sending.steps), at) == {} for sending in sent)


def test_an_absent_member_sends_nothing():
    away = bidder(desk(), absent="100%")
    draws = [np.random.default_rng(seed) for seed in range(9)]
    assert [sendings(away, WINDOW, DAY, 1.9, 0.0, draw) for draw in draws] == [()] * 9


def test_a_scenario_says_what_every_class_of_its_members_would_like():
    with pytest.raises(ValueError, match="mandate"):
        days.stage(underwriters={"mandate": {"bank": "10%"}})


def test_the_fee_counts_as_a_yield_over_the_duration_of_the_bond():
    assert abs(duration(2.0, 10, 2) - 9.02) < 0.01
    assert duration(0.0, 10, 2) == 10
    rules = load_rulebook().for_("江苏", DAY)
    at = replace(desk(), rules=rules)
    assert abs(fee_bp(at, 2.0) - 10 * 0.8 / 9.02) < 0.01
    assert abs(fee_bp(replace(at, notice=at.notice.model_copy(update={"tenor": Decimal(3)})), 2.0) - 1.38) < 0.01
    assert fee_bp(desk(), 2.0) == 0


def peopled(**blocks: object):
    """The small day with the national population."""
    staged = days.stage(population="national", underwriters={"mandate": None}, **blocks)
    return replace(staged, population=read_population(POPULATIONS / "national.yaml"))


def test_a_population_bids_on_the_day_as_its_kinds_do():
    staged = peopled(market={"spread_bp": "20", "move_sd_bp": "0"})
    at = desk()
    seen = {bidder_of(staged, at, MEMBER, MEAN, 1.9, Draws(seed)).behaviour.__name__ for seed in range(40)}
    lead_banks = read_population(POPULATIONS / "national.yaml").institutions[:2]
    assert seen <= {BEHAVIOURS[name].__name__ for each in lead_banks for name in each.behaviour}
    day = days.play(days.begin(staged, 3))
    assert day.results()[days.BOND].issued > 0
    assert not day.refusals


def test_which_member_is_of_which_kind_falls_by_lot_once_for_the_day():
    staged, at = read_scenario(Path("first-tender")), desk()
    population = read_population(POPULATIONS / "national.yaml")
    staged = replace(staged, population=population)
    named = desk_for(at.notice, dict(staged.scenario.plan.members), None)
    members = list(staged.scenario.plan.members)

    def kinds(seed: int) -> list[tuple[float, float]]:
        drawn = [
            bidder_of(staged, named, name, MEAN, 1.9, Draws(seed), attempt) for name in members for attempt in (0, 1)
        ]
        assert [(a.mandate, a.behaviour) for a in drawn[::2]] == [(b.mandate, b.behaviour) for b in drawn[1::2]]
        return [(each.mandate, each.noise_bp) for each in drawn[::2]]

    first, second = kinds(1), kinds(2)
    assert first != second
    assert sorted(first) == sorted(second)
    joint, state = (float(population.institutions[place].mandate) for place in (1, 0))
    assert sorted(mandate for mandate, _ in first)[-6:] == [joint, joint, state, state, state, state]


def written(tmp_path: Path, **lines: str) -> Path:
    """The first scenario beside its curve, with a population."""
    shipped = Path(__file__).resolve().parents[1] / "scenarios"
    (tmp_path / "curves").mkdir()
    curve = "synthetic-treasury.csv"
    (tmp_path / "curves" / curve).write_bytes((shipped / "curves" / curve).read_bytes())
    text = (shipped / "first-tender.yaml").read_text("utf-8")
    head, _, tail = text.partition("underwriters:\n")
    bidding = "".join(f"{name}: {value}\n" for name, value in lines.items())
    file = tmp_path / "peopled.yaml"
    file.write_text(head + bidding + "\nstaff:\n" + tail.partition("staff:\n")[2], "utf-8")
    return file


def test_a_scenario_with_a_population_is_played_and_kept_whole(tmp_path):
    (tmp_path / "populations").mkdir()
    (tmp_path / "populations" / "mine.yaml").write_bytes((POPULATIONS / "bank-heavy.yaml").read_bytes())
    staged = read_scenario(written(tmp_path, population="populations/mine.yaml"))
    (tmp_path / "kept").mkdir()
    again = read_scenario(keep(staged, tmp_path / "kept"))
    assert (again.digest, again.population) == (staged.digest, staged.population)
    rehearsal = Rehearsal(again, MemoryJournal(), 1)
    for _event in rehearsal.run():
        pass
    assert rehearsal.day.phase.value == "SETTLED"
    (tmp_path / "populations" / "mine.yaml").write_bytes((POPULATIONS / "national.yaml").read_bytes())
    assert read_scenario(tmp_path / "peopled.yaml").digest != staged.digest


@pytest.mark.parametrize(
    ("lines", "field", "message"),
    [
        ({"population": "nobody"}, "population", "旁边没有文件 nobody，也没有这个名字的自带文件"),
        ({"population": "../x.yaml"}, "population", "承销机构文件应放在场景文件旁边"),
        (
            {"population": "national", "underwriters": "{most_steps: 3}"},
            None,
            "写了 population 就不写 underwriters.most_steps",
        ),
        ({}, None, "缺少 underwriters 或 population：没有写谁来投标"),
        ({"underwriters": "{most_steps: 3}"}, None, "underwriters.mandate 缺少"),
    ],
)
def test_a_population_that_cannot_be_used_is_told_at_its_place(tmp_path, lines, field, message):
    with pytest.raises(BadInput) as caught:
        read_scenario(written(tmp_path, **lines))
    fault = caught.value.faults[0]
    assert fault.field == field
    assert message in str(fault)


def test_a_population_without_a_class_of_the_plan_is_refused(tmp_path):
    only = "kind: population\nname: few\ntitle: 少\ninstitutions:\n  - {name: 甲, class: bank, count: 3, mandate: 5%, "
    (tmp_path / "few.yaml").write_text(only + "behaviour: {true-value: 100%}}\n", "utf-8")
    with pytest.raises(BadInput, match="承销机构构成 few 里没有 broker"):
        read_scenario(written(tmp_path, population="few.yaml"))
