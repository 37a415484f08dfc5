"""The counter tranche on a day: orders of amounts come in sealed, and are filled at the rate of the tender."""

from datetime import timedelta
from functools import cache

import days
import pytest
from days import BANK, BOND, BROKER
from refusals import rules

from auction import events as e
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.desk import counter_of
from auction.journal import MemoryJournal
from auction.record import replay_rows
from auction.seat import hears, view
from auction.settlement import custody_of, payments_due
from auction.verify import verify
from sim.debrief import debrief, markdown

BANKS = {"银行甲", "银行丙"}


@cache
def story() -> tuple[tuple[e.AnyEvent, IssuanceDay], ...]:
    """A day with a tranche of 2 亿元 for the counter."""
    staged = days.stage(days.window(days.issue(counter={"amount": "2"})), underwriters={"counter": "80%"})
    return tuple(days.states(days.begin(staged)))


def is_open() -> IssuanceDay:
    """The day as its window opens."""
    return next(day for _, day in story() if day.windows["W1"].phase is WindowPhase.OPEN)


def ordered(day: IssuanceDay, seat: str = BANK, amount: int = 5000, **fields: object) -> e.CounterOrdered:
    order = {"at": day.now, "seat": seat, "bond": BOND, "member": seat.partition(":")[2], "amount": amount}
    return e.CounterOrdered(**{**order, **fields})


def test_banks_order_once_each_and_share_the_tranche_at_the_coupon():
    day = story()[-1][1]
    result = day.results()[BOND]
    counter = counter_of(day, BOND, result)
    assert {event.member for event, _ in story() if event.kind == "counter_ordered"} == BANKS
    assert (counter.issued, {o.bid.level for o in counter.orders}) == (20_000, {result.price})
    assert day.phase is Phase.SETTLED


def test_what_is_sold_over_the_counter_is_signed_paid_for_and_kept():
    day = story()[-1][1]
    result = day.results()[BOND]
    counter = counter_of(day, BOND, result)
    sold = {award.member: award.awarded for award in counter.members}
    won = {award.member: award.awarded for award in result.members}
    whole = {member: won.get(member, 0) + sold.get(member, 0) for member in {*won, *sold}}
    assert {member: sum(split.values()) for member, split in custody_of(day, BOND).items()} == whole
    assert payments_due(day) == {member: amount * 10_000 for member, amount in whole.items()}
    assert day.paid == {member: f"{amount * 10_000:.2f}" for member, amount in whole.items()}
    assert '"counter":{"amount":"2.0","issued":"2.0"' in day.windows["W1"].payload


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"seat": BROKER}, "counter.amount"),
        ({"amount": 5500}, "bid.lot"),
        ({"amount": 0}, "bid.lot"),
        ({"member": "银行丙"}, "bid.syndicate"),
        ({"late": True}, "bid.window"),
    ],
    ids=str,
)
def test_an_order_that_breaks_a_rule_is_refused(fields, rule):
    day = is_open()
    if fields.pop("late", False):
        fields["at"] = day.now + timedelta(minutes=41)
    assert rules(day, ordered(day, **fields)) == [rule]


def test_an_issue_without_a_tranche_takes_no_order():
    day = days.standing(WindowPhase.OPEN)
    assert rules(day, ordered(day)) == ["counter.amount"]


def test_a_later_order_replaces_the_earlier_and_both_are_sealed():
    day = days.act(is_open(), ordered(is_open()))
    day = days.act(day, ordered(day, amount=9000))
    assert [order.amount for order in day.windows["W1"].counter_orders(BOND)] == [9000]
    own = view(day, BANK)["windows"][0]["issues"][0]
    assert own["own_counter"]["amount"] == "0.9"
    for seat in days.ALL_SEATS:
        told = view(day, seat)["windows"][0]["issues"][0]
        assert seat == BANK or not told.get("own_counter")
        assert hears(seat, ordered(day)) is (seat == BANK)


def test_a_member_learns_of_its_own_orders_only():
    day = story()[-1][1]
    seen = {seat: view(day, seat)["windows"][0]["issues"][0]["counter"] for seat in days.ALL_SEATS}
    assert {order["member"] for order in seen[days.OPERATOR]["orders"]} == BANKS
    assert {order["member"] for order in seen[BANK]["own_orders"]} == {"银行甲"}
    assert seen[BROKER] == {"amount": "2.0", "issued": "2.0", "own_orders": []}


def test_a_voided_window_forgets_the_orders():
    day = days.act(is_open(), ordered(is_open()))
    voided = e.WindowVoided(at=day.now, seat=days.LEAD, window="W1", reason="系统故障", again=True)
    assert days.act(day, voided).windows["W1"].counter == {}


def test_the_journal_of_such_a_day_tells_it_and_verifies():
    log = MemoryJournal()
    staged = days.stage(days.window(days.issue(counter={"amount": "2"})), underwriters={"counter": "80%"})
    day = days.play(days.begin(staged, log=log))
    assert replay_rows(log.rows()) == day
    assert verify([], log.rows(), None).ok
    assert "柜台计划 2.0 亿元，发行 2.0 亿元" in markdown(debrief(log.rows()))
