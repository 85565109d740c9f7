"""The platform's own figures against ours: theirs, ours, the difference by state, and how it was settled.

Nothing is settled by itself: a difference stays open until the books agree or the person decides. They may take
the platform's figure over (typed amounts that carry its statement's id), keep ours (the same difference is then not
asked about again), or wait for the next reading (which opens it again).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from piecework.ledger import book
from piecework.ledger.ours import Figure, Whose, of_balance, of_period
from piecework.ledger.periods import Period, read_period
from piecework.now import day_of
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from piecework.platforms import Platform

How = Literal["accepted", "kept", "waiting"]
State = Literal["agrees", "differs", "kept", "waiting", "unread"]
ORDER: Final = ("submitted", "pending", "approved", "rejected", "bonus", "available", "balance", "paid", "fee")
"""Names of a statement's figures, in the order of money's way."""
Differences = dict[str, int]
"""Micro-units theirs - ours, by name."""

_LATEST: Final = """
SELECT statement.platform, statement.account, statement.period, statement.name, statement.micro, statement.currency,
  statement.count, statement.at_us, event.id AS event
FROM statement JOIN event ON event.seq = statement.event_seq
WHERE statement.platform = ? AND statement.account = ? AND statement.period = ? AND statement.event_seq = (
  SELECT max(other.event_seq) FROM statement AS other WHERE other.platform = statement.platform
  AND other.account = statement.account AND other.period = statement.period AND other.name = statement.name)
"""
_READ: Final = """
SELECT platform, account, period, max(at_us) AS at_us FROM statement
WHERE (:platform = '' OR platform = :platform) AND (:account = '' OR account = :account)
GROUP BY platform, account, period ORDER BY period <> '', max(at_us) / 86400000000 DESC, period DESC, platform, account
"""


class Settled(msgspec.Struct, omit_defaults=True):
    """Body of a `settled` event: what the person decided about the differences of one statement in one currency."""

    statement: str
    period: str
    currency: str
    how: How
    differences: Differences = {}
    reason: str = ""


class Cell(NamedTuple):
    """One figure: theirs as read at `at_us` (None: unreadable), ours at that moment, in micro-units."""

    name: str
    theirs: int | None
    ours: int
    at_us: int
    their_count: int | None = None
    our_count: int | None = None

    @property
    def difference(self) -> int | None:
        """Theirs - ours; None where theirs is unreadable."""
        return None if self.theirs is None else self.theirs - self.ours


class Reckoning(NamedTuple):
    """One statement in one currency, held against the books. `text` is the period as the page wrote it.

    `statement` is the id of the newest event behind it, `reason` what the person gave for keeping or waiting.
    """

    platform: str
    account: str
    currency: str
    text: str
    period: Period
    cells: tuple[Cell, ...]
    state: State
    statement: str
    at_us: int
    reason: str = ""
    settled_event: str = ""

    @property
    def differences(self) -> Differences:
        """The figures that differ."""
        return {cell.name: cell.difference for cell in self.cells if cell.difference}


class Asked(NamedTuple):
    """One period of an account that the platform has stated something about, and when it did so last."""

    platform: str
    account: str
    period: str
    at_us: int


def stated(conn: sqlite3.Connection, *, platform: str = "", account: str = "") -> list[Asked]:
    """Every period with a statement: balances first, then by when they were read, the newest first."""
    return [Asked(*row) for row in conn.execute(_READ, {"platform": platform, "account": account})]


def reckon(conn: sqlite3.Connection, asked: Asked, platforms: Mapping[str, Platform]) -> list[Reckoning]:
    """The newest statement of a period against the books, one answer for each currency in it."""
    rows = conn.execute(_LATEST, asked[:3]).fetchall()
    known = platforms.get(asked.platform)
    zone = known.money.zone if known is not None else "UTC"
    reckoning = known.money.period if known is not None and isinstance(known.money.period, str) else "none"
    before = _run_before(conn, asked) if reckoning == "bill run" else ""
    period = read_period(asked.period, reckoning, zone, before)
    decided = _decisions(conn, asked)
    found = []
    for currency in sorted({row["currency"] or "" for row in rows} - ({""} if any(_stated(rows)) else set())):
        apart = any(row["name"] == "bonus" for row in rows)
        whose = Whose(asked.platform, asked.account, currency, zone, marks_paid(known), apart)
        cells = tuple(_cells(conn, whose, period, [row for row in rows if row["currency"] in {currency, None}]))
        newest = max(rows, key=lambda row: (row["at_us"], row["event"]))
        one = Reckoning(*asked[:2], currency, asked.period, period, cells, "unread", newest["event"], asked.at_us)
        found.append(_judged(one, decided.get(currency, [])))
    return found


def _cells(conn: sqlite3.Connection, whose: Whose, period: Period, rows: list[sqlite3.Row]) -> Iterator[Cell]:
    figures: dict[int, dict[str, Figure]] = {}
    for row in sorted(rows, key=lambda row: ORDER.index(row["name"])):
        at_us = row["at_us"]
        if at_us not in figures:
            figures[at_us] = _ours(conn, whose, period, at_us)
        own = figures[at_us].get(row["name"], Figure(0))
        yield Cell(row["name"], row["micro"], own.micro, at_us, row["count"], own.n)


def _ours(conn: sqlite3.Connection, whose: Whose, period: Period, at_us: int) -> dict[str, Figure]:
    if period.kind == "balance" and whose.marks_paid and whose.bonus_apart:
        # Attempt by attempt: no book tells how much of what was paid out were bonuses.
        return of_period(conn, whose, Period("span", "", day_of(at_us, whose.zone)), at_us)
    if period.kind == "balance":
        return of_balance(conn, whose, at_us)
    return {} if period.kind == "unknown" else of_period(conn, whose, period, at_us)


def _judged(one: Reckoning, decided: list[tuple[str, Settled]]) -> Reckoning:
    """The state of a reckoning, and the person's last decision where it still speaks of it."""
    if one.period.kind == "unknown" or all(cell.theirs is None for cell in one.cells):
        return one
    differs = one.differences
    if not differs:
        return one._replace(state="agrees")
    for event_id, settled in reversed(decided):
        if settled.how == "kept" and settled.differences == differs:
            return one._replace(state="kept", reason=settled.reason, settled_event=event_id)
        if settled.how == "waiting" and settled.statement == one.statement:
            return one._replace(state="waiting", reason=settled.reason, settled_event=event_id)
    return one._replace(state="differs")


def _decisions(conn: sqlite3.Connection, asked: Asked) -> dict[str, list[tuple[str, Settled]]]:
    """What the person decided about a period, by currency, the oldest first; without what they took back."""
    gone = book.readings(conn).undone
    found: dict[str, list[tuple[str, Settled]]] = {}
    for event_id, body in conn.execute(
        "SELECT id, body FROM event WHERE kind = ? AND platform = ? AND account = ? ORDER BY seq",
        (Kind.SETTLED, asked.platform, asked.account),
    ):
        settled = msgspec.json.decode(body, type=Settled)
        if event_id not in gone and settled.period == asked.period:
            found.setdefault(settled.currency, []).append((event_id, settled))
    return found


def _run_before(conn: sqlite3.Connection, asked: Asked) -> str:
    """The end of the bill run before: the latest earlier period of the account that is a day."""
    row = conn.execute(
        "SELECT max(period) FROM statement WHERE platform = ? AND account = ? AND period < ? "
        "AND period GLOB '????-??-??'",
        asked[:3],
    ).fetchone()
    return str(row[0] or "")


def marks_paid(platform: Platform | None) -> bool:
    """Whether a platform's pages mark single attempts as paid."""
    if platform is None:
        return False
    words = [page.status for page in platform.earnings if isinstance(page.status, dict)]
    return any("paid" in status.values() for status in words) or any(
        signal.kind == "paid" for signal in platform.work.signals
    )


def _stated(rows: list[sqlite3.Row]) -> Iterator[bool]:
    return (row["currency"] is not None for row in rows)
