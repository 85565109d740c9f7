"""The person corrects an attempt, and takes back what they corrected or typed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.control.arguments import read
from piecework.control.time import take_back
from piecework.control.typed import context, state, stated
from piecework.errors import BadUsage
from piecework.ledger import edits, states
from piecework.ledger.attempts import STEP_KINDS
from piecework.ledger.linking import last_step_us
from piecework.money import parse_pay
from piecework.now import day_of, to_us
from piecework.now import zone as zone_of
from piecework.protocol.bodies import PayText
from piecework.protocol.kinds import Kind
from piecework.store.events import EventRow, by_id, events
from piecework.store.timebody import read_edit, read_undo
from piecework.worktime.correcting import correct
from piecework.worktime.correcting import named as intervals

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.services import Services
    from piecework.protocol.messages import Event

_OWN = frozenset({Kind.EDIT, Kind.CORRECTION, Kind.UNDO, Kind.SETTLED, Kind.ADJUST, Kind.RATE})
"""Kinds that can be taken back whoever made them; anything else only where the person typed it."""


class Asked(msgspec.Struct):
    """What is to change; None and, for a state, "" leave it as it is. `on`: the day of the new state, "YYYY-MM-DD"."""

    assignment: str
    state: str = ""
    title: str | None = None
    requester: str | None = None
    pay: str | None = None
    currency: str | None = None
    on: str = ""
    reason: str = ""


class Named(msgspec.Struct):
    """The event to take back, or the attempt that was typed."""

    event: str
    reason: str = ""


async def edit(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Corrects one attempt: `{event, assignment}`. Raises BadUsage where nothing would change, or can't be read."""
    asked = read(args, Asked)
    with services.store.read() as conn:
        row = conn.execute("SELECT * FROM assignment WHERE id = ?", (asked.assignment,)).fetchone()
        last_us = last_step_us(conn, asked.assignment)
    if row is None:
        raise BadUsage(f"There is no assignment “{asked.assignment[:60]}”. `piecework history TASK` names them.")
    body = _body(services, asked, row)
    at_us = _when(services, asked, last_us)
    event = stated(services, Kind.EDIT, body, platform=row["platform"], account=row["account"], at_us=at_us)
    await state(services, [event])
    return {"event": event.id, "assignment": asked.assignment}


async def undo(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Takes an event back, or all the person typed of an attempt, its time too: `{events, undoes}`.

    Each of `events` can be taken back in turn. Raises BadUsage.
    """
    named = read(args, Named)
    with services.store.read() as conn:
        row = by_id(conn, named.event)
        rows = [row] if row is not None else list(_typed(conn, named.event))
        gone = edits.undone(_undos(conn))
    if not rows:
        raise BadUsage(f"There is nothing by the id “{named.event[:60]}” that you typed or corrected.")
    if row is not None and read_edit(row) is not None:
        done = await take_back(services, {"edit": row.id})
        return {"events": [done["edit"]], "undoes": [row.id]}
    if row is not None and read_undo(row) is not None:
        raise BadUsage("That took a correction of time back: correct the time once more on the page Time.")
    for one in rows:
        _check(one, gone)
    made = [_undo_of(services, one, named.reason) for one in rows]
    ids = [one.id for one in made]

    def drop_time(conn: sqlite3.Connection) -> None:
        typed = "SELECT id FROM interval WHERE assignment = ? AND source = 'typed'"
        if row is None and (found := [str(own) for (own,) in conn.execute(typed, (named.event,))]):
            ids.append(correct(conn, context(services), "delete", intervals(conn, found), []))

    await state(services, made, drop_time)
    return {"events": ids, "undoes": [one.id for one in rows]}


def _body(services: Services, asked: Asked, row: sqlite3.Row) -> edits.Edit:
    """What is really new in what was asked for, beside what stood there."""
    if asked.state and asked.state not in states.MOVES:
        raise BadUsage(f"“{asked.state[:30]}” is no state. States: {', '.join(states.MOVES)}.")
    body = edits.Edit(
        asked.assignment,
        state=asked.state if asked.state != row["state"] else "",
        title=_words(asked.title, row["title"]),
        requester=_words(asked.requester, row["requester"]),
        pay=_pay(services, asked, row),
        reason=asked.reason.strip()[: edits.LONGEST],
        was=edits.Was(row["state"], row["title"], row["requester"], row["pay_micro"], row["pay_currency"]),
    )
    if not body.state and body.title is None and body.requester is None and body.pay is None:
        raise BadUsage("Nothing is different: give another pay, state, title or requester.")
    return body


def _words(text: str | None, known: str) -> str | None:
    wanted = None if text is None else " ".join(text.split())[: edits.LONGEST]
    return None if wanted == known else wanted


def _pay(services: Services, asked: Asked, row: sqlite3.Row) -> PayText | None:
    if asked.pay is None or not asked.pay.strip():
        return None
    definition = services.platforms.get(row["platform"])
    own = row["pay_currency"] or (definition.currency() if definition else None)
    currency = (asked.currency or "").upper() or own
    pay = parse_pay(asked.pay, currency=currency)
    if pay.micro is None or pay.currency is None or pay.micro != pay.max_micro or pay.per != "task":
        raise BadUsage(
            f"“{asked.pay[:60]}” can't be read as pay. Write an amount and its currency, such as “1.20 EUR”."
        )
    if (pay.micro, pay.currency) == (row["pay_micro"], row["pay_currency"]):
        return None
    return PayText(raw=asked.pay[: edits.LONGEST], currency=currency)


def _when(services: Services, asked: Asked, last_us: int) -> int:
    """Now, or noon of the day that was named; never before what is known to have happened to the attempt."""
    now_us = services.clock.now_us()
    if not asked.on or asked.on == day_of(now_us, services.zone):
        return max(now_us, last_us + 1)
    try:
        noon = to_us(datetime.combine(date.fromisoformat(asked.on), time(12), zone_of(services.zone)))
    except (ValueError, OverflowError) as cause:
        raise BadUsage(f"“{asked.on[:20]}” is no day: write it as 2026-11-21.") from cause
    if noon > now_us:
        raise BadUsage("A day to come can't be the day it happened.")
    if asked.on < day_of(last_us, services.zone):
        raise BadUsage(
            f"Something happened to it on {day_of(last_us, services.zone)} already: name that day or a later one."
        )
    return max(noon, last_us + 1)


def _typed(conn: sqlite3.Connection, attempt: str) -> list[EventRow]:
    """The steps of an attempt, where all of them were typed."""
    rows = [row for row in events(conn, assignment=attempt) if attempt and row.kind in STEP_KINDS - edits.KINDS]
    return rows if all(row.source == "typed" for row in rows) else []


def _undos(conn: sqlite3.Connection) -> list[edits.Change]:
    rows = conn.execute("SELECT id, kind, at_us, body FROM event WHERE kind = ?", (Kind.UNDO,))
    return [change for row in rows if (change := edits.change_of(*row)) is not None]


def _check(row: EventRow, gone: frozenset[str]) -> None:
    if row.kind not in _OWN and (row.source != "typed" or row.kind not in STEP_KINDS):
        raise BadUsage(f"A page said so, not you: correct it with `piecework edit`. ({row.kind} of {row.day_local})")
    if row.id in gone:
        raise BadUsage("That was taken back already. `piecework undo` of the undo brings it back.")


def _undo_of(services: Services, row: EventRow, reason: str) -> Event:
    body = edits.Undo(row.id, row.assignment, reason.strip()[: edits.LONGEST])
    return stated(services, Kind.UNDO, body, platform=row.platform, account=row.account)
