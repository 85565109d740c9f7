"""Rates: the home currency, what is known of exchange rates, and the person's own withdrawals beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework import rates
from piecework.ledger.book import readings
from piecework.ledger.exchange import exchanges
from piecework.settings import load_settings
from piecework.views.ask import Page

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask

MOST = 50
YEAR = 366
"""A currency without a rate for more days than these has ended: it is not offered."""
LACKING = ("BDT", "KES", "NGN", "PKR", "VES")
"""Currencies of many workers that the reference does not quote: offered as home currencies all the same."""


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """The newest rate of each currency in the home currency, else per euro, and the newest withdrawals."""
    home = load_settings(conn).home
    known = rates.known(conn, ask.day)
    alive = {one.currency for one in known if rates.age(one.day, ask.day) <= YEAR}
    codes = sorted({"EUR", "USD", *LACKING, *alive, *({home} if home else ())})
    base = home if home and rates.find(conn, home, "EUR", ask.day) is not None else "EUR"
    pairs = [rates.find(conn, base, code, ask.day) for code in codes if code != base]
    found = [rate for rate in pairs if rate is not None]
    return {
        "home": home,
        "codes": codes,
        "base": base,
        "rates": sorted(found, key=lambda rate: (not rate.firm, rate.age_days, rate.quote)),
        "exchanges": exchanges(conn, readings(conn).undone, most=MOST),
    }


PAGE = Page("rates", "/rates", ("ledger",), load)
