"""Sums of time, derived from table `interval`: what overlaps (two tabs, two browsers) counts once.

`sum_time_day` holds each day by platform, account and kind; `sum_time_wall` holds it by platform, and altogether under
platform "", without idle time. The sums of one table can't be had by adding up the other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from piecework.now import DAY_US, to_us, utc

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

Key = tuple[str, str, str, str]
"""(day, platform, account, kind) of a row of sum_time_day."""
Keys = tuple[str, ...]
TABLES: Final = ("sum_time_day", "sum_time_wall")

# An idle interval has no active time: its sum is how long it was.
_UNION: Final = """
SELECT {shown}, min(sum(us), sum(max(0, end_us - max(start_us, covered)))) AS active_us
FROM (
  SELECT {keys}, CASE kind WHEN 'idle' THEN end_us - start_us ELSE active_us END AS us, start_us, end_us,
    coalesce(max(end_us) OVER (
      PARTITION BY {keys} ORDER BY start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), start_us) AS covered
  FROM interval WHERE {where}
) GROUP BY {keys} HAVING active_us > 0
"""
_DAY: Final = {"keys": "day_local, platform, account, kind", "shown": "day_local, platform, account, kind"}
_WALL: Final = {"keys": "day_local, platform", "shown": "day_local, platform"}
_ALL: Final = {"keys": "day_local", "shown": "day_local, ''"}
_WORKED: Final = "kind <> 'idle'"
_SUMS: Final = {
    "sum_time_day": [(_DAY, "true")],
    "sum_time_wall": [(_WALL, _WORKED), (_ALL, _WORKED)],
}
"""How the rows of each table are added up: by which columns, and which intervals count."""
_ONE_DAY: Final = "day_local = :day AND start_us BETWEEN :near - :spread AND :near + :spread"
_ONE_MONTH: Final = "day_local BETWEEN :first AND :last AND start_us BETWEEN :from AND :to"
_SPREAD_US: Final = 2 * DAY_US
"""How far from a moment of a local day its other intervals may begin, whatever the zone."""
_MONTH_US: Final = 31 * DAY_US
_OF_KEY: Final = [
    ("sum_time_day", _DAY, "platform = :platform AND account = :account AND kind = :kind"),
    ("sum_time_wall", _WALL, f"platform = :platform AND {_WORKED}"),
    ("sum_time_wall", _ALL, _WORKED),
]
"""The sums that one interval counts in."""


def sum_up(conn: sqlite3.Connection, key: Key, near_us: int) -> None:
    """Makes the sums anew that one interval of `key` counts in; `near_us` is a moment near it, µs UTC."""
    day, platform, account, kind = key
    asked = {"day": day, "platform": platform, "account": account, "kind": kind, "near": near_us, "spread": _SPREAD_US}
    conn.execute("DELETE FROM sum_time_day WHERE day = ? AND platform = ? AND account = ? AND kind = ?", key)
    conn.execute("DELETE FROM sum_time_wall WHERE day = ? AND platform IN (?, '')", (day, platform))
    for table, by, which in _OF_KEY:
        conn.execute(f"INSERT INTO {table} {_UNION.format(**by, where=f'{_ONE_DAY} AND {which}')}", asked)


def rebuild_sums(conn: sqlite3.Connection) -> None:
    """Makes both tables anew from table interval."""
    for table in TABLES:
        rows = [(*key, us) for key, us in wanted_sums(conn, table).items()]
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            conn.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - the same


def wanted_sums(conn: sqlite3.Connection, table: str) -> dict[Keys, int]:
    """What one of `TABLES` has to hold according to table interval: key to µs."""
    found: dict[Keys, int] = {}
    for by, which in _SUMS[table]:
        sql = _UNION.format(**by, where=f"{which} AND {_ONE_MONTH}")
        for span in _months(conn):
            found.update((tuple(key), us) for *key, us in conn.execute(sql, span))
    return found


def stored_sums(conn: sqlite3.Connection, table: str) -> dict[Keys, int]:
    """What one of `TABLES` holds: key to µs."""
    return {tuple(key): us for *key, us in conn.execute(f"SELECT * FROM {table}")}  # noqa: S608 - the same


def _months(conn: sqlite3.Connection) -> Iterable[dict[str, Any]]:
    """Month by month what intervals there are, to hold little of them in memory."""
    first, last = conn.execute("SELECT min(start_us), max(start_us) FROM interval").fetchone()
    if first is None:
        return
    begin, end = (utc(moment) for moment in (first - _SPREAD_US, last + _SPREAD_US))
    for number in range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month):
        year, month = number // 12, number % 12 + 1
        start_us = to_us(datetime(year, month, 1, tzinfo=UTC))
        yield {
            "first": f"{year:04}-{month:02}-01",
            "last": f"{year:04}-{month:02}-31",
            "from": start_us - _SPREAD_US,
            "to": start_us + _MONTH_US + _SPREAD_US,
        }
