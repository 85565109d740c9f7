"""Tables `interval` and `interval_before`: what the history says of time. Pure SQL, no judgement.

A later `interval` event may replace earlier ones of its session, as happens when beats arrive after their time; an
`edit` of the person's takes intervals away and puts others in their place, an `undo` takes that back. All of it stays
in the history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.protocol.kinds import Kind
from piecework.store.events import by_id
from piecework.store.indexes import without_indexes
from piecework.store.timebody import (
    COLUMNS,
    IntervalBody,
    TimeEdit,
    Values,
    put_values,
    read_edit,
    read_interval,
    read_undo,
    values,
)
from piecework.store.timesums import Key, rebuild_sums, sum_up

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from piecework.store.timebody import Fact

__all__ = ["IntervalBody", "book_interval", "rebuild_time", "replay_time"]

Touched = dict[Key, int]
"""Keys whose sums have changed, each with a moment near the time it speaks of, µs UTC."""
Rows = dict[str, Values]

_INSERT = f"INSERT OR IGNORE INTO interval ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - fixed names
_TAKE = f"DELETE FROM interval WHERE id = ? RETURNING {COLUMNS}"  # noqa: S608 - the same
_BEFORE = f"INSERT OR REPLACE INTO interval_before ({COLUMNS}, edit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - the same
_BACK = f"DELETE FROM interval_before WHERE edit = ? RETURNING {COLUMNS}"  # noqa: S608 - the same
_AT_ONCE = 1_000
_DAY, _PLATFORM, _ACCOUNT, _KIND, _START = 11, 1, 2, 6, 7
"""Places of these columns in a row."""


def book_interval(conn: sqlite3.Connection, row: Fact) -> None:
    """Applies one event of time that has just been written: its rows, what it replaces, the sums of the days."""
    for key, near_us in _apply(conn, row).items():
        sum_up(conn, key, near_us)


def rebuild_time(conn: sqlite3.Connection, rows: Iterable[Fact]) -> None:
    """Makes the tables anew from all events of `timebody.KINDS` in the order of the history."""
    for table in ("interval", "interval_before"):
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
    with without_indexes(conn, "interval"):
        waiting: list[Values] = []
        for row in rows:
            body = read_interval(row) if row.kind == Kind.INTERVAL else None
            if body is not None and not body.replaces and body.end_us > body.start_us:
                waiting.append(values(row, body))
            if body is None or body.replaces or len(waiting) == _AT_ONCE:
                _put_many(conn, waiting)
            if body is None or body.replaces:
                _apply(conn, row)
        _put_many(conn, waiting)
    rebuild_sums(conn)


def replay_time(rows: Iterable[Fact]) -> tuple[Rows, Rows]:
    """What tables interval and interval_before have to hold according to the history: rows by id, columns in order."""
    replay = _Replay()
    for row in rows:
        replay.take(row)
    return replay.found, {own: (*old, edit) for own, (old, edit) in replay.before.items()}


class _Replay:
    """The same rules as below, over rows in memory."""

    def __init__(self) -> None:
        self.found: Rows = {}
        self.before: dict[str, tuple[Values, str]] = {}
        self.edits: dict[str, TimeEdit] = {}

    def take(self, row: Fact) -> None:
        if row.kind == Kind.INTERVAL:
            self.interval(row)
        elif row.kind == Kind.EDIT and (edit := read_edit(row)) is not None:
            self.edit(row, edit)
        elif row.kind == Kind.UNDO and (undo := read_undo(row)) is not None and undo.undoes in self.edits:
            self.undo(undo.undoes)

    def interval(self, row: Fact) -> None:
        body = read_interval(row)
        for gone in body.replaces:
            self.found.pop(gone, None)
        if body.end_us > body.start_us:
            self.found[row.id] = values(row, body)

    def edit(self, row: Fact, edit: TimeEdit) -> None:
        self.edits[row.id] = edit
        for gone in edit.gone:
            if gone in self.found:
                self.before[gone] = (self.found.pop(gone), row.id)
        for put in edit.put:
            self.found.setdefault(put.id, put_values(row, put))

    def undo(self, edit_id: str) -> None:
        for put in self.edits[edit_id].put:
            self.found.pop(put.id, None)
        for own in [own for own, (_, edit) in self.before.items() if edit == edit_id]:
            self.found.setdefault(own, self.before.pop(own)[0])


def _apply(conn: sqlite3.Connection, row: Fact) -> Touched:
    if row.kind == Kind.INTERVAL:
        return _interval(conn, row)
    if row.kind == Kind.EDIT and (edit := read_edit(row)) is not None:
        return _edit(conn, row, edit)
    if row.kind == Kind.UNDO and (undo := read_undo(row)) is not None:
        return _undo(conn, undo.undoes)
    return {}


def _interval(conn: sqlite3.Connection, row: Fact) -> Touched:
    body = read_interval(row)
    touched: Touched = {}
    for gone in body.replaces:
        _take(conn, gone, touched)
    if body.end_us > body.start_us:
        _put(conn, values(row, body), touched)
    return touched


def _edit(conn: sqlite3.Connection, row: Fact, edit: TimeEdit) -> Touched:
    touched: Touched = {}
    for gone in edit.gone:
        old = _take(conn, gone, touched)
        if old is not None:
            conn.execute(_BEFORE, (*old, row.id))
    for put in edit.put:
        _put(conn, put_values(row, put), touched)
    return touched


def _undo(conn: sqlite3.Connection, edit_id: str) -> Touched:
    row = by_id(conn, edit_id)
    edit = read_edit(row) if row is not None and row.kind == Kind.EDIT else None
    touched: Touched = {}
    if edit is None:
        return touched
    for put in edit.put:
        _take(conn, put.id, touched)
    for old in conn.execute(_BACK, (edit_id,)).fetchall():
        _put(conn, tuple(old), touched)
    return touched


def _put(conn: sqlite3.Connection, row: Values, touched: Touched) -> None:
    conn.execute(_INSERT, row)
    touched[_key(row)] = int(str(row[_START]))


def _put_many(conn: sqlite3.Connection, waiting: list[Values]) -> None:
    conn.executemany(_INSERT, waiting)
    waiting.clear()


def _take(conn: sqlite3.Connection, interval: str, touched: Touched) -> Values | None:
    found = conn.execute(_TAKE, (interval,)).fetchone()
    if found is None:
        return None
    old = tuple(found)
    touched[_key(old)] = int(old[_START])
    return old


def _key(row: Values) -> Key:
    return (str(row[_DAY]), str(row[_PLATFORM]), str(row[_ACCOUNT]), str(row[_KIND]))
