"""How long 1,000 yields to maturity take on one core, of bonds whose cash flows stand and with making these.

Target: at most 1 s each. Prints the least, the median and the most of five runs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from statistics import median
from time import perf_counter

from auction.bond import yield_to_maturity
from auction.bondterms import Terms, schedule_of, usual_terms

YIELDS, RUNS, TARGET = 1_000, 5, 1.0

TENORS = (1, 2, 3, 5, 7, 10, 15, 20, 30)

Trade = tuple[Terms, date, Decimal]


def random_trades(draw: Random) -> list[Trade]:
    """Bonds of every usual tenor, some days into their first year, at 95 to 110 yuan."""
    trades = []
    for number in range(YIELDS):
        value_date = date(2024, 1, 1) + timedelta(days=draw.randrange(366))
        terms = usual_terms(Decimal(draw.randrange(150, 450)) / 100, value_date, TENORS[number % len(TENORS)])
        settlement = value_date + timedelta(days=draw.randrange(300))
        trades.append((terms, settlement, Decimal(draw.randrange(950_000, 1_100_000)) / 10_000))
    return trades


def seconds(work: Callable[[], object]) -> list[float]:
    """How long each of the runs takes, in order."""
    taken = []
    for _run in range(RUNS):
        begun = perf_counter()
        work()
        taken.append(perf_counter() - begun)
    return sorted(taken)


def report(name: str, taken: list[float]) -> None:
    verdict = "within" if taken[-1] <= TARGET else "OVER"
    print(f"{name}: min {taken[0]:.3f} s, median {median(taken):.3f} s, max {taken[-1]:.3f} s: {verdict} {TARGET:g} s")


def main() -> None:
    trades = random_trades(Random(1))
    standing = [(schedule_of(terms), settlement, dirty) for terms, settlement, dirty in trades]
    print(f"{YIELDS} yields, tenors of {TENORS[0]} to {TENORS[-1]} years, {RUNS} runs")
    report("yields", seconds(lambda: [yield_to_maturity(*trade) for trade in standing]))
    made = seconds(lambda: [yield_to_maturity(schedule_of(terms), day, dirty) for terms, day, dirty in trades])
    report("yields with cash flows made anew", made)


if __name__ == "__main__":
    main()
