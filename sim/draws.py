"""Chance, in named streams: what a stream draws depends on seed, run, its name and how often it has decided.

So a day that is killed, resumed or branched draws what it would have drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast
from zlib import crc32

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray

WORDS = 4
"""How many words of 64 bits PCG64 asks for."""


@dataclass(frozen=True, slots=True)
class Draws:
    """The streams of one run of one seed."""

    seed: int
    run: int = 0

    def stream(self, name: str, decided: int = 0) -> Generator:
        """The generator for the next decision of the stream `name`, which has made `decided` so far."""
        mixed = _Mixed(_words(self.seed, self.run, name, decided))
        return Generator(PCG64(cast(SeedSequence, mixed)))  # any ISeedSequence will do


Words = NDArray[np.uint32 | np.uint64]


class _Mixed(ISeedSequence):
    """What a seed sequence comes to, so that a stream begun again is not mixed again."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint64) -> Words:
        """The words that PCG64 asks for."""
        return self._words


@lru_cache(maxsize=4096)
def _words(seed: int, run: int, name: str, decided: int) -> Words:
    return SeedSequence(seed, spawn_key=(run, crc32(name.encode()), decided)).generate_state(WORDS, np.uint64)
