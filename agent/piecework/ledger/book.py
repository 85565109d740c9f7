"""Keeping the books: every event of money or of an attempt goes through `prepare`, the event table, `apply_event`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from piecework.ledger import edits, sums
from piecework.ledger.attempts import STEP_KINDS, Attempt, AttemptRow, course_of, derive
from piecework.ledger.facts import LedgerEffects
from piecework.ledger.postings import Line
from piecework.ledger.preparing import prepare
from piecework.ledger.single import MONEY_KINDS, Readings, StatementRow
from piecework.ledger.states import OPEN
from piecework.ledger.step import StepRow
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from piecework.store import EventRow

__all__ = ["apply_event", "prepare"]

_STEPS = f"SELECT {', '.join(StepRow._fields)} FROM event"  # noqa: S608 - names of our own fields
_PUT_ATTEMPT = f"INSERT OR REPLACE INTO assignment VALUES ({', '.join('?' * len(AttemptRow._fields))})"  # noqa: S608
_PUT_LINE = f"INSERT INTO posting VALUES ({', '.join('?' * len(Line._fields))})"  # noqa: S608
_AT_ONCE = 50
_OWN = "SELECT assignment, min(seq) AS first FROM event WHERE assignment <> '' GROUP BY assignment ORDER BY first"
_KINDS = tuple(sorted(STEP_KINDS))
_MARKS = ", ".join("?" * len(_KINDS))
# The plus keeps SQLite from going by kind.
_OF_MANY = f"WHERE assignment IN (SELECT value FROM json_each(?)) AND assignment <> '' AND +kind IN ({_MARKS})"  # noqa: S608 - marks
_PUT_STATEMENT = "INSERT OR REPLACE INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


def apply_event(conn: sqlite3.Connection, row: EventRow) -> LedgerEffects:
    """Books one event row that has just been written, in the transaction that wrote it.

    Changes assignment, posting, statement and the sums. A row of a kind that is none of the ledger's does nothing.
    Never call it for a row that was there already.
    """
    step = StepRow(*(getattr(row, name) for name in StepRow._fields))
    if step.kind in STEP_KINDS and step.assignment:
        return _apply_step(conn, step)
    if step.kind in edits.KINDS:
        return _apply_change(conn, step)
    if step.kind == Kind.STATEMENT:
        write_statements(conn, Readings().totals(step))
        return LedgerEffects(money=True)
    if step.kind in MONEY_KINDS:
        return LedgerEffects(money=_exchange(conn, (), Readings().lines(step)))
    return LedgerEffects()


def steps_of(conn: sqlite3.Connection, attempt: str) -> list[StepRow]:
    """The events that make up one attempt."""
    # The second condition lets SQLite use the partial index.
    found = conn.execute(f"{_STEPS} WHERE assignment = ? AND assignment <> '' ORDER BY at_us, seq", (attempt,))
    return [row for row in map(StepRow._make, found) if row.kind in STEP_KINDS]


def notes(conn: sqlite3.Connection, attempt: str) -> dict[str, str]:
    """Why events of an attempt moved nothing, by event id.

    Repeated, amended, overruled, undone, or "accepted after paid".
    """
    rows = steps_of(conn, attempt)
    counts = edits.effective(rows)
    kept = {row.id for row in counts}
    found = {row.id: "undone" for row in rows if row.id not in kept and row.kind not in {Kind.UNDO, Kind.CORRECTION}}
    return found | {turn.step.id: turn.note for turn in course_of(counts).turns if turn.note}


def batches(conn: sqlite3.Connection, size: int) -> Iterator[list[list[StepRow]]]:
    """The events of all attempts, so many attempts at a time, in the order in which they began to be told.

    What lies near in time lies near in the file, so that each page of it is read once. An attempt that nothing but
    time was ever noted of is an empty list.
    """
    names = conn.cursor()
    names.row_factory = None
    cursor = conn.cursor()
    cursor.row_factory = None
    names.execute(_OWN)
    while some := [name for name, _ in names.fetchmany(size)]:
        found: dict[str, list[StepRow]] = {name: [] for name in some}
        for row in cursor.execute(f"{_STEPS} {_OF_MANY}", (as_json(some), *_KINDS)):
            step = StepRow._make(row)
            found[step.assignment].append(step)
        yield list(found.values())


def as_json(values: Sequence[str] | Sequence[int]) -> str:
    """A list for SQLite's json_each."""
    return msgspec.json.encode(values).decode()


def money_rows(conn: sqlite3.Connection) -> Iterator[StepRow]:
    """The events that are booked by themselves."""
    marks = ", ".join("?" * len(MONEY_KINDS))
    for row in conn.execute(f"{_STEPS} WHERE kind IN ({marks}) AND assignment = ''", sorted(MONEY_KINDS)):
        yield StepRow(*row)


def statement_events(conn: sqlite3.Connection) -> Iterator[StepRow]:
    """The statements of the platforms, in the order they came."""
    for row in conn.execute(f"{_STEPS} WHERE kind = ? ORDER BY seq", (Kind.STATEMENT,)):
        yield StepRow(*row)


def readings(conn: sqlite3.Connection) -> Readings:
    """What later events make of those that are booked by themselves."""
    rows = conn.execute(
        "SELECT id, kind, at_us, body FROM event WHERE kind IN (?, ?) AND assignment = ''", (Kind.UNDO, Kind.CORRECTION)
    )
    changes = [change for row in rows if (change := edits.change_of(*row)) is not None]
    gone = edits.undone(changes)
    return Readings(gone, edits.corrected(changes, gone))


def write_attempts(conn: sqlite3.Connection, attempts: Iterable[Attempt]) -> None:
    """Puts rows of table assignment in place of those before; an attempt that was taken back has none."""
    rows = list(attempts)
    conn.executemany("DELETE FROM assignment WHERE id = ?", [(one.id,) for one in rows if one.row is None])
    conn.executemany(_PUT_ATTEMPT, [one.row for one in rows if one.row is not None])


def write_lines(conn: sqlite3.Connection, found: Iterable[Line]) -> None:
    """Adds rows to table posting."""
    conn.executemany(_PUT_LINE, found)


def write_statements(conn: sqlite3.Connection, rows: Iterable[StatementRow]) -> None:
    """Adds rows to table statement."""
    conn.executemany(_PUT_STATEMENT, rows)


def lines_of(conn: sqlite3.Connection, seqs: Sequence[int]) -> list[Line]:
    """The lines that the books hold for some events, in no order."""
    cursor = conn.cursor()
    cursor.row_factory = None
    found: list[Line] = []
    for start in range(0, len(seqs), _AT_ONCE):
        some = seqs[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        found += map(Line._make, cursor.execute(f"SELECT * FROM posting WHERE event_seq IN ({marks})", some))  # noqa: S608 - marks
    return found


def _apply_step(conn: sqlite3.Connection, step: StepRow) -> LedgerEffects:
    """Derives the whole attempt anew, because a step may have come late, and changes what differs."""
    steps = steps_of(conn, step.assignment)
    attempt = derive(steps)
    money = _exchange(conn, lines_of(conn, [one.seq for one in steps]), attempt.lines)
    write_attempts(conn, [attempt])
    if attempt.row is None:
        return LedgerEffects(step.assignment, money=money)
    ended = step.kind not in OPEN and attempt.row.ended_us == step.at_us
    return LedgerEffects(step.assignment, attempt.row.state, ended, money)


def _apply_change(conn: sqlite3.Connection, step: StepRow) -> LedgerEffects:
    """An undo or a correction of an event that is booked by itself: those it can reach are few, all are looked at."""
    change = edits.change_of(step.id, step.kind, step.at_us, step.body)
    if change is None:
        return LedgerEffects()
    now = readings(conn)
    found = conn.execute(f"{_STEPS} WHERE id = ?", (_root(conn, change.target),)).fetchone()
    target = None if found is None else StepRow(*found)
    if target is None or target.assignment:
        return LedgerEffects()
    if target.kind == Kind.STATEMENT:
        conn.execute("DELETE FROM statement WHERE event_seq = ?", (target.seq,))
        write_statements(conn, now.totals(target))
        return LedgerEffects(money=True)
    if target.kind not in MONEY_KINDS:
        return LedgerEffects()
    return LedgerEffects(money=_exchange(conn, lines_of(conn, [target.seq]), now.lines(target)))


def _root(conn: sqlite3.Connection, event_id: str) -> str:
    """The event that a chain of undos and corrections is about in the end."""
    seen: set[str] = set()
    while event_id not in seen:
        seen.add(event_id)
        row = conn.execute("SELECT id, kind, at_us, body FROM event WHERE id = ?", (event_id,)).fetchone()
        change = edits.change_of(*row) if row is not None else None
        if change is None:
            break
        event_id = change.target
    return event_id


def _exchange(conn: sqlite3.Connection, before: Iterable[Line], after: Iterable[Line]) -> bool:
    """Puts lines in the place of others, and the sums in step; true where anything changed."""
    old, wanted = set(before), set(after)
    gone, new = old - wanted, wanted - old
    conn.executemany("DELETE FROM posting WHERE txn = ? AND line = ?", [(line.txn, line.line) for line in gone])
    write_lines(conn, sorted(new))
    changed = sums.change(conn, sums.add_up(new, into=sums.add_up(gone, sign=-1)))
    return changed or bool(gone or new)
