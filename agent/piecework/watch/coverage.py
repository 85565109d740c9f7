"""How long lists were watched, hour by hour, and what came in each week: what the forecast is made of, in the store."""

from __future__ import annotations

from itertools import repeat
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from piecework.now import DAY_US, HOUR_US
from piecework.watch.forecast import (
    HOURS,
    QUARTER_US,
    QUARTERS,
    Arrival,
    Counted,
    Forecast,
    exposure,
    foretell,
    hour_of,
    hours_of_week,
    spread,
)

if TYPE_CHECKING:
    import sqlite3

WEEK_US: Final = 7 * DAY_US
MONDAY_US: Final = 4 * DAY_US
"""1970-01-05, the first Monday there is a number for."""
WEEKS: Final = 12
"""The forecast speaks of this week and of twelve before it."""
WHOLE: Final = 1_000_000
"""One task; what came in a longer pause is shared out over its quarters of an hour."""
KINDS: Final = ("all", "new", "reopened")
_ADD = """
INSERT INTO watched (platform, list, hour_us, us) VALUES (?, ?, ?, ?)
ON CONFLICT (platform, hour_us, list) DO UPDATE SET us = min(us + excluded.us, ?)
"""
_PUT = """
INSERT INTO arrival_week (platform, week_us, kind, tasks, unknown, quarters) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (platform, week_us, kind) DO UPDATE SET
  tasks = tasks + excluded.tasks, unknown = unknown + excluded.unknown, quarters = excluded.quarters
"""
_FIRST = "SELECT min(first_seen_us) FROM arrival WHERE platform = ? AND first_seen_us >= ? AND kind <> 'baseline'"
_CAME = """
SELECT platform, week_us, tasks, unknown, quarters FROM arrival_week
WHERE week_us BETWEEN :from AND :to AND (:kind = 'all' OR kind = :kind) AND (:platform = '' OR platform = :platform)
"""
# Several lists watched at once are one hour of watching. Hours of the week are UTC's; `part` tells apart those before
# and after the clocks of the person's zone were changed.
_WATCHED = """
SELECT platform, (hour_us >= :first) + (hour_us >= :second) AS part, (hour_us - :monday) / :hour % :hours AS hour,
  sum(us), min(hour_us) FROM (
    SELECT platform, hour_us, max(us) AS us FROM watched
    WHERE hour_us BETWEEN :from AND :to AND (:platform = '' OR platform = :platform) GROUP BY platform, hour_us
  ) GROUP BY platform, part, hour
"""


class Named(NamedTuple):
    """The forecast of one platform and kind of arrival."""

    platform: str
    kind: str
    forecast: Forecast


class _Parts(NamedTuple):
    """When, within the weeks asked for, the zone's clocks are changed: hours before `first`, before `second`, after."""

    first: int
    second: int


def note_watched(conn: sqlite3.Connection, platform: str, name: str, before_us: int | None, at_us: int) -> None:
    """A list was looked at again: the time since the look before was watched, as far as a look sees back."""
    if before_us is None:
        return
    for hour_us, us in exposure(before_us, at_us):
        conn.execute(_ADD, (platform, name, hour_us, us, HOUR_US))


def note_arrival(conn: sqlite3.Connection, platform: str, kind: str, arrival: Arrival) -> None:
    """A task came: it is counted in its week, in the quarters of an hour in which it may have come."""
    pieces = spread(arrival)
    weeks: dict[int, dict[int, int]] = {week_of(arrival.first_seen_us): {}}
    for at_us, share in pieces:
        week_us = week_of(at_us)
        weeks.setdefault(week_us, {})[(at_us - week_us) // QUARTER_US] = round(WHOLE * share * arrival.n)
    for place, (week_us, came) in enumerate(weeks.items()):
        tasks, unknown = (0, 0) if place else (arrival.n * bool(pieces), arrival.n * (not pieces))
        row = conn.execute(
            "SELECT quarters FROM arrival_week WHERE platform = ? AND week_us = ? AND kind = ?",
            (platform, week_us, kind),
        ).fetchone()
        known = _quarters(row[0]) if row else {}
        for quarter, parts in came.items():
            known[quarter] = known.get(quarter, 0) + parts
        text = msgspec.json.encode(known).decode()
        conn.execute(_PUT, (platform, week_us, kind, tasks, unknown, text))


def platforms(conn: sqlite3.Connection, now_us: int) -> list[str]:
    """Platforms with arrivals in the time that the forecast speaks of."""
    span = _span(now_us)
    found = conn.execute(
        "SELECT DISTINCT platform FROM arrival_week WHERE week_us BETWEEN :from AND :to ORDER BY platform", span
    )
    return [str(platform) for (platform,) in found]


def foresee(conn: sqlite3.Connection, platform: str, kind: str, *, zone: str, now_us: int) -> Named:
    """When tasks of a platform come. `kind` is one of KINDS; the hours are those of the person's zone."""
    counted = count(conn, kind, zone=zone, now_us=now_us, platform=platform).get(platform, NOTHING)
    return Named(platform, kind, foretell(counted, zone=zone, now_us=now_us))


_NO_QUARTERS = [0] * QUARTERS
NOTHING = Counted([0.0] * HOURS, [0.0] * HOURS, 0, 0, 0)


def count(conn: sqlite3.Connection, kind: str, *, zone: str, now_us: int, platform: str = "") -> dict[str, Counted]:
    """What is known of each platform's hours of the week, or of one platform's alone."""
    span = _span(now_us)
    asked = span | {"kind": kind, "platform": platform}
    # Weeks between two changes of the clocks are alike: they are added up before they are the person's hours.
    alike: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    totals: dict[str, tuple[int, int]] = {}
    for name, week_us, tasks, unknown, quarters in conn.execute(_CAME, asked):
        key = (name, hours_of_week(week_us, zone))
        came = map(_quarters(quarters).get, range(QUARTERS), repeat(0))
        alike[key] = list(map(add, alike.get(key, _NO_QUARTERS), came))
        before = totals.get(name, (0, 0))
        totals[name] = (before[0] + tasks, before[1] + unknown)
    counts = _by_hour(alike)
    watched, since_us = _watched(conn, span, platform, zone)
    found = {}
    for name in {*counts, *watched}:
        first_us = conn.execute(_FIRST, (name, span["from"])).fetchone()[0]
        days = -(-(now_us - min(first_us or now_us, since_us.get(name, now_us), now_us)) // DAY_US)
        tasks, unknown = totals.get(name, (0, 0))
        own = counts.get(name, NOTHING.counts)
        found[name] = Counted(own, watched.get(name, NOTHING.exposed), tasks, unknown, days)
    return found


def _by_hour(alike: dict[tuple[str, tuple[int, ...]], list[int]]) -> dict[str, list[float]]:
    """Tasks by the person's hour of the week, from what came in each quarter of an hour of alike weeks."""
    found: dict[str, list[float]] = {}
    for (name, hours), quarters in alike.items():
        own = found.setdefault(name, [0.0] * HOURS)
        for hour, parts in zip(hours, quarters, strict=True):
            own[hour] += parts / WHOLE
    return found


def week_of(at_us: int) -> int:
    """The first moment of a moment's week, Monday's midnight UTC."""
    return (at_us - MONDAY_US) // WEEK_US * WEEK_US + MONDAY_US


def _span(now_us: int) -> dict[str, int]:
    return {"from": week_of(now_us) - WEEKS * WEEK_US, "to": now_us}


def _quarters(text: str) -> dict[int, int]:
    return msgspec.json.decode(text, type=dict[int, int])


def _watched(
    conn: sqlite3.Connection, span: dict[str, int], platform: str, zone: str
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Hours watched in each hour of the person's week, by platform; and since when each was watched."""
    parts = _parts(span["from"], span["to"], zone)
    fixed = {"monday": MONDAY_US, "hour": HOUR_US, "hours": HOURS, "platform": platform}
    watched: dict[str, list[float]] = {}
    since_us: dict[str, int] = {}
    for name, _part, _hour, us, first_us in conn.execute(_WATCHED, span | fixed | parts._asdict()):
        own = watched.setdefault(name, [0.0] * HOURS)
        for quarter in range(4):
            own[hour_of(first_us + quarter * QUARTER_US, zone)] += us / 4 / HOUR_US
        since_us[name] = min(first_us, since_us.get(name, first_us))
    return watched, since_us


def _parts(from_us: int, to_us: int, zone: str) -> _Parts:
    """Where a step of an hour is no step of an hour on the person's clock; `to` and later where it always is."""
    never = to_us + HOUR_US
    shifts = [
        at_us
        for at_us in range(from_us + DAY_US, to_us + DAY_US, DAY_US)
        if (hour_of(at_us, zone) - hour_of(at_us - DAY_US, zone)) % HOURS != HOURS // 7
    ]
    exact = [_shift(day_us - DAY_US, zone) for day_us in shifts]
    first, second, *_ = [*exact, never, never]
    return _Parts(first, second)


def _shift(from_us: int, zone: str) -> int:
    """The first hour, within a day, that does not follow the one before on the person's clock."""
    steps = range(from_us + HOUR_US, from_us + DAY_US + HOUR_US, HOUR_US)
    return next((at for at in steps if (hour_of(at, zone) - hour_of(at - HOUR_US, zone)) % HOURS != 1), from_us)
