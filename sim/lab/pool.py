"""The processes that share a study's work: this one alone, or several that are spawned, never forked.

Those of a cluster are in `sim.lab.cluster`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from signal import SIG_IGN, SIGINT, signal
from typing import Protocol, TypeVar

from joblib import Parallel, delayed

from auction.errors import KaibiaoError

T = TypeVar("T")
R = TypeVar("R")

PART = 4
"""Of a process of this machine."""


class Workers(Protocol):
    """Whoever computes: what comes of it depends neither on who they are nor on how many."""

    @property
    def jobs(self) -> int:
        """How many pieces of work are done at a time."""

    @property
    def part(self) -> int:
        """How many small pieces are best handed over as one, at the most: what is handed over takes its time too."""

    def map(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """What `work` makes of each item, in their order. Raises WorkersLost."""


class WorkersLost(KaibiaoError):
    """Nobody is left to go on with the work."""


@dataclass(frozen=True, slots=True)
class Pool:
    """So many processes of this machine."""

    jobs: int = 1

    @property
    def part(self) -> int:
        """Alone it hands nothing over."""
        return 1 if self.jobs == 1 else PART

    def map(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """What `work` makes of each item, in their order."""
        if self.jobs == 1:
            yield from map(work, items)
        else:
            tasks = (delayed(undisturbed)(work, item) for item in items)
            yield from Parallel(self.jobs, backend="loky", return_as="generator")(tasks)


ALONE = Pool()


def undisturbed(work: Callable[[T], R], item: T) -> R:
    """The work in a process that leaves Ctrl-C to the one that asked for it."""
    signal(SIGINT, SIG_IGN)
    return work(item)
