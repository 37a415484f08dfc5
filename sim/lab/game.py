"""The game that the bidders of one arm play: who they are, what an award is worth to them, what they know of others.

A bidder sees only its own view of the market, spread + move + noise; the move is common to all, so who knows its own
view knows something of the others'. A kind's views fall into types, each with rows that stand for the nearest views;
bidders of a row bid its schedule, moved by as many ticks as their own required yield lies off the type's, as
`sim.underwriters.strategic` plays it. Yields in bp over the benchmark mean, amounts in lots.
Source: Hortacsu and McAdams 2010 for resampling; market.md 4.1 and 4.4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot

import numpy as np
from numpy.random import Generator
from scipy.special import ndtr, ndtri

from sim.lab.bestresponse import Limits, Lots, Money, Rivals, Worth
from sim.lab.compiled import compiled
from sim.lab.draws import stream
from sim.lab.rule import CANDIDATE, FIXED, MULTIPLE, Rule
from sim.underwriters import SLACK

PERCENT = 100.0

Others = Callable[[Money, Generator], Lots]
"""What bidders that do not adapt ask for in all, int64[resamples, ticks], given the common move, float64[resamples]."""


@dataclass(frozen=True, slots=True)
class Market:
    """Where the bond trades when bids are made."""

    spread_bp: float
    """On the secondary market, over the mean: the outside value, which no auction pinned at its floor reveals."""
    move_bp: float
    """Standard deviation of the common move since the five-day mean."""
    common: float = 0.0
    """How much of a bidder's own view is mere error about the market, from 0 (its own worth) to 1 (a common value).

    What is common is learnt only after the tender, so the most hopeful bidder wins most: the winner's curse.
    """
    resale_sd_bp: float = 0.0
    """Standard deviation of the yield until the award is sold on."""
    aversion: float = 0.0
    """Cost of that risk, bp for each bp squared and each 1 % of the issue: mean and variance, rho x variance x a²/2."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Bidders that differ only in what they see. A ring is one bidder, with the limits of its members in all."""

    bidders: int
    limits: Limits
    noise_bp: float
    """Standard deviation of a bidder's own view."""
    bonus_bp: float = 0.0
    """The fee and what deposits and the relationship are worth, as a yield: required is the view less this."""
    slope_bp: float = 0.0
    """How much more yield each further 1 % of the issue must bring."""
    mandate: int | None = None
    """The lots beyond which a further 1 % of the issue must bring `beyond_bp` more again."""
    beyond_bp: float = 0.0
    duty: int = 0
    """最低承销额: lots to be awarded."""
    penalty_bp: float = 0.0
    """What each lot that lacks to the duty costs."""
    absent: float = 0.0
    """The chance of staying away."""
    seats: tuple[int, ...] = ()
    """Which members of a population these are."""


@dataclass(frozen=True, slots=True)
class Game:
    """One arm as its adapting bidders play it."""

    kinds: tuple[Kind, ...]
    rule: Rule
    market: Market
    types: int = 5
    """Types of each kind."""
    others: Others | None = None

    @property
    def supply(self) -> int:
        """What bids compete for, in whole lots; of a flexible tender the high end."""
        return -(-self.rule.tendered // self.rule.lot)

    @property
    def levels_bp(self) -> Money:
        """The yield of each tick."""
        return self.rule.floor_bp + self.rule.tick_bp * np.arange(self.rule.ticks, dtype=np.float64)

    def value_bp(self, kind: Kind) -> float:
        """What the first lot must yield to a bidder of this kind that sees the market as it is on average."""
        return self.market.spread_bp - kind.bonus_bp

    def sd_bp(self, kind: Kind) -> float:
        """Standard deviation of what the first lot must yield to a bidder of this kind."""
        return hypot(self.market.move_bp, kind.noise_bp)

    def rows_bp(self, kind: Kind, count: int) -> Money:
        """The medians of `count` equally likely parts of a kind's required yields, ascending, which stand for them."""
        medians: Money = ndtri((np.arange(count) + 0.5) / count)
        return self.value_bp(kind) + self.sd_bp(kind) * medians

    def required_bp(self, kind: Kind, share: float) -> float:
        """The required yield below which this share of a kind's lie."""
        return self.value_bp(kind) + self.sd_bp(kind) * float(ndtri(share))

    def first_tick(self, required_bp: Money) -> Lots:
        """The first tick at or above each required yield; it may lie outside the range."""
        return np.ceil((required_bp - self.rule.floor_bp) / self.rule.tick_bp - SLACK).astype(np.int64)

    def worth(self, kind: Kind, required_bp: float) -> Worth:
        """What awards bring to a bidder of this kind whose first lot must yield `required_bp`."""
        lots = np.arange(kind.limits.most + 2, dtype=np.float64)
        slope = kind.slope_bp + self.market.aversion * self.market.resale_sd_bp**2
        cost = required_bp * lots + slope * PERCENT / self.rule.supply * lots**2 / 2
        cost += kind.penalty_bp * np.maximum(kind.duty - lots, 0)
        if kind.mandate is not None:
            cost += kind.beyond_bp * PERCENT / self.rule.supply * np.maximum(lots - kind.mandate, 0) ** 2 / 2
        if self.rule.method == MULTIPLE:
            return Worth(np.tile(-cost, (self.rule.ticks, 1)), self.levels_bp)
        return Worth(self.levels_bp[:, None] * lots - cost, np.zeros(self.rule.ticks))

    def on_offer(self, totals: Lots) -> Lots:
        """What is sold for each total of valid bids, in lots, as `auction.flexible` decides it; one lot at least."""
        rule, high = self.rule, self.supply
        if rule.flexible == FIXED:
            return np.full(totals.shape, high, np.int64)
        low = rule.flexible_low // rule.lot
        below = np.minimum(totals, low)
        most = totals * rule.multiple_under // rule.multiple_over
        between = np.where(most >= low, most, below) if rule.flexible == CANDIDATE else below
        return np.maximum(np.where(most >= high, high, between), 1)


@dataclass(frozen=True, slots=True)
class Profile:
    """What every type plays: int64[kinds x types, variants, ticks] cumulative lots, kind by kind, types ascending.

    A type that mixes plays its variants by turns of its own view: the k-th where it lies in the k-th part.
    """

    schedules: Lots

    @property
    def variants(self) -> int:
        """How many schedules each type plays."""
        return int(self.schedules.shape[1])


@dataclass(frozen=True, slots=True)
class Sample:
    """Resamples of what surrounds a bidder of one type, before anybody's schedule is known."""

    own: Lots
    """int64[resamples]: which of what it may play its own view makes it play."""
    rows: Lots
    """int64[resamples, rivals]: which schedule of the profile each rival bids (type x variants + variant); -1 none."""
    shifts: Lots
    """int64[resamples, rivals]: by how many ticks it is moved."""
    surprise: Money
    """float64[resamples]: what a lot brings besides, once the market is known."""
    others: Lots
    """int64[resamples, ticks]: the demand of bidders that do not adapt."""


def surroundings(game: Game, number: int, variants: int, resamples: int, seed: int) -> Sample:
    """What surrounds a bidder of type `number`, counted over all kinds, whose view lies anywhere among the type's."""
    kind_number, own_type = divmod(number, game.types)
    kind, chance = game.kinds[kind_number], stream(seed, number, "type")
    low, high = _shares(game, kind, variants)[[own_type * variants, (own_type + 1) * variants]]
    views = low + (high - low) * _strata(chance, resamples)
    required = game.rows_bp(kind, game.types)[own_type]
    sample = _around(game, kind_number, float(required), views, variants, chance)
    return replace(sample, own=np.clip(sample.own - own_type * variants, 0, variants - 1))


def surroundings_at(game: Game, kind_number: int, share: float, variants: int, resamples: int, seed: int) -> Sample:
    """What surrounds a bidder whose view is lower than those of `share` of its kind's are, strictly between 0 and 1."""
    chance = stream(seed, kind_number, f"view {share}")
    required = game.required_bp(game.kinds[kind_number], share)
    sample = _around(game, kind_number, required, np.full(resamples, share), variants, chance)
    return replace(sample, own=np.zeros(resamples, np.int64))


def _around(game: Game, kind_number: int, required: float, views: Money, variants: int, chance: Generator) -> Sample:
    """What surrounds a bidder whose views are at these shares of its kind's; the move, given them, comes in strata."""
    kind, move_sd = game.kinds[kind_number], game.market.move_bp
    sd = game.sd_bp(kind)
    known = (move_sd / sd) ** 2 if sd > 0 else 0.0
    move = known * sd * ndtri(views) + move_sd * np.sqrt(1 - known) * ndtri(_strata(chance, len(views)))
    fewer = replace(kind, bidders=kind.bidders - 1)
    rivals = [*game.kinds[:kind_number], fewer, *game.kinds[kind_number + 1 :]]
    rows, shifts = _bidders(game, rivals, move, variants, chance)
    own = np.searchsorted(_shares(game, kind, variants)[1:-1], views)
    surprise = game.market.common * (required - game.value_bp(kind) - move)
    return Sample(own, rows, shifts, surprise, _asked_by_others(game, move, chance))


def auctions(game: Game, variants: int, count: int, seed: int) -> tuple[Money, Lots, Lots, Lots]:
    """Whole auctions: the common move, each bidder's row and shift, and the demand of others."""
    chance = stream(seed, 0, "auctions")
    move = game.market.move_bp * ndtri(_strata(chance, count))
    rows, shifts = _bidders(game, list(game.kinds), move, variants, chance)
    return move, rows, shifts, _asked_by_others(game, move, chance)


def rivals_of(game: Game, sample: Sample, profile: Profile, quantities: Lots) -> Rivals:
    """The sample with what the profile makes of it, for a bidder whose totals are among `quantities`."""
    demand = sample.others.copy()
    add_demand(demand, profile.schedules, standing_ticks(game), sample.rows, sample.shifts)
    own = quantities[:, None] if game.rule.flexible != FIXED else np.zeros((1, 1), np.int64)
    return Rivals(demand, game.on_offer(demand[:, -1] + own), sample.surprise)


def real_types(game: Game, variants: int) -> tuple[int, ...]:
    """The types that occur, counted over all kinds: of a kind without any spread of views only the first."""
    parts = (np.diff(_shares(game, kind, variants)[::variants]) * kind.bidders for kind in game.kinds)
    return tuple(np.flatnonzero(np.concatenate(list(parts)) > 0).tolist())


def standing_ticks(game: Game) -> Lots:
    """int64[kinds x types]: the first tick at or above each type's required yield, below zero under the floor."""
    return np.concatenate([game.first_tick(game.rows_bp(kind, game.types)) for kind in game.kinds])


def _shares(game: Game, kind: Kind, variants: int) -> Money:
    """The probabilities at which a kind's rows part, 0 and 1 included: rows part halfway between neighbours."""
    rows = game.rows_bp(kind, game.types * variants)
    sd = game.sd_bp(kind)
    inner = ndtr(((rows[1:] + rows[:-1]) / 2 - game.value_bp(kind)) / sd) if sd > 0 else np.ones(len(rows) - 1)
    return np.concatenate([[0.0], inner, [1.0]])


def _strata(chance: Generator, count: int) -> Money:
    """Uniforms, one in each of `count` equal strata, in random order."""
    return (chance.permutation(count) + chance.random(count)) / count


def _asked_by_others(game: Game, move: Money, chance: Generator) -> Lots:
    """What those who do not adapt ask for; nothing where all adapt."""
    return game.others(move, chance) if game.others else np.zeros((len(move), game.rule.ticks), np.int64)


def _bidders(game: Game, kinds: list[Kind], move: Money, variants: int, chance: Generator) -> tuple[Lots, Lots]:
    """The row and shift of every bidder of these kinds, given the move: two int64[resamples, bidders]."""
    rows, shifts = [np.zeros((len(move), 0), np.int64)], [np.zeros((len(move), 0), np.int64)]
    for number, kind in enumerate(kinds):
        noise = kind.noise_bp * chance.standard_normal((len(move), kind.bidders))
        row, shift = _placed(game, number, game.value_bp(kind) + move[:, None] + noise, variants)
        away = chance.random(row.shape) < kind.absent
        rows.append(np.where(away, -1, row))
        shifts.append(shift)
    return np.concatenate(rows, axis=1), np.concatenate(shifts, axis=1)


def _placed(game: Game, kind_number: int, required: Money, variants: int) -> tuple[Lots, Lots]:
    """The row and shift of bidders of a kind by what they require, of the same shape."""
    kind = game.kinds[kind_number]
    parts = game.rows_bp(kind, game.types * variants)
    row = np.searchsorted((parts[1:] + parts[:-1]) / 2, required)
    standing = game.first_tick(game.rows_bp(kind, game.types))
    return row + kind_number * game.types * variants, game.first_tick(required) - standing[row // variants]


def bid_of(game: Game, profile: Profile, kind_number: int, required: float) -> Lots:
    """The cumulative lots by tick that the profile makes a bidder of a kind ask that requires this yield, in bp."""
    row, shift = _placed(game, kind_number, np.array([[required]]), profile.variants)
    schedule: Lots = np.zeros((1, game.rule.ticks), np.int64)
    add_demand(schedule, profile.schedules, standing_ticks(game), row, shift)
    return schedule.reshape(-1)


@compiled
def add_demand(demand: Lots, schedules: Lots, standing: Lots, rows: Lots, shifts: Lots) -> None:
    """Add to int64[resamples, ticks] what bidders ask that play rows of the schedules, each moved by its shift.

    What would leave the range stays at its end. What a type asks at a floor that pays it, its bidders ask there too,
    save those who require more and ask it where they stand themselves.
    """
    resamples, bidders = rows.shape
    _types, variants, ticks = schedules.shape
    for m in range(resamples):
        for n in range(bidders):
            if rows[m, n] < 0:
                continue
            number = rows[m, n] // variants
            schedule, shift = schedules[number, rows[m, n] % variants], shifts[m, n]
            first = standing[number] + shift if standing[number] <= 0 else ticks
            for y in range(ticks - 1):
                if y >= shift:
                    demand[m, y] += schedule[min(y - shift, ticks - 1)]
                elif y >= first:
                    demand[m, y] += schedule[0]
            demand[m, ticks - 1] += schedule[ticks - 1]
