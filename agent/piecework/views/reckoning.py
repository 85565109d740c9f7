"""Reconciliation as rows: what the command line prints and the page Reconcile shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.ledger.reconcile import reckon, stated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.ledger.reconcile import Reckoning
    from piecework.platforms import Platform

MOST = 200


def rows(  # noqa: PLR0913 - what a statement is chosen by
    conn: sqlite3.Connection,
    platforms: Mapping[str, Platform],
    *,
    platform: str = "",
    account: str = "",
    period: str | None = None,
    currency: str = "",
    limit: int = MOST,
) -> list[dict[str, Any]]:
    """The newest statement of each period against the books, balances first, then the newest.

    `{platform, account, period, from, to, currency, state, differences, figures: [{name, theirs, ours, difference,
    their_n, our_n}], at_us, statement, reason, settled_event}`, in micro-units.
    """
    asked = [one for one in stated(conn, platform=platform, account=account) if period is None or one.period == period]
    found = (row(one) for each in asked[:limit] for one in reckon(conn, each, platforms))
    return [one for one in found if currency.upper() in {"", one["currency"]}]


def row(one: Reckoning) -> dict[str, Any]:
    """One reckoning as plain data."""
    return {
        "platform": one.platform,
        "account": one.account,
        "period": one.text,
        "from": one.period.first,
        "to": one.period.last,
        "currency": one.currency,
        "state": one.state,
        "differences": one.differences,
        "figures": [
            {
                "name": cell.name,
                "theirs": cell.theirs,
                "ours": cell.ours,
                "difference": cell.difference,
                "their_n": cell.their_count,
                "our_n": cell.our_count,
            }
            for cell in one.cells
        ],
        "at_us": one.at_us,
        "statement": one.statement,
        "reason": one.reason,
        "settled_event": one.settled_event,
    }
