"""Board: every open task of every platform, the newest first, under how well each list is being read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.control.telling import record_words
from piecework.now import MINUTE_US
from piecework.views.ask import Page
from piecework.views.pages.lists import all_well, lists
from piecework.watch.record import record
from piecework.watch.warnings import announces
from piecework.worktime.tracker import running

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

A_PAGE = 100
FRESH_US = MINUTE_US
_OPEN = (
    "FROM task LEFT JOIN requester AS who ON who.platform = task.platform AND who.name = task.requester "
    "WHERE state = 'open' AND (:platform = '' OR task.platform = :platform)"
)
"""Tasks of blocked requesters are left out, unless they are asked for."""
_COUNTS = f"""
SELECT task.platform, sum(:blocked OR who.blocked_us IS NULL) AS n, sum(who.blocked_us IS NOT NULL) AS hidden
{_OPEN} GROUP BY task.platform ORDER BY task.platform
"""
_TASKS = f"""
SELECT task.platform, system, id, account, title, requester, pay_state, pay_micro, pay_max_micro, pay_currency, pay_per,
  pay_raw, hourly_micro, hourly_currency, minutes, places, url, first_seen_us, last_seen_us, episode, episode_us,
  coalesce(who.note, '') AS note, who.blocked_us
{_OPEN} AND (:blocked OR who.blocked_us IS NULL)
ORDER BY episode_us DESC, task.platform, system, id LIMIT {A_PAGE} OFFSET :offset
"""
_HELD = """
SELECT alert.id, alert.title, alert.platform, alert.at_us, alert.url, min(delivery.cause) AS cause
FROM delivery JOIN alert ON alert.id = delivery.alert WHERE delivery.state = 'held'
GROUP BY alert.id ORDER BY alert.at_us DESC LIMIT 20
"""
_HOUR_MIN = 60


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Lists, open tasks, held alerts, and whether "no tasks" may be said."""
    health = lists(conn, ask)
    platform = ask.query.get("platform", "")
    blocked = ask.query.get("blocked") == "1"
    counts = conn.execute(_COUNTS, {"platform": "", "blocked": blocked}).fetchall()
    found = {row["platform"]: row["n"] for row in counts if row["n"]}
    total = found.get(platform, 0) if platform else sum(found.values())
    number = min(ask.page(), max(1, -(-total // A_PAGE)))
    limits = {"platform": platform, "blocked": blocked, "offset": (number - 1) * A_PAGE}
    rows = conn.execute(_TASKS, limits).fetchall()
    hidden = sum(row["hidden"] for row in counts if not platform or row["platform"] == platform)
    return {
        "lists": health,
        "well": all_well(health),
        "connected": bool(ask.connected),
        "platform": platform,
        "counts": [{"id": own, "name": ask.platform_name(own), "n": n} for own, n in found.items()],
        "total": total,
        "number": number,
        "numbers": max(1, -(-total // A_PAGE)),
        "hidden": 0 if blocked else hidden,
        "tasks": [_task(conn, dict(row), ask) for row in rows],
        "held": [dict(row) | {"platform_name": ask.platform_name(row["platform"])} for row in conn.execute(_HELD)],
        "running": running(conn, ask.now_us),
    }


def _task(conn: sqlite3.Connection, row: dict[str, Any], ask: Ask) -> dict[str, Any]:
    pay = {name: row[f"pay_{name}"] for name in ("state", "micro", "max_micro", "currency", "per", "raw")}
    return row | {
        "key": f"{row['platform']}:{row['system']}:{row['id']}",
        "platform_name": ask.platform_name(row["platform"]),
        "pay": pay,
        "fresh": ask.now_us - row["episode_us"] < FRESH_US,
        "reckoned": _reckoned(row),
        "announced": announces(row["title"]),
        "record": record_words(record(conn, row["platform"], row["requester"]), ask.words),
        "copied": "\n".join(
            part for part in (row["title"], row["requester"], row["pay_raw"], row["url"] or "") if part
        ),
    }


def _reckoned(row: dict[str, Any]) -> int | None:
    """Pay divided by the minutes the site itself states, micro-units an hour; None where it states an hourly pay."""
    known = row["pay_state"] == "stated" and row["pay_per"] == "task" and row["pay_currency"] and row["minutes"]
    if row["hourly_micro"] is not None or not known or row["pay_micro"] != row["pay_max_micro"]:
        return None
    cents = 10_000
    return int(row["pay_micro"]) * _HOUR_MIN // int(row["minutes"]) // cents * cents


PAGE = Page("board", "/", ("board", "platforms", "pairing"), load)
