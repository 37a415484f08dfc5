"""The hash-chained event log in one SQLite file: one table, one writer, nothing ever changed.

Each row's hash covers the row and the hash before it. A row is on the disk when `append` returns; a process
killed while it writes leaves a rollback journal that SQLite plays back at the next opening. The chain cannot
show that rows are missing at the end: that is what the signatures over the head are for.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from auction.canonical import canonical, digest, is_canonical
from auction.errors import JournalError
from auction.language import Message, say

FORMAT = 1
"""`user_version` of the file."""

APPLICATION_ID = int.from_bytes(b"kaib", "big")
SCHEMA = (
    "CREATE TABLE event(seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, seat TEXT NOT NULL, "
    "kind TEXT NOT NULL, body TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL) STRICT"
)
PARTS = [("index", "sqlite_autoindex_event_1", None), ("table", "event", SCHEMA)]
"""All that the file may hold: the table and the index of its unique ids."""

COLUMNS = "seq, id, at, seat, kind, body, prev, hash"
NO_HASH = "0" * 64
"""What stands before the first row."""

PATIENCE = 0.25
"""Seconds to wait for another program to let go of the file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event as recorded; `body` is canonical JSON."""

    seq: int
    id: str
    at: str
    seat: str
    kind: str
    body: str
    prev: str
    hash: str

    def content(self) -> tuple[str, str, str, str, str]:
        """What was recorded, apart from its place in the chain."""
        return self.id, self.at, self.seat, self.kind, self.body

    def right_hash(self) -> str:
        """The hash that the row's other columns call for."""
        return digest(canonical([self.seq, *self.content(), self.prev]))


class Log(Protocol):
    """Where the events of a day are recorded."""

    @property
    def head(self) -> tuple[int, str]:
        """The number of rows and the last row's hash."""

    def append(self, id: str, at: str, seat: str, kind: str, body: Mapping[str, object]) -> Row:
        """Record an event. The same event again gives the row there is; another with its id raises JournalError."""

    def rows(self) -> tuple[Row, ...]:
        """Every row, in order."""

    def close(self) -> None:
        """Let go of whatever holds the rows."""


class Journal:
    """A Log in a file, open for writing; no other program can open it meanwhile."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._batch, self._waiting = 1, 0

    @classmethod
    def create(cls, path: Path) -> Journal:
        """An empty journal in a new file that only its owner reads (0600). Raises JournalError where `path` exists."""
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            raise JournalError(say("{file} 已经存在，不会覆盖", file=path)) from None
        except OSError as error:
            reason = error.strerror or error
            raise JournalError(say("日志建不起来：{file}（{reason}）", file=path, reason=reason)) from None
        connection = _connect(path)
        try:
            with _in_words(path), connection:
                _claim(connection)
                connection.execute(SCHEMA)
                connection.execute(f"pragma application_id = {APPLICATION_ID}")
                connection.execute(f"pragma user_version = {FORMAT}")
        except JournalError:
            connection.close()
            path.unlink()
            raise
        return cls(path, connection)

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Go on at the tail of an existing journal. Raises JournalError unless the file and its chain are whole."""
        connection = _connect(path)
        try:
            with _in_words(path), connection:
                _claim(connection)
                _require_whole(path, connection)
                problems = chain_problems(_rows(connection))
            if problems:
                raise JournalError(say("{file} 的记录不可信，不能续写：{problem}", file=path, problem=problems[0]))
        except JournalError:
            connection.close()
            raise
        return cls(path, connection)

    @property
    def head(self) -> tuple[int, str]:
        """The number of rows and the last row's hash."""
        with _in_words(self.path):
            return _head(self._tail())

    def append(self, id: str, at: str, seat: str, kind: str, body: Mapping[str, object]) -> Row:
        """Record an event; it is on the disk when this returns, unless rows are written in batches.

        The same event again gives the row there is. Raises JournalError for another event with its id, and
        where the disk fails; then nothing is written.
        """
        with _in_words(self.path), self._committing():
            row = _next_row(_head(self._tail()), id, at, seat, kind, body)
            known = self._select("where id = ?", id)
            if known:
                return _same(known, row)
            self._connection.execute(f"insert into event ({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)", astuple(row))
        return row

    def write_in_batches(self, rows: int) -> None:
        """Put so many rows on the disk at a time, for a day on which nobody is told of one before its end."""
        with _in_words(self.path):
            self._commit()
        self._batch = rows

    @contextmanager
    def _committing(self) -> Iterator[None]:
        """Inside a transaction, which ends with the batch; whatever goes wrong undoes the batch."""
        if not self._connection.in_transaction:
            self._connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._waiting += 1
        if self._waiting >= self._batch:
            self._commit()

    def _commit(self) -> None:
        self._connection.commit()
        self._waiting = 0

    def take_over(self, rows: Sequence[Row]) -> None:
        """Begin with the rows of another journal as they stand, all of them or none. Raises JournalError."""
        with _in_words(self.path), self._connection:
            self._connection.execute("begin immediate")
            if self._tail() or chain_problems(rows):
                raise JournalError(say("{file} 已有记录，或要接过来的记录不成链", file=self.path))
            written = (astuple(row) for row in rows)
            self._connection.executemany(f"insert into event ({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)", written)

    def rows(self) -> tuple[Row, ...]:
        """Every row, in order."""
        with _in_words(self.path):
            return _rows(self._connection)

    def close(self) -> None:
        """Put on the disk what still waits, and let other programs at the file."""
        with _in_words(self.path):
            self._commit()
        self._connection.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tail(self) -> Row | None:
        return self._select("order by seq desc limit 1")

    def _select(self, which: str, *values: str) -> Row | None:
        found = self._connection.execute(f"select {COLUMNS} from event {which}", values).fetchone()
        return found and Row(*found)


class MemoryJournal:
    """A Log that nobody keeps, for runs without a file."""

    def __init__(self) -> None:
        self._by_id: dict[str, Row] = {}
        self._tail: Row | None = None

    @property
    def head(self) -> tuple[int, str]:
        """The number of rows and the last row's hash."""
        return _head(self._tail)

    def append(self, id: str, at: str, seat: str, kind: str, body: Mapping[str, object]) -> Row:
        """Record an event. The same event again gives the row there is; another with its id raises JournalError."""
        row = _next_row(self.head, id, at, seat, kind, body)
        known = self._by_id.get(id)
        if known:
            return _same(known, row)
        self._by_id[id] = self._tail = row
        return row

    def rows(self) -> tuple[Row, ...]:
        """Every row, in order."""
        return tuple(self._by_id.values())

    def close(self) -> None:
        """Nothing to let go of."""


def read_rows(path: Path) -> tuple[Row, ...]:
    """Every row of a journal that nobody is writing; the chain is not looked at.

    Raises JournalError for a file that is no whole journal of this format, or that a program is writing. The
    file is opened for writing where it can be, because a killed writer's rollback journal must be played back.
    """
    with closing(_connect(path)) as connection, _in_words(path), connection:
        connection.execute("begin")
        _require_whole(path, connection)
        return _rows(connection)


def chain_problems(rows: Iterable[Row]) -> tuple[Message, ...]:
    """Every sign that rows were changed, moved, taken out or put in."""
    problems: list[Message] = []
    seq, link = 0, NO_HASH
    seen: set[str] = set()
    for row in rows:
        if row.seq != seq + 1:
            problems.append(say("第 {before} 行之后是第 {seq} 行：行号不连续", before=seq, seq=row.seq))
        if row.prev != link:
            problems.append(say("第 {seq} 行与前一行接不上", seq=row.seq))
        if row.hash != row.right_hash():
            problems.append(say("第 {seq} 行的内容与其散列值不符", seq=row.seq))
        if row.id in seen:
            problems.append(say("第 {seq} 行的编号 {id} 重复", seq=row.seq, id=row.id))
        if not is_canonical(row.body):
            problems.append(say("第 {seq} 行的内容不是规范的 JSON", seq=row.seq))
        seq, link = row.seq, row.hash
        seen.add(row.id)
    return tuple(problems)


def _head(tail: Row | None) -> tuple[int, str]:
    return (tail.seq, tail.hash) if tail else (0, NO_HASH)


def _next_row(head: tuple[int, str], id: str, at: str, seat: str, kind: str, body: Mapping[str, object]) -> Row:
    count, link = head
    row = Row(count + 1, id, at, seat, kind, canonical(body).decode(), link, "")
    return Row(row.seq, *row.content(), link, row.right_hash())


def _same(known: Row, again: Row) -> Row:
    if known.content() != again.content():
        raise JournalError(say("编号 {id} 已记录过另一件事（第 {seq} 行）", id=known.id, seq=known.seq))
    return known


def _connect(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise JournalError(say("没有这份日志：{file}", file=path))
    with _in_words(path):
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", PATIENCE, isolation_level=None, uri=True)


def _claim(connection: sqlite3.Connection) -> None:
    """Begin a transaction, and keep every other program out until the connection closes."""
    connection.execute("pragma synchronous = extra")
    connection.execute("pragma fullfsync = on")
    connection.execute("pragma locking_mode = exclusive")
    connection.execute("begin exclusive")


def _require_whole(path: Path, connection: sqlite3.Connection) -> None:
    facts = ("application_id", "user_version", "journal_mode")
    application, version, mode = (connection.execute(f"pragma {fact}").fetchone()[0] for fact in facts)
    if application != APPLICATION_ID:
        raise JournalError(say("{file} 不是开标日志", file=path))
    if version != FORMAT:
        counts = {"version": version, "known": FORMAT}
        raise JournalError(say("{file}：这份日志是版本 {version}，本程序读版本 {known}", file=path, **counts))
    parts = connection.execute("select type, name, sql from sqlite_master order by type, name").fetchall()
    if parts != PARTS or mode != "delete":
        raise JournalError(say("{file} 的结构不符：日志应只有一张 event 表", file=path))
    pages, size = (connection.execute(f"pragma {fact}").fetchone()[0] for fact in ("page_count", "page_size"))
    if path.stat().st_size != pages * size or connection.execute("pragma integrity_check").fetchall() != [("ok",)]:
        raise _damaged(path)


def _rows(connection: sqlite3.Connection) -> tuple[Row, ...]:
    return tuple(Row(*found) for found in connection.execute(f"select {COLUMNS} from event order by seq"))


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """SQLite's errors as JournalErrors."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: sqlite3.Error) -> JournalError:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY:
            return JournalError(say("另一个程序正在写这份日志：{file}", file=path))
        case sqlite3.SQLITE_NOTADB:
            return JournalError(say("{file} 不是开标日志", file=path))
        case sqlite3.SQLITE_CORRUPT:
            return _damaged(path)
        case sqlite3.SQLITE_FULL:
            return JournalError(say("磁盘已满，这一步没有记入日志：{file}", file=path))
        case 0 if isinstance(error, sqlite3.OperationalError):
            return _damaged(path)
    return JournalError(say("日志读写失败：{file}（{reason}）", file=path, reason=error))


def _damaged(path: Path) -> JournalError:
    return JournalError(say("{file} 已损坏或不完整", file=path))
