"""Everything derived, computed again from the history alone: to compare it, or to put it in place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from piecework.ledger import book, sums
from piecework.ledger.compare import (
    Differences,
    compare_attempts,
    compare_lines,
    compare_rest,
    compare_statements,
    compare_sums,
    count,
)
from piecework.ledger.compare_time import compare_time
from piecework.ledger.shapes import Shapes
from piecework.store import timelog, timesums
from piecework.store.indexes import without_indexes
from piecework.store.timerows import time_rows

if TYPE_CHECKING:
    from piecework.ledger.attempts import Attempt

Progress = Callable[[int, int], None]
"""Told (done, of) every now and then, counted in attempts; (of, of) when all were gone through."""

_AT_ONCE: Final = 1_000
"""Attempts that are looked at together."""
_CACHE_KB: Final = 32 << 10
_ON_DISK: Final = 1
_HOW_MANY: Final = "SELECT count(*) FROM (SELECT 1 FROM event WHERE assignment <> '' GROUP BY assignment)"
_TIME: Final = ("interval", "interval_before", *timesums.TABLES)
_DERIVED: Final = ("assignment", "posting", *sums.TABLES, "statement", *_TIME)


def verify(conn: sqlite3.Connection, progress: Progress | None = None) -> dict[str, Any]:
    """Replays the history and compares: `{"events", "postings", "differences": [...]}`. Changes nothing.

    Compared are attempts, postings, the sums, statements, intervals and their sums; checked are that every
    transaction adds up to zero per currency, and that no amount anywhere is a float. All of it is read from one
    moment of the store, whatever is written meanwhile.
    """
    with _room(conn):
        if conn.in_transaction:
            return _verify(conn, progress)
        conn.execute("BEGIN")
        try:
            return _verify(conn, progress)
        finally:
            conn.execute("ROLLBACK")


def _verify(conn: sqlite3.Connection, progress: Progress | None) -> dict[str, Any]:
    found = Differences()
    totals: sums.Totals = {}
    lines = 0
    for attempts, seqs in _attempts(conn, progress):
        lines += _add_up(attempts, totals)
        compare_attempts(conn, attempts, seqs, found)
    read = book.readings(conn)
    for row in book.money_rows(conn):
        wanted = read.lines(row)
        sums.add_up(wanted, into=totals)
        lines += len(wanted)
        compare_lines(conn, wanted, [row.seq], found)
    compare_sums(conn, totals, found)
    totals.clear()
    compare_statements(conn, read, found)
    compare_time(conn, found)
    compare_rest(conn, lines, found)
    return {
        "events": count(conn, "event"),
        "postings": count(conn, "posting"),
        "differences": found.listed,
        **({"more": found.more} if found.more else {}),
    }


def rebuild(conn: sqlite3.Connection, progress: Progress | None = None) -> None:
    """Drops everything derived and computes it anew in the open transaction."""
    with _room(conn):
        _rebuild(conn, progress)


@contextmanager
def _room(conn: sqlite3.Connection) -> Iterator[None]:
    """More of the file in memory while all of it is gone through; what is sorted goes to the disk, however much."""
    before = conn.execute("PRAGMA cache_size").fetchone()[0], conn.execute("PRAGMA temp_store").fetchone()[0]
    _set_room(conn, -_CACHE_KB, _ON_DISK)
    try:
        yield
    finally:
        _set_room(conn, *before)


def _set_room(conn: sqlite3.Connection, cache: int, temp: int) -> None:
    conn.execute(f"PRAGMA cache_size = {int(cache)}")
    # Refused where the transaction has a temporary table already, as `forget` has: then what is sorted stays in memory.
    with suppress(sqlite3.OperationalError):
        conn.execute(f"PRAGMA temp_store = {int(temp)}")


def _rebuild(conn: sqlite3.Connection, progress: Progress | None) -> None:
    for table in _DERIVED:
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
    totals: sums.Totals = {}
    with without_indexes(conn, "assignment", "posting"):
        for attempts, _ in _attempts(conn, progress):
            _add_up(attempts, totals)
            book.write_attempts(conn, attempts)
            book.write_lines(conn, sorted(line for attempt in attempts for line in attempt.lines))
        read = book.readings(conn)
        for row in list(book.money_rows(conn)):
            lines = read.lines(row)
            sums.add_up(lines, into=totals)
            book.write_lines(conn, lines)
    sums.fill(conn, totals)
    totals.clear()
    for row in list(book.statement_events(conn)):
        book.write_statements(conn, read.totals(row))
    timelog.rebuild_time(conn, time_rows(conn))


def _attempts(conn: sqlite3.Connection, progress: Progress | None) -> Iterator[tuple[list[Attempt], list[int]]]:
    """Every attempt, some at a time with the places of their events, telling how far it is."""
    of = conn.execute(_HOW_MANY).fetchone()[0]
    shapes = Shapes()
    done = 0
    for some in book.batches(conn, _AT_ONCE):
        told = [rows for rows in some if rows]
        yield [shapes.derive(rows) for rows in told], [row.seq for rows in told for row in rows]
        done += len(some)
        if progress is not None:
            progress(done, of)


def _add_up(attempts: Iterable[Attempt], totals: sums.Totals) -> int:
    """Adds what attempts moved to the sums; returns how many lines that were."""
    lines = 0
    for attempt in attempts:
        sums.add_up(attempt.lines, into=totals)
        lines += len(attempt.lines)
    return lines
