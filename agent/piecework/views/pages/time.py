"""Time: active time of two weeks as bars, the intervals of one day, and what an hour was worth."""

from __future__ import annotations

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
FROM assignment JOIN interval ON interval.session = assignment.session
  AND interval.assignment IN ('', assignment.id) AND interval.kind <> 'idle'
WHERE assignment.day_local BETWEEN ? AND ? AND assignment.session <> '' AND submitted_us IS NOT NULL
  AND pay_micro IS NOT NULL AND pay_currency IS NOT NULL
GROUP BY assignment.id
"""
_APPROVED = """
SELECT platform, currency, sum(micro) AS micro, sum(CASE WHEN state = 'approved' THEN n ELSE 0 END) AS n
FROM sum_day WHERE day BETWEEN ? AND ? AND state IN ('approved', 'bonus') GROUP BY platform, currency
"""
# Two pages open at once are one hour, not two: what overlaps on a platform counts once.
_WORKED = """
SELECT platform, sum(max(0, end_us - max(start_us, covered))) AS us FROM (
  SELECT platform, start_us, end_us, coalesce(max(end_us) OVER (
    PARTITION BY platform ORDER BY start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), start_us) AS covered
  FROM interval WHERE day_local BETWEEN ? AND ? AND kind <> 'idle' AND start_us BETWEEN ? AND ?
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
    from_us = ask.now_us - (WAGE_DAYS + 2) * DAY_US
    found = wages(
        (Done(*row) for row in conn.execute(_DONE, period)),
        {(row["platform"], row["currency"]): (row["micro"], row["n"]) for row in conn.execute(_APPROVED, period)},
        {row["platform"]: row["us"] for row in conn.execute(_WORKED, [*period, from_us, ask.now_us + DAY_US])},
    )
    return [wage._asdict() | {"platform_name": ask.platform_name(wage.platform)} for wage in found]


PAGE = Page("time", "/time", ("time", "ledger"), load, script="timeline.js")
