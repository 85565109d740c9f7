"""Figures of a platform's own periods, for programs that keep ledgers to prove from the transactions alone.

A figure is asserted as the platform states it, wherever the lines of the books add up to our figure for it: those of
the work submitted in the period, of amounts by themselves, of payouts and fees on their day, up to the moment the page
was read. Each line's flow is added up by the program itself, so the assertion holds only if theirs is ours.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from piecework.ledger.ours import MONEY_EVENTS
from piecework.ledger.reconcile import Cell, Reckoning, marks_paid, reckon, stated
from piecework.now import DAY_US
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from piecework.platforms import Platform

    Signs = Mapping[str, int]

BOOK: Final = "equity:statement"
"""Where such figures are added up, beside the books and never in them."""
_COLUMNS: Final = """
SELECT posting.txn, posting.micro, event.kind, coalesce(assignment.day_platform, ''), posting.day_platform,
  posting.at_us
"""
_OF_WORK: Final = f"""{_COLUMNS}
FROM assignment CROSS JOIN event ON event.assignment = assignment.id AND event.assignment <> ''
CROSS JOIN posting ON posting.event_seq = event.seq AND posting.line = 0
WHERE assignment.platform = :platform AND assignment.account = :account
  AND assignment.day_platform BETWEEN :first AND :last AND posting.currency = :currency AND posting.at_us <= :at
"""
_OF_THE_DAYS: Final = f"""{_COLUMNS}
FROM event CROSS JOIN posting ON posting.event_seq = event.seq AND posting.line = 0
LEFT JOIN assignment ON assignment.id = event.assignment AND event.assignment <> ''
WHERE event.platform = :platform AND event.account = :account AND {MONEY_EVENTS}
  AND event.at_us BETWEEN :after AND :at AND event.day_platform BETWEEN :first AND :last
  AND posting.currency = :currency
"""
_BY_THEMSELVES: Final = frozenset({Kind.ADJUST, Kind.BONUS})
_EARLIEST: Final = date(1970, 1, 1)
_PLAIN: Final[Mapping[str, Signs]] = {
    "submitted": {"submitted": 1},
    "approved": {"approved": 1},
    "rejected": {"rejected": 1},
    "bonus": {"bonus": 1},
    "pending": {"submitted": 1, "approved": -1, "rejected": -1},
}
"""What each flow adds to a figure that is about the work of the period alone."""
_NONE: Final[Signs] = MappingProxyType({})
_LEFT: Final[Signs] = {"paid": 1, "fee": 1}


class Entry(NamedTuple):
    """The first line of a transaction, `micro` to the flow; `work_day` is "" for what belongs to no attempt."""

    txn: str
    micro: int
    kind: str
    work_day: str
    own_day: str
    at_us: int

    @property
    def flow(self) -> str:
        """What the transaction moved."""
        return self.txn.rsplit(":", 3)[1]


class Rule(NamedTuple):
    """By which signs flows add up: of the period's work, of amounts by themselves, of all on their own day."""

    work: Signs = _NONE
    beside: Signs = _NONE
    dated: Signs = _NONE


class Proof(NamedTuple):
    """One figure, and which entries add up to it: by flow, up to a moment.

    `first` ("" for the beginning) and `last` are the platform's own days, `micro` what the statement says.
    """

    platform: str
    account: str
    currency: str
    name: str
    first: str
    last: str
    at_us: int
    micro: int
    rule: Rule

    @property
    def book(self) -> str:
        """The book it is added up in, which no other figure has."""
        days = f"{self.first}-{self.last}" if self.first else f"until-{self.last}"
        period = self.first if self.first == self.last else days
        whose = f"{self.platform}-{self.account[:8]}" if self.account.isalnum() else self.platform
        return f"{BOOK}:{whose}:{period}:{self.name}"

    def part(self, one: Entry) -> int:
        """What an entry of this platform, account and currency adds to the figure."""
        if one.at_us > self.at_us:
            return 0
        signs: list[Signs] = [self.rule.dated] if self.first <= one.own_day <= self.last else []
        if one.work_day and self.first <= one.work_day <= self.last:
            signs.append(self.rule.work)
        elif not one.work_day and one.kind in _BY_THEMSELVES and self.first <= one.own_day <= self.last:
            signs.append(self.rule.beside)
        return sum(some.get(one.flow, 0) for some in signs) * one.micro


def proofs(conn: sqlite3.Connection, platforms: Mapping[str, Platform], *, strict: bool = False) -> Iterator[Proof]:
    """Every figure of a period that agrees; with `strict` also those that differ and that nobody has settled."""
    for asked in stated(conn):
        for one in reckon(conn, asked, platforms) if asked.period else ():
            if one.period.last:
                yield from _of(conn, one, marks=marks_paid(platforms.get(one.platform)), strict=strict)


def _of(conn: sqlite3.Connection, one: Reckoning, *, marks: bool, strict: bool) -> Iterator[Proof]:
    apart = any(cell.name == "bonus" for cell in one.cells)
    entries: list[Entry] | None = None
    for cell in one.cells:
        if cell.theirs is None or (cell.difference and not (strict and one.state == "differs")):
            continue
        found = _proof(one, cell, rule_of(cell.name, marks=marks, apart=apart), cell.theirs)
        entries = _entries(conn, one) if entries is None else entries
        if sum(map(found.part, entries)) == cell.ours:
            yield found


def rule_of(name: str, *, marks: bool, apart: bool) -> Rule:
    """How a figure is added up, as `ours.of_period` has it.

    `marks`: the platform's pages mark single work as paid; `apart`: its bonuses are a figure of their own.
    """
    if name in _PLAIN:
        return Rule(_PLAIN[name], _PLAIN[name])
    if name == "fee":
        return Rule(dated={"fee": 1})
    if name == "paid":
        return Rule({"paid": 1}, {"paid": 1}) if marks else Rule(dated=_LEFT)
    free = {"approved": 1} if apart else {"approved": 1, "bonus": 1}
    taken = {flow: -sign for flow, sign in _LEFT.items()}
    return Rule(free | taken if marks else free, free | taken)


def _proof(one: Reckoning, cell: Cell, rule: Rule, theirs: int) -> Proof:
    period = one.period
    whose = one.platform, one.account, one.currency
    return Proof(*whose, cell.name, period.first, period.last, cell.at_us, theirs, rule)


def _entries(conn: sqlite3.Connection, one: Reckoning) -> list[Entry]:
    """All entries of a period, each once."""
    first = date.fromisoformat(one.period.first) if one.period.first else _EARLIEST
    asked: dict[str, Any] = {
        "platform": one.platform,
        "account": one.account,
        "currency": one.currency,
        "first": one.period.first,
        "last": one.period.last,
        "at": max(cell.at_us for cell in one.cells),
        "after": (first - _EARLIEST) // timedelta(days=1) * DAY_US - DAY_US,
    }
    rows: Iterable[Any] = (row for query in (_OF_WORK, _OF_THE_DAYS) for row in conn.execute(query, asked))
    return list({row[0]: Entry(*row) for row in rows}.values())
