"""Frozen draws: the chance of a chunk of auctions, drawn once and shared by every arm (common random numbers).

Auctions come in antithetic pairs, 2i and 2i+1; the common shock has one auction in each of n equal strata. Each pair
of a (study, chunk) has an SFC64 stream of its own, drawn member by member, so neither workers, nor the order of
chunks or arms, nor members that join change what an auction draws.
Source: market.md 5; C. Doty-Humphrey, PractRand, for SFC64.
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.random import SFC64, Generator, SeedSequence
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.lab.compiled import compiled, inlined
from sim.lab.rule import MOST_STEPS
from sim.underwriters import COMMON, UNIFORMS

CHUNK = 256
"""Auctions drawn and cleared together: few enough to stay in the cache. Even."""

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Words = NDArray[np.uint64]
Word = np.uint64
Key = tuple[Word, Word, Word]

UNIT = 2.0**-32
"""What the probability of a tail is counted in."""
FRACTION, SINGLE, HALFWAY, SURE = Word(9), np.float32(2.0**-23), np.float32(2.0**-24), np.float32(1.0)
LOW, ONE, THREE, ELEVEN, HALF = Word(0xFFFFFFFF), Word(1), Word(3), Word(11), Word(32)
TURN, REST = Word(24), Word(40)
MIXED = 12
"""Words of a stream that are passed over, for its state to be well mixed."""

PARTS = 32
"""Of each octave of the normal's tail: in a part a cubic is its quantile within 1e-9."""
PART_BITS = 5
TAIL, FIRST, MANTISSA = Word(0x7FFFFFFF), Word(1022 * PARTS), Word((1 << 52) - 1)
TO_PART, TO_MANTISSA, UNITY = Word(52 - PART_BITS), Word(PART_BITS), Word(1023 << 52)


class Frozen(NamedTuple):
    """The draws of n auctions of m members. In 2i+1 everything is the mirror of 2i."""

    shock: Floats
    """Common to all members, standard normal, [n]; mirrored by its sign."""
    view: Floats
    """Each member's own, standard normal, [n, m]; mirrored by its sign."""
    mandate: Floats
    """Log size of each member's mandate, standard normal, [n, m]; mirrored by its sign."""
    uniform: Singles
    """For whatever else a behaviour decides, in (0, 1), [n, m, UNIFORMS], COMMON alike for all; mirrored as 1 - u."""
    arrival: NDArray[np.uint16]
    """Who comes first, [n, m, MOST_STEPS]: the least does, equals by member, then by step; mirrored by every bit."""


def draw(study: int, chunk: int, members: int, auctions: int = CHUNK) -> Frozen:
    """The draws of one chunk of a study, whose seed is `study`; `auctions` is even."""
    strata, shock = np.arange(auctions // 2, dtype=np.float64), np.empty(auctions)
    view, mandate = np.empty((auctions, members)), np.empty((auctions, members))
    uniform = np.empty((auctions, members, UNIFORMS), np.float32)
    arrival = np.empty((auctions, members, MOST_STEPS), np.uint16)
    _draw(key_of(study, chunk), QUANTILES, strata, view, mandate, uniform, arrival.view(Word))
    shock[0::2] = ndtri(strata / auctions)
    shock[1::2] = -shock[0::2]
    return Frozen(shock, view, mandate, uniform, arrival)


def stream(study: int, chunk: int, role: str) -> Generator:
    """The generator of one role in one chunk of a study."""
    return Generator(SFC64(seeds(study, chunk, role)))


def key_of(study: int, chunk: int) -> Key:
    """What the streams of a chunk's pairs begin from."""
    first, second, third = seeds(study, chunk, "auctions").generate_state(3, Word)
    return first, second, third


def seeds(study: int, chunk: int, role: str) -> SeedSequence:
    """The seeds of one role in one chunk of a study."""
    return SeedSequence(study, spawn_key=(chunk, crc32(role.encode())))


def _quantiles() -> Floats:
    """Of each part of each octave of the tail, in UNITs, the cubic through four quantiles: [octaves × PARTS, 4]."""
    octaves = 2.0 ** np.arange(-1, 31).repeat(PARTS)
    starts = octaves * (1 + np.tile(np.arange(PARTS), 32) / PARTS)
    at = np.arange(4) / 3
    values = ndtri((starts[:, None] + octaves[:, None] / PARTS * at) * UNIT)
    return np.ascontiguousarray(np.linalg.solve(np.vander(at, increasing=True), values.T).T)


QUANTILES = _quantiles()


@compiled
def _draw(
    key: Key, quantiles: Floats, strata: Floats, view: Floats, mandate: Floats, uniform: Singles, arrival: Words
) -> None:
    """Draw each pair from its stream, and lay out its mirror; a number is added to each of the strata."""
    for pair in range(len(strata)):
        one, other = 2 * pair, 2 * pair + 1
        state = (key[0], key[1], key[2], (Word(pair) << HALF) | ONE)
        for _ in range(MIXED):
            _word, state = _drawn(state)
        word, state = _drawn(state)
        strata[pair] += ((word >> HALF) + 0.5) * UNIT
        common = _share(word)
        for member in range(view.shape[1]):
            word, state = _drawn(state)
            view[one, member] = _normal(word & LOW, quantiles)
            mandate[one, member] = _normal(word >> HALF, quantiles)
            view[other, member], mandate[other, member] = -view[one, member], -mandate[one, member]
            for number in range(UNIFORMS):
                if number % 2 == 0:
                    word, state = _drawn(state)
                share = common if number == COMMON else _share(word >> Word(32 * (number % 2)))
                uniform[one, member, number], uniform[other, member, number] = share, SURE - share
            for place in range(MOST_STEPS // 4):
                word, state = _drawn(state)
                arrival[one, member, place], arrival[other, member, place] = word, ~word


@inlined
def _drawn(state: tuple[Word, Word, Word, Word]) -> tuple[Word, tuple[Word, Word, Word, Word]]:
    """The next word of an SFC64 stream, and its state then."""
    a, b, c, counter = state
    word = a + b + counter
    return word, (b ^ (b >> ELEVEN), c + (c << THREE), ((c << TURN) | (c >> REST)) + word, counter + ONE)


@inlined
def _share(drawn: Word) -> np.float32:
    """A number in (0, 1) from 32 random bits, of which it takes 23: what it lacks to 1 is as exact as itself."""
    return np.float32((drawn & LOW) >> FRACTION) * SINGLE + HALFWAY


@inlined
def _normal(drawn: Word, quantiles: Floats) -> float:
    """The standard normal that 32 random bits stand for: one its sign, the others how far out in its tail it lies."""
    tail = np.float64(np.float64(drawn & TAIL) + 0.5).view(Word)
    row = (tail >> TO_PART) - FIRST
    part = Word((tail << TO_MANTISSA) & MANTISSA | UNITY).view(np.float64) - 1.0
    cubic = quantiles[row]
    depth = cubic[0] + part * (cubic[1] + part * (cubic[2] + part * cubic[3]))
    normal: float = depth * (1.0 - 2.0 * np.float64(drawn >> Word(31)))
    return normal
