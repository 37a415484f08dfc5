"""How a member decides its bids: one function a behaviour, and one table of them.

Each is `NAME(view_bp, mandate_lots, member, rule, uniforms, ticks, lots) -> int`: it fills `ticks` (ascending) and
`lots`, both int64 and at least MOST_STEPS long, and returns how many steps it takes, within every limit of the rule;
0 where it bids nothing. `view_bp` is what the member thinks the bond yields on the market, in bp over the benchmark
mean, its own fee and favours not yet counted; `mandate_lots` what it would like to take. `member` is its row of
parameters, float64, by the places named below; `uniforms` is float64[UNIFORMS]. Whoever calls asks nothing of a member
whose CHOICE lies below its ABSENT: it stays away.

A strategy is float64[types, steps, 2]: for each type and step the tick offset from the first tick at or above the
member's own required yield, and the cumulative share of its greatest bid (MOST) asked up to there.
It stands in the member's row, behind the parameters (`with_strategy`); a member plays the type nearest to its own
required yield, and its true value where its row holds no type.

Plain floats, ints and arrays only, so that the kernel can compile these very functions; what they call is in SHARED.
Source: domain notes 4.1 to 4.5 (Kastl 2011; Hortaçsu and McAdams 2010; Nautz and Oechssler 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from sim.lab.rule import MOST_STEPS
from sim.limits import Ints as Ints
from sim.limits import Limits, amend, keep, lay_anew, park

Floats = NDArray[np.float64]
Behaviour = Callable[[float, float, Floats, Limits, Floats, Ints, Ints], int]

CLASS = 0
"""The member's class: its place in sim.lab.rule.CLASSES."""
LEAST = 1
MOST = 2
DUTY = 3
"""By the rule, in lots: its least and its greatest bid, and what it must win (最低承销额; 0 where nothing says it)."""
FEE_BP = 4
"""The fee as a yield: 10 × permille ÷ duration."""
FAVOUR_BP = 5
"""What deposits and the standing with the issuer are worth to it, as a yield."""
SLOPE_BP = 6
"""How much more yield each further lot must bring."""
STEPS = 7
"""The most steps it takes of its own accord; how many is drawn evenly from one upwards."""
AT_CEILING = 8
"""The share of its mandate that it bids at the ceiling though its required yield lies above the whole range."""
CAP_USE = 9
"""The share of its greatest bid that it would use to inflate."""
FILL = 10
"""The share of a bid at the floor that it expects to win where the floor lies far above what it requires; not zero."""
FILL_BP = 11
"""How far under the floor its required yield must lie for it to expect one half, and each half of that; 0: FILL."""
SAFETY_BP = 12
"""How far under its view a duty-bound member puts the tranche that must win."""
FOCAL = 13
"""The chance that it bids at a focal level."""
RING_SIZE = 14
RING_PLACE = 15
"""0 to RING_SIZE − 1: the shared uniform says whose turn it is."""
MARKUP_BP = 16
"""What a ring adds to its required yield."""
COPIES = 17
"""The chance that a ring member copies the level of the one whose turn it is; else it parks."""
ABSENT = 18
"""The chance that it stays away."""
CROWD = 19
"""By how many doublings the crowd at the floor may be larger or smaller than usual, alike for all in an auction."""
TYPES = 20
"""How many types its strategy has; each stands behind the parameters with its required yield and its steps."""
FIELDS = 21
TYPE_WIDTH = 1 + 2 * MOST_STEPS

COMMON = 0
"""One for all members of an auction; the other uniforms are a member's own."""
COUNT = 1
TILT = 2
CHOICE = 3
UNIFORMS = 4

FOCAL_BP = 5.0
STEEPEST = 0.6
"""How far from even amounts a schedule may lean to its first or its last steps."""
SLACK = 1e-6
"""In ticks: a level nearer to a tick than this is on it."""
UNDER_BP = 1.0
"""How far under its required yield a member may follow a focal level."""


def true_value(
    view_bp: float, mandate_lots: float, member: Floats, rule: Limits, uniforms: Floats, ticks: Ints, lots: Ints
) -> int:
    """Bids its required yield, fee and favours counted, the mandate over a few steps (domain notes 4.1)."""
    count = schedule(required_yield(view_bp, member), mandate_lots, member, rule, uniforms, ticks, lots)
    return keep(count, int(member[LEAST]), int(member[MOST]), rule, ticks, lots)


def strategic(
    view_bp: float, mandate_lots: float, member: Floats, rule: Limits, uniforms: Floats, ticks: Ints, lots: Ints
) -> int:
    """Plays the strategy of its type, found by best response; its true value where it has none (domain notes 4.2)."""
    value = required_yield(view_bp, member)
    if member[TYPES] > 0.0:
        count = play(value, member, rule, ticks, lots)
    else:
        count = schedule(value, mandate_lots, member, rule, uniforms, ticks, lots)
    return keep(count, int(member[LEAST]), int(member[MOST]), rule, ticks, lots)


def floor_pinned(
    view_bp: float, mandate_lots: float, member: Floats, rule: Limits, uniforms: Floats, ticks: Ints, lots: Ints
) -> int:
    """Where the floor pays enough, all at the floor and inflated; else its true value (domain notes 4.3)."""
    value = required_yield(view_bp, member)
    if first_tick(value, rule) <= 0:
        count = inflate(rule.floor_bp - value, mandate_lots, member, uniforms, ticks, lots)
    else:
        count = schedule(value, mandate_lots, member, rule, uniforms, ticks, lots)
    return keep(count, int(member[LEAST]), int(member[MOST]), rule, ticks, lots)


def duty_bound(
    view_bp: float, mandate_lots: float, member: Floats, rule: Limits, uniforms: Floats, ticks: Ints, lots: Ints
) -> int:
    """One tranche low enough to win what it must take, the rest of its least bid parked (domain notes 4.4).

    Where nothing says what it must take, the tranche is its mandate.
    """
    ticks[0] = first_tick(view_bp - member[SAFETY_BP], rule)
    sure = member[DUTY] if member[DUTY] > 0.0 else willing(ticks[0], mandate_lots, member, rule)
    if ticks[0] <= 0:
        count = inflate(rule.floor_bp - required_yield(view_bp, member), sure, member, uniforms, ticks, lots)
    else:
        lots[0] = int(ceil(sure - SLACK))
        count = 1
    return keep(count, int(member[LEAST]), int(member[MOST]), rule, ticks, lots)


def focal(
    view_bp: float, mandate_lots: float, member: Floats, rule: Limits, uniforms: Floats, ticks: Ints, lots: Ints
) -> int:
    """With some probability all at the next multiple of 5 bp over the mean, on which real coupons sit.

    Where that is the floor it inflates as all do there; otherwise it bids its true value.
    """
    value = required_yield(view_bp, member)
    level = ceil((value - UNDER_BP) / FOCAL_BP) * FOCAL_BP
    tick = int(floor((level - rule.floor_bp) / rule.tick_bp + 0.5))
    if tick <= 0 or first_tick(value, rule) <= 0:
        count = inflate(rule.floor_bp - value, mandate_lots, member, uniforms, ticks, lots)
    elif tick < rule.ticks and 1.0 - uniforms[CHOICE] <= member[FOCAL] * (1.0 - member[ABSENT]):
        ticks[0] = tick
        lots[0] = int(mandate_lots + 0.5)
        count = 1
    else:
        count = schedule(value, mandate_lots, member, rule, uniforms, ticks, lots)
    return keep(count, int(member[LEAST]), int(member[MOST]), rule, ticks, lots)


def ring(
    view_bp: float, mandate_lots: float, member: Floats, rule: Limits, uniforms: Floats, ticks: Ints, lots: Ints
) -> int:
    """Members that act as one: whose turn it is bids for all at the agreed level, the others copy it or park.

    The view is the ring's, so its members must be given the same one (domain notes 4.5).
    """
    ticks[0] = first_tick(required_yield(view_bp, member) + member[MARKUP_BP], rule)
    if int(uniforms[COMMON] * member[RING_SIZE]) == int(member[RING_PLACE]):
        whole = willing(ticks[0], mandate_lots * member[RING_SIZE], member, rule)
        lots[0] = int(min(whole, member[MOST]) + 0.5)
    else:
        lots[0] = max(int(member[LEAST]), rule.level_min)
        if 1.0 - uniforms[CHOICE] > member[COPIES] * (1.0 - member[ABSENT]):
            ticks[0] = rule.ticks - 1
    return keep(1, int(member[LEAST]), int(member[MOST]), rule, ticks, lots)


BEHAVIOURS: Mapping[str, Behaviour] = MappingProxyType(
    {
        "true-value": true_value,
        "strategic": strategic,
        "floor-pinned": floor_pinned,
        "duty": duty_bound,
        "focal": focal,
        "ring": ring,
    }
)
"""Every behaviour by the name it has in a population; its number is its place."""


def required_yield(view_bp: float, member: Floats) -> float:
    """What its first lot must yield, in bp over the mean: its view less the fee and what the favour is worth."""
    value: float = view_bp - member[FEE_BP] - member[FAVOUR_BP]
    return value


def first_tick(level_bp: float, rule: Limits) -> int:
    """The first tick at or above a level in bp over the mean; it may lie outside the range."""
    return int(ceil((level_bp - rule.floor_bp) / rule.tick_bp - SLACK))


def type_of(value_bp: float, member: Floats) -> int:
    """Where in the member's row the type begins whose required yield is nearest to its own."""
    best, nearest = FIELDS, abs(value_bp - member[FIELDS])
    for number in range(1, int(member[TYPES])):
        place = FIELDS + number * TYPE_WIDTH
        distance = abs(value_bp - member[place])
        if distance < nearest:
            best, nearest = place, distance
    return best


def willing(first: float, mandate_lots: float, member: Floats, rule: Limits) -> float:
    """What it would take where its first tick lies at `first`: above the whole range only what it owes the issuer."""
    owed: float = mandate_lots * member[AT_CEILING]
    return owed if first > rule.ticks - 1 else mandate_lots


def schedule(
    value_bp: float, mandate_lots: float, member: Floats, rule: Limits, uniforms: Floats, ticks: Ints, lots: Ints
) -> int:
    """The mandate over one to STEPS ticks from the required yield upwards, further up by the slope; how many steps."""
    first = (value_bp - rule.floor_bp) / rule.tick_bp - SLACK
    whole = willing(first, mandate_lots, member, rule)
    dearer = whole * member[SLOPE_BP] / rule.tick_bp
    count = min(1 + int(uniforms[COUNT] * member[STEPS]), rule.steps)
    tilt = STEEPEST * (2.0 * uniforms[TILT] - 1.0)
    each, before, asked = 1.0 / count, 0.0, 0
    for step in range(count):
        part = (step + 1) * each
        share = part * (1.0 + tilt * (1.0 - part))
        upto = int(whole * share + 0.5)
        ticks[step] = int(ceil(first + dearer * before + step))
        lots[step] = upto - asked
        before, asked = share, upto
    return count


def inflate(depth_bp: float, mandate_lots: float, member: Floats, uniforms: Floats, ticks: Ints, lots: Ints) -> int:
    """All at the floor, over the share it expects to win there, up to what it would use of its cap: one step.

    The share halves with so much more depth of its required yield under the floor, for so does everybody's: the
    logarithm of real covers falls on a line over that depth (domain notes 2). How crowded the floor is differs from
    auction to auction beyond that.
    """
    fill, half = member[FILL], member[FILL_BP]
    if half > 0.0:
        halvings = max(depth_bp, 0.0) / half + member[CROWD] * (2.0 * uniforms[COMMON] - 1.0)
        fill = max(fill, 0.5 ** max(halvings, 0.0))
    ticks[0] = 0
    lots[0] = int(min(member[CAP_USE] * member[MOST], mandate_lots / fill) + 0.5)
    return 1


def play(value_bp: float, member: Floats, rule: Limits, ticks: Ints, lots: Ints) -> int:
    """The strategy of the member's type; how many steps."""
    place, first, most = type_of(value_bp, member), first_tick(value_bp, rule), member[MOST]
    asked, count = 0, 0
    for step in range(rule.steps):
        upto = int(member[place + 2 * step + 2] * most + 0.5)
        if upto > asked:
            ticks[count] = first + int(floor(member[place + 2 * step + 1] + 0.5))
            lots[count] = upto - asked
            asked = upto
            count += 1
    return count


SHARED = (required_yield, first_tick, type_of, willing, schedule, inflate, play, park, lay_anew, amend, keep)
"""What the behaviours call, each after those that it calls; no behaviour calls another.

Compiled with error_model="numpy", forceinline=True and _nrt=False (nothing here allocates) a member's bids take 10 to
35 ns; with references counted, four times as long.
"""


def with_strategy(members: Floats, types_bp: Floats, strategy: Floats) -> Floats:
    """Members' rows (float64[n, …]) each holding the types float64[types] and their strategy float64[types, steps, 2].

    Steps beyond MOST_STEPS are not taken; whatever strategy the rows held goes.
    """
    types, steps = len(types_bp), min(strategy.shape[1], MOST_STEPS)
    table = np.zeros((types, TYPE_WIDTH))
    table[:, 0] = types_bp
    table[:, 1 : 1 + 2 * steps] = strategy[:, :steps].reshape(types, 2 * steps)
    rows = np.concatenate([members[:, :FIELDS], np.tile(table.ravel(), (len(members), 1))], axis=1)
    rows[:, TYPES] = types
    return rows
