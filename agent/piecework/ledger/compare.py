"""What the books hold against what the history says they must, table by table, without holding either whole."""

from __future__ import annotations

from collections import Counter
from heapq import merge
from itertools import chain, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from piecework.ledger import book, sums
from piecework.ledger.attempts import AttemptRow
from piecework.ledger.book import as_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from piecework.ledger.attempts import Attempt
    from piecework.ledger.postings import Line
    from piecework.ledger.single import Readings

Difference = dict[str, Any]
"""`what` (the table), `key`, `expected` (from the history), `found` (in the table)."""

MOST: Final = 1_000
"""Differences that are listed; more are only counted."""
_MONEY: Final = {
    "posting": ("micro",),
    "sum_day": ("micro", "n"),
    "sum_month": ("micro", "n"),
    "sum_site_day": ("micro", "n"),
    "assignment": ("pay_micro", "bonus_micro"),
    "statement": ("micro",),
}
_ATTEMPTS: Final = "SELECT * FROM assignment WHERE id IN (SELECT value FROM json_each(?))"
_LINES: Final = "SELECT * FROM posting WHERE event_seq IN (SELECT value FROM json_each(?))"
_ODD: Final = "SELECT txn FROM posting GROUP BY txn HAVING sum(micro) <> 0 OR min(currency) <> max(currency)"
_BY_CURRENCY: Final = "SELECT currency, sum(micro) FROM posting WHERE txn = ? GROUP BY currency HAVING sum(micro) <> 0"
_FIRST: Final = itemgetter(0)


class Differences:
    """The first `MOST` differences, how many more there were, and how many rows of a table were looked at."""

    def __init__(self) -> None:
        self.listed: list[Difference] = []
        self.more = 0
        self.seen: Counter[str] = Counter()

    def add(self, what: str, key: object, expected: object, found: object) -> None:
        """Notes one."""
        if len(self.listed) >= MOST:
            self.more += 1
            return
        text = "|".join(map(str, key)) if isinstance(key, tuple) else str(key)
        self.listed.append({"what": what, "key": text, "expected": expected, "found": found})

    def compare(self, what: str, wanted: Mapping[Any, Any], stored: Mapping[Any, Any]) -> None:
        """Notes each key whose value differs."""
        for key in chain(wanted, (key for key in stored if key not in wanted)):
            if wanted.get(key) != stored.get(key):
                self.add(what, key, wanted.get(key), stored.get(key))


def compare_attempts(
    conn: sqlite3.Connection, attempts: Sequence[Attempt], seqs: Sequence[int], found: Differences
) -> None:
    """The rows and lines of some attempts; `seqs` are the places of their events."""
    compare_lines(conn, [line for attempt in attempts for line in attempt.lines], seqs, found)
    wanted = {attempt.row.id: attempt.row for attempt in attempts if attempt.row is not None}
    ids = as_json([attempt.id for attempt in attempts])
    stored = {row[0]: AttemptRow._make(row) for row in _plain(conn, _ATTEMPTS, ids)}
    found.seen["assignment"] += len(stored)
    if wanted != stored:
        named = ({own: row._asdict() for own, row in some.items()} for some in (wanted, stored))
        found.compare("assignment", *named)


def compare_lines(conn: sqlite3.Connection, wanted: Sequence[Line], seqs: Sequence[int], found: Differences) -> None:
    """The lines of some events, which `seqs` are the places of."""
    stored = _plain(conn, _LINES, as_json(seqs)).fetchall()
    found.seen["posting"] += len(stored)
    if set(wanted) != set(stored):
        ours, theirs = ({line[:2]: tuple(line) for line in some} for some in (wanted, stored))
        found.compare("posting", ours, theirs)


def compare_sums(conn: sqlite3.Connection, totals: sums.Totals, found: Differences) -> None:
    """Every table of sums against what all lines add up to."""
    for table in sums.TABLES:
        wanted = sums.rows_of(table, totals)
        for key, value in sums.stored(conn, table):
            expected = wanted.pop(key, None)
            if expected != value:
                found.add(table, key, expected, value)
        for key, value in wanted.items():
            found.add(table, key, value, None)


def compare_statements(conn: sqlite3.Connection, read: Readings, found: Differences) -> None:
    """Table statement against the statements of the history, both in the order of their events."""
    wanted = ((step.seq, 0, read.totals(step)) for step in book.statement_events(conn))
    by_event = groupby(_plain(conn, "SELECT * FROM statement ORDER BY event_seq"), key=_FIRST)
    stored = ((seq, 1, list(rows)) for seq, rows in by_event)
    for _, both in groupby(merge(wanted, stored, key=_FIRST), key=_FIRST):
        sides: tuple[dict[Any, Any], dict[Any, Any]] = ({}, {})
        for _, side, rows in both:
            sides[side].update((row[:5], row) for row in rows)
        found.compare("statement", *sides)


def compare_rest(conn: sqlite3.Connection, lines: int, found: Differences) -> None:
    """What no comparison by key can see: rows nothing stands behind, transactions that do not add up, floats.

    `lines`: how many there have to be.
    """
    for key, table, reason in _orphans(conn, found):
        found.add(table, key, None, reason)
    same_count(conn, "posting", lines, found)
    for txn, currency, micro in _unbalanced(conn):
        found.add("posting", f"{txn} {currency}", 0, micro)
    for table, columns in _MONEY.items():
        wrongs = ", ".join(f"count(*) FILTER (WHERE typeof({one}) NOT IN ('integer', 'null'))" for one in columns)
        for column, wrong in zip(columns, conn.execute(f"SELECT {wrongs} FROM {table}").fetchone(), strict=True):  # noqa: S608 - names of our own tables
            if wrong:
                found.add(table, column, "integer", f"{wrong} rows of another type")


def _unbalanced(conn: sqlite3.Connection) -> Iterator[tuple[str, str, int]]:
    """Transactions whose lines do not add up to zero, by currency. In the order of the table: nothing is sorted."""
    for (txn,) in conn.execute(_ODD):
        for currency, micro in conn.execute(_BY_CURRENCY, (txn,)):
            yield txn, currency, micro


def _orphans(conn: sqlite3.Connection, found: Differences) -> Iterator[tuple[object, str, str]]:
    """Rows without an event; looked for only where a table has more of them than were looked at."""
    for table, column, key in (("posting", "event_seq", "seq"), ("assignment", "id", "assignment")):
        if count(conn, table) == found.seen[table]:
            continue
        partial = "AND event.assignment <> ''" if key == "assignment" else ""
        for (one,) in conn.execute(
            f"SELECT DISTINCT {column} FROM {table} WHERE NOT EXISTS "  # noqa: S608 - names of our own tables
            f"(SELECT 1 FROM event WHERE event.{key} = {table}.{column} {partial})"
        ):
            yield one, table, "a row without an event"


def _plain(conn: sqlite3.Connection, sql: str, *values: object) -> sqlite3.Cursor:
    """Rows as tuples, without names."""
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values)


def same_count(conn: sqlite3.Connection, table: str, wanted: int, found: Differences) -> None:
    """Rows under keys that nobody asked for are too many; where a difference is named already, that says enough."""
    stored = count(conn, table)
    if stored != wanted and not any(one["what"] == table for one in found.listed):
        found.add(table, "rows", wanted, stored)


def count(conn: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of our own tables
