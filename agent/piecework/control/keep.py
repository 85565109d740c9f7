"""Commands about the store as a whole: long ones run in a thread, so that the agent goes on meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from piecework.ledger import replay

if TYPE_CHECKING:
    from piecework.control.services import Services


async def verify(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """Replays the history and compares: `{events, postings, differences}`."""

    def look() -> dict[str, Any]:
        with services.store.read() as conn:
            return replay.verify(conn)

    return await asyncio.to_thread(look)


async def rebuild(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """Derives assignments, postings and sums anew from the history."""
    await services.store.write(replay.rebuild)
    services.bus.publish("today", "ledger", "time", "board")
    services.hub.push_state()
    return {}
