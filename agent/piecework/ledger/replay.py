"""Everything derived, computed again from the history alone: to compare it, or to put it in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from piecework.ledger import book, sums
from piecework.ledger.attempts import Attempt, derive
from piecework.ledger.compare import (
    Differences,
    compare_attempt,
    compare_lines,
    compare_rest,
    compare_statements,
    compare_sums,
    compare_time,
    count,
)
from piecework.store import timebody, timelog, timesums
from piecework.store.events import events

if TYPE_CHECKING:
    import sqlite3

    from piecework.ledger.step import StepRow

Progress = Callable[[int, int], None]
"""Told (done, of) every now and then, counted in attempts, and at the end (of, of)."""

_EVERY: Final = 1_000
_CACHE_KB: Final = 64 << 10
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
    for steps, attempt in _attempts(conn, progress):
        sums.add_up(attempt.lines, into=totals)
        lines += len(attempt.lines)
        compare_attempt(conn, attempt, [step.seq for step in steps], found)
    read = book.readings(conn)
    for row in book.money_rows(conn):
        wanted = read.lines(row)
        sums.add_up(wanted, into=totals)
        lines += len(wanted)
        compare_lines(wanted, book.lines_of(conn, [row.seq]), found)
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
    """Lets SQLite hold more of the file while all of it is gone through in no order of its own."""
    before = conn.execute("PRAGMA cache_size").fetchone()[0]
    conn.execute(f"PRAGMA cache_size = {-_CACHE_KB}")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA cache_size = {int(before)}")


def _rebuild(conn: sqlite3.Connection, progress: Progress | None) -> None:
    for table in _DERIVED:
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
    totals: sums.Totals = {}
    some: list[Attempt] = []
    for _, attempt in _attempts(conn, progress):
        sums.add_up(attempt.lines, into=totals)
        some.append(attempt)
        if len(some) == _EVERY:
            _write(conn, some)
    _write(conn, some)
    read = book.readings(conn)
    for row in list(book.money_rows(conn)):
        lines = read.lines(row)
        sums.add_up(lines, into=totals)
        book.write_lines(conn, lines)
    sums.change(conn, totals)
    for row in list(book.statement_events(conn)):
        book.write_statements(conn, read.totals(row))
    timelog.rebuild_time(conn, events(conn, kinds=timebody.KINDS))


def _write(conn: sqlite3.Connection, some: list[Attempt]) -> None:
    """Puts attempts in place together, lines in the order of their table, and forgets them."""
    book.write_attempts(conn, some)
    book.write_lines(conn, sorted(line for attempt in some for line in attempt.lines))
    some.clear()


def _attempts(conn: sqlite3.Connection, progress: Progress | None) -> Iterator[tuple[list[StepRow], Attempt]]:
    """Every attempt with its events, telling how far it is."""
    of = conn.execute("SELECT count(DISTINCT assignment) FROM event WHERE assignment <> ''").fetchone()[0]
    for done, (_, group) in enumerate(groupby(book.all_steps(conn), key=lambda row: row.assignment), start=1):
        rows = list(group)
        yield rows, derive(rows)
        if progress is not None and done % _EVERY == 0:
            progress(done, of)
    if progress is not None:
        progress(of, of)
