"""Whether a signed result and a journal are what they claim to be, and whether they belong together.

Verification asks and never raises: every problem it finds is a sentence. It re-encodes the envelope, checks each
signature against the roster it carries, replays the journal and decides every recorded act once more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auction import events as e
from auction.canonical import canonical
from auction.commands import decide
from auction.commands.site import require_seal
from auction.day import IssuanceDay
from auction.desk import rules_digest
from auction.errors import BadEnvelope, ImpossibleGate, JournalError, KaibiaoError
from auction.fold import apply, begin
from auction.journal import Row, chain_problems
from auction.language import Message, say
from auction.notice import Method, Strict
from auction.outcome import Json
from auction.payload import FORMAT, envelope_of, result_signers
from auction.record import entries, event_id
from auction.signoff import Authorised, Envelope, Gate, Signature, pae
from auction.yamlfile import read_model

Pins = Mapping[str, str]
"""Public key by person, from somewhere the verifier trusts."""


class PinnedPerson(Strict):
    """A person and the public key the verifier trusts."""

    person: str
    key: str = Field(pattern=r"^[0-9a-f]{64}$")


class PinnedRoster(Strict):
    """`kind: roster`: whose keys are known."""

    people: tuple[PinnedPerson, ...] = Field(min_length=1)


def read_pins(path: Path) -> Pins:
    """The keys of a roster file. Raises BadInput."""
    return {pinned.person: pinned.key for pinned in read_model(path, PinnedRoster, "roster").people}


class _Loose(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class RosterEntry(_Loose):
    """Who sat where, as the result claims."""

    person: str
    role: str
    key: str
    practice: bool


class JournalMark(_Loose):
    """The journal and its head at CONFIRMED, as the result claims."""

    id: str
    count: int
    head: str


class ClaimedResult(_Loose):
    """By which method an issue was sold, and in which window, as the result claims."""

    method: Method
    window: str


class Claims(_Loose):
    """What verification needs of a signed payload."""

    format: int
    window: str
    journal: JournalMark
    roster: tuple[RosterEntry, ...]
    results: Mapping[str, ClaimedResult]


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found."""

    identity: str = "as claimed"
    """pinned, practice or as claimed."""
    journal: str = "absent"
    """closed, open or absent."""
    signed: tuple[Signature, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong and no signature is missing."""
        return not self.problems and not self.missing

    def as_dict(self) -> dict[str, Json]:
        """The finding as the command line's answer."""
        signed: list[Json] = [{"role": s.role, "person": s.person, "key": s.key} for s in self.signed]
        return {
            "ok": self.ok,
            "identity": self.identity,
            "journal": self.journal,
            "signed": signed,
            "missing": list(self.missing),
            "problems": [str(problem) for problem in self.problems],
            "notes": [str(note) for note in self.notes],
        }


def verify(results: Sequence[bytes], journal: Sequence[Row] | None, pins: Pins | None) -> Verification:
    """Verify any number of result envelopes, and the journal they came from where there is one."""
    found = Verification()
    day: IssuanceDay | None = None
    if journal is not None:
        found, day = verify_journal(journal)
    for data in results:
        try:
            envelope = Envelope.decode(data)
            claims = read_claims(envelope)
        except BadEnvelope as error:
            found = replace(found, problems=(*found.problems, error.message))
            continue
        found = _with_result(found, envelope, claims, pins)
        if journal is not None:
            found = replace(found, problems=(*found.problems, *belongs(envelope, claims, journal, day, found)))
    return found


def read_claims(envelope: Envelope) -> Claims:
    """What the payload claims. Raises BadEnvelope where it is no result of a format we know, or not canonical."""
    try:
        data = json.loads(envelope.payload)
        claims = Claims.model_validate(data)
        whole = canonical(data) == envelope.payload and claims.format == FORMAT
    except (ValueError, TypeError, RecursionError, ValidationError) as error:
        raise BadEnvelope(say("签名结果的内容读不成")) from error
    if not whole:
        raise BadEnvelope(say("签名结果的内容不是本程序认识的写法"))
    return claims


def _with_result(found: Verification, envelope: Envelope, claims: Claims, pins: Pins | None) -> Verification:
    by_key = {entry.key: entry for entry in claims.roster}
    problems: list[Message] = []
    signed: list[Signature] = []
    verified = envelope.verified_keys()
    for key, sig in envelope.signatures:
        entry = by_key.get(key)
        if entry is None:
            problems.append(say("有一个签名的密钥不在名册上：{key}", key=key[:16]))
        elif key not in verified:
            problems.append(say("{person} 的签名与内容不符", person=entry.person))
        else:
            signed.append(Signature(entry.person, entry.role, key, sig.hex()))
    problems += _pin_problems(signed, pins)
    missing, impossible = _missing(envelope, claims, signed)
    return replace(
        found,
        identity=_identity(signed, by_key, pins),
        signed=(*found.signed, *signed),
        missing=(*found.missing, *missing),
        problems=(*found.problems, *problems, *impossible),
    )


def _pin_problems(signed: Iterable[Signature], pins: Pins | None) -> list[Message]:
    if pins is None:
        return []
    unknown = [s for s in signed if s.person not in pins]
    other = [s for s in signed if pins.get(s.person, s.key) != s.key]
    return [say("{person} 不在给定的名单上", person=s.person) for s in unknown] + [
        say("{person} 的密钥与给定名单上的不同", person=s.person) for s in other
    ]


def _identity(signed: Sequence[Signature], by_key: Mapping[str, RosterEntry], pins: Pins | None) -> str:
    if pins is not None and signed and not _pin_problems(signed, pins):
        return "pinned"
    return "practice" if any(by_key[s.key].practice for s in signed) else "as claimed"


def _missing(envelope: Envelope, claims: Claims, signed: Sequence[Signature]) -> tuple[tuple[str, ...], list[Message]]:
    methods = [result.method for result in claims.results.values() if result.window == claims.window]
    demands = tuple(role.value for role in result_signers(methods))
    authorised = tuple(Authorised(r.person, r.role, r.key) for r in claims.roster if r.role in demands)
    try:
        gate = Gate(demands, authorised)
    except ImpossibleGate as error:
        return demands, [error.message]
    return gate.missing(signed, pae(envelope.payload_type, envelope.payload)), []


def verify_journal(rows: Sequence[Row]) -> tuple[Verification, IssuanceDay | None]:
    """The chain, the acts and the closing seal of a journal; and the day it tells, as far as it can be told."""
    problems = list(chain_problems(rows))
    if problems:
        return Verification(journal="open", problems=tuple(problems)), None
    try:
        day, found = _replayed(rows)
    except (KaibiaoError, KeyError, ValueError, StopIteration) as error:
        reason = error.message if isinstance(error, KaibiaoError) else say("日志的事件接不成一天")
        return Verification(journal="open", problems=(reason,)), None
    practice = any(seated.practice for seated in day.seats.values())
    state = "closed" if day.closed else "open"
    identity = "practice" if practice else "as claimed"
    return replace(found, journal=state, identity=identity), day


def _replayed(rows: Sequence[Row]) -> tuple[IssuanceDay, Verification]:
    """Fold the rows up to the first that could not be, deciding each act once more. Raises JournalError for none."""
    if not rows:
        raise JournalError(say("日志是空的"))
    told = list(entries(rows))
    day = begin(*told[0])
    same_rules = day.planned.rules == rules_digest(day.plan)
    notes = () if same_rules else (say("日志按另一版规则库记录，未逐项重新判断"),)
    for row, (event, head) in zip(rows[1:], told[1:], strict=True):
        problems: list[Message] = []
        if day.closed:
            problems = [say("第 {seq} 行记在日志封存之后", seq=head.count)]
        elif row.id != event_id(day, event):
            problems = [say("第 {seq} 行的编号与所记的事件不符", seq=head.count)]
        elif isinstance(event, e.DayClosed) or (same_rules and not isinstance(event, e.ActionRefused)):
            problems = _undecided(day, event, head.count)
        if problems:
            return day, Verification(problems=tuple(problems), notes=notes)
        day = apply(day, event, head)
    return day, Verification(notes=notes)


def _undecided(day: IssuanceDay, event: e.AnyEvent, seq: int) -> list[Message]:
    """Why the event could not have been recorded, if so."""
    try:
        if isinstance(event, e.DayClosed):
            require_seal(day, event)
        if decide(day, event) == event:
            return []
    except KaibiaoError as error:
        return [say("第 {seq} 行的事件当时不可能发生：{reason}", seq=seq, reason=error.message)]
    except KeyError:
        pass
    return [say("第 {seq} 行的事件与当时能作的决定不同", seq=seq)]


def belongs(
    envelope: Envelope, claims: Claims, rows: Sequence[Row], day: IssuanceDay | None, found: Verification
) -> list[Message]:
    """Why a result and a journal are not of one day, if so: the head, the closing row, the very payload."""
    problems: list[Message] = []
    mark = claims.journal
    if not 0 < mark.count <= len(rows) or rows[mark.count - 1].hash != mark.head:
        problems.append(say("结果所记的日志位置不在这份日志里"))
    if found.journal != "closed":
        problems.append(say("日志没有封存：最后一行不是 day_closed"))
    if day is None:
        return problems
    if mark.id != day.planned.journal or claims.window not in day.windows:
        return [*problems, say("结果与日志不是同一天的演练")]
    recorded = envelope_of(day, claims.window)
    if recorded is None or recorded.signatures != envelope.signatures:
        problems.append(say("结果上的签名与日志所记的不同"))
    if recorded is not None and day.planned.rules == rules_digest(day.plan) and recorded.payload != envelope.payload:
        problems.append(say("结果的内容与日志重放出来的不同"))
    return problems
