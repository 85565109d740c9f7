"""The dashboard's pages: each loads what its template shows, from an open read-only connection."""

from piecework.views.ask import Section
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

SECTIONS = (
    Section("tasks", (board.PAGE, today.PAGE, forecast.PAGE)),
    Section("alerts", (alerts.PAGE, rules.PAGE, channels.PAGE)),
    Section("money", (ledger.PAGE, reconcile.PAGE, statement.PAGE, rates.PAGE, imports.PAGE)),
    Section("time", (time.PAGE,)),
    Section("setup", (platforms.PAGE, pairing.PAGE)),
)
"""The menu: a section leads to its first page, and shows its others while one of them is open."""

PAGES = tuple(page for section in SECTIONS for page in section.pages)
"""In the order of the menu."""
