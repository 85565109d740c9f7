"""Booking the work of one session: its spans become `interval` events, and late beats set right what was booked."""

from __future__ import annotations

import uuid
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from piecework.now import SECOND_US, day_of
from piecework.protocol.kinds import Kind
from piecework.store.events import NewEvent, append
from piecework.store.timebody import IntervalBody
from piecework.store.timelog import book_interval
from piecework.worktime.days import Piece, split
from piecework.worktime.intervals import Pulse, Range, Span, rests, spans, subtract

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from piecework.platforms import Platform

GRACE_US = 5 * SECOND_US
"""How long after the last pulse a beat may still be on its way."""
IDLE = "idle"
_NAMES = uuid.UUID("1c6a4f2e-53d1-5b53-9a4e-6b2f6d0a7c11")


class Proven(NamedTuple):
    """A part of a stretch, and what kind of time it was."""

    piece: Piece
    kind: str


class Session(NamedTuple):
    """The beats of one session, read. `pruned` is true where beats that were booked earlier are no longer kept."""

    id: str
    spans: list[Span]
    rests: list[Range]
    """Idle stretches between the spans of an attempt: uncounted, and the person's to call work."""
    kinds: dict[int, str]
    """Kind of work by the start of each span."""
    platform: str
    account: str
    task: str
    zone: str
    assignment: str
    pruned: bool


def session_spans(conn: sqlite3.Connection, session: str) -> Session:
    """Reads every beat of a session, booked or not. The session must have one."""
    rows = conn.execute(
        "SELECT at_us, state, since_us, mono_ms, pulse_us, work, platform, account, task, zone, closed "
        "FROM beat WHERE session = ? ORDER BY at_us, id",
        (session,),
    ).fetchall()
    pulses = [Pulse(*row[:4]) for row in rows]
    found = spans(pulses, max(row[4] for row in rows))
    kinds = {row[0]: str(row[5]) for row in reversed(rows) if row[1] == "active"}
    platform, account, task, zone = rows[0][6:10]
    assignment = _assignment(conn, platform, session)
    pruned = not any(row[10] for row in rows)
    idle = rests(pulses, found) if task or "work" in kinds.values() else []
    return Session(session, found, idle, kinds, platform, account, task, zone, assignment, pruned)


def close_session(conn: sqlite3.Connection, session: str, now_us: int, platforms: Mapping[str, Platform]) -> int:
    """Books what the session's beats prove and is not booked yet; takes back what they no longer prove.

    What the person has corrected is settled: beats that come later prove time beside it only. Returns how many
    interval events were written. Calling it again changes nothing.
    """
    beats = session_spans(conn, session)
    conn.execute("UPDATE beat SET closed = 1 WHERE session = ? AND closed = 0", (session,))
    booked = {
        (start, end, kind == IDLE): str(event)
        for event, start, end, kind in conn.execute(
            "SELECT id, start_us, end_us, kind FROM interval WHERE session = ? AND source = 'agent' "
            "ORDER BY start_us, id",
            (session,),
        )
    }
    taken = [*corrected(conn, session), *((start, end) for start, end, _ in booked if beats.pruned)]
    wanted = _pieces(beats, taken)
    if beats.pruned:
        booked = {}
    gone = [event for when, event in booked.items() if when not in wanted]
    news = [piece for when, piece in wanted.items() if when not in booked]
    if gone and not news:
        first = min(start for start, _, _ in booked)
        news = [Proven(Piece(first, first, day_of(first, beats.zone)), "work")]
    platform_zone = platforms[beats.platform].zone if beats.platform in platforms else beats.zone
    for place, piece in enumerate(news):
        _book(conn, _event(beats, piece, gone if place == 0 else [], now_us, platform_zone))
    return len(news)


def corrected(conn: sqlite3.Connection, session: str) -> list[Range]:
    """The time of a session that the person has judged: what was measured and put away, and what they put there."""
    found = conn.execute(
        "SELECT start_us, end_us FROM interval_before WHERE session = :session AND source = 'agent' "
        "UNION ALL SELECT start_us, end_us FROM interval WHERE session = :session AND source = 'typed'",
        {"session": session},
    )
    return [(start, end) for start, end in found]


def reopen(conn: sqlite3.Connection, sessions: Iterable[str]) -> None:
    """Has the next closing look at these sessions once more: what held their beats back is gone."""
    for session in sessions:
        conn.execute(
            "UPDATE beat SET closed = 0 WHERE id = "
            "(SELECT id FROM beat WHERE session = ? ORDER BY at_us DESC, id LIMIT 1)",
            (session,),
        )


def _book(conn: sqlite3.Connection, event: NewEvent) -> None:
    """Writes one interval event; one that was taken back and comes again gets a further name."""
    for again in count():
        name = event.id if again == 0 else str(uuid.uuid5(_NAMES, f"{event.id}|{again}"))
        row = append(conn, msgspec.structs.replace(event, id=name))
        if row is not None:
            book_interval(conn, row)
            return


def _pieces(beats: Session, taken: list[Range]) -> dict[tuple[int, int, bool], Proven]:
    """What the session proves without what is `taken`, cut at the person's midnights: (start, end, idle) to each."""
    worked = subtract([(span.start_us, span.end_us) for span in beats.spans], taken)
    found = [(piece, _kind_at(beats, piece)) for one in worked for piece in split(*one, beats.zone)]
    found += [(piece, IDLE) for one in subtract(beats.rests, taken) for piece in split(*one, beats.zone)]
    return {(piece.start_us, piece.end_us, kind == IDLE): Proven(piece, kind) for piece, kind in sorted(found)}


def _kind_at(beats: Session, piece: Piece) -> str:
    begun = max((span.start_us for span in beats.spans if span.start_us <= piece.start_us), default=0)
    return beats.kinds.get(begun, "work")


def _event(beats: Session, proven: Proven, gone: list[str], now_us: int, platform_zone: str) -> NewEvent:
    piece, kind = proven
    body = IntervalBody(
        session=beats.id,
        start_us=piece.start_us,
        end_us=piece.end_us,
        active_us=0 if kind == IDLE else piece.end_us - piece.start_us,
        kind=kind,
        replaces=gone,
    )
    name = f"{beats.id}|{piece.start_us}|{piece.end_us}|{','.join(gone)}{'|idle' * (kind == IDLE)}"
    return NewEvent(
        id=str(uuid.uuid5(_NAMES, name)),
        at_us=piece.start_us,
        recv_us=now_us,
        source="agent",
        kind=Kind.INTERVAL,
        day_platform=day_of(piece.start_us, platform_zone),
        day_local=piece.day,
        platform=beats.platform,
        account=beats.account,
        task=beats.task,
        assignment=beats.assignment,
        body=msgspec.json.encode(body).decode(),
        zone=beats.zone,
    )


def _assignment(conn: sqlite3.Connection, platform: str, session: str) -> str:
    row = conn.execute(
        "SELECT id FROM assignment WHERE session = ? AND platform = ? AND session <> '' LIMIT 1", (session, platform)
    ).fetchone()
    return "" if row is None else str(row[0])
