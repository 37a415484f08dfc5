"""The population file (`kind: population`): kinds of institution, how many of each, and how they bid.

A kind's members share its parameters; which of them behaves how follows from its mix by largest remainder, so that a
mix of shares comes out the same however many members there are. Source: domain notes 2 and 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import AfterValidator, Field, field_validator, model_validator

from auction.language import say
from auction.notice import MemberClass
from auction.offer import Name, Strict
from auction.quantities import Share, decimals
from auction.yamlfile import read_model
from sim import underwriters as u
from sim.lab.outlook import Outlook
from sim.lab.rule import CLASSES, MOST_STEPS, Rule
from sim.underwriters import BEHAVIOURS, Floats, Ints

KIND = "population"
MOST_MEMBERS = 200
CODES: Mapping[str, int] = {name: code for code, name in enumerate(BEHAVIOURS)}
"""A behaviour's number by its name: its place in BEHAVIOURS."""


def behaviour_name(text: str) -> str:
    """A behaviour as the table has it. Raises ValueError with the nearest name."""
    if text in BEHAVIOURS:
        return text
    near = get_close_matches(text, BEHAVIOURS, 1, 0.5)
    if near:
        raise ValueError(say("没有行为 {name}，是否想写 {near}？", name=text, near=near[0]))
    raise ValueError(say("没有行为 {name}，应为 {names} 之一", name=text, names="、".join(BEHAVIOURS)))


BasisPoints = Annotated[Decimal, Field(ge=0, le=100)]


class Institution(Strict):
    """One kind of institution; shares of a member's own are of the issue, of its cap or of its mandate as named."""

    name: Name
    member_class: MemberClass = Field(alias="class")
    count: int | None = Field(default=None, ge=0, le=MOST_MEMBERS)
    share: Share | None = None
    """Of the population's members."""
    mandate: Share
    """What a member would usually like to take, of the issue (the median)."""
    mandate_sd: Decimal = Field(default=Decimal("0.35"), ge=0, le=2)
    """Standard deviation of the mandate's logarithm, by auction."""
    noise_bp: BasisPoints = Decimal(2)
    """Standard deviation of a member's own view of the market."""
    slope: Decimal = Field(default=Decimal(0), ge=0, le=10)
    """How much more yield each further 1 % of the issue must bring, bp."""
    steps: int = Field(default=4, ge=1, le=MOST_STEPS)
    fee: Share = Decimal(1)
    """How much of the fee counts in its bids."""
    favour_bp: BasisPoints = Decimal(0)
    """What deposits and the relationship with the issuer are worth to it, as a yield."""
    absent: Share = Decimal(0)
    at_ceiling: Share = Decimal(0)
    """Of its mandate, bid at the ceiling although the bond is worth less to it."""
    cap_use: Share = Decimal(1)
    """Of its greatest bid, used where it inflates."""
    fill: Share = Field(default=Decimal(1), gt=0)
    """Of a bid at the floor, what it expects to win where the floor lies far above what it requires."""
    fill_bp: BasisPoints = Decimal(0)
    """How far under the floor its required yield must lie for it to expect one half."""
    crowd: Decimal = Field(default=Decimal(0), ge=0, le=10)
    """By how many doublings the crowd at the floor may be larger or smaller than usual, alike for all in an auction."""
    safety_bp: BasisPoints = Decimal(3)
    """How far under its view a duty-bound member puts the tranche that must win."""
    focal: Share = Decimal(1)
    """How often a focal member bids at a multiple of 5 bp."""
    markup_bp: BasisPoints = Decimal(1)
    """What a ring adds to its required yield."""
    copies: Share = Decimal("0.5")
    """How often a ring member whose turn it is not copies the level; else it parks."""
    behaviour: Mapping[Annotated[str, AfterValidator(behaviour_name)], Share]

    @field_validator("behaviour")
    @classmethod
    def _mix_sums_to_one(cls, mix: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        total = sum(mix.values(), Decimal(0))
        if total != 1:
            raise ValueError(say("各行为的比例合计应为 100%，实为 {total}%", total=decimals(total * 100, 0)))
        return mix

    @model_validator(mode="after")
    def _count_or_share(self) -> Self:
        if (self.count is None) is (self.share is None):
            raise ValueError(say("count（家数）与 share（占比）须写一个，也只写一个"))
        return self


class Population(Strict):
    """Who bids, and how."""

    name: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    title: Name
    note: str = ""
    members: int | None = Field(default=None, ge=1, le=MOST_MEMBERS)
    """How many there are in all, where the kinds say shares."""
    institutions: tuple[Institution, ...] = Field(min_length=1, max_length=40)
    outlook: Outlook | None = None
    """Where its coupons lie against the local curve, as a calibration found; the laboratory's forecasts need it."""

    @field_validator("institutions")
    @classmethod
    def _each_name_once(cls, institutions: tuple[Institution, ...]) -> tuple[Institution, ...]:
        names = [each.name for each in institutions]
        doubled = next((name for name in names if names.count(name) > 1), None)
        if doubled:
            raise ValueError(say("{name} 出现了不止一次", name=doubled))
        return institutions

    @field_validator("institutions")
    @classmethod
    def _shares_of_one_whole(cls, institutions: tuple[Institution, ...]) -> tuple[Institution, ...]:
        shares = [each.share for each in institutions if each.share is not None]
        if shares and len(shares) < len(institutions):
            raise ValueError(say("各类机构要么都写 count（家数），要么都写 share（占比）"))
        total = sum(shares, Decimal(0))
        if shares and total != 1:
            raise ValueError(say("各类机构的占比合计应为 100%，实为 {total}%", total=decimals(total * 100, 0)))
        if not shares and not 1 <= sum(each.count or 0 for each in institutions) <= MOST_MEMBERS:
            raise ValueError(say("机构家数合计应在 1 至 {most} 之间", most=MOST_MEMBERS))
        return institutions

    @model_validator(mode="after")
    def _members_where_there_are_shares(self) -> Self:
        if (self.members is None) is (self.institutions[0].share is not None):
            raise ValueError(say("写占比 share 就要写总家数 members，写家数 count 就不写"))
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the kinds, in the order in which seats count them."""
        return tuple(each.name for each in self.institutions)

    @property
    def counts(self) -> tuple[int, ...]:
        """How many members each kind has."""
        if self.members is None:
            return tuple(each.count or 0 for each in self.institutions)
        return tuple(apportioned(self.members, [each.share or Decimal(0) for each in self.institutions]))


def read_population(path: Path) -> Population:
    """A population file. Raises BadInput with every fault, each at its place."""
    return read_model(path, Population, KIND)


def find_population(name: str, folder: Path) -> Path | None:
    """The population file of that name in a folder, else the shipped one; None where there is neither."""
    shipped = Path(str(files("scenarios"))) / "populations"
    places = (folder / name, shipped / Path(name).name, shipped / f"{Path(name).name}.yaml")
    return next((place for place in places if place.is_file()), None)


@dataclass(frozen=True, slots=True)
class Seating:
    """Members as numbers, one row each."""

    kind: Ints
    """int64[n]: the place of the member's kind in the population."""
    behaviour: Ints
    """int64[n]: its place in BEHAVIOURS."""
    members: Floats
    """float64[n, FIELDS]: the rows that behaviours read."""
    mandate: Floats
    """float64[n]: the median of what it would like to take, of the issue."""
    mandate_sd: Floats
    """float64[n]: of the mandate's logarithm."""
    noise_bp: Floats
    """float64[n]: of its view of the market; 0 in a ring, whose members have one view."""

    def __len__(self) -> int:
        return len(self.kind)


def seat_all(population: Population, rule: Rule, fee_bp: float) -> Seating:
    """Every member of the population under a rule, kind by kind; `fee_bp` is what the whole fee is worth as a yield."""
    kinds = [kind for kind, count in enumerate(population.counts) for _ in range(count)]
    return seat(population, kinds, rule, fee_bp)


def seat_classes(population: Population, classes: Sequence[MemberClass], rule: Rule, fee_bp: float) -> Seating:
    """Members whose classes are given, each class shared out among its kinds by their number.

    Raises ValueError for a class of which the population has none.
    """
    kinds = [0] * len(classes)
    for member_class in dict.fromkeys(classes):
        places = [place for place, each in enumerate(classes) if each is member_class]
        weights = [
            count if institution.member_class is member_class else 0
            for institution, count in zip(population.institutions, population.counts, strict=True)
        ]
        if not any(weights):
            raise ValueError(
                say("承销机构构成 {name} 里没有 {missing}", name=population.name, missing=member_class.value)
            )
        shared = apportioned(len(places), weights)
        for place, kind in zip(places, (kind for kind, n in enumerate(shared) for _ in range(n)), strict=True):
            kinds[place] = kind
    return seat(population, kinds, rule, fee_bp)


def seat(population: Population, kinds: Sequence[int], rule: Rule, fee_bp: float) -> Seating:
    """Members of these kinds, the behaviours of each kind handed out by its mix."""
    rows = np.zeros((len(kinds), u.FIELDS))
    behaviour = np.zeros(len(kinds), np.int64)
    for kind, institution in enumerate(population.institutions):
        places = [place for place, each in enumerate(kinds) if each == kind]
        rows[places] = row_of(institution, rule, fee_bp)
        counts = apportioned(len(places), list(institution.behaviour.values()))
        codes = [CODES[name] for name, n in zip(institution.behaviour, counts, strict=True) for _ in range(n)]
        behaviour[places] = codes
        ring = [place for place, code in zip(places, codes, strict=True) if code == CODES["ring"]]
        rows[ring, u.RING_SIZE] = len(ring)
        rows[ring, u.RING_PLACE] = range(len(ring))
    each = [population.institutions[kind] for kind in kinds]
    noise = np.array([float(institution.noise_bp) for institution in each])
    return Seating(
        kind=np.array(kinds, np.int64),
        behaviour=behaviour,
        members=rows,
        mandate=np.array([float(institution.mandate) for institution in each]),
        mandate_sd=np.array([float(institution.mandate_sd) for institution in each]),
        noise_bp=np.where(behaviour == CODES["ring"], 0.0, noise),
    )


def row_of(institution: Institution, rule: Rule, fee_bp: float) -> Floats:
    """The parameters of a kind's members under a rule, float64[FIELDS], outside any ring and without a strategy."""
    place = CLASSES.index(institution.member_class)
    values: dict[int, Decimal | float] = {
        u.CLASS: place,
        u.LEAST: rule.member_min[place],
        u.MOST: min(rule.member_max[place], rule.supply),
        u.DUTY: rule.member_duty[place],
        u.FEE_BP: float(institution.fee) * fee_bp,
        u.FAVOUR_BP: institution.favour_bp,
        u.SLOPE_BP: float(institution.slope) * 100 / rule.supply,
        u.STEPS: institution.steps,
        u.AT_CEILING: institution.at_ceiling,
        u.CAP_USE: institution.cap_use,
        u.FILL: institution.fill,
        u.FILL_BP: institution.fill_bp,
        u.CROWD: institution.crowd,
        u.SAFETY_BP: institution.safety_bp,
        u.FOCAL: institution.focal,
        u.MARKUP_BP: institution.markup_bp,
        u.COPIES: institution.copies,
        u.ABSENT: institution.absent,
    }
    row = np.zeros(u.FIELDS)
    for field, value in values.items():
        row[field] = float(value)
    return row


def apportioned(whole: int, weights: Sequence[Decimal | int]) -> list[int]:
    """`whole` shared by weight in whole numbers: largest remainder, ties to the first; all zero without weights."""
    total = sum(Fraction(weight) for weight in weights)
    exact = [Fraction(weight) * whole / total for weight in weights] if total else [Fraction(0)] * len(weights)
    shares = [int(share) for share in exact]
    left = whole - sum(shares) if total else 0
    fullest = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in fullest[:left]:
        shares[place] += 1
    return shares
