"""Settling what a platform's statement and the books disagree about: taken over, kept or waited for, when asked."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from piecework.control.arguments import read
from piecework.control.typed import context, state_in, stated
from piecework.errors import BadUsage, Refused
from piecework.ingest import Effects, apply
from piecework.ledger.edits import LONGEST
from piecework.ledger.reconcile import Asked, How, Reckoning, Settled, reckon
from piecework.ledger.reconcile import stated as stated_periods
from piecework.now import to_us
from piecework.now import zone as zone_of
from piecework.protocol.bodies import Adjust
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.services import Services
    from piecework.ledger.reconcile import Cell

Step = Literal["submitted", "approved", "rejected", "bonus", "paid", "fee"]
FLOWS: Final[tuple[Step, ...]] = ("submitted", "approved", "rejected", "bonus", "paid", "fee")
"""Figures that are one step of money each: taken over by that step alone, and before what follows from them."""
_FOLLOWS: Final[dict[str, tuple[Step, bool]]] = {
    "pending": ("submitted", True),
    "available": ("approved", False),
    "balance": ("approved", False),
}
"""Figures that follow from the steps: by which step what is still missing is booked, and whether by it alone."""


class Wanted(msgspec.Struct):
    """Which statement (`period` as the page wrote it, "" for a balance), and what is to become of its differences."""

    platform: str
    how: How
    account: str = ""
    period: str = ""
    currency: str = ""
    reason: str = ""


async def settle(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{platform, account, period, currency, how, differences, events}`. Raises BadUsage where nothing differs."""
    wanted = read(args, Wanted)
    told: dict[str, Any] = {}

    def job(conn: sqlite3.Connection) -> list[Effects]:
        one = _found(services, conn, wanted)
        events, changed = _settle(services, conn, one, wanted)
        told.update(
            platform=one.platform,
            account=one.account,
            period=one.text,
            currency=one.currency,
            how=wanted.how,
            differences=one.differences,
            events=events,
        )
        return changed

    await state_in(services, job)
    return told


def _found(services: Services, conn: sqlite3.Connection, wanted: Wanted) -> Reckoning:
    found = [
        one
        for asked in stated_periods(conn, platform=wanted.platform, account=wanted.account)
        if asked.period == wanted.period
        for one in reckon(conn, asked, services.platforms)
        if wanted.currency.upper() in {"", one.currency}
    ]
    if not found:
        raise BadUsage("No statement of that platform and period was read. `piecework reconcile` lists them.")
    if len(found) > 1:
        raise BadUsage("More than one statement is meant: name the account and the currency.")
    if not found[0].differences:
        raise BadUsage("Nothing differs there: the books and the platform agree, or its figures can't be read.")
    return found[0]


def _settle(
    services: Services, conn: sqlite3.Connection, one: Reckoning, wanted: Wanted
) -> tuple[list[str], list[Effects]]:
    """Does what the person decided; returns the ids of the events that say so, and what they changed."""
    reason = " ".join(wanted.reason.split())[:LONGEST]
    if wanted.how != "accepted":
        body = Settled(one.statement, one.text, one.currency, wanted.how, one.differences, reason)
        event = stated(services, Kind.SETTLED, body, platform=one.platform, account=one.account)
        return [event.id], [apply(conn, context(services), event, source="typed")]
    events: list[str] = []
    changed: list[Effects] = []
    for names in (FLOWS, tuple(_FOLLOWS)):
        # What follows from the steps is asked anew once the steps are taken over.
        now = next(
            other
            for other in reckon(conn, Asked(one.platform, one.account, one.text, one.at_us), services.platforms)
            if other.currency == one.currency
        )
        for cell in now.cells:
            if cell.name in names and cell.difference:
                own, effects = _adjust(services, conn, now, cell, reason)
                events.append(own)
                changed.append(effects)
                if names != FLOWS and cell.name != "pending":
                    break
    return events, changed


def _adjust(
    services: Services, conn: sqlite3.Connection, one: Reckoning, cell: Cell, reason: str
) -> tuple[str, Effects]:
    step, only = _FOLLOWS.get(cell.name) or (next(flow for flow in FLOWS if flow == cell.name), True)
    body = Adjust(
        micro=cell.difference or 0,
        currency=one.currency,
        state=step,
        only=only,
        statement=one.statement,
        reason=reason or f"as the platform states it ({one.text or 'balance'}, {cell.name})",
    )
    at_us = _within(services, one, cell.at_us)
    event = stated(services, Kind.ADJUST, body, platform=one.platform, account=one.account, at_us=at_us)
    effects = apply(conn, context(services), event, source="typed")
    if effects.dropped:
        raise Refused("That account is not claimed: claim it first, then settle.")
    return event.id, effects


def _within(services: Services, one: Reckoning, at_us: int) -> int:
    """When the statement was read, or the end of its period where that lies before."""
    if not one.period.last:
        return at_us
    known = services.platforms.get(one.platform)
    midnight = datetime.combine(
        date.fromisoformat(one.period.last) + timedelta(days=1), time(), zone_of(known.zone if known else "UTC")
    )
    return min(at_us, to_us(midnight) - 1)
