"""Which uncertain input moves a study's answer: Sobol indices over stated ranges, and what each moves by itself.

The answer is what the study's first pair brings, or a lone arm. Each input lies anywhere in its range, evenly and
independently of the others: the first-order index is the share of the answer's variance that one input explains by
itself, the total-order one adds what it does together with others. Every point is held on the same frozen draws, so
that nothing moves the answer but the inputs. Members keep the behaviours and the strategies they have on the pair's
sides: nobody comes to terms anew with another market.
Source: Saltelli et al. 2010 and Jansen 1999, as scipy.stats.sobol_indices has them; ranges from domain notes 4.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.random import default_rng

from auction.language import Message, say
from auction.quantities import YI
from sim import underwriters as u
from sim.lab.band import Outside
from sim.lab.bench import Bench, Side
from sim.lab.clearing import Floats, clear
from sim.lab.draws import Frozen, draw
from sim.lab.game import Market
from sim.lab.interval import LEAST
from sim.lab.kernel import bid, private
from sim.lab.measures import life_cost
from sim.lab.population import Seating
from sim.lab.record import Json

POINTS = 128
"""Base points of the indices, at the most; each takes as many runs as there are inputs, and two."""
A_CHUNK = 4
"""Base points for each chunk of the study, for it is not to take longer than the study itself."""
AUCTIONS = 64
"""Of each side at a point."""
AROUND_BP = 5.0
"""To either side of the secondary spread where nothing from outside bounds it (assumed)."""


class Origin(StrEnum):
    """Where a range comes from."""

    EXPERIMENT = "experiment"
    CURVES = "curves"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Range:
    """An uncertain input, the values it may take and the one the study has."""

    name: str
    label: Message
    unit: Message
    low: float
    high: float
    own: float
    origin: Origin
    why: Message


@dataclass(frozen=True, slots=True)
class Influence:
    """What one input does to the answer."""

    range: Range
    first: float
    total: float
    """Shares of the variance of the coupon, or of what the pair's coupon differs by."""
    move_bp: float
    """What that moves by from the input's lowest to its highest value, all others as the study has them."""
    cost_total: float
    move_cost_yi: float
    """The same of what the bond costs over its life, 亿元."""

    def as_dict(self) -> dict[str, Json]:
        """The influence as plain data."""
        of = self.range
        return {
            "input": of.name,
            "label": str(of.label),
            "low": round(of.low, 6),
            "high": round(of.high, 6),
            "unit": str(of.unit),
            "basis": of.origin.value,
            "why": str(of.why),
            "first": round(self.first, 4),
            "total": round(self.total, 4),
            "move_bp": round(self.move_bp, 4),
            "cost_total": round(self.cost_total, 4),
            "move_cost_yi": round(self.move_cost_yi, 6),
        }


def influences(
    bench: Bench, places: tuple[int, ...], outside: Outside | None, origin: Origin, chunks: int
) -> tuple[Influence, ...]:
    """The influence of every input, greatest first, on one side of the bench or on what the second of two brings.

    Nothing where the study has too few `chunks` for an interval; `origin` is that of the outside values.
    """
    if chunks < LEAST:
        return ()
    sides, points = [bench.sides[place] for place in places], min(POINTS, 2 ** ((A_CHUNK * chunks).bit_length() - 1))
    ranges = ranges_of(bench.market, outside, origin)
    frozen = draw(bench.seed, 0, len(sides[0].seating), AUCTIONS)

    def answer(shares: Floats) -> Floats:
        """The answer at each of float64[inputs, points] within 0 and 1: float64[2, points]."""
        out = np.empty((2, shares.shape[1]))
        for at, place in enumerate(shares.T):
            values = {of.name: of.low + share * (of.high - of.low) for of, share in zip(ranges, place, strict=True)}
            out[:, at] = _answer(sides, bench.market, values, frozen)
        return out

    first, total = sobol(answer, len(ranges), points, bench.seed)
    moves = [_move(sides, bench.market, ranges, of, frozen) for of in ranges]
    found = [
        Influence(of, *(float(each) for each in (first[0, at], total[0, at], moves[at][0], total[1, at], moves[at][1])))
        for at, of in enumerate(ranges)
    ]
    return tuple(sorted(found, key=lambda each: -each.total))


def sobol(function: Callable[[Floats], Floats], inputs: int, points: int, seed: int) -> tuple[Floats, Floats]:
    """First-order and total-order indices, float64[outputs, inputs] each, of inputs even within 0 and 1.

    `function` makes float64[outputs, n] of float64[inputs, n]; `points` is a power of two. The first lies within 0 and
    the total, the total within 0 and 1, and so do their estimates here; where nothing moves the function all are 0.
    """
    from scipy.stats import sobol_indices, uniform

    found = sobol_indices(func=function, n=points, dists=[uniform()] * inputs, rng=default_rng(seed))
    total = np.clip(found.total_order, 0.0, 1.0)
    first = np.clip(found.first_order, 0.0, total)
    return first.reshape(-1, inputs), total.reshape(-1, inputs)


def ranges_of(market: Market, outside: Outside | None, origin: Origin) -> tuple[Range, ...]:
    """Every uncertain input with its range."""
    own = market.spread_bp
    if outside is None:
        outside, origin = Outside(own - AROUND_BP, own + AROUND_BP), Origin.ASSUMED
    whys = {
        Origin.EXPERIMENT: say("实验写明的招标以外的利差范围"),
        Origin.CURVES: say("两条收益率曲线近二十个工作日的差"),
        Origin.ASSUMED: say("没有招标以外的数据，取上下 {around} bp", around=f"{AROUND_BP:g}"),
    }
    move, bp = market.move_bp, say("bp")
    spread = Range("spread", say("二级市场利差"), bp, outside.low, outside.high, own, origin, whys[origin])
    calm = say("平静的一年到动荡的一年，相差一半")
    volatility = Range("move", say("五日均值以来的市场变动"), bp, move / 2, move * 1.5, move, Origin.ASSUMED, calm)
    return spread, volatility, *FACTORS, ABSENCE


def _factor(name: str, label: Message, low: float, high: float, why: Message) -> Range:
    """Something that every member has its own value of, times the same factor."""
    return Range(name, label, say("倍"), low, high, 1.0, Origin.ASSUMED, why)


FACTORS = (
    _factor("noise", say("各家看法的分歧"), 0.5, 1.5, say("各家看法的标准差多在 1 至 3 bp")),
    _factor("mandate", say("各家想要的量"), 0.7, 1.3, say("需求总量上下三成")),
    _factor("slope", say("多要一份、多要的利差"), 0.5, 2.0, say("每多发行额的 1% 多要 0.05 至 0.3 bp")),
    _factor("inflation", say("贴下限时放大投标的程度"), 0.5, 1.5, say("看得见的倍数只反映上限，放大多少并不确知")),
    _factor("fee", say("手续费计入投标的比重"), 0.0, 1.0, say("从完全不计到全部计入")),
    _factor("favour", say("存款与往来关系折合的让利"), 0.5, 1.5, say("没有公开数据")),
    _factor("focal", say("按 5bp 整数标位投标的习惯"), 0.0, 1.0, say("从没有这种习惯到与群体所写相同")),
)
ABSENCE = Range(
    *("absence", say("另有多少机会不来投标"), say("百分点"), 0.0, 20.0, 0.0),
    *(Origin.ASSUMED, say("从都照常来到每家另有两成机会不来")),
)


def _move(
    sides: list[Side], market: Market, ranges: tuple[Range, ...], moved: Range, frozen: Frozen
) -> tuple[float, float]:
    """What one input moves the answer by, from its lowest to its highest value."""
    values = {of.name: of.own for of in ranges}
    low, high = (_answer(sides, market, values | {moved.name: end}, frozen) for end in (moved.low, moved.high))
    return high[0] - low[0], high[1] - low[1]


def _answer(sides: list[Side], market: Market, values: Mapping[str, float], frozen: Frozen) -> tuple[float, float]:
    """The coupon in bp over the mean and the cost in 亿元: of a lone side, or what the second brings over the first."""
    elsewhere = replace(market, spread_bp=values["spread"], move_bp=values["move"])
    shown = [_held(side, elsewhere, values, frozen) for side in sides]
    if len(shown) == 1:
        return shown[0]
    (coupon, cost), (then_coupon, then_cost) = shown
    return then_coupon - coupon, then_cost - cost


def _held(side: Side, market: Market, values: Mapping[str, float], frozen: Frozen) -> tuple[float, float]:
    """What one side comes to; of issues alike the first stands for all, one that nobody wins for its worst level."""
    seating = _seated(side.seating, values)
    market_bp = market.spread_bp + market.move_bp * frozen.shock
    views, mandates = private(frozen, market_bp, seating.noise_bp, seating.mandate, seating.mandate_sd)
    bids = bid(views, mandates, frozen.uniform, seating.behaviour, seating.members, side.rule)
    out = clear(bids, side.rule, side.payment)
    cost = float(np.mean(life_cost(out, side.rule, side.burden))) * side.issues
    return float(np.mean(out.coupon_bp)), cost / YI


def _seated(seating: Seating, values: Mapping[str, float]) -> Seating:
    """The members with other values of what is uncertain about them."""
    rows, inflation = seating.members.copy(), values["inflation"]
    for name, column in (("slope", u.SLOPE_BP), ("fee", u.FEE_BP), ("favour", u.FAVOUR_BP), ("focal", u.FOCAL)):
        rows[:, column] *= values[name]
    rows[:, u.CAP_USE] = np.minimum(rows[:, u.CAP_USE] * inflation, 1.0)
    rows[:, u.FILL] = np.minimum(rows[:, u.FILL] / inflation, 1.0)
    rows[:, u.FILL_BP] /= inflation
    rows[:, u.ABSENT] = np.minimum(rows[:, u.ABSENT] + values["absence"] / 100, 1.0)
    noise_bp, mandate = seating.noise_bp * values["noise"], seating.mandate * values["mandate"]
    return replace(seating, members=rows, noise_bp=noise_bp, mandate=mandate)
