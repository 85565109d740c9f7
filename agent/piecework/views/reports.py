"""The lists that the command line prints with `--json` and the dashboard shows: one source for both.

Every function takes an open read-only connection and returns plain data with the keys of docs/cli.md.
Times are µs UTC, money is micro-units.
"""

import sqlite3
from typing import Any

from piecework.ledger.book import notes
from piecework.protocol.kinds import ASSIGNMENT, Kind
from piecework.watch import coverage
from piecework.watch.expected import next_us, refreshes_of
from piecework.watch.forecast import foretell
from piecework.watch.health import LOOKS, Moment, at_present
from piecework.watch.matching import Own
from piecework.watch.record import own_wage

Rows = list[dict[str, Any]]

HISTORY = sorted({*ASSIGNMENT, Kind.BONUS, Kind.ADJUST, Kind.CORRECTION, Kind.EDIT, Kind.UNDO})
"""Kinds that make up the history of a task; intervals stand in `time`."""

HEARTBEAT = frozenset({"cid", "every_us", "steady"})
"""What a list's state at a moment is reckoned from, and nobody is shown."""

EVENTS = (
    "SELECT seq, id, at_us, recv_us, source, platform, account, kind, task, assignment, body, derived, "
    "day_platform, day_local FROM event"
)

TASKS = """
SELECT platform, system, id, account, title, requester, pay_state, pay_micro, pay_max_micro, pay_currency, pay_per,
  pay_raw, hourly_micro, hourly_currency, minutes, places, url, first_seen_us, last_seen_us, state
FROM task WHERE (:state = '' OR state = :state) AND (:platform = '' OR platform = :platform)
ORDER BY state <> 'open', first_seen_us DESC, platform, id LIMIT :limit
"""


def tasks(conn: sqlite3.Connection, *, platform: str = "", state: str = "", limit: int = 10_000) -> Rows:
    """Sighted tasks, open ones and the newest first. `state` is open, working, done, gone or "" for all.

    `hourly` is what the site states; where it states nothing, the person's own wage with that requester or title.
    """
    own: dict[tuple[str, str, str], Own | None] = {}
    found = conn.execute(TASKS, {"platform": platform, "state": state, "limit": limit}).fetchall()
    for row in found:
        key = (row["platform"], row["requester"], row["title"])
        if row["hourly_micro"] is None and key not in own:
            own[key] = own_wage(conn, *key)
    return [_task(row, own.get((row["platform"], row["requester"], row["title"]))) for row in found]


def _task(row: sqlite3.Row, own: Own | None) -> dict[str, Any]:
    pay = {
        "state": row["pay_state"],
        "micro": row["pay_micro"],
        "max_micro": row["pay_max_micro"],
        "currency": row["pay_currency"],
        "per": row["pay_per"],
        "raw": row["pay_raw"],
    }
    hourly = None
    if row["hourly_micro"] is not None:
        hourly = {"micro": row["hourly_micro"], "currency": row["hourly_currency"], "from": "stated"}
    elif own is not None:
        hourly = {"micro": own.micro, "currency": own.currency, "from": "own"}
    plain = ("platform", "system", "id", "account", "title", "requester")
    rest = ("minutes", "places", "url", "first_seen_us", "last_seen_us", "state")
    return {name: row[name] for name in plain} | {"pay": pay, "hourly": hourly} | {name: row[name] for name in rest}


def alerts(conn: sqlite3.Connection, *, limit: int = 1_000) -> Rows:
    """Alerts, newest first, each with what became of it on every channel; tests and a first look's line are none."""
    found = conn.execute(
        "SELECT id, platform, system, task, title, reason, rule, at_us, dom_at_us, stored_us, shown_us "
        "FROM alert WHERE reason <> 'test' AND NOT (reason = 'digest' AND rule = '') ORDER BY at_us DESC, id LIMIT ?",
        [limit],
    ).fetchall()
    sent: dict[str, Rows] = {row["id"]: [] for row in found}
    for row in conn.execute("SELECT alert, channel, state, at_us, cause FROM delivery ORDER BY alert, channel"):
        if row["alert"] in sent:
            step = {"channel": row["channel"], "state": row["state"], "at_us": row["at_us"]}
            sent[row["alert"]].append(step | ({"cause": row["cause"]} if row["cause"] else {}))
    return [
        {
            "id": row["id"],
            "platform": row["platform"],
            "task": row["task"],
            "system": row["system"],
            "title": row["title"],
            "reason": row["reason"],
            "rule": row["rule"],
            "at_us": row["at_us"],
            "dom_at_us": row["dom_at_us"],
            "stored_at_us": row["stored_us"],
            "shown_at_us": row["shown_us"],
            "deliveries": sent[row["id"]],
        }
        for row in found
    ]


def history(conn: sqlite3.Connection, task: str) -> Rows:
    """Events of one task, oldest first. `task` is its id, `platform:id`, `platform:system:id` or an assignment's id.

    A step that a second page only says again is left out.
    """
    marks = ",".join("?" * len(HISTORY))
    found = conn.execute(
        f"{EVENTS} WHERE kind IN ({marks}) AND (assignment = ? OR task LIKE ? ESCAPE '\\') ORDER BY at_us, seq",
        [*HISTORY, task, f"%:{_like(task.rsplit(':', 1)[-1])}"],
    ).fetchall()
    named = [dict(row) for row in found if row["assignment"] == task or _names(row["platform"], row["task"], task)]
    attempts = {row["assignment"] for row in named} - {""}
    again = {event for one in attempts for event, note in notes(conn, one).items() if note == "repeated"}
    return [row for row in named if row["id"] not in again]


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _names(platform: str, key: str, asked: str) -> bool:
    """Whether `asked` names the task `system:id` of that platform."""
    own = key.partition(":")[2]
    return asked in {key, own, f"{platform}:{own}", f"{platform}:{key}"}


def time(conn: sqlite3.Connection, *, from_us: int = 0, to_us: int = 2**62) -> Rows:
    """Intervals that start in [from_us, to_us), oldest first, as corrected.

    `site_us` is how long the site itself says that the whole attempt took.
    """
    found = conn.execute(
        "SELECT id, platform, account, task, assignment, kind, start_us, end_us, active_us, source, "
        "(SELECT max(CAST(json_extract(derived, '$.spent_us') AS INTEGER)) FROM event "
        "WHERE event.assignment = interval.assignment AND event.assignment <> '') AS site_us FROM interval "
        "WHERE start_us >= ? AND start_us < ? ORDER BY start_us, id",
        [from_us, to_us],
    )
    return [dict(row) for row in found]


def forecast(conn: sqlite3.Connection, *, zone: str, now_us: int, platform: str = "", kind: str = "all") -> Rows:
    """When tasks of each platform come: see `watch.forecast.Forecast`; hours of the week of the person's zone."""
    counted = coverage.count(conn, kind, zone=zone, now_us=now_us, platform=platform)
    named = [one for one in coverage.platforms(conn, now_us) if one in counted]
    found = {one: foretell(counted[one], zone=zone, now_us=now_us) for one in named}
    return [
        {"platform": name, "kind": kind, "zone": zone}
        | one._asdict()
        | {"hours": [hour._asdict() for hour in one.hours], "best": one.best and one.best._asdict()}
        for name, one in found.items()
    ]


def health(conn: sqlite3.Connection, at: Moment | None = None) -> Rows:
    """Every known list with its state, its cause, its last good look and the next one that is due.

    The state is that of a moment, as the pages show it; without one it is what was seen last.
    """
    rows = []
    for found in conn.execute(LOOKS):
        row = {name: found[name] for name in found.keys() if name not in HEARTBEAT}  # noqa: SIM118 - a Row has no other names
        if at is not None:
            row["state"], row["cause"] = at_present(found, at)
            row["next_look_us"] = next_us(found, refreshes_of(at.platforms, found["platform"]))
        rows.append(row)
    return rows


def accounts(conn: sqlite3.Connection) -> Rows:
    """Every sign-in that was seen: its salted hash and whether it is claimed."""
    found = conn.execute("SELECT platform, account, state, first_seen_us FROM account ORDER BY platform, first_seen_us")
    return [dict(row) for row in found]
