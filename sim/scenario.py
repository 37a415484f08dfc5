"""The scenario file: a planned day, its market, its underwriters and staff, and what the day should come to.

The `expect` block makes each scenario a test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self
from zlib import crc32

from numpy.random import default_rng
from pydantic import AfterValidator, Field, model_validator

from auction.canonical import canonical, digest
from auction.curve import Curve, benchmark_mean, read_curve
from auction.desk import benchmark_tenor, has_range, range_due, rules_of, rules_on
from auction.errors import BadInput, Fault, bad_input
from auction.language import say
from auction.notice import Strict, TimeOfDay
from auction.plan import Plan
from auction.tables import read_bytes
from auction.venue import venue_faults
from auction.yamlfile import Document, read_document, require_kind, validate
from sim.blocks import (
    PLAIN,
    SYNTHETIC,
    Curves,
    Expectation,
    Market,
    PlannedIncident,
    Staff,
    Underwriters,
    beside_or_shipped,
)
from sim.happening import faults_of
from sim.lab.population import Population, find_population, read_population
from sim.synthetic import synthetic_curve

KIND = "scenario"
KEPT_NAME = "scenario.yaml"
FIRST = "first-tender"
SHIPPED = Path(str(files("scenarios")))
LEVEL = re.compile(r"^level: (\d)", re.MULTILINE)


class Scenario(Strict):
    """One day to rehearse."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    title: str
    aim: str
    level: int | None = Field(default=None, ge=1, le=5)
    """How hard it is, of a scenario to learn from."""
    questions: tuple[str, ...] = ()
    """What the instructor asks afterwards."""
    start: TimeOfDay = time(8, 30)
    end: Literal["SETTLED", "LISTED"] = "SETTLED"
    checking: Literal["blind", "review"] = "blind"
    by_eye: bool = False
    """Whether people alone compare the sheet with the documents, as on a real site."""
    plan: Plan
    curves: Curves
    market: Market = Market()
    population: Annotated[str, AfterValidator(beside_or_shipped)] | None = None
    """Who bids and how; without one, plain underwriters do."""
    underwriters: Underwriters = Underwriters()
    staff: Staff = Staff()
    incidents: tuple[PlannedIncident, ...] = ()
    expect: Expectation = Expectation()

    @model_validator(mode="after")
    def _starts_before_the_first_window(self) -> Self:
        first = min(window.open for window in self.plan.windows)
        if self.start >= first:
            raise ValueError(say("开始时间 {start} 不早于第一场 {first}", start=self.start, first=first))
        return self

    @model_validator(mode="after")
    def _every_class_has_a_mandate(self) -> Self:
        if self.population is not None:
            return self
        if "underwriters" not in self.model_fields_set:
            raise ValueError(say("缺少 underwriters 或 population：没有写谁来投标"))
        missing = sorted(set(self.plan.members.values()) - set(self.underwriters.mandate or {}))
        if missing:
            raise ValueError(say("underwriters.mandate 缺少 {missing}", missing=missing[0].value))
        return self

    @model_validator(mode="after")
    def _bidding_is_said_once(self) -> Self:
        how = self.underwriters
        doubled = [field for field in PLAIN if getattr(how, field) != Underwriters.model_fields[field].default]
        if self.population is not None and doubled:
            raise ValueError(say("写了 population 就不写 underwriters.{field}", field=doubled[0]))
        return self

    @model_validator(mode="after")
    def _a_local_curve_to_be_over(self) -> Self:
        if self.market.regional_bp is not None and self.curves.local is None:
            raise ValueError(say("market.regional_bp 是对地方债曲线的利差，缺少 curves.local"))
        return self


@dataclass(frozen=True, slots=True)
class Staged:
    """A scenario with the files it names, read and digested."""

    scenario: Scenario
    file: Path
    curve_files: Mapping[str, Path]
    """`treasury` and, where it is named, `local`."""
    treasury: Curve
    anchor: Curve
    """The curve on which the rules of the day build the range."""
    anchor_digest: str
    digest: str
    """Of the scenario and of every file it names."""
    local: Curve | None = None
    population: Population | None = None
    """Who bids and how, where the scenario names one."""
    population_file: Path | None = None


def read_scenario(path: Path) -> Staged:
    """A scenario file, or a shipped one by name, with its curves. Raises BadInput with every fault."""
    file = find_scenario(path)
    document = read_document(file)
    require_kind(document, KIND)
    scenario = validate(document, Scenario)
    anchor = anchor_kind(scenario, document)
    if anchor == "local" and scenario.curves.local is None:
        sentence = say("当日规则以地方政府债券收益率曲线为锚，缺少 curves.local")
        raise BadInput([document.fault(("curves",), sentence)])
    require_venues(scenario, document)
    require_incidents(scenario, document)
    curve_files = {kind: curve_of(file, name) for kind, name in scenario.curves.named().items()}
    curves, digests = curves_of(scenario, curve_files)
    require_benchmarks(scenario, curves[anchor])
    population_file = population_file_of(scenario, document)
    population = None if population_file is None else read_population(population_file)
    named = dict(digests)
    if population_file is not None and population is not None:
        require_classes(scenario, population, document)
        named["population"] = digest(read_bytes(population_file))
    return Staged(
        scenario=scenario,
        file=file,
        curve_files=curve_files,
        treasury=curves["treasury"],
        anchor=curves[anchor],
        anchor_digest=digests[anchor],
        digest=digest(canonical({"scenario": digest(read_bytes(file)), **named})),
        local=curves.get("local"),
        population=population,
        population_file=population_file,
    )


def curves_of(scenario: Scenario, curve_files: Mapping[str, Path]) -> tuple[dict[str, Curve], dict[str, str]]:
    """The curves and their digests by kind; a synthetic one follows from the scenario's name. Raises BadInput."""
    digests = {kind: digest(read_bytes(curve_file)) for kind, curve_file in curve_files.items()}
    curves = {kind: read_curve(curve_file) for kind, curve_file in curve_files.items()}
    if scenario.curves.treasury == SYNTHETIC:
        curves["treasury"] = synthetic_curve(default_rng(crc32(scenario.name.encode())), scenario.plan.date)
        digests["treasury"] = digest(canonical([SYNTHETIC, scenario.name, str(scenario.plan.date)]))
    return curves, digests


def population_file_of(scenario: Scenario, document: Document) -> Path | None:
    """The population file the scenario names, if any. Raises BadInput where there is no such file."""
    if scenario.population is None:
        return None
    found = find_population(scenario.population, document.path.parent)
    if found is None:
        missing = say("旁边没有文件 {name}，也没有这个名字的自带文件", name=scenario.population)
        raise BadInput([document.fault(("population",), missing)])
    return found


def require_classes(scenario: Scenario, population: Population, document: Document) -> None:
    """The population has a kind for every class of the plan's members. Raises BadInput."""
    known = {each.member_class for each, count in zip(population.institutions, population.counts, strict=True) if count}
    missing = sorted(set(scenario.plan.members.values()) - known)
    if missing:
        sentence = say("承销机构构成 {name} 里没有 {missing}", name=population.name, missing=missing[0].value)
        raise BadInput([document.fault(("population",), sentence)])


def require_benchmarks(scenario: Scenario, anchor: Curve) -> None:
    """Every issue has its five days on the curve, and a range where one is due. Raises BadInput with every fault."""
    faults: list[Fault] = []
    for issue in scenario.plan.issues:
        try:
            mean = benchmark_mean(anchor, scenario.plan.date, benchmark_tenor(scenario.plan, issue)).mean
            if has_range(scenario.plan, issue):
                range_due(scenario.plan, issue, mean)
        except BadInput as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        raise BadInput(faults)


def require_incidents(scenario: Scenario, document: Document) -> None:
    """Every incident is known, befalls somebody there is, and comes in a phase there is. Raises BadInput."""
    found = [
        document.fault(("incidents", number, *where), message)
        for number, planned in enumerate(scenario.incidents)
        for where, message in faults_of(planned, scenario)
    ]
    if found:
        raise BadInput(found)


def require_venues(scenario: Scenario, document: Document) -> None:
    """Every issue is offered where it may be on the day. Raises BadInput with every fault."""
    found = [
        document.fault(("plan", *place), message)
        for place, message in venue_faults(scenario.plan, rules_of(scenario.plan))
    ]
    if found:
        raise BadInput(found)


def anchor_kind(scenario: Scenario, document: Document) -> str:
    """`treasury` or `local`, by the rules of the day. Raises BadInput for an issuer nobody knows."""
    try:
        rules = rules_on(scenario.plan.issuer, scenario.plan.date)
    except BadInput as error:
        raise BadInput([document.fault(("plan", "issuer"), error.message)]) from None
    return str(rules["range.anchor"].value)


def keep(staged: Staged, folder: Path) -> Path:
    """Copy the scenario and what it names into `folder`, so that the day can go on wherever the folder is taken."""
    keep_named(staged, folder)
    kept = folder / KEPT_NAME
    kept.write_bytes(read_bytes(staged.file))
    return kept


def keep_named(staged: Staged, folder: Path) -> None:
    """Copy curves and population into `folder`, under the names by which the scenario knows them."""
    named = staged.scenario.curves.named()
    copied = {named[kind]: curve_file for kind, curve_file in staged.curve_files.items()}
    if staged.scenario.population is not None and staged.population_file is not None:
        copied[staged.scenario.population] = staged.population_file
    for name, original in copied.items():
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(read_bytes(original))


def find_scenario(path: Path) -> Path:
    """The file itself, or the shipped scenario of that name (`first-tender`, `scenarios/first-tender.yaml`)."""
    if os.path.exists(path):
        return path
    for file in shipped_scenarios():
        inside = file.relative_to(SHIPPED)
        named = (Path(file.name), inside, Path("scenarios") / inside)
        if path in named or path in [name.with_suffix("") for name in named]:
            return file
    raise bad_input(say("没有这个文件，也没有这个名字的场景"), path)


def curve_of(scenario: Path, name: str) -> Path:
    """The curve file beside a scenario; those that come with the program share theirs."""
    shared = SHIPPED / name
    ours = scenario.resolve().is_relative_to(SHIPPED.resolve())
    return shared if ours and shared.exists() else scenario.parent / name


def shipped_scenarios() -> tuple[Path, ...]:
    """Every scenario that comes with the program: the basic ones, then those to learn from."""
    return (*basic_scenarios(), *training_scenarios())


def basic_scenarios() -> tuple[Path, ...]:
    """One for each way to sell bonds: the one to begin with, then the others by name."""
    return tuple(sorted(SHIPPED.glob("*.yaml"), key=lambda file: (file.stem != FIRST, file.stem)))


def training_scenarios() -> tuple[Path, ...]:
    """The scenarios on which things go wrong, from easy to hard."""
    return tuple(sorted((SHIPPED / "training").glob("*.yaml"), key=hardness))


def hardness(file: Path) -> tuple[int, int, str]:
    """By what shipped scenarios stand from easy to hard: the level, how much goes wrong, the name."""
    text = file.read_text("utf-8")
    level = LEVEL.search(text)
    return int(level[1]) if level else 0, text.count("\n  - {kind:"), file.stem
