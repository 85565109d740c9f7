"""What the books hold against what the history says they must, table by table, without holding either whole."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from piecework.ledger import book, sums
from piecework.ledger.attempts import AttemptRow
from piecework.protocol.kinds import Kind
from piecework.store import timelog, timesums
from piecework.store.events import EventRow, events
from piecework.store.timebody import KINDS, read_edit, read_interval, values

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
_STORED_INTERVAL: Final = "SELECT * FROM interval WHERE id = ?"


class Differences:
    """The first `MOST` differences, and how many more there were."""

    def __init__(self) -> None:
        self.listed: list[Difference] = []
        self.more = 0

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


def compare_attempt(conn: sqlite3.Connection, attempt: Attempt, seqs: Sequence[int], found: Differences) -> None:
    """One attempt's row and lines; `seqs` are the places of its events."""
    compare_lines(attempt.lines, book.lines_of(conn, seqs), found)
    row = conn.execute("SELECT * FROM assignment WHERE id = ?", (attempt.id,)).fetchone()
    stored = None if row is None else AttemptRow(*row)
    if stored != attempt.row:
        found.add("assignment", attempt.id, attempt.row and attempt.row._asdict(), stored and stored._asdict())


def compare_lines(wanted: list[Line], stored: list[Line], found: Differences) -> None:
    """The lines of one event or attempt."""
    if set(wanted) != set(stored):
        ours, theirs = ({(line.txn, line.line): line for line in some} for some in (wanted, stored))
        found.compare("posting", ours, theirs)


def compare_sums(conn: sqlite3.Connection, totals: sums.Totals, found: Differences) -> None:
    """Every table of sums against what all lines add up to."""
    for table in sums.TABLES:
        found.compare(table, sums.rows_of(table, totals), sums.stored(conn, table))


def compare_statements(conn: sqlite3.Connection, read: Readings, found: Differences) -> None:
    """Table statement against the statements of the history."""
    count = 0
    for step in book.statement_events(conn):
        wanted = {row[:5]: row for row in read.totals(step)}
        count += len(wanted)
        rows = conn.execute(
            "SELECT * FROM statement WHERE platform = ? AND account = ? AND event_seq = ?",
            (step.platform, step.account, step.seq),
        )
        found.compare("statement", wanted, {tuple(row)[:5]: tuple(row) for row in rows})
    _same_count(conn, "statement", count, found)


def compare_time(conn: sqlite3.Connection, found: Differences) -> None:
    """Intervals and their sums. Only those that others replaced or corrected are held in memory."""
    touched = _touched(conn)
    wanted, before = timelog.replay_time(row for row in events(conn, kinds=KINDS) if _involved(row, touched))
    count = len(wanted)
    for row in events(conn, kinds=(Kind.INTERVAL,)):
        if _involved(row, touched) or (body := read_interval(row)).end_us <= body.start_us:
            continue
        count += 1
        stored = conn.execute(_STORED_INTERVAL, (row.id,)).fetchone()
        if stored is None or tuple(stored) != values(row, body):
            found.add("interval", row.id, values(row, body), stored and tuple(stored))
    rows = {own: conn.execute(_STORED_INTERVAL, (own,)).fetchone() for own in touched | set(wanted)}
    found.compare("interval", wanted, {own: tuple(row) for own, row in rows.items() if row is not None})
    _same_count(conn, "interval", count, found)
    found.compare(
        "interval_before", before, {row[0]: tuple(row) for row in conn.execute("SELECT * FROM interval_before")}
    )
    for table in timesums.TABLES:
        found.compare(table, timesums.wanted_sums(conn, table), timesums.stored_sums(conn, table))


def _touched(conn: sqlite3.Connection) -> set[str]:
    """Ids of intervals that a later event took away or put in place."""
    found: set[str] = set()
    for row in events(conn, kinds=KINDS):
        if row.kind == Kind.INTERVAL:
            found.update(read_interval(row).replaces)
        elif row.kind == Kind.EDIT and (edit := read_edit(row)) is not None:
            found.update(edit.gone, (put.id for put in edit.put))
    return found


def _involved(row: EventRow, touched: set[str]) -> bool:
    return row.kind != Kind.INTERVAL or row.id in touched or bool(read_interval(row).replaces)


def compare_rest(conn: sqlite3.Connection, lines: int, found: Differences) -> None:
    """What no comparison by key can see: rows nothing stands behind, transactions that do not add up, floats."""
    for key, table, reason in _orphans(conn):
        found.add(table, key, None, reason)
    _same_count(conn, "posting", lines, found)
    for txn, currency, micro in conn.execute(
        "SELECT txn, currency, sum(micro) FROM posting GROUP BY txn, currency HAVING sum(micro) <> 0"
    ):
        found.add("posting", f"{txn} {currency}", 0, micro)
    for table, columns in _MONEY.items():
        for column in columns:
            wrong = conn.execute(
                f"SELECT count(*) FROM {table} WHERE typeof({column}) NOT IN ('integer', 'null')"  # noqa: S608 - names of our own tables
            ).fetchone()[0]
            if wrong:
                found.add(table, column, "integer", f"{wrong} rows of another type")


def _orphans(conn: sqlite3.Connection) -> Iterator[tuple[object, str, str]]:
    for table, column, key in (("posting", "event_seq", "seq"), ("assignment", "id", "assignment")):
        partial = "AND event.assignment <> ''" if key == "assignment" else ""
        for (one,) in conn.execute(
            f"SELECT DISTINCT {column} FROM {table} WHERE NOT EXISTS "  # noqa: S608 - names of our own tables
            f"(SELECT 1 FROM event WHERE event.{key} = {table}.{column} {partial})"
        ):
            yield one, table, "a row without an event"


def _same_count(conn: sqlite3.Connection, table: str, wanted: int, found: Differences) -> None:
    """Rows under keys that nobody asked for are too many; where a difference is named already, that says enough."""
    stored = count(conn, table)
    if stored != wanted and not any(one["what"] == table for one in found.listed):
        found.add(table, "rows", wanted, stored)


def count(conn: sqlite3.Connection, table: str) -> int:
    """How many rows a table has."""
    return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of our own tables
