"""Filling a table that is empty: its indexes are left out until all rows are there, and then made in one pass."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_IN_MEMORY: Final = 2


@contextmanager
def without_indexes(conn: sqlite3.Connection, *tables: str) -> Iterator[None]:
    """Drops the indexes of tables, and makes them again as they were. Keys stay.

    Part of the transaction that is open: where what is done meanwhile raises, undoing that brings them back. Where
    SQLite may sort in memory only (as `forget` has it), they stay: a large table would take too much of it.
    """
    if conn.execute("PRAGMA temp_store").fetchone()[0] == _IN_MEMORY:
        yield
        return
    marks = ", ".join("?" * len(tables))
    found = conn.execute(
        f"SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",  # noqa: S608 - marks
        tables,
    ).fetchall()
    for name, _ in found:
        conn.execute(f'DROP INDEX "{name}"')
    yield
    for _, sql in found:
        conn.execute(sql)
