"""How an incident was come through, and what it was about in money: pure functions of a journal and the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from auction.day import Incident
from auction.language import say
from sim.incidents.kind import Befallen, Kind, Past, Verdict


def judged(kinds: Mapping[str, Kind], incident: Incident, past: Past) -> Verdict:
    """The verdict of the incident's own kind, else by the answer that was given. Raises KeyError."""
    kind = kinds[incident.occurred.incident]
    verdict = kind.verdict(incident, past) if kind.verdict else by_answer(kind, incident)
    missed_by = dict.fromkeys(past.day.plan.acting(role) for role in verdict.missed_by)
    return replace(verdict, missed_by=tuple(missed_by))


def by_answer(kind: Kind, incident: Incident) -> Verdict:
    """Right where the right answer was given; wrong by its rule where another was, or none at all."""
    given = incident.answered
    if given is None:
        wrong = next((response.rule for response in kind.responses if response.rule), None)
        return Verdict(False, say("没有人处置"), missed_by=kind.answered_by or kind.seen_by, rule=wrong)
    response = kind.response(given.answer)
    missed_by = () if response.right else kind.answered_by
    return Verdict(response.right, response.words, given.at, given.seat, missed_by, response.rule)


def staked(kinds: Mapping[str, Kind], incident: Incident, past: Past) -> Decimal | None:
    """Yuan that it would have cost over the bond's life; None where it is not about money. Raises KeyError."""
    kind = kinds[incident.occurred.incident]
    return kind.at_stake(befallen(incident, past), past) if kind.at_stake else None


def befallen(incident: Incident, past: Past) -> Befallen:
    """Whom and what the incident befell."""
    occurred = incident.occurred
    return Befallen(past.day.plan, occurred.place, occurred.subject, occurred.detail)
