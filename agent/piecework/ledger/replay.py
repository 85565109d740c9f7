"""Everything derived, computed again from the history alone: to compare it, or to put it in place."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from piecework.ledger import book, sums
from piecework.ledger.attempts import Attempt, AttemptRow, StepRow, derive
from piecework.protocol.kinds import Kind
from piecework.store import timelog
from piecework.store.events import events

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from piecework.ledger.postings import Line

Difference = dict[str, Any]
"""`what` (the table), `key`, `expected` (from the history), `found` (in the table)."""

MOST: Final = 1_000
"""Differences that are listed; more are only counted."""
_EVERY: Final = 1_000
_DERIVED: Final = ("assignment", "posting", "sum_day", "sum_month", "statement", "interval", "sum_time_day")
_MONEY: Final = {
    "posting": ("micro",),
    "sum_day": ("micro", "n"),
    "sum_month": ("micro", "n"),
    "assignment": ("pay_micro", "bonus_micro"),
    "statement": ("micro",),
}


def verify(conn: sqlite3.Connection) -> dict[str, Any]:
    """Replays the history and compares: `{"events", "postings", "differences": [...]}`. Changes nothing.

    Compared are attempts, postings, both sums, statements, intervals and their sums; checked are that every
    transaction adds up to zero per currency, and that no amount anywhere is a float. All of it is read from one
    moment of the store, whatever is written meanwhile.
    """
    if conn.in_transaction:
        return _verify(conn)
    conn.execute("BEGIN")
    try:
        return _verify(conn)
    finally:
        conn.execute("ROLLBACK")


def _verify(conn: sqlite3.Connection) -> dict[str, Any]:
    found: list[Difference] = []
    totals: sums.Totals = {}
    for attempt in _attempts(conn):
        sums.add_up(attempt.lines, into=totals)
        found += _compare_attempt(conn, attempt)
    for row, lines in _money(conn):
        sums.add_up(lines, into=totals)
        found += _compare_lines(lines, book.lines_of(conn, [row.seq]))
    for table, wanted in (("sum_day", totals), ("sum_month", sums.by_month(totals))):
        found += _compare(table, sums.without_nothing(wanted), sums.stored(conn, table))
    found += [*_compare_statements(conn), *_compare_time(conn), *_orphans(conn), *_unbalanced(conn), *_floats(conn)]
    return {
        "events": _count(conn, "event"),
        "postings": _count(conn, "posting"),
        "differences": found[:MOST],
        **({"more": len(found) - MOST} if len(found) > MOST else {}),
    }


def rebuild(conn: sqlite3.Connection, progress: Callable[[int, int], None] | None = None) -> None:
    """Drops everything derived and computes it anew in the open transaction.

    `progress(done, of)` is told attempts every now and then, and at the end.
    """
    for table in _DERIVED:
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
    of = conn.execute("SELECT count(DISTINCT assignment) FROM event WHERE assignment <> ''").fetchone()[0]
    done = 0
    totals: sums.Totals = {}
    for done, attempt in enumerate(_attempts(conn), start=1):
        sums.add_up(attempt.lines, into=totals)
        book.write_attempt(conn, attempt.row)
        book.write_lines(conn, attempt.lines)
        if progress is not None and done % _EVERY == 0:
            progress(done, of)
    for _, lines in list(_money(conn)):
        sums.add_up(lines, into=totals)
        book.write_lines(conn, lines)
    sums.change(conn, totals)
    for row in book.statements(conn):
        book.write_statement(conn, row)
    timelog.rebuild_time(conn, events(conn, kinds=(Kind.INTERVAL,)))
    if progress is not None:
        progress(done, done)


def _attempts(conn: sqlite3.Connection) -> Iterator[Attempt]:
    for _, rows in groupby(book.all_steps(conn), key=lambda row: row.assignment):
        yield derive(list(rows))


def _money(conn: sqlite3.Connection) -> Iterator[tuple[StepRow, list[Line]]]:
    for row in book.money_rows(conn):
        yield row, book.money_lines(row)


def _compare_attempt(conn: sqlite3.Connection, attempt: Attempt) -> Iterator[Difference]:
    seqs = [
        seq
        for (seq,) in conn.execute("SELECT seq FROM event WHERE assignment = ? AND assignment <> ''", (attempt.row.id,))
    ]
    yield from _compare_lines(attempt.lines, book.lines_of(conn, seqs))
    row = conn.execute("SELECT * FROM assignment WHERE id = ?", (attempt.row.id,)).fetchone()
    stored = None if row is None else AttemptRow(*row)
    if stored != attempt.row:
        yield _difference("assignment", attempt.row.id, attempt.row._asdict(), stored and stored._asdict())


def _compare_lines(wanted: Iterable[Line], stored: Iterable[Line]) -> list[Difference]:
    return _compare(
        "posting", {(line.txn, line.line): line for line in wanted}, {(line.txn, line.line): line for line in stored}
    )


def _compare_statements(conn: sqlite3.Connection) -> list[Difference]:
    wanted = {(row[1], row[2], row[3], row[4], row[0]): row for row in book.statements(conn)}
    stored = {(row[1], row[2], row[3], row[4], row[0]): tuple(row) for row in conn.execute("SELECT * FROM statement")}
    return _compare("statement", wanted, stored)


def _compare_time(conn: sqlite3.Connection) -> list[Difference]:
    wanted = timelog.interval_rows(events(conn, kinds=(Kind.INTERVAL,)))
    stored = {str(row[0]): tuple(row) for row in conn.execute("SELECT * FROM interval")}
    sums_stored = {
        (day, platform, account, kind): us
        for day, platform, account, kind, us in conn.execute("SELECT * FROM sum_time_day")
    }
    return [
        *_compare("interval", wanted, stored),
        *_compare("sum_time_day", timelog.wall_sums(conn), sums_stored),
    ]


def _orphans(conn: sqlite3.Connection) -> Iterator[Difference]:
    """Rows no event stands behind."""
    for table, column, key in (("posting", "event_seq", "seq"), ("assignment", "id", "assignment")):
        partial = "AND event.assignment <> ''" if key == "assignment" else ""
        for (found,) in conn.execute(
            f"SELECT DISTINCT {column} FROM {table} WHERE NOT EXISTS "  # noqa: S608 - names of our own tables
            f"(SELECT 1 FROM event WHERE event.{key} = {table}.{column} {partial})"
        ):
            yield _difference(table, found, None, "a row without an event")


def _unbalanced(conn: sqlite3.Connection) -> Iterator[Difference]:
    for txn, currency, micro in conn.execute(
        "SELECT txn, currency, sum(micro) FROM posting GROUP BY txn, currency HAVING sum(micro) <> 0"
    ):
        yield _difference("posting", f"{txn} {currency}", 0, micro)


def _floats(conn: sqlite3.Connection) -> Iterator[Difference]:
    for table, columns in _MONEY.items():
        for column in columns:
            wrong = conn.execute(
                f"SELECT count(*) FROM {table} WHERE typeof({column}) NOT IN ('integer', 'null')"  # noqa: S608 - the same
            ).fetchone()[0]
            if wrong:
                yield _difference(table, column, "integer", f"{wrong} rows of another type")


def _compare(what: str, wanted: dict[Any, Any], stored: dict[Any, Any]) -> list[Difference]:
    keys = [*wanted, *(key for key in stored if key not in wanted)]
    return [
        _difference(what, key, wanted.get(key), stored.get(key)) for key in keys if wanted.get(key) != stored.get(key)
    ]


def _difference(what: str, key: object, expected: object, found: object) -> Difference:
    text = "|".join(map(str, key)) if isinstance(key, tuple) else str(key)
    return {"what": what, "key": text, "expected": expected, "found": found}


def _count(conn: sqlite3.Connection, table: str) -> int:
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of our own tables
