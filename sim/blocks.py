"""The blocks of a scenario file: curves, market, underwriters, staff, incidents, and what the day should come to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from auction.language import say
from auction.notice import MemberClass, Strict, TimeOfDay, parse_tenor
from auction.quantities import Amount, Level, Share, parse_number

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
        if self.regional_bp is not None and "spread_bp" in self.model_fields_set:
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
