"""Rules: what is told, how loudly and when; each with what it would have told of in the last week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.settings import load_settings
from piecework.views.ask import Page
from piecework.views.rule_gist import gist
from piecework.views.weeks import is_short
from piecework.watch.preview import DAYS
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
    snoozed = [
        dict(row) | {"platform_name": ask.platform_name(row["platform"])}
        for row in conn.execute(_SNOOZED, [ask.now_us])
    ]
    rules = stored(conn)
    names = {one.id: one.name for one in rules}
    short = ask.query.get("weeks") == "1" or is_short(conn, ask.now_us, len(rules))
    return {
        "rules": [_shown(conn, one, ask, short=short) for one in rules],
        "snoozed": [row | {"who": names.get(row["name"], row["name"])} for row in snoozed],
        "asleep": {row["name"] for row in snoozed if row["what"] == "rule"},
        "blocked": [
            dict(row) | {"platform_name": ask.platform_name(row["platform"])} for row in conn.execute(_BLOCKED)
        ],
        "settings": load_settings(conn),
        "days": DAYS,
        "hours": SNOOZES,
    }


def _week(conn: sqlite3.Connection, ask: Ask, one: Named, *, short: bool) -> dict[str, Any] | None:
    """The rule's week; None where it is counted once the page is there."""
    if short:
        return ask.weeks.count(conn, one.rule, now_us=ask.now_us, zone=ask.zone, platforms=ask.platforms)
    return ask.weeks.known(one.rule, ask.now_us)


def _shown(conn: sqlite3.Connection, one: Named, ask: Ask, *, short: bool) -> dict[str, Any]:
    week = _week(conn, ask, one, short=short)
    said = gist(one.rule, ask.words, ask.platform_name)
    return {"id": one.id, "name": one.name, "on": one.on, "rule": one.rule, "week": week, "gist": said}


PAGE = Page("rules", "/rules", ("board",), load)
