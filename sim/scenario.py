"""The scenario file: a planned day, its market, its underwriters and staff, and what the day should come to.

The `expect` block makes each scenario a test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from auction.canonical import canonical, digest
from auction.curve import Curve, benchmark_mean, read_curve
from auction.desk import benchmark_tenor, has_range, range_due, rules_of, rules_on
from auction.errors import BadInput, Fault, bad_input
from auction.language import say
from auction.notice import MemberClass, Strict, TimeOfDay
from auction.plan import Plan
from auction.quantities import Level, Share
from auction.tables import read_bytes
from auction.venue import venue_faults
from auction.yamlfile import Document, read_document, require_kind, validate
from sim.happening import faults_of

KIND = "scenario"
KEPT_NAME = "scenario.yaml"
FIRST = "first-tender"
SHIPPED = Path(str(files("scenarios")))
LEVEL = re.compile(r"^level: (\d)", re.MULTILINE)


def beside(name: str) -> str:
    """A file name that stays beside the scenario. Raises ValueError."""
    if not name or name.startswith(("/", "\\")) or ":" in name or ".." in Path(name).parts:
        raise ValueError(say("曲线文件应放在场景文件旁边，写相对路径"))
    return name


CurveName = Annotated[str, AfterValidator(beside)]


class Curves(Strict):
    """The curve files of the evening, beside the scenario."""

    treasury: CurveName
    local: CurveName | None = None

    def named(self) -> dict[str, str]:
        """The files by kind of curve."""
        both = {"treasury": self.treasury, "local": self.local}
        return {kind: name for kind, name in both.items() if name}


class Market(Strict):
    """Where the bonds trade, in bp."""

    spread_bp: Decimal = Field(default=Decimal(12), ge=-100, le=500)
    """Of the region and tenor over the treasury curve of the evening."""
    move_sd_bp: Decimal = Field(default=Decimal(2), ge=0, le=100)
    """Standard deviation of the move from the evening to the window."""


class Underwriters(Strict):
    """How plain underwriters bid."""

    noise_sd_bp: Decimal = Field(default=Decimal(2), ge=0, le=100)
    most_steps: int = Field(default=4, ge=1, le=8)
    mandate: Mapping[MemberClass, Share]
    """What a member of each class would like to take, as a share of the issue."""
    absent: Share = Decimal(0)
    """The chance that a member does not bid."""
    counter: Share = Decimal("0.1")
    """What a bank orders for its counter, as a share of the tranche, more or less by half."""
    revises: Share = Decimal(0)
    """The chance that a member replaces its submission before the close."""


class Staff(Strict):
    """How scripted people at the site act, and err."""

    delay_s: tuple[int, int] = (20, 60)
    """Shortest and longest time between being able to act and acting."""
    typing_error: Share = Decimal(0)
    """The chance of a slip in each field that is typed."""
    missed_difference: Share = Decimal(0)
    """The chance that a checker overlooks a field that differs and takes it over."""
    custody_missed: Share = Decimal(0)
    """The chance that a winner sends no custody form."""
    wrong_answer: Share = Decimal(0)
    """The chance that an incident is answered wrongly."""
    unanswered: Share = Decimal(0)
    """The chance that an incident that holds up nothing is not answered at all."""

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if not 0 < self.delay_s[0] <= self.delay_s[1]:
            raise ValueError(say("应为 [最短, 最长]，且大于零"))
        return self


class PlannedIncident(Strict):
    """Something that goes wrong on the day: at a time, or some seconds into a phase."""

    kind: str
    at: TimeOfDay | None = None
    phase: str | None = None
    """A phase of the day, or of the window that it is about."""
    after_s: tuple[int, int] = (2, 10)
    """Shortest and longest time from the beginning of the phase."""
    chance: Share = Decimal(1)
    window: str | None = None
    bond: str | None = None
    who: str | None = None
    """The person or member it befalls; None is drawn."""

    @property
    def place(self) -> str | None:
        """The window or bond it is about."""
        return self.bond or self.window

    @model_validator(mode="after")
    def _at_one_moment(self) -> Self:
        if (self.at is None) is (self.phase is None):
            raise ValueError(say("at 与 phase 须写且只写一个"))
        if not 0 <= self.after_s[0] <= self.after_s[1]:
            raise ValueError(say("应为 [最短, 最长]，且不小于零"))
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
    underwriters: Underwriters
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
        missing = sorted(set(self.plan.members.values()) - set(self.underwriters.mandate))
        if missing:
            raise ValueError(say("underwriters.mandate 缺少 {missing}", missing=missing[0].value))
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


def read_scenario(path: Path) -> Staged:
    """A scenario file, or a shipped one by name, with its curves. Raises BadInput with every fault."""
    file = find_scenario(path)
    document = read_document(file)
    require_kind(document, KIND)
    scenario = validate(document, Scenario)
    curve_files = {kind: curve_of(file, name) for kind, name in scenario.curves.named().items()}
    anchor = anchor_kind(scenario, document)
    if anchor not in curve_files:
        sentence = say("当日规则以地方政府债券收益率曲线为锚，缺少 curves.local")
        raise BadInput([document.fault(("curves",), sentence)])
    require_venues(scenario, document)
    require_incidents(scenario, document)
    digests = {kind: digest(read_bytes(curve_file)) for kind, curve_file in curve_files.items()}
    curves = {kind: read_curve(curve_file) for kind, curve_file in curve_files.items()}
    require_benchmarks(scenario, curves[anchor])
    whole = digest(canonical({"scenario": digest(read_bytes(file)), **digests}))
    return Staged(scenario, file, curve_files, curves["treasury"], curves[anchor], digests[anchor], whole)


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
    """Copy the scenario and its curves into `folder`, so that the day can go on wherever the folder is taken."""
    keep_curves(staged, folder)
    kept = folder / KEPT_NAME
    kept.write_bytes(read_bytes(staged.file))
    return kept


def keep_curves(staged: Staged, folder: Path) -> None:
    """Copy the curves into `folder`, under the names by which the scenario knows them."""
    for name, curve_file in zip(staged.scenario.curves.named().values(), staged.curve_files.values(), strict=True):
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(read_bytes(curve_file))


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
