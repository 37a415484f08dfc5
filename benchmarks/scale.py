"""What an auction costs, how that grows, and what more workers bring: the figures of docs/scale.md.

First by the time of one thread, whatever else the machine does: draws, bids, clearing and allotment of one arm. Then by
the clock, start-up apart: the chunks of a shipped study in one process, in two, and on two workers of a dask cluster,
started as dask does and so that they keep the memory they are done with, as docs/scale.md advises. Last, by arithmetic
from these figures and not measured: what a cluster of N would bring.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from math import ceil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from dask import config
from distributed import LocalCluster
from kernel import FLOOR, TICKS, Arm, hold

from sim.lab.bench import Bench
from sim.lab.cluster import PART, cluster_at
from sim.lab.draws import CHUNK
from sim.lab.experiment import Bidders, read_experiment
from sim.lab.interval import LEAST
from sim.lab.pool import ALONE, Pool, Workers
from sim.lab.rule import MOST_STEPS
from sim.lab.sides import bench_of, market_of
from sim.lab.study import GROWTH, run_chunks

EXPERIMENT, WORKERS, RUNS = "floor-by-five", 2, 5
CHUNKS, SMALL, TRIPS = 192, 20, 200
KEPT = {"MALLOC_TRIM_THRESHOLD_": 2**28, "MALLOC_MMAP_THRESHOLD_": 2**25}
"""Bytes: what a worker keeps of memory it is done with; dask has it give back all but 64 KiB, chunk after chunk."""
STAGES = ("draws", "bids", "clearing", "allotment")
STUDY, CLUSTERS = 10_000_000, (1, 2, 4, 8, 16, 32, 64, 128)
"""Auctions of each arm of the study that is reckoned, and by how many workers."""


def cost_us(members: int, steps: int, ticks: int = TICKS) -> float:
    """Microseconds of one thread for one auction from its draws to its awards: the median of the runs."""
    arm = Arm.of(members, steps, FLOOR, 1, ticks)
    hold(arm, arm, range(2))
    runs = [hold(arm, arm, range(SMALL))[0] for _run in range(RUNS)]
    return median(sum(taken[stage] for stage in STAGES) for taken in runs) / (SMALL * CHUNK) * 1e6


def report_cost() -> None:
    steps = (1, 5, MOST_STEPS)
    print(f"one auction, µs of one thread, {TICKS} ticks; members down, steps of each across: {steps}")
    for members in (15, 30, 60, 90):
        print(f"  {members:3}  " + "  ".join(f"{cost_us(members, each):6.2f}" for each in steps))
    print("30 members of 5 steps by ticks:")
    for ticks in (21, 41, 81, 161, 321):
        print(f"  {ticks:3}  {cost_us(30, 5, ticks):6.2f}")


def bench() -> Bench:
    """The shipped study with bidders as they are: its equilibria are no auctions."""
    prepared = read_experiment(Path(EXPERIMENT))
    fixed = replace(prepared, experiment=prepared.experiment.model_copy(update={"bidders": Bidders.FIXED}))
    return bench_of(fixed, market_of(fixed), ALONE)


def seconds(ready: Bench, pool: Workers) -> float:
    """Of all chunks, handed over as a study does."""
    begun = perf_counter()
    parts = [tuple(range(at, min(at + pool.part, CHUNKS))) for at in range(0, CHUNKS, pool.part)]
    list(pool.map(partial(run_chunks, ready), parts))
    return perf_counter() - begun


def report_pool(ready: Bench, pool: Workers, name: str, begun: float) -> float:
    """Auctions a second and, apart, the seconds until everybody has computed something; gives those of a chunk."""
    list(pool.map(partial(run_chunks, ready), [(chunk,) for chunk in range(2 * pool.jobs)]))
    started = perf_counter() - begun
    runs = sorted(seconds(ready, pool) for _run in range(RUNS))
    auctions = CHUNKS * CHUNK * len(ready.sides)
    slow, fast = auctions / runs[-1], auctions / runs[0]
    print(f"  {name:36} {auctions / median(runs):9,.0f} ({slow:,.0f}–{fast:,.0f}); start-up {started:.1f} s")
    return median(runs) / CHUNKS


def report_pools() -> tuple[float, float]:
    """By whom how fast; gives the seconds of a chunk in one process, and of a task's way to a worker and back."""
    ready = bench()
    print(f"{EXPERIMENT}, {len(ready.sides)} arms of {len(ready.sides[0].seating)} members, by the clock:")
    print("auctions a second, each arm's counted; median and range")
    chunk = report_pool(ready, ALONE, "one process", perf_counter())
    report_pool(ready, Pool(WORKERS), f"{WORKERS} processes", perf_counter())
    report_dask(ready, "as dask starts them")
    with config.set({"distributed.nanny.pre-spawn-environ": KEPT}):
        task = report_dask(ready, "memory kept")
    print(f"a task that does nothing: {task * 1e3:.1f} ms; a chunk in one process: {chunk * 1e3:.1f} ms")
    return chunk, task


def report_dask(ready: Bench, started_how: str) -> float:
    """The same of dask workers; gives the seconds of a task that does nothing."""
    begun = perf_counter()
    with TemporaryDirectory() as place:
        local = {"host": "127.0.0.1", "dashboard_address": None, "local_directory": place, "processes": True}
        with (
            LocalCluster(n_workers=WORKERS, threads_per_worker=1, **local) as started,
            cluster_at(started.scheduler_address, print) as pool,
        ):
            report_pool(ready, pool, f"{WORKERS} dask workers, {started_how}", begun)
            begun = perf_counter()
            list(pool.map(abs, range(TRIPS)))
            return (perf_counter() - begun) / TRIPS


def reckoned(workers: int, chunk: float, task: float) -> float:
    """Seconds of STUDY auctions of each arm by so many workers: look by look, tasks handed over one after another."""
    done, whole, taken = 0, STUDY // CHUNK, 0.0
    while done < whole:
        look = min(whole - done, max(LEAST, done // GROWTH))
        part = max(1, min(PART, look // workers))
        tasks = ceil(look / part)
        taken += max(ceil(tasks / workers) * part * chunk, tasks * task) + task
        done += look
    return taken


def report_clusters(chunk: float, task: float) -> None:
    print(f"reckoned, not measured: {STUDY:,} auctions of each arm by N workers, each as fast as the one process above")
    alone = reckoned(1, chunk, task)
    for workers in CLUSTERS:
        taken = reckoned(workers, chunk, task)
        print(f"  {workers:4} {taken:9,.0f} s  {alone / taken:5.1f} times as fast")


def main() -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    report_cost()
    report_clusters(*report_pools())


if __name__ == "__main__":
    main()
