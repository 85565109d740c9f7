"""Totals in the person's home currency, beside the originals and never in their place.

A total is converted at the newest rate of the day asked for, with that rate's day, source and age beside it. Where
the reference lacks a currency, the rate of the person's own newest withdrawal stands in. What has neither is named
and left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from piecework import rates
from piecework.ledger.book import readings
from piecework.ledger.exchange import Exchanged, exchanges, own_rate
from piecework.money.currency import NO_CURRENCY, is_points
from piecework.settings import load_settings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from piecework.rates import Rate

_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)


class Total(NamedTuple):
    """Micro-units of the home currency, the rates they were converted at, and the currencies left out.

    `firm` tells that every rate is: only then may the total stand in a statement.
    """

    micro: int
    currency: str
    rates: tuple[Rate, ...]
    missing: tuple[str, ...]

    @property
    def firm(self) -> bool:
        """Whether no rate is provisional and nothing is left out."""
        return not self.missing and all(rate.firm for rate in self.rates)


class Valuation:
    """What amounts are worth in one currency on one day; each rate is looked up once."""

    def __init__(self, conn: sqlite3.Connection, currency: str, day: str) -> None:
        self._conn = conn
        self._day = day
        self._rates: dict[str, Rate | None] = {}
        self._own: list[Exchanged] | None = None
        self.currency = currency

    def rate(self, currency: str) -> Rate | None:
        """The rate of a currency in the home currency; None for points and where none is known."""
        if currency not in self._rates:
            self._rates[currency] = self._find(currency) if self._is_money(currency) else None
        return self._rates[currency]

    def total(self, amounts: Mapping[str, int]) -> Total | None:
        """Amounts by currency as one total; None where there is nothing to convert: no home, nothing foreign."""
        wanted = {currency: micro for currency, micro in amounts.items() if micro and currency != NO_CURRENCY}
        if not self.currency or not set(wanted) - {self.currency}:
            return None
        found = {currency: self.rate(currency) for currency in sorted(wanted)}
        missing = tuple(currency for currency, rate in found.items() if rate is None)
        known = {currency: rate for currency, rate in found.items() if rate is not None}
        micro = sum(rates.convert(wanted[currency], rate) for currency, rate in known.items())
        foreign = tuple(rate for currency, rate in known.items() if currency != self.currency)
        return Total(micro, self.currency, foreign, missing)

    @staticmethod
    def _is_money(currency: str) -> bool:
        return _CURRENCY.fullmatch(currency) is not None and not is_points(currency)

    def _find(self, currency: str) -> Rate | None:
        found = rates.find(self._conn, currency, self.currency, self._day)
        if found is not None:
            return found
        if self._own is None:
            self._own = exchanges(self._conn, readings(self._conn).undone)
        direct = own_rate(self._own, currency, self.currency, self._day)
        return direct or next((rate for one in self._own if (rate := self._through(one, currency)) is not None), None)

    def _through(self, one: Exchanged, currency: str) -> Rate | None:
        """By way of a withdrawal's other currency: euros in shillings through dollars that became shillings."""
        codes = {one.given.currency, one.received.currency}
        for base, quote in ((currency, self.currency), (self.currency, currency)):
            if quote in codes:
                (middle,) = codes - {quote}
                own = own_rate([one], middle, quote, self._day)
                found = rates.find(self._conn, base, middle, self._day)
                if own is None or found is None:
                    continue
                rate = rates.chain(found, own)
                return rate if quote == self.currency else rates.inverse(rate)
        return None


def valuation(conn: sqlite3.Connection, day: str) -> Valuation:
    """In the currency that the person has chosen, on one of their days."""
    return Valuation(conn, load_settings(conn).home, day)


def by_currency(rows: Iterable[Mapping[str, Any]], flow: str) -> dict[str, int]:
    """One figure of rows that carry a `currency`, added up by it."""
    found: dict[str, int] = {}
    for row in rows:
        found[row["currency"]] = found.get(row["currency"], 0) + row[flow]
    return found


def flows_at_home(worth: Valuation, rows: list[dict[str, Any]], flows: Iterable[str]) -> dict[str, Any]:
    """What a page shows below its sums: `{currency, totals: {flow: Total}, rates, missing}`; {} where nothing is."""
    totals = {flow: total for flow in flows if (total := worth.total(by_currency(rows, flow))) is not None}
    used = {rate.base: rate for total in totals.values() for rate in total.rates}
    missing = sorted({currency for total in totals.values() for currency in total.missing})
    if not totals:
        return {}
    return {
        "currency": worth.currency,
        "totals": totals,
        "rates": [used[one] for one in sorted(used)],
        "missing": missing,
    }


def at_home(worth: Valuation, row: Mapping[str, Any], flows: Iterable[str]) -> dict[str, Any] | None:
    """One row of earnings in the home currency, for programs; None where none was chosen or no rate is known."""
    rate = worth.rate(row["currency"]) if worth.currency and worth.currency != row["currency"] else None
    if rate is None:
        return None
    return {
        "currency": worth.currency,
        "rate": rate.text,
        "day": rate.day,
        "source": rate.source,
        "age_days": rate.age_days,
        "firm": rate.firm,
        **{flow: rates.convert(row[flow], rate) for flow in flows},
    }
