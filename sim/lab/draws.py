"""Frozen draws: the chance of a chunk of auctions, drawn once and shared by every arm (common random numbers).

A stream belongs to (study, chunk, role) and is drawn member by member, so neither workers, nor the order of chunks
or arms, nor members that join change what an auction draws. Auctions come in antithetic pairs, 2i and 2i+1; the
common shock has one auction in each of n equal strata. Source: market.md 5.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.random import SFC64, Generator, SeedSequence
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.lab.compiled import compiled
from sim.lab.rule import MOST_STEPS
from sim.underwriters import COMMON, UNIFORMS

CHUNK = 256
"""Auctions drawn and cleared together: few enough to stay in the cache. Even."""

UNIT = 2.0**-32
WORDS = -(-UNIFORMS // 2) + MOST_STEPS // 4
"""Of 64 random bits, what a member's uniforms and arrivals in a pair take: 32 bits and 16 bits each."""

Floats = NDArray[np.float64]


class Frozen(NamedTuple):
    """The draws of n auctions of m members. In 2i+1 everything is the mirror of 2i."""

    shock: Floats
    """Common to all members, standard normal, [n]; mirrored by its sign."""
    view: Floats
    """Each member's own, standard normal, [n, m]; mirrored by its sign."""
    mandate: Floats
    """Log size of each member's mandate, standard normal, [n, m]; mirrored by its sign."""
    uniform: Floats
    """For whatever else a behaviour decides, in (0, 1), [n, m, UNIFORMS], COMMON alike for all; mirrored as 1 - u."""
    arrival: NDArray[np.uint16]
    """Who comes first, [n, m, MOST_STEPS]: the least does, equals by member, then by step; mirrored as 65535 - k."""


def draw(study: int, chunk: int, members: int, auctions: int = CHUNK) -> Frozen:
    """The draws of one chunk of a study, whose seed is `study`; `auctions` is even."""
    pairs = auctions // 2
    frozen = Frozen(
        shock=np.empty(auctions),
        view=np.empty((auctions, members)),
        mandate=np.empty((auctions, members)),
        uniform=np.empty((auctions, members, UNIFORMS)),
        arrival=np.empty((auctions, members, MOST_STEPS), np.uint16),
    )
    strata = (np.arange(pairs) + stream(study, chunk, "market").random(pairs)) / auctions
    normals = stream(study, chunk, "members").standard_normal((members, 2, pairs))
    words = stream(study, chunk, "chance").bit_generator.random_raw(members * pairs * WORDS)
    _mirror(ndtri(strata), normals, words.reshape(members, pairs, WORDS), *frozen)
    return frozen


def stream(study: int, chunk: int, role: str) -> Generator:
    """The generator of one role in one chunk of a study."""
    return Generator(SFC64(SeedSequence(study, spawn_key=(chunk, crc32(role.encode())))))


@compiled
def _mirror(
    shocks: Floats,
    normals: Floats,
    words: NDArray[np.uint64],
    shock: Floats,
    view: Floats,
    mandate: Floats,
    uniform: Floats,
    arrival: NDArray[np.uint16],
) -> None:
    """Lay out what was drawn for each pair, and its mirrors."""
    for pair in range(len(shocks)):
        first, second = 2 * pair, 2 * pair + 1
        shock[first], shock[second] = shocks[pair], -shocks[pair]
        for member in range(len(normals)):
            view[first, member], view[second, member] = normals[member, 0, pair], -normals[member, 0, pair]
            mandate[first, member], mandate[second, member] = normals[member, 1, pair], -normals[member, 1, pair]
            for number in range(UNIFORMS):
                word = words[0 if number == COMMON else member, pair, number // 2]
                drawn = np.int64((word >> np.uint64(32 * (number % 2))) & np.uint64(0xFFFFFFFF))
                uniform[first, member, number] = (drawn + 0.5) * UNIT
                uniform[second, member, number] = (0xFFFFFFFF - drawn + 0.5) * UNIT
            for step in range(MOST_STEPS):
                word = words[member, pair, -(-UNIFORMS // 2) + step // 4]
                key = np.int64((word >> np.uint64(16 * (step % 4))) & np.uint64(0xFFFF))
                arrival[first, member, step], arrival[second, member, step] = key, 0xFFFF - key
