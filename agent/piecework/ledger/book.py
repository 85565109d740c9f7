"""Keeping the books: every event of money or of an attempt goes through `prepare`, the event table, `apply_event`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.ledger.facts import Context, LedgerEffects, Prepared

if TYPE_CHECKING:
    import sqlite3

    import msgspec

    from piecework.protocol.messages import Event
    from piecework.store import EventRow


def prepare(_conn: sqlite3.Connection, _ctx: Context, _event: Event, _body: msgspec.Struct | None) -> Prepared:
    """Settles which attempt an event belongs to and what its amounts are, before its row is written.

    `body` is the decoded body of `protocol.codec`, None for a kind without a struct. Reads the store (tasks,
    assignments, payouts) and changes nothing. Call it for every kind that becomes an event row.
    """
    return Prepared()


def apply_event(_conn: sqlite3.Connection, _row: EventRow) -> LedgerEffects:
    """Books one event row that has just been written, in the transaction that wrote it.

    Changes assignment, posting, statement and the sums. A row of a kind that is none of the ledger's does nothing.
    Never call it for a row that was there already.
    """
    return LedgerEffects()
