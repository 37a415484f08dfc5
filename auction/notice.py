"""The tender sheet of one issue (标书): what is offered, how, within which range, and who may bid how much.

A notice is read from YAML (`kind: notice`) or built on the day from terms and range that two people entered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    field_validator,
    model_validator,
)

from auction.language import say
from auction.quantities import YI, Amount, Level, Share, decimals, parse_amount, parse_number, parse_share
from auction.workdays import Day


class Method(StrEnum):
    """How the issue is sold; the first three are tenders."""

    SINGLE_PRICE = "single-price"
    MULTIPLE_PRICE = "multiple-price"
    MODIFIED_MULTIPLE_PRICE = "modified-multiple-price"
    PUBLIC_UNDERWRITING = "public-underwriting"
    DIRECTED_UNDERWRITING = "directed-underwriting"

    @property
    def is_tender(self) -> bool:
        """Whether bids compete in a tender."""
        return self not in (Method.PUBLIC_UNDERWRITING, Method.DIRECTED_UNDERWRITING)

    @property
    def is_public(self) -> bool:
        """Whether the issue is publicly offered."""
        return self is not Method.DIRECTED_UNDERWRITING


class BidObject(StrEnum):
    """What members bid."""

    RATE = "rate"
    PRICE = "price"


class Tail(StrEnum):
    """Who gets the lots left over at the cut-off once shares are rounded down."""

    ROUND_ROBIN = "round-robin"
    EARLIEST_FIRST = "earliest-first"


class MemberClass(StrEnum):
    """A member's class in the syndicate."""

    LEAD_BANK = "lead-bank"
    LEAD_BROKER = "lead-broker"
    BANK = "bank"
    BROKER = "broker"


CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


def parse_time(text: object) -> time:
    """A time of day, HH:MM or HH:MM:SS."""
    if isinstance(text, time):
        return text
    found = CLOCK.fullmatch(unicodedata.normalize("NFKC", str(text)).strip())
    if not found:
        raise ValueError(say("应为时间 时:分:秒"))
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def parse_tenor(text: object) -> Decimal:
    """A tenor in years, above zero: 10, 10Y, 0.5."""
    tenor = parse_number(text, ("年", "Y", "y"))
    if not 0 < tenor <= 100:
        raise ValueError(say("期限应在 0 与 100 年之间"))
    return tenor


def print_tenor(tenor: Decimal) -> str:
    """A tenor in years without idle zeros."""
    return decimals(tenor, 0)


TimeOfDay = Annotated[time, BeforeValidator(parse_time), PlainSerializer(time.isoformat, return_type=str)]
Tenor = Annotated[Decimal, BeforeValidator(parse_tenor), PlainSerializer(print_tenor, return_type=str)]
"""Years."""

LevelLimit = Annotated[int | Decimal, BeforeValidator(lambda text: _level_limit(text))]
"""An amount in whole 万元, or a share of the planned amount."""


def _level_limit(text: object) -> int | Decimal:
    if isinstance(text, str) and text.strip().endswith(("%", "％")):
        return parse_share(text)
    return text if isinstance(text, Decimal) else parse_amount(text)


class Strict(BaseModel):
    """A frozen model that knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LevelRange(Strict):
    """投标区间: both ends may be bid."""

    low: Level
    high: Level

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.low > self.high:
            raise ValueError(say("区间下限 {low} 高于上限 {high}", low=self.low, high=self.high))
        return self


class BiddingWindow(Strict):
    """The tender window; a bid is in if it arrives at or before `close`."""

    open: TimeOfDay
    close: TimeOfDay

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.open >= self.close:
            raise ValueError(say("开始时间 {open} 不早于截止时间 {close}", open=self.open, close=self.close))
        return self


class Margin(Strict):
    """How the level that overfills the issue is shared: in whole lots by amount, the tail by time."""

    lot: Amount = Field(default=YI // 10, gt=0)
    tail: Tail = Tail.ROUND_ROBIN


class Flexible(Strict):
    """弹性招标: the planned range of the amount and the trigger multiple."""

    low: Amount = Field(gt=0)
    high: Amount = Field(gt=0)
    multiple: Level


class Limits(Strict):
    """What one member may bid. Shares are of the planned amount; None is no limit."""

    level_span: int | None = Field(default=None, ge=0)
    """最高、最低标位差, in ticks."""
    level_min: LevelLimit | None = None
    level_max: LevelLimit | None = None
    member_min: Mapping[MemberClass, Share] = {}
    member_max: Mapping[MemberClass, Share] = {}


class Notice(Strict):
    """One issue as it is offered."""

    method: Method
    object: BidObject
    offered: Amount = Field(gt=0)
    """计划发行面值; with `flexible` the high end."""
    tenor: Tenor
    bond: str | None = None
    name: str | None = None
    tick: Level = Field(default=Decimal("0.01"), ge=Decimal("0.0001"))
    range: LevelRange | None = None
    window: BiddingWindow | None = None
    marginal: Margin = Margin()
    flexible: Flexible | None = None
    syndicate: str | None = None
    """CSV or XLSX of member and class, beside the notice."""
    limits: Limits | None = None
    rulebook: str | None = None
    issuer: str | None = None
    date: Day | None = None

    @field_validator("range")
    @classmethod
    def _range_on_ticks(cls, levels: LevelRange | None, info: ValidationInfo) -> LevelRange | None:
        tick = info.data.get("tick")
        if levels is None or tick is None:
            return levels
        for end in (levels.low, levels.high):
            if end % tick:
                raise ValueError(say("区间端点 {end} 不是标位变动幅度 {tick} 的整数倍", end=end, tick=tick))
        return levels

    @model_validator(mode="after")
    def _rulebook_needs_a_day(self) -> Self:
        if self.rulebook and not self.date:
            raise ValueError(say("用了 rulebook 就要写 date：规则按发行日选用"))
        return self

    @model_validator(mode="after")
    def _class_limits_need_a_syndicate(self) -> Self:
        if self.limits and (self.limits.member_min or self.limits.member_max) and not self.syndicate:
            raise ValueError(say("limits 按类别限额，须用 syndicate 给出承销团名单"))
        return self
