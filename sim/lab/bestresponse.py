"""The exact best response of one bidder: dynamic programming over ticks, against resampled rivals.

Ticks count upwards from the range's low end, amounts are whole lots, money is bp x lots. A tender clears at tick y
iff d(y-1) + O(y-1) < S <= d(y) + O(y), d the bidder's and O its rivals' cumulative demand, so what a schedule brings is
a sum over pairs (d(y-1), d(y)) of neighbours alone, whatever the payoff. A share of the cut-off that is no whole
number of lots is the lottery for the tail lot: the payoff is read between the two neighbouring lots.
Source: Kastl 2011 for bidders with steps; Hortacsu and McAdams 2010 for resampling; market.md 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.lab.compiled import compiled, inlined

Lots = NDArray[np.int64]
Money = NDArray[np.float64]

NOTHING = -1e300
"""What a schedule is worth that breaks a limit."""
HOLD = -1
ONE = np.uint64(1)
TIE = 1e-12
"""By how much a further step must pay, so that ties go to the fewest and lowest."""
DENSER = 1.5
"""The power by which totals lie denser towards nothing, where most awards are."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a schedule must keep to: amounts in lots; a bidder with `least` 0 may stay away."""

    most: int
    level_most: int
    steps: int
    span: int
    """Ticks between the highest and the lowest level."""
    least: int = 0
    level_least: int = 1

    def quantities(self, count: int, *wanted: int) -> Lots:
        """`count` totals from nothing to the most, with the least, full levels and `wanted`; fewer where equal."""
        full = range(0, self.most + 1, max(self.level_most, 1))[: self.steps + 1]
        exact = {total for total in (*full, self.least, self.most, *wanted) if 0 <= total <= self.most}
        spread = np.rint(np.linspace(0, 1, max(count - len(exact) + 2, 2)) ** DENSER * self.most).astype(np.int64)
        return np.array(sorted(exact | set(spread.tolist())), np.int64)


@dataclass(frozen=True, slots=True)
class Worth:
    """What an award brings, in bp x lots."""

    payoff: Money
    """float64[ticks, lots + 2]: by the tick that clears, the highest bid if a sale is short, and the award."""
    earned: Money
    """float64[ticks]: what a lot won at each tick brings besides; zero where all get the coupon."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """What the others may do, each resample as likely as the next."""

    demand: Lots
    """int64[resamples, ticks]: their cumulative demand."""
    supply: Lots
    """int64[1, resamples]: what is on offer; int64[quantities, resamples] where it depends on the bidder's total."""
    surprise: Money
    """float64[resamples]: what a lot turns out to bring besides, seen only afterwards."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a schedule brings and is awarded in each resample, float64[resamples] each, bp x lots and lots."""

    brought: Money
    awarded: Money


def best_response(rivals: Rivals, worth: Worth, quantities: Lots, limits: Limits, tremble: float = 0.0) -> Lots:
    """The schedule that brings most on average, as cumulative lots by tick; totals from `quantities`, ascending from 0.

    With a chance of `tremble` for each tick up to the first that the rivals never reach, the bidder is alone there:
    among schedules that bring the same, the one that bids its own demand wins, and nobody leaves room for a rent.
    Raises ValueError where no schedule keeps to the limits.
    """
    ticks, flexible = rivals.demand.shape[1], len(rivals.supply) > 1
    best, found = NOTHING, None
    for row, supply in enumerate(rivals.supply):
        totals = quantities[: row + 1] if flexible else quantities
        pairs, whole = np.zeros((ticks, len(totals), len(totals))), np.zeros((ticks + 1, len(totals)))
        short = np.zeros((ticks, len(totals)))
        own = (worth.payoff, worth.earned, totals)
        reach = _add_resamples(pairs, whole, short, rivals.demand, supply, rivals.surprise, *own)
        _complete(pairs, whole, short, *own, tremble, reach)
        value, schedule = _walk(pairs, short, totals, limits, row if flexible else 0)
        if value > best + TIE:
            best, found = value, schedule
    if found is None:
        raise ValueError("no schedule keeps to the limits")
    return found


def _walk(pairs: Money, short: Money, totals: Lots, limits: Limits, first: int) -> tuple[float, Lots]:
    """The best path through the ticks that ends at totals[first] or more: what it brings, and its schedule."""
    ticks, count, steps = len(pairs), len(totals), min(limits.steps, len(pairs))
    held = np.zeros((ticks + 1, count))
    held[:-1] = pairs.diagonal(axis1=1, axis2=2)[::-1].cumsum(axis=0)[::-1]
    bounds = np.array([limits.least, limits.level_least, limits.level_most, ticks, first], np.int64)
    ahead, choice = np.zeros((2, count, steps + 1)), np.zeros((ticks, count, steps), np.int64)
    best, schedule = NOTHING, np.zeros(ticks, np.int64)
    if limits.least == 0 and first == 0:
        best = float(held[0, 0] + short[0, 0])
    free = _window(pairs, short, held, totals, bounds, 0, ahead, choice)
    if free <= max(best, NOTHING / 2) + TIE:
        return best, schedule
    _trace(choice, totals, 0, schedule)
    bid_at = np.flatnonzero(np.diff(schedule, prepend=0))
    if bid_at[-1] - bid_at[0] <= limits.span:
        return float(free), schedule
    schedule[:], bounds[3] = 0, limits.span
    for start in range(ticks - limits.span):
        value = held[0, 0] - held[start, 0] + _window(pairs, short, held, totals, bounds, start, ahead, choice)
        if value > max(best, NOTHING / 2) + TIE:
            best = float(value)
            _trace(choice, totals, start, schedule)
    return best, schedule


def play(schedule: Lots, rivals: Rivals, worth: Worth, quantities: Lots) -> Outcome:
    """Clear every resample with this schedule, whose total is one of `quantities`."""
    total = int(np.searchsorted(quantities, schedule[-1])) if len(rivals.supply) > 1 else 0
    supply = rivals.supply[total]
    brought, awarded = np.zeros(len(supply)), np.zeros(len(supply))
    _play(schedule, rivals.demand, supply, rivals.surprise, worth.payoff, worth.earned, brought, awarded)
    return Outcome(brought, awarded)


@compiled
def _add_resamples(
    pairs: Money,
    whole: Money,
    short: Money,
    demand: Lots,
    supply: Lots,
    surprise: Money,
    payoff: Money,
    earned: Money,
    quantities: Lots,
) -> int:
    """Add every resample where it can matter, and return the last tick at which the rivals leave anything.

    To pairs [tick, before, after] what a step brings where its tick is the cut-off; to whole [tick, total] what each
    lot earns by itself where all bids of the tick win and more is left; to short [tick, total] how often a sale is
    short of which that is the rivals' highest tick, and to the last row of whole what a lot then turns out to bring.
    """
    resamples, ticks = demand.shape
    count, each, reach = len(quantities), 1.0 / resamples, 0
    for m in range(resamples):
        offered, extra, below, top = supply[m], surprise[m], 0, 0
        for y in range(ticks):
            above = demand[m, y]
            if below >= offered:
                break
            reach = max(reach, y)
            if above > below:
                top = y
            if above + quantities[count - 1] >= offered:
                left, rivals = offered - below, above - below
                _add_cutoff(pairs[y], payoff[y], quantities, left, rivals, extra, earned[y], y > 0, each)
            j = 0
            while earned[y] != 0.0 and j < count and above + quantities[j] < offered:
                whole[y, j] += earned[y] * each
                j += 1
            below = above
        j = 0
        while j < count and below + quantities[j] < offered:
            short[top, j] += each
            whole[ticks, j] += extra * each
            j += 1
    return reach


@compiled
def _complete(
    pairs: Money, whole: Money, short: Money, payoff: Money, earned: Money, quantities: Lots, tremble: float, reach: int
) -> None:
    """Make short [tick, total] what a short sale brings whose last own bid is at the tick; put all else into pairs."""
    ticks, count = short.shape
    for j in range(count):
        lots, sooner, later = quantities[j], 0.0, whole[ticks, j] * quantities[j]
        for y in range(ticks):
            later += short[y, j] * payoff[y, lots]
        for y in range(ticks):
            sooner += short[y, j]
            later -= short[y, j] * payoff[y, lots]
            short[y, j] = sooner * payoff[y, lots] + later
            alone = tremble * (payoff[y, lots] + earned[y] * lots) if y <= reach + 1 else 0.0
            for i in range(j + 1):
                pairs[y, i, j] += whole[y, j] * (lots - quantities[i]) + alone


@inlined
def _add_cutoff(
    pairs: Money,
    payoff: Money,
    quantities: Lots,
    left: int,
    rivals: int,
    extra: float,
    earned: float,
    begun: bool,
    each: float,
) -> None:
    """Add what is won where this tick is the cut-off, for every pair of totals for which it is.

    `left` is what the rivals leave from the ticks below, `rivals` what they bid here.
    """
    count, coupon_alone = len(quantities), extra == 0.0 and earned == 0.0
    j_first = 0
    while quantities[j_first] + rivals < left:
        j_first += 1
    for i in range(count if begun else 1):
        here = left - quantities[i]
        if here <= 0:
            break
        for j in range(max(i, j_first), count):
            bid = quantities[j] - quantities[i]
            share = bid * (here / (bid + rivals))
            lots = int(share)
            tail = share - lots
            at = np.uint64(quantities[i] + lots)
            brought = payoff[at] + tail * (payoff[at + ONE] - payoff[at])
            if not coupon_alone:
                brought += extra * (at + tail) + earned * share
            pairs[i, j] += brought * each


@compiled
def _window(
    pairs: Money,
    short: Money,
    held: Money,
    quantities: Lots,
    bounds: Lots,
    start: int,
    ahead: Money,
    choice: Lots,
) -> float:
    """The best value of bidding between `start` and the span above it; the choices [tick, total, steps used].

    A choice is HOLD, or the next total doubled, odd where it is the last.
    """
    ticks, count = len(pairs), len(quantities)
    least, level_least, level_most, first, steps = bounds[0], bounds[1], bounds[2], bounds[4], choice.shape[2]
    end, now = min(start + bounds[3], ticks - 1), 0
    for i in range(count):
        for u in range(steps + 1):
            ahead[0, i, u] = ahead[1, i, u] = NOTHING
    for y in range(end, start - 1, -1):
        now = 1 - now
        for i in range(count):
            for u in range(steps):
                best, chosen = pairs[y, i, i] + ahead[1 - now, i, u], HOLD
                for j in range(i + 1, count):
                    bid = quantities[j] - quantities[i]
                    if bid > level_most:
                        break
                    if bid < level_least:
                        continue
                    ends = NOTHING
                    if j >= first and quantities[j] >= least:
                        ends = held[y + 1, j] + short[y, j]
                    goes_on = ahead[1 - now, j, u + 1]
                    value = pairs[y, i, j] + max(ends, goes_on)
                    if value > best + TIE:
                        best, chosen = value, 2 * j + (1 if ends >= goes_on else 0)
                ahead[now, i, u] = best
                choice[y, i, u] = chosen
    return float(ahead[now, 0, 0])


def _trace(choice: Lots, quantities: Lots, start: int, schedule: Lots) -> None:
    """Write the cumulative lots by tick that the choices make."""
    i, u, last = 0, 0, False
    for y in range(len(schedule)):
        if y >= start and not last and choice[y, i, u] != HOLD:
            last = choice[y, i, u] % 2 == 1
            i, u = choice[y, i, u] // 2, u + 1
        schedule[y] = quantities[i]


@compiled
def _play(
    schedule: Lots,
    demand: Lots,
    supply: Lots,
    surprise: Money,
    payoff: Money,
    earned: Money,
    brought: Money,
    awarded: Money,
) -> None:
    """Clear every resample with this schedule: what it brings and what it is awarded."""
    resamples, ticks = demand.shape
    for m in range(resamples):
        own, others, cleared, award, paid = 0, 0, 0, 0.0, 0.0
        for y in range(ticks):
            bid, rivals = schedule[y] - own, demand[m, y] - others
            left = supply[m] - own - others
            if left <= 0:
                break
            if bid + rivals > 0:
                cleared = y
            won = bid * (left / (bid + rivals)) if bid + rivals >= left else float(bid)
            award += won
            paid += earned[y] * won
            own, others = schedule[y], demand[m, y]
        lots = int(award)
        tail = award - lots
        worth = payoff[cleared, lots] + tail * (payoff[cleared, lots + 1] - payoff[cleared, lots])
        brought[m] = worth + paid + surprise[m] * award
        awarded[m] = award
