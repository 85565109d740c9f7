"""Work that no page showed, written down by the person."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from piecework.control.arguments import read
from piecework.control.typed import context, state, stated
from piecework.errors import BadUsage, PieceworkError, UnknownPlatform
from piecework.money import parse_pay
from piecework.now import MINUTE_US, day_of, to_us, zone
from piecework.platforms import find_platform
from piecework.protocol.bodies import PayText, Work
from piecework.protocol.kinds import Kind
from piecework.store import NewEvent, append
from piecework.store.timelog import IntervalBody, book_interval
from piecework.worktime.days import split

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.services import Services
    from piecework.protocol.messages import Event
    from piecework.store import Context

LONGEST_NAME = 41
MOST_MINUTES = 24 * 60
_STEPS: dict[str, tuple[Kind, ...]] = {
    "submitted": (Kind.SUBMITTED,),
    "approved": (Kind.SUBMITTED, Kind.APPROVED),
    "paid": (Kind.SUBMITTED, Kind.APPROVED, Kind.PAID),
}


class Added(msgspec.Struct):
    """What the person says. `pay` is a text as a site writes it; `currency` what a bare number means.

    `day` ("YYYY-MM-DD") is one of the person's days, and means its noon; `at_us` a moment. Neither: now.
    """

    platform: str
    pay: str
    title: str = ""
    requester: str = ""
    currency: str | None = None
    state: Literal["submitted", "approved", "paid"] = "submitted"
    minutes: int | None = None
    at_us: int | None = None
    day: str = ""
    account: str = ""


async def add(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Writes one finished attempt down: `{assignment, platform, micro, currency}`. Raises BadUsage for unread pay."""
    added = read(args, Added)
    platform = platform_id(services, added.platform)
    definition = services.platforms.get(platform)
    currency = (added.currency or "").upper() or (definition.currency() if definition else None)
    pay = parse_pay(added.pay, currency=currency)
    if pay.micro is None or pay.currency is None:
        raise BadUsage(f"“{added.pay}” can't be read as pay. Write an amount and its currency, such as “1.20 EUR”.")
    if added.minutes is not None and not 0 < added.minutes <= MOST_MINUTES:
        raise BadUsage(f"Minutes are between 1 and {MOST_MINUTES}.")
    at_us = _moment(services, added)
    session = str(uuid.uuid4())
    work = Work(
        session=session,
        title=added.title,
        requester=added.requester,
        pay=PayText(raw=added.pay, currency=currency),
    )
    events = [
        stated(services, kind, work, platform=platform, account=added.account, at_us=at_us)
        for kind in _STEPS[added.state]
    ]
    minutes_us = (added.minutes or 0) * MINUTE_US
    await state(services, events, lambda conn: _book_time(conn, context(services), events[0], session, minutes_us))
    with services.store.read() as conn:
        return {
            "assignment": _attempt(conn, session)["id"],
            "platform": platform,
            "micro": pay.micro,
            "currency": pay.currency,
        }


def _moment(services: Services, added: Added) -> int:
    """When it was done, in µs UTC. Raises BadUsage for a day no calendar has, and for one that has not begun."""
    now_us = services.clock.now_us()
    if not added.day:
        return now_us if added.at_us is None else added.at_us
    try:
        day = date.fromisoformat(added.day)
    except ValueError as cause:
        raise BadUsage(f"“{added.day[:20]}” is no day. Write it as 2026-11-30.") from cause
    if added.day == day_of(now_us, services.zone):
        return now_us
    noon_us = to_us(datetime.combine(day, time(12), zone(services.zone)))
    if not 0 <= noon_us < now_us:
        raise BadUsage(f"{added.day} has not come yet, or is long gone.")
    return noon_us


def platform_id(services: Services, name: str) -> str:
    """The id of a named platform; a plain word for one that has no definition. Raises BadUsage for no word at all."""
    try:
        return find_platform(name, services.platforms).id
    except UnknownPlatform:
        word = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:LONGEST_NAME]
        if not word:
            raise
        return word


def _attempt(conn: sqlite3.Connection, session: str) -> sqlite3.Row:
    row: sqlite3.Row | None = conn.execute("SELECT * FROM assignment WHERE session = ?", (session,)).fetchone()
    if row is None:
        raise PieceworkError("The entry made no attempt in the books; nothing was written down.")
    return row


def _book_time(conn: sqlite3.Connection, ctx: Context, event: Event, session: str, length_us: int) -> None:
    """The time before a typed entry as intervals of its attempt, cut at the person's midnights."""
    attempt = _attempt(conn, session)
    for piece in split(event.at_us - length_us, event.at_us, event.zone):
        span = IntervalBody(
            session=session,
            start_us=piece.start_us,
            end_us=piece.end_us,
            active_us=piece.end_us - piece.start_us,
        )
        row = append(
            conn,
            NewEvent(
                id=str(uuid.uuid4()),
                at_us=piece.start_us,
                recv_us=ctx.now_us,
                source="typed",
                kind=Kind.INTERVAL,
                platform=event.platform,
                account=attempt["account"],
                task=attempt["task"],
                assignment=attempt["id"],
                body=msgspec.json.encode(span).decode(),
                zone=event.zone,
                day_platform=ctx.day_platform(piece.start_us, event.platform),
                day_local=piece.day,
            ),
        )
        if row is not None:
            book_interval(conn, row)
