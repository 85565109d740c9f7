"""Postings as plain text for programs that keep ledgers: hledger, ledger and beancount.

One transaction per event, flow and currency, dated by the person's own day; amounts as exact decimals. The books
keep their names; beancount wants them capitalised and opened. Each withdrawal in another currency brings its price.
A platform's statement that agreed with the books is a balance assertion at the end of its day, so that the program
proves it once more from the transactions alone; a journal that begins later than the books has none.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TextIO

from piecework.ledger.amounts import decimal_text
from piecework.ledger.balances import ReconciledBalance, reconciled_balances
from piecework.ledger.book import readings
from piecework.ledger.exchange import Exchanged, exchanges
from piecework.rates.convert import plain
from piecework.views.tables import ORDER

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from piecework.platforms import Platform

DIALECTS: Final = ("hledger", "ledger", "beancount")
_QUERY: Final = f"""
WITH place AS MATERIALIZED ({ORDER})
SELECT posting.txn, posting.day_local, posting.book, posting.micro, posting.currency, posting.platform,
  coalesce(assignment.title, '') AS title, event.id AS event
FROM place CROSS JOIN posting ON posting.event_seq = place.event_seq
CROSS JOIN event ON event.seq = place.event_seq
LEFT JOIN assignment ON assignment.id = posting.assignment
"""  # noqa: S608 - our own query within our own
_BREAKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MARKS: Final = re.compile(r"[;|\"\\]")
_NOT_IN_NAMES: Final = re.compile(r"[^\w-]+")
_LONGEST: Final = 120
_ALL: Final = 1 << 31


def write_journal(
    conn: sqlite3.Connection, out: TextIO, dialect: str, days: tuple[str, str], platforms: Mapping[str, Platform]
) -> int:
    """Writes the postings of the days; returns how many transactions there were.

    `platforms` say in which periods and zones their statements reckon.
    """
    journal = Journal(out, dialect)
    if dialect == "beancount":
        _open_books(conn, out, days)
    whole = not days[0]
    journal.proven = sorted(reconciled_balances(conn, platforms, days), key=_day_of) if whole else []
    journal.prices = {one.event: one for one in exchanges(conn, readings(conn).undone, most=_ALL)}
    count = 0
    for _, lines in groupby(conn.execute(_QUERY, days), key=lambda line: line[0]):
        journal.transaction(list(lines))
        count += 1
    journal.prove()
    return count


class Journal:
    """One journal as it is written, in the order of its days.

    `proven` are balances in the order of their days, `prices` the withdrawals by their event.
    """

    def __init__(self, out: TextIO, dialect: str) -> None:
        self._out = out
        self._dialect = dialect
        self._books: set[str] = set()
        self.proven: list[ReconciledBalance] = []
        self.prices: dict[str, Exchanged] = {}

    def transaction(self, entries: Sequence[Sequence[Any]]) -> None:
        """One transaction, as rows of the query; before it what was proven on earlier days, and its price."""
        txn, day, _, _, _, platform, title, event = entries[0]
        self.prove(before=day)
        if event in self.prices:
            self._price(self.prices.pop(event))
        flow = txn.rsplit(":", 3)[1]
        text = one_line(f"{platform} {flow} {title}")
        if self._dialect == "beancount":
            self._out.write(f'{day} * "{text}"\n  event: "{one_line(event)}"\n')
        else:
            self._out.write(f"{day} * {text}  ; event: {one_line(event)}\n")
        for _, _, book, micro, currency, *_ in entries:
            self._books.add(book)
            self._out.write(f"    {self._name(book)}  {decimal_text(micro)} {commodity(currency, self._dialect)}\n")
        self._out.write("\n")

    def prove(self, before: str = "") -> None:
        """The balances that were proven on days before one, or all that are left."""
        while self.proven and (not before or self.proven[0].period_end < before):
            self._balance(self.proven.pop(0))

    def _balance(self, one: ReconciledBalance) -> None:
        if one.book not in self._books:
            return
        code, name = commodity(one.currency, self._dialect), self._name(one.book)
        if self._dialect == "beancount":
            # Beancount takes a balance at the beginning of a day, and allows for some error unless it is told not to.
            following = date.fromisoformat(one.period_end) + timedelta(days=1)
            self._out.write(f"{following} balance {name}  {decimal_text(one.micro)} ~ 0 {code}\n\n")
            return
        self._out.write(f"{one.period_end} * {one_line(one.platform)} agrees with its statement\n")
        self._out.write(f"    {name}  0 {code} = {decimal_text(one.micro)} {code}\n\n")

    def _price(self, one: Exchanged) -> None:
        base, quote = commodity(one.given.currency, self._dialect), commodity(one.received.currency, self._dialect)
        said = f"your own rate; lost {plain_percent(one)} %"
        if one.reference is not None:
            said += f" against {one.reference.rate} ({one_line(one.reference.source)}, {one.reference.day})"
        self._out.write(f"; {said}\n")
        value = plain(one.net_rate)
        price = f"{one.day} price {base}  {value} {quote}" if self._dialect == "beancount" else None
        self._out.write(f"{price or f'P {one.day} {base} {value} {quote}'}\n")

    def _name(self, book: str) -> str:
        return beancount_name(book) if self._dialect == "beancount" else book


def plain_percent(one: Exchanged) -> str:
    """The loss of a withdrawal in percent, as text."""
    return f"{one.loss * 100:.1f}"


def one_line(text: str) -> str:
    """A page's words as part of one line: no line break, and none of the signs that part fields."""
    return _MARKS.sub(" ", _BREAKS.sub(" ", text)).strip()[:_LONGEST]


def commodity(currency: str, dialect: str) -> str:
    """A currency's code; hledger and ledger want one with more than letters quoted, beancount none with "-" at its end.

    >>> commodity("PTS-", "beancount"), commodity("PTS-", "ledger")
    ('PTS-X', '"PTS-"')
    """
    if dialect == "beancount":
        return f"{currency}X" if currency.endswith("-") else currency
    return currency if currency.isalpha() else f'"{currency}"'


def beancount_name(book: str) -> str:
    """A book's name with every part capitalised.

    >>> beancount_name("assets:pending:practice")
    'Assets:Pending:Practice'
    """
    parts = (_NOT_IN_NAMES.sub("-", part).strip("-_") for part in book.split(":"))
    return ":".join(part[:1].upper() + part[1:].replace("_", "-") for part in parts if part)


def _day_of(one: ReconciledBalance) -> tuple[str, str, str]:
    return one.period_end, one.book, one.currency


def _open_books(conn: sqlite3.Connection, out: TextIO, days: tuple[str, str]) -> None:
    out.writelines(
        f"{day} open {beancount_name(book)}\n"
        for book, day in conn.execute(
            "SELECT book, min(day_local) FROM posting WHERE day_local BETWEEN ? AND ? GROUP BY book ORDER BY book", days
        )
    )
    out.write("\n")
