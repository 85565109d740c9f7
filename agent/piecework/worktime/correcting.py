"""The person's corrections in the store: `edit` events take intervals away and put others there, `undo` undoes one."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from piecework.errors import BadUsage
from piecework.now import DAY_US, day_of
from piecework.protocol.kinds import Kind
from piecework.store.events import NewEvent, append, by_id, events
from piecework.store.timebody import TARGET, Put, TimeEdit, TimeUndo, read_edit
from piecework.store.timelog import book_interval
from piecework.worktime.closing import reopen
from piecework.worktime.edits import Work
from piecework.worktime.timeline import Interval

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from piecework.store import Context

_FIELDS = "id, kind, start_us, end_us, active_us, day_local, platform, account, task, assignment, session"
_MOST = 1_000


class Correction(NamedTuple):
    """One that was made on a day: `undone`, or still in force; `open` where nothing later stands on it."""

    id: str
    at_us: int
    action: str
    gone: tuple[Put, ...]
    put: tuple[Put, ...]
    undone: bool
    open: bool


def of_day(conn: sqlite3.Connection, day: str, near_us: int) -> list[Interval]:
    """Every interval of a local day "YYYY-MM-DD" in order; `near_us` is a moment of it or close to it."""
    found = conn.execute(
        f"SELECT {_FIELDS}, source FROM interval WHERE day_local = ? AND start_us BETWEEN ? AND ? "  # noqa: S608 - fixed names
        "ORDER BY start_us, end_us, id",
        (day, near_us - 2 * DAY_US, near_us + 2 * DAY_US),
    )
    return [Interval(Put(*row[:-1]), row[-1] == "typed") for row in found]


def named(conn: sqlite3.Connection, ids: Sequence[str]) -> list[Put]:
    """Intervals by id, in order of time. Raises BadUsage where one is there no longer."""
    if not ids or len(ids) > _MOST:
        raise BadUsage("Name the time to correct.")
    marks = ", ".join("?" * len(ids))
    found = conn.execute(
        f"SELECT {_FIELDS} FROM interval WHERE id IN ({marks}) ORDER BY start_us, end_us, id",  # noqa: S608 - marks
        list(ids),
    ).fetchall()
    if len(found) != len(set(ids)):
        raise BadUsage("This time has changed meanwhile. Look at the day again.")
    return [Put(*row) for row in found]


def work_of(conn: sqlite3.Connection, assignment: str, platform: str, account: str) -> Work:
    """What time is assigned to, of one account of a platform. Raises BadUsage for an attempt it has none of."""
    if not assignment:
        return Work()
    row = conn.execute(
        "SELECT task, id, session FROM assignment WHERE id = ? AND platform = ? AND account = ?",
        (assignment, platform, account),
    ).fetchone()
    if row is None:
        raise BadUsage("Time can be assigned to a task of the same platform and account only.")
    return Work(*row)


def correct(conn: sqlite3.Connection, ctx: Context, action: str, rows: Sequence[Put], wanted: Sequence[Put]) -> str:
    """Puts `wanted` in the place of `rows`; returns the correction's id. Raises BadUsage where nothing changes."""
    kept = {row.id for row in wanted if row.id}
    own = str(uuid.uuid4())
    put = [row for row in wanted if not row.id]
    edit = TimeEdit(
        action=action,
        gone=[row.id for row in rows if row.id not in kept],
        put=[msgspec.structs.replace(row, id=f"{own}.{place}") for place, row in enumerate(put)],
    )
    if not edit.gone and not edit.put:
        raise BadUsage("Nothing would change.")
    touched = [*(row for row in rows if row.id not in kept), *put]
    _write(conn, ctx, own, Kind.EDIT, edit, touched[0], max(row.start_us for row in touched))
    return own


def undo(conn: sqlite3.Connection, ctx: Context, edit_id: str) -> None:
    """Takes one correction back. Raises BadUsage where there is none, or where a later one stands on it."""
    row = by_id(conn, edit_id)
    edit = read_edit(row) if row is not None and row.kind == Kind.EDIT else None
    if row is None or edit is None:
        raise BadUsage("There is no such correction.")
    if _is_undone(conn, edit_id, row.at_us):
        raise BadUsage("This correction has been undone already.")
    if not _is_open(conn, edit_id, edit):
        raise BadUsage("A later correction stands on this one: undo that first.")
    like = Put(
        id="",
        kind="",
        start_us=row.at_us,
        end_us=row.at_us,
        active_us=0,
        day=row.day_local,
        platform=row.platform,
        account=row.account,
        task=row.task,
    )
    _write(conn, ctx, str(uuid.uuid4()), Kind.UNDO, TimeUndo(undoes=edit_id), like, row.at_us)
    reopen(conn, sorted({put.session for put in edit.put} - {""}))


def corrections(conn: sqlite3.Connection, from_us: int, to_us: int) -> list[Correction]:
    """Corrections of the time that begins in [from_us, to_us), the newest first."""
    undone = _undone(conn, from_us, to_us)
    found = []
    for seq, own in conn.execute(
        "SELECT seq, id FROM event WHERE kind = ? AND at_us >= ? AND at_us < ? "
        "AND json_extract(body, '$.target') = ? ORDER BY seq DESC LIMIT ?",
        (Kind.EDIT, from_us, to_us, TARGET, _MOST),
    ).fetchall():
        row = next(events(conn, after=seq - 1, limit=1))
        edit = read_edit(row)
        if edit is not None:
            gone = tuple(_before(conn, edit.gone))
            is_open = own not in undone and _is_open(conn, own, edit)
            found.append(Correction(own, row.recv_us, edit.action, gone, tuple(edit.put), own in undone, is_open))
    return found


def _write(  # noqa: PLR0913, PLR0917 - what an event is made of
    conn: sqlite3.Connection, ctx: Context, own: str, kind: str, body: TimeEdit | TimeUndo, like: Put, at_us: int
) -> None:
    # Dated to the time it is about, so that forgetting that time forgets the correction with it.
    row = append(
        conn,
        NewEvent(
            id=own,
            at_us=at_us,
            recv_us=ctx.now_us,
            source="typed",
            kind=kind,
            platform=like.platform,
            account=like.account,
            task=like.task,
            body=msgspec.json.encode(body).decode(),
            zone=ctx.zone,
            day_platform=ctx.day_platform(at_us, like.platform),
            day_local=day_of(at_us, ctx.zone),
        ),
    )
    if row is not None:
        book_interval(conn, row)


def _undone(conn: sqlite3.Connection, from_us: int, to_us: int) -> set[str]:
    found = conn.execute(
        "SELECT json_extract(body, '$.undoes') FROM event WHERE kind = ? AND at_us >= ? AND at_us < ? "
        "AND json_extract(body, '$.target') = ?",
        (Kind.UNDO, from_us, to_us, TARGET),
    )
    return {str(edit) for (edit,) in found}


def _is_undone(conn: sqlite3.Connection, edit_id: str, at_us: int) -> bool:
    return edit_id in _undone(conn, at_us, at_us + 1)


def _is_open(conn: sqlite3.Connection, edit_id: str, edit: TimeEdit) -> bool:
    """Whether all that a correction put there still is, and all that it took away is still kept."""
    there = sum(
        conn.execute("SELECT 1 FROM interval WHERE id = ?", (put.id,)).fetchone() is not None for put in edit.put
    )
    kept = conn.execute("SELECT count(*) FROM interval_before WHERE edit = ?", (edit_id,)).fetchone()[0]
    return there == len(edit.put) and kept == len(edit.gone)


def _before(conn: sqlite3.Connection, ids: Sequence[str]) -> list[Put]:
    marks = ", ".join("?" * len(ids))
    found = conn.execute(
        f"SELECT {_FIELDS} FROM interval_before WHERE id IN ({marks}) ORDER BY start_us, id",  # noqa: S608 - marks
        list(ids),
    )
    return [Put(*row) for row in found]
