"""The window: what is in and what is not, by which rule."""

from datetime import datetime, time, timedelta

import days
import pytest
from days import BANK, BOND, BROKER, LEAD, SYSTEM
from refusals import cited, refusal, rules

from auction import events as e
from auction.commands import decide
from auction.day import IssuanceDay, Phase, WindowPhase
from auction.errors import NotYourSeat, OutOfOrder
from auction.journal import MemoryJournal
from auction.notice import BiddingWindow

CLOSE = datetime(2026, 6, 10, 11, 10)
OPENED = datetime(2026, 6, 10, 10, 30)


def bid(at: datetime, *steps: tuple[str, str], seat: str = BANK, member: str = "银行甲") -> e.BidReceived:
    """A member's submission, levels in percent and amounts in 亿元; one good step where none is given."""
    lines = tuple(e.Step(level=level, amount=amount) for level, amount in steps or [("1.90", "1")])
    return e.BidReceived(at=at, seat=seat, bond=BOND, member=member, steps=lines)


def withdrawal(at: datetime) -> e.BidWithdrawn:
    """A member takes its submission back."""
    return e.BidWithdrawn(at=at, seat=BANK, bond=BOND, member="银行甲")


def book(day: IssuanceDay) -> list[tuple[str, str, int]]:
    """The standing bids."""
    return [(bid.member, str(bid.level), bid.amount) for bid in day.windows["W1"].bids(BOND)]


def test_a_window_opens_at_its_time_and_not_before():
    day = days.before("window_opened")
    early = e.WindowOpened(at=OPENED - timedelta(seconds=1), seat=SYSTEM, window="W1")
    assert isinstance(refusal(day, early), OutOfOrder)
    assert rules(day, early) == ["bid.window"]
    opened = days.act(day, early.model_copy(update={"at": OPENED}))
    assert opened.windows["W1"].phase is WindowPhase.OPEN


def opened() -> IssuanceDay:
    """The small day as its window opens, with no bid in."""
    return days.standing(WindowPhase.OPEN)


def test_a_bid_of_the_second_of_the_close_is_in_and_one_of_the_next_is_not():
    closing = e.WindowClosed(at=CLOSE, seat=SYSTEM, window="W1")
    assert rules(opened(), closing) == ["bid.window"]
    day = days.act(opened(), bid(CLOSE))
    assert book(day) == [("银行甲", "1.90", 10_000)]
    assert rules(day, bid(CLOSE + timedelta(seconds=1))) == ["bid.window"]
    closed = days.act(day, closing.model_copy(update={"at": CLOSE + timedelta(seconds=1)}))
    assert rules(closed, bid(CLOSE + timedelta(seconds=1))) == ["order.window"]


def test_a_window_still_open_the_next_day_takes_no_bid_and_can_be_closed():
    morrow = CLOSE - timedelta(minutes=1) + timedelta(days=1)
    assert rules(opened(), bid(morrow)) == ["bid.window"]
    assert rules(days.act(opened(), bid(OPENED)), withdrawal(morrow)) == ["bid.window"]
    closing = e.WindowClosed(at=morrow, seat=SYSTEM, window="W1")
    assert days.act(opened(), closing).windows["W1"].phase is WindowPhase.CLOSED


def test_the_last_valid_submission_of_a_member_counts():
    day = days.act(opened(), bid(OPENED, ("1.90", "1"), ("1.91", "2")))
    day = days.act(day, bid(OPENED, seat=BROKER, member="券商乙"))
    day = days.act(day, bid(OPENED, ("1.95", "3")))
    assert book(day) == [("券商乙", "1.90", 10_000), ("银行甲", "1.95", 30_000)]


def test_a_replacement_that_breaks_a_rule_leaves_the_earlier_submission_standing():
    day = days.act(opened(), bid(OPENED))
    assert rules(day, bid(OPENED, ("1.95", "3"), ("1.955", "3"))) == ["bid.tick"]
    assert book(day) == [("银行甲", "1.90", 10_000)]


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        (("1.79", "1"), "bid.range"),
        (("2.03", "1"), "bid.range"),
        (("1.905", "1"), "bid.tick"),
        (("1.90", "1.05"), "bid.lot"),
        (("1.90", "0"), "bid.lot"),
        (("1.90", "-1"), "bid.lot"),
    ],
)
def test_each_refused_bid_names_its_rule_and_cites_it(step, rule):
    refused = refusal(opened(), bid(OPENED, step))
    assert rule in [breach.rule for breach in refused.breaches]
    assert {breach.citation: breach.subject for breach in refused.breaches if breach.rule == rule} == {
        cited(rule): "银行甲"
    }


def test_an_empty_submission_is_refused():
    assert rules(opened(), bid(OPENED).model_copy(update={"steps": ()})) == ["bid.lot"]


def test_a_withdrawal_is_an_event_and_leaves_nothing_standing():
    day = days.act(opened(), bid(OPENED))
    assert decide(day, withdrawal(CLOSE)) == withdrawal(CLOSE)
    withdrawn = days.act(day, withdrawal(CLOSE))
    assert book(withdrawn) == []
    assert rules(withdrawn, withdrawal(CLOSE)) == ["bid.window"]
    assert rules(day, withdrawal(CLOSE + timedelta(seconds=1))) == ["bid.window"]


def test_only_members_bid_and_only_for_themselves():
    stranger = bid(OPENED, seat="underwriter:银行庚", member="银行庚")
    assert isinstance(refusal(opened(), stranger), NotYourSeat)
    assert rules(opened(), stranger) == ["bid.syndicate"]
    assert rules(opened(), bid(OPENED, member="券商乙")) == ["bid.syndicate"]
    day = days.act(opened(), bid(OPENED))
    assert rules(day, withdrawal(OPENED).model_copy(update={"seat": BROKER})) == ["bid.syndicate"]


def test_a_window_is_not_voided_without_a_reason():
    day = opened()
    assert rules(day, e.WindowVoided(at=day.now, seat=LEAD, window="W1", reason=" ", again=True)) == ["order.window"]


def test_a_window_voided_after_its_close_is_bid_again_at_other_times_and_comes_to_a_result():
    log = MemoryJournal()
    rehearsal = days.begin(days.stage(), 2, log)
    days.play(rehearsal, until=lambda day: day.windows["W1"].phase is WindowPhase.CLEARED)
    day = rehearsal.day
    without_times = e.WindowVoided(at=day.now, seat=LEAD, window="W1", reason="系统故障", again=True)
    assert rules(day, without_times) == ["order.window"]
    later = BiddingWindow(open=time(16, 0), close=time(16, 40))
    rehearsal.perform(without_times.model_copy(update={"times": later}))
    for _event in rehearsal.run():
        pass
    assert rehearsal.day.phase is Phase.SETTLED
    window = rehearsal.day.plan.window("W1")
    assert (window.open, window.close) == (time(16, 0), time(16, 40))
    assert rehearsal.day.windows["W1"].attempts == ("系统故障",)
