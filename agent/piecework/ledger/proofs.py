"""Figures of a platform's own periods that agreed with the books, for programs that keep ledgers to prove once more.

A figure of a day, week or month is about the work submitted in it, as of when the page was read. It is proven by the
lines of that work up to that moment: by each line's flow, added up by the program itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger.postings import Line, sum_of
from piecework.ledger.reconcile import Cell, Reckoning, reckon, stated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from piecework.platforms import Platform

BOOK: Final = "equity:statement"
"""Where such figures are added up, beside the books and never in them."""
_SIGNS: Final[Mapping[str, Mapping[str, int]]] = {
    "submitted": {"submitted": 1},
    "approved": {"approved": 1},
    "rejected": {"rejected": 1},
    "bonus": {"bonus": 1},
    "pending": {"submitted": 1, "approved": -1, "rejected": -1},
}
"""What each flow adds to a figure of a statement."""
_LINES: Final = f"""
SELECT {", ".join(f"posting.{name}" for name in Line._fields)}
FROM assignment CROSS JOIN event ON event.assignment = assignment.id AND event.assignment <> ''
CROSS JOIN posting ON posting.event_seq = event.seq AND posting.line = 0
WHERE assignment.platform = ? AND assignment.account = ? AND assignment.day_platform BETWEEN ? AND ?
  AND posting.currency = ? AND posting.at_us <= ?
"""  # noqa: S608 - names of our own fields


class Proof(NamedTuple):
    """One figure, and which lines add up to it: those of attempts of the period, up to a moment, by flow.

    `first` and `last` are the platform's own days, `micro` what the statement says.
    """

    platform: str
    account: str
    currency: str
    name: str
    first: str
    last: str
    at_us: int
    micro: int

    @property
    def book(self) -> str:
        """The book it is added up in, which no other figure has."""
        period = self.first if self.first == self.last else f"{self.first}-{self.last}"
        whose = f"{self.platform}-{self.account[:8]}" if self.account.isalnum() else self.platform
        return f"{BOOK}:{whose}:{period}:{self.name}"

    def part(self, flow: str, micro: int) -> int:
        """What a line of that flow adds to the figure."""
        return _SIGNS[self.name].get(flow, 0) * micro


def proofs(conn: sqlite3.Connection, platforms: Mapping[str, Platform]) -> Iterator[Proof]:
    """Every figure of a period that agrees, and that the lines of its work add up to."""
    for asked in stated(conn):
        for one in reckon(conn, asked, platforms) if asked.period else ():
            if one.period.first and one.period.last:
                yield from (proof for cell in one.cells if (proof := _proof(conn, one, cell)) is not None)


def _proof(conn: sqlite3.Connection, one: Reckoning, cell: Cell) -> Proof | None:
    if cell.name not in _SIGNS or cell.theirs is None or cell.difference:
        return None
    period = one.period
    found = Proof(
        one.platform, one.account, one.currency, cell.name, period.first, period.last, cell.at_us, cell.theirs
    )
    asked = (one.platform, one.account, period.first, period.last, one.currency, cell.at_us)
    return found if _add(found, map(Line._make, conn.execute(_LINES, asked))) == cell.theirs else None


def _add(proof: Proof, lines: Iterable[Line]) -> int:
    return sum(proof.part(flow.flow, flow.micro) for line in lines if (flow := sum_of(line)) is not None)
