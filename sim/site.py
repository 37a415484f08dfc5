"""What scripted seats know of the day, and how they say what they have to do."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from numpy.random import Generator

from auction import events as e
from auction.day import IssuanceDay
from auction.plan import Role
from auction.signoff import KeyHolder, PrivateKey, Signature, signature_of
from sim.draws import Draws
from sim.scenario import Staged
from sim.submissions import Sending


@dataclass(frozen=True, slots=True)
class Duty:
    """Something a seat has to do, since when it could, and the act with a moment still to be set."""

    since: datetime
    act: e.AnyEvent


@dataclass(frozen=True, slots=True)
class Site:
    """What scripted seats know: the state, the scenario and the streams of chance."""

    day: IssuanceDay
    staged: Staged
    draws: Draws
    meant: dict[Hashable, tuple[Sending, ...]] = field(default_factory=dict)
    """What members mean to send, once they have thought it out: a memory, which decides nothing."""

    def at(self, *keys: str) -> datetime:
        """When the latest of these last happened; the start of the day where none has."""
        return max((self.day.since[key] for key in keys if key in self.day.since), default=self.day.planned.at)

    def practice_key(self, person: str) -> PrivateKey:
        """The key of a scripted person, which anybody can derive."""
        return PrivateKey.practice(self.draws.seed, person)

    def signature(self, person: str, role: Role, over: bytes) -> Signature:
        """A scripted person's signature."""
        return signature_of(KeyHolder(person, self.practice_key(person)), role.value, over)


Duties = Callable[[Site, str, Generator], Iterator[Duty]]
