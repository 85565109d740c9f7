"""Tables sum_day, sum_month and sum_site_day: what the lines add up to, kept in step with them."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Final, TypeVar

from piecework.ledger.postings import sum_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from piecework.ledger.postings import Line

K = TypeVar("K")
Key = tuple[str, str, str, str, str, str]
"""(person's day, platform's day, platform, account, currency, state)."""
Kept = tuple[str, str, str, str, str]
"""Key of a row of one of the tables, columns in the table's order."""
Totals = dict[Key, tuple[int, int]]
"""(micro-units, count) by key."""
Rows = dict[Kept, tuple[int, int]]

_ADD = (
    "INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
    "micro = micro + excluded.micro, n = n + excluded.n"
)
TABLES: Final = {
    "sum_day": ("day", "platform", "account", "currency", "state"),
    "sum_month": ("month", "platform", "account", "currency", "state"),
    "sum_site_day": ("platform", "account", "currency", "day", "state"),
}
"""Each table and the columns of its key."""


def add_up(lines: Iterable[Line], sign: int = 1, into: Totals | None = None) -> Totals:
    """Adds the flows of lines to totals by day; `sign` -1 takes them away."""
    totals: Totals = {} if into is None else into
    for line in lines:
        one = sum_of(line) if line.line == 0 else None
        if one is None:
            continue
        key = (line.day_local, line.day_platform, line.platform, line.account, one.currency, one.flow)
        before = totals.get(key)
        if before is None:
            # Each line has words of its own: those of a key that stays are kept once.
            day, site_day, platform, account, currency, flow = map(intern, key)
            totals[day, site_day, platform, account, currency, flow] = (sign * one.micro, sign * one.n)
        else:
            totals[key] = (before[0] + sign * one.micro, before[1] + sign * one.n)
    return totals


def rows_of(table: str, totals: Mapping[Key, tuple[int, int]]) -> Rows:
    """What totals come to in one of the tables."""
    found: Rows = {}
    for (day, site_day, platform, account, currency, state), (micro, n) in totals.items():
        who = (platform, account, currency)
        key: Kept = (
            (*who, site_day, state)
            if table == "sum_site_day"
            else (day[:7] if table == "sum_month" else day, *who, state)
        )
        before = found.get(key, (0, 0))
        found[key] = (before[0] + micro, before[1] + n)
    return without_nothing(found)


def without_nothing(totals: Mapping[K, tuple[int, int]]) -> dict[K, tuple[int, int]]:
    """The keys that hold anything."""
    return {key: value for key, value in totals.items() if value != (0, 0)}


def change(conn: sqlite3.Connection, totals: Mapping[Key, tuple[int, int]]) -> bool:
    """Adds to every table; a row that comes to nothing is removed. True where anything changed."""
    wanted = without_nothing(totals)
    for table, columns in TABLES.items():
        some = rows_of(table, wanted)
        if not some:
            continue
        conn.executemany(_ADD.format(table=table), [(*key, *value) for key, value in some.items()])
        where = " AND ".join(f"{column} = ?" for column in columns)
        conn.executemany(f"DELETE FROM {table} WHERE {where} AND micro = 0 AND n = 0", list(some))  # noqa: S608 - fixed names
    return bool(wanted)


def fill(conn: sqlite3.Connection, totals: Totals) -> None:
    """Writes every table, which are empty."""
    for table in TABLES:
        rows = sorted((*key, *value) for key, value in rows_of(table, totals).items())
        conn.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 - names of our own tables


def stored(conn: sqlite3.Connection, table: str) -> Iterator[tuple[Kept, tuple[int, int]]]:
    """What one of the tables holds, in the order of its key."""
    for row in conn.execute(f"SELECT * FROM {table}"):  # noqa: S608 - fixed names
        yield tuple(row[:5]), (row[5], row[6])
