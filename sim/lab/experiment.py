"""The experiment file: a question, a scenario, its arms and what each overrides, a population, how exactly to answer.

Read with everything it names, so that a study never stops at something a person wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from auction.canonical import canonical, digest
from auction.desk import rules_digest
from auction.errors import BadInput, Fault
from auction.language import say
from auction.offer import Strict
from auction.plan import Issue
from auction.quantities import Level
from auction.tables import read_bytes
from auction.yamlfile import Document, read_document, require_kind, validate
from sim.blocks import Market
from sim.lab.arms import Members, Setting, override_faults, setting_of
from sim.lab.population import Population, read_population
from sim.scenario import Staged, read_scenario

KIND = "experiment"
FORMAT = 1
"""Of what a study counts: a checkpoint of another one is of no use."""
BUDGET = 200_000
"""Auctions of each arm, where the experiment sets no other."""
MOST_ARMS = 24
MOST_SEED = 2**63 - 1


class Bidders(StrEnum):
    """Whether the members of an arm bid as in the first one, or come to terms with the arm's own rules."""

    BOTH = "both"
    FIXED = "fixed"
    ADAPTING = "adapting"


class Arm(Strict):
    """One set of rules to try."""

    name: str = Field(min_length=1, max_length=40)
    override: dict[str, Any] = {}


class Pair(Strict):
    """Two arms to compare, by name: what the second brings over the first."""

    from_: str = Field(alias="from")
    to: str


class OutsideSpread(Strict):
    """What is known of the secondary spread from outside the auctions, in bp over the benchmark mean."""

    low: Level = Field(ge=-100, le=500)
    high: Level = Field(ge=-100, le=500)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.low > self.high:
            raise ValueError(say("下限 {low} 高于上限 {high}", low=self.low, high=self.high))
        return self


class Experiment(Strict):
    """The file as written."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    question: str = Field(min_length=1, max_length=300)
    scenario: str
    """A file beside the experiment, or a shipped scenario by name."""
    bond: str | None = None
    """Which issue of the day; may be left out where there is one."""
    population: str
    """A file beside the experiment, or a shipped population by name."""
    market: Market | None = None
    """Where the bonds trade, in place of the scenario's own block."""
    arms: tuple[Arm, ...] = Field(min_length=1, max_length=MOST_ARMS)
    pairs: tuple[Pair, ...] | None = None
    """What to compare; None compares each arm with the first."""
    bidders: Bidders = Bidders.BOTH
    precision_bp: Decimal | None = Field(default=None, gt=0, le=100)
    """Half the width that the interval of every pair's coupon difference is to have."""
    auctions: int | None = Field(default=None, ge=1, le=10**9)
    """Auctions of each arm, whatever the precision."""
    budget: int = Field(default=BUDGET, ge=1, le=10**9)
    """Auctions of each arm at the most."""
    seed: int = Field(default=0, ge=0, le=MOST_SEED)
    outside_spread_bp: OutsideSpread | None = None

    @model_validator(mode="after")
    def _one_aim(self) -> Self:
        if (self.precision_bp is None) is (self.auctions is None):
            raise ValueError(say("precision_bp（精度）与 auctions（场数）须写一个，也只写一个"))
        return self

    @property
    def compared(self) -> tuple[tuple[int, int], ...]:
        """The pairs as places of arms."""
        if self.pairs is None:
            return tuple((0, place) for place in range(1, len(self.arms)))
        place_of = {arm.name: place for place, arm in enumerate(self.arms)}
        return tuple((place_of[pair.from_], place_of[pair.to]) for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An experiment with everything it names, read and found in order."""

    experiment: Experiment
    file: Path
    staged: Staged
    issue: Issue
    population: Population
    members: Members
    settings: tuple[Setting, ...]
    digest: str
    """Of all that decides what a chunk of auctions comes to."""


def read_experiment(path: Path) -> Prepared:
    """An experiment file, or a shipped one by name, with all it names. Raises BadInput with every fault."""
    file = find(path, "studies") or path
    document = read_document(file)
    require_kind(document, KIND)
    faults = list(_faults(document))
    try:
        experiment = validate(document, Experiment)
    except BadInput as error:
        raise BadInput(_in_order([*error.faults, *faults])) from None
    faults += _name_faults(experiment, document)
    if faults:
        raise BadInput(_in_order(faults))
    staged = read_scenario(_named(document, "scenario", experiment.scenario, ""))
    if experiment.market:
        staged = replace(staged, scenario=staged.scenario.model_copy(update={"market": experiment.market}))
    issue = _issue(experiment, staged, document)
    population_file = _named(document, "population", experiment.population, "populations")
    population = read_population(population_file)
    members = members_of(population)
    settings = _settings(experiment, staged, members, issue, document)
    files_read = [digest(read_bytes(each)) for each in (file, population_file)]
    whole = digest(canonical([FORMAT, *files_read, staged.digest, rules_digest(staged.scenario.plan)]))
    return Prepared(experiment, file, staged, issue, population, members, settings, whole)


def aimed(prepared: Prepared, auctions: int | None, precision_bp: Decimal | None) -> Prepared:
    """The experiment with another aim, where one is given: it stays the same experiment, and its chunks are of use."""
    if auctions is None and precision_bp is None:
        return prepared
    aim = {"auctions": auctions, "precision_bp": precision_bp}
    return replace(prepared, experiment=prepared.experiment.model_copy(update=aim))


def find(path: Path, folder: str) -> Path | None:
    """The file itself, or the shipped one of that name in a folder of the scenarios; None where there is neither."""
    shipped = Path(str(files("scenarios"))) / folder
    candidates = (path, shipped / path.name, shipped / f"{path.name}.yaml")
    return next((each for each in candidates if each.is_file()), None)


def members_of(population: Population) -> Members:
    """Every member of a population by a name made of its kind's, with its class."""
    kinds = zip(population.institutions, population.counts, strict=True)
    return {f"{kind.name}{n}": kind.member_class for kind, count in kinds for n in range(1, count + 1)}


def _named(document: Document, field: str, name: str, folder: str) -> Path:
    """A file that the experiment names. Raises BadInput with the nearest shipped name."""
    from difflib import get_close_matches

    found = find(document.path.parent / name, folder)
    if found:
        return found
    shipped = sorted(each.stem for each in (Path(str(files("scenarios"))) / folder).glob("*.yaml"))
    near = get_close_matches(Path(name).stem, shipped, 1, 0.5)
    missing = say("旁边没有文件 {name}，也没有这个名字的自带文件", name=name)
    nearest = say("没有 {name}，是否想写 {near}？", name=name, near=near[0]) if near else missing
    raise BadInput([document.fault((field,), nearest)])


def _issue(experiment: Experiment, staged: Staged, document: Document) -> Issue:
    issues = {issue.bond: issue for issue in staged.scenario.plan.issues}
    if experiment.bond is None and len(issues) == 1:
        return staged.scenario.plan.issues[0]
    if experiment.bond in issues:
        return issues[experiment.bond]
    bonds = "、".join(issues)
    if experiment.bond is None:
        raise BadInput([document.fault(("scenario",), say("场景有几期债券，请用 bond 写明一期：{bonds}", bonds=bonds))])
    sentence = say("场景没有债券 {bond}，应为 {bonds} 之一", bond=experiment.bond, bonds=bonds)
    raise BadInput([document.fault(("bond",), sentence)])


def _settings(
    experiment: Experiment, staged: Staged, members: Members, issue: Issue, document: Document
) -> tuple[Setting, ...]:
    """Every arm on the day. Raises BadInput with the faults of all of them."""
    settings: list[Setting] = []
    faults: list[Fault] = []
    for place, arm in enumerate(experiment.arms):
        try:
            settings.append(
                setting_of(arm.name, arm.override, staged, members, issue, document, ("arms", place, "override"))
            )
        except BadInput as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise BadInput(_in_order(faults))
    return tuple(settings)


def _faults(document: Document) -> Iterator[Fault]:
    """What is wrong with the overrides as written."""
    arms = document.data.get("arms")
    for place, arm in enumerate(arms if isinstance(arms, list) else ()):
        overrides = arm.get("override") if isinstance(arm, dict) else None
        if isinstance(overrides, dict):
            yield from override_faults(document, ("arms", place, "override"), overrides)


def _name_faults(experiment: Experiment, document: Document) -> Iterator[Fault]:
    """Arms of one name, and pairs of arms that are none."""
    names = [arm.name for arm in experiment.arms]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield document.fault(("arms", place, "name"), say("{name} 出现了不止一次", name=name))
    for place, pair in enumerate(experiment.pairs or ()):
        for side, name in (("from", pair.from_), ("to", pair.to)):
            if name not in names:
                sentence = say("没有方案 {name}，应为 {names} 之一", name=name, names="、".join(names))
                yield document.fault(("pairs", place, side), sentence)


def _in_order(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.column or 0))
