"""Past auctions played by a population from where their evening left them: how coupons and covers might come out.

All auctions share frozen draws, so that two populations, or two outlooks, differ by what they are. Where the outlook
expects a coupon, the market is put so far above it as the population's unconstrained coupons lie under the market.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from auction.notice import MemberClass
from sim.lab.clearing import Floats
from sim.lab.draws import CHUNK, Frozen, draw
from sim.lab.evening import Evening, unbound
from sim.lab.experiment import members_of
from sim.lab.gap import Learnt, Seen
from sim.lab.kernel import Payment, ask, clear_levels, private
from sim.lab.population import Population, seat_classes
from sim.lab.rule import Rule

SEED = 20_150_518
UNPRICED = Payment(np.zeros(0), np.zeros(0))
CHUNKS = 4
"""Chunks of auctions that an auction is predicted by."""
USUAL_FEE_BP = 1.0
"""What the fee is worth as a yield, about."""
TENTHS = 10
"""Parts of a bp at which the market is put to see how far coupons lie under it: focal levels lie 5 bp apart."""


@dataclass(frozen=True, slots=True)
class Played:
    """One auction, n times."""

    coupon_bp: Floats
    """Over M, [n]."""
    cover: Floats
    marginal: Floats
    at_floor: NDArray[np.bool_]
    short: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Players:
    """A population with its draws."""

    population: Population
    classes: tuple[MemberClass, ...]
    frozen: tuple[Frozen, ...]

    def play(self, evening: Evening, coupon_bp: float, sd_bp: float, under_bp: float) -> Played:
        """An auction whose coupon would be about `coupon_bp` over M (± `sd_bp`) if no floor bound.

        `under_bp` is how far this population's coupons lie under the market.
        """
        return self.play_rule(evening.rule, evening.fee_bp, coupon_bp + under_bp, sd_bp)

    def play_rule(self, rule: Rule, fee_bp: float, market_bp: float, sd_bp: float) -> Played:
        """An auction by a rule where the market stands at `market_bp` over M (± `sd_bp`)."""
        seating = seat_classes(self.population, self.classes, rule, fee_bp)
        parts = []
        for frozen in self.frozen:
            market = market_bp + sd_bp * frozen.shock
            views, mandates = private(frozen, market, seating.noise_bp, seating.mandate, seating.mandate_sd)
            books = ask(views, mandates, frozen.uniform, seating.behaviour, seating.members, rule)
            parts.append(clear_levels(books, rule, UNPRICED))
        return Played(
            coupon_bp=np.concatenate([part.coupon_bp for part in parts]),
            cover=np.concatenate([part.cover for part in parts]),
            marginal=np.concatenate([part.marginal_cover for part in parts]),
            at_floor=np.concatenate([part.at_floor for part in parts]),
            short=np.concatenate([part.short for part in parts]),
        )

    def under_bp(self) -> float:
        """How far coupons lie under the market on average where no floor binds."""
        spots = np.arange(TENTHS) * 5.0 / TENTHS
        played = [self.play_rule(unbound(), USUAL_FEE_BP, float(at), 0.0) for at in spots]
        return float(np.mean([at - each.coupon_bp.mean() for at, each in zip(spots, played, strict=True)]))


def players_of(population: Population, chunks: int = CHUNKS) -> Players:
    """A population, made ready to play."""
    classes = tuple(members_of(population).values())
    return Players(population, classes, frozen_draws(len(classes), chunks))


@lru_cache(maxsize=8)
def frozen_draws(members: int, chunks: int) -> tuple[Frozen, ...]:
    """The draws that every auction is played with."""
    return tuple(draw(SEED, chunk, members, CHUNK) for chunk in range(chunks))


def seen_of(evening: Evening) -> Seen:
    """What an auction's result says of its gap to the local curve."""
    auction = evening.auction
    level = evening.rule.floor_bp if evening.at_floor else evening.coupon_bp
    return Seen(auction.day, auction.issuer, level - evening.local_bp, evening.at_floor)


def expected_of(evening: Evening, learnt: Learnt) -> tuple[float, float]:
    """The coupon over M to be expected if no floor bound, and its standard deviation, bp."""
    gap, sd = learnt.expected(evening.auction.day, evening.auction.issuer)
    return evening.local_bp + gap, sd
