"""What a screen finds, and what is known of the screen: its threshold and how often it errs on honest bids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import comb, exp, sqrt

from auction.language import Message, say
from auction.quantities import print_rate
from sim.screens.books import IssueBook

SMALLEST_P = 1e-12
"""Below it a chance is not told apart from none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The most conspicuous group a screen found; it is a reason to look, and no proof."""

    issues: tuple[str, ...]
    statistic: float
    """What was counted or averaged, as the screen says."""
    expected: float
    """What chance alone would bring."""
    p: float
    """How probable at least as much is by chance, everything looked at in the book counted."""
    who: tuple[str, ...]
    level: Decimal | None = None
    """Where the group met, percent or yuan, where it met anywhere."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How often a screen called on simulated books: of honest members, and of members among whom there was a ring."""

    honest: int
    """Days or series of honest books."""
    false_alarms: int
    power: Mapping[str, float]
    """The share caught, by the way of the ring and its size of 30 members, or by how many jumped."""

    @property
    def rate(self) -> float:
        """The false-positive rate."""
        return self.false_alarms / self.honest

    @property
    def interval(self) -> tuple[float, float]:
        """The rate's 95 % interval."""
        return wilson(self.false_alarms, self.honest)


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: what it is called, what it counts, its threshold and how good it is."""

    id: str
    name: Message
    look: Callable[[Sequence[IssueBook]], Finding | None]
    """Of the issues of one day, or of a series; None where they are too few to say anything."""
    told: Callable[[Finding], Message]
    """What was found, with the statistic and what chance would bring."""
    threshold: float
    """The greatest `p` that calls for a look."""
    measured: Measured


@dataclass(frozen=True, slots=True)
class Looked:
    """A screen and what it found."""

    screen: Screen
    finding: Finding | None

    @property
    def alarm(self) -> bool:
        """Whether somebody should look."""
        return self.finding is not None and self.finding.p <= self.screen.threshold

    @property
    def told(self) -> Message:
        """What was found, in words."""
        return self.screen.told(self.finding) if self.finding else say("没有可比的投标")

    def as_dict(self) -> dict[str, object]:
        """Screen and finding as plain data; without a finding its fields are null."""
        found, measured = self.finding, self.screen.measured
        return {
            "screen": self.screen.id,
            "name": str(self.screen.name),
            "told": str(self.told),
            "alarm": self.alarm,
            "statistic": found and found.statistic,
            "expected": found and found.expected,
            "p": found and found.p,
            "threshold": self.screen.threshold,
            "false_positive_rate": measured.rate,
            "false_positive_interval": list(measured.interval),
            "measured_on": measured.honest,
            "power": dict(measured.power),
            "who": list(found.who) if found else [],
            "issues": list(found.issues) if found else [],
            "level": None if found is None or found.level is None else print_rate(found.level),
        }


def of_each(look: Callable[[IssueBook], Finding | None]) -> Callable[[Sequence[IssueBook]], Finding | None]:
    """A screen of one book as one of all books of a day; looking at several counts in the chance."""

    def of_all(books: Sequence[IssueBook]) -> Finding | None:
        found = [finding for book in books if (finding := look(book))]
        least = min(found, key=lambda each: each.p, default=None)
        return replace(least, p=min(1.0, least.p * len(found))) if least else None

    return of_all


def wilson(hits: int, tried: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of a share (Wilson 1927)."""
    share, wide = hits / tried, z * z / tried
    middle = (share + wide / 2) / (1 + wide)
    half = z * sqrt(share * (1 - share) / tried + wide / (4 * tried)) / (1 + wide)
    return max(0.0, middle - half), min(1.0, middle + half)


def poisson_tail(least: int, mean: float) -> float:
    """The chance of at least so many where `mean` are expected."""
    below, term = 0.0, exp(-mean)
    for count in range(least):
        below += term
        term *= mean / (count + 1)
    return max(1.0 - below, SMALLEST_P)


def binomial_tail(least: int, tried: int, chance: float) -> float:
    """The chance of at least so many of `tried`."""
    return sum(comb(tried, k) * chance**k * (1 - chance) ** (tried - k) for k in range(least, tried + 1))
