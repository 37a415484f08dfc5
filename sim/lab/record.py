"""The record of a study: what it was made from, so that it can be told, judged and made again from its folder alone.

Plain data in one language for all readers: rules go by their keys, values as a rulebook writes them, and whoever reads
puts them into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version

from auction.breach import Basis
from auction.canonical import digest
from auction.checks import NOTICE_CITATION
from auction.deciding import could_decide
from auction.desk import rules_digest
from auction.notice import BidObject, MemberClass, Notice
from auction.quantities import print_amount
from auction.rulekeys import KEYS, UNLIMITED, ByTenor, Value
from auction.tables import read_bytes, read_text
from auction.yamlfile import Tree
from sim.lab.arms import IN_NOTICE, IN_RULES, Setting
from sim.lab.experiment import Arm, Prepared
from sim.lab.game import Market

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Entry = dict[str, str | None]
"""A rule as it is recorded."""

RECKONED_WITH = ("fee.", "min_underwriting_share.")
"""Rules that decide nothing on a day that is rehearsed, but something here."""
THE_ARM = ""
"""In the place of a citation: the experiment sets the value itself."""
FAMILIES = frozenset(known.family for known in KEYS.values())
PER_OBJECT = {"bid.tick": BidObject.RATE, "bid.price_tick": BidObject.PRICE}


def record_of(prepared: Prepared, market: Market) -> dict[str, Json]:
    """Everything a reader may ask about how the study came about."""
    staged, issue = prepared.staged, prepared.issue
    plan = staged.scenario.plan
    arms = zip(prepared.experiment.arms, prepared.settings, strict=True)
    return {
        "version": _version(),
        "file": prepared.file.name,
        "written": read_text(prepared.file),
        "digests": {
            "study": prepared.digest,
            "experiment": digest(read_bytes(prepared.file)),
            "scenario": staged.digest,
            "rules": rules_digest(plan),
        },
        "issue": {
            "issuer": plan.issuer,
            "date": plan.date.isoformat(),
            "bond": issue.bond,
            "title": issue.name,
            "offered": print_amount(issue.offered),
            "tenor": str(issue.tenor),
            "method": issue.method.value,
        },
        "market": {
            "curves": dict(staged.scenario.curves.model_dump(exclude_none=True)),
            "spread_bp": round(market.spread_bp, 6),
            "move_bp": round(market.move_bp, 6),
        },
        "population": {
            "title": prepared.population.title,
            "note": prepared.population.note,
            "kinds": _kinds(prepared),
        },
        "arms": [_arm(arm, setting) for arm, setting in arms],
        "rules": _rules(prepared),
    }


def _version() -> str | None:
    """Of this program; None where it is not installed."""
    try:
        return version("kaibiao")
    except PackageNotFoundError:
        return None


def _kinds(prepared: Prepared) -> list[Json]:
    """The kinds of the population, in their order."""
    population = prepared.population
    return [
        {
            "name": kind.name,
            "class": kind.member_class.value,
            "count": count,
            "mandate": str(kind.mandate),
            "noise_bp": str(kind.noise_bp),
            "behaviour": {name: str(share) for name, share in kind.behaviour.items()},
        }
        for kind, count in zip(population.institutions, population.counts, strict=True)
    ]


def _arm(arm: Arm, setting: Setting) -> dict[str, Json]:
    """One arm: what it overrides, and the range that comes of it."""
    levels = setting.desk.notice.range
    return {
        "name": arm.name,
        "override": {name: _plain(written) for name, written in arm.override.items()},
        "issues": setting.issues,
        "range": None if levels is None else {"low": str(levels.low), "high": str(levels.high)},
    }


def _plain(written: Tree) -> Json:
    """An override as it is written."""
    if isinstance(written, dict):
        return {name: _plain(inner) for name, inner in written.items()}
    return [_plain(inner) for inner in written] if isinstance(written, list) else written


def _rules(prepared: Prepared) -> list[Json]:
    """Every rule that some arm was held by, with the arms it held for."""
    told: dict[tuple[tuple[str, str | None], ...], list[Json]] = {}
    for arm, setting in zip(prepared.experiment.arms, prepared.settings, strict=True):
        for entry in _by_family(list(_held_by(prepared, arm.override, setting))):
            told.setdefault(tuple(entry.items()), []).append(arm.name)
    order = {key: place for place, key in enumerate((*IN_RULES, *IN_NOTICE))}
    rules = sorted(told.items(), key=lambda rule: order[str(dict(rule[0])["key"])])
    return [{**dict(entry), "arms": arms} for entry, arms in rules]


def _held_by(prepared: Prepared, override: Mapping[str, Tree], setting: Setting) -> Iterator[Entry]:
    """The rules that could decide something for the arm, with what the notice itself writes in their place."""
    plan = prepared.staged.scenario.plan.model_copy(update={"issues": (prepared.issue,)})
    desk = setting.desk
    for key in (*IN_RULES, *IN_NOTICE) if desk.rules else ():
        of_use = key in override or key.startswith(RECKONED_WITH) or could_decide(plan, key)
        if not of_use or key in FAMILIES:
            continue
        found = desk.rules.get_at(key, desk.notice.tenor) if desk.rules else None
        own = _own(desk.notice, key)
        if key in IN_NOTICE and own is not None and (found is None or found.value != own):
            yield _entry(key, own, Basis.ASSUMED, NOTICE_CITATION, None)
        elif found and (key in IN_RULES or own is not None):
            citation = THE_ARM if key in override else found.citation
            yield _entry(key, found.value, found.basis, citation, found.note)


def _own(notice: Notice, key: str) -> Value:
    """What the notice has in a rule's place; None where the rule is not the notice's, or it has nothing there."""
    value: object = notice if key in IN_NOTICE else None
    if key in PER_OBJECT and PER_OBJECT[key] is not notice.object:
        return None
    for name in IN_NOTICE.get(key, ()):
        value = getattr(value, name, None)
    return value if isinstance(value, Decimal | int | str) else None


def _entry(key: str, value: Value | ByTenor, basis: Basis, citation: str, note: str | None) -> Entry:
    """A rule with its value as a rulebook writes it, and how it is known."""
    plain = str(value) if isinstance(value, str) else UNLIMITED if value is None else KEYS[key].kind.show(value)
    return {"key": key, "value": plain, "basis": basis.value, "citation": citation, "note": note}


def _by_family(entries: Sequence[Entry]) -> list[Entry]:
    """A family once, where it says the same of all its classes."""
    out: list[Entry] = []
    for entry in entries:
        family = KEYS[str(entry["key"])].family
        whole = {**entry, "key": family}
        alike = [each for each in entries if {**each, "key": KEYS[str(each["key"])].family} == whole]
        told = whole if family and len(alike) == len(MemberClass) else entry
        if told not in out:
            out.append(told)
    return out
