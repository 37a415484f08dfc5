"""How long a six-arm study takes to ±0.05 bp, from the start of a fresh process to its answer.

Target: 15 s on two cores, start-up and compilation included. Runs `kaibiao lab run floor-by-five` with an empty cache
of machine code, then with the one that left, with one process and with two; what its processes take to end after
that is left out.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
EXPERIMENT, PRECISION_BP, TARGET_S = "floor-by-five", 0.05, 15.0
CORES = 2


def run(folder: Path, cache: Path, jobs: int) -> tuple[float, dict[str, object]]:
    """The seconds of one run in a process of its own, and its answer."""
    command = [sys.executable, "-m", "tui.start", "lab", "run", EXPERIMENT, "--json", "--jobs", str(jobs)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(cache), "NUMBA_NUM_THREADS": "1"}
    options, lines = ["--out", str(folder), "--precision", str(PRECISION_BP)], list[str]()
    begun = perf_counter()
    whole = [*command, *options]
    with Popen(whole, cwd=ROOT, env=environment, stdout=PIPE, stderr=DEVNULL, text=True) as study:
        assert study.stdout is not None
        for line in study.stdout:
            lines.append(line)
            if line == "}\n":
                break
        answered = perf_counter() - begun
    return answered, json.loads("".join(lines))


def main() -> None:
    print(f"{EXPERIMENT}, six arms to ±{PRECISION_BP} bp; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory() as place:
        for jobs in (CORES, 1):
            for state in ("cold", "warm"):
                folder, cache = Path(place) / f"{state}{jobs}", Path(place) / f"cache{jobs}"
                seconds, answer = run(folder, cache, jobs)
                verdict = "within" if seconds <= TARGET_S else "OVER"
                print(
                    f"{jobs} processes, {state}: {seconds:5.1f} s ({answer['seconds']} s of them the study), "
                    f"{answer['auctions']} auctions of each arm, ±{answer['half_width_bp']:.4f} bp: "
                    f"{verdict} {TARGET_S:g} s"
                )


if __name__ == "__main__":
    main()
