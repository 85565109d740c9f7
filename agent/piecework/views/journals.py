"""Postings as plain text for programs that keep ledgers: hledger, ledger and beancount.

One transaction per event, flow and currency, dated by the person's own day; amounts as exact decimals. The books
keep their names; beancount wants them capitalised and opened. Each withdrawal in another currency brings its price.
A platform's balance that agreed with the books is a balance assertion at the end of the day it was read on. A figure
of one of its periods that agreed is added up beside the books (balanced virtual postings; in beancount, two lines
of equity) and asserted at the end. So the program proves both once more, from the transactions alone; a journal that
does not hold the whole books has none. What does not agree is a comment; `strict` asserts it too, as the platform
states it, unless it is settled: the program then refuses the journal.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TextIO

from piecework.ledger.amounts import decimal_text
from piecework.ledger.balances import ReconciledBalance, reconciled_balances
from piecework.ledger.book import readings
from piecework.ledger.earnings import LAST_DAY
from piecework.ledger.exchange import Exchanged, exchanges
from piecework.ledger.proofs import BOOK, Entry, Proof, proofs
from piecework.ledger.reconcile import reckon, stated
from piecework.rates.convert import plain
from piecework.views.dialects import beancount_name, commodity, one_line
from piecework.views.tables import ORDER

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from piecework.platforms import Platform

_QUERY: Final = f"""
WITH place AS MATERIALIZED ({ORDER})
SELECT posting.txn, posting.day_local, posting.book, posting.micro, posting.currency, posting.platform,
  coalesce(assignment.title, '') AS title, event.id AS event, posting.account, posting.at_us,
  coalesce(assignment.day_platform, '') AS work_day, event.kind, posting.day_platform
FROM place CROSS JOIN posting ON posting.event_seq = place.event_seq
CROSS JOIN event ON event.seq = place.event_seq
LEFT JOIN assignment ON assignment.id = posting.assignment
"""  # noqa: S608 - our own query within our own
_ALL: Final = 1 << 31
_STATES: Final = {"differs": "not settled", "kept": "you kept yours", "waiting": "you wait for the next reading"}


def write_journal(  # noqa: PLR0913 - what is asked for, word by word
    conn: sqlite3.Connection,
    out: TextIO,
    dialect: str,
    days: tuple[str, str],
    platforms: Mapping[str, Platform],
    *,
    strict: bool = False,
) -> int:
    """Writes the postings of the days; returns how many transactions there were.

    `platforms` say in which periods and zones their statements reckon; `strict` asserts open differences too.
    """
    journal = Journal(out, dialect)
    if not days[0]:
        journal.proven = sorted(reconciled_balances(conn, platforms, days, strict=strict), key=_day_of)
    if days == ("", LAST_DAY):
        journal.add_up(proofs(conn, platforms, strict=strict))
        out.writelines(f"; {one_line(line)}\n" for line in disagreements(conn, platforms))
    journal.prices = {one.event: one for one in exchanges(conn, readings(conn).undone, most=_ALL)}
    if dialect == "beancount":
        _open_books(conn, out, days, journal.figures())
    count = 0
    for _, lines in groupby(conn.execute(_QUERY, days), key=lambda line: line[0]):
        journal.transaction(list(lines))
        count += 1
    journal.prove()
    journal.prove_figures()
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
        self._figures: dict[tuple[str, str, str], list[Proof]] = {}
        self._last_day = ""

    def add_up(self, found: Iterable[Proof]) -> None:
        """Has figures of periods added up beside the books."""
        for one in found:
            self._figures.setdefault((one.platform, one.account, one.currency), []).append(one)

    def figures(self) -> list[Proof]:
        """Those figures."""
        return [one for some in self._figures.values() for one in some]

    def transaction(self, entries: Sequence[Sequence[Any]]) -> None:
        """One transaction, as rows of the query; before it what was proven on earlier days, and its price."""
        txn, day, _, _, _, platform, title, event, *_ = entries[0]
        self._last_day = day
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
            self._post(self._name(book), micro, currency)
        self._beside(entries[0])
        self._out.write("\n")

    def _post(self, name: str, micro: int, currency: str) -> None:
        self._out.write(f"    {name}  {decimal_text(micro)} {commodity(currency, self._dialect)}\n")

    def _beside(self, entry: Sequence[Any]) -> None:
        """What a transaction adds to the figures of its period."""
        txn, _, _, micro, currency, platform, _, _, account, at_us, work_day, kind, own_day = entry
        step = Entry(txn, micro, kind, work_day, own_day, at_us)
        for one in self._figures.get((platform, account, currency), ()):
            if part := one.part(step):
                self._post(self._virtual(one.book), part, currency)
                self._post(self._virtual(BOOK), -part, currency)

    def prove_figures(self) -> None:
        """Asserts the figures, after the last transaction."""
        for one in self.figures():
            code, name = commodity(one.currency, self._dialect), self._virtual(one.book)
            if self._dialect == "beancount":
                following = date.fromisoformat(self._last_day) + timedelta(days=1)
                self._out.write(f"{following} balance {name}  {decimal_text(one.micro)} ~ 0 {code}\n")
                continue
            self._out.write(f"{self._last_day} * {one_line(one.platform)} agrees with its statement\n")
            self._out.write(f"    {name}  0 {code} = {decimal_text(one.micro)} {code}\n\n")

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

    def _virtual(self, book: str) -> str:
        return beancount_name(book) if self._dialect == "beancount" else f"[{book}]"


def plain_percent(one: Exchanged) -> str:
    """The loss of a withdrawal in percent, as text."""
    return f"{one.loss * 100:.1f}"


def disagreements(conn: sqlite3.Connection, platforms: Mapping[str, Platform]) -> Iterator[str]:
    """What a platform states and the books do not hold, in words."""
    for asked in stated(conn):
        for one in reckon(conn, asked, platforms):
            for cell in one.cells:
                if cell.difference and cell.theirs is not None:
                    theirs, ours = (decimal_text(micro) for micro in (cell.theirs, cell.ours))
                    said = f"{theirs} {one.currency}, the books {ours}: {_STATES.get(one.state, one.state)}"
                    yield f"{one.platform} {one.text or 'balance'} {cell.name}: the platform states {said}"


def _day_of(one: ReconciledBalance) -> tuple[str, str, str]:
    return one.period_end, one.book, one.currency


def _open_books(conn: sqlite3.Connection, out: TextIO, days: tuple[str, str], figures: Sequence[Proof]) -> None:
    found = conn.execute(
        "SELECT book, min(day_local) FROM posting WHERE day_local BETWEEN ? AND ? GROUP BY book ORDER BY book", days
    ).fetchall()
    first = min((day for _, day in found), default="")
    beside = sorted({BOOK, *(one.book for one in figures)}) if figures and found else []
    out.writelines(f"{day} open {beancount_name(book)}\n" for book, day in found)
    out.writelines(f"{first} open {beancount_name(book)}\n" for book in beside)
    out.write("\n")
