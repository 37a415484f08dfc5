"""How a member decides its bids. A plain underwriter: market yield and spread, a private view, a few steps up.

Everything a member does on a day is one pure function of what it may know and of its own draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, exp

from numpy.random import Generator

from auction.bidrange import BidRange
from auction.checks import Desk
from auction.events import Step
from auction.plan import Window
from auction.quantities import half_up_to
from sim.scenario import Underwriters

LOG_SIZE_SD = 0.35
"""Spread of mandates within a class."""
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
    if draw.random() < float(how.absent):
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
    """A few levels from the private view upwards, the mandate spread over them, within every limit of the desk."""
    notice, lot = desk.notice, desk.notice.marginal.lot
    if notice.range is None:
        return ()
    bounds = BidRange(notice.range.low, notice.range.high)
    levels = levels_from(view, bounds, notice.tick, int(draw.integers(1, how.most_steps + 1)))
    wanted = float(how.mandate[(desk.syndicate or {})[member]]) * exp(draw.normal(0.0, LOG_SIZE_SD))
    amounts = spread_over(allowed_total(desk, member, wanted), len(levels), lot, draw)
    steps = [Step(level=level, amount=amount) for level, amount in zip(levels, amounts, strict=True) if amount]
    return tuple(within_level_limits(steps, desk))


def levels_from(view: float, bounds: BidRange, tick: Decimal, count: int) -> list[Decimal]:
    """`count` neighbouring levels upwards from the view, inside the range; the ceiling where the view lies above."""
    lowest = Decimal(ceil(round(view / float(tick), 6))) * tick
    start = min(max(lowest, bounds.low), bounds.high)
    room = int((bounds.high - start) / tick) + 1
    return [start + tick * number for number in range(min(count, room))]


def allowed_total(desk: Desk, member: str, share: float) -> int:
    """The mandate in whole lots, not under the member's minimum nor over its maximum."""
    lot, offered = desk.notice.marginal.lot, desk.notice.offered
    member_class = (desk.syndicate or {})[member]
    least = desk.limits.member_min.get(member_class, 0)
    most = desk.limits.member_max.get(member_class, offered)
    wanted = half_up_to(Fraction(share) * offered, lot)
    return max(lot, min(max(wanted, -(-least // lot) * lot), most // lot * lot))


def spread_over(total: int, count: int, lot: int, draw: Generator) -> list[int]:
    """The total in whole lots over `count` levels, by random weights; what rounding leaves goes to the first."""
    weights = draw.dirichlet([2.0] * count)
    amounts = [int(total // lot * weight) * lot for weight in weights]
    amounts[0] += total - sum(amounts)
    return amounts


def within_level_limits(steps: Sequence[Step], desk: Desk) -> list[Step]:
    """The steps with amounts cut to what one level may carry; too small ones fall away."""
    least, most = desk.limits.level_min or 0, desk.limits.level_max
    cut = [step if most is None else step.model_copy(update={"amount": min(step.amount, most)}) for step in steps]
    return [step for step in cut if step.amount >= least]
