"""The hash-chained event log."""

import os
import random
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from auction.errors import JournalError
from auction.journal import NO_HASH, Journal, MemoryJournal, Row, chain_problems, read_rows

ROOT = Path(__file__).resolve().parents[1]
AT = "2024-03-19T10:40:00"

APPENDER = """
import sys
from itertools import count
from pathlib import Path
from auction.journal import Journal

with Journal.open(Path(sys.argv[1])) as journal:
    for number in count(journal.head[0] + 1):
        journal.append(f"event-{number}", "", "operator:张", "bid_received", {"filler": "标" * (number * 97 % 3000)})
        print(number, flush=True)
"""


def record(log, *numbers):
    return [log.append(f"event-{n}", AT, "operator:张", "bid_received", {"标位": "2.38", "量": n}) for n in numbers]


@pytest.fixture
def rows():
    log = MemoryJournal()
    record(log, 1, 2, 3, 4, 5)
    return log.rows()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "开标 #1 %20.db"


@pytest.fixture
def written(path):
    with Journal.create(path) as journal:
        record(journal, 1, 2, 3, 4, 5)
    return path


def tamper(path, *statements):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def messages(rows):
    return [str(problem) for problem in chain_problems(rows)]


# Writing and reading


def test_the_first_row_stands_on_zeros_and_its_hash_is_fixed_for_ever():
    assert record(MemoryJournal(), 1) == [
        Row(
            seq=1,
            id="event-1",
            at=AT,
            seat="operator:张",
            kind="bid_received",
            body='{"标位":"2.38","量":1}',
            prev=NO_HASH,
            hash="617a2bdee75be58f0f95b1d40863423a0e16fa0022836a37c8b17fc6a6a28670",
        )
    ]


def test_a_file_and_memory_record_the_same_rows_and_head(written, rows):
    assert read_rows(written) == rows
    with Journal.open(written) as journal:
        assert journal.rows() == rows
        assert journal.head == (5, rows[-1].hash)


def test_an_empty_journal_has_no_rows_and_a_head_of_zeros(path):
    with Journal.create(path) as journal:
        assert (journal.head, journal.rows()) == ((0, NO_HASH), ())
    assert (MemoryJournal().head, MemoryJournal().rows()) == ((0, NO_HASH), ())


def test_an_opened_journal_goes_on_at_its_tail(written):
    with Journal.open(written) as journal:
        record(journal, 6)
    log = MemoryJournal()
    record(log, 1, 2, 3, 4, 5, 6)
    assert read_rows(written) == log.rows()


@pytest.fixture(params=["file", "memory"])
def log(request, path):
    with closing(Journal.create(path) if request.param == "file" else MemoryJournal()) as log:
        record(log, 1, 2, 3)
        yield log


def test_the_same_event_again_is_the_row_there_is(log):
    before = log.rows()
    assert record(log, 2) == [before[1]]
    assert log.rows() == before


@pytest.mark.parametrize(
    "other",
    [
        (AT + "Z", "operator:张", "bid_received", {"标位": "2.38", "量": 2}),
        (AT, "operator:李", "bid_received", {"标位": "2.38", "量": 2}),
        (AT, "operator:张", "bid_withdrawn", {"标位": "2.38", "量": 2}),
        (AT, "operator:张", "bid_received", {"标位": "2.39", "量": 2}),
    ],
)
def test_another_event_with_a_known_id_is_refused(log, other):
    before = log.rows()
    with pytest.raises(JournalError, match="event-2"):
        log.append("event-2", *other)
    assert log.rows() == before


def test_a_body_with_a_float_is_refused_and_the_journal_goes_on(log):
    with pytest.raises(TypeError):
        log.append("event-4", AT, "operator:张", "bid_received", {"level": 2.38})
    record(log, 4)
    assert [row.id for row in log.rows()] == ["event-1", "event-2", "event-3", "event-4"]


def test_the_file_holds_one_table_and_its_format_version(written):
    with closing(sqlite3.connect(written)) as connection:
        assert connection.execute("select name from sqlite_master where type != 'index'").fetchall() == [("event",)]
        assert connection.execute("pragma user_version").fetchone() == (1,)
    assert [file.name for file in written.parent.iterdir()] == [written.name]


@pytest.fixture
def permissions():
    if os.name != "posix":
        pytest.skip("file modes are POSIX")
    before = os.umask(0)
    yield lambda file: stat.S_IMODE(file.stat().st_mode)
    os.umask(before)


def test_only_the_owner_may_read_the_file(permissions, path):
    with Journal.create(path) as journal:
        record(journal, 1)
        assert {permissions(file) for file in path.parent.iterdir()} == {0o600}


def test_an_existing_file_is_not_overwritten(path):
    path.write_text("mine")
    with pytest.raises(JournalError, match="不会覆盖"):
        Journal.create(path)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_named(path):
    with pytest.raises(JournalError, match="nowhere"):
        Journal.create(path.parent / "nowhere" / "journal.db")


# One writer


def test_a_second_writer_and_a_reader_are_told_that_another_program_writes(path):
    with Journal.create(path) as journal:
        for look in (Journal.open, read_rows):
            with pytest.raises(JournalError, match="另一个程序正在写"):
                look(path)
        record(journal, 1)
        with pytest.raises(JournalError, match="另一个程序正在写"):
            Journal.open(path)
    assert len(read_rows(path)) == 1


def test_a_writer_that_has_only_looked_keeps_others_out_as_well(written):
    with Journal.open(written):
        for look in (Journal.open, read_rows):
            with pytest.raises(JournalError, match="另一个程序正在写"):
                look(written)


def test_a_closed_journal_takes_nothing_more(path):
    journal = Journal.create(path)
    journal.close()
    with pytest.raises(JournalError):
        record(journal, 1)


# Failures


def test_every_commit_waits_for_the_disk(written):
    with Journal.open(written) as journal:
        facts = ("synchronous", "journal_mode")
        settings = [journal._connection.execute(f"pragma {fact}").fetchone() for fact in facts]
    assert settings == [(3,), ("delete",)]


def test_a_full_disk_is_said_and_nothing_is_half_written(written, rows):
    with Journal.open(written) as journal:
        (pages,) = journal._connection.execute("pragma page_count").fetchone()
        journal._connection.execute(f"pragma max_page_count = {pages}")
        with pytest.raises(JournalError, match="磁盘已满"):
            journal.append("event-6", AT, "operator:张", "note", {"text": "长" * 100_000})
        assert journal.rows() == rows
        assert [row.seq for row in record(journal, 6)] == [6]
    assert chain_problems(read_rows(written)) == ()


def test_a_killed_writer_loses_no_event_that_it_acknowledged(path):
    moments = random.Random(20240319)
    Journal.create(path).close()
    acknowledged = []
    for _ in range(20):
        with appender(path) as writer:
            acknowledged += [writer.stdout.readline() for _ in range(moments.randrange(1, 40))]
            writer.kill()
            acknowledged += writer.stdout.readlines()
        rows = read_rows(path)
        assert chain_problems(rows) == ()
        assert [f"event-{int(number)}" for number in acknowledged] == [row.id for row in rows][: len(acknowledged)]
        acknowledged = [f"{row.seq}\n" for row in rows]


def appender(path):
    command = [sys.executable, "-c", APPENDER, str(path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.fixture
def interrupted(path, tmp_path):
    """A journal as a program killed in the middle of a commit leaves it, and the rows that it held before."""
    with Journal.create(path) as journal:
        for number in range(40):
            journal.append(f"event-{number}", AT, "operator:张", "note", {"text": "长" * 1000})
    before = read_rows(path)
    left = tmp_path / "left" / "journal.db"
    left.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("pragma cache_size = 1")
        writer.execute("begin immediate")
        writer.execute("update event set body = hex(zeroblob(2000))")
        left.write_bytes(path.read_bytes())
        left.with_name("journal.db-journal").write_bytes(path.with_name(path.name + "-journal").read_bytes())
        writer.execute("rollback")
    assert left.read_bytes() != path.read_bytes()
    return left, before


def test_a_commit_cut_short_is_undone_when_the_journal_is_read(interrupted):
    left, before = interrupted
    assert read_rows(left) == before
    assert [file.name for file in left.parent.iterdir()] == ["journal.db"]


def test_a_commit_cut_short_is_undone_when_the_journal_is_opened(interrupted):
    left, before = interrupted
    with Journal.open(left) as journal:
        assert journal.rows() == before


# Files that are no journal


@pytest.fixture(params=[read_rows, Journal.open], ids=["read", "open"])
def look(request):
    return request.param


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("pragma user_version = 2", "这份日志是版本 2，本程序读版本 1"),
        ("pragma application_id = 0", "不是开标日志"),
        ("pragma journal_mode = wal", "结构不符"),
        ("drop table event", "结构不符"),
        ("create table more (x)", "结构不符"),
        ("create view more as select * from event", "结构不符"),
        ("create index more on event (at)", "结构不符"),
        ("create trigger more after insert on event begin delete from event; end", "结构不符"),
        ("alter table event add column more text", "结构不符"),
    ],
)
def test_a_file_of_another_make_is_refused(written, look, statement, reason):
    tamper(written, statement)
    with pytest.raises(JournalError, match=reason):
        look(written)


@pytest.mark.parametrize("content", [b"", "这是一份文字\n".encode() * 100, b"SQLite format 3\x00" + b"x" * 5000])
def test_a_file_that_is_no_journal_is_refused_and_left_alone(path, look, content):
    path.write_bytes(content)
    with pytest.raises(JournalError, match=r"开标 #1 %20\.db"):
        look(path)
    assert path.read_bytes() == content


def test_a_missing_file_and_a_folder_are_refused_and_nothing_is_made(path, look):
    for absent in (path, path.parent):
        with pytest.raises(JournalError, match="没有这份日志"):
            look(absent)
    assert not path.exists()


@pytest.mark.parametrize("kept", [1, 100, 4096, 5000, 8192, -4096, -1])
def test_a_truncated_file_is_refused(written, look, kept):
    written.write_bytes(written.read_bytes()[:kept])
    with pytest.raises(JournalError, match="不是开标日志" if kept == 1 else "已损坏或不完整"):
        look(written)


def test_a_file_with_something_behind_it_is_refused(written, look):
    written.write_bytes(written.read_bytes() + b"more")
    with pytest.raises(JournalError, match="已损坏或不完整"):
        look(written)


@pytest.mark.parametrize(("old", "new"), [(b"event-2", b"event-9"), ("标".encode(), b"\xff\xff\xff")])
def test_a_file_whose_bytes_were_changed_out_of_turn_is_refused(written, look, old, new):
    raw = written.read_bytes()
    assert old in raw
    written.write_bytes(raw.replace(old, new, 1))
    with pytest.raises(JournalError, match="已损坏或不完整"):
        look(written)


# The chain


def test_an_untouched_chain_has_no_problems(rows):
    assert messages(rows) == []


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("column", ["id", "at", "seat", "kind", "body", "prev", "hash"])
def test_any_changed_text_shows(rows, place, column):
    changed = replace(rows[place], **{column: getattr(rows[place], column) + " "})
    assert f"第 {place + 1} 行的内容与其散列值不符" in messages((*rows[:place], changed, *rows[place + 1 :]))


@pytest.mark.parametrize("place", range(5))
def test_a_changed_number_shows(rows, place):
    changed = replace(rows[place], seq=rows[place].seq + 7)
    assert f"第 {place} 行之后是第 {place + 8} 行：行号不连续" in messages((*rows[:place], changed, *rows[place + 1 :]))


@pytest.mark.parametrize("place", range(4))
def test_a_changed_row_with_its_hash_made_anew_does_not_fit_the_next(rows, place):
    forged = replace(rows[place], body="{}")
    forged = replace(forged, hash=forged.right_hash())
    assert messages((*rows[:place], forged, *rows[place + 1 :])) == [f"第 {place + 2} 行与前一行接不上"]


@pytest.mark.parametrize("place", range(4))
def test_a_row_taken_out_shows(rows, place):
    assert messages((*rows[:place], *rows[place + 1 :])) == [
        f"第 {place} 行之后是第 {place + 2} 行：行号不连续",
        f"第 {place + 2} 行与前一行接不上",
    ]


@pytest.mark.parametrize("place", range(4))
def test_two_rows_that_changed_places_show(rows, place):
    swapped = (*rows[:place], rows[place + 1], rows[place], *rows[place + 2 :])
    assert f"第 {place + 1} 行与前一行接不上" in messages(swapped)


def test_a_row_put_behind_with_a_wrong_hash_shows(rows):
    stray = Row(6, "event-6", AT, "operator:张", "note", "{}", rows[-1].hash, rows[-1].hash)
    assert messages((*rows, stray)) == ["第 6 行的内容与其散列值不符"]


def test_a_doubled_id_shows(rows):
    again = Row(6, "event-2", AT, "operator:张", "note", "{}", rows[-1].hash, "")
    assert messages((*rows, replace(again, hash=again.right_hash()))) == ["第 6 行的编号 event-2 重复"]


def test_a_body_that_is_not_canonical_shows(rows):
    loose = Row(6, "event-6", AT, "operator:张", "note", '{"a": 1}', rows[-1].hash, "")
    assert messages((*rows, replace(loose, hash=loose.right_hash()))) == ["第 6 行的内容不是规范的 JSON"]


def test_a_journal_with_a_broken_chain_is_read_but_not_written(written):
    tamper(written, "update event set seat = 'supervisor:王' where seq = 3")
    assert messages(read_rows(written)) == ["第 3 行的内容与其散列值不符"]
    with pytest.raises(JournalError, match="第 3 行的内容与其散列值不符"):
        Journal.open(written)


def test_rows_written_in_batches_are_read_at_once_and_kept_when_the_journal_is_closed(tmp_path):
    with Journal.create(tmp_path / "day.db") as journal:
        journal.write_in_batches(3)
        for number in range(4):
            journal.append(f"id{number}", "2026-06-10T08:30:00", "system:system", "note_taken", {"text": str(number)})
        assert [row.seq for row in journal.rows()] == [1, 2, 3, 4]
        assert journal.head[0] == 4
    kept = read_rows(tmp_path / "day.db")
    assert [row.id for row in kept] == ["id0", "id1", "id2", "id3"]
    assert chain_problems(kept) == ()


def test_of_a_batch_cut_short_the_rows_before_it_are_kept(tmp_path):
    journal = Journal.create(tmp_path / "day.db")
    journal.write_in_batches(3)
    for number in range(5):
        journal.append(f"id{number}", "2026-06-10T08:30:00", "system:system", "note_taken", {"text": str(number)})
    journal._connection.rollback()
    journal._connection.close()
    assert [row.id for row in read_rows(tmp_path / "day.db")] == ["id0", "id1", "id2"]
