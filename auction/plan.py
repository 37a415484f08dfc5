"""The approved plan of an issuance day: who is on the roster, and what is offered in which window."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, PlainSerializer, field_validator, model_validator

from auction.bidrange import WrittenOffset
from auction.language import say
from auction.notice import BiddingWindow, BidObject, MemberClass, Method, Offer, Strict, Tail, Tenor, TimeOfDay
from auction.offer import Counter, FirstIssue, Name
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
IN_A_BOOK_BUILD: Mapping[Role, Role] = {Role.OPERATOR: Role.BOOKRUNNER, Role.LEAD_OFFICER: Role.BOOKRUNNER}
"""Whom the bookrunner, who runs the site of a book-build, stands in for (财库〔2018〕61号 七（二）)."""


def acting(role: Role, methods: Collection[Method]) -> Role:
    """Who does what is `role`'s to do where issues are sold by these methods."""
    return role if all(method.is_tender for method in methods) else IN_A_BOOK_BUILD.get(role, role)


class Person(Strict):
    """One line of the roster."""

    name: str = Field(min_length=1, max_length=40)
    role: Role
    organisation: str = Field(min_length=1)
    sending_unit: str | None = None
    """派出单位 of a supervisor or an observer."""
    deputy_for: str | None = None
    """The person of the same role in whose stead this one acts while that one is away."""


class BondType(StrEnum):
    """一般债券 or 专项债券."""

    GENERAL = "general"
    SPECIAL = "special"


class Issue(Offer):
    """One issue (期) as the published documents describe it."""

    bond: str = Field(pattern=r"^[0-9A-Za-z]{4,12}$")
    name: str
    type: BondType
    method: Method = Method.SINGLE_PRICE
    object: BidObject = BidObject.RATE
    creditors: tuple[Name, ...] | None = Field(default=None, min_length=1)
    """The members to whom the debt is owed that a directed issue swaps: they alone may order."""
    agreed_cap: WrittenOffset | None = None
    """The top of the range as agreed with the leads, above the mean; None goes by the rules of a tender."""

    @field_validator("counter")
    @classmethod
    def _orders_come_in_on_the_day(cls, counter: Counter | None) -> Counter | None:
        if counter and counter.orders is not None:
            raise ValueError(say("演练中柜台申购当场提交，不写 orders"))
        return counter


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


def _paired(members: object) -> object:
    """Members from the pairs in which the journal holds them."""
    if isinstance(members, list | tuple) and all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in members):
        return {str(pair[0]): pair[1] for pair in members}
    return members


Members = Annotated[
    Mapping[str, MemberClass], BeforeValidator(_paired), PlainSerializer(lambda members: list(members.items()))
]
"""Classes by member, written down in a list: equal moments are settled in the order of members."""


class Plan(Strict):
    """The whole day."""

    issuer: str
    date: Day
    department: str
    """The finance department that issues."""
    venue: str
    roster: tuple[Person, ...] = Field(min_length=1)
    members: Members
    windows: tuple[Window, ...] = Field(min_length=1)
    issued_before: tuple[FirstIssue, ...] | None = None
    """The bonds issued before, against which a re-opening is judged; None is not known."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        bonds = [issue.bond for issue in self.issues]
        for names in (bonds, [window.id for window in self.windows]):
            doubled = {name for name in names if names.count(name) > 1}
            if doubled:
                raise ValueError(say("{name} 出现了不止一次", name=sorted(doubled)[0]))
        return self

    @model_validator(mode="after")
    def _run_by_one_of_two(self) -> Self:
        if len({method.is_tender for method in self.methods}) > 1:
            raise ValueError(say("一天之内不能既招标又承销：现场由不同的人组织，请分作两天"))
        return self

    @model_validator(mode="after")
    def _everybody_needed(self) -> Self:
        absent = [role for role in self.needed if not self.people(role)]
        if absent:
            raise ValueError(say("岗位名册缺少 {role}", role=absent[0].value))
        elsewhere = [person.role for person in self.roster if person.role not in ON_SITE]
        if elsewhere:
            raise ValueError(say("{role} 不是现场岗位，不列入岗位名册", role=elsewhere[0].value))
        replaced = [person.role for person in self.roster if self.acting(person.role) is not person.role]
        if replaced:
            raise ValueError(say("承销由簿记管理人组织，岗位名册不列 {role}", role=replaced[0].value))
        return self

    @model_validator(mode="after")
    def _deputies_have_principals(self) -> Self:
        roles = {person.name: person.role for person in self.roster if person.deputy_for is None}
        for person in self.roster:
            if person.deputy_for is not None and roles.get(person.deputy_for) is not person.role:
                whom = {"person": person.name, "principal": person.deputy_for}
                raise ValueError(say("{person} 的 deputy_for {principal} 不是名册上同一岗位的人", **whom))
        return self

    @model_validator(mode="after")
    def _named_members_are_members(self) -> Self:
        for issue in self.issues:
            strangers = [name for name in issue.creditors or () if name not in self.members]
            if strangers:
                raise ValueError(say("债权人 {name} 不在 members 之列", name=strangers[0]))
        return self

    @model_validator(mode="after")
    def _windows_apart(self) -> Self:
        for earlier, later in zip(self.windows, self.windows[1:], strict=False):
            if later.open < earlier.close:
                raise ValueError(say("场次 {later} 在 {earlier} 结束之前开始", later=later.id, earlier=earlier.id))
        return self

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Every issue of the day."""
        return tuple(issue for window in self.windows for issue in window.issues)

    @property
    def register(self) -> Mapping[str, FirstIssue] | None:
        """The bonds issued before, by code; None is not known."""
        return None if self.issued_before is None else {bond.code: bond for bond in self.issued_before}

    @property
    def methods(self) -> frozenset[Method]:
        """The methods by which the day's issues are sold."""
        return frozenset(issue.method for issue in self.issues)

    @property
    def needed(self) -> tuple[Role, ...]:
        """The roles without which the site is not sealed."""
        return tuple(dict.fromkeys(self.acting(role) for role in NEEDED_FOR_A_TENDER))

    def acting(self, role: Role) -> Role:
        """Who does on this day what is `role`'s to do."""
        return acting(role, self.methods)

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
        frequency=issue.coupons_a_year,
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
