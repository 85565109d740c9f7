"""What tasks pay, in one currency for all lists: what the scheduler weighs looks by. Never shown, never kept."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from piecework.rates import Rate, convert, find

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

MICRO = 1_000_000
EURO = "EUR"
"""What pays are weighed in where there are several and the person has chosen none: rates are quoted against it."""


class Rated(NamedTuple):
    """By which rates pays are weighed: the currency, the day of the oldest one in use ("" for none), those without."""

    currency: str
    day: str
    unrated: tuple[str, ...]


def currencies(conn: sqlite3.Connection, platforms: Iterable[str]) -> set[str]:
    """What the open tasks of these platforms pay in."""
    chosen = tuple(platforms)
    marks = ", ".join("?" * len(chosen))
    found = conn.execute(
        "SELECT DISTINCT pay_currency FROM task WHERE gone_us IS NULL AND pay_currency IS NOT NULL "  # noqa: S608 - our own marks
        f"AND platform IN ({marks})",
        chosen,
    )
    return {str(row[0]) for row in found}


def settle(home: str, seen: set[str], before: str) -> str:
    """The currency to weigh in: the person's; else the only one that was ever seen, which takes no rate; else euros.

    >>> settle("", {"USD"}, ""), settle("", set(), "USD"), settle("", {"GBP"}, "USD"), settle("", {"USD"}, "EUR")
    ('USD', 'USD', 'EUR', 'EUR')
    """
    if home:
        return home
    known = seen | ({before} if before else set())
    return EURO if len(known) > 1 else next(iter(known), "")


class Scale:
    """Pays as whole units of one currency, by the newest rates of a day. For one reading of the store."""

    def __init__(self, conn: sqlite3.Connection, currency: str, day: str) -> None:
        self._conn = conn
        self.currency = currency or EURO
        self._day = day
        self._rates: dict[str, Rate | None] = {}

    def rate(self, currency: str) -> Rate | None:
        """The rate from a currency; None where there is none (points, a currency nobody quotes)."""
        if currency not in self._rates:
            self._rates[currency] = find(self._conn, currency, self.currency, self._day)
        return self._rates[currency]

    def worth(self, micro: int | None, currency: str | None, per: str) -> float:
        """A pay for one task; not a number where that is not known: the policy counts it as its list's average."""
        if micro is None or not currency or per != "task":
            return math.nan
        if micro == 0 or currency == self.currency:
            return micro / MICRO
        rate = self.rate(currency)
        return math.nan if rate is None else convert(micro, rate) / MICRO

    def in_view(self, platform: str, name: str) -> dict[str, float]:
        """The tasks a list shows now, and what they are worth."""
        found = self._conn.execute(
            "SELECT system, id, pay_micro, pay_currency, pay_per FROM task "
            "WHERE platform = ? AND list = ? AND gone_us IS NULL",
            (platform, name),
        )
        return {f"{system}:{own}": self.worth(micro, currency, per) for system, own, micro, currency, per in found}

    def rated(self, platforms: Iterable[str]) -> Rated:
        """Which rates the lists of these platforms are weighed by just now."""
        foreign = sorted(currencies(self._conn, platforms) - {self.currency})
        days = [rate.day for one in foreign if (rate := self.rate(one)) is not None]
        unrated = tuple(one for one in foreign if self.rate(one) is None)
        return Rated(self.currency, min(days, default=""), unrated)
