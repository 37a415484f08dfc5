"""What the signers of a window sign: one canonical JSON document, and the envelope that carries the signatures.

It holds the journal and its head at CONFIRMED, the scenario, who really sat where, every result of the day so
far, each assumed value that was used, and the earlier attempts and refusals.
"""

from __future__ import annotations

from collections.abc import Collection

from auction.breach import Basis
from auction.canonical import canonical
from auction.day import Head, IssuanceDay, WindowPhase
from auction.deciding import deciding
from auction.desk import counter_of
from auction.language import Message, say
from auction.notice import Method, print_tenor
from auction.outcome import Json
from auction.plan import Role, acting
from auction.signoff import Authorised, Envelope, Gate

FORMAT = 1
REHEARSAL_MARK = say("演练文件 · 无法律效力")
RESULT_SIGNERS = (Role.LEAD_OFFICER, Role.SUPERVISOR)
SEAL_SIGNERS = (Role.SUPERVISOR, Role.TECHNICIAN)
DECIDED = frozenset(
    {WindowPhase.CLEARED, WindowPhase.CONFIRMED, WindowPhase.SIGNED, WindowPhase.CUSTODY_CLOSED},
)


def result_payload(day: IssuanceDay, window_id: str, head: Head) -> str:
    """What the signers of the window sign, with the journal's head at CONFIRMED."""
    plan = day.plan
    document: dict[str, Json] = {
        "format": FORMAT,
        "mark": REHEARSAL_MARK.in_chinese(),
        "journal": {"id": day.planned.journal, "count": head.count, "head": head.hash},
        "scenario": {"name": day.planned.scenario, "digest": day.planned.scenario_digest},
        "issuer": plan.issuer,
        "date": plan.date.isoformat(),
        "window": window_id,
        "roster": roster_entries(day),
        "members_played": [*sorted(day.members_played)],
        "results": result_entries(day),
        "assumed": assumed_values(day),
        "attempts": {name: list(state.attempts) for name, state in day.windows.items() if state.attempts},
        "refusals": refusal_entries(day),
        "objections": objection_entries(day),
        "incidents": incident_entries(day),
        **({"branches": branch_entries(day)} if day.branches else {}),
    }
    return canonical(document).decode()


def roster_entries(day: IssuanceDay) -> list[Json]:
    """Everyone who sat on the site: person, organisation, role, key, and whether it was a person or a script."""
    entries: list[Json] = []
    for seated in day.seats.values():
        person = seated.person
        entries.append(
            {
                "person": person.name,
                "role": person.role.value,
                "organisation": person.organisation,
                "sending_unit": person.sending_unit,
                "key": seated.key,
                "practice": seated.practice,
                "played_by": seated.played_by,
            }
        )
    return entries


def result_entries(day: IssuanceDay) -> dict[str, Json]:
    """Every result decided so far, keyed by bond."""
    entries: dict[str, Json] = {}
    for window in day.plan.windows:
        state = day.windows[window.id]
        if state.phase not in DECIDED:
            continue
        for issue in window.issues:
            entry, result = state.sheets[issue.bond].range, state.results[issue.bond]
            counter = counter_of(day, issue.bond, result)
            entries[issue.bond] = {
                **result.as_dict(Message.in_chinese),
                **({"counter": counter.as_dict(Message.in_chinese)} if counter else {}),
                "window": window.id,
                "name": issue.name,
                "tenor": print_tenor(issue.tenor),
                "range": entry.model_dump(mode="json") if entry else None,
            }
    return entries


def refusal_entries(day: IssuanceDay) -> list[Json]:
    """Every action the site refused so far, by rule; not its words, which may quote a bid."""
    entries: list[Json] = []
    for event in day.refusals:
        rules: list[Json] = [breach.rule for breach in event.breaches]
        entries.append({"at": event.at.isoformat(), "seat": event.seat, "action": event.action, "rules": rules})
    return entries


def objection_entries(day: IssuanceDay) -> list[Json]:
    """Every objection of the supervisor, and how it was settled."""
    return [{"at": o.at.isoformat(), "reason": o.reason, "answer": o.answer} for o in day.objections]


def incident_entries(day: IssuanceDay) -> list[Json]:
    """Every incident that the site had to answer, and the answer."""
    return [
        {
            "at": incident.occurred.at.isoformat(),
            "incident": incident.occurred.incident,
            "about": incident.occurred.subject or incident.occurred.place,
            "answer": incident.answered.answer if incident.answered else None,
        }
        for incident in day.incidents
        if incident.occurred.answers
    ]


def branch_entries(day: IssuanceDay) -> list[Json]:
    """The ways that were left, each with where its journal stood and where this one goes on from."""
    return [
        {"at": b.at.isoformat(), "left": b.left_journal, "count": b.left_count, "head": b.left_head}
        for b in day.branches
    ]


def assumed_values(day: IssuanceDay) -> list[Json]:
    """Every value that could decide something on the day and that no text supports."""
    return [
        {"rule": rule.key, "value": rule.written, "citation": rule.citation}
        for rule in deciding(day.plan)
        if rule.basis is Basis.ASSUMED
    ]


def result_gate(day: IssuanceDay) -> Gate:
    """Who must sign a result: 监督员 and 发行人员负责人, of a book-build 簿记管理人 (财库〔2018〕61号 七（二）)."""
    return gate_of(day, result_signers(day.plan.methods))


def result_signers(methods: Collection[Method]) -> tuple[Role, ...]:
    """The roles that sign the result of issues sold by these methods."""
    return tuple(acting(role, methods) for role in RESULT_SIGNERS)


def seal_gate(day: IssuanceDay) -> Gate:
    """Who must sign the journal's head when the site is released and the day closed."""
    return gate_of(day, SEAL_SIGNERS)


def gate_of(day: IssuanceDay, demands: tuple[Role, ...]) -> Gate:
    """A gate of roles, open to those who sit in them. Raises ImpossibleGate."""
    authorised = tuple(
        Authorised(seated.person.name, seated.person.role.value, seated.key)
        for seated in day.seats.values()
        if seated.person.role in demands
    )
    return Gate(tuple(role.value for role in demands), authorised)


def envelope_of(day: IssuanceDay, window_id: str) -> Envelope | None:
    """The window's result with its signatures, or None before CONFIRMED."""
    state = day.windows[window_id]
    if state.payload is None:
        return None
    return Envelope.of_result(state.payload.encode(), state.signatures)
