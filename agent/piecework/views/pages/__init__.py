"""The dashboard's pages: each loads what its template shows, from an open read-only connection."""

from piecework.views.pages import board, ledger, pairing, platforms, time, today

PAGES = (board.PAGE, today.PAGE, ledger.PAGE, time.PAGE, platforms.PAGE, pairing.PAGE)
"""In the order of the menu."""
