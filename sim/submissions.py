"""How a member's decision becomes submissions on a rehearsed day: when they are sent, at which levels and amounts.

The behaviours are those of `sim.underwriters`, called with the desk's own limits. Levels and amounts are exact: ticks
and lots leave the floats here, as Decimal percent or yuan and whole 万元.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import exp

import numpy as np
from numpy.random import Generator

from auction.bond import dirty_price, price_at_issue
from auction.bondterms import schedule_of
from auction.checks import Desk
from auction.events import Step
from auction.notice import BidObject
from auction.plan import Window
from auction.quantities import half_up
from auction.reopening import settlement_of
from sim.blocks import Underwriters
from sim.draws import Draws
from sim.lab.population import Institution, Population, seat_classes
from sim.lab.rule import FREE, MICRO, MOST_STEPS, Rule, rule_of
from sim.scenario import Staged
from sim.underwriters import ABSENT, BEHAVIOURS, CHOICE, COMMON, UNIFORMS, Behaviour, Floats

MILLION = 1_000_000
LATE = 0.5
"""Below one, members crowd towards the close."""
BEHAVIOUR = tuple(BEHAVIOURS.values())


@dataclass(frozen=True, slots=True)
class Bidder:
    """One member of the day at the desk of one issue."""

    desk: Desk
    rule: Rule
    """The desk as numbers."""
    common: float
    """The uniform that all members share on the issue."""
    behaviour: Behaviour
    row: Floats
    """Its parameters under the rule."""
    mandate: float
    """The median of what it would like to take, of the issue."""
    mandate_sd: float
    noise_bp: float


@dataclass(frozen=True, slots=True)
class Sending:
    """A submission a member means to send, and when."""

    at: datetime
    steps: tuple[Step, ...]


def population_of(staged: Staged) -> Population:
    """The population the scenario names, else its plain underwriters as one."""
    return staged.population or plain_population(staged.scenario.underwriters)


def plain_population(how: Underwriters) -> Population:
    """Underwriters that bid their own view of the market and count no fee, one kind for each class."""
    plain = {"steps": how.most_steps, "noise_bp": how.noise_sd_bp, "absent": how.absent, "fee": 0, "at_ceiling": 1}
    kinds = tuple(
        Institution.model_validate(
            {"name": each.value, "class": each, "count": 1, "mandate": share, **plain, "behaviour": {"true-value": 1}}
        )
        for each, share in (how.mandate or {}).items()
    )
    return Population(name="plain", title="plain", institutions=kinds)


def bidder_of(
    staged: Staged, desk: Desk, member: str, mean: Fraction, value: float, draws: Draws, attempt: int = 0
) -> Bidder:
    """A member of the syndicate at a desk; `mean` and `value`, what the market yields, in percent.

    Which members of a class are of which kind falls by lot, once for the day. Raises KeyError for a stranger.
    """
    rule, members = rule_of(desk, mean, MOST_STEPS), staged.scenario.plan.members
    names = list(members)
    drawn = [names[place] for place in draws.stream("kinds").permutation(len(names))]
    seating = seat_classes(population_of(staged), [members[name] for name in drawn], rule, fee_bp(desk, value))
    place = drawn.index(member)
    return Bidder(
        desk=desk,
        rule=rule,
        common=float(draws.stream(f"bids/{desk.notice.bond}", attempt).random()),
        behaviour=BEHAVIOUR[seating.behaviour[place]],
        row=seating.members[place],
        mandate=float(seating.mandate[place]),
        mandate_sd=float(seating.mandate_sd[place]),
        noise_bp=float(seating.noise_bp[place]),
    )


def sendings(
    bidder: Bidder, window: Window, day: date, value: float, revises: float, draw: Generator
) -> tuple[Sending, ...]:
    """What a member sends for one issue, in the order of time; nothing where it stays away.

    `value` is what the bond yields on the market, in percent; `revises` the chance that it replaces its submission.
    """
    choice = draw.random()
    first, second = sorted(draw.random(2) ** LATE)
    moments = (first, second) if draw.random() < revises else (second,)
    views = value + bidder.noise_bp * draw.standard_normal(2) / 100
    lots = bidder.mandate * exp(bidder.mandate_sd * draw.standard_normal()) * bidder.rule.supply
    uniforms = draw.random(UNIFORMS)
    uniforms[COMMON], uniforms[CHOICE] = bidder.common, choice
    if uniforms[CHOICE] < bidder.row[ABSENT]:
        return ()
    sent = (
        Sending(moment_in(window, day, moment), steps_of(bidder, float(view), lots, uniforms))
        for moment, view in zip(moments, views, strict=False)
    )
    return tuple(sending for sending in sent if sending.steps)


def moment_in(window: Window, day: date, share: float) -> datetime:
    """The whole second at which a share of the window has passed."""
    opening, closing = datetime.combine(day, window.open), datetime.combine(day, window.close)
    return opening + timedelta(seconds=int(share * (closing - opening).total_seconds()))


def steps_of(bidder: Bidder, view: float, mandate_lots: float, uniforms: Floats) -> tuple[Step, ...]:
    """One submission of a member whose view is a yield in percent, by its behaviour, within every limit of the desk."""
    notice = bidder.desk.notice
    worth = view if notice.object is BidObject.RATE else price_of(bidder.desk, view)
    rule = bidder.rule if bidder.rule.bounded else around(bidder.rule, worth)
    view_bp = rule.bp((worth * MICRO - rule.low) / rule.step)
    ticks, lots = np.zeros(MOST_STEPS, np.int64), np.zeros(MOST_STEPS, np.int64)
    count = bidder.behaviour(view_bp, mandate_lots, bidder.row, rule, uniforms, ticks, lots)
    return tuple(
        Step(level=rule.level(int(ticks[step])).quantize(notice.tick), amount=int(lots[step]) * notice.marginal.lot)
        for step in range(count)
    )


def around(rule: Rule, worth: float) -> Rule:
    """Where no range is set, the grid laid around a member's own worth, so that it may bid what it likes."""
    middle = int(half_up(Fraction(worth) * MICRO / rule.step, 0)) * rule.step
    low = middle - FREE * rule.step
    return rule._replace(low=low, floor_bp=rule.bp((low - rule.low) / rule.step))


def price_of(desk: Desk, rate: float) -> float:
    """What 100 yuan are worth at a yield: of a re-opened bond with interest, else of one that is repaid at par only."""
    notice, level = desk.notice, Fraction(rate).limit_denominator(MILLION)
    settlement = settlement_of(desk)
    if notice.reopening is None or settlement is None:
        return float(price_at_issue(Decimal(0), Decimal(str(round(rate, 6))), notice.tenor, notice.coupons_a_year))
    return float(dirty_price(schedule_of(notice.reopening.first_issue), settlement, level))


def fee_bp(desk: Desk, rate: float) -> float:
    """The fee of the day as a yield: 10 × permille ÷ the duration of a bond at par that pays `rate` percent."""
    known = desk.rules.get_at("fee.permille", desk.notice.tenor) if desk.rules else None
    if known is None or not known.value:
        return 0.0
    return 10 * float(known.value) / duration(rate, float(desk.notice.tenor), desk.notice.coupons_a_year)


def duration(rate: float, tenor: float, frequency: int) -> float:
    """The modified duration in years of a bond at par that pays `rate` percent."""
    periodic = rate / 100 / frequency
    if abs(periodic) < 1e-9:
        return tenor
    discounted: float = (1 + periodic) ** (-tenor * frequency)
    return (1 - discounted) / (rate / 100)
