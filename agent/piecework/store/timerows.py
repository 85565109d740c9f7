"""Events of time as the tables of intervals follow from them, read from the history with no more than they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from piecework.store.timebody import COLUMNS, KINDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from piecework.store.timebody import Values


class TimeRow(NamedTuple):
    """The columns of an event that intervals are made of."""

    seq: int
    id: str
    kind: str
    platform: str
    account: str
    task: str
    assignment: str
    source: str
    day_local: str
    body: str


_SELECT: Final = f"SELECT {', '.join(TimeRow._fields)} FROM event"  # noqa: S608 - names of our own fields
_KINDS: Final = f"kind IN ({', '.join('?' * len(KINDS))})"
# A key of JSON text that is not written out has a backslash in it.
_ODD: Final = f"{_SELECT} WHERE {_KINDS} AND (kind <> 'interval' OR instr(body, 'replaces') OR instr(body, char(92)))"
_BESIDE: Final = (
    f"SELECT {', '.join(f'event.{name}' for name in TimeRow._fields)}, "  # noqa: S608 - the same
    f"{', '.join(f'interval.{name}' for name in COLUMNS.split(', '))} "
    "FROM event LEFT JOIN interval ON interval.id = event.id WHERE event.kind = 'interval'"
)


def time_rows(conn: sqlite3.Connection) -> Iterator[TimeRow]:
    """All events of `timebody.KINDS`, in the order of the history."""
    yield from map(TimeRow._make, _rows(conn, f"{_SELECT} WHERE {_KINDS} ORDER BY seq", KINDS))


def odd_rows(conn: sqlite3.Connection) -> Iterator[TimeRow]:
    """Those that may do more than add one interval, in no order."""
    yield from map(TimeRow._make, _rows(conn, _ODD, KINDS))


def rows_of(conn: sqlite3.Connection, ids: Iterable[str]) -> Iterator[TimeRow]:
    """Events of time by their ids."""
    for own in ids:
        yield from map(TimeRow._make, _rows(conn, f"{_SELECT} WHERE id = ? AND {_KINDS}", (own, *KINDS)))


def beside(conn: sqlite3.Connection) -> Iterator[tuple[TimeRow, Values | None]]:
    """Every event that is an interval, beside the row of table interval of its id; in no order."""
    width = len(TimeRow._fields)
    for row in _rows(conn, _BESIDE, ()):
        yield TimeRow._make(row[:width]), None if row[width] is None else row[width:]


def _rows(conn: sqlite3.Connection, sql: str, values: Iterable[Any]) -> sqlite3.Cursor:
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, tuple(values))
