"""How each list is doing, as people read it: its state, for how long, why, and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.platforms.asking import address_of
from piecework.views.reports import health
from piecework.watch.expected import GOOD
from piecework.watch.health import Moment

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

OPENED = frozenset({"no_tab", "tab_closed"})
"""Causes that opening the list ends: one press."""
BAD = frozenset({"signed_out", "challenge", "changed_shape"})
"""States that need the person; a cause with words of its own is no failure: nothing has broken."""


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
    """The words are those of the extension's popup (extension/pages/popup.js): a cause's own before its state's."""
    state, cause, words = str(row["state"]), str(row["cause"]), ask.words
    own = words.find(f"list.{cause}", "") if cause else ""
    return row | {
        "platform_name": ask.platform_name(row["platform"]),
        "name": ask.list_name(row["platform"], row["list"]),
        "tone": "warn" if own else "good" if state in GOOD else "bad" if state in BAD else "warn",
        "title": own or words.find(f"list.{state}", state),
        "why": words.find(f"dash.cause_{cause}", cause) if cause and not own else "",
        "open": _address(row, ask) if cause in OPENED else "",
        "remedy": words.find(f"list.{cause}_help", words.find(f"list.{state}_help", "")),
    }


def _address(row: dict[str, Any], ask: Ask) -> str:
    platform = ask.platforms.get(row["platform"])
    return "" if platform is None else address_of(platform, row["list"])
