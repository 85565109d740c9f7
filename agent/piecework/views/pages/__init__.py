"""The dashboard's pages: each loads what its template shows, from an open read-only connection."""

from piecework.views.pages import board, forecast, ledger, pairing, platforms, rates, reconcile, statement, time, today

PAGES = (
    board.PAGE,
    today.PAGE,
    ledger.PAGE,
    reconcile.PAGE,
    statement.PAGE,
    time.PAGE,
    forecast.PAGE,
    rates.PAGE,
    platforms.PAGE,
    pairing.PAGE,
)
"""In the order of the menu."""
