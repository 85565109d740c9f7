"""Tables sum_day and sum_month: what the lines add up to, kept in step with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.ledger.postings import sum_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from piecework.ledger.postings import Line

Key = tuple[str, str, str, str, str]
"""(day, platform, account, currency, state); of a month the first part is "YYYY-MM"."""
Totals = dict[Key, tuple[int, int]]
"""(micro-units, count) by key."""

_ADD = (
    "INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
    "micro = micro + excluded.micro, n = n + excluded.n"
)
_TABLES = (("sum_day", "day"), ("sum_month", "month"))


def add_up(lines: Iterable[Line], sign: int = 1, into: Totals | None = None) -> Totals:
    """Adds the flows of lines to totals by the person's own day; `sign` -1 takes them away."""
    totals: Totals = {} if into is None else into
    for line in lines:
        one = sum_of(line)
        if one is not None:
            key = (line.day_local, line.platform, line.account, one.currency, one.flow)
            micro, n = totals.get(key, (0, 0))
            totals[key] = (micro + sign * one.micro, n + sign * one.n)
    return totals


def by_month(totals: Mapping[Key, tuple[int, int]]) -> Totals:
    """The same by month."""
    months: Totals = {}
    for (day, *rest), (micro, n) in totals.items():
        key: Key = (day[:7], *rest)  # type: ignore[assignment]
        before = months.get(key, (0, 0))
        months[key] = (before[0] + micro, before[1] + n)
    return months


def without_nothing(totals: Mapping[Key, tuple[int, int]]) -> Totals:
    """The keys that hold anything."""
    return {key: value for key, value in totals.items() if value != (0, 0)}


def change(conn: sqlite3.Connection, totals: Mapping[Key, tuple[int, int]]) -> bool:
    """Adds to both tables; a row that comes to nothing is removed. True where anything changed."""
    wanted = without_nothing(totals)
    for (table, column), some in zip(_TABLES, (wanted, without_nothing(by_month(wanted))), strict=True):
        if not some:
            continue
        conn.executemany(_ADD.format(table=table), [(*key, *value) for key, value in some.items()])
        conn.executemany(
            f"DELETE FROM {table} WHERE {column} = ? AND platform = ? AND account = ? AND currency = ? "  # noqa: S608 - fixed names
            "AND state = ? AND micro = 0 AND n = 0",
            list(some),
        )
    return bool(wanted)


def stored(conn: sqlite3.Connection, table: str) -> Totals:
    """What one of the two tables holds."""
    return {tuple(row[:5]): (row[5], row[6]) for row in conn.execute(f"SELECT * FROM {table}")}  # noqa: S608 - fixed names
