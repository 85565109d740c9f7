"""Postings as plain text for programs that keep ledgers: hledger, ledger and beancount.

One transaction per event, flow and currency, dated by the person's own day; amounts as exact decimals. The books
keep their names; beancount wants them capitalised and opened.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final, TextIO

from piecework.ledger.amounts import decimal_text
from piecework.views.tables import ORDER

if TYPE_CHECKING:
    import sqlite3

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


def write_journal(conn: sqlite3.Connection, out: TextIO, dialect: str, days: tuple[str, str]) -> int:
    """Writes the postings of the days; returns how many transactions there were."""
    if dialect == "beancount":
        _open_books(conn, out, days)
    count = 0
    for txn, lines in groupby(conn.execute(_QUERY, days), key=lambda line: line[0]):
        entries = list(lines)
        _, day, _, _, _, platform, title, event = entries[0]
        flow = txn.rsplit(":", 3)[1]
        text = one_line(f"{platform} {flow} {title}")
        head = f'{day} * "{text}"\n  event: "{one_line(event)}"' if dialect == "beancount" else f"{day} * {text}"
        out.write(head + ("\n" if dialect == "beancount" else f"  ; event: {one_line(event)}\n"))
        for _, _, book, micro, currency, *_ in entries:
            name = beancount_name(book) if dialect == "beancount" else book
            out.write(f"    {name}  {decimal_text(micro)} {commodity(currency, dialect)}\n")
        out.write("\n")
        count += 1
    return count


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


def _open_books(conn: sqlite3.Connection, out: TextIO, days: tuple[str, str]) -> None:
    out.writelines(
        f"{day} open {beancount_name(book)}\n"
        for book, day in conn.execute(
            "SELECT book, min(day_local) FROM posting WHERE day_local BETWEEN ? AND ? GROUP BY book ORDER BY book", days
        )
    )
    out.write("\n")
