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
from typing import Annotated, Self, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationInfo,
    field_validator,
    model_validator,
)

from auction.bondterms import usual_frequency
from auction.language import say
from auction.offer import Allotment, AsWritten, Base, Counter, Market, Name, NamedShares, Reopening
from auction.offer import Strict as Strict
from auction.quantities import YI, Amount, Level, Share, decimals, parse_amount, parse_number, parse_share, print_amount
from auction.workdays import Day

T = TypeVar("T")


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

    @property
    def is_multiple(self) -> bool:
        """Whether winners of different levels may pay different prices."""
        return self in (Method.MULTIPLE_PRICE, Method.MODIFIED_MULTIPLE_PRICE)


TENDERS = frozenset(method for method in Method if method.is_tender)
BOOK_BUILDS = frozenset(Method) - TENDERS
MULTIPLE_PRICES = frozenset(method for method in Method if method.is_multiple)


class BidObject(StrEnum):
    """What members bid."""

    RATE = "rate"
    PRICE = "price"


class Tail(StrEnum):
    """Who gets the lots left over at the cut-off once shares are rounded down."""

    ROUND_ROBIN = "round-robin"
    EARLIEST_FIRST = "earliest-first"


class FlexibleRule(StrEnum):
    """How the amount of a flexible tender follows from its valid bids."""

    CANDIDATE = "candidate"
    TWO_STATE = "two-state"


class Average(StrEnum):
    """Which weighted average winning level counts once awards have been excluded."""

    RECOMPUTED = "recomputed"
    FIRST = "first"


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

LevelLimit = Annotated[
    int | Decimal,
    BeforeValidator(lambda text: _level_limit(text)),
    PlainSerializer(lambda limit: _print_level_limit(limit), return_type=str),
]
"""An amount in whole 万元, or a share of the planned amount."""


def _level_limit(text: object) -> int | Decimal:
    if isinstance(text, str) and text.strip().endswith(("%", "％")):
        return parse_share(text)
    return text if isinstance(text, Decimal) else parse_amount(text)


def _print_level_limit(limit: int | Decimal) -> str:
    return f"{decimals(limit * 100, 0)}%" if isinstance(limit, Decimal) else print_amount(limit)


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


class Flexible(AsWritten):
    """弹性招标: the planned range of the amount and the trigger multiple."""

    low: Amount = Field(gt=0)
    high: Amount = Field(gt=0)
    multiple: Level = Field(ge=1)
    rule: FlexibleRule = FlexibleRule.CANDIDATE

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.low > self.high:
            ends = {"low": print_amount(self.low), "high": print_amount(self.high)}
            raise ValueError(say("弹性区间下限 {low} 亿元高于上限 {high} 亿元", **ends))
        return self


class Exclusion(AsWritten):
    """投标剔除 and 中标剔除: how many ticks a level may lie from the weighted average, that many included."""

    bids: int | None = Field(default=None, ge=0)
    """From the average of all valid bids, to either side; None is no limit."""
    awards: int | None = Field(default=None, ge=0)
    """Worse than the average of the winning bids; None is no limit."""
    average: Average = Average.RECOMPUTED

    @model_validator(mode="after")
    def _excludes_something(self) -> Self:
        if self.bids is None and self.awards is None:
            raise ValueError(say("exclusion 至少要写 bids（投标剔除）或 awards（中标剔除）"))
        return self


class Limits(Strict):
    """What one member may bid. Shares are of the planned amount; None is no limit."""

    level_span: int | None = Field(default=None, ge=0)
    """最高、最低标位差, in ticks."""
    level_min: LevelLimit | None = None
    level_max: LevelLimit | None = None
    member_min: Mapping[MemberClass, Share] = {}
    member_max: Mapping[MemberClass, Share] = {}


FIELDS_OF: Mapping[str, frozenset[Method]] = {
    "flexible": TENDERS,
    "exclusion": MULTIPLE_PRICES,
    "base": TENDERS,
    "counter": TENDERS,
    "bookrunner": BOOK_BUILDS,
    "leads": BOOK_BUILDS,
    "agreed": BOOK_BUILDS,
    "allotment": BOOK_BUILDS,
    "affiliates": BOOK_BUILDS,
    "swap_ceiling": frozenset({Method.DIRECTED_UNDERWRITING}),
    "creditors": frozenset({Method.DIRECTED_UNDERWRITING}),
    "agreed_cap": frozenset({Method.PUBLIC_UNDERWRITING}),
    "reopening": frozenset(method for method in Method if method.is_public),
}
"""The fields that belong to some methods only."""

ARTICLES: Mapping[str, str] = {"flexible": "财库〔2018〕74号第四条"}
"""Where that is written, for the fields of which a text says it."""

HIGHEST_RATE = 50
"""Percent; a level above is taken for a price."""


class Offer(Strict):
    """What the published documents say of an issue: a plan has it as its own, a notice carries it."""

    method: Method
    object: BidObject
    offered: Amount = Field(gt=0)
    """计划发行面值; with `flexible` the high end."""
    tenor: Tenor
    frequency: int | None = Field(default=None, ge=1, le=2, validate_default=True)
    """Coupons a year; None goes by the tenor."""
    tick: Level = Field(default=Decimal("0.01"), ge=Decimal("0.0001"))
    marginal: Margin = Margin()
    flexible: Flexible | None = None
    exclusion: Exclusion | None = None
    base: Base | None = None
    counter: Counter | None = None
    reopening: Reopening | None = None
    bookrunner: Name | None = None
    leads: NamedShares | None = None
    """Lead underwriters with their shares of a shortfall; those of the syndicate where none are named."""
    agreed: tuple[Name, ...] | None = None
    """Leads with whom issuer and bookrunner agreed the range."""
    allotment: Allotment | None = None
    """The policy published beforehand; None is pro rata."""
    affiliates: Mapping[Name, tuple[Name, ...]] | None = None
    """Members with the leads they are declared to belong to."""
    swap_ceiling: Amount | None = None
    """The debt to be swapped, which a directed issue may not exceed."""
    markets: tuple[Market, ...] | None = None
    """Where the issue is offered; None says nothing."""
    limits: Limits | None = None

    @property
    def coupons_a_year(self) -> int:
        """The frequency written, else that of the tenor."""
        return self.frequency or usual_frequency(self.tenor)

    @field_validator(*FIELDS_OF, check_fields=False)
    @classmethod
    def _of_the_method(cls, value: T, info: ValidationInfo) -> T:
        method, field = info.data.get("method"), str(info.field_name)
        if value is None or method is None or method in FIELDS_OF[field]:
            return value
        methods = "、".join(each.value for each in Method if each in FIELDS_OF[field])
        sentence = say("{method} 不用 {field}，它只用于 {methods}", method=method, field=field, methods=methods)
        article = ARTICLES.get(field)
        raise ValueError(say("{sentence}（{article}）", sentence=sentence, article=article) if article else sentence)

    @field_validator("frequency")
    @classmethod
    def _whole_periods_where_rates_become_prices(cls, frequency: int | None, info: ValidationInfo) -> int | None:
        method, bid_object, tenor = (info.data.get(field) for field in ("method", "object", "tenor"))
        if method in MULTIPLE_PRICES and bid_object is BidObject.RATE and tenor:
            often = frequency or usual_frequency(tenor)
            if tenor * often % 1:
                places = {"tenor": print_tenor(tenor), "often": often}
                raise ValueError(say("期限 {tenor} 年、每年付息 {often} 次：付息期不是整数，利率折不成价格", **places))
        return frequency

    @field_validator("flexible")
    @classmethod
    def _offered_is_the_high_end(cls, flexible: Flexible | None, info: ValidationInfo) -> Flexible | None:
        offered = info.data.get("offered")
        if flexible and offered is not None and flexible.high != offered:
            amounts = {"high": print_amount(flexible.high), "offered": print_amount(offered)}
            raise ValueError(say("弹性区间上限 {high} 亿元应等于计划发行面值 offered {offered} 亿元", **amounts))
        return flexible

    @field_validator("base")
    @classmethod
    def _base_of_a_fixed_amount(cls, base: Base | None, info: ValidationInfo) -> Base | None:
        if base and info.data.get("flexible"):
            raise ValueError(say("弹性招标的发行额事先不定，不能与基数并用"))
        return base

    @field_validator("reopening")
    @classmethod
    def _reopened_by_price(cls, reopening: Reopening | None, info: ValidationInfo) -> Reopening | None:
        if reopening and info.data.get("object") is BidObject.RATE:
            raise ValueError(say("续发行的标的应为价格（object: price），票面利率已定"))
        return reopening


class Notice(Offer):
    """One issue as it is offered."""

    bond: str | None = None
    name: str | None = None
    range: LevelRange | None = None
    mean: Level | None = None
    """五日均值 the range was set by, in percent, unrounded."""
    window: BiddingWindow | None = None
    syndicate: str | None = None
    """CSV or XLSX of member and class, beside the notice."""
    rulebook: str | None = None
    issuer: str | None = None
    date: Day | None = None

    @field_validator("range")
    @classmethod
    def _rates_in_a_rate_issue(cls, levels: LevelRange | None, info: ValidationInfo) -> LevelRange | None:
        if levels and info.data.get("object") is BidObject.RATE and levels.high > HIGHEST_RATE:
            raise ValueError(say("标的是利率，区间 {low} 至 {high} 像是价格", low=levels.low, high=levels.high))
        return levels

    @field_validator("range")
    @classmethod
    def _prices_in_a_price_issue(cls, levels: LevelRange | None, info: ValidationInfo) -> LevelRange | None:
        if levels and info.data.get("object") is BidObject.PRICE and levels.low <= HIGHEST_RATE:
            raise ValueError(say("标的是价格，区间 {low} 至 {high} 像是利率", low=levels.low, high=levels.high))
        return levels

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
