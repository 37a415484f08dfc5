"""Days to look back on: small ones whose every act takes thirty seconds, with something going wrong by hand."""

from collections.abc import Callable, Mapping
from functools import cache

import days

from auction import events as e
from auction.journal import MemoryJournal, Row
from sim.debrief import Debrief, Section, debrief, sections
from sim.rehearsal import Rehearsal
from sim.scenario import Staged

INSTRUCTOR = "instructor:教员"

Change = Callable[[e.AnyEvent], e.AnyEvent]
"""What a person does instead of what the script would."""


def steady(*windows: dict, **blocks: object) -> Staged:
    """A small day on which whoever can act does so thirty seconds later."""
    return days.stage(*windows, staff={"delay_s": [30, 30], **blocks.pop("staff", {})}, **blocks)


def rows_of(
    staged: Staged,
    befalls: Mapping[str, Callable[[Rehearsal], e.AnyEvent]] | None = None,
    changes: Mapping[tuple[str, str], Change] | None = None,
) -> tuple[Row, ...]:
    """The rows of a day; `befalls` is done once after the first event of a kind, `changes` is by seat and kind."""
    log, waiting = MemoryJournal(), dict(befalls or {})
    rehearsal = Rehearsal(staged, log, days.SEED, people=frozenset(seat for seat, _ in changes or {}))
    while event := next_event(rehearsal, dict(changes or {})):
        if event.kind in waiting:
            rehearsal.perform(waiting.pop(event.kind)(rehearsal))
    return log.rows()


@cache
def quiet_rows() -> tuple[Row, ...]:
    """The rows of the day on which nothing goes wrong."""
    return rows_of(steady())


@cache
def quiet() -> Debrief:
    """The debrief of the day on which nothing goes wrong."""
    return debrief(quiet_rows())


def next_event(rehearsal: Rehearsal, changes: Mapping[tuple[str, str], Change]) -> e.AnyEvent | None:
    """What happens next: a script's act, or a person's, who does what the script would but for the changes."""
    duties = [rehearsal.duty(seat) for seat in dict.fromkeys(seat for seat, _ in changes)]
    due = min((duty for duty in duties if duty), key=lambda duty: duty.due, default=None)
    if due is None or (rehearsal.next_due and rehearsal.next_due < due.due):
        return rehearsal.step()
    change = changes.get((due.event.seat, due.event.kind), lambda event: event)
    return rehearsal.perform(change(due.event))


def looked_back(*arguments: object, **named: object) -> Debrief:
    """The debrief of such a day."""
    return debrief(rows_of(*arguments, **named))


def part(whole: Debrief, id: str) -> Section:
    """One section of it."""
    return {section.id: section for section in sections(whole)}[id]


def told(section: Section) -> list[str]:
    """A section as lines: the sign and the cells of each row, and indented what stands under it."""
    lines = []
    for row in section.rows:
        lines.append(" | ".join([f"{row.mark} {row.cells[0]}".strip(), *row.cells[1:]]))
        lines += [f"  {text}" for text in row.under]
    return lines


def befallen(rehearsal: Rehearsal, incident: str, **about: object) -> e.IncidentOccurred:
    """The instructor lets something happen of which the site knows no more than these facts."""
    facts = {"at": rehearsal.day.now, "seat": INSTRUCTOR, "incident": incident, **about}
    return e.IncidentOccurred.model_validate(facts)


def with_terms(**fields: object) -> Change:
    """The same entry or check with other terms."""
    return lambda event: event.model_copy(update={"terms": event.terms.model_copy(update=fields)})
