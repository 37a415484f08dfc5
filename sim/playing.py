"""A rehearsal in a folder: started, gone on with, and its results written.

The folder holds `journal.db`, a copy of the scenario under `scenario/`, and once there is something to show
`result.json` (the signed result), `debrief.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from auction.breach import Breach
from auction.day import IssuanceDay, WindowPhase
from auction.errors import bad_input
from auction.journal import Journal
from auction.language import say
from auction.outcome import Json
from auction.payload import envelope_of
from auction.record import record
from sim.debrief import debrief, markdown
from sim.rehearsal import Rehearsal, first_event
from sim.scenario import KEPT_NAME, Staged, keep, read_scenario

JOURNAL, RESULT, DEBRIEF, SCENARIO = "journal.db", "result.json", "debrief.md", "scenario"
SIGNED = frozenset({WindowPhase.SIGNED, WindowPhase.CUSTODY_CLOSED})


@dataclass(frozen=True, slots=True)
class Played:
    """A day as far as it was played, its score once it may be looked back on, and the files in its folder."""

    day: IssuanceDay
    score: int | None
    files: tuple[Path, ...]

    def as_dict(self) -> dict[str, Json]:
        """The answer of `rehearse`."""
        refused = [(event, breach) for event in self.day.refusals for breach in event.breaches]
        return {
            "scenario": self.day.planned.scenario,
            "seed": self.day.planned.seed,
            "phase": self.day.phase.value,
            "results": {bond: result.as_dict() for bond, result in self.day.results().items()},
            "breaches": [
                {**_breach(breach), "at": event.at.isoformat(), "seat": event.seat, "action": event.action}
                for event, breach in refused
            ],
            "score": self.score,
            "files": [str(file) for file in self.files],
        }


def _breach(breach: Breach) -> dict[str, Json]:
    return dict(breach.as_dict())


def start(
    staged: Staged, folder: Path, seed: int, people: frozenset[str] = frozenset()
) -> tuple[Rehearsal, Journal]:
    """A new rehearsal in `folder`, people in those seats. Raises BadInput for a folder that holds a journal."""
    if (folder / JOURNAL).exists():
        raise bad_input(say("这个文件夹里已有一份日志；续演请用 --resume"), folder, field="--out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        keep(staged, folder / SCENARIO)
    except OSError as error:
        reason = error.strerror or error
        raise bad_input(say("文件夹写不进去（{reason}）", reason=reason), folder, field="--out") from None
    with begin_journal(folder) as journal:
        record(journal, None, first_event(staged, seed, run=0))
    return resume(folder, people)


@contextmanager
def begin_journal(folder: Path) -> Iterator[Journal]:
    """A journal to begin in a folder: cut short at any moment before its end, nothing is left half begun."""
    begun = folder / f"{JOURNAL}.begun"
    begun.unlink(missing_ok=True)
    with Journal.create(begun) as journal:
        yield journal
    begun.rename(folder / JOURNAL)


def resume(folder: Path, people: frozenset[str] = frozenset()) -> tuple[Rehearsal, Journal]:
    """The rehearsal in `folder`, where its journal stands, people in those seats. Raises BadInput, JournalError."""
    kept = folder / SCENARIO / KEPT_NAME
    if not (folder / JOURNAL).exists() or not kept.exists():
        raise bad_input(say("这个文件夹里没有可以续演的日志和场景"), folder, field="--resume")
    staged = read_scenario(kept)
    journal = Journal.open(folder / JOURNAL)
    return Rehearsal(staged, journal, people=people), journal


def write_up(rehearsal: Rehearsal, journal: Journal, folder: Path) -> Played:
    """Write the signed result and the debrief beside the journal, as far as the day has them."""
    written = [folder / JOURNAL]
    signed = [name for name, state in rehearsal.day.windows.items() if state.phase in SIGNED]
    envelope = envelope_of(rehearsal.day, signed[-1]) if signed else None
    if envelope:
        written.append(_write(folder / RESULT, envelope.encode()))
    looked_back = debrief(journal.rows())
    written.append(_write(folder / DEBRIEF, markdown(looked_back).encode()))
    return Played(rehearsal.day, looked_back.score, tuple(written))


def _write(file: Path, data: bytes) -> Path:
    """Write whole or not at all. Raises BadInput where the disk refuses."""
    partial = file.with_suffix(file.suffix + ".part")
    try:
        partial.write_bytes(data)
        partial.replace(file)
    except OSError as error:
        raise bad_input(say("文件写不进去（{reason}）", reason=error.strerror or error), file) from None
    return file
