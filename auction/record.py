"""Between events and journal rows: how a fact is written down, and read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from auction import events as e
from auction.canonical import digest
from auction.day import Head, IssuanceDay
from auction.errors import JournalError, KaibiaoError
from auction.fold import apply, begin, replay
from auction.journal import Log, Row
from auction.language import say

ENVELOPE_FIELDS = {"kind", "at", "seat"}


def record(log: Log, day: IssuanceDay | None, event: e.AnyEvent) -> IssuanceDay:
    """Write the event down, durably, and fold it. Raises JournalError, and then nothing has happened."""
    body = event.model_dump(mode="json", exclude=ENVELOPE_FIELDS)
    row = log.append(event_id(day, event), event.at.isoformat(), event.seat, event.kind, body)
    head = Head(row.seq, row.hash)
    return begin(event, head) if day is None else apply(day, event, head)


def event_id(day: IssuanceDay | None, event: e.AnyEvent) -> str:
    """The same for the same act of the same seat: sent twice, it is recorded once."""
    journal = day.planned.journal if day else getattr(event, "journal", "")
    acts = day.acts.get(event.seat, 0) if day else 0
    return digest(f"{journal}/{event.seat}/{acts}".encode())[:24]


def read_event(row: Row) -> e.AnyEvent:
    """The event in a row. Raises JournalError naming the row."""
    try:
        body = json.loads(row.body)
        return e.EVENT.validate_python({**body, "kind": row.kind, "at": row.at, "seat": row.seat})
    except (ValueError, TypeError, ValidationError) as error:
        raise JournalError(say("日志第 {seq} 行读不成事件", seq=row.seq)) from error


def entries(rows: Iterable[Row]) -> Iterator[tuple[e.AnyEvent, Head]]:
    """The events of rows, each with the head it makes. Raises JournalError."""
    return ((read_event(row), Head(row.seq, row.hash)) for row in rows)


def replay_rows(rows: Iterable[Row]) -> IssuanceDay | None:
    """The day that rows tell, or None for no rows. Raises JournalError where they tell none."""
    try:
        return replay(entries(rows))
    except JournalError:
        raise
    except (KaibiaoError, KeyError, ValueError, StopIteration) as error:
        raise JournalError(say("日志的事件接不成一天（{reason}）", reason=type(error).__name__)) from error
