"""A day that goes another way: the first rows of a journal carried into a new folder, what was left untouched.

The new journal begins with those rows as they stand and then says which way was left; draws go on from the state,
so what was not changed comes about as it would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from auction import events as e
from auction.commands import decide
from auction.commands.guard import seat_of
from auction.day import IssuanceDay
from auction.errors import bad_input
from auction.journal import Journal, Row, read_rows
from auction.language import say
from auction.plan import Role
from auction.record import record, replay_rows
from sim.playing import JOURNAL, SCENARIO, begin_journal, resume
from sim.rehearsal import Rehearsal
from sim.scenario import KEPT_NAME, Staged, keep, read_scenario

INSTRUCTOR = seat_of(Role.INSTRUCTOR, "instructor")


def branch(
    folder: Path, at: int, target: Path, people: frozenset[str] = frozenset()
) -> tuple[Rehearsal, Journal]:
    """Go on from row `at` of the journal in `folder`, another way, in `target`. Raises BadInput, JournalError."""
    staged = kept_scenario(folder)
    branch_rows(read_rows(folder / JOURNAL), staged, folder.resolve().name, at, target)
    return resume(target, people)


def branch_rows(rows: Sequence[Row], staged: Staged, left: str, at: int, target: Path) -> None:
    """Begin a journal in `target` with the first `at` rows of the one called `left`. Raises BadInput, JournalError."""
    day = day_at(rows, at)
    if (target / JOURNAL).exists():
        raise bad_input(say("这个文件夹里已有一份日志，另起的路请写进新文件夹"), target, field="--out")
    head = rows[-1]
    branched = e.DayBranched(
        at=day.now, seat=INSTRUCTOR, left_journal=left, left_count=head.seq, left_head=head.hash
    )
    try:
        target.mkdir(parents=True, exist_ok=True)
        keep(staged, target / SCENARIO)
    except OSError as error:
        reason = error.strerror or error
        raise bad_input(say("文件夹写不进去（{reason}）", reason=reason), target, field="--out") from None
    with begin_journal(target) as journal:
        journal.take_over(rows[:at])
        record(journal, day, decide(day, branched))


def day_at(rows: Sequence[Row], at: int) -> IssuanceDay:
    """The day as row `at` left it, counted from 1. Raises BadInput beyond either end, and where the day is over."""
    if not 1 <= at <= len(rows):
        raise bad_input(say("日志有 {count} 行，没有第 {at} 行", count=len(rows), at=at), field="--back-to")
    day = replay_rows(rows[:at])
    if day is None or day.closed:
        raise bad_input(say("第 {at} 行已封存日志，其后没有可走的路", at=at), field="--back-to")
    return day


def kept_scenario(folder: Path) -> Staged:
    """The scenario of the day in a folder. Raises BadInput where it, or the journal, is missing."""
    kept = folder / SCENARIO / KEPT_NAME
    if not (folder / JOURNAL).exists():
        raise bad_input(say("这个文件夹里没有日志"), folder, field="--resume")
    if not kept.exists():
        raise bad_input(say("日志旁边缺少它的场景"), kept, field="--resume")
    return read_scenario(kept)


def branch_folder(folder: Path, day: IssuanceDay) -> Path:
    """The first free folder beside this one for another way: NAME-2, NAME-3 and so on, NAME that of the first way."""
    here = folder.resolve()
    name, number = (day.branches[0].left_journal if day.branches else here.name), 2
    while (here.parent / f"{name}-{number}").exists():
        number += 1
    return folder.parent / f"{name}-{number}" if folder.name else here.parent / f"{name}-{number}"
