"""Time: active time of two weeks as bars, the intervals of one day, and what an hour was worth."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from piecework.now import HOUR_US, to_us, zone
from piecework.store.worked import ATTEMPT_US, LEAST, WORTH
from piecework.views.ask import Page
from piecework.views.charts import bars
from piecework.views.daytime import day_of_work
from piecework.views.wages import Done, wages

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

DAYS = 14
WAGE_DAYS = 30
ACTIVE = ("work", "qualification", "search", "admin")
_BY_KIND = "SELECT day, kind, sum(active_us) AS us FROM sum_time_day WHERE day BETWEEN ? AND ? GROUP BY day, kind"
_BY_DAY = "SELECT day, active_us FROM sum_time_wall WHERE day BETWEEN ? AND ? AND platform = ''"
_DONE = f"""
SELECT platform, pay_currency, {WORTH} AS micro, {ATTEMPT_US} AS us
FROM (
  SELECT id, platform, session, state, pay_micro, pay_currency, bonus_micro FROM assignment
  WHERE day_local BETWEEN ? AND ? AND submitted_us IS NOT NULL AND pay_micro IS NOT NULL AND pay_currency IS NOT NULL
  ORDER BY day_local DESC LIMIT 500
) AS assignment WHERE us IS NOT NULL
"""  # noqa: S608 - fixed texts
_APPROVED = """
SELECT platform, currency, sum(micro) AS micro, sum(CASE WHEN state = 'approved' THEN n ELSE 0 END) AS n
FROM sum_day WHERE day BETWEEN ? AND ? AND state IN ('approved', 'bonus') GROUP BY platform, currency
"""
_WORKED = """
SELECT platform, sum(active_us) AS us FROM sum_time_wall WHERE day BETWEEN ? AND ? AND platform <> '' GROUP BY platform
"""
_SEARCHED = """
SELECT platform, sum(active_us) AS us FROM sum_time_day WHERE day BETWEEN ? AND ? AND kind = 'search' GROUP BY platform
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
    wall = dict(conn.execute(_BY_DAY, [days[0], days[-1]]).fetchall())
    noon = to_us(datetime.combine(day, time(12), zone(ask.zone)))
    return {
        "days": [(one, found[one], wall.get(one, 0)) for one in days],
        "kinds": ACTIVE,
        "bars": bars([_within(found[one], wall.get(one, 0)) for one in days], ACTIVE, HOUR_US),
        "day": day.isoformat(),
        "before": (day - timedelta(days=1)).isoformat(),
        "after": (day + timedelta(days=1)).isoformat() if day < today else "",
        "of_day": day_of_work(conn, ask, day.isoformat(), noon),
        "wages": _wages(conn, ask, today),
        "wage_days": WAGE_DAYS,
        "least": LEAST,
    }


def _within(kinds: dict[str, int], wall_us: int) -> dict[str, int]:
    """The kinds of a day in proportion, as high together as the day's time: what overlaps is drawn once."""
    whole = sum(us for kind, us in kinds.items() if kind in ACTIVE)
    return {kind: us * wall_us // whole for kind, us in kinds.items() if kind in ACTIVE} if whole else {}


def _chosen(ask: Ask, today: date) -> date:
    try:
        return min(max(date.fromisoformat(ask.query.get("day", "")), date(2000, 1, 1)), today)
    except ValueError:
        return today


def _wages(conn: sqlite3.Connection, ask: Ask, today: date) -> list[dict[str, Any]]:
    period = [(today - timedelta(days=WAGE_DAYS - 1)).isoformat(), today.isoformat()]
    worked, searched = (dict(conn.execute(query, period).fetchall()) for query in (_WORKED, _SEARCHED))
    found = wages(
        (Done(*row) for row in conn.execute(_DONE, period)),
        {(row["platform"], row["currency"]): (row["micro"], row["n"]) for row in conn.execute(_APPROVED, period)},
        worked,
    )
    return [
        wage._asdict()
        | {"platform_name": ask.platform_name(wage.platform), "search_us": searched.get(wage.platform, 0)}
        for wage in found
    ]


PAGE = Page("time", "/time", ("time", "ledger"), load, script="timeline.js")
