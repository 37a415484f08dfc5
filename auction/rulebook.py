"""The regulations as dated values: what is in force for an issuer on a day, by which text, and how it is known.

An issuer's own value goes before the national one; where its own has lapsed, the national one holds again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import as_file, files
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

from auction.breach import Basis, Severity
from auction.errors import BadInput, Fault, NoSuchRule, bad_input
from auction.language import say
from auction.rulefile import Dated, RuleFile, read_rule_file
from auction.rulekeys import KEYS, show_value, written

NATION = "全国"
MILD = re.compile(r"原则上|鼓励|(?<!时间)(?<!利率)(?<!价格)优先")
"""What a text recommends; 时间优先 and its like are an order of bids."""


def severity_of(quote: str | None) -> Severity:
    """What breaking a text weighs: 原则上、鼓励、优先 make a warning, also beside 应当; all else is a breach."""
    return Severity.WARNING if quote and MILD.search(quote) else Severity.BREACH


@dataclass(frozen=True, slots=True)
class InForce:
    """What one rule says on a day."""

    key: str
    value: Any
    """As the key's kind reads it: Offset, Decimal share or step, int 万元 or count, word, ByTenor; None is no limit."""
    basis: Basis
    citation: str
    """Document and article."""
    quote: str | None
    note: str | None
    since: date
    until: date | None
    """The last day in force, where one is set."""
    issuer: str
    """Whose file it stands in."""
    own_label: str | None
    own_unit: str | None

    @property
    def label(self) -> str:
        """The rule's name for people."""
        return self.own_label or str(KEYS[self.key].label)

    @property
    def severity(self) -> Severity:
        """What breaking it weighs, by the words of its text."""
        return severity_of(self.quote)

    @property
    def unit(self) -> str:
        """The unit behind the value, or nothing."""
        return self.own_unit or str(KEYS[self.key].unit or "")

    @property
    def written(self) -> str:
        """The value in one plain spelling, the same in every language."""
        return written(self.value)

    @property
    def text(self) -> str:
        """The value for people, with its unit."""
        shown = show_value(KEYS[self.key].kind, self.value)
        return shown if self.value is None else f"{shown} {self.unit}".strip()

    def as_dict(self) -> dict[str, str | None]:
        """The value as a JSON entry."""
        return {
            "key": self.key,
            "label": self.label,
            "value": self.text,
            "basis": self.basis.value,
            "citation": self.citation,
            "quote": self.quote,
            "note": self.note,
            "severity": self.severity.value,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "issuer": self.issuer,
        }


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one issuer on one day."""

    issuer: str
    day: date
    layers: tuple[RuleFile, ...]
    """The files that apply, the first to speak decides."""

    def __getitem__(self, key: str) -> InForce:
        """The rule in force. Raises NoSuchRule."""
        return self._required(key, self.get(key))

    def get(self, key: str) -> InForce | None:
        """The rule in force, or None."""
        return self._first(key, lambda dated: dated)

    def at(self, key: str, tenor: Decimal | int) -> InForce:
        """The rule in force for a tenor in years, as `get_at` has it. Raises NoSuchRule."""
        return self._required(key, self.get_at(key, tenor))

    def get_at(self, key: str, tenor: Decimal | int) -> InForce | None:
        """The rule in force for a tenor in years, its value resolved, or None.

        A value by tenor gives the tenor's own, else its default, else that of the nearest lower tenor, which no
        text says and is therefore assumed; below its lowest tenor it says nothing and the next file decides.
        """
        years = Decimal(tenor)
        return self._first(key, lambda dated: dated.at(years))

    def names(self, key: str) -> bool:
        """Whether a value in force stands under the very name, and not under that of its family."""
        return any(layer.on(key, self.day) for layer in self.layers)

    def _first(self, key: str, resolve: Callable[[Dated], Dated | None]) -> InForce | None:
        known = KEYS.get(key)
        names = (key, known.family) if known and known.family else (key,)
        for layer, name in product(self.layers, names):
            dated = layer.on(name, self.day)
            found = resolve(dated) if dated else None
            if found:
                return in_force(key, found, name)
        return None

    def _required(self, key: str, found: InForce | None) -> InForce:
        if found:
            return found
        label = KEYS[key].label if key in KEYS else key
        place = {"issuer": self.issuer, "day": self.day, "label": label, "key": key}
        raise NoSuchRule(say("{issuer} 在 {day} 没有“{label}”（{key}）的现行规定", **place))


def in_force(key: str, dated: Dated, written: str) -> InForce:
    """What a dated value, which stands under `written` in its file, says of `key`."""
    return InForce(
        key=key,
        value=dated.value,
        basis=dated.basis,
        citation=dated.citation,
        quote=dated.quote,
        note=dated.note,
        since=dated.since,
        until=dated.until,
        issuer=dated.issuer,
        own_label=dated.label if written == key else None,
        own_unit=dated.unit,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that is not the same on two days, or rests on another text."""

    key: str
    before: InForce | None
    after: InForce | None

    @property
    def of_value(self) -> bool:
        """Whether the value itself is another, and not only the text it rests on or how that is known."""
        return _written(self.before) != _written(self.after)


def _written(rule: InForce | None) -> str | None:
    return rule.written if rule else None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every rule of every issuer."""

    layers: Mapping[str, tuple[RuleFile, ...]]
    """The files that apply to each issuer, its own before the national ones."""
    names: Mapping[str, str]
    """Every name of an issuer, as `plain_name` writes it, with the issuer it names."""

    def for_(self, issuer: str | None, day: date) -> Rules:
        """The rules of `issuer` (None: the national ones) on `day`. Raises BadInput for an unknown issuer."""
        name = NATION if issuer is None else self.issuer(issuer)
        return Rules(name, day, self.layers[name])

    def issuer(self, written: str) -> str:
        """The issuer that `written` (江苏, 江苏省, 江苏省人民政府) names. Raises BadInput with the nearest name."""
        known = self.names.get(plain_name(written))
        if known:
            return known
        near = get_close_matches(plain_name(written), self.names, 1, 0.5)
        if near:
            raise bad_input(say("没有发行人 {issuer}，是否想写 {near}？", issuer=written, near=near[0]), field="issuer")
        raise bad_input(say("没有发行人 {issuer}", issuer=written), field="issuer")

    def issuers(self) -> tuple[str, ...]:
        """Every issuer, the nation first."""
        return tuple(self.layers)

    def keys(self) -> tuple[str, ...]:
        """Every rule by name, in the order people read them."""
        return tuple(KEYS)

    def history(self, key: str, issuer: str | None = None) -> tuple[InForce, ...]:
        """What has been in force for `issuer`, one after another; `since` is the day it came, or came back, into force.

        Raises BadInput for an unknown rule or issuer.
        """
        self._require_key(key)
        day_one = self.for_(issuer, date.min)
        written = (key, KEYS[key].family or key)
        dated = [one for layer in day_one.layers for name in written for one in layer.rules.get(name, ())]
        turns = {one.since for one in dated} | {one.until + timedelta(days=1) for one in dated if one.until}
        found = [(day, replace(day_one, day=day).get(key)) for day in sorted(turns)]
        kept: list[InForce] = []
        for day, rule in found:
            if rule and not (kept and rule == replace(kept[-1], since=rule.since)):
                kept.append(replace(rule, since=day))
        return tuple(kept)

    def changes(self, first: date, last: date, issuer: str | None = None) -> tuple[Change, ...]:
        """Every rule that is other on `last` than on `first`, a family once for all it speaks for. Raises BadInput."""
        before, after = self.for_(issuer, first), self.for_(issuer, last)
        own = [key for key, known in KEYS.items() if not known.family or before.names(key) or after.names(key)]
        both = [Change(key, before.get(key), after.get(key)) for key in own]
        return tuple(change for change in both if change.before != change.after)

    def _require_key(self, key: str) -> None:
        if key in KEYS:
            return
        near = get_close_matches(key, KEYS, 1, 0.5)
        if near:
            raise bad_input(say("没有规则 {key}，是否想写 {near}？", key=key, near=near[0]), field="key")
        raise bad_input(say("没有规则 {key}", key=key), field="key")


def plain_name(written: str) -> str:
    """An issuer's name without white space and 人民政府."""
    return "".join(unicodedata.normalize("NFKC", written).split()).removesuffix("人民政府")


def load_rulebook(extra: Path | None = None) -> Rulebook:
    """The shipped regulations; `extra`, a file or a folder of files, goes before them. Raises BadInput.

    A file goes before the shipped one of its issuer, or adds an issuer.
    """
    if extra is None:
        return _shipped_rulebook()
    return rulebook_of(shipped_files(), read_folder(extra) if extra.is_dir() else (read_rule_file(extra),))


def read_folder(folder: Path) -> tuple[RuleFile, ...]:
    """Every rulebook file of a folder, by name. Raises BadInput with every fault of all of them."""
    return read_rule_files(sorted(folder.glob("*.yaml")))


def read_rule_files(paths: Iterable[Path]) -> tuple[RuleFile, ...]:
    """The rulebook files. Raises BadInput with every fault of all of them."""
    read: list[RuleFile] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            read.append(read_rule_file(path))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return tuple(read)


def rulebook_of(shipped: Sequence[RuleFile], extra: Sequence[RuleFile] = ()) -> Rulebook:
    """The files as one rulebook, `extra` before `shipped`. Raises BadInput where two of a kind are of one issuer."""
    names = _names((*extra, *shipped))
    first, second = _own_files(extra, names), _own_files(shipped, names)
    own = {name: (*first.get(name, ()), *second.get(name, ())) for name in dict.fromkeys((NATION, *names.values()))}
    national = own[NATION]
    layers = {name: (*mine, *(() if _alone(name, mine) else national)) for name, mine in own.items()}
    return Rulebook(MappingProxyType(layers), MappingProxyType(names))


def _alone(issuer: str, own: Sequence[RuleFile]) -> bool:
    return issuer == NATION or any(file.alone for file in own)


def _names(read: Iterable[RuleFile]) -> dict[str, str]:
    names = {NATION: NATION}
    for file in read:
        for issuer, others in file.issuers.items():
            names.update({plain_name(name): issuer for name in (issuer, *others)})
    for file in read:
        names.setdefault(plain_name(file.issuer), file.issuer)
    return names


def _own_files(read: Iterable[RuleFile], names: Mapping[str, str]) -> dict[str, tuple[RuleFile, ...]]:
    own: dict[str, RuleFile] = {}
    faults: list[Fault] = []
    for file in read:
        name = names[plain_name(file.issuer)]
        if name in own:
            sentence = say("发行人 {issuer} 已有一个文件：{path}", issuer=name, path=own[name].path.name)
            faults.append(Fault(sentence, str(file.path), *file.place, "issuer"))
        own.setdefault(name, file)
    if faults:
        raise BadInput(faults)
    return {name: (file,) for name, file in own.items()}


@cache
def shipped_files() -> tuple[RuleFile, ...]:
    """The files that come with the program."""
    with as_file(files("auction.rulebooks")) as folder:
        return read_folder(folder)


@cache
def _shipped_rulebook() -> Rulebook:
    return rulebook_of(shipped_files())
