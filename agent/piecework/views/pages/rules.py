"""Rules: what is told, how loudly and when; each with what it would have told of in the last week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.settings import load_settings
from piecework.store import Context
from piecework.views.ask import Page
from piecework.views.rule_gist import gist
from piecework.watch.preview import DAYS, preview
from piecework.watch.rules import stored

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask
    from piecework.watch.rulebook import Named

SNOOZES = (1, 4, 24)
"""Hours of quiet that one press gives."""
_SNOOZED = "SELECT what, platform, name, until_us FROM snooze WHERE until_us > ? ORDER BY until_us"
_BLOCKED = "SELECT platform, name, note FROM requester WHERE blocked_us IS NOT NULL ORDER BY platform, name LIMIT 500"


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Every rule with its week, what is snoozed, who is blocked, and the choices that hold for all."""
    ctx = Context(ask.now_us, platforms=ask.platforms, zone=ask.zone)
    snoozed = [
        dict(row) | {"platform_name": ask.platform_name(row["platform"])}
        for row in conn.execute(_SNOOZED, [ask.now_us])
    ]
    names = {one.id: one.name for one in stored(conn)}
    return {
        "rules": [_shown(conn, ctx, one, ask) for one in stored(conn)],
        "snoozed": [row | {"who": names.get(row["name"], row["name"])} for row in snoozed],
        "asleep": {row["name"] for row in snoozed if row["what"] == "rule"},
        "blocked": [
            dict(row) | {"platform_name": ask.platform_name(row["platform"])} for row in conn.execute(_BLOCKED)
        ],
        "settings": load_settings(conn),
        "days": DAYS,
        "hours": SNOOZES,
    }


def _shown(conn: sqlite3.Connection, ctx: Context, one: Named, ask: Ask) -> dict[str, Any]:
    week = preview(conn, ctx, one.rule)._asdict() | {"problem": ""}
    said = gist(one.rule, ask.words, ask.platform_name)
    return {"id": one.id, "name": one.name, "on": one.on, "rule": one.rule, "week": week, "gist": said}


PAGE = Page("rules", "/rules", ("board",), load)
