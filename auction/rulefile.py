"""One rulebook file: the rules of one issuer, each a series of dated values with their citations.

Every fault of a file is found at once and named with its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, create_model, field_validator

from auction.breach import Basis
from auction.errors import BadInput, Fault
from auction.language import say
from auction.notice import parse_tenor
from auction.rulekeys import KEYS, OTHER_TENORS, ByTenor, Value, read_value
from auction.tables import wrong_value
from auction.workdays import Day, parse_day
from auction.yamlfile import Document, Path_, Tree, read_document, require_kind, validate


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with the days it is in force, how it is known and where it stands."""

    since: date
    until: date | None
    """The last day in force."""
    value: Value | ByTenor
    basis: Basis
    citation: str
    quote: str | None
    note: str | None
    issuer: str
    """Whose file it stands in."""
    label: str | None
    """The issuer's own name of the rule."""
    unit: str | None

    def at(self, tenor: Decimal) -> Dated | None:
        """What it says for a tenor, None where nothing; what it says of a nearest lower tenor only is assumed."""
        if not isinstance(self.value, ByTenor):
            return self
        stated, near = self.value.stated(tenor), self.value.at(tenor)
        return replace(self, value=near[0], basis=self.basis if stated else Basis.ASSUMED) if near else None


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The rules of one issuer and the names of issuers it makes known."""

    issuer: str
    issuers: Mapping[str, tuple[str, ...]]
    """Names of issuers, each with its other names."""
    alone: bool
    """Whether the national rules do not stand under these."""
    rules: Mapping[str, tuple[Dated, ...]]
    path: Path
    place: tuple[int, int]
    """Line and column of the issuer in the file."""

    def on(self, key: str, day: date) -> Dated | None:
        """The latest value begun by `day`, unless it has lapsed: an earlier one does not come back."""
        for dated in reversed(self.rules.get(key, ())):
            if dated.since <= day:
                return dated if dated.until is None or day <= dated.until else None
        return None

    def last_day(self, key: str, number: int) -> date | None:
        """The last day on which the value of that number is in force; None while nothing ends it."""
        dated = self.rules[key][number]
        later = self.rules[key][number + 1 : number + 2]
        ends = [*([dated.until] if dated.until else []), *(next_one.since - timedelta(days=1) for next_one in later)]
        return min(ends, default=None)


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Written(BaseModel):
    """A part of a rulebook file as it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cite(Written):
    """The text a value rests on."""

    document: Words
    article: Words | None = None
    quote: Words | None = None
    """Word for word."""

    def line(self) -> str:
        """Document and article on one line."""
        return f"{self.document} {self.article}" if self.article else self.document


class Entry(Written):
    """A dated value."""

    since: Day = Field(alias="from")
    until: Day | None = None
    value: object
    basis: Basis
    cite: Cite
    note: Words | None = None

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("since")
        if until and since and until < since:
            raise ValueError(say("until 早于 from {since}", since=since))
        return until

    @field_validator("cite")
    @classmethod
    def _source_is_quoted(cls, cite: Cite, info: ValidationInfo) -> Cite:
        if info.data.get("basis") is Basis.SOURCE and not cite.quote:
            raise ValueError(say("basis 为 source 的须有 quote（原文）"))
        return cite


class Rule(Written):
    """One rule of one issuer."""

    label: Words | None = None
    unit: Words | None = None
    values: tuple[Entry, ...] = Field(min_length=1)


class Heading(Written):
    """Whose rules these are."""

    issuer: Words
    issuers: Mapping[str, tuple[Words, ...]] = {}
    follows: Literal["全国", "none"] = "全国"
    """The rules that hold where these are silent."""


@cache
def sheet_model() -> type[Heading]:
    """A file with every known key as a field, so that an unknown one is a fault that names the nearest."""
    fields: dict[str, Any] = {_field(key): (Rule | None, Field(default=None, alias=key)) for key in KEYS}
    return create_model("Sheet", __base__=Heading, **fields)


def _field(key: str) -> str:
    return key.replace(".", "_").replace("-", "_")


def read_rule_file(path: Path) -> RuleFile:
    """The rulebook file. Raises BadInput with every fault."""
    document = read_document(path)
    require_kind(document, "rulebook")
    faults = [*_value_faults(document), *_order_faults(document)]
    try:
        sheet = validate(document, sheet_model())
    except BadInput as error:
        raise BadInput(_in_order([*error.faults, *faults])) from None
    if faults:
        raise BadInput(_in_order(faults))
    written = {key: getattr(sheet, _field(key)) for key in KEYS}
    rules = {key: _dated(key, rule, sheet.issuer) for key, rule in written.items() if rule}
    alone, place = sheet.follows == "none", document.place(("issuer",))
    return RuleFile(sheet.issuer, sheet.issuers, alone, MappingProxyType(rules), path, place)


def _dated(key: str, rule: Rule, issuer: str) -> tuple[Dated, ...]:
    return tuple(
        Dated(
            since=entry.since,
            until=entry.until,
            value=_read(key, entry.value),
            basis=entry.basis,
            citation=entry.cite.line(),
            quote=entry.cite.quote,
            note=entry.note,
            issuer=issuer,
            label=rule.label,
            unit=rule.unit,
        )
        for entry in rule.values
    )


def _read(key: str, written: object) -> Value | ByTenor:
    kind = KEYS[key].kind
    if not isinstance(written, dict):
        return read_value(kind, str(written))
    read = {tenor: read_value(kind, text) for tenor, text in written.items()}
    others = tuple(value for tenor, value in read.items() if tenor == OTHER_TENORS)
    steps = [(parse_tenor(tenor), value) for tenor, value in read.items() if tenor != OTHER_TENORS]
    return ByTenor(tuple(sorted(steps, key=lambda step: step[0])), others)


def _entries(document: Document) -> Iterator[tuple[str, int, dict[str, Tree]]]:
    """Every dated value of a known key as it stands in the file: key, number, entry."""
    for key, rule in document.data.items():
        values = rule.get("values") if isinstance(rule, dict) and key in KEYS else None
        for number, entry in enumerate(values if isinstance(values, list) else ()):
            if isinstance(entry, dict):
                yield key, number, entry


def _value_faults(document: Document) -> Iterator[Fault]:
    """Values that cannot be read."""
    for key, number, entry in _entries(document):
        if "value" not in entry:
            continue
        where: Path_ = (key, "values", number, "value")
        written = entry["value"]
        for tenor, text in written.items() if isinstance(written, dict) else [(None, written)]:
            got: object = tenor
            try:
                if tenor not in (None, OTHER_TENORS):
                    parse_tenor(tenor)
                got = text
                if not isinstance(text, str):
                    raise ValueError(say("应为一个值，或 期限: 值"))
                read_value(KEYS[key].kind, text)
            except ValueError as error:
                yield document.fault(where if tenor is None else (*where, tenor), wrong_value(error, got))


def _order_faults(document: Document) -> Iterator[Fault]:
    """Values that do not begin later than the one before them."""
    latest: dict[str, date] = {}
    for key, number, entry in _entries(document):
        try:
            begun = parse_day(entry.get("from"))
        except ValueError:
            continue
        if key in latest and begun <= latest[key]:
            sentence = say("from 应逐条递增：{begun} 不晚于前一条的 {earlier}", begun=begun, earlier=latest[key])
            yield document.fault((key, "values", number, "from"), sentence)
        latest[key] = begun


def _in_order(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.column or 0))
