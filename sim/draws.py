"""Chance, in named streams: what a stream draws depends on seed, run, its name and how often it has decided.

So a day that is killed, resumed or branched draws what it would have drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from numpy.random import Generator, SeedSequence, default_rng


@dataclass(frozen=True, slots=True)
class Draws:
    """The streams of one run of one seed."""

    seed: int
    run: int = 0

    def stream(self, name: str, decided: int = 0) -> Generator:
        """The generator for the next decision of the stream `name`, which has made `decided` so far."""
        return default_rng(SeedSequence(self.seed, spawn_key=(self.run, crc32(name.encode()), decided)))
