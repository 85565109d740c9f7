"""Alerts and what became of them: an alert and its delivery are rows of the transaction that stored the sighting."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from piecework.watch.detect import REOPEN_US
from piecework.watch.effects import WatchEffects

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.bodies import Delivery, Told
    from piecework.protocol.messages import Event
    from piecework.store import Context

EXTENSION = "extension"
DESKTOP = "desktop"
_SPACE = uuid.UUID("7a1c2f0e-6b54-4b5e-9a59-3f6c0d1f9675")
_OPEN = "('queued', 'held')"


def alert_id(platform: str, system: str, task: str, episode: int, why: str) -> str:
    """The id of an alert: the same news always has the same one. `why` is "reason:rule"."""
    return str(uuid.uuid5(_SPACE, "\n".join((platform, system, task, str(episode), why))))


def insert(conn: sqlite3.Connection, row: dict[str, str | int | None]) -> bool:
    """Stores an alert row; False where the same news is there already."""
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    return conn.execute(f"INSERT OR IGNORE INTO alert ({names}) VALUES ({marks})", row).rowcount == 1  # noqa: S608 - our own names


def apply_told(conn: sqlite3.Connection, ctx: Context, event: Event, told: Told) -> WatchEffects:
    """Keeps that an extension alerted by itself, and silences the agent's own alert of that episode."""
    at_us = min(event.at_us, ctx.now_us)
    conn.execute(
        "INSERT OR IGNORE INTO told (platform, system, task, at_us, cid) VALUES (?, ?, ?, ?, ?)",
        (event.platform, told.system, told.task, at_us, ctx.cid),
    )
    done = conn.execute(
        f"UPDATE delivery SET state = 'told', at_us = ? WHERE state IN {_OPEN} AND alert IN "  # noqa: S608 - a constant
        "(SELECT id FROM alert WHERE platform = ? AND system = ? AND task = ? AND at_us <= ?)",
        (at_us, event.platform, told.system, told.task, at_us + REOPEN_US),
    )
    return WatchEffects(topics={"board"} if done.rowcount else set())


def apply_delivery(conn: sqlite3.Connection, ctx: Context, event: Event, told: Delivery) -> WatchEffects:
    """What became of an alert in one channel; said twice is said once, and a click outlasts a late `shown`."""
    if conn.execute("SELECT 1 FROM alert WHERE id = ?", (told.alert,)).fetchone() is None:
        return WatchEffects()
    at_us = min(event.at_us, ctx.now_us)
    done = conn.execute(
        "INSERT INTO delivery (alert, channel, state, at_us, cause) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (alert, channel) DO UPDATE SET state = excluded.state, at_us = excluded.at_us, "
        "cause = excluded.cause WHERE delivery.state NOT IN ('clicked', 'dismissed') "
        "AND NOT (delivery.state = 'shown' AND excluded.state IN ('held', 'failed')) "
        "AND NOT (delivery.state = excluded.state AND delivery.at_us <= excluded.at_us)",
        (told.alert, told.channel[:60], told.state, at_us, told.cause[:200]),
    )
    if not done.rowcount:
        return WatchEffects()
    if told.state == "shown":
        conn.execute("UPDATE alert SET shown_us = coalesce(shown_us, ?) WHERE id = ?", (at_us, told.alert))
    if told.state in {"shown", "failed"}:
        note_channel(conn, told.channel, at_us, told.cause if told.state == "failed" else "")
    return WatchEffects(shown=[told.alert], topics={"board"}, state=True)


def withdraw(conn: sqlite3.Connection, platform: str, keys: list[tuple[str, str]], at_us: int) -> list[str]:
    """Marks the alerts of tasks that are gone, drops what was not delivered yet; returns their ids."""
    found: list[str] = []
    for system, task in keys:
        rows = conn.execute(
            "UPDATE alert SET gone_us = ? WHERE platform = ? AND system = ? AND task = ? AND gone_us IS NULL "
            "AND reason <> 'digest' RETURNING id",
            (at_us, platform, system, task),
        ).fetchall()
        found += [str(row[0]) for row in rows]
    conn.executemany(
        f"UPDATE delivery SET state = 'gone', at_us = ? WHERE alert = ? AND state IN {_OPEN}",  # noqa: S608 - a constant
        [(at_us, own) for own in found],
    )
    return found


def withdraw_list(conn: sqlite3.Connection, platform: str, name: str, at_us: int) -> list[str]:
    """A list is read well again: what was told of its silence or its needs is over. Returns the ids."""
    found = conn.execute(
        "UPDATE alert SET gone_us = ? WHERE platform = ? AND system = '' AND task = ? AND reason = 'health' "
        "AND gone_us IS NULL RETURNING id",
        (at_us, platform, name),
    ).fetchall()
    conn.executemany(
        f"UPDATE delivery SET state = 'gone', at_us = ? WHERE alert = ? AND state IN {_OPEN}",  # noqa: S608 - a constant
        [(at_us, row[0]) for row in found],
    )
    return [str(row[0]) for row in found]


def hold(conn: sqlite3.Connection, alert: str, now_us: int, cause: str, channel: str = EXTENSION) -> None:
    """Keeps a delivery back, while the person works or has asked for quiet."""
    conn.execute(
        "UPDATE delivery SET state = 'held', at_us = ?, cause = ? WHERE alert = ? AND channel = ? AND state = 'queued'",
        (now_us, cause, alert, channel),
    )


def note_channel(conn: sqlite3.Connection, channel: str, at_us: int, cause: str = "") -> None:
    """What a channel did last: it told somebody, or failed for a cause."""
    conn.execute(
        "UPDATE channel SET last_try_us = max(coalesce(last_try_us, 0), :at), cause = :cause, "
        "last_good_us = iif(:cause = '', max(coalesce(last_good_us, 0), :at), last_good_us) WHERE name = :name",
        {"at": at_us, "cause": cause[:200], "name": channel},
    )


def release_held(conn: sqlite3.Connection, now_us: int) -> list[str]:
    """Queues again what was held; returns the alerts, oldest first."""
    found = [
        str(row[0])
        for row in conn.execute(
            "SELECT DISTINCT alert.id FROM delivery JOIN alert ON alert.id = delivery.alert "
            "WHERE delivery.state = 'held' ORDER BY alert.at_us, alert.id"
        )
    ]
    conn.execute("UPDATE delivery SET state = 'queued', at_us = ?, cause = '' WHERE state = 'held'", (now_us,))
    return found


def queue(conn: sqlite3.Connection, alert: str, channel: str, state: str, at_us: int) -> None:
    """Puts an alert into a channel's outbox."""
    conn.execute(
        "INSERT INTO delivery (alert, channel, state, at_us) VALUES (?, ?, ?, ?)", (alert, channel, state, at_us)
    )
