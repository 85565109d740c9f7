"""Correcting the clock: what the forms and the timeline of the page Time ask for."""

from __future__ import annotations

import re
from datetime import date, datetime
from datetime import time as time_of_day
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from piecework.control.add import platform_id
from piecework.control.arguments import read
from piecework.control.typed import context
from piecework.errors import BadUsage
from piecework.now import DAY_US, SECOND_US, day_of, to_us
from piecework.now import zone as zone_of
from piecework.store.timebody import Put
from piecework.worktime import edits
from piecework.worktime.correcting import correct, named, undo, work_of
from piecework.worktime.days import day_start, next_midnight

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from piecework.control.services import Services

_TIME = re.compile(r"(\d{1,2})[:hH.](\d{2})(?:[:.](\d{2}))?")
_TOPICS = ("time", "today")


class Edit(msgspec.Struct):
    """What is to change. `ids`: intervals, parted by commas; `task`: the id of an attempt, "" for none.

    `more`: the intervals that `join` adds to them.

    A moment (`at`, `start`, `end`) is µs UTC, or a time of day "14:05" or "14:05:30": of the day that the time lies
    on, or of `day` where it is added.
    """

    action: Literal["split", "join", "move", "kind", "assign", "delete", "add"]
    ids: str = ""
    more: str = ""
    day: str = ""
    at: str = ""
    start: str = ""
    end: str = ""
    kind: str = "work"
    task: str = ""
    platform: str = ""


async def edit(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Corrects time: `{edit}`, the correction's id. Raises BadUsage where it can't be as it is asked for."""
    asked = read(args, Edit)
    own = await services.store.write(lambda conn: _edit(services, conn, asked))
    _tell(services)
    return {"edit": own}


async def take_back(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Undoes the correction `{edit}`. Raises BadUsage where there is none or a later one stands on it."""
    own = str(args.get("edit", ""))
    await services.store.write(lambda conn: undo(conn, context(services), own))
    _tell(services)
    return {"edit": own}


def _tell(services: Services) -> None:
    services.bus.publish(*_TOPICS)
    services.hub.push_state()


def _edit(services: Services, conn: sqlite3.Connection, asked: Edit) -> str:
    ctx = context(services)
    ids = f"{asked.ids},{asked.more}" if asked.action == "join" else asked.ids
    rows = [] if asked.action == "add" else named(conn, [one for one in ids.split(",") if one])
    wanted = _ACTIONS[asked.action](services, conn, asked, rows)
    if any(row.end_us > ctx.now_us for row in wanted if not row.id):
        raise BadUsage("Time to come can't be logged.")
    return correct(conn, ctx, asked.action, rows, wanted)


def _split(services: Services, _conn: sqlite3.Connection, asked: Edit, rows: list[Put]) -> list[Put]:
    middle = (rows[0].start_us + rows[-1].end_us) // 2
    return edits.split(rows, moment(asked.at, day_of(middle, services.zone), services.zone, middle))


def _join(services: Services, _conn: sqlite3.Connection, _asked: Edit, rows: list[Put]) -> list[Put]:
    return edits.join(rows, services.zone)


def _move(services: Services, _conn: sqlite3.Connection, asked: Edit, rows: list[Put]) -> list[Put]:
    start_us, end_us = rows[0].start_us, max(row.end_us for row in rows)
    # An edge moves on the day it lies on now: time that was logged in another zone may lie beside the day shown.
    days = [day_of(at_us, services.zone) for at_us in (start_us, end_us - 1)]
    if asked.start:
        start_us = _kept(start_us, moment(asked.start, days[0], services.zone, start_us), asked.start)
    if asked.end:
        end_us = _kept(end_us, _end(asked.end, days[1], services.zone, start_us, end_us), asked.end)
    return edits.move(rows, start_us, end_us, services.zone)


def _kept(was_us: int, now_us: int, text: str) -> int:
    """An edge that is given to the second and is the same second stays where it was."""
    return was_us if not text.isdigit() and 0 <= was_us - now_us < SECOND_US else now_us


def _kind(_services: Services, _conn: sqlite3.Connection, asked: Edit, rows: list[Put]) -> list[Put]:
    return edits.set_kind(rows, asked.kind)


def _assign(_services: Services, conn: sqlite3.Connection, asked: Edit, rows: list[Put]) -> list[Put]:
    return edits.assign(rows, work_of(conn, asked.task, rows[0].platform, rows[0].account))


def _delete(_services: Services, _conn: sqlite3.Connection, _asked: Edit, _rows: list[Put]) -> list[Put]:
    return []


def _add(services: Services, conn: sqlite3.Connection, asked: Edit, _rows: list[Put]) -> list[Put]:
    platform, account = platform_id(services, asked.platform), ""
    row = conn.execute("SELECT account FROM account WHERE platform = ? AND state = 'claimed'", (platform,)).fetchone()
    account = "" if row is None else str(row[0])
    work = work_of(conn, asked.task, platform, account)
    like = Put(
        id="",
        kind=asked.kind,
        start_us=0,
        end_us=0,
        active_us=0,
        day="",
        platform=platform,
        account=account,
        task=work.task,
        assignment=work.assignment,
        session=work.session,
    )
    near_us = services.clock.now_us()
    start_us = moment(asked.start, asked.day, services.zone, near_us)
    return edits.add(like, start_us, _end(asked.end, asked.day, services.zone, start_us, start_us), services.zone)


def _end(text: str, day: str, zone: str, start_us: int, near_us: int) -> int:
    """An end that was typed: one that would lie before the start is of the day after, as 00:30 after 23:30 is."""
    found = moment(text, day, zone, near_us)
    if found > start_us or text.isdigit():
        return found
    after = day_of(next_midnight(start_us, zone), zone)
    later = moment(text, after, zone, near_us)
    return later if later - start_us < DAY_US // 2 else found


_ACTIONS: dict[str, Callable[[Services, sqlite3.Connection, Edit, list[Put]], list[Put]]] = {
    "split": _split,
    "join": _join,
    "move": _move,
    "kind": _kind,
    "assign": _assign,
    "delete": _delete,
    "add": _add,
}


def moment(text: str, day: str, zone: str, near_us: int) -> int:
    """A moment of a local day, as it was typed: µs UTC. Raises BadUsage for what is no time of that day.

    An hour that the clock shows twice, and 00:00, which begins and ends a day, mean the one nearest to `near_us`.
    """
    if text.isdigit() and len(text) > len("235959"):
        return int(text[:18])
    parts = _TIME.fullmatch(text.strip())
    try:
        found = time_of_day(int(parts[1]), int(parts[2]), int(parts[3] or 0)) if parts else None
        local = datetime.combine(date.fromisoformat(day), found or time_of_day(), zone_of(zone))
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise BadUsage(f"“{text[:20]}” is no time of day. Write it as 14:05, or 14:05:30.")
    ways = {to_us(local.replace(fold=fold)) for fold in (0, 1)}
    if found == time_of_day():
        ways = {day_start(min(ways), zone), next_midnight(max(ways), zone)}
    return min(ways, key=lambda one: (abs(one - near_us), one))
