"""The range bids must keep to (投标区间): a floor and a cap, each an offset on the benchmark mean.

Both ends are computed from the unrounded mean and rounded half-up to the tick (rules.md 5.3).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer

from auction.errors import bad_input
from auction.language import say
from auction.quantities import decimals, half_up, parse_number

HUNDREDTH = Decimal("0.01")
LONGEST_EXACT = 20
"""Decimals beyond which a mean counts as endless."""


@dataclass(frozen=True, slots=True)
class Offset:
    """加点 in bp, or 上浮幅度 in percent of the mean; below zero it lowers."""

    value: Decimal
    unit: Literal["bp", "pct"]

    def __str__(self) -> str:
        sign = "-" if self.value < 0 else "+"
        return f"{sign}{decimals(abs(self.value), 0)}{'bp' if self.unit == 'bp' else '%'}"

    def on(self, mean: Fraction) -> Fraction:
        """The level in percent that the offset makes of `mean`, exact."""
        part = Fraction(self.value) / 100
        return mean + part if self.unit == "bp" else mean * (1 + part)


def parse_offset(text: object) -> Offset:
    """An offset as written: +5bp, 5bp, -3%, 15%. Raises ValueError in the user's words."""
    if isinstance(text, Offset):
        return text
    written = unicodedata.normalize("NFKC", str(text)).replace("\N{MINUS SIGN}", "-").strip().lower()
    if written.endswith("bp"):
        return Offset(parse_number(written.removesuffix("bp")), "bp")
    if written.endswith("%"):
        return Offset(parse_number(written.removesuffix("%")), "pct")
    raise ValueError(say("应为加点或幅度，写明单位，如 +5bp 或 +15%"))


WrittenOffset = Annotated[Offset, BeforeValidator(parse_offset), PlainSerializer(str, return_type=str)]
"""An Offset in a model: read from and written as +5bp or -3%."""


@dataclass(frozen=True, slots=True)
class BidRange:
    """投标区间: the lowest and the highest level that may be bid."""

    low: Decimal
    high: Decimal

    def contains(self, level: Decimal) -> bool:
        """Whether `level` may be bid; both ends may."""
        return self.low <= level <= self.high


def bid_range(mean: Fraction, floor: Offset, cap: Offset, tick: Decimal = HUNDREDTH) -> BidRange:
    """The range around the unrounded `mean`, both ends half-up to `tick`. Raises BadInput for a cap under the floor."""
    low, high = (half_up(offset.on(mean) / Fraction(tick), 0) * tick for offset in (floor, cap))
    if high < low:
        raise bad_input(say("上限 {high}（{cap}）低于下限 {low}（{floor}）", high=high, cap=cap, low=low, floor=floor))
    return BidRange(low, high)


def print_mean(mean: Fraction) -> str:
    """A mean in percent: every decimal where they end, else eight."""
    exact = (places for places in range(LONGEST_EXACT) if 10**places % mean.denominator == 0)
    places = next(exact, None)
    return format(half_up(mean, 8), "f") if places is None else decimals(half_up(mean, places), 2)
