"""How long many days take of which only summaries are kept: every training scenario in turn, by fallible people.

    python benchmarks/training.py [DAYS] [WORKERS]

Target: 10,000 days within 15 minutes on two cores, in flat memory; fewer days are extrapolated. Each day is played
whole, in memory, and looked back on; what is kept of it is its score and how each incident was come through.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

from auction.journal import MemoryJournal
from sim.debrief import debrief
from sim.rehearsal import Rehearsal
from sim.scenario import Staged, read_scenario, training_scenarios

DAYS, WORKERS, TARGET_DAYS, TARGET_S = 200, 2, 10_000, 15 * 60
FALLIBLE = {"typing_error": Decimal("0.02"), "missed_difference": Decimal("0.3"), "wrong_answer": Decimal("0.3")}
AT_ONCE = 10
"""Days that a worker is given at a time."""
GROWTH = 1.2
"""How much larger a worker may be at the end than halfway."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of a day."""

    score: int
    incidents: tuple[tuple[str, bool], ...]
    """Each by its name, and whether it was come through well."""
    worker: int
    resident_mb: float
    """Of the worker, after the day."""
    busy_s: float
    """Processor time of the day."""


def main() -> None:
    """Play the days and tell how it went."""
    given = [int(argument) for argument in sys.argv[1:]]
    days, workers = (*given, *(DAYS, WORKERS)[len(given) :])
    began, kept = perf_counter(), list[Summary]()
    with get_context("spawn").Pool(workers) as pool:
        for summary in pool.imap_unordered(played, range(days), AT_ONCE):
            kept.append(summary)
    report(kept, perf_counter() - began, workers)


def played(number: int) -> Summary:
    """One day: the scenarios in turn, each time with another seed."""
    began, files = process_time(), training_scenarios()
    staged, log = by_fallible_people(files[number % len(files)]), MemoryJournal()
    for _event in Rehearsal(staged, log, seed=number).run():
        pass
    looked_back = debrief(log.rows())
    handled = looked_back.story.handled
    incidents = tuple((one.incident.occurred.incident, not one.wrong) for one in handled)
    return Summary(looked_back.score, incidents, os.getpid(), resident_mb(), process_time() - began)


@cache
def by_fallible_people(file: Path) -> Staged:
    """The scenario, with people on its site who err now and then."""
    staged = read_scenario(file)
    staff = staged.scenario.staff.model_copy(update=FALLIBLE)
    return replace(staged, scenario=staged.scenario.model_copy(update={"staff": staff}))


def resident_mb() -> float:
    """What the process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def report(kept: list[Summary], taken: float, workers: int) -> None:
    """Time, memory, and what the days came to."""
    whole = taken * TARGET_DAYS / len(kept)
    speed = f"{len(kept)} days in {taken:.0f} s with {workers} workers, {1000 * taken / len(kept):.0f} ms a day"
    print(f"{speed}; {TARGET_DAYS} days: {whole:.0f} s: {verdict(whole, TARGET_S)} s")
    busy = sum(summary.busy_s for summary in kept) / len(kept)
    alone = f"{busy * TARGET_DAYS / workers:.0f} s for {TARGET_DAYS} days on {workers} cores of their own"
    print(f"processor time {1000 * busy:.0f} ms a day: {alone}")
    for worker in sorted({summary.worker for summary in kept}):
        sizes = [summary.resident_mb for summary in kept if summary.worker == worker]
        first, middle, last = sizes[0], sizes[len(sizes) // 2], sizes[-1]
        growth = f"{first:.0f} MB after the first, {middle:.0f} MB halfway, {last:.0f} MB at the end"
        print(f"worker {worker}, {len(sizes)} days: {growth}: {verdict(last / middle, GROWTH)} times halfway")
    print(f"mean score {sum(summary.score for summary in kept) / len(kept):.1f}")
    befell = Counter(kind for summary in kept for kind, _well in summary.incidents)
    well = Counter(kind for summary in kept for kind, good in summary.incidents if good)
    for kind, times in sorted(befell.items()):
        print(f"  {kind:<24} {times:6d} times, {100 * well[kind] / times:5.1f} % come through well")


def verdict(figure: float, limit: float) -> str:
    """Whether a figure keeps its limit."""
    return f"{'within' if figure <= limit else 'OVER'} {limit:g}"


if __name__ == "__main__":
    main()
