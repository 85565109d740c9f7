"""Facts the person states themselves go the way of every other fact: through ingest, into the history."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import msgspec

from piecework.ingest import Effects, apply
from piecework.protocol.messages import Event
from piecework.store import Context

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from piecework.control.services import Services


def context(services: Services, cid: str = "") -> Context:
    """What ingest is handed beside an event of this moment."""
    return Context(now_us=services.clock.now_us(), cid=cid, platforms=services.platforms, zone=services.zone)


def stated(  # noqa: PLR0913 - the fields of an event
    services: Services,
    kind: str,
    body: msgspec.Struct,
    *,
    platform: str = "",
    account: str = "",
    at_us: int | None = None,
) -> Event:
    """One event the person states now, or for an earlier moment."""
    return Event(
        seq=0,
        id=str(uuid.uuid4()),
        at_us=services.clock.now_us() if at_us is None else at_us,
        kind=kind,
        platform=platform,
        account=account,
        zone=services.zone,
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


async def state(
    services: Services,
    events: Sequence[Event],
    then: Callable[[sqlite3.Connection], None] | None = None,
    *,
    source: str = "typed",
) -> None:
    """Takes stated facts in, and what follows from them, in one transaction; tells whoever shows them.

    Raises Refused, BadMessage, StoreError; nothing is kept then.
    """

    def job(conn: sqlite3.Connection) -> list[Effects]:
        changed = [apply(conn, context(services), event, source=source) for event in events]
        if then is not None:
            then(conn)
        return changed

    await state_in(services, job)


async def state_in(services: Services, job: Callable[[sqlite3.Connection], list[Effects]]) -> None:
    """The same for facts that follow from one another: `job` takes them in, in the writer's transaction."""
    changed = await services.store.write(job)
    services.bus.publish(*set[str]().union(*(effects.topics for effects in changed)))
    services.hub.push_state()
    if any(effects.accounts for effects in changed):
        services.hub.push_settings()
