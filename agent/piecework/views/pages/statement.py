"""Statement: the person's income over a period, to be printed and shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from piecework.settings import load_settings
from piecework.views import attempts
from piecework.views.ask import Page
from piecework.views.income import paid_work, statement

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """From the first of January to today unless other days are asked for."""
    first = _day(ask.query.get("from", "")) or f"{ask.day[:4]}-01-01"
    last = _day(ask.query.get("to", "")) or ask.day
    platform = ask.query.get("platform", "")
    home = load_settings(conn).home
    found = statement(conn, first=first, last=max(first, last), platform=platform, home=home)
    names = {own: ask.platform_name(own) for own in attempts.platforms(conn)}
    return {
        **found,
        **{name: paid_work(found[name]) for name in ("months", "platforms", "totals")},
        "first": first,
        "last": max(first, last),
        "chosen": platform,
        "names": names,
        "choices": sorted(names.items(), key=lambda one: one[1].casefold()),
    }


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        return ""


PAGE = Page("statement", "/statement", ("ledger",), load)
