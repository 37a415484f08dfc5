"""What the laboratory offers as plain data: the shipped experiments and the working folder's; and how one is run.

Nothing of the `lab` extra is imported before a study is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from auction.canonical import canonical, digest
from auction.errors import KaibiaoError
from auction.language import Message, say
from sim.lab.experiment import Prepared, read_experiment
from tui.commands.lab import progress_line
from tui.extras import require_laboratory

if TYPE_CHECKING:
    from sim.lab.answer import Answer
    from sim.lab.study import Progress
    from tui.widgets.signs import Signs

STUDIES = Path("studies")
"""Below the working folder: where studies are kept."""
IS_EXPERIMENT = re.compile(rb"^kind:\s*experiment\b", re.MULTILINE)
DIGEST_SIGNS = 8
"""Of a study's digest, in the name of its folder."""
BAR = 20
"""Cells of the bar that tells how far a study is."""
EVERY_S = 0.1
"""How often it is told how many auctions are held."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An experiment that can be run, or why it cannot."""

    file: Path
    title: str
    prepared: Prepared | None = None
    wrong: KaibiaoError | None = None


def experiments() -> Iterator[Offered]:
    """Those that come with the program, then those of the working folder."""
    shipped = Path(str(files("scenarios"))) / "studies"
    for file in sorted(shipped.glob("*.yaml")):
        yield _offered(file, file.stem)
    for file in sorted(Path().glob("*.yaml")):
        if file.is_file() and _is_experiment(file):
            yield _offered(file, str(file))


def with_arms(prepared: Prepared, places: Sequence[int]) -> Prepared:
    """The experiment with these of its arms; with fewer than all it is a study of its own."""
    experiment = prepared.experiment
    if len(places) == len(experiment.arms):
        return prepared
    arms = tuple(experiment.arms[place] for place in places)
    names = {arm.name for arm in arms}
    pairs = tuple(pair for pair in experiment.pairs or () if {pair.from_, pair.to} <= names) or None
    return replace(
        prepared,
        experiment=experiment.model_copy(update={"arms": arms, "pairs": pairs}),
        settings=tuple(prepared.settings[place] for place in places),
        digest=digest(canonical([prepared.digest, *places])),
    )


def folder_of(prepared: Prepared) -> Path:
    """Where the study is kept: the same one goes on where it was left."""
    return STUDIES / f"{prepared.experiment.name}-{prepared.digest[:DIGEST_SIGNS]}"


class Run:
    """A study to be run in a thread, and to be stopped from another."""

    def __init__(self, prepared: Prepared, tell: Callable[[Progress], object]) -> None:
        self._prepared, self._tell = prepared, tell
        self._asked_to_stop = Event()
        self._simulated = False
        self._last_told = 0.0

    def stop(self) -> None:
        """Ask it to stop; what is done is kept."""
        self._asked_to_stop.set()

    @property
    def folder(self) -> Path:
        """Where the study is kept."""
        return folder_of(self._prepared)

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._asked_to_stop.is_set()

    def answer(self, left: Callable[[], bool]) -> Answer | None:
        """What the study comes to; None where it was stopped before the first auction. Raises BadInput.

        `left` says whether nobody waits for it any more.
        """
        require_laboratory()
        from sim.lab.checkpoint import NAME
        from sim.lab.study import run_study

        begun = (self.folder / NAME).is_file()
        try:
            return run_study(self._prepared, self.folder, resume=begun, tell=partial(self._told, left))
        except KeyboardInterrupt:
            return None

    def _told(self, left: Callable[[], bool], progress: Progress) -> None:
        """Pass on how far it is, or stop as Ctrl-C would; once all auctions are held, the answer is let come."""
        simulating = progress.left_s is not None
        self._simulated = self._simulated or simulating
        answering = self._simulated and not simulating
        if left() or (self._asked_to_stop.is_set() and not answering):
            raise KeyboardInterrupt
        if not simulating or monotonic() - self._last_told >= EVERY_S:
            self._last_told = monotonic()
            self._tell(progress)


def progress_told(progress: Progress, signs: Signs) -> Message:
    """A bar, how far a study is, and the time left."""
    full = BAR * progress.done // max(progress.whole, 1)
    return say("{bar} {line}", bar=signs.full * full + signs.empty * (BAR - full), line=progress_line(progress))


def answered_told(answer: Answer | None, folder: Path) -> Message:
    """That a study has ended, and where it is kept."""
    if answer is None:
        return say("已停下，还没有可以说的结果；F5 接着做")
    if answer.interrupted:
        return say("已停下，做完的在 {folder}；F5 接着做，F3 回到实验", folder=str(folder))
    return say("做完了，结果在 {folder}；F3 回到实验", folder=str(folder))


def _offered(file: Path, title: str) -> Offered:
    try:
        return Offered(file, title, read_experiment(file))
    except KaibiaoError as error:
        return Offered(file, title, wrong=error)


def _is_experiment(file: Path) -> bool:
    try:
        return IS_EXPERIMENT.search(file.read_bytes()) is not None
    except OSError:
        return False
