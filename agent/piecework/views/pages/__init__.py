"""The dashboard's pages: each loads what its template shows, from an open read-only connection."""

from piecework.views.pages import (
    alerts,
    board,
    channels,
    forecast,
    imports,
    ledger,
    pairing,
    platforms,
    rates,
    reconcile,
    rules,
    statement,
    time,
    today,
)

PAGES = (
    board.PAGE,
    today.PAGE,
    alerts.PAGE,
    rules.PAGE,
    channels.PAGE,
    ledger.PAGE,
    reconcile.PAGE,
    statement.PAGE,
    time.PAGE,
    imports.PAGE,
    forecast.PAGE,
    rates.PAGE,
    platforms.PAGE,
    pairing.PAGE,
)
"""In the order of the menu."""
