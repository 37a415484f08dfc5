"""Exact values: rates in percent, prices in 元/百元面值, amounts in whole 万元. Parse them, round them, print them.

Numbers are read from people, so full-width digits and a matching unit are understood; exponents, NaN,
thousands commas and a wrong unit are not.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from auction.language import Message, say

YI = 10_000
"""万元 in one 亿元."""

UNIT_NAMES = {"亿元": say("亿元"), "元": say("元"), "年": say("年")}
PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
LONGEST_NUMBER = 24


def half_up(value: Decimal | Fraction | int, places: int) -> Decimal:
    """Round half away from zero to `places` decimals: 四舍五入, the rounding of the range articles (rules.md 5.3)."""
    exact = Fraction(value) * 10**places
    magnitude = (abs(exact.numerator) * 2 + exact.denominator) // (2 * exact.denominator)
    return Decimal(magnitude if exact >= 0 else -magnitude).scaleb(-places)


def half_up_to(value: Fraction | int, step: int) -> int:
    """The multiple of `step` nearest to `value`, halves away from zero."""
    return int(half_up(Fraction(value) / step, 0)) * step


def parse_number(text: object, units: tuple[str, ...] = ()) -> Decimal:
    """A plain decimal number, with one of `units` behind it or none. Raises ValueError in the user's words."""
    if isinstance(text, Decimal | int) and not isinstance(text, bool):
        return Decimal(text)
    written = unicodedata.normalize("NFKC", str(text)).strip()
    bare = written
    for unit in units:
        if bare.endswith(unit):
            bare = bare.removesuffix(unit).strip()
            break
    if PLAIN_NUMBER.fullmatch(bare) and len(bare) <= LONGEST_NUMBER:
        return Decimal(bare) + 0  # zero has no sign
    if "," in bare and PLAIN_NUMBER.fullmatch(bare.replace(",", "")):
        raise ValueError(say("数字里不要逗号：应写 {expected}", expected=bare.replace(",", "")))
    named: Message | str = say("（{unit}）", unit=UNIT_NAMES.get(units[0], units[0])) if units else ""
    raise ValueError(say("应为数字{units}", units=named))


def parse_rate(text: object) -> Decimal:
    """A rate in percent: 2.38 or 2.38%."""
    return parse_number(text, ("%",))


def parse_price(text: object) -> Decimal:
    """A price in yuan per 100 yuan face."""
    return parse_number(text, ("元",))


def parse_amount(text: object) -> int:
    """Text in 亿元 as whole 万元; an int is whole 万元 already."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    exact = parse_number(text, ("亿元", "亿")) * YI
    if exact != exact.to_integral_value():
        raise ValueError(say("应精确到万元（0.0001 亿元）"))
    return int(exact)


def parse_share(text: object) -> Decimal:
    """A share between 0 and 1: 0.15 or 15%."""
    written = unicodedata.normalize("NFKC", str(text)).strip()
    share = parse_number(written.removesuffix("%")) / 100 if written.endswith("%") else parse_number(written)
    if not 0 <= share <= 1:
        raise ValueError(say("比例应在 0 与 1 之间（或写百分数）"))
    return share


def decimals(value: Decimal, least: int) -> str:
    """`value` without an exponent or idle zeros, with at least `least` decimals."""
    shortest = format(value.normalize(), "f")
    have = len(shortest.partition(".")[2])
    return shortest if have >= least else format(value, f".{least}f")


@lru_cache(maxsize=4096)
def print_rate(rate: Decimal) -> str:
    """A rate in percent, at least two decimals."""
    return decimals(rate, 2)


print_price = print_rate


@lru_cache(maxsize=4096)
def print_amount(amount: int) -> str:
    """Whole 万元 as 亿元, at least one decimal."""
    return decimals(Decimal(amount) / YI, 1)


Rate = Annotated[Decimal, BeforeValidator(parse_rate), PlainSerializer(print_rate, return_type=str)]
"""Percent."""

Price = Annotated[Decimal, BeforeValidator(parse_price), PlainSerializer(print_price, return_type=str)]
"""Yuan per 100 yuan face."""

Level = Annotated[Decimal, BeforeValidator(parse_number), PlainSerializer(print_rate, return_type=str)]
"""A rate or a price, as the notice's object says."""

Amount = Annotated[int, BeforeValidator(parse_amount), PlainSerializer(print_amount, return_type=str)]
"""Read and written in 亿元, held in whole 万元."""

Share = Annotated[
    Decimal, BeforeValidator(parse_share), PlainSerializer(lambda share: decimals(share, 0), return_type=str)
]
"""Between 0 and 1."""
