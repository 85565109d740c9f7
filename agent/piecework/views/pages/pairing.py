"""Pairing: the browser that asks, the browsers that may, and whose sign-ins are the person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.control.clients import CLI_CID
from piecework.views.ask import Page

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

_CLIENTS = """
SELECT cid, origin, name, browser, paired_us, last_seen_us, revoked_us FROM client WHERE cid <> ?
ORDER BY revoked_us IS NOT NULL, paired_us DESC, cid LIMIT 100
"""
_ACCOUNTS = """
SELECT platform, account, state, first_seen_us FROM account WHERE alias_of IS NULL
ORDER BY state <> 'asks', platform, first_seen_us LIMIT 200
"""


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Who asks, who is paired, which accounts were seen."""
    clients = [
        dict(row) | {"connected": row["cid"] in ask.connected} for row in conn.execute(_CLIENTS, [CLI_CID]).fetchall()
    ]
    accounts = [dict(row) | {"platform_name": ask.platform_name(row["platform"])} for row in conn.execute(_ACCOUNTS)]
    return {
        "clients": [row for row in clients if row["revoked_us"] is None],
        "ended": [row for row in clients if row["revoked_us"] is not None],
        "accounts": accounts,
    }


PAGE = Page("pairing", "/pairing", ("pairing", "platforms"), load)
