"""How each list is doing: a row per list with its state, cause, last look and last good look."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from piecework.now import MINUTE_US
from piecework.watch.alerts import withdraw_list
from piecework.watch.effects import WatchEffects
from piecework.watch.expected import GOOD, Rhythm, heard, next_us, overdue_us, refreshes_of
from piecework.watch.reading import RAW, cut

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.platforms import Platform
    from piecework.protocol.bodies import Health
    from piecework.protocol.messages import Event
    from piecework.store import Context
    from piecework.watch.tasks import Where

LIST = 60
"""Longest name of a list."""
AWAY = frozenset({"resting", "tab_asleep"})
"""What a browser says of its own tabs: it says nothing of a list that another browser reads."""
OLD_US = 10 * MINUTE_US
"""A good look older than this no longer speaks for the moment."""
LATE_US = MINUTE_US


LOOKS = (
    "SELECT platform, list, account, state, cause, since_us, last_look_us, last_good_us, next_look_us, tasks, "
    "unreadable, cid, every_us, steady FROM list_state ORDER BY platform, list, account"
)
"""Every list, with what it takes to say how it is at a moment."""


class Moment(NamedTuple):
    """What is asked of a list besides its row: the time, whether an agent runs, which browsers are connected.

    `browsers` None: nobody knows, and none is missed. `platforms`: whose definitions say how pages refresh.
    """

    now_us: int
    agent: bool = True
    browsers: frozenset[str] | None = None
    platforms: Mapping[str, Platform] = MappingProxyType({})

    def has(self, cid: str) -> bool:
        """Whether the browser that read a list last is connected; any of them where it is not known which."""
        return self.browsers is None or (cid in self.browsers if cid else bool(self.browsers))


class Looked(NamedTuple):
    """What a finished look says of its list."""

    tasks: int
    unreadable: int
    complete: bool
    look: str
    parts: int


class Before(NamedTuple):
    """What was known of a list before a look: when, in which state, from which browser, and its rhythm."""

    last_us: int
    state: str
    cid: str
    next_us: int | None
    rhythm: Rhythm


def at_present(row: Mapping[str, Any], at: Moment) -> tuple[str, str]:
    """A list's state and cause at a moment: what was seen last, unless nobody looks any more.

    A list that was read well is `agent_off` without an agent, `offline` (cause `no_browser`) without the browser that
    read it, and `not_refreshing` when its next look is overdue (cause `overdue`) or when it is older than OLD_US and
    none is due (cause `old`): never then "watching".
    """
    state, cause = str(row["state"]), str(row["cause"])
    if state not in GOOD:
        return state, cause
    if not at.agent:
        return "agent_off", ""
    if not at.has(str(row["cid"])):
        return "offline", "no_browser"
    refreshes = refreshes_of(at.platforms, row["platform"])
    late_us, due_us = overdue_us(row, refreshes), next_us(row, refreshes)
    if late_us is not None and at.now_us > late_us:
        return "not_refreshing", "overdue"
    if at.now_us - (row["last_good_us"] or 0) > OLD_US and (due_us is None or at.now_us - due_us > LATE_US):
        return "not_refreshing", "old"
    return state, cause


def before(conn: sqlite3.Connection, platform: str, name: str, account: str) -> Before | None:
    """What is known of a list so far; None for one that was never looked at."""
    row = conn.execute(
        "SELECT last_look_us, state, cid, next_look_us, every_us, steady FROM list_state "
        "WHERE platform = ? AND list = ? AND account = ?",
        (platform, name, account),
    ).fetchone()
    return None if row is None or row[0] is None else Before(row[0], row[1], row[2], row[3], Rhythm(row[4], row[5]))


def apply_health(
    conn: sqlite3.Connection, ctx: Context, event: Event, health: Health, *, again: bool = False
) -> WatchEffects:
    """A list changed its state, or said once more what it is. Only a good state moves the last good look.

    `again`: the client's sequence number was there before; a health that is no newer than the row says nothing.
    """
    at_us = min(event.at_us, ctx.now_us)
    name = cut(health.list, LIST)
    known = before(conn, event.platform, name, event.account)
    if known is not None and ((again and at_us <= known.last_us) or _of_another(known, ctx, health.state)):
        return WatchEffects()
    good = at_us if health.state in GOOD else None
    conn.execute(
        "INSERT INTO list_state (platform, list, account, state, cause, since_us, last_look_us, last_good_us, cid) "
        "VALUES (:platform, :list, :account, :state, :cause, :at, :at, :good, :cid) "
        "ON CONFLICT (platform, list, account) DO UPDATE SET "
        "since_us = iif(list_state.state = excluded.state, list_state.since_us, excluded.since_us), "
        "state = excluded.state, cause = excluded.cause, last_look_us = excluded.last_look_us, "
        "cid = excluded.cid, last_good_us = coalesce(excluded.last_good_us, list_state.last_good_us)",
        {
            "platform": event.platform,
            "list": name,
            "account": event.account,
            "state": health.state,
            "cause": cut(health.cause, RAW),
            "at": at_us,
            "good": good,
            "cid": ctx.cid,
        },
    )
    over = withdraw_list(conn, event.platform, name, at_us) if good and known and known.state not in GOOD else []
    return WatchEffects(topics={"platforms"}, state=True, gone=over)


def _of_another(known: Before, ctx: Context, state: str) -> bool:
    """Whether a browser speaks of its own tabs while another one read the list last, and read it well."""
    return state in AWAY and known.state in GOOD and bool(known.cid) and known.cid != ctx.cid


def note_look(conn: sqlite3.Connection, where: Where, looked: Looked, rhythm: Rhythm, cid: str) -> None:
    """A list was read well: `watching` with tasks in it, `empty` without."""
    conn.execute(
        "INSERT INTO list_state (platform, list, account, state, since_us, last_look_us, last_good_us, complete, "
        "tasks, unreadable, look, parts, cid, every_us, steady) VALUES (:platform, :list, :account, :state, :at, :at, "
        ":at, :complete, :tasks, :unreadable, :look, :parts, :cid, :every, :steady) "
        "ON CONFLICT (platform, list, account) DO UPDATE SET "
        "since_us = iif(list_state.state = excluded.state, list_state.since_us, excluded.since_us), "
        "state = excluded.state, cause = '', last_look_us = excluded.last_look_us, "
        "last_good_us = excluded.last_good_us, complete = excluded.complete, tasks = excluded.tasks, "
        "unreadable = excluded.unreadable, look = excluded.look, parts = excluded.parts, cid = excluded.cid, "
        "every_us = excluded.every_us, steady = excluded.steady",
        {
            "platform": where.platform,
            "list": where.list,
            "account": where.account,
            "state": "watching" if looked.tasks else "empty",
            "at": where.at_us,
            "complete": int(looked.complete),
            "tasks": looked.tasks,
            "unreadable": looked.unreadable,
            "look": cut(looked.look, RAW),
            "parts": looked.parts,
            "cid": cid,
            "every": rhythm.every_us,
            "steady": rhythm.steady,
        },
    )


def rhythm_after(known: Before | None, at_us: int, cid: str, *, by_itself: bool) -> Rhythm:
    """A list's rhythm after a look. Looks of two browsers, or our own ones, are no rhythm of its page."""
    if known is None:
        return Rhythm()
    alike = by_itself and known.cid == cid and known.next_us is None
    return heard(known.rhythm, at_us - known.last_us, by_itself=alike)
