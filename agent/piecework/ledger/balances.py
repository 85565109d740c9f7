"""Balances that a statement has proven, for programs that keep ledgers to prove once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger.earnings import LAST_DAY
from piecework.ledger.reconcile import Cell, Reckoning, reckon, stated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from piecework.platforms import Platform

_BOOKS: Final = {"pending": "assets:pending:", "available": "assets:approved:", "balance": "assets:approved:"}


class ReconciledBalance(NamedTuple):
    """What a book holds at the end of one of the person's days, proven by a statement that agreed on that day.

    `micro` is of the whole book, which all accounts of a platform share.
    """

    platform: str
    account: str
    currency: str
    period_end: str
    book: str
    micro: int


def reconciled_balances(
    conn: sqlite3.Connection,
    platforms: Mapping[str, Platform],
    days: tuple[str, str] = ("", LAST_DAY),
    *,
    strict: bool = False,
) -> Iterator[ReconciledBalance]:
    """Balances that a ledger program can be asked to prove: of every account whose newest balance statement agrees.

    Each is dated at the end of the local day the statement was read on and holds all that the books say of that day.
    With `strict` also what differs and nobody has settled: by as much as theirs is more, so that the program refuses.
    """
    found: dict[tuple[str, str, str], ReconciledBalance] = {}
    for asked in stated(conn):
        if asked.period:
            continue
        for one in reckon(conn, asked, platforms):
            for cell in one.cells:
                book_name = _BOOKS.get(cell.name)
                if book_name is None or cell.difference is None:
                    continue
                if cell.difference and not (strict and one.state == "differs"):
                    continue
                day = _local_day(conn, one, cell)
                key = (book_name + one.platform, one.currency, day)
                if not days[0] <= day <= (days[1] or LAST_DAY):
                    continue
                if key not in found:
                    micro = _held(conn, one.platform, one.currency, cell.name, day)
                    found[key] = ReconciledBalance(one.platform, one.account, one.currency, day, key[0], micro)
                # A book that accounts share is off by all their differences.
                found[key] = found[key]._replace(micro=found[key].micro + cell.difference)
    yield from found.values()


def _local_day(conn: sqlite3.Connection, one: Reckoning, cell: Cell) -> str:
    row = conn.execute(
        "SELECT event.day_local FROM statement JOIN event ON event.seq = statement.event_seq WHERE "
        "statement.platform = ? AND statement.account = ? AND statement.period = ? AND statement.name = ? "
        "ORDER BY statement.event_seq DESC LIMIT 1",
        (one.platform, one.account, one.text, cell.name),
    ).fetchone()
    return str(row[0])


def _held(conn: sqlite3.Connection, platform: str, currency: str, name: str, day: str) -> int:
    """What the book behind a figure holds at the end of a local day."""
    flows = dict(
        conn.execute(
            "SELECT state, sum(micro) FROM sum_day WHERE day <= ? AND platform = ? AND currency = ? GROUP BY state",
            (day, platform, currency),
        ).fetchall()
    )
    signs = {"submitted": 1, "approved": -1, "rejected": -1}
    if name != "pending":
        signs = {"approved": 1, "bonus": 1, "paid": -1, "fee": -1}
    return sum(sign * int(flows.get(flow, 0)) for flow, sign in signs.items())
