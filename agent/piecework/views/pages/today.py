"""Today: money by state, active time, the running task, and what happened since the person's midnight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.ledger.overdue import stuck
from piecework.now import DAY_US
from piecework.views import today
from piecework.views.ask import Page
from piecework.views.home import valuation
from piecework.worktime.days import day_start
from piecework.worktime.tracker import active_on, running

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

FLOWS = ("submitted", "approved", "rejected", "bonus", "paid", "fee")
MOST = 200
_SUMS = """
SELECT currency, state, sum(micro) AS micro, sum(n) AS n FROM sum_day WHERE day = ? GROUP BY currency, state
ORDER BY currency
"""
_INTERVALS = """
SELECT interval.id, interval.platform, interval.task, interval.kind, start_us, end_us, active_us, interval.source,
  coalesce(nullif(assignment.title, ''), task.title, '') AS title
FROM interval LEFT JOIN assignment ON assignment.id = interval.assignment AND interval.assignment <> ''
LEFT JOIN task ON task.platform = interval.platform
  AND task.system = substr(interval.task, 1, instr(interval.task, ':') - 1)
  AND task.id = substr(interval.task, instr(interval.task, ':') + 1)
WHERE interval.day_local = :day AND start_us BETWEEN :from AND :to ORDER BY start_us DESC, interval.id LIMIT :most
"""
_ALERTS = """
SELECT id, platform, title, reason, at_us, dom_at_us, shown_us, gone_us, url FROM alert
WHERE at_us >= ? AND reason <> 'test' AND NOT (reason = 'digest' AND rule = '') ORDER BY at_us DESC, id LIMIT ?
"""
"""Those of the page Alerts: a test and a first look's line are none."""


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """The person's day so far."""
    midnight = day_start(ask.now_us, ask.zone)
    earned = today.earned(conn, ask.day)
    return {
        "flows": FLOWS,
        "earned": earned,
        "home": valuation(conn, ask.day).total({one.currency: one.micro for one in earned}),
        "sums": _sums(conn, ask.day),
        "active_us": active_on(conn, ask.now_us, ask.zone),
        "running": running(conn, ask.now_us),
        "intervals": intervals(conn, ask, ask.day, midnight),
        "alerts": _alerts(conn, ask, midnight),
        "labels": {row["name"]: row["label"] for row in conn.execute("SELECT name, label FROM channel")},
        "most": MOST,
        "stuck": sum(one.n for some in stuck(conn, ask.now_us).values() for one in some),
    }


def intervals(conn: sqlite3.Connection, ask: Ask, day: str, midnight: int) -> list[dict[str, Any]]:
    """Intervals of a local day, the newest first; `midnight` is roughly its first moment, µs UTC."""
    limits = {"day": day, "from": midnight - DAY_US, "to": midnight + 2 * DAY_US, "most": MOST}
    found = conn.execute(_INTERVALS, limits)
    return [dict(row) | {"platform_name": ask.platform_name(row["platform"])} for row in found]


def _sums(conn: sqlite3.Connection, day: str) -> dict[str, dict[str, Any]]:
    """Currency to flow to {micro, n}."""
    found: dict[str, dict[str, Any]] = {}
    for row in conn.execute(_SUMS, [day]):
        found.setdefault(row["currency"], {})[row["state"]] = {"micro": row["micro"], "n": row["n"]}
    return found


def _alerts(conn: sqlite3.Connection, ask: Ask, since_us: int) -> list[dict[str, Any]]:
    rows = [
        dict(row) | {"platform_name": ask.platform_name(row["platform"]), "deliveries": []}
        for row in conn.execute(_ALERTS, [since_us, MOST])
    ]
    by_id = {row["id"]: row for row in rows}
    marks = ",".join("?" * len(by_id))
    for sent in conn.execute(
        f"SELECT alert, channel, state, cause FROM delivery WHERE alert IN ({marks}) ORDER BY channel",  # noqa: S608 - marks
        list(by_id),
    ):
        by_id[sent["alert"]]["deliveries"].append(dict(sent))
    return rows


PAGE = Page("today", "/today", ("today", "time", "ledger", "board"), load)
