"""What winners pay per 100 yuan of face, level by level.

A bond is worth a line in its coupon at any given level, so two exact prices a level give every other. Between them
floats are used; a price is rounded half-up to the fen, nearer than HAIR to a half counting as one.
"""

from __future__ import annotations

from decimal import Decimal
from math import floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from auction.bond import price_at_issue
from auction.notice import BidObject, Notice
from sim.lab.compiled import inlined
from sim.lab.rule import MICRO, MODIFIED, MULTIPLE, Rule

PAR = 100.0
FEN = 100
HAIR = 1e-8
"""Fen."""


class Payment(NamedTuple):
    """Of each tick, [ticks]: what 100 yuan of a bond are worth there without a coupon, and what 1 % of coupon adds."""

    bare: NDArray[np.float64]
    coupon: NDArray[np.float64]


def payment_of(notice: Notice, rule: Rule) -> Payment:
    """What the levels of a rate tender by multiple prices are worth; other issues need nothing. Raises BadInput."""
    if notice.object is BidObject.PRICE or rule.method not in (MULTIPLE, MODIFIED):
        return Payment(np.zeros(0), np.zeros(0))
    levels = [rule.level(tick) for tick in range(rule.ticks)]
    bare, bearing = (
        [price_at_issue(Decimal(coupon), level, notice.tenor, notice.coupons_a_year) for level in levels]
        for coupon in (0, 1)
    )
    adds = [float(whole - without) for whole, without in zip(bearing, bare, strict=True)]
    return Payment(np.array([float(price) for price in bare]), np.array(adds))


@inlined
def paid_at(tick: int, price: int, rule: Rule, payment: Payment) -> float:
    """What a winner at a tick pays per 100 yuan, given the coupon or the issue price in millionths."""
    several = rule.method == MULTIPLE or rule.method == MODIFIED
    if rule.by_price:
        own = rule.low + rule.step * tick if several else price
        return (min(own, price) if rule.method == MODIFIED else own) / MICRO
    if not several:
        return PAR
    worth = float(payment.bare[tick] + payment.coupon[tick] * (price / MICRO))
    fen = floor(worth * FEN + 0.5 + HAIR) / FEN
    return min(fen, PAR) if rule.method == MODIFIED else fen
