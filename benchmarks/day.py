"""How long a whole unattended day takes as a person waits for it, start-up included, and how long `--help` does.

Targets: 90 members and five issues at most 2.5 s, its journal on the disk; `--help` at most 0.2 s. Prints minimum,
median and maximum of seven runs.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path

RUNS = 7
MEMBERS, TENORS = 90, (3, 5, 7, 10, 30)
"""How many bid, and for which issues."""


def main() -> None:
    """Time both as whole processes, in turn, so that a busy machine is busy for both."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = crowded_scenario(Path(folder), MEMBERS, TENORS)
        day, shown_help, nothing = [], [], []
        for run in range(RUNS):
            out = str(Path(folder) / f"day-{run}")
            day.append(seconds("rehearse", str(scenario), "--auto", "--seed", str(run), "--out", out, "--json"))
            shown_help.append(seconds("--help"))
            nothing.append(timed([sys.executable, "-c", "pass"]))
    report(f"day of {MEMBERS} members, {len(TENORS)} issues", day)
    report("--help", shown_help)
    report("bare python", nothing)


def crowded_scenario(folder: Path, members: int, tenors: tuple[int, ...] = (10,)) -> Path:
    """The first scenario with that many members, and an issue of each tenor in its window."""
    shipped = Path(str(files("scenarios")))
    text = (shipped / "first-tender.yaml").read_text("utf-8")
    before, _, rest = text.partition("  members:\n")
    _, _, after = rest.partition("  windows:\n")
    classes = ("lead-bank", "bank", "broker", "bank", "lead-broker", "bank")
    listed = "".join(f"    演练机构{n:03d}: {classes[n % len(classes)]}\n" for n in range(members))
    (folder / "curves").mkdir()
    curve = shipped / "curves" / "synthetic-treasury.csv"
    (folder / "curves" / curve.name).write_bytes(curve.read_bytes())
    file = folder / "crowded.yaml"
    windows, _, rest = after.partition('        - bond: "')
    first, _, after = rest.partition("\ncurves:")
    code, told = int(first[:7]), first[7:]
    issues = [
        f'        - bond: "{code + number}{told}'.replace("tenor: 10\n", f"tenor: {tenor}\n")
        for number, tenor in enumerate(tenors)
    ]
    whole = f"{before}  members:\n{listed}  windows:\n{windows}{''.join(issues)}\ncurves:{after}"
    file.write_text(whole, "utf-8")
    return file


def seconds(*arguments: str) -> float:
    """Wall time of one `kaibiao` command."""
    return timed([sys.executable, "-m", "tui.start", *arguments])


def timed(command: list[str]) -> float:
    """Wall time of one process."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def report(name: str, times: list[float]) -> None:
    """One line: minimum, median, maximum."""
    print(f"{name:<32} min {min(times):6.3f} s  median {statistics.median(times):6.3f} s  max {max(times):6.3f} s")


if __name__ == "__main__":
    main()
