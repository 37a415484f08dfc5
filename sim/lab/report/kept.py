"""A study as its folder keeps it: what a report is made from, and nothing else.

What a report does not tell is passed over, so that studies of other versions can be told as far as they go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from auction.breach import Basis
from auction.canonical import digest
from auction.errors import BadInput, Fault, bad_input
from auction.language import Message, say
from auction.notice import MemberClass
from auction.tables import read_bytes
from auction.yamlfile import sentence_for

RESULT = "study.json"


class Part(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Figure(Part):
    """A mean and the ends of its interval; null where it is not known."""

    mean: float | None
    low: float | None = None
    high: float | None = None

    @property
    def half(self) -> float | None:
        """Half of what lies between the ends."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2

    def times(self, factor: float) -> Figure:
        """The figure in another unit."""
        mean, low, high = (None if each is None else each * factor for each in (self.mean, self.low, self.high))
        return Figure(mean=mean, low=low, high=high)


class Measured(Part):
    """What one side of an arm comes to, or what it brings over another."""

    adapts: bool
    floor_hit: Figure
    ceiling: Figure
    cover: Figure
    short: Figure
    hhi: Figure
    top_five: Figure
    surplus_bp: Figure
    left_bp: Figure
    cost_yi: Figure
    issued_yi: Figure
    awards: Mapping[MemberClass, Figure]


class Arm(Measured):
    """One side of one arm."""

    name: str
    exploitability_bp: float | None
    converged: bool | None
    coupon: Figure
    spread_bp: Figure


class Pair(Measured):
    """What the second arm brings over the first."""

    from_: str = Field(alias="from")
    to: str
    coupon_bp: Figure


class Ends(Part):
    """Between which values something lies; null where that is not known."""

    low: float | None
    high: float | None


class Point(Part):
    """What a pair comes to at one outside value."""

    spread_bp: float
    coupon_bp: Figure


class PairBand(Part):
    """What a pair comes to over the outside values."""

    from_: str = Field(alias="from")
    to: str
    adapts: bool
    coupon_bp: Ends
    points: tuple[Point, ...]


class Band(Part):
    """What hangs on the secondary spread, and how."""

    outside_spread_bp: Ends
    pairs: tuple[PairBand, ...]


class Histogram(Part):
    """Shares of issues by coupon, bp over the benchmark mean."""

    first_bp: float
    step_bp: float = Field(gt=0)
    shares: tuple[float, ...]


class Demand(Part):
    """The mean of all bids up to each level, of what is offered."""

    levels_bp: tuple[float, ...]
    asked: tuple[float, ...]


class Picture(Part):
    """What one side of one arm looks like."""

    name: str
    adapts: bool
    floor_bp: float | None
    coupon: Histogram
    demand: Demand
    kinds: tuple[float, ...]


class Influence(Part):
    """What one uncertain input does to the answer."""

    input: str
    label: str
    unit: str
    why: str = ""
    low: float
    high: float
    basis: Literal["experiment", "curves", "assumed"]
    first: float
    total: float
    move_bp: float
    move_cost_yi: float | None = None


class Issue(Part):
    """What was offered."""

    issuer: str
    date: str
    bond: str
    title: str
    offered: str
    tenor: str
    method: str


class Market(Part):
    """Where it was offered."""

    curves: Mapping[str, str]
    spread_bp: float
    move_bp: float


class Kind(Part):
    """One kind of the population."""

    name: str
    member_class: MemberClass = Field(alias="class")
    count: int
    mandate: str
    noise_bp: str
    behaviour: Mapping[str, str]


class Population(Part):
    """Who bid."""

    title: str
    note: str
    kinds: tuple[Kind, ...]


class Levels(Part):
    """The range of an arm."""

    low: str
    high: str


class MadeArm(Part):
    """An arm as it was written."""

    name: str
    override: Mapping[str, object]
    issues: int = 1
    range: Levels | None


class Rule(Part):
    """A rule that arms were held by."""

    key: str
    value: str
    basis: Basis
    citation: str
    note: str | None
    arms: tuple[str, ...]


class Digests(Part):
    """Of what the study was made from."""

    study: str
    experiment: str
    scenario: str
    rules: str


class Record(Part):
    """What the study was made from."""

    version: str | None
    file: str
    written: str
    digests: Digests
    issue: Issue
    market: Market
    population: Population
    arms: tuple[MadeArm, ...]
    rules: tuple[Rule, ...]


def sayable(message: Message) -> Message:
    """A sentence that has a value for each of its places. Raises ValueError."""
    try:
        message.in_chinese()
    except (LookupError, AttributeError, ValueError):
        raise ValueError(say("这句话缺少取值")) from None
    return message


Sentence = Annotated[Message, AfterValidator(sayable)]


class InputWords(Part):
    """What an uncertain input is called."""

    label: Sentence
    unit: Sentence
    why: Sentence


class Words(Part):
    """What is told in words, for readers of any language."""

    notes: tuple[Sentence, ...] = ()
    inputs: Mapping[str, InputWords] = {}


OF_BANDS = frozenset({"from_", "to", "least", "most"})
"""What the sentence on a band has places for."""


class Confidence(Part):
    """How sure the intervals are."""

    arm: float
    each_pair: float


class Study(Part):
    """The whole file."""

    question: str
    experiment: str
    scenario: str
    population: str
    seed: int
    arms: tuple[Arm, ...] = Field(min_length=1)
    pairs: tuple[Pair, ...]
    identified: bool
    band: Band | None
    interrupted: bool
    auctions: int
    precision_bp: float | None
    confidence: Confidence
    notes: tuple[str, ...]
    sensitivity: tuple[Influence, ...] = ()
    pictures: tuple[Picture, ...] = ()
    record: Record | None = None
    words: Words | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """What a reader must know besides the figures, in the reader's language where that is known."""
        return tuple(str(note) for note in self.words.notes) if self.words else self.notes

    @property
    def told_but_bands(self) -> tuple[str, ...]:
        """The same without the sentence on each comparison that hangs on the secondary spread."""
        if self.words is None:
            return self.notes
        return tuple(str(note) for note in self.words.notes if not note.values.keys() >= OF_BANDS)


@dataclass(frozen=True, slots=True)
class Kept:
    """A study and the digest of the file it was read from."""

    study: Study
    sha256: str


def read_study(folder: Path) -> Kept:
    """The study of a folder. Raises BadInput with every fault of its file."""
    file = folder / RESULT
    if folder.is_dir() and not file.exists():
        raise bad_input(say("这个文件夹里没有做完的研究（study.json）"), folder)
    data = read_bytes(file)
    try:
        document = _printable(json.loads(data))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise bad_input(say("这不是一份研究：不是 JSON"), file, line=line) from None
    try:
        return Kept(Study.model_validate(document), digest(data))
    except ValidationError as error:
        faults = [_fault(file, tuple(detail["loc"]), sentence_for(detail)) for detail in error.errors()]
        raise BadInput(faults) from None


def _printable(value: object) -> object:
    """Plain data without signs that no document may hold."""
    if isinstance(value, str):
        return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in value)
    if isinstance(value, dict):
        return {_printable(name): _printable(inner) for name, inner in value.items()}
    return [_printable(each) for each in value] if isinstance(value, list) else value


def _fault(file: Path, where: tuple[str | int, ...], message: Message) -> Fault:
    return Fault(message, str(file), field=".".join(map(str, where)) or None)


def known(value: float | None) -> bool:
    """Whether there is such a figure."""
    return value is not None and isfinite(value)
