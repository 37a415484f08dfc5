"""The scenario file: a planned day, its market, its underwriters and staff, and what the day should come to.

The `expect` block makes each scenario a test.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self
from zlib import crc32

from numpy.random import default_rng
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from auction.canonical import canonical, digest
from auction.curve import Curve, benchmark_mean, read_curve
from auction.desk import benchmark_tenor, has_range, range_due, rules_of, rules_on
from auction.errors import BadInput, Fault, bad_input
from auction.language import say
from auction.notice import MemberClass, Strict, TimeOfDay, parse_tenor
from auction.plan import Plan
from auction.quantities import Amount, Level, Share, parse_number
from auction.tables import read_bytes
from auction.venue import venue_faults
from auction.yamlfile import Document, read_document, require_kind, validate
from sim.lab.population import Population, find_population, read_population
from sim.synthetic import synthetic_curve

KIND = "scenario"
KEPT_NAME = "scenario.yaml"
FIRST = "first-tender"
WIDEST_BP = (-100, 500)
SYNTHETIC = "synthetic"
"""Written for a curve file: a curve made up by chance, with the moments of the real one."""


def beside(name: str) -> str:
    """A file name that stays beside the scenario. Raises ValueError."""
    if not name or name.startswith(("/", "\\")) or ":" in name or ".." in Path(name).parts:
        raise ValueError(say("曲线文件应放在场景文件旁边，写相对路径"))
    return name


def beside_or_shipped(name: str) -> str:
    """A population's file name, beside the scenario, or a shipped one's name. Raises ValueError."""
    if not name or name.startswith(("/", "\\")) or ":" in name or ".." in Path(name).parts:
        raise ValueError(say("承销机构文件应放在场景文件旁边，写相对路径，或写自带的名字"))
    return name


CurveName = Annotated[str, AfterValidator(beside)]


class Curves(Strict):
    """The curve files of the evening, beside the scenario."""

    treasury: CurveName
    """Or `synthetic`."""
    local: CurveName | None = None

    def named(self) -> dict[str, str]:
        """The files by kind of curve."""
        both = {"treasury": self.treasury, "local": self.local}
        return {kind: name for kind, name in both.items() if name and name != SYNTHETIC}


def parse_spread(written: object) -> object:
    """A spread in bp, or one for each tenor in years. Raises ValueError."""
    if isinstance(written, Mapping):
        if not written:
            raise ValueError(say("应为一个值，或 期限: 值"))
        return {parse_tenor(tenor): parse_number(spread, ("bp",)) for tenor, spread in written.items()}
    return parse_number(written, ("bp",))


def within_reason(spread: Decimal | Mapping[Decimal, Decimal]) -> Decimal | Mapping[Decimal, Decimal]:
    """Spreads of bonds that somebody could sell. Raises ValueError."""
    for each in spread.values() if isinstance(spread, Mapping) else (spread,):
        if not WIDEST_BP[0] <= each <= WIDEST_BP[1]:
            raise ValueError(say("利差应在 {low} 至 {high}bp 之间", low=WIDEST_BP[0], high=WIDEST_BP[1]))
    return spread


Spread = Annotated[Decimal | Mapping[Decimal, Decimal], BeforeValidator(parse_spread), AfterValidator(within_reason)]


class Market(Strict):
    """Where the bonds trade, in bp."""

    spread_bp: Spread = Decimal(12)
    """Of region and tenor over the treasury curve of the evening: one for all tenors, or by tenor."""
    regional_bp: Decimal | None = Field(default=None, ge=-100, le=500)
    """In its place, of the region over the local-government curve of the evening."""
    move_sd_bp: Decimal | None = Field(default=None, ge=0, le=100)
    """Standard deviation of the move from the evening to the window; where it is not written, the curve's own."""
    elsewhere: Amount = Field(default=0, ge=0)
    """What others issue on the day."""
    supply_bp: Decimal = Field(default=Decimal(0), ge=0, le=100)
    """How much every 100 亿元 issued on the day widen the spread."""

    @model_validator(mode="after")
    def _one_spread(self) -> Self:
        if {"spread_bp", "regional_bp"} <= self.model_fields_set:
            raise ValueError(say("spread_bp（对国债曲线）与 regional_bp（对地方债曲线）只写一个"))
        return self


class Underwriters(Strict):
    """How plain underwriters bid, and what any underwriters do besides bidding."""

    noise_sd_bp: Decimal = Field(default=Decimal(2), ge=0, le=100)
    most_steps: int = Field(default=4, ge=1, le=8)
    mandate: Mapping[MemberClass, Share] | None = None
    """What a member of each class would like to take, as a share of the issue; None leaves it to the population."""
    absent: Share = Decimal(0)
    """The chance that a member does not bid."""
    counter: Share = Decimal("0.1")
    """What a bank orders for its counter, as a share of the tranche, more or less by half."""
    revises: Share = Decimal(0)
    """The chance that a member replaces its submission before the close."""


PLAIN = ("noise_sd_bp", "most_steps", "mandate", "absent")
"""The fields of `underwriters` that say how plain ones bid."""


class Staff(Strict):
    """How scripted people at the site act, and err."""

    delay_s: tuple[int, int] = (20, 60)
    """Shortest and longest time between being able to act and acting."""
    typing_error: Share = Decimal(0)
    """The chance of a slip in each field that is typed."""
    custody_missed: Share = Decimal(0)
    """The chance that a winner sends no custody form."""

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if not 0 < self.delay_s[0] <= self.delay_s[1]:
            raise ValueError(say("应为 [最短, 最长]，且大于零"))
        return self


class Between(Strict):
    """A closed interval."""

    low: Level
    high: Level

    def holds(self, value: Decimal | None) -> bool:
        """Whether a value lies in it."""
        return value is not None and self.low <= value <= self.high


class ExpectedResult(Strict):
    """What one issue should come to."""

    short: bool | None = None
    failed: bool | None = None
    cutoff: Between | None = None
    cover: Between | None = None
    marginal_cover: Between | None = None
    price: Between | None = None
    """The coupon or the issue price."""
    weighted_average: Between | None = None
    issued: Between | None = None
    """亿元."""
    taken: Between | None = None
    """亿元 taken without bidding: the base amount, or the balance of a short book."""
    counter: Between | None = None
    """亿元 sold over the counter."""


class Expectation(Strict):
    """What the day should come to, whatever the seed."""

    phase: str = "SETTLED"
    results: Mapping[str, ExpectedResult] = {}
    refused: tuple[str, ...] = ()
    """Rules by which some action must have been refused."""
    warned: tuple[str, ...] = ()
    """Rules that must have warned of some act and let it pass."""
    least_score: int = Field(default=0, ge=0, le=100)


class Scenario(Strict):
    """One day to rehearse."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    title: str
    aim: str
    start: TimeOfDay = time(8, 30)
    end: Literal["SETTLED", "LISTED"] = "SETTLED"
    checking: Literal["blind", "review"] = "blind"
    plan: Plan
    curves: Curves
    market: Market = Market()
    population: Annotated[str, AfterValidator(beside_or_shipped)] | None = None
    """Who bids and how; without one, plain underwriters do."""
    underwriters: Underwriters = Underwriters()
    staff: Staff = Staff()
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
    curve_files = {kind: file.parent / name for kind, name in scenario.curves.named().items()}
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
    named = staged.scenario.curves.named()
    copied = {named[kind]: curve_file for kind, curve_file in staged.curve_files.items()}
    if staged.scenario.population is not None and staged.population_file is not None:
        copied[staged.scenario.population] = staged.population_file
    for name, original in copied.items():
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(read_bytes(original))
    kept = folder / KEPT_NAME
    kept.write_bytes(read_bytes(staged.file))
    return kept


def find_scenario(path: Path) -> Path:
    """The file itself, or the shipped scenario of that name (`first-tender`, `scenarios/first-tender.yaml`)."""
    if os.path.exists(path):
        return path
    for shipped in shipped_scenarios():
        if path in (Path(shipped.stem), Path(shipped.name), Path("scenarios") / shipped.name):
            return shipped
    raise bad_input(say("没有这个文件，也没有这个名字的场景"), path)


def shipped_scenarios() -> tuple[Path, ...]:
    """Every scenario that comes with the program: the one to begin with, then the others by name."""
    return tuple(sorted(Path(str(files("scenarios"))).glob("*.yaml"), key=lambda file: (file.stem != FIRST, file.stem)))
