"""Tables of time against what the history says they must hold: most intervals one by one, few of them in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.ledger.compare import same_count
from piecework.protocol.kinds import Kind
from piecework.store import timelog, timesums
from piecework.store.timebody import COLUMNS, read_edit, read_interval, values
from piecework.store.timerows import TimeRow, beside, odd_rows, rows_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from piecework.ledger.compare import Differences
    from piecework.store.timebody import Values


def compare_time(conn: sqlite3.Connection, found: Differences) -> None:
    """Intervals and their sums. Only those that others replaced or corrected are held in memory."""
    involved = _involved(conn)
    apart = {row.id for row in involved}
    wanted, before = timelog.replay_time(involved)
    count = len(wanted)
    for row, stored in beside(conn):
        if row.id in apart or (body := read_interval(row)).end_us <= body.start_us:
            continue
        count += 1
        expected = values(row, body)
        if stored != expected:
            found.add("interval", row.id, expected, stored)
    found.compare("interval", wanted, _stored(conn, apart | set(wanted)))
    same_count(conn, "interval", count, found)
    found.compare(
        "interval_before", before, {row[0]: tuple(row) for row in conn.execute("SELECT * FROM interval_before")}
    )
    for table in timesums.TABLES:
        found.compare(table, timesums.wanted_sums(conn, table), timesums.stored_sums(conn, table))


def _involved(conn: sqlite3.Connection) -> list[TimeRow]:
    """Events that take intervals away or put others in place, and those of the intervals they name; in order."""
    odd = {row.id: row for row in odd_rows(conn)}
    named: set[str] = set()
    for row in odd.values():
        if row.kind == Kind.INTERVAL:
            named.update(read_interval(row).replaces)
        elif row.kind == Kind.EDIT and (edit := read_edit(row)) is not None:
            named.update(edit.gone, (put.id for put in edit.put))
    return sorted([*odd.values(), *rows_of(conn, named - set(odd))])


def _stored(conn: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Values]:
    found = {}
    for own in ids:
        row = conn.execute(f"SELECT {COLUMNS} FROM interval WHERE id = ?", (own,)).fetchone()  # noqa: S608 - fixed names
        if row is not None:
            found[own] = tuple(row)
    return found
