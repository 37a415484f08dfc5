"""What a notice may hold beyond a plain tender: shares by name, a re-opening, a base amount, a counter tranche."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from auction.bondterms import Terms
from auction.language import say
from auction.quantities import Amount, Share
from auction.workdays import Day


class Strict(BaseModel):
    """A frozen model that knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AsWritten(Strict):
    """A model of which only what was written is written down again: the rest goes by the rules."""

    @model_serializer(mode="wrap")
    def _written(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        return {name: value for name, value in whole(self).items() if name in self.model_fields_set}


class Allotment(StrEnum):
    """Who is served first at the cut-off of a book-build, as published beforehand."""

    PRO_RATA = "pro-rata"
    LEADS_FIRST = "leads-first"


class Market(StrEnum):
    """Where an issue is offered."""

    INTERBANK = "interbank"
    EXCHANGE = "exchange"
    COUNTER = "counter"


Name = Annotated[str, Field(min_length=1, max_length=60)]


def _named(listed: object) -> object:
    """A list of names as names without a share, and what `_in_order` writes."""
    if not isinstance(listed, list | tuple):
        return listed
    pairs = [pair if isinstance(pair, list | tuple) and len(pair) == 2 else (pair, None) for pair in listed]
    names = [str(name) for name, _share in pairs]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled:
        raise ValueError(say("{name} 出现了不止一次", name=doubled))
    return dict(zip(names, (share for _name, share in pairs), strict=True))


def _in_order(shares: Mapping[str, Decimal | None]) -> list[tuple[str, str | None]]:
    """Names with their shares in a list, so that the order of names, which tells who gets the tail, is kept."""
    return [(name, None if share is None else str(share)) for name, share in shares.items()]


def _whole(shares: Mapping[str, Decimal | None]) -> Mapping[str, Decimal | None]:
    """Shares that add up to one, or none at all."""
    given = [share for share in shares.values() if share is not None]
    if given and (len(given) < len(shares) or sum(given) != 1):
        raise ValueError(say("各方比例须全部写明，合计 100%；只列名称则均分"))
    return shares


NamedShares = Annotated[
    Mapping[Name, Share | None],
    BeforeValidator(_named),
    AfterValidator(_whole),
    PlainSerializer(_in_order),
    Field(min_length=1),
]
"""Names with their shares of a whole, or a list of names that share alike."""


class FirstIssue(Terms):
    """The bond of a re-opening as it was first issued."""

    code: Name
    name: Name | None = None


class Reopening(Strict):
    """续发行: more of a bond already issued."""

    of: Name
    first_issue: FirstIssue
    number: int = Field(ge=1)
    """The how-manieth re-opening this is."""
    settlement: Day | None = None
    """The day whose accrued interest the price holds; None goes by the rules and the notice's date."""


class Base(Strict):
    """基数: the share of the issue that leads hold without bidding."""

    share: Share = Field(gt=0, lt=1)
    holders: NamedShares


class Counter(Strict):
    """柜台: an amount beside `offered`, sold by quantity alone at the tender's rate or price."""

    amount: Amount = Field(gt=0)
    orders: str | None = None
    """CSV or XLSX of member, amount and time, beside the notice; on a rehearsed day the orders come in."""
