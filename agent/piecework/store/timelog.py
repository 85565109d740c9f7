"""Tables `interval` and `sum_time_day`: what the `interval` events of the history say. Pure SQL, no judgement.

An interval event's body is an `IntervalBody`. A later event may replace earlier ones of its session, as happens
when beats arrive after their time; both stay in the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from piecework.store.events import EventRow

Key = tuple[str, str, str, str]
"""(day, platform, account, kind) of a row of sum_time_day."""
Ids = list[str]


class IntervalBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an `interval` event says: [start_us, end_us) lies within one local day. Empty = only takes back.

    `replaces`: ids of interval events that no longer count.
    """

    session: str
    start_us: int
    end_us: int
    active_us: int
    kind: str = "work"
    replaces: Ids = []


_decoder = msgspec.json.Decoder(IntervalBody)

_COLUMNS = "id, platform, account, task, assignment, session, kind, start_us, end_us, active_us, source, day_local"
_INSERT = f"INSERT INTO interval ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - fixed names

# Wall time: where intervals of one key overlap (two tabs, two browsers) the overlap counts once.
_WALL = """
SELECT day_local AS day, platform, account, kind,
  min(sum(active_us), sum(max(0, end_us - max(start_us, covered)))) AS us
FROM (
  SELECT day_local, platform, account, kind, active_us, start_us, end_us,
    coalesce(max(end_us) OVER (
      PARTITION BY day_local, platform, account, kind ORDER BY start_us, end_us
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), start_us) AS covered
  FROM interval {where}
) GROUP BY day_local, platform, account, kind HAVING us > 0
"""
_DAY_SPREAD_US = 2 * 86_400_000_000
_WALL_OF_KEY = _WALL.format(
    where="WHERE day_local = ? AND platform = ? AND account = ? AND kind = ? AND start_us BETWEEN ? AND ?"
)
_WALL_OF_ALL = _WALL.format(where="")


def book_interval(conn: sqlite3.Connection, row: EventRow) -> None:
    """Applies one `interval` event that has just been written: its row, what it replaces, the sums of the days."""
    touched = _apply(conn, row)
    for key, near_us in touched.items():
        _sum_up(conn, key, near_us)


def rebuild_time(conn: sqlite3.Connection, rows: Iterable[EventRow]) -> None:
    """Makes both tables anew from all `interval` events in the order of the history."""
    conn.execute("DELETE FROM interval")
    conn.execute("DELETE FROM sum_time_day")
    for row in rows:
        _apply(conn, row)
    conn.execute(f"INSERT INTO sum_time_day (day, platform, account, kind, active_us) {_WALL_OF_ALL}")


def wall_sums(conn: sqlite3.Connection) -> dict[Key, int]:
    """What sum_time_day has to hold according to table interval, in µs."""
    return {(day, platform, account, kind): us for day, platform, account, kind, us in conn.execute(_WALL_OF_ALL)}


def interval_rows(rows: Iterable[EventRow]) -> dict[str, tuple[object, ...]]:
    """What table interval has to hold according to the history: rows by id, columns in the table's order."""
    found: dict[str, tuple[object, ...]] = {}
    for row in rows:
        body = _decoder.decode(row.body)
        for gone in body.replaces:
            found.pop(gone, None)
        if body.end_us > body.start_us:
            found[row.id] = _values(row, body)
    return found


def _apply(conn: sqlite3.Connection, row: EventRow) -> dict[Key, int]:
    body = _decoder.decode(row.body)
    touched: dict[Key, int] = {}
    for gone in body.replaces:
        old = conn.execute(
            "DELETE FROM interval WHERE id = ? RETURNING day_local, platform, account, kind, start_us", (gone,)
        ).fetchone()
        if old is not None:
            touched[old[0], old[1], old[2], old[3]] = old[4]
    if body.end_us > body.start_us:
        conn.execute(_INSERT, _values(row, body))
        touched[row.day_local, row.platform, row.account, body.kind] = body.start_us
    return touched


def _values(row: EventRow, body: IntervalBody) -> tuple[object, ...]:
    who = (row.id, row.platform, row.account, row.task, row.assignment, body.session, body.kind)
    return (*who, body.start_us, body.end_us, body.active_us, row.source, row.day_local)


def _sum_up(conn: sqlite3.Connection, key: Key, near_us: int) -> None:
    conn.execute("DELETE FROM sum_time_day WHERE day = ? AND platform = ? AND account = ? AND kind = ?", key)
    conn.execute(
        f"INSERT INTO sum_time_day (day, platform, account, kind, active_us) {_WALL_OF_KEY}",
        (*key, near_us - _DAY_SPREAD_US, near_us + _DAY_SPREAD_US),
    )
