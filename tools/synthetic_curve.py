"""Make scenarios/curves/: invented treasury curves and an invented local curve for the scenarios.

The numbers are nobody's: a rational formula for the shape, a seeded walk back in time for the days, in whole
0.0001 % so that every machine writes the same bytes. Run: python tools/synthetic_curve.py
"""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

from auction.workdays import INTERBANK

FIRST_SCENARIO_DAY = date(2026, 6, 10)
DAYS = 40
TENORS = (*range(1, 11), 15, 20, 30)
FOLDER = Path(__file__).resolve().parents[1] / "scenarios" / "curves"
SEED = 20260610

EARLIER = {"2011": (date(2011, 11, 15), 17_500), "2016": (date(2016, 7, 20), 10_500)}
"""Days of scenarios before the first, each with how much higher yields stood, in 0.0001 %: a week of evenings."""
WEEK = 5

Nodes = list[int]
"""Yields by tenor, in 0.0001 %."""


def shape(tenor: int) -> int:
    """The last evening's treasury yield: 1.17 % at one year, 1.75 % at ten, 2.06 % at thirty."""
    return 23_367 - 13_200 * 8 // (tenor + 8)


def premium(tenor: int) -> int:
    """What a local-government bond yields above that: about 11 bp at one year, 17 bp at thirty."""
    return 1_080 + 600 * tenor // 30


def treasury_days(days: int, draw: random.Random) -> list[Nodes]:
    """The treasury curve of `days` evenings, the last being `shape` but for a little noise."""
    level = tilt = 0
    backwards = []
    for _ in range(days):
        backwards.append([shape(t) + level + tilt * (t - 10) // 20 + draw.randint(-25, 25) for t in TENORS])
        level += draw.randint(-180, 170)
        tilt += draw.randint(-60, 60)
    return backwards[::-1]


def local_days(treasury: list[Nodes], draw: random.Random) -> list[Nodes]:
    """The local curve over the same evenings, 10 to 18 bp above."""
    return [[y + premium(t) + draw.randint(-40, 40) for t, y in zip(TENORS, nodes, strict=True)] for nodes in treasury]


def as_csv(days: tuple[date, ...], curve: list[Nodes]) -> str:
    """The wide layout."""
    lines = [",".join(["date", *(f"{tenor}Y" for tenor in TENORS)])]
    for day, nodes in zip(days, curve, strict=True):
        lines.append(",".join([day.isoformat(), *(f"{node // 10_000}.{node % 10_000:04d}" for node in nodes)]))
    return "\n".join(lines) + "\n"


def files() -> dict[str, str]:
    """Each file's name and text."""
    draw = random.Random(SEED)
    days = INTERBANK.before(FIRST_SCENARIO_DAY, DAYS)
    treasury = treasury_days(DAYS, draw)
    earlier = {}
    for year, (day, higher) in EARLIER.items():
        week = treasury_days(WEEK, random.Random(SEED + int(year)))
        lifted = [[node + higher for node in nodes] for nodes in week]
        earlier[f"synthetic-treasury-{year}.csv"] = as_csv(INTERBANK.before(day, WEEK), lifted)
    return {
        **earlier,
        "synthetic-treasury.csv": as_csv(days, treasury),
        "synthetic-local.csv": as_csv(days, local_days(treasury, draw)),
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
