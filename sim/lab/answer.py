"""What a study answers: every arm and every pair with its intervals, and in words what they are worth.

Every interval is anytime-valid: it holds however long the study went on and whatever made it stop. That of an arm
misses the truth in one study of twenty at the most; those of the pairs' coupon all together do, for they decide when
to stop (Bonferroni: each by itself far more rarely).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import inf, isfinite, nan

import numpy as np

from auction.language import Message, say
from sim.lab.bench import Side
from sim.lab.clearing import Floats
from sim.lab.draws import CHUNK
from sim.lab.interval import ALPHA, Interval, Units
from sim.lab.measures import MEASURES, PLACE
from sim.lab.pictures import Picture
from sim.lab.record import Json
from sim.lab.rule import CLASSES, Rule
from sim.lab.sensitivity import Influence

SHARES = frozenset({"floor_hit", "ceiling", "short", "failed", "hhi", "top_five", *(each.value for each in CLASSES)})
"""The measures that lie within 0 and 1."""
PLACES = 6
"""Decimals of a figure in JSON."""
BP = 100


@dataclass(frozen=True, slots=True)
class ArmAnswer:
    """One side of one arm."""

    name: str
    adapts: bool
    exploitability_bp: float | None
    between_bp: float | None
    """What bidders with views between those of the types could gain on average."""
    converged: bool | None
    n: int
    """Auctions; of a whole that is split, days."""
    mean: float
    """The benchmark mean M, percent."""
    figures: Mapping[str, Interval]

    @property
    def coupon(self) -> Interval:
        """The coupon in percent."""
        spread = self.figures["spread_bp"]
        return Interval(*(self.mean + each / BP for each in (spread.mean, spread.low, spread.high)))

    def as_dict(self) -> dict[str, Json]:
        """The arm as plain data."""
        others = {name: figure(self.figures[name]) for name in MEASURES[: -len(CLASSES)]}
        kinds: dict[str, Json] = {each.value: figure(self.figures[each.value]) for each in CLASSES}
        exploitability = None if self.exploitability_bp is None else number(self.exploitability_bp)
        return {
            "name": self.name,
            "adapts": self.adapts,
            "exploitability_bp": exploitability,
            "converged": self.converged,
            "n": self.n,
            "coupon": figure(self.coupon),
            **others,
            "awards": kinds,
        }


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """What the second arm brings over the first, on the same draws."""

    from_: str
    to: str
    adapts: bool
    figures: Mapping[str, Interval]

    def as_dict(self) -> dict[str, Json]:
        """The pair as plain data."""
        named = {"coupon_bp" if name == "spread_bp" else name: figure(self.figures[name]) for name in MEASURES}
        kinds: dict[str, Json] = {each.value: named.pop(each.value) for each in CLASSES}
        return {"from": self.from_, "to": self.to, "adapts": self.adapts, **named, "awards": kinds}


@dataclass(frozen=True, slots=True)
class PairBand:
    """What a pair comes to over the outside values, where the bids of its first arm do not tell."""

    from_: str
    to: str
    adapts: bool
    floor_hit: float
    outside: tuple[float, float]
    points: tuple[tuple[float, Interval], ...]

    @property
    def low(self) -> float:
        """The lowest end of any estimate, bp."""
        return min(estimate.low for _spread, estimate in self.points)

    @property
    def high(self) -> float:
        """The highest end of any estimate, bp."""
        return max(estimate.high for _spread, estimate in self.points)

    def as_dict(self) -> dict[str, Json]:
        """The band as plain data."""
        points: list[Json] = [{"spread_bp": number(spread), "coupon_bp": figure(at)} for spread, at in self.points]
        ends: dict[str, Json] = {"low": number(self.low), "high": number(self.high)}
        return {"from": self.from_, "to": self.to, "adapts": self.adapts, "coupon_bp": ends, "points": points}

    def sentence(self) -> Message:
        """What can be said, and on what it hangs."""
        places = {
            "from_": self.from_,
            "share": f"{self.floor_hit:.0%}",
            "least": f"{self.outside[0]:g}",
            "most": f"{self.outside[1]:g}",
            "to": self.to,
            "adapts": side_words(self.adapts),
            "low": f"{self.low:+.2f}",
            "high": f"{self.high:+.2f}",
        }
        if not isfinite(self.high - self.low):
            return say(
                "方案“{from_}”有 {share} 的招标落在下限上，投标本身看不出下限再低时利率会低多少；"
                "按二级市场利差 {least} 至 {most} bp 改为“{to}”（{adapts}）的变动，场数还不足以给出范围。",
                **places,
            )
        return say(
            "方案“{from_}”有 {share} 的招标落在下限上，投标本身看不出下限再低时利率会低多少，多招几次也看不出来；"
            "按二级市场利差 {least} 至 {most} bp，改为“{to}”（{adapts}）票面利率变动 {low} 至 {high} bp。"
            "这个范围来自招标以外的数据，不是抽样误差。",
            **places,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer."""

    question: str
    names: Mapping[str, str]
    """Of the experiment, the scenario and the population."""
    seed: int
    arms: tuple[ArmAnswer, ...]
    pairs: tuple[PairAnswer, ...]
    alike: tuple[tuple[str, str], ...]
    """The pairs between which nothing differs that the laboratory reckons with."""
    unidentified: tuple[str, ...]
    """The arms pinned at the floor from which something is compared."""
    bands: tuple[PairBand, ...]
    sensitivity: tuple[Influence, ...] | None
    """What each uncertain input does to the first pair's coupon, or to a lone arm's; None where it was cut short."""
    precision_bp: float | None
    """The half-width asked for; None where a number of auctions was."""
    half_width_bp: float
    """The widest half of any pair's interval of the coupon, without pairs of any arm's."""
    budget: int
    expected: int | None
    """About how many auctions of each arm the precision takes, where it was not reached."""
    interrupted: bool
    seconds: float
    pictures: tuple[Picture, ...]
    record: Mapping[str, Json]
    """What the study was made from, as `sim.lab.record` has it."""

    @property
    def reached(self) -> bool:
        """Whether the study came to its aim."""
        if self.interrupted:
            return False
        return self.precision_bp is None or self.half_width_bp <= self.precision_bp

    @property
    def n(self) -> int:
        """Auctions of each arm."""
        return self.arms[0].n

    def as_dict(self) -> dict[str, Json]:
        """The answer as plain data."""
        band: dict[str, Json] | None = None
        if self.bands:
            low, high = self.bands[0].outside
            outside: dict[str, Json] = {"low": number(low), "high": number(high)}
            band = {"outside_spread_bp": outside, "pairs": [each.as_dict() for each in self.bands]}
        simultaneous = max(len(self.pairs), 1)
        return {
            "question": self.question,
            **self.names,
            "seed": self.seed,
            "arms": [arm.as_dict() for arm in self.arms],
            "pairs": [pair.as_dict() for pair in self.pairs],
            "identified": not self.unidentified,
            "band": band,
            "reached": self.reached,
            "interrupted": self.interrupted,
            "precision_bp": self.precision_bp,
            "half_width_bp": number(self.half_width_bp),
            "auctions": self.n,
            "confidence": {"arm": 1 - ALPHA, "all_pairs": 1 - ALPHA, "each_pair": number(1 - ALPHA / simultaneous)},
            "notes": [str(note) for note in self.notes()],
            "sensitivity": [each.as_dict() for each in self.sensitivity or ()],
            "seconds": round(self.seconds, 2),
            "pictures": [each.as_dict() for each in self.pictures],
            "record": dict(self.record),
            "words": self._words(),
        }

    def _words(self) -> dict[str, Json]:
        """Everything that is told in words, for readers of any language."""
        ranges = [each.range for each in self.sensitivity or ()]
        return {
            "notes": [asdict(note) for note in self.notes()],
            "inputs": {
                of.name: {"label": asdict(of.label), "unit": asdict(of.unit), "why": asdict(of.why)} for of in ranges
            },
        }

    def notes(self) -> tuple[Message, ...]:
        """What a reader must know besides the figures."""
        equilibria = (*self._convergence(), *self._coarseness())
        return (*self._reach(), *self._likeness(), *equilibria, *self._identification(), *self._unexplored())

    def _reach(self) -> tuple[Message, ...]:
        places = {"n": self.n, "half": f"{self.half_width_bp:.3f}", "wanted": self.precision_bp}
        if not isfinite(self.half_width_bp):
            return (say("每个方案只做了 {n} 场，还不足以给出区间", **places),)
        if self.interrupted:
            return (say("中途停下：每个方案做了 {n} 场，现精确到 ±{half} bp", **places),)
        if self.reached:
            return ()
        places |= {"budget": self.budget, "expected": self.expected or 0}
        return (say("预算 {budget} 场达不到 ±{wanted} bp：现为 ±{half} bp，约需 {expected} 场", **places),)

    def _likeness(self) -> tuple[Message, ...]:
        return tuple(
            say("方案“{one}”与“{other}”没有差别：所改的值不影响这一期的招标", one=one, other=other)
            for one, other in self.alike
        )

    def _convergence(self) -> tuple[Message, ...]:
        astray = [arm for arm in self.arms if arm.converged is False]
        return tuple(
            say(
                "方案“{arm}”的均衡没有收敛：改变投标还能多得 {gain} bp，“投标人适应新规则”一行不可当作均衡",
                arm=arm.name,
                gain=f"{arm.exploitability_bp:.3f}",
            )
            for arm in astray
        )

    def _coarseness(self) -> tuple[Message, ...]:
        gains = [arm.between_bp for arm in self.arms if arm.between_bp is not None]
        if not gains:
            return ()
        words = say(
            "每类投标人只按几种看法求均衡：看法落在其间的投标人，平均还能多得至多 {gain} bp",
            gain=f"{max(gains):.3f}",
        )
        return (words,)

    def _identification(self) -> tuple[Message, ...]:
        told = tuple(band.sentence() for band in self.bands)
        if told or not self.unidentified:
            return told
        names = "、".join(self.unidentified)
        if self.interrupted:
            return (
                say(
                    "方案“{names}”的招标多半落在下限上，投标看不出下限再低时利率会低多少；"
                    "中途停下，还没有求出二级市场利差不同时的范围",
                    names=names,
                ),
            )
        return (
            say(
                "方案“{names}”的招标多半落在下限上，投标看不出下限再低时利率会低多少；"
                "请用 outside_spread_bp 写明二级市场利差的范围",
                names=names,
            ),
        )

    def _unexplored(self) -> tuple[Message, ...]:
        if self.sensitivity is not None:
            return ()
        return (say("中途停下，没有做敏感性分析"),)


def alike(one: Side, other: Side) -> bool:
    """Whether nothing differs between two sides but their names."""
    same = (one.rule, one.issues, one.burden) == (other.rule, other.issues, other.burden)
    return same and np.array_equal(one.seating.members, other.seating.members)


def arm_answers(sides: Sequence[Side], means: Sequence[float], rows: Floats) -> tuple[ArmAnswer, ...]:
    """Every side of every arm, from the benchmark mean of each arm and float64[chunks, sides, measures]."""
    return tuple(
        ArmAnswer(
            name=side.name,
            adapts=side.adapts,
            exploitability_bp=side.exploitability_bp,
            between_bp=side.between_bp,
            converged=side.converged,
            n=len(rows) * CHUNK,
            mean=means[at % len(means)],
            figures={name: estimate(name, side, rows[:, at]) for name in MEASURES},
        )
        for at, side in enumerate(sides)
    )


def pair_answers(sides: Sequence[Side], pairs: Sequence[tuple[int, int]], rows: Floats) -> tuple[PairAnswer, ...]:
    """Every pair of sides, given by their places."""
    alpha = ALPHA / max(len(pairs), 1)
    return tuple(
        PairAnswer(
            from_=sides[first].name,
            to=sides[second].name,
            adapts=sides[first].adapts,
            figures={
                name: difference(name, sides[first], sides[second], rows[:, first], rows[:, second], alpha)
                for name in MEASURES
            },
        )
        for first, second in pairs
    )


def difference(name: str, first: Side, second: Side, before: Floats, after: Floats, alpha: float) -> Interval:
    """What one measure gains from one side to another, chunk by chunk on the same draws."""
    moved = after[:, PLACE[name]] - before[:, PLACE[name]]
    reach = 0.0 if alike(first, second) else max(grain(name, first.rule), grain(name, second.rule))
    return interval_of(moved, alpha, reach)


def estimate(name: str, side: Side, rows: Floats) -> Interval:
    """One measure of one side; of a share within 0 and 1."""
    around = interval_of(rows[:, PLACE[name]], ALPHA, grain(name, side.rule))
    if name not in SHARES:
        return around
    return Interval(around.mean, max(0.0, around.low), min(1.0, around.high))


def interval_of(values: Floats, alpha: float, reach: float) -> Interval:
    """The interval of the mean of chunks; those that have none of the measure do not count."""
    known = values[~np.isnan(values)].tolist()
    return Units().plus(known).interval(alpha, reach) if known else Interval(nan, -inf, inf)


def grain(name: str, rule: Rule) -> float:
    """What one auction of a chunk could move a chunk's figure by; 0 where nothing bounds it."""
    if name in SHARES:
        return 1 / CHUNK
    return rule.tick_bp * rule.ticks / CHUNK if name in ("spread_bp", "left_bp") else 0.0


def side_words(adapts: bool) -> Message:
    """Which of the two sides of an arm it is."""
    return say("投标人适应新规则") if adapts else say("投标人照旧")


def figure(interval: Interval) -> Json:
    """A mean and its interval; null for an end that is not known."""
    return {"mean": number(interval.mean), "low": number(interval.low), "high": number(interval.high)}


def number(value: float) -> float | None:
    """A figure to so many decimals; None for one that is not finite."""
    return round(value, PLACES) if isfinite(value) else None
