"""Reading what can still be read of a damaged file, row by row, past the pages that are gone."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FARTHEST = 2**62
NO_COPY = frozenset({"raw", "refused", "look_part", "beat"})
"""Tables whose rows of an older copy would come twice, or be of no use any more."""


class Saved(NamedTuple):
    """Rows taken over from one table, and whether some of it could not be read."""

    rows: int
    damaged: bool


def tables(conn: sqlite3.Connection) -> list[str]:
    """Our tables, parents before those that refer to them."""
    names = [
        str(row[0])
        for row in conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_*' "
            "ORDER BY rowid"
        )
    ]
    parents = {name: [str(row[2]) for row in conn.execute(f"PRAGMA foreign_key_list({name})")] for name in names}
    return sorted(names, key=lambda name: len(parents[name]))


def take_over(source: sqlite3.Connection, target: sqlite3.Connection, *, copy: bool = False) -> dict[str, Saved]:
    """Puts every readable row of `source` into the tables `target` has; rows that are there already stay.

    `copy`: the source is an older copy, whose passing rows are left out. `source` reads text as it is, even broken.
    """
    source.text_factory = lambda raw: raw.decode("utf-8", "replace")
    found: dict[str, Saved] = {}
    for table in tables(target):
        if copy and table in NO_COPY:
            continue
        found[table] = _take_table(source, target, table)
    return found


def _take_table(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> Saved:
    columns = [str(row[1]) for row in target.execute(f"PRAGMA table_info({table})")]
    try:
        there = {str(row[1]) for row in source.execute(f"PRAGMA table_info({table})")}
    except sqlite3.DatabaseError:
        return Saved(0, damaged=True)
    names = ", ".join(name for name in columns if name in there)
    if not names:
        return Saved(0, damaged=False)
    marks = ", ".join("?" for name in columns if name in there)
    insert = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own schema
    reader = _Reader(source, table, names, plain=_has_rowid(target, table))
    rows = sum(_insert(target, insert, row) for row in reader)
    return Saved(rows, reader.damaged)


def _insert(target: sqlite3.Connection, insert: str, row: tuple[Any, ...]) -> int:
    try:
        return target.execute(insert, row).rowcount
    except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError):
        # A row whose values no longer fit the table is damaged itself.
        return 0


def _has_rowid(conn: sqlite3.Connection, table: str) -> bool:
    try:
        conn.execute(f"SELECT rowid FROM {table} LIMIT 0")  # noqa: S608 - names of our own schema
    except sqlite3.OperationalError:
        return False
    return True


class _Reader:
    """Rows of a table: in order until a page can't be read, then on behind it (or, without rowids, from the end)."""

    def __init__(self, conn: sqlite3.Connection, table: str, names: str, *, plain: bool) -> None:
        self.damaged = False
        self._conn = conn
        self._table = table
        self._names = names
        self._plain = plain

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._by_rowid() if self._plain else self._from_both_ends()

    def _by_rowid(self) -> Iterator[tuple[Any, ...]]:
        query = f"SELECT rowid, {self._names} FROM {self._table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid"  # noqa: S608 - names of our own schema
        start: int | None = -FARTHEST
        while start is not None:
            last = start - 1
            try:
                for row in self._conn.execute(query, (start,)):
                    last = int(row[0])
                    yield tuple(row)[1:]
            except sqlite3.DatabaseError:
                self.damaged = True
                start = self._behind(last)
            else:
                start = None

    def _behind(self, last: int) -> int | None:
        """The first rowid behind the damage that follows `last`; None where nothing more can be read."""
        low, step = max(last, 0) + 1, 1
        while not self._readable(low + step):
            if step > FARTHEST // 2:
                return None
            step *= 2
        bad, good = low + step // 2, low + step
        while good - bad > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if self._readable(middle) else (good, middle)
        return good

    def _readable(self, rowid: int) -> bool:
        """Whether there is a row at or behind `rowid` that can be read."""
        query = f"SELECT rowid, {self._names} FROM {self._table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid LIMIT 1"  # noqa: S608 - names of our own schema
        try:
            return self._conn.execute(query, (rowid,)).fetchone() is not None
        except sqlite3.DatabaseError:
            return False

    def _from_both_ends(self) -> Iterator[tuple[Any, ...]]:
        keys = [
            str(row[1])
            for row in sorted(self._conn.execute(f"PRAGMA table_info({self._table})"), key=lambda row: int(row[5]))
            if row[5]
        ]
        for direction in ("ASC", "DESC"):
            order = ", ".join(f"{key} {direction}" for key in keys)
            try:
                for row in self._conn.execute(f"SELECT {self._names} FROM {self._table} ORDER BY {order}"):  # noqa: S608 - names of our own schema
                    yield tuple(row)
            except sqlite3.DatabaseError:
                self.damaged = True
            if not self.damaged:
                return
