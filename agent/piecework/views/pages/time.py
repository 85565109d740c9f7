"""Time: active time of two weeks as bars, the intervals of one day, and what an hour was worth."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from piecework.now import DAY_US, HOUR_US, to_us, zone
from piecework.views.ask import Page
from piecework.views.charts import bars
from piecework.views.daytime import day_of_work
from piecework.views.wages import LEAST, Done, wages

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

DAYS = 14
WAGE_DAYS = 30
ACTIVE = ("work", "qualification", "search", "admin")
_BY_KIND = "SELECT day, kind, sum(active_us) AS us FROM sum_time_day WHERE day BETWEEN ? AND ? GROUP BY day, kind"
_DONE = """
SELECT assignment.platform, pay_currency, pay_micro, sum(interval.active_us) AS us
FROM (
  SELECT id, platform, session, pay_micro, pay_currency FROM assignment
  WHERE day_local BETWEEN ? AND ? AND session <> '' AND submitted_us IS NOT NULL
    AND pay_micro IS NOT NULL AND pay_currency IS NOT NULL
  ORDER BY day_local DESC LIMIT 2000
) AS assignment JOIN interval ON interval.session = assignment.session
  AND interval.assignment IN ('', assignment.id) AND interval.kind <> 'idle'
GROUP BY assignment.id
"""
_APPROVED = """
SELECT platform, currency, sum(micro) AS micro, sum(CASE WHEN state = 'approved' THEN n ELSE 0 END) AS n
FROM sum_day WHERE day BETWEEN ? AND ? AND state IN ('approved', 'bonus') GROUP BY platform, currency
"""
_SUMS = """
SELECT day, platform, sum(active_us) AS us, count(*) AS n FROM sum_time_day
WHERE day BETWEEN ? AND ? AND kind <> 'idle' GROUP BY day, platform
"""
# Two pages open at once are one hour, not two: what overlaps on a platform counts once.
_WALL = """
SELECT platform, sum(max(0, end_us - max(start_us, covered))) AS us FROM (
  SELECT platform, start_us, end_us, coalesce(max(end_us) OVER (
    PARTITION BY platform ORDER BY start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), start_us) AS covered
  FROM interval WHERE kind <> 'idle' AND start_us BETWEEN ? AND ?
    AND (day_local, platform) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))
) GROUP BY platform
"""


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Bars up to the chosen day or today, that day's intervals, and the wages of the last 30 days."""
    today = date.fromisoformat(ask.day)
    day = _chosen(ask, today)
    last = today if today - day < timedelta(days=DAYS) else day
    days = [(last - timedelta(days=back)).isoformat() for back in reversed(range(DAYS))]
    found: dict[str, dict[str, int]] = {one: {} for one in days}
    for row in conn.execute(_BY_KIND, [days[0], days[-1]]):
        found[row["day"]][row["kind"]] = row["us"]
    noon = to_us(datetime.combine(day, time(12), zone(ask.zone)))
    return {
        "days": [(one, found[one]) for one in days],
        "kinds": ACTIVE,
        "bars": bars(list(found.values()), ACTIVE, HOUR_US),
        "day": day.isoformat(),
        "before": (day - timedelta(days=1)).isoformat(),
        "after": (day + timedelta(days=1)).isoformat() if day < today else "",
        "of_day": day_of_work(conn, ask, day.isoformat(), noon),
        "wages": _wages(conn, ask, today),
        "wage_days": WAGE_DAYS,
        "least": LEAST,
    }


def _chosen(ask: Ask, today: date) -> date:
    try:
        return min(max(date.fromisoformat(ask.query.get("day", "")), date(2000, 1, 1)), today)
    except ValueError:
        return today


def _wages(conn: sqlite3.Connection, ask: Ask, today: date) -> list[dict[str, Any]]:
    period = [(today - timedelta(days=WAGE_DAYS - 1)).isoformat(), today.isoformat()]
    found = wages(
        (Done(*row) for row in conn.execute(_DONE, period)),
        {(row["platform"], row["currency"]): (row["micro"], row["n"]) for row in conn.execute(_APPROVED, period)},
        _worked(conn, period, ask.now_us),
    )
    return [wage._asdict() | {"platform_name": ask.platform_name(wage.platform)} for wage in found]


def _worked(conn: sqlite3.Connection, period: list[str], now_us: int) -> dict[str, int]:
    """Wall time by platform, µs. The day's sum is that already where a platform has one kind of time only."""
    found: dict[str, int] = {}
    mixed = []
    for row in conn.execute(_SUMS, period).fetchall():
        if row["n"] > 1:
            mixed.append([row["day"], row["platform"]])
        else:
            found[row["platform"]] = found.get(row["platform"], 0) + row["us"]
    if mixed:
        span = (now_us - (WAGE_DAYS + 2) * DAY_US, now_us + DAY_US)
        for row in conn.execute(_WALL, (*span, json.dumps(mixed))):
            found[row["platform"]] = found.get(row["platform"], 0) + row["us"]
    return found


PAGE = Page("time", "/time", ("time", "ledger"), load, script="timeline.js")
