"""A day that is stopped anywhere goes on as it would have gone on: taken up again, copied, or killed."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import days
import pytest

from auction.journal import Journal, Row, chain_problems
from auction.record import replay_rows

TESTS = Path(__file__).parent
RUNNER = """
import sys
from pathlib import Path
from auction.journal import Journal
from sim.rehearsal import Rehearsal
from days import busy
path = Path(sys.argv[1])
with Journal.open(path) as journal:
    rehearsal = Rehearsal(busy(), journal, seed=5)
    print(*journal.head, flush=True)
    while sys.stdin.readline() and rehearsal.step():
        print(*journal.head, flush=True)
"""
"""Plays on from wherever the journal stands, a step for each line, and acknowledges each row once it is written."""

KILLS = 20


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_taken_up_after_any_row_ends_as_the_undisturbed_one(seed):
    day, rows = days.played(days.busy(), seed)
    for length in range(0, len(rows) + 1, 4):
        log = days.copied(rows[:length])
        assert days.play(days.begin(days.busy(), seed, log)) == day
        assert log.rows() == rows


def test_a_day_taken_up_keeps_its_seed_whatever_is_asked():
    day, rows = days.played(days.busy(), 1)
    log = days.copied(rows[:30])
    assert days.play(days.begin(days.busy(), 2, log)) == day
    assert log.rows() == rows


def test_a_day_that_is_over_stays_as_it_is():
    _, rows = days.played(days.busy(), 1)
    log = days.copied(rows)
    assert days.begin(days.busy(), 1, log).step() is None
    assert log.rows() == rows


def test_a_day_stopped_after_every_event_ends_as_the_undisturbed_one():
    day, rows = days.played(days.busy(), 4)
    log = days.copied(())
    while days.begin(days.busy(), 4, log).step():
        pass
    assert log.rows() == rows
    assert replay_rows(log.rows()) == day


def killed_after(path: Path, acknowledgements: int) -> list[tuple[int, str]]:
    """Play in a process of its own and kill it in the step after so many acknowledged ones; all it acknowledged."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS.parent), str(TESTS)))}
    command = [sys.executable, "-c", RUNNER, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as player:
        player.stdin.write("on\n" * (acknowledgements + 1))
        player.stdin.flush()
        first = [player.stdout.readline() for _ in range(acknowledgements + 1)]
        player.send_signal(signal.SIGKILL)
        said = [*first, *player.stdout.read().splitlines(keepends=True)]
    assert player.returncode == -signal.SIGKILL
    return [(int(line.split()[0]), line.split()[1]) for line in said if line.endswith("\n")]


def rows_on_disk(path: Path) -> tuple[Row, ...]:
    """The rows of a journal that opens."""
    with Journal.open(path) as journal:
        return journal.rows()


def test_a_day_killed_twenty_times_loses_nothing_it_acknowledged_and_ends_as_the_undisturbed_one(tmp_path):
    day, undisturbed = days.played(days.busy(), 5)
    path, chance = tmp_path / "journal.db", random.Random(5)
    with Journal.create(path) as journal:
        days.Rehearsal(days.busy(), journal, seed=5)
    lengths = [1]
    for _ in range(KILLS):
        acknowledged = killed_after(path, chance.randint(0, len(undisturbed) // KILLS - 1))
        rows = rows_on_disk(path)
        assert chain_problems(rows) == ()
        assert [(row.seq, row.hash) for row in rows[acknowledged[0][0] - 1 :]][: len(acknowledged)] == acknowledged
        assert rows == undisturbed[: len(rows)]
        lengths.append(len(rows))
    assert lengths == sorted(lengths) and lengths[-1] < len(undisturbed)
    with Journal.open(path) as journal:
        assert days.play(days.Rehearsal(days.busy(), journal, seed=5)) == day
        assert journal.rows() == undisturbed
