"""Small days on which something goes wrong, and how they are judged at their end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import days

from auction import events as e
from auction.canonical import canonical, digest
from auction.day import IssuanceDay
from auction.journal import MemoryJournal, Row
from auction.record import entries
from sim.incidents import judge, stake
from sim.incidents.kind import Past, Verdict
from sim.rehearsal import Rehearsal
from sim.scenario import Scenario, Staged, read_scenario

CARELESS = {"wrong_answer": "100%", "unanswered": "0%", "missed_difference": "100%"}
"""People who answer wrongly and overlook every difference."""

TWO_ROWS = days.window(days.issue(), days.issue("2605102", tenor="5", offered="6.5", frequency="1"))
BOOK_BUILD = days.window(
    days.issue(
        method="public-underwriting",
        offered="4.8",
        bookrunner="券商乙",
        agreed=["银行甲", "券商乙"],
        agreed_cap="+12%",
    )
)
WEAK = {"underwriters": {"mandate": {name: "15%" for name in days.MANDATE}}, "market": {"spread_bp": "60"}}
"""A market above the ceiling, and members who want little."""
DEPUTIES = [
    *days.ROSTER,
    {"name": "吴副", "role": "operator", "organisation": "江苏省财政厅", "deputy_for": "陈岚"},
    {"name": "郑副", "role": "checker", "organisation": "江苏省财政厅", "deputy_for": "周默"},
    {
        "name": "冯副",
        "role": "supervisor",
        "organisation": "江苏省审计厅",
        "sending_unit": "江苏省审计厅",
        "deputy_for": "何平",
    },
]


def reopening(**blocks: object) -> Staged:
    """The shipped day of a re-opening, with other blocks."""
    staged = read_scenario(Path("reopening"))
    tree = {**staged.scenario.model_dump(mode="json"), "expect": {}, **blocks}
    return replace(staged, scenario=Scenario.model_validate(tree), digest=digest(canonical(tree)))


def planned(kind: str, phase: str, **fields: object) -> dict[str, object]:
    """An incident of the scenario, some seconds into a phase."""
    soon = {"after_s": [0, 0]} if phase == "PLANNED" else {}
    return {"kind": kind, "phase": phase, **soon, **fields}


@dataclass(frozen=True)
class LookedBack:
    """A day at its end, with its rows and events."""

    day: IssuanceDay
    rows: tuple[Row, ...]
    told: tuple[e.AnyEvent, ...]

    @property
    def past(self) -> Past:
        """As the catalogue looks back on it."""
        return Past(self.day, self.told)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """How each incident was come through."""
        return tuple(judge(incident, self.past) for incident in self.day.incidents)

    @property
    def verdict(self) -> Verdict:
        """How the only incident was come through."""
        (verdict,) = self.verdicts
        return verdict

    @property
    def stake(self) -> object:
        """What the only incident was about in money."""
        (incident,) = self.day.incidents
        return stake(incident, self.past)

    @property
    def refused(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """What was refused to whom by which rules, but for members."""
        acts = [event for event in self.day.refusals if not event.seat.startswith("underwriter:")]
        return [(r.seat, r.action, tuple(breach.rule for breach in r.breaches)) for r in acts]

    def of(self, kind: str) -> list[e.AnyEvent]:
        """The events of a kind."""
        return [event for event in self.told if event.kind == kind]


def look_back(staged: Staged, seed: int = days.SEED) -> LookedBack:
    """The day of a scenario, played out by scripts."""
    log = MemoryJournal()
    return finish(days.begin(staged, seed, log), log)


def finish(rehearsal: Rehearsal, log: MemoryJournal) -> LookedBack:
    """A day that is under way, played out by scripts."""
    days.play(rehearsal)
    return looking(rehearsal, log)


def looking(rehearsal: Rehearsal, log: MemoryJournal) -> LookedBack:
    """A day as far as it has come."""
    return LookedBack(rehearsal.day, log.rows(), tuple(event for event, _ in entries(log.rows())))


@dataclass(frozen=True)
class Setting:
    """A day on which a kind of incident can happen."""

    phase: str
    window: Mapping[str, object] | None = None
    blocks: Mapping[str, object] | None = None
    reopened: bool = False

    def staged(self, kind: str, **blocks: object) -> Staged:
        """The day with the incident on it."""
        whole = {"incidents": [planned(kind, self.phase)], **(self.blocks or {}), **blocks}
        if self.reopened:
            return reopening(**whole)
        return days.stage(*([dict(self.window)] if self.window else []), **whole)


SETTINGS: Mapping[str, Setting] = {
    "parameter-mistyped": Setting("PREPARED"),
    "checker-copies": Setting("PREPARED"),
    "rows-slipped": Setting("PREPARED", TWO_ROWS),
    "amount-times-ten": Setting("PREPARED"),
    "frequency-annual": Setting("PREPARED"),
    "method-outgrown": Setting("PREPARED", BOOK_BUILD),
    "wrong-venue": Setting("PREPARED"),
    "wrong-day-in-mean": Setting("PREPARED"),
    "old-curve-file": Setting("PREPARED"),
    "phone-found": Setting("SITE_SEALED"),
    "stranger-at-door": Setting("SITE_SEALED"),
    "checker-late": Setting("PLANNED"),
    "checker-token-expired": Setting("PREPARED"),
    "operator-ill": Setting("SITE_SEALED"),
    "supervisor-away": Setting("SITE_SEALED"),
    "supervisor-objects": Setting("SITE_SEALED"),
    "power-lost": Setting("SITE_SEALED"),
    "shielding-lost": Setting("SITE_SEALED"),
    "guided-bidding": Setting("OPEN"),
    "terminal-down": Setting("OPEN"),
    "form-bad-seal": Setting("OPEN"),
    "form-bad-test-key": Setting("OPEN"),
    "form-late": Setting("OPEN"),
    "form-contradicting": Setting("OPEN"),
    "form-identical": Setting("OPEN"),
    "system-down": Setting("OPEN"),
    "bid-above-limit": Setting("OPEN"),
    "fat-finger": Setting("OPEN"),
    "clean-for-dirty": Setting("OPEN", reopened=True),
    "short-at-close": Setting("CLEARED", blocks=WEAK),
    "cut-off-at-ceiling": Setting("CLEARED", blocks=WEAK),
    "award-disputed": Setting("CONFIRMED"),
    "award-by-one": Setting("CLEARED"),
    "signer-refuses": Setting("CONFIRMED"),
    "custody-late": Setting("SIGNED"),
    "announcement-misprint": Setting("RELEASED"),
    "payment-late": Setting("PUBLISHED"),
    "payment-short": Setting("PUBLISHED"),
}
"""A day for each kind of incident."""
