"""How a member decides its bids. A plain underwriter: market yield and spread, a private view, a few steps up.

Everything a member does on a day is one pure function of what it may know and of its own draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, exp

from numpy.random import Generator

from auction.bidrange import BidRange
from auction.bond import dirty_price, price_at_issue
from auction.bondterms import schedule_of
from auction.checks import Desk
from auction.events import Step
from auction.notice import BidObject
from auction.plan import Window
from auction.quantities import half_up, half_up_to
from auction.reopening import settlement_of
from sim.scenario import Underwriters

LOG_SIZE_SD = 0.35
"""Spread of mandates within a class."""
FREE = 100
"""Ticks to either side of its own worth that a member thinks of where no range is set."""
MILLION = 1_000_000
LATE = 0.5
"""Below one, members crowd towards the close."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A submission a member means to send, and when."""

    at: datetime
    steps: tuple[Step, ...]


def sendings(
    desk: Desk, member: str, window: Window, day: date, value: float, how: Underwriters, draw: Generator
) -> tuple[Sending, ...]:
    """What a member sends for one issue, in the order of time; nothing where it stays away. `value` in percent."""
    if draw.random() < float(how.absent) or member not in (desk.syndicate or {}):
        return ()
    first, second = sorted(draw.random(2) ** LATE)
    revises = draw.random() < float(how.revises)
    views = value + draw.normal(0.0, float(how.noise_sd_bp), 2) / 100
    moments = (first, second) if revises else (second,)
    sent = (
        Sending(moment_in(window, day, moment), plain_steps(desk, member, float(view), how, draw))
        for moment, view in zip(moments, views, strict=False)
    )
    return tuple(sending for sending in sent if sending.steps)


def moment_in(window: Window, day: date, share: float) -> datetime:
    """The whole second at which a share of the window has passed."""
    opening, closing = datetime.combine(day, window.open), datetime.combine(day, window.close)
    return opening + timedelta(seconds=int(share * (closing - opening).total_seconds()))


def plain_steps(desk: Desk, member: str, view: float, how: Underwriters, draw: Generator) -> tuple[Step, ...]:
    """A few levels from the private view upwards, the mandate spread over them, within every limit of the desk.

    Nothing where no submission from the view upwards could keep to the limits.
    """
    notice = desk.notice
    levels = levels_of(desk, view)
    liked = int(draw.integers(1, how.most_steps + 1))
    wanted = float(how.mandate[(desk.syndicate or {})[member]]) * exp(draw.normal(0.0, LOG_SIZE_SD))
    bid = Appetite.at(desk, member, Fraction(wanted))
    count = min(
        (count for count in range(1, len(levels) + 1) if bid.total(count)),
        key=lambda count: (abs(bid.total(count) - bid.wanted), abs(count - liked)),
        default=0,
    )
    return tuple(
        Step(level=level, amount=lots * notice.marginal.lot)
        for level, lots in zip(levels, bid.spread_over(count, draw), strict=False)
    )


def levels_of(desk: Desk, view: float) -> list[Decimal]:
    """The levels a member may bid whose view is a yield in percent, its own worth first, then dearer for the issuer."""
    notice, span = desk.notice, desk.limits.level_span
    worth = view if notice.object is BidObject.RATE else price_of(desk, view)
    around = half_up(Fraction(worth) / Fraction(notice.tick), 0) * notice.tick
    free = BidRange(around - FREE * notice.tick, around + FREE * notice.tick)
    bounds = BidRange(notice.range.low, notice.range.high) if notice.range else free
    if notice.object is BidObject.RATE:
        return levels_from(worth, bounds, notice.tick, span)
    upside_down = BidRange(-bounds.high, -bounds.low)
    return [-level for level in levels_from(-worth, upside_down, notice.tick, span)]


def price_of(desk: Desk, rate: float) -> float:
    """What 100 yuan are worth at a yield: of a re-opened bond with interest, else of one that is repaid at par only."""
    notice, level = desk.notice, Fraction(rate).limit_denominator(MILLION)
    settlement = settlement_of(desk)
    if notice.reopening is None or settlement is None:
        return float(price_at_issue(Decimal(0), Decimal(str(round(rate, 6))), notice.tenor, notice.coupons_a_year))
    return float(dirty_price(schedule_of(notice.reopening.first_issue), settlement, level))


def levels_from(view: float, bounds: BidRange, tick: Decimal, span: int | None) -> list[Decimal]:
    """Neighbouring levels upwards from the view, inside the range; the ceiling where the view lies above."""
    lowest = Decimal(ceil(round(view / float(tick), 6))) * tick
    start = min(max(lowest, bounds.low), bounds.high)
    room = int((bounds.high - start) / tick)
    return [start + tick * number for number in range(min(room, room if span is None else span) + 1)]


@dataclass(frozen=True, slots=True)
class Appetite:
    """What a member would like to take and what it may bid, in lots."""

    wanted: int
    least: int
    most: int
    level_least: int
    level_most: int

    @classmethod
    def at(cls, desk: Desk, member: str, share: Fraction) -> Appetite:
        """The member's mandate and limits at a desk, a share of the issue being wanted; no limit is the whole issue."""
        lot, limits = desk.notice.marginal.lot, desk.limits
        whole, member_class = -(-desk.notice.offered // lot), (desk.syndicate or {})[member]
        return cls(
            wanted=half_up_to(share * desk.notice.offered, lot) // lot,
            least=-(-limits.member_min.get(member_class, 0) // lot),
            most=limits.member_max.get(member_class, whole * lot) // lot,
            level_least=max(1, -(-(limits.level_min or 0) // lot)),
            level_most=whole if limits.level_max is None else limits.level_max // lot,
        )

    def total(self, count: int) -> int:
        """What to bid over `count` levels; 0 where the limits leave no way."""
        least, most = max(self.least, count * self.level_least), min(self.most, count * self.level_most)
        return min(max(self.wanted, least), most) if least <= most else 0

    def spread_over(self, count: int, draw: Generator) -> list[int]:
        """The total over `count` levels, by random weights; what does not fit goes to the first that have room."""
        weights = draw.dirichlet([2.0] * max(count, 1))
        spare = self.total(count) - count * self.level_least
        room = self.level_most - self.level_least
        extra = [min(room, int(spare * weight)) for weight in weights[:count]]
        for place in range(count):
            extra[place] += min(room - extra[place], spare - sum(extra))
        return [self.level_least + lots for lots in extra]
