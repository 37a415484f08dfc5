"""How well past coupons are predicted, each day left out in turn: the results at hand, since the local curve began.

    python benchmarks/backtest.py RESULTS.csv TREASURY.csv LOCAL.csv [TRIALS]

For each day the outlook is fitted anew on every other day; with TRIALS, so are the members, by so many trials of the
calibration (about a fifth of a second each), else they stay as shipped. Printed for all rows and for those whose day
is as published: error, bias, coverage of the 80 % interval, CRPS, and the gain over each baseline with its interval by
resampling days.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

from auction.curve import read_curve
from sim.lab.backtest import Backtest, Predicted, left_out
from sim.lab.calibrate import evenings_of
from sim.lab.history import read_history
from sim.lab.population import find_population, read_population


def main() -> None:
    """Predict every auction and print the scores."""
    results, treasury, local, *trials = sys.argv[1:]
    found = find_population("national", Path())
    assert found
    population, begun = read_population(found), perf_counter()
    curves = read_curve(Path(treasury)), read_curve(Path(local))
    whole, skipped = evenings_of(read_history(Path(results)), *curves, population)
    evenings = tuple(each for each in whole if not each.proxied)
    days = {each.auction.day for each in evenings}
    print(f"{len(evenings)} auctions on {len(days)} days; {len(skipped)} lines passed over")
    rows = left_out(evenings, population, int(trials[0]) if trials else 0)
    report("all rows", rows)
    report("stated days", tuple(row for row in rows if row.evening.auction.stated))
    print(f"{perf_counter() - begun:.0f} s")


def report(name: str, rows: tuple[Predicted, ...]) -> None:
    """The scores of some rows."""
    done = Backtest(rows, ())
    print(f"{name}:")
    for label, figure in done.scores().items():
        print(f"  {label:<22} {figure}")


if __name__ == "__main__":
    main()
