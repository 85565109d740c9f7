"""One day of the clock for the page Time: its timeline, what each work took, what was corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from piecework import figures
from piecework.now import HOUR_US, MINUTE_US, SECOND_US, day_of
from piecework.store.events import split_task
from piecework.store.worked import LEAST, WORTH, hourly
from piecework.views.timeline import axis_of, draw, middle
from piecework.worktime.correcting import Correction, corrections, of_day
from piecework.worktime.days import day_start, next_midnight
from piecework.worktime.edits import KINDS
from piecework.worktime.intervals import length
from piecework.worktime.sessions import session_us
from piecework.worktime.timeline import Stretch, name_of, shared, stretches, wall

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from piecework.store.timebody import Put
    from piecework.views.ask import Ask

MOST = 100
"""Rows of a table on one page, and stretches of the picture that can be pressed and dragged."""
CROWD = 300
"""From so many stretches a day on, only the wide ones have edges to drag."""
_WORK = """
SELECT id, platform, account, task, title, day_local FROM assignment WHERE id IN (
  SELECT id FROM assignment WHERE day_local = :day UNION SELECT value FROM json_each(:named)
) ORDER BY coalesce(accepted_us, submitted_us, 0), id LIMIT 2000
"""
_STATED = """
SELECT assignment, max(CAST(json_extract(derived, '$.spent_us') AS INTEGER)) FROM event
WHERE assignment IN (SELECT value FROM json_each(?)) AND assignment <> '' GROUP BY assignment
"""
_WORTH = f"""
SELECT id, platform, session, pay_currency, {WORTH} AS micro FROM assignment
WHERE day_local = ? AND submitted_us IS NOT NULL AND pay_micro IS NOT NULL LIMIT 2000
"""  # noqa: S608 - fixed texts
PAUSES = (0, 5, 30)
"""Minutes: pauses between tasks that are counted in, where the page says what an hour of the day was worth."""
_TITLE = "SELECT title FROM task WHERE platform = ? AND system = ? AND id = ?"
Row = dict[str, Any]


def day_of_work(conn: sqlite3.Connection, ask: Ask, day: str, near_us: int) -> Row:
    """All that the page shows of one local day; `near_us` is its noon, `fix` names the row whose forms are shown."""
    puts_typed = of_day(conn, day, near_us)
    puts = [one.put for one in puts_typed]
    found = stretches(puts_typed)
    whole = ask.query.get("view") == "day"
    axis = axis_of(near_us, ask.zone, found, whole=whole)
    named = sorted({put.assignment for put in puts} - {""})
    works = {str(row["id"]): dict(row) for row in conn.execute(_WORK, {"day": day, "named": json.dumps(named)})}
    pages = max(1, -(-len(found) // MOST))
    page = min(ask.page(), pages)
    shown = range((page - 1) * MOST, min(page * MOST, len(found)))
    rows = [_row(conn, ask, found[place], works) | {"next": _next(found, place)} for place in shown]
    made = corrections(conn, axis.day_start_us, axis.day_end_us)
    return {
        "picture": draw(axis, found, shown),
        "crowded": len(found) > CROWD,
        "rows": rows,
        "page": page,
        "pages": pages,
        "fix": ask.query.get("fix", ""),
        "whole": whole,
        "kinds_all": KINDS,
        "works": list(works.values()),
        "wall_us": wall(puts),
        "sum_us": sum(put.active_us for put in puts if put.kind != "idle"),
        "each": _with_stated(conn, [*_each(conn, ask, puts, works), *_said_only(ask, works, puts, day)])[:MOST],
        "sessions": _sessions(conn, puts, day),
        "own_days": own_days(conn, ask, puts, near_us),
        "corrections": [_corrected(ask, one) for one in made],
        "last": next((one.id for one in made if one.open), ""),
        "platforms": sorted({one["platform"] for one in works.values()} | {put.platform for put in puts}),
    }


def _row(conn: sqlite3.Connection, ask: Ask, one: Stretch, works: dict[str, Row]) -> Row:
    first = one.first
    return {
        "ids": ",".join(one.ids),
        "name": one.ids[0],
        "kind": first.kind,
        "title": title_of(conn, first, works),
        "platform": first.platform,
        "account": first.account,
        "platform_name": ask.platform_name(first.platform),
        "assignment": first.assignment,
        "start_us": one.start_us,
        "end_us": one.end_us,
        "active_us": one.active_us if first.kind != "idle" else one.end_us - one.start_us,
        "typed": one.typed,
        "start_text": clock_text(one.start_us, ask.zone),
        "end_text": clock_text(one.end_us, ask.zone),
        "split_text": clock_text(middle(one), ask.zone),
    }


def title_of(conn: sqlite3.Connection, put: Put, works: dict[str, Row]) -> str:
    """What people call the work of an interval; "" for time without a task."""
    known = works.get(put.assignment, {}).get("title")
    if known or not put.task:
        return str(known or "")
    system, own = split_task(put.task)
    row = conn.execute(_TITLE, (put.platform, system, own)).fetchone()
    return str(row[0]) if row is not None and row[0] else own


def _each(conn: sqlite3.Connection, ask: Ask, puts: Sequence[Put], works: dict[str, Row]) -> list[Row]:
    """What each work took: its own wall time, its share of what was at once, and the site's word; the longest first."""
    of_work: dict[str, list[Put]] = {}
    for put in puts:
        if put.kind != "idle":
            of_work.setdefault(name_of(put), []).append(put)
    longest = sorted(shared(puts).items(), key=lambda share: -share[1])
    return [
        {
            "title": title_of(conn, of_work[name][0], works),
            "platform_name": ask.platform_name(of_work[name][0].platform),
            "kind": of_work[name][0].kind,
            "assignment": of_work[name][0].assignment,
            "share_us": share_us,
            "seen_us": length((put.start_us, put.end_us) for put in of_work[name]),
        }
        for name, share_us in longest[:MOST]
    ]


def _sessions(conn: sqlite3.Connection, puts: Sequence[Put], day: str) -> list[Row]:
    """What an hour of the day was worth, by the pauses that are counted in; nothing below `LEAST` attempts.

    Only attempts of known pay and known time count, above and below the line; where they were paid in two currencies
    nothing is said.
    """
    ranges: dict[str, list[tuple[int, int]]] = {}
    for put in puts:
        if put.kind == "work" and (put.assignment or put.session):
            name = put.assignment or f"{put.platform}|{put.session}"
            ranges.setdefault(name, []).append((put.start_us, put.end_us))
    done = [
        (row["micro"], row["pay_currency"], own)
        for row in conn.execute(_WORTH, (day,))
        if (own := [*ranges.get(row["id"], ()), *ranges.get(f"{row['platform']}|{row['session']}", ())])
    ]
    together = [piece for _, _, own in done for piece in own]
    if len(done) < LEAST or len({currency for _, currency, _ in done}) > 1 or length(together) < SECOND_US:
        return []
    micro, currency = sum(one for one, _, _ in done), done[0][1]
    return [
        {"pause": pause, "currency": currency, "micro": hourly(micro, session_us(together, pause * MINUTE_US))}
        for pause in PAUSES
    ]


def _next(found: Sequence[Stretch], place: int) -> str:
    """The ids of the next stretch of the same platform and account; "" where there is none."""
    own = found[place].first
    later = (found[after] for after in range(place + 1, len(found)))
    beside = (one for one in later if (one.first.platform, one.first.account) == (own.platform, own.account))
    return ",".join(next((one.ids for one in beside), ()))


def _said_only(ask: Ask, works: dict[str, Row], puts: Sequence[Put], day: str) -> list[Row]:
    """Work of the day that nobody has seen, whatever the site says of it."""
    seen = {put.assignment for put in puts}
    return [
        {
            "title": work["title"] or split_task(work["task"])[1],
            "platform_name": ask.platform_name(work["platform"]),
            "kind": "work",
            "assignment": own,
            "share_us": 0,
            "seen_us": None,
        }
        for own, work in works.items()
        if own not in seen and work["day_local"] == day
    ]


def _with_stated(conn: sqlite3.Connection, rows: Sequence[Row]) -> list[Row]:
    """Adds the time that the site states, without work that neither has seen."""
    named = json.dumps(sorted({row["assignment"] for row in rows} - {""}))
    stated: dict[str, int] = dict(conn.execute(_STATED, (named,)).fetchall())
    told = [row | {"site_us": stated.get(row["assignment"])} for row in rows]
    return [row for row in told if row["seen_us"] is not None or row["site_us"] is not None]


def own_days(conn: sqlite3.Connection, ask: Ask, puts: Sequence[Put], near_us: int) -> list[Row]:
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


def _corrected(ask: Ask, one: Correction) -> Row:
    words = [_said(ask, puts) for puts in (one.gone, one.put)]
    return one._asdict() | {"was": words[0], "now": words[1]}


def _said(ask: Ask, puts: Sequence[Put]) -> str:
    """Intervals in a few words: "10:00-10:30 work, 10:40-10:50 search"."""
    return ", ".join(
        f"{_short(put.start_us, ask.zone)}\N{EN DASH}{_short(put.end_us, ask.zone)} "
        f"{ask.words.find(f'dash.kind_{put.kind}', put.kind)}"
        for put in puts
    )


def _short(at_us: int, zone_name: str) -> str:
    return clock_text(at_us, zone_name).removesuffix(":00")


def clock_text(at_us: int, zone_name: str) -> str:
    """A time of day to the second, as `<input type=time>` takes it."""
    return f"{figures.local(at_us, zone_name):%H:%M:%S}"
