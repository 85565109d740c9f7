"""Platforms: how each list is being read now, and every platform Piecework has a description of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.store.definitions import versions
from piecework.views.ask import Page
from piecework.views.catalogue import HELP, catalogue, last_good
from piecework.views.pages.lists import lists
from piecework.views.pages.looking import looking

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Lists that were seen, and the catalogue, narrowed by what is looked for."""
    wanted = ask.query.get("name", "")[:60]
    seen = lists(conn, ask)
    known = {row["platform"] for row in seen}
    found = catalogue(wanted, platforms=ask.platforms or None, last_good=last_good(conn))
    rows = [row | {"seen": row["id"] in known, "help": _help(row, ask)} for row in found]
    own = [row | {"platform_name": ask.platform_name(row["platform"])} for row in versions(conn)]
    return {
        "lists": seen,
        "wanted": wanted,
        "read": [row for row in rows if row["route"] == "page"],
        "others": [row for row in rows if row["route"] != "page"],
        "own": own,
        "connected": bool(ask.connected),
        "looking": looking(conn, ask),
    }


def _help(row: dict[str, Any], ask: Ask) -> str:
    """How to help: a definition's own words, else the route's in the person's language."""
    own = str(row["help"])
    if own != HELP.get(str(row["route"])):
        return own
    return ask.words.find("dash.help_" + str(row["route"]).replace(" ", "_").replace("+", "_"), own)


PAGE = Page("platforms", "/platforms", ("platforms",), load)
