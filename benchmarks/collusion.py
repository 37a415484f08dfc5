"""How often the screens for collusion err on honest books, and how many rings they find.

    python benchmarks/collusion.py [--fit]

Thirty members of the national population, the market 8 ± 5 bp over the floor, half of the honest days under Shandong's
minimum bids. Rings of 5 and 8 in three ways (`sim.screens.simulated`), and members that jump to the floor after a
call. Prints every share with its 95 % interval; target: at most 5 % of honest days or series call, whatever the screen.
`--fit` prints the figures as `sim/screens/table.py` holds them, and the threshold at which each would call LIKED of
the time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from time import process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.random import default_rng

from sim.screens import SCREENS, Looked, screen_day, screen_series
from sim.screens.finding import wilson
from sim.screens.simulated import MEMBERS, MINIMUM_BIDS, WAYS, book, called_book, series, syndicate

DAYS, MORE_DAYS, RINGED_DAYS = 3_000, 500, 300
SERIES, RINGED_SERIES, AUCTIONS = 300, 25, 24
SIZES, JUMPING = (5, 8), (3, 5, 8)
SEED, AT_MOST, LIKED = 20_261_122, 0.05, 0.015


Chances = dict[str, list[float]]
"""By screen, the chance it found on each day or in each series; 1 where it found nothing."""


def main() -> None:
    """Honest books, then rings."""
    begun = process_time()
    honest = honest_days(MEMBERS) | honest_series()
    print(f"honest: {DAYS} days of one issue with a call, {SERIES} series of {AUCTIONS} issues, {MEMBERS} members")
    for screen, chances in honest.items():
        hits = called(screen, chances)
        verdict = "within" if hits <= AT_MOST * len(chances) else "OVER"
        threshold = f"p <= {SCREENS[screen].threshold:g}"
        print(f"  {screen:<13} {threshold:<10} {shares(hits, len(chances))}: {verdict} {AT_MOST:.0%}")
    family = np.mean([any_called(each) for each in zip(*(honest[s] for s in DAILY), strict=True)])
    print(f"  any screen of a day: {family:.1%}: {'within' if family <= AT_MOST else 'OVER'} {AT_MOST:.0%}")
    for members in (12, 50):
        print(f"  {members} members, {MORE_DAYS} days: {told(honest_days(members, MORE_DAYS))}")
    ringed = {(way, size): ringed_books(way, size) for way in WAYS for size in SIZES}
    print(f"rings among {MEMBERS}: {RINGED_DAYS} days, {RINGED_SERIES} series")
    for (way, size), found in ringed.items():
        print(f"  {way} of {size}: {told(found)}")
    guided = {jumping: guided_days(jumping) for jumping in JUMPING}
    for jumping, found in guided.items():
        print(f"  {jumping} jump to the floor after a call: {told(found)}")
    if "--fit" in sys.argv[1:]:
        fit(honest, ringed, guided)
    print(f"processor time {process_time() - begun:.0f} s")


DAILY = ("identical", "accompanying", "called")


def honest_days(members: int, days: int = DAYS) -> Chances:
    """Days of honest members, one half without minimum bids and one with."""
    both = (syndicate(members=members), syndicate(members=members, minimum=MINIMUM_BIDS))
    draw = default_rng(SEED)
    return chances_of(screen_day([called_book(both[day % 2], draw)]) for day in range(days))


def honest_series() -> Chances:
    """Series of honest members."""
    who, draw = syndicate(), default_rng(SEED)
    return chances_of(screen_series(series(who, AUCTIONS, draw)) for _number in range(SERIES))


def ringed_books(way: str, size: int) -> Chances:
    """Days and series of members among whom there is a ring."""
    who, draw = syndicate(size, way), default_rng(SEED)
    days = chances_of(screen_day([book(who, draw)]) for _day in range(RINGED_DAYS))
    over = chances_of(screen_series(series(who, AUCTIONS, draw)) for _number in range(RINGED_SERIES))
    return {screen: chances for screen, chances in (days | over).items() if screen != "called"}


def guided_days(jumping: int) -> Chances:
    """Days on which so many members jump to the floor after a call."""
    who, draw = syndicate(), default_rng(SEED)
    days = chances_of(screen_day([called_book(who, draw, jumping)]) for _day in range(RINGED_DAYS))
    return {"called": days["called"]}


def chances_of(found: Iterable[tuple[Looked, ...]]) -> Chances:
    """What every screen found, day by day."""
    chances: Chances = {}
    for each in found:
        for looked in each:
            chances.setdefault(looked.screen.id, []).append(looked.finding.p if looked.finding else 1.0)
    return chances


def called(screen: str, chances: list[float]) -> int:
    """How often it called for a look."""
    return sum(chance <= SCREENS[screen].threshold for chance in chances)


def called_on(screen: str, found: Chances) -> list[bool]:
    """Whether it called, day by day."""
    return [chance <= SCREENS[screen].threshold for chance in found[screen]]


def any_called(chances: tuple[float, ...]) -> bool:
    """Whether some screen of a day called."""
    return any(chance <= SCREENS[screen].threshold for screen, chance in zip(DAILY, chances, strict=True))


def shares(hits: int, tried: int) -> str:
    """A share with its interval."""
    low, high = wilson(hits, tried)
    return f"{hits / tried:6.1%} ({low:.1%} to {high:.1%})"


def told(found: Chances) -> str:
    """The share each screen calls on."""
    return ", ".join(f"{screen} {shares(called(screen, chances), len(chances))}" for screen, chances in found.items())


def fit(honest: Chances, ringed: dict[tuple[str, int], Chances], guided: dict[int, Chances]) -> None:
    """The table's figures, and which threshold would call LIKED of the time."""
    print("for sim/screens/table.py:")
    for screen, chances in honest.items():
        tried = {f"{way} {size}": found for (way, size), found in ringed.items()}
        tried |= {f"jumping {jumping}": found for jumping, found in guided.items()}
        power = {name: np.mean(called_on(screen, found)) for name, found in tried.items() if screen in found}
        shown = ", ".join(f'"{name}": {share:.2f}' for name, share in power.items())
        print(f"{screen.upper()} = Measured({len(chances)}, {called(screen, chances)}, {{{shown}}})", flush=True)
        print(f"# {LIKED:.1%} at p <= {float(np.quantile(chances, LIKED)):.2g}")


if __name__ == "__main__":
    main()
