"""One day of the clock for the page Time: its timeline, what each work took, what was corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.now import HOUR_US, day_of
from piecework.store.events import split_task
from piecework.views import figures
from piecework.views.timeline import axis_of, draw, middle
from piecework.worktime.correcting import Correction, corrections, of_day
from piecework.worktime.days import day_start, next_midnight
from piecework.worktime.edits import KINDS
from piecework.worktime.intervals import length
from piecework.worktime.timeline import Stretch, name_of, shared, stretches, wall

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from piecework.store.timebody import Put
    from piecework.views.ask import Ask

_WORK = """
SELECT id, platform, account, task, title, state FROM assignment
WHERE (day_local = :day OR id IN (SELECT assignment FROM interval WHERE day_local = :day AND assignment <> ''))
ORDER BY coalesce(accepted_us, submitted_us, 0), id LIMIT 500
"""
_TITLE = "SELECT title FROM task WHERE platform = ? AND system = ? AND id = ?"
_SITE = """
SELECT max(CAST(json_extract(derived, '$.spent_us') AS INTEGER)) FROM event
WHERE assignment = ? AND assignment <> '' AND json_extract(derived, '$.spent_us') > 0
"""


def day_of_work(conn: sqlite3.Connection, ask: Ask, day: str, near_us: int) -> dict[str, Any]:
    """Everything that the page shows of one local day; `near_us` is its noon."""
    intervals = of_day(conn, day, near_us)
    puts = [one.put for one in intervals]
    found = stretches(intervals)
    axis = axis_of(near_us, ask.zone, found, whole=ask.query.get("view") == "day")
    works = {row["id"]: dict(row) for row in conn.execute(_WORK, {"day": day})}
    rows = [_row(conn, ask, one, works) for one in found]
    made = corrections(conn, axis.day_start_us, axis.day_end_us)
    return {
        "picture": draw(axis, found),
        "rows": rows,
        "whole": ask.query.get("view") == "day",
        "kinds_all": KINDS,
        "works": list(works.values()),
        "wall_us": wall(puts),
        "sum_us": sum(put.active_us for put in puts if put.kind != "idle"),
        "each": _each(puts, rows),
        "own_days": own_days(conn, ask, puts, near_us),
        "corrections": [_corrected(ask, one) for one in made],
        "last": next((one.id for one in made if one.open), ""),
        "platforms": sorted({one["platform"] for one in works.values()} | {put.platform for put in puts}),
    }


def _row(conn: sqlite3.Connection, ask: Ask, one: Stretch, works: dict[str, dict[str, Any]]) -> dict[str, Any]:
    first = one.first
    return {
        "ids": ",".join(one.ids),
        "name": one.ids[0],
        "stretch": one,
        "kind": first.kind,
        "title": title_of(conn, first, works),
        "platform": first.platform,
        "account": first.account,
        "platform_name": ask.platform_name(first.platform),
        "assignment": first.assignment,
        "start_us": one.start_us,
        "end_us": one.end_us,
        "active_us": one.active_us,
        "typed": one.typed,
        "start_text": clock_text(one.start_us, ask.zone),
        "end_text": clock_text(one.end_us, ask.zone),
        "split_text": clock_text(middle(one), ask.zone),
        "site_us": site_time(conn, first.assignment),
    }


def title_of(conn: sqlite3.Connection, put: Put, works: dict[str, dict[str, Any]]) -> str:
    """What people call the work of an interval; "" for time without a task."""
    known = works.get(put.assignment, {}).get("title")
    if known or not put.task:
        return str(known or "")
    system, own = split_task(put.task)
    row = conn.execute(_TITLE, (put.platform, system, own)).fetchone()
    return str(row[0]) if row is not None and row[0] else own


def site_time(conn: sqlite3.Connection, assignment: str) -> int | None:
    """How long the site itself says that an attempt took, µs; None where it says nothing."""
    if not assignment:
        return None
    found = conn.execute(_SITE, (assignment,)).fetchone()[0]
    return None if found is None else int(found)


def _each(puts: Sequence[Put], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each work took: its own wall time, its share of what was at once, and the site's word."""
    shares = shared(puts)
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        name = name_of(row["stretch"].first)
        if name in shares and name not in found:
            own = [(put.start_us, put.end_us) for put in puts if put.kind != "idle" and name_of(put) == name]
            plain = {key: row[key] for key in ("title", "platform_name", "kind", "site_us")}
            found[name] = plain | {"share_us": shares[name], "seen_us": length(own)}
    return sorted(found.values(), key=lambda one: -one["share_us"])


def own_days(conn: sqlite3.Connection, ask: Ask, puts: Sequence[Put], near_us: int) -> list[dict[str, Any]]:
    """The platforms whose own day begins at another moment than the person's, and the time that lies in it."""
    found = []
    for platform in sorted({put.platform for put in puts}):
        known = ask.platforms.get(platform)
        if known is None or day_start(near_us, known.zone) == day_start(near_us, ask.zone):
            continue
        start_us, end_us = day_start(near_us, known.zone), next_midnight(near_us, known.zone)
        ranges = conn.execute(
            "SELECT max(start_us, :start), min(end_us, :end) FROM interval WHERE platform = :platform "
            "AND kind <> 'idle' AND start_us > :start - :spread AND start_us < :end AND end_us > :start",
            {"platform": platform, "start": start_us, "end": end_us, "spread": 26 * HOUR_US},
        ).fetchall()
        found.append(
            {
                "platform_name": ask.platform_name(platform),
                "zone": known.zone,
                "day": day_of(near_us, known.zone),
                "start_us": start_us,
                "end_us": end_us,
                "active_us": length((row[0], row[1]) for row in ranges),
            }
        )
    return found


def _corrected(ask: Ask, one: Correction) -> dict[str, Any]:
    words = [_said(ask, puts) for puts in (one.gone, one.put)]
    return one._asdict() | {"was": words[0], "now": words[1]}


def _said(ask: Ask, puts: Sequence[Put]) -> str:
    """Intervals in a few words: "10:00-10:30 work, 10:40-10:50 search"."""
    return ", ".join(
        f"{clock_text(put.start_us, ask.zone)}\N{EN DASH}{clock_text(put.end_us, ask.zone)} "
        f"{ask.words.find(f'dash.kind_{put.kind}', put.kind)}"
        for put in puts
    )


def clock_text(at_us: int, zone_name: str) -> str:
    """A time of day to the second, as `<input type=time>` takes it."""
    return f"{figures.local(at_us, zone_name):%H:%M:%S}"
