"""What the writer does with one message: take it in, or keep its bytes and say why not. Either way it is done with."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from piecework.errors import BadMessage, PieceworkError, Refused, StoreError
from piecework.ingest import Effects, apply
from piecework.now import MAX_US
from piecework.store import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from piecework.control import Services
    from piecework.protocol.messages import Event

MAX_SEQ = 2**53 - 1
"""Largest whole number both languages count to."""
MAX_WORD = 64
MAX_REASON = 200
MOST_REFUSED = 64 << 20
"""Bytes of refused messages kept of one client; beyond it only the beginning of each: a broken one fills no disk."""
_STORE_FAILURES = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
    }
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one message: `effects`, or the `reason` it was refused for. `bug` where it was our fault."""

    id: str
    seq: int
    effects: Effects | None = None
    reason: str = ""
    bug: BaseException | None = None


class Numbered(msgspec.Struct):
    """As much of an unreadable message as is needed to be done with it."""

    id: str = ""
    seq: int = 0


def is_failure(cause: BaseException, conn: sqlite3.Connection) -> bool:
    """Whether the store failed (to be tried again), rather than the message asked for something wrong."""
    if isinstance(cause, StoreError) or not conn.in_transaction:
        return True
    return isinstance(cause, sqlite3.Error) and (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _STORE_FAILURES


def check_event(event: Event) -> None:
    """Raises BadMessage for an envelope whose numbers or words no honest client makes."""
    if not 0 < event.seq <= MAX_SEQ:
        raise BadMessage("seq is no count")
    if not 0 <= event.at_us <= MAX_US:
        raise BadMessage("at_us is no time")
    words = (event.id, event.kind, event.platform, event.account, event.zone)
    if not event.id or not event.kind or max(map(len, words)) > MAX_WORD:
        raise BadMessage(f"id, kind, platform, account and zone have at most {MAX_WORD} characters, id and kind some")


def number_of(data: bytes) -> Numbered:
    """The id and number an unreadable message carries, as far as they can be made out."""
    try:
        found = msgspec.json.decode(data, type=Numbered)
    except (msgspec.DecodeError, UnicodeError):
        return Numbered()
    return Numbered(found.id[:MAX_WORD], found.seq if 0 < found.seq <= MAX_SEQ else 0)


def taking(services: Services, cid: str, event: Event, data: bytes) -> Callable[[sqlite3.Connection], Kept]:
    """The writer's job for one event: ingest it, or keep its bytes; the client's number moves on in the same step."""

    def work(conn: sqlite3.Connection) -> Kept:
        now_us = services.clock.now_us()
        context = Context(now_us=now_us, cid=cid, platforms=services.platforms, zone=services.zone)
        conn.execute("SAVEPOINT event")
        try:
            kept = Kept(event.id, event.seq, effects=apply(conn, context, event))
        except Exception as cause:
            if is_failure(cause, conn):
                raise
            conn.execute("ROLLBACK TO event")
            kept = _refusal(event.id, event.seq, cause)
            _keep_bytes(conn, kept, cid, now_us, data)
        conn.execute("RELEASE event")
        _move_on(conn, cid, event.seq, now_us)
        return kept

    return work


def refusing(services: Services, cid: str, reason: str, data: bytes) -> Callable[[sqlite3.Connection], Kept]:
    """The writer's job for a message that could not be read."""
    number = number_of(data)

    def work(conn: sqlite3.Connection) -> Kept:
        now_us = services.clock.now_us()
        kept = Kept(number.id, number.seq, reason=reason[:MAX_REASON])
        _keep_bytes(conn, kept, cid, now_us, data)
        _move_on(conn, cid, number.seq, now_us)
        return kept

    return work


def _refusal(event_id: str, seq: int, cause: Exception) -> Kept:
    if isinstance(cause, Refused | BadMessage):
        return Kept(event_id, seq, reason=cause.text[:MAX_REASON])
    text = cause.text if isinstance(cause, PieceworkError) else type(cause).__name__
    return Kept(event_id, seq, reason=f"the agent failed on it: {text}"[:MAX_REASON], bug=cause)


def _keep_bytes(conn: sqlite3.Connection, kept: Kept, cid: str, now_us: int, data: bytes) -> None:
    taken = conn.execute("SELECT coalesce(sum(length(bytes)), 0) FROM refused WHERE cid = ?", (cid,)).fetchone()[0]
    if taken + len(data) > MOST_REFUSED:
        data = data[:MAX_REASON]
    conn.execute(
        "INSERT INTO refused (id, cid, seq, at_us, reason, bytes) SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS"
        " (SELECT 1 FROM refused WHERE cid = ?2 AND seq = ?3 AND id = ?1 AND bytes = ?6)",
        (kept.id, cid, kept.seq, now_us, kept.reason, data),
    )


def _move_on(conn: sqlite3.Connection, cid: str, seq: int, now_us: int) -> None:
    conn.execute(
        "UPDATE client SET last_seq = max(last_seq, ?), last_seen_us = ? WHERE cid = ?",
        (seq, now_us, cid),
    )
