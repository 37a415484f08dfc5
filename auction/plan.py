"""The approved plan of an issuance day: who is on the roster, and what is offered in which window."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, field_validator, model_validator

from auction.language import say
from auction.notice import BiddingWindow, BidObject, Margin, MemberClass, Method, Strict, Tail, Tenor, TimeOfDay
from auction.quantities import Amount, Level, parse_number
from auction.workdays import Day


class Role(StrEnum):
    """Who acts on an issuance day."""

    OPERATOR = "operator"
    CHECKER = "checker"
    LEAD_OFFICER = "lead-officer"
    SUPERVISOR = "supervisor"
    OBSERVER = "observer"
    BOOKRUNNER = "bookrunner"
    TECHNICIAN = "technician"
    INSTRUCTOR = "instructor"
    UNDERWRITER = "underwriter"
    SYSTEM = "system"


NEEDED_FOR_A_TENDER = (Role.OPERATOR, Role.CHECKER, Role.LEAD_OFFICER, Role.SUPERVISOR, Role.TECHNICIAN)
ON_SITE = (*NEEDED_FOR_A_TENDER, Role.OBSERVER, Role.BOOKRUNNER)


class Person(Strict):
    """One line of the roster."""

    name: str = Field(min_length=1, max_length=40)
    role: Role
    organisation: str = Field(min_length=1)
    sending_unit: str | None = None
    """派出单位 of a supervisor or an observer."""


class BondType(StrEnum):
    """一般债券 or 专项债券."""

    GENERAL = "general"
    SPECIAL = "special"


class Issue(Strict):
    """One issue (期) as the published documents describe it."""

    bond: str = Field(pattern=r"^[0-9A-Za-z]{4,12}$")
    name: str
    type: BondType
    method: Method = Method.SINGLE_PRICE
    object: BidObject = BidObject.RATE
    tenor: Tenor
    offered: Amount = Field(gt=0)
    frequency: int = Field(default=1, ge=1, le=2)
    """Coupons a year."""
    tick: Level = Field(default=Decimal("0.01"), ge=Decimal("0.0001"))
    marginal: Margin = Margin()


class Window(Strict):
    """One window (场次) of the day with its issues."""

    id: str = Field(pattern=r"^[0-9A-Za-z一-鿿-]{1,20}$")
    open: TimeOfDay
    close: TimeOfDay
    issues: tuple[Issue, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.open >= self.close:
            raise ValueError(say("开始时间 {open} 不早于截止时间 {close}", open=self.open, close=self.close))
        return self

    def issue(self, bond: str) -> Issue:
        """The issue of that code. Raises KeyError."""
        return {issue.bond: issue for issue in self.issues}[bond]


class Plan(Strict):
    """The whole day."""

    issuer: str
    date: Day
    department: str
    """The finance department that issues."""
    venue: str
    roster: tuple[Person, ...] = Field(min_length=1)
    members: Mapping[str, MemberClass]
    windows: tuple[Window, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        bonds = [issue.bond for window in self.windows for issue in window.issues]
        for names in (bonds, [window.id for window in self.windows]):
            doubled = {name for name in names if names.count(name) > 1}
            if doubled:
                raise ValueError(say("{name} 出现了不止一次", name=sorted(doubled)[0]))
        absent = [role for role in NEEDED_FOR_A_TENDER if not self.people(role)]
        if absent:
            raise ValueError(say("岗位名册缺少 {role}", role=absent[0].value))
        elsewhere = [person.role for person in self.roster if person.role not in ON_SITE]
        if elsewhere:
            raise ValueError(say("{role} 不是现场岗位，不列入岗位名册", role=elsewhere[0].value))
        return self

    @model_validator(mode="after")
    def _windows_apart(self) -> Self:
        for earlier, later in zip(self.windows, self.windows[1:], strict=False):
            if later.open < earlier.close:
                raise ValueError(say("场次 {later} 在 {earlier} 结束之前开始", later=later.id, earlier=earlier.id))
        return self

    def people(self, role: Role) -> tuple[Person, ...]:
        """Everyone on the roster in that role."""
        return tuple(person for person in self.roster if person.role is role)

    def window(self, window_id: str) -> Window:
        """The window of that name. Raises KeyError."""
        return {window.id: window for window in self.windows}[window_id]

    def with_times(self, window_id: str, times: BiddingWindow) -> Plan:
        """The plan with another time for one window."""
        moved = (
            window.model_copy(update={"open": times.open, "close": times.close}) if window.id == window_id else window
            for window in self.windows
        )
        return self.model_copy(update={"windows": tuple(moved)})

    def window_of(self, bond: str) -> Window:
        """The window in which that bond is offered. Raises KeyError."""
        return {issue.bond: window for window in self.windows for issue in window.issues}[bond]


class Terms(Strict):
    """The sheet's fields of one issue, as one person entered them."""

    bond: str
    method: Method
    object: BidObject
    tenor: Tenor
    offered: Amount
    frequency: int
    tick: Level
    lot: Amount
    tail: Tail
    open: TimeOfDay
    close: TimeOfDay


def terms_of(issue: Issue, window: Window) -> Terms:
    """What the published documents say the sheet must be."""
    return Terms(
        bond=issue.bond,
        method=issue.method,
        object=issue.object,
        tenor=issue.tenor,
        offered=issue.offered,
        frequency=issue.frequency,
        tick=issue.tick,
        lot=issue.marginal.lot,
        tail=issue.marginal.tail,
        open=window.open,
        close=window.close,
    )


class RangeEntry(Strict):
    """The range of one issue as one person computed it from the evening's curve."""

    curve: str
    """SHA-256 of the curve file used."""
    days: tuple[Day, ...] = Field(min_length=1)
    mean: str
    """Percent, unrounded."""
    low: Level
    high: Level

    @field_validator("mean")
    @classmethod
    def _mean_is_a_number(cls, mean: str) -> str:
        parse_number(mean)
        return mean
