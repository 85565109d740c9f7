"""The append-only history: rows go in once, by their id, and are read back in the order they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

SCHEMA_V = 1
"""Version of the bodies written now; an old row keeps the version it was written with."""


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One fact. `body` is JSON text as it was sent, `derived` JSON of what was parsed from it (and by which parser).

    `task` is `system:id` (see `task_key`), `assignment` our own id of the attempt; both empty where none is meant.
    `day_platform` and `day_local` are computed when the event is written and never again.
    """

    id: str
    at_us: int
    recv_us: int
    source: str
    kind: str
    day_platform: str
    day_local: str
    cid: str = ""
    platform: str = ""
    account: str = ""
    task: str = ""
    assignment: str = ""
    body: str = "{}"
    derived: str = "{}"
    zone: str = ""
    schema_v: int = SCHEMA_V


class EventRow(NewEvent, frozen=True, kw_only=True):
    """A stored fact: `seq` is its place in the history."""

    seq: int


_FIELDS = NewEvent.__struct_fields__
_INSERT = f"INSERT OR IGNORE INTO event ({', '.join(_FIELDS)}) VALUES ({', '.join('?' * len(_FIELDS))})"  # noqa: S608 - names of our own fields
_SELECT = f"SELECT seq, {', '.join(_FIELDS)} FROM event"  # noqa: S608 - the same
_NARROW = frozenset({"platform", "account", "task", "assignment"})


def append(conn: sqlite3.Connection, event: NewEvent) -> EventRow | None:
    """Writes one fact; None where its id is known already, which is how a repeated message does nothing."""
    values = msgspec.structs.astuple(event)
    done = conn.execute(_INSERT, values)
    if done.rowcount != 1 or done.lastrowid is None:
        return None
    return EventRow(seq=done.lastrowid, **dict(zip(_FIELDS, values, strict=True)))


def by_id(conn: sqlite3.Connection, event_id: str) -> EventRow | None:
    """The fact of that id."""
    row = conn.execute(f"{_SELECT} WHERE id = ?", (event_id,)).fetchone()
    return None if row is None else _row(row)


def events(
    conn: sqlite3.Connection,
    *,
    after: int = 0,
    limit: int = -1,
    kinds: Collection[str] = (),
    **equal: str,
) -> Iterator[EventRow]:
    """Facts in the order they were written, from behind `after`.

    `kinds` narrows to some kinds, `equal` to a platform, account, task or assignment: `events(conn, task="hit:3AB")`.
    """
    if unknown := set(equal) - _NARROW:
        raise ValueError(f"events can't be narrowed by {sorted(unknown)}")
    wheres: list[str] = ["seq > ?", *(f"{name} = ?" for name in equal)]
    # The partial indexes serve only a question that rules the empty name out.
    wheres.extend(f"{name} <> ''" for name, value in equal.items() if name in {"task", "assignment"} and value)
    values: list[str | int] = [after, *equal.values()]
    if kinds:
        wheres.append(f"kind IN ({', '.join('?' * len(kinds))})")
        values.extend(kinds)
    for row in conn.execute(f"{_SELECT} WHERE {' AND '.join(wheres)} ORDER BY seq LIMIT ?", (*values, limit)):
        yield _row(row)


def task_key(system: str, task: str) -> str:
    """How event, assignment and beat name a task beside their column `platform`: `system:id`, or "" for none."""
    return f"{system}:{task}" if task else ""


def split_task(key: str) -> tuple[str, str]:
    """The (system, id) of a `task_key`."""
    system, _, task = key.partition(":")
    return system, task


def _row(row: sqlite3.Row) -> EventRow:
    return EventRow(**dict(zip(row.keys(), row, strict=True)))
