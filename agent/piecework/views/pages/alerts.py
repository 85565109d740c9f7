"""Alerts: what was told and what became of it, with the person's own record beside it; and what came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.control import telling
from piecework.now import DAY_US
from piecework.views.ask import Page
from piecework.watch.digest import digest
from piecework.watch.record import record
from piecework.watch.rulebook import TASK_REASONS
from piecework.watch.rules import stored

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask
    from piecework.watch.rulebook import Named

A_PAGE = 50
BUILT_IN = {("default", "Every new task"), ("money", "Money and deadlines")}
"""Rules that Piecework begins with, as it calls them in the store."""
_ALERTS = """
SELECT alert.*, requester.note, requester.blocked_us FROM alert
LEFT JOIN requester ON requester.platform = alert.platform AND requester.name = alert.requester
WHERE alert.reason NOT IN ('test') AND NOT (alert.reason = 'digest' AND alert.rule = '')
ORDER BY alert.at_us DESC, alert.id LIMIT ? OFFSET ?
"""
_CAME = "SELECT alert, channel, state, at_us, cause FROM delivery WHERE alert IN ({marks}) ORDER BY channel"


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """One page of alerts, and the day's digest."""
    total = conn.execute(
        "SELECT count(*) FROM alert WHERE reason NOT IN ('test') AND NOT (reason = 'digest' AND rule = '')"
    ).fetchone()[0]
    numbers = max(1, -(-total // A_PAGE))
    number = min(ask.page(), numbers)
    rows = conn.execute(_ALERTS, (A_PAGE, (number - 1) * A_PAGE)).fetchall()
    marks = ",".join("?" * len(rows))
    came: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    for step in conn.execute(_CAME.format(marks=marks), list(came)):
        came[step["alert"]].append(dict(step))
    labels = {row["name"]: row["label"] for row in conn.execute("SELECT name, label FROM channel")}
    rules = {one.id: _called(one, ask) for one in stored(conn)}
    return {
        "rows": [_shown(conn, ask, row) | {"came": came[row["id"]], "by": rules.get(row["rule"])} for row in rows],
        "labels": labels,
        "digest": [
            one._asdict() | {"platform_name": ask.platform_name(one.platform)}
            for one in digest(conn, ask.now_us - DAY_US, ask.now_us)
        ],
        "number": number,
        "numbers": numbers,
        "total": total,
    }


def _shown(conn: sqlite3.Connection, ask: Ask, row: sqlite3.Row) -> dict[str, Any]:
    said = telling.say(conn, row, ask.words, ask.platforms)
    own = telling.record_words(record(conn, row["platform"], row["requester"]), ask.words)
    name = ask.platform_name(row["platform"]) if row["platform"] else ""
    of_task = row["reason"] in TASK_REASONS
    kind = ask.words.t(f"notice.{row['reason']}", platform=name) if of_task else said.text
    told = telling.told_of(row)
    copied = "\n".join(part for part in (said.title, said.text, row["url"] or "") if part)
    return dict(row) | {
        "platform_name": name,
        "said": said,
        "under": " · ".join(part for part in (kind, row["text"] if of_task else "") if part),
        "record": own,
        "copied": copied,
        "announced": told.announced,
        "rate_day": told.rate_day,
    }


def _called(one: Named, ask: Ask) -> str:
    """A rule's name, in the person's language where Piecework gave it."""
    own = f"dash.rule_{one.id}"
    return ask.words.t(own) if (one.id, one.name) in BUILT_IN else one.name


PAGE = Page("alerts", "/alerts", ("board",), load)
