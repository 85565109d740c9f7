"""Platforms: how each list is being read now, and every platform Piecework has a description of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.views.ask import Page
from piecework.views.catalogue import catalogue
from piecework.views.pages.lists import lists

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Lists that were seen, and the catalogue, narrowed by what is looked for."""
    wanted = ask.query.get("name", "")[:60]
    seen = lists(conn, ask)
    known = {row["platform"] for row in seen}
    rows = [row | {"seen": row["id"] in known} for row in catalogue(wanted)]
    return {"lists": seen, "wanted": wanted, "catalogue": rows, "connected": bool(ask.connected)}


PAGE = Page("platforms", "/platforms", ("platforms",), load)
