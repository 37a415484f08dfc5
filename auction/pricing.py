"""Pricing: the coupon or the issue price, and what the winners of each level pay per 100 yuan.

Source: 国债招标发行规则, rules.md 5.1 and 6. Coupons have two decimals, prices two or those of the tick, half-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from auction.bond import price_at_issue
from auction.notice import BidObject, Method, Notice
from auction.quantities import half_up

PAR = Decimal("100.00")
PLACES = 2

Sold = Mapping[Decimal, int]
"""What each winning level takes in all, best level first."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The coupon of a rate tender or the issue price of a price tender, and what each winning level pays."""

    price: Decimal
    pays: Mapping[Decimal, Decimal]


def single_price(sold: Sold, average: Fraction, notice: Notice) -> Prices:
    """The worst winning level is everybody's: the coupon, at par, or the price that all pay."""
    worst = list(sold)[-1]
    return Prices(worst, dict.fromkeys(sold, PAR if notice.object is BidObject.RATE else worst))


def multiple_price(sold: Sold, average: Fraction, notice: Notice) -> Prices:
    """The weighted average is the coupon or the issue price; each level pays its own price."""
    if notice.object is BidObject.PRICE:
        return Prices(half_up(average, price_places(notice)), {level: level for level in sold})
    coupon = half_up(average, PLACES)
    return Prices(coupon, {level: price_at(level, coupon, notice) for level in sold})


def modified_multiple_price(sold: Sold, average: Fraction, notice: Notice) -> Prices:
    """As multiple price, but nobody pays more than par, in a price tender than the issue price.

    A level at or below the coupon is worth par or more, so it pays par, as the rules put it.
    """
    own = multiple_price(sold, average, notice)
    most = PAR if notice.object is BidObject.RATE else own.price
    return Prices(own.price, {level: min(price, most) for level, price in own.pays.items()})


Pricing = Callable[[Sold, Fraction, Notice], Prices]

PRICING: Mapping[Method, Pricing] = {
    Method.SINGLE_PRICE: single_price,
    Method.MULTIPLE_PRICE: multiple_price,
    Method.MODIFIED_MULTIPLE_PRICE: modified_multiple_price,
}


def price_at(level: Decimal, coupon: Decimal, notice: Notice) -> Decimal:
    """What 100 yuan of the bond with this coupon are worth at `level`. Raises BadInput where there is no such price."""
    return half_up(price_at_issue(coupon, level, notice.tenor, notice.coupons_a_year), PLACES)


def price_places(notice: Notice) -> int:
    """The decimals of an issue price: two, or as many as the tick has."""
    return max(PLACES, -int(notice.tick.normalize().as_tuple().exponent))
