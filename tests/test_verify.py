import random
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from auction.canonical import canonical
from auction.journal import MemoryJournal, Row
from auction.payload import envelope_of
from auction.signoff import Envelope
from auction.verify import Verification, verify
from sim.playing import start, write_up
from sim.rehearsal import Rehearsal
from sim.scenario import read_scenario

BITS = 500


@pytest.fixture(scope="module")
def played() -> tuple[bytes, tuple[Row, ...]]:
    """The signed result and the journal of one day."""
    log = MemoryJournal()
    rehearsal = Rehearsal(read_scenario(Path("first-tender")), log, 1)
    for _event in rehearsal.run():
        pass
    envelope = envelope_of(rehearsal.day, "W1")
    assert envelope
    return envelope.encode(), log.rows()


def chained(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows with sequence and hashes made right again, as a forger would."""
    out: list[Row] = []
    for number, row in enumerate(rows, start=1):
        linked = replace(row, seq=number, prev=out[-1].hash if out else "0" * 64)
        out.append(replace(linked, hash=linked.right_hash()))
    return tuple(out)


def test_result_and_journal_of_a_finished_day_verify_together(played: tuple[bytes, tuple[Row, ...]]):
    data, rows = played
    found = verify([data], rows, None)
    assert found.as_dict() == {
        "ok": True,
        "identity": "practice",
        "journal": "closed",
        "signed": found.as_dict()["signed"],
        "missing": [],
        "problems": [],
        "notes": [],
    }
    assert sorted((s.role, s.person) for s in found.signed) == [("lead-officer", "许正言"), ("supervisor", "何平")]


def test_a_result_alone_and_a_journal_alone_verify(played: tuple[bytes, tuple[Row, ...]]):
    data, rows = played
    assert (verify([data], None, None).ok, verify([data], None, None).journal) == (True, "absent")
    assert (verify([], rows, None).ok, verify([], rows, None).journal) == (True, "closed")


@pytest.mark.parametrize("count", [1, 2, 27, 60, 113])
def test_an_unfinished_journal_alone_is_open_and_whole(played: tuple[bytes, tuple[Row, ...]], count: int):
    found = verify([], played[1][:count], None)
    assert (found.ok, found.journal, found.problems) == (True, "open", ())


def test_any_one_changed_bit_of_the_result_is_refused(played: tuple[bytes, tuple[Row, ...]]):
    data, rows = played
    chance = random.Random(20261122)
    for number in range(BITS):
        place, bit = chance.randrange(len(data)), chance.randrange(8)
        changed = data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
        assert not verify([changed], None, None).ok
        assert number % 20 or not verify([changed], rows, None).ok


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: b"",
        lambda data: b"{}",
        lambda data: b"[" * 100_000,
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b'"payload"', b'"Payload"'),
        lambda data: data.replace(b",", b", ", 1),
    ],
)
def test_a_result_that_is_not_whole_is_refused(played: tuple[bytes, tuple[Row, ...]], spoil: Callable[[bytes], bytes]):
    assert not verify([spoil(played[0])], None, None).ok


def verdicts(data: bytes, rows: Sequence[Row]) -> list[bool]:
    """The verdict on the pair with the rows as they are, and with the chain made right again."""
    return [verify([data], rows, None).ok, verify([data], chained(rows), None).ok]


def test_any_changed_row_is_refused_together_even_with_its_chain_made_right(played: tuple[bytes, tuple[Row, ...]]):
    data, rows = played
    for number, row in enumerate(rows):
        for changed in (replace(row, at="2026-06-10T07:00:00"), replace(row, body=canonical({"x": 1}).decode())):
            assert verdicts(data, [*rows[:number], changed, *rows[number + 1 :]]) == [False, False]


def test_any_deleted_row_is_refused_together_the_last_one_too(played: tuple[bytes, tuple[Row, ...]]):
    data, rows = played
    for number in range(len(rows)):
        assert verdicts(data, [*rows[:number], *rows[number + 1 :]]) == [False, False]


def test_any_two_swapped_rows_are_refused_together(played: tuple[bytes, tuple[Row, ...]]):
    data, rows = played
    for number in range(len(rows) - 1):
        swapped = [*rows[:number], rows[number + 1], rows[number], *rows[number + 2 :]]
        assert verdicts(data, swapped) == [False, False]


def test_an_appended_row_is_refused_even_alone(played: tuple[bytes, tuple[Row, ...]]):
    data, rows = played
    extra = replace(rows[-2], seq=len(rows) + 1, id="another", prev=rows[-1].hash)
    appended = [*rows, replace(extra, hash=extra.right_hash())]
    assert verdicts(data, appended) == [False, False]
    assert not verify([], appended, None).ok
    twice = replace(rows[-1], seq=len(rows) + 1, id="another", prev=rows[-1].hash)
    assert not verify([], [*rows, replace(twice, hash=twice.right_hash())], None).ok


def test_a_result_does_not_belong_to_the_journal_of_another_seed(played: tuple[bytes, tuple[Row, ...]]):
    log = MemoryJournal()
    for _event in Rehearsal(read_scenario(Path("first-tender")), log, 2).run():
        pass
    found = verify([played[0]], log.rows(), None)
    assert not found.ok
    assert "结果与日志不是同一天的演练" in [str(problem) for problem in found.problems]


def test_a_missing_signature_is_named(played: tuple[bytes, tuple[Row, ...]]):
    envelope = Envelope.decode(played[0])
    one = replace(envelope, signatures=envelope.signatures[:1]).encode()
    found = verify([one], None, None)
    assert (found.ok, len(found.missing)) == (False, 1)
    nobody = verify([replace(envelope, signatures=()).encode()], None, None)
    assert (nobody.ok, nobody.missing) == (False, ("lead-officer", "supervisor"))


def pins_of(found: Verification) -> dict[str, str]:
    return {signature.person: signature.key for signature in found.signed}


def test_pinned_signers_are_known_and_others_are_a_problem(played: tuple[bytes, tuple[Row, ...]]):
    data, _rows = played
    pins = pins_of(verify([data], None, None))
    assert verify([data], None, pins).identity == "pinned"
    swapped = {"许正言": pins["何平"], "何平": pins["许正言"]}
    assert [str(p) for p in verify([data], None, swapped).problems] == [
        "许正言 的密钥与给定名单上的不同",
        "何平 的密钥与给定名单上的不同",
    ] or not verify([data], None, swapped).ok
    unknown = verify([data], None, {"何平": pins["何平"]})
    assert [str(problem) for problem in unknown.problems] == ["许正言 不在给定的名单上"]
    assert unknown.identity != "pinned"


def test_the_files_of_a_played_day_hold_one_table_and_verify(tmp_path: Path):
    rehearsal, journal = start(read_scenario(Path("first-tender")), tmp_path / "day", 3)
    with journal:
        for _event in rehearsal.run():
            pass
        written = write_up(rehearsal, journal, tmp_path / "day")
    assert [file.name for file in written.files] == ["journal.db", "result.json", "debrief.md"]
    with sqlite3.connect(tmp_path / "day" / "journal.db") as database:
        assert database.execute("select type, name from sqlite_master where name not like 'sqlite_%'").fetchall() == [
            ("table", "event")
        ]
        assert database.execute("pragma user_version").fetchone() == (1,)
