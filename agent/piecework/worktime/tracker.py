"""Pulses in, intervals out: open work lies in table beat until it is finished, then it becomes `interval` events."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.now import DAY_US, SECOND_US, day_of
from piecework.store.events import task_key
from piecework.worktime.closing import GRACE_US, close_session, corrected, session_spans
from piecework.worktime.days import day_start
from piecework.worktime.intervals import length, subtract

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.platforms import Platform
    from piecework.protocol.bodies import Beat
    from piecework.protocol.messages import Event
    from piecework.store import Context

MAX_PULSE_S = 300
"""The longest a single beat may vouch for, whatever it claims."""


_AT_WORK = "(work = 'work' OR (work = 'qualification' AND task <> ''))"
"""Beats of an attempt at a task. Searching and looking after the account are not disturbed by an alert."""


class TimeEffects(NamedTuple):
    """What one beat changed: `stored` is false for one that was known; `closed` counts finished intervals."""

    stored: bool = False
    ended_work: bool = False
    closed: int = 0


class Running(NamedTuple):
    """The work that goes on now. `active_us` is the time worked since `since_us`, without the breaks."""

    session: str
    platform: str
    account: str
    task: str
    title: str
    since_us: int
    active_us: int


def apply_beat(conn: sqlite3.Connection, ctx: Context, event: Event, beat: Beat) -> TimeEffects:
    """Keeps one beat; an `end` closes its session at once. A beat that is known already does nothing."""
    task = task_key(beat.system, beat.task)
    session = beat.session or f"{event.platform}|{event.account}|{task}"
    pulse_us = min(max(beat.pulse_s, 1), MAX_PULSE_S) * SECOND_US
    done = conn.execute(
        "INSERT OR IGNORE INTO beat (id, session, platform, account, task, state, at_us, mono_ms, since_us, work, "
        "origin, pulse_us, zone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.id,
            session,
            event.platform,
            event.account,
            task,
            beat.state,
            event.at_us,
            beat.mono_ms,
            beat.since_us,
            beat.work,
            beat.origin,
            pulse_us,
            event.zone or ctx.zone,
        ),
    )
    if done.rowcount != 1:
        return TimeEffects()
    if beat.state != "end":
        return TimeEffects(stored=True)
    closed = close_session(conn, session, ctx.now_us, ctx.platforms)
    return TimeEffects(stored=True, ended_work=beat.work == "work" or task != "", closed=closed)


_STALE = """
SELECT session FROM beat WHERE closed = 0 GROUP BY session
HAVING coalesce(max(CASE WHEN at_us <= :now + :grace THEN at_us END), 0) + max(pulse_us) + :grace <= :now
"""


def close_stale(conn: sqlite3.Connection, now_us: int, platforms: Mapping[str, Platform] | None = None) -> int:
    """Turns the work of sessions that fell silent into `interval` events, rows and sums; returns how many.

    A session is silent once its last beat (beats dated into the future by a clock set back aside) is older than its
    pulse and a few seconds. A late beat reopens the question: what it changes is booked anew, never twice. `platforms`
    tells the platform's own day; without it that is the person's.
    """
    sessions = conn.execute(_STALE, {"now": now_us, "grace": GRACE_US}).fetchall()
    return sum(close_session(conn, str(session), now_us, platforms or {}) for (session,) in sessions)


def working_now(conn: sqlite3.Connection, now_us: int) -> bool:
    """Whether the person is at work on a task page at this moment: alerts are held while this is true."""
    return bool(_at_work(conn, now_us))


def running(conn: sqlite3.Connection, now_us: int) -> Running | None:
    """The work that goes on now, the latest where there are several; None where there is none."""
    at_work = _at_work(conn, now_us)
    if not at_work:
        return None
    session = at_work[-1]
    ranges = [(span.start_us, min(span.end_us, now_us)) for span in session_spans(conn, session).spans]
    platform, account, task = conn.execute(
        "SELECT platform, account, task FROM beat WHERE session = ? ORDER BY at_us LIMIT 1", (session,)
    ).fetchone()
    title = _title(conn, platform, task, session)
    return Running(session, platform, account, task, title, ranges[0][0], length(ranges))


def active_on(conn: sqlite3.Connection, now_us: int, zone: str) -> int:
    """µs worked today in that zone, finished and going on: the wall time of all intervals and open work together."""
    day = day_of(now_us, zone)
    midnight = day_start(now_us, zone)
    ranges = [
        (start, end)
        for start, end in conn.execute(
            "SELECT start_us, end_us FROM interval WHERE day_local = ? AND kind <> 'idle' AND start_us BETWEEN ? AND ?",
            (day, now_us - 3 * DAY_US, now_us + 3 * DAY_US),
        )
    ]
    for (session,) in conn.execute("SELECT DISTINCT session FROM beat WHERE closed = 0").fetchall():
        spans = [(span.start_us, span.end_us) for span in session_spans(conn, session).spans]
        open_work = subtract(spans, corrected(conn, session))
        ranges += [(max(start, midnight), min(end, now_us)) for start, end in open_work]
    return length(ranges)


def _at_work(conn: sqlite3.Connection, now_us: int) -> list[str]:
    """Sessions whose newest beat is active and young enough, the latest last."""
    recent = conn.execute(
        "SELECT session, max(at_us) AS newest FROM beat WHERE closed = 0 AND at_us BETWEEN ? AND ? "  # noqa: S608 - fixed text
        f"AND {_AT_WORK} GROUP BY session ORDER BY newest, session",
        (now_us - MAX_PULSE_S * SECOND_US, now_us + GRACE_US),
    ).fetchall()
    return [str(session) for session, _ in recent if _is_active(conn, session, now_us)]


def _is_active(conn: sqlite3.Connection, session: str, now_us: int) -> bool:
    state, at_us, pulse_us = conn.execute(
        "SELECT state, at_us, pulse_us FROM beat WHERE session = ? AND at_us <= ? "
        "ORDER BY at_us DESC, state = 'active' LIMIT 1",
        (session, now_us + GRACE_US),
    ).fetchone()
    return bool(state == "active" and at_us + pulse_us > now_us)


def _title(conn: sqlite3.Connection, platform: str, task: str, session: str) -> str:
    row = conn.execute(
        "SELECT title FROM assignment WHERE session = :session AND session <> '' "
        "AND platform = :platform AND title <> '' "
        "UNION ALL SELECT title FROM task WHERE platform = :platform AND system || ':' || id = :task LIMIT 1",
        {"session": session, "platform": platform, "task": task},
    ).fetchone()
    return str(row[0]) if row is not None else ""
