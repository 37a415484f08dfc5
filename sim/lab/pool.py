"""The processes that share a study's work: this one alone, or several that are spawned, never forked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from signal import SIG_IGN, SIGINT, signal
from typing import TypeVar

from joblib import Parallel, delayed

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Pool:
    """So many processes; what they compute does not depend on how many."""

    jobs: int = 1

    def map(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """What `work` makes of each item, in their order."""
        if self.jobs == 1:
            yield from map(work, items)
        else:
            tasks = (delayed(undisturbed)(work, item) for item in items)
            yield from Parallel(self.jobs, backend="loky", return_as="generator")(tasks)


def undisturbed(work: Callable[[T], R], item: T) -> R:
    """The work in a process that leaves Ctrl-C to the one that asked for it."""
    signal(SIGINT, SIG_IGN)
    return work(item)
