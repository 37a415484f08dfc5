"""How many wrong sheets get past two pairs of eyes: what scripted people send against 1 − (1 − p·q)^n.

    python benchmarks/four_eyes.py [DAYS]

Each of n fields is typed wrong with chance p, and the checker overlooks each field that differs with chance q;
people alone compare the sheet with the documents (by_eye). Only the sheet phase is run, by the same scripted seats and
commands as in a rehearsal: from the sealed site to the sending, each day with a seed of its own. A sheet that is sent
back is typed again whole, and the checker's own hand slips too: both are of second order where p is small against q.
The fields are those that `mistypings` knows; the range, which the system computes again from its mean, is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from math import sqrt
from pathlib import Path
from time import perf_counter

from auction.commands import decide_or_refuse
from auction.day import Head, IssuanceDay, Phase, WindowPhase
from auction.fold import apply
from auction.journal import MemoryJournal
from auction.plan import Terms, terms_of
from sim.acting import next_act, seats_of
from sim.draws import Draws
from sim.incidents.sheets import mistypings
from sim.rehearsal import Rehearsal
from sim.scenario import Staged, read_scenario
from sim.site import Site

DAYS, P, Q, Z = 10_000, Decimal("0.01"), Decimal("0.4"), 2.5758
"""Days, the chances, and the 99.5th percentile of the normal distribution."""
SCENARIO = Path("first-tender")


def main() -> None:
    """Run the sheet phase of many days and print both shares."""
    days, began = int(sys.argv[1]) if len(sys.argv) > 1 else DAYS, perf_counter()
    staged = fallible(read_scenario(SCENARIO))
    window = staged.scenario.plan.windows[0]
    due = terms_of(window.issues[0], window)
    wrong = sum(sent != due for sent in sheets_sent(staged, days))
    fields = len(mistypings(due))
    expected = 1 - (1 - float(P * Q)) ** fields
    low, high = interval(wrong, days)
    print(f"{days} days in {perf_counter() - began:.0f} s, n = {fields} fields, p = {P}, q = {Q}, sheet phase only")
    share, around = f"{wrong}, {100 * wrong / days:.3f} %", f"{100 * low:.3f} to {100 * high:.3f} %"
    print(f"wrong sheets sent: {share}, 99 % interval {around}")
    print(f"1 - (1 - pq)^n:    {100 * expected:.3f} %: {'within' if low <= expected <= high else 'OUTSIDE'}")
    print(f"with second-order terms: {100 * (1 - (1 - of_one_field()) ** fields):.3f} %")


def fallible(staged: Staged) -> Staged:
    """The scenario with such hands and eyes, and a system that compares nothing."""
    staff = staged.scenario.staff.model_copy(update={"typing_error": P, "missed_difference": Q})
    return replace(staged, scenario=staged.scenario.model_copy(update={"staff": staff, "by_eye": True}))


def sheets_sent(staged: Staged, days: int) -> Iterator[Terms]:
    """The terms of the first issue as they were sent, day after day."""
    sealed = sealed_site(staged)
    for seed in range(days):
        day = played_to_sending(sealed, Site(sealed, staged, Draws(seed)))
        terms = day.windows[day.plan.windows[0].id].sheets[day.plan.issues[0].bond].terms
        if terms is None:
            raise SystemExit(f"seed {seed}: nothing was sent")
        yield terms


def sealed_site(staged: Staged) -> IssuanceDay:
    """The day as the site is sealed."""
    rehearsal = Rehearsal(staged, MemoryJournal())
    while rehearsal.day.phase is Phase.PLANNED and rehearsal.step():
        pass
    return rehearsal.day


def played_to_sending(day: IssuanceDay, site: Site) -> IssuanceDay:
    """The day as the first window's sheets are sent, the scripted people on the site acting in the order of time."""
    window = day.plan.windows[0].id
    people = [seat for seat in seats_of(day.plan) if seat.partition(":")[0] in ON_SHEETS]
    while day.windows[window].phase is WindowPhase.PREPARED:
        acts = [act for act in (next_act(replace(site, day=day), seat) for seat in people) if act]
        event = decide_or_refuse(day, min(acts, key=lambda act: act.due).event)
        day = apply(day, event, Head(day.head.count + 1, day.head.hash))
    return day


ON_SHEETS = ("operator", "checker")


def interval(hits: int, trials: int) -> tuple[float, float]:
    """Wilson's interval of 99 % for a share."""
    share, spread = hits / trials, Z * Z / trials
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


def of_one_field() -> float:
    """The chance that a field of a sheet that is let pass is wrong: both hands may slip, and a sheet is typed again."""
    p, q = float(P), float(Q)
    wrong, right = p * (p + (1 - p) * q), (1 - p) * (1 - p + p * q)
    return wrong / (wrong + right)


if __name__ == "__main__":
    main()
