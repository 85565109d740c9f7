"""Table `rate`: units of a currency for one euro, by day and source. The euro itself needs no row."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.errors import BadFile
from piecework.rates.convert import EURO, ONE, Quote, Rate, cross, plain

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from piecework.rates.own import OwnRow
    from piecework.rates.reference import Row

ECB: Final = "ecb"
"""The source of a reference rate."""
OWN: Final = "own"
"""The source of a row of the person's own."""
EXCHANGED: Final = "exchange"
"""The source of a rate that follows from an exchange of the person's own."""
KEPT_DIGITS: Final = 15
_WIDE: Final = Context(prec=40)
_PUT: Final = "INSERT OR REPLACE INTO rate (currency, day, source, per_eur) VALUES (?, ?, ?, ?)"
# Of one day the person's own word comes first: they wrote it down because the reference did not fit.
_CODES: Final = """
WITH RECURSIVE code (name) AS (
  SELECT min(currency) FROM rate UNION ALL SELECT (SELECT min(currency) FROM rate WHERE currency > name) FROM code
  WHERE name IS NOT NULL
) SELECT name FROM code WHERE name IS NOT NULL
"""
"""Each currency once, by one step in the key for each: there are 200,000 rows."""
_NEWEST: Final = """
SELECT per_eur, day, source FROM rate WHERE currency = ? AND day <= ? ORDER BY day DESC, source DESC LIMIT 1
"""


class Known(NamedTuple):
    """One currency of table `rate`: its newest quote."""

    currency: str
    per_eur: str
    day: str
    source: str


def find(conn: sqlite3.Connection, base: str, quote: str, day: str) -> Rate | None:
    """The newest rate of that day or before it, however old; None where one of the two currencies has none."""
    if base == quote:
        return Rate(base, quote, ONE, day, "", 0)
    one, other = _quote(conn, base, day), _quote(conn, quote, day)
    if one is None or other is None:
        return None
    # Both of one day: a rate of Wednesday and one of Friday make none of either.
    older = min(one.day, other.day)
    one, other = _quote(conn, base, older) or one, _quote(conn, quote, older) or other
    return cross(base, quote, one, other, day)


def add(conn: sqlite3.Connection, rows: Iterable[Row], source: str) -> int:
    """Writes rows of one source over what that source said of the same days; returns how many."""
    found = [(row.currency, row.day, source, row.per_eur) for row in rows if row.currency != EURO]
    conn.executemany(_PUT, found)
    return len(found)


def add_own(conn: sqlite3.Connection, rows: Iterable[OwnRow]) -> int:
    """Writes rows of the person's own; one for another currency than the euro goes through that one's own rate.

    Raises BadFile where that is not known for the day; the caller's transaction keeps nothing then.
    """
    count = 0
    for row in rows:
        currency, per_eur = row.currency, Decimal(row.rate)
        if row.currency == EURO:
            currency, per_eur = row.per, _WIDE.divide(ONE, per_eur)
        elif row.per != EURO:
            per_eur = _WIDE.multiply(per_eur, _through(conn, row))
        conn.execute(_PUT, (currency, row.day, OWN, plain(per_eur, KEPT_DIGITS)))
        count += 1
    return count


def _through(conn: sqlite3.Connection, row: OwnRow) -> Decimal:
    found = find(conn, EURO, row.per, row.day)
    if found is None or not found.firm:
        raise BadFile(f"Line {row.line}: no rate of {row.per} is known for {row.day}. Import the bank's file first.")
    return found.value


def known(conn: sqlite3.Connection, day: str) -> list[Known]:
    """Every currency there is a rate of, with its newest up to a day."""
    codes = [str(row[0]) for row in conn.execute(_CODES)]
    found = [(code, conn.execute(_NEWEST, (code, day)).fetchone()) for code in codes]
    return [Known(code, str(row[0]), str(row[1]), str(row[2])) for code, row in found if row]


def _quote(conn: sqlite3.Connection, currency: str, day: str) -> Quote | None:
    if currency == EURO:
        return _euro(day)
    row = conn.execute(_NEWEST, (currency, day)).fetchone()
    return None if row is None else Quote(Decimal(row[0]), str(row[1]), str(row[2]))


def _euro(day: str) -> Quote:
    return Quote(ONE, day, "")
