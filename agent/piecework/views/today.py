"""What the popup and the page Today show of this moment: money and time of the local day, running work, lists."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from piecework.now import day_of
from piecework.protocol.messages import Amount, ListView, State
from piecework.watch.expected import next_us, overdue_us, refreshes_of
from piecework.watch.health import LOOKS
from piecework.worktime.tracker import active_on, running

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.platforms import Platform

SECOND_US = 1_000_000
_NONE: Mapping[str, Platform] = MappingProxyType({})


def state(conn: sqlite3.Connection, now_us: int, zone: str, platforms: Mapping[str, Platform] = _NONE) -> State:
    """Today's submitted money per currency, today's active seconds, the running task, every list."""
    day = day_of(now_us, zone)
    work = running(conn, now_us)
    active_us = active_on(conn, now_us, zone)
    return State(
        day=day,
        earned=earned(conn, day),
        active_s=active_us // SECOND_US,
        running=work.task if work else "",
        running_title=_title(conn, work.platform, work.task) if work else "",
        running_since_us=work.since_us if work else 0,
        running_active_s=work.active_us // SECOND_US if work else 0,
        open_alerts=_held(conn),
        lists=_lists(conn, platforms),
    )


def earned(conn: sqlite3.Connection, day: str) -> list[Amount]:
    """Money submitted on a local day, bonuses included, by currency; micro-units."""
    found = conn.execute(
        "SELECT sum(micro) AS micro, currency FROM sum_day WHERE day = ? AND state IN ('submitted', 'bonus') "
        "GROUP BY currency HAVING sum(micro) <> 0 ORDER BY currency",
        [day],
    )
    return [Amount(row["micro"], row["currency"]) for row in found]


def _title(conn: sqlite3.Connection, platform: str, task: str) -> str:
    system, _, own = task.partition(":")
    row = (
        conn.execute(
            "SELECT title FROM task WHERE platform = ? AND system = ? AND id = ?", [platform, system, own]
        ).fetchone()
        or conn.execute(
            "SELECT title FROM assignment WHERE platform = ? AND task = ? AND title <> '' LIMIT 1", [platform, task]
        ).fetchone()
    )
    return str(row["title"]) if row else own


def _held(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(DISTINCT alert) FROM delivery WHERE state = 'held'").fetchone()[0])


def _lists(conn: sqlite3.Connection, platforms: Mapping[str, Platform]) -> list[ListView]:
    return [
        ListView(
            platform=row["platform"],
            list=row["list"],
            account=row["account"],
            state=row["state"],
            cause=row["cause"],
            last_look_us=row["last_look_us"] or 0,
            last_good_us=row["last_good_us"] or 0,
            tasks=row["tasks"],
            next_look_us=next_us(row, refreshes_of(platforms, row["platform"])) or 0,
            overdue_us=overdue_us(row, refreshes_of(platforms, row["platform"])) or 0,
        )
        for row in conn.execute(LOOKS)
    ]
