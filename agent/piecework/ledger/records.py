"""Rows of a site's own pages are read again and again: only what is news in them becomes an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from piecework.ledger import derived, linking, settle, states
from piecework.ledger.amounts import exact, read
from piecework.ledger.history import record_news
from piecework.ledger.making import event_of, made_id
from piecework.ledger.ours import MONEY_EVENTS
from piecework.ledger.preparing import currency_of, payout, statement
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from piecework.protocol.messages import Event
    from piecework.store import Context


def news(conn: sqlite3.Connection, ctx: Context, event: Event, body: msgspec.Struct) -> list[Event]:
    """The events to be stored for one incoming event of kind record, statement, payout, fee or bonus.

    A record becomes steps (accepted, submitted, approved, bonus ...) that were not known; a statement, payout, fee
    or bonus becomes itself, or nothing where the same was stored before. Any other kind becomes itself. Each answer
    is stored like an event that came over the link (decode its body, `prepare`, append, `apply_event`), one after
    the other; ids are made from the incoming id, so that a repeated message makes the same ones.
    """
    if isinstance(body, bodies.Record):
        return record_news(conn, ctx, event, body)
    if isinstance(body, bodies.Statement):
        return [event] if _statement_changed(conn, ctx, event, body) else []
    if isinstance(body, bodies.Payout):
        found = payout(conn, ctx, event, body)
        if settle.payout_known(conn, event.platform, event.account, found.key, event.kind):
            return []
        return [event, *_paid(conn, event, body, found.site_us)]
    if isinstance(body, bodies.Bonus) and body.period:
        return _more_bonus(conn, ctx, event, body)
    return [event]


def _statement_changed(conn: sqlite3.Connection, ctx: Context, event: Event, body: bodies.Statement) -> bool:
    """Whether a reading is news: other figures, another day, or the same ones after something happened in the books."""
    known = {
        name: (micro, currency, count)
        for name, micro, currency, count in conn.execute(
            "SELECT name, micro, currency, count FROM statement WHERE platform = ? AND account = ? AND period = ? "
            "ORDER BY event_seq",
            (event.platform, event.account, body.period),
        )
    }
    totals = statement(ctx, event, body).totals
    for total in body.totals:
        money = exact(totals.get(total.name))
        says = (money.micro if money else None, money.currency if money else None, total.count)
        if known.get(total.name) != says:
            return True
    return _later_reading(conn, ctx, event, body.period)


def _later_reading(conn: sqlite3.Connection, ctx: Context, event: Event, period: str) -> bool:
    last_us = conn.execute(
        "SELECT max(at_us) FROM statement WHERE platform = ? AND account = ? AND period = ?",
        (event.platform, event.account, period),
    ).fetchone()[0]
    if last_us is None or last_us >= event.at_us:
        return False
    if ctx.day_platform(last_us, event.platform) != ctx.day_platform(event.at_us, event.platform):
        return True
    moved = conn.execute(
        f"SELECT 1 FROM event WHERE platform = ? AND at_us > ? AND {MONEY_EVENTS} AND account = ? LIMIT 1",  # noqa: S608 - a fixed text
        (event.platform, last_us, event.account),
    )
    return moved.fetchone() is not None


def _paid(conn: sqlite3.Connection, event: Event, body: bodies.Payout, site_us: int | None) -> Iterator[Event]:
    """A payout that names attempts pays each of them."""
    for site_id in dict.fromkeys(body.pays):
        who = linking.Who(event.platform, event.account, site_id=site_id)
        known = linking.find(conn, who, Kind.PAID, event.at_us)
        if known is not None and states.allowed(Kind.PAID, known.state):
            work = bodies.Work(assignment=site_id, at_raw=body.at_raw)
            at_us = max(min(site_us or event.at_us, event.at_us), linking.last_step_us(conn, known.id) + 1)
            trace = {"attempt": known.id, "record": event.id, "list": body.list}
            yield event_of(event, Kind.PAID, at_us, work, trace, event_id=made_id(event.id, Kind.PAID, site_id))


def _more_bonus(conn: sqlite3.Connection, ctx: Context, event: Event, body: bodies.Bonus) -> list[Event]:
    """Where a site shows a day's or month's bonuses as one total, the news is what was added to it."""
    total = exact(read(body.pay, currency_of(ctx, event)))
    if total is None:
        return []
    booked = 0
    for (text,) in conn.execute(
        "SELECT derived FROM event WHERE kind = 'bonus' AND platform = ? AND account = ? "
        "AND json_extract(derived, '$.key') = ?",
        (event.platform, event.account, body.period),
    ):
        money = exact(derived.decode(text).bonus)
        booked += money.micro if money is not None and money.currency == total.currency else 0
    if total.micro <= booked:
        return []
    raw = body.pay.raw if body.pay is not None else ""
    more = bodies.PayText(raw=raw, micro=total.micro - booked, currency=total.currency)
    return [msgspec.structs.replace(event, body=_raw(msgspec.structs.replace(body, pay=more)))]


def _raw(body: msgspec.Struct) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(body))
