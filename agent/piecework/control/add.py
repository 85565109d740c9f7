"""Work that no page showed, written down by the person."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from piecework.control.arguments import read
from piecework.control.typed import state, stated
from piecework.errors import BadUsage, PieceworkError, UnknownPlatform
from piecework.money import parse_pay
from piecework.now import MINUTE_US
from piecework.platforms import find_platform
from piecework.protocol.bodies import PayText, Work
from piecework.protocol.kinds import Kind
from piecework.store.timelog import IntervalBody

if TYPE_CHECKING:
    from piecework.control.services import Services
    from piecework.protocol.messages import Event

LONGEST_NAME = 41
MOST_MINUTES = 24 * 60
_STEPS: dict[str, tuple[Kind, ...]] = {
    "submitted": (Kind.SUBMITTED,),
    "approved": (Kind.SUBMITTED, Kind.APPROVED),
    "paid": (Kind.SUBMITTED, Kind.APPROVED, Kind.PAID),
}


class Added(msgspec.Struct):
    """What the person says. `pay` is a text as a site writes it; `currency` what a bare number means."""

    platform: str
    pay: str
    title: str = ""
    requester: str = ""
    currency: str | None = None
    state: Literal["submitted", "approved", "paid"] = "submitted"
    minutes: int | None = None
    at_us: int | None = None
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
    session = str(uuid.uuid4())
    events = _events(services, added, platform, session, PayText(raw=added.pay, currency=currency))
    await state(services, events)
    return {
        "assignment": _assignment(services, session),
        "platform": platform,
        "micro": pay.micro,
        "currency": pay.currency,
    }


def platform_id(services: Services, name: str) -> str:
    """The id of a named platform; a plain word for one that has no definition. Raises BadUsage for no word at all."""
    try:
        return find_platform(name, services.platforms).id
    except UnknownPlatform:
        word = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:LONGEST_NAME]
        if not word:
            raise
        return word


def _events(services: Services, added: Added, platform: str, session: str, pay: PayText) -> list[Event]:
    work = Work(session=session, title=added.title, requester=added.requester, pay=pay)
    at_us = services.clock.now_us() if added.at_us is None else added.at_us
    events = [
        stated(services, kind, work, platform=platform, account=added.account, at_us=at_us)
        for kind in _STEPS[added.state]
    ]
    if added.minutes is not None:
        span = IntervalBody(
            session=session,
            start_us=at_us - added.minutes * MINUTE_US,
            end_us=at_us,
            active_us=added.minutes * MINUTE_US,
        )
        events.append(stated(services, Kind.INTERVAL, span, platform=platform, account=added.account, at_us=at_us))
    return events


def _assignment(services: Services, session: str) -> str:
    with services.store.read() as conn:
        row = conn.execute("SELECT id FROM assignment WHERE session = ?", (session,)).fetchone()
    if row is None:
        raise PieceworkError("The history has the entry, the books do not. Run `piecework rebuild`.")
    return str(row[0])
