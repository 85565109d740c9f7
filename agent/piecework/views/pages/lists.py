"""How each list is doing, as people read it: its state, for how long, why, and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.views.reports import health
from piecework.watch.expected import GOOD
from piecework.watch.health import Moment

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

PAUSED = frozenset({"apart", "old", "resting", "account_asks", "not_refreshing", "agent_off"})
"""No failure, but nothing is being read: by choice, or because its tab or browser is not there."""
KNOWN = ("shape_unknown", "empty_unknown")
"""Causes the definition itself names: nothing has broken, somebody has to teach or to look."""
SHOWN = {"no_browser": "apart", "old": "old"} | {name: name for name in KNOWN}
"""Causes that have words of their own."""


def lists(conn: sqlite3.Connection, ask: Ask) -> list[dict[str, Any]]:
    """Rows of `reports.health` with names, `tone`, `title`, `why` and `remedy` in words; what needs help first.

    The states are those of `piecework health`: a list that was read well is not "watching" once it is old, or while
    no browser is connected.
    """
    rows = [
        _worded(row, ask) for row in health(conn, Moment(ask.now_us, browsers=ask.connected, platforms=ask.platforms))
    ]
    several = {key for key in _keys(rows) if _keys(rows).count(key) > 1}
    for row in rows:
        row["whose"] = row["account"] if (row["platform"], row["list"]) in several else ""
    order = {"bad": 0, "warn": 1, "good": 2}
    return sorted(rows, key=lambda row: (order[row["tone"]], row["platform_name"].casefold(), row["name"].casefold()))


def all_well(rows: list[dict[str, Any]]) -> bool:
    """Whether every list was read well and lately: only then may a page say that there are no tasks."""
    return bool(rows) and all(row["tone"] == "good" for row in rows)


def _keys(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["platform"], row["list"]) for row in rows]


def _worded(row: dict[str, Any], ask: Ask) -> dict[str, Any]:
    state, words = str(row["state"]), ask.words
    shown = SHOWN.get(str(row["cause"]), state)
    tone = "good" if shown in GOOD else "warn" if shown in PAUSED or shown in KNOWN else "bad"
    return row | {
        "platform_name": ask.platform_name(row["platform"]),
        "name": ask.list_name(row["platform"], row["list"]),
        "tone": tone,
        "title": words.find(f"dash.list_{shown}", words.find(f"list.{shown}", words.find(f"list.{state}", state))),
        "why": words.find(f"dash.cause_{row['cause']}", row["cause"]) if row["cause"] and shown == state else "",
        "remedy": words.find(f"dash.remedy_{shown}", words.find(f"list.{shown}_help", "") if shown in KNOWN else ""),
    }
