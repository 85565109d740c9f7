"""How each list is doing: a row per list with its state, cause, last look and last good look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from piecework.now import MINUTE_US
from piecework.watch.effects import WatchEffects
from piecework.watch.reading import RAW, cut

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.protocol.bodies import Health
    from piecework.protocol.messages import Event
    from piecework.store import Context

GOOD = frozenset({"watching", "empty"})
"""States of a list that was read well."""
LIST = 60
"""Longest name of a list."""


OLD_US = 10 * MINUTE_US
"""A good look older than this no longer speaks for the moment."""
LATE_US = MINUTE_US


class Moment(NamedTuple):
    """What is asked of a list besides its row: the time, whether an agent runs and whether a browser is connected."""

    now_us: int
    agent: bool = True
    browser: bool = True


class Looked(NamedTuple):
    """What a finished look says of its list."""

    tasks: int
    unreadable: int
    complete: bool
    look: str
    parts: int


def at_present(row: Mapping[str, Any], at: Moment) -> tuple[str, str]:
    """A list's state and cause at a moment: what was seen last, unless nobody looks any more.

    A list that was read well is `agent_off` without an agent, `offline` (cause `no_browser`) without a browser, and
    `not_refreshing` (cause `old`) when it is older than OLD_US and no look of ours is due: never then "watching".
    """
    state, cause = str(row["state"]), str(row["cause"])
    if state not in GOOD:
        return state, cause
    if not at.agent:
        return "agent_off", ""
    if not at.browser:
        return "offline", "no_browser"
    due_us = row["next_look_us"]
    if at.now_us - (row["last_good_us"] or 0) > OLD_US and (due_us is None or at.now_us - due_us > LATE_US):
        return "not_refreshing", "old"
    return state, cause


def last_look(conn: sqlite3.Connection, platform: str, name: str, account: str) -> int | None:
    """When the list was last looked at; None for one that never was."""
    row = conn.execute(
        "SELECT last_look_us FROM list_state WHERE platform = ? AND list = ? AND account = ?",
        (platform, name, account),
    ).fetchone()
    return None if row is None else row[0]


def apply_health(
    conn: sqlite3.Connection, ctx: Context, event: Event, health: Health, *, again: bool = False
) -> WatchEffects:
    """A list changed its state, or said once more what it is. Only a good state moves the last good look.

    `again`: the client's sequence number was there before; a health that is no newer than the row says nothing.
    """
    at_us = min(event.at_us, ctx.now_us)
    if again and at_us <= (last_look(conn, event.platform, cut(health.list, LIST), event.account) or 0):
        return WatchEffects()
    good = at_us if health.state in GOOD else None
    conn.execute(
        "INSERT INTO list_state (platform, list, account, state, cause, since_us, last_look_us, last_good_us) "
        "VALUES (:platform, :list, :account, :state, :cause, :at, :at, :good) "
        "ON CONFLICT (platform, list, account) DO UPDATE SET "
        "since_us = iif(list_state.state = excluded.state, list_state.since_us, excluded.since_us), "
        "state = excluded.state, cause = excluded.cause, last_look_us = excluded.last_look_us, "
        "last_good_us = coalesce(excluded.last_good_us, list_state.last_good_us)",
        {
            "platform": event.platform,
            "list": cut(health.list, LIST),
            "account": event.account,
            "state": health.state,
            "cause": cut(health.cause, RAW),
            "at": at_us,
            "good": good,
        },
    )
    return WatchEffects(topics={"platforms"}, state=True)


def note_look(conn: sqlite3.Connection, event: Event, name: str, at_us: int, looked: Looked) -> None:
    """A list was read well: `watching` with tasks in it, `empty` without."""
    conn.execute(
        "INSERT INTO list_state (platform, list, account, state, since_us, last_look_us, last_good_us, complete, "
        "tasks, unreadable, look, parts) VALUES (:platform, :list, :account, :state, :at, :at, :at, :complete, "
        ":tasks, :unreadable, :look, :parts) ON CONFLICT (platform, list, account) DO UPDATE SET "
        "since_us = iif(list_state.state = excluded.state, list_state.since_us, excluded.since_us), "
        "state = excluded.state, cause = '', last_look_us = excluded.last_look_us, "
        "last_good_us = excluded.last_good_us, complete = excluded.complete, tasks = excluded.tasks, "
        "unreadable = excluded.unreadable, look = excluded.look, parts = excluded.parts",
        {
            "platform": event.platform,
            "list": name,
            "account": event.account,
            "state": "watching" if looked.tasks else "empty",
            "at": at_us,
            "complete": int(looked.complete),
            "tasks": looked.tasks,
            "unreadable": looked.unreadable,
            "look": cut(looked.look, RAW),
            "parts": looked.parts,
        },
    )
