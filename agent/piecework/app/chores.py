"""What happens by the clock: stale work closed, held alerts told, a copy and a check of the store once a day."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING

import msgspec

from piecework.control.log import once
from piecework.control.typed import context
from piecework.errors import PieceworkError
from piecework.ingest import apply
from piecework.now import DAY_US, SECOND_US
from piecework.protocol.kinds import Kind
from piecework.protocol.messages import Event
from piecework.worktime.tracker import close_stale, prune_beats

if TYPE_CHECKING:
    import sqlite3

    from piecework.control import Services
    from piecework.link.delivery import Delivery

log = logging.getLogger(__name__)
SET_BACK_US = 2 * SECOND_US
"""The wall clock fell behind the monotonic one by more than this: somebody set it back. Sleep never does that."""


class Chores:
    """The one periodic task of an agent."""

    def __init__(self, services: Services, delivery: Delivery, tick_s: float) -> None:
        self._services = services
        self._delivery = delivery
        self._tick_s = tick_s
        self._ahead_us = self._lead()
        self._next_daily_us = services.clock.mono_us()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins; the first daily round follows at once, in a thread."""
        self._tasks.append(asyncio.create_task(self._go_on()))

    async def stop(self) -> None:
        """Ends after what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def tick(self) -> None:
        """One round. Raises nothing: what fails is told once and tried again in the next round."""
        try:
            await self._watch_clock()
            await self._close_stale()
            self._delivery.release()
            if self._services.clock.mono_us() >= self._next_daily_us:
                self._next_daily_us = self._services.clock.mono_us() + DAY_US
                await asyncio.to_thread(daily, self._services)
        except PieceworkError as cause:
            once(log, cause.text, logging.WARNING, "%s", cause.text)
        except Exception as cause:  # noqa: BLE001 - the agent outlives its chores
            once(log, repr(cause), logging.ERROR, "a chore failed", exc_info=cause)

    async def _go_on(self) -> None:
        while True:
            await self.tick()
            await asyncio.sleep(self._tick_s)

    async def _close_stale(self) -> None:
        services = self._services
        with services.store.read() as conn:
            if conn.execute("SELECT 1 FROM beat WHERE closed = 0 LIMIT 1").fetchone() is None:
                return
        now_us = services.clock.now_us()
        if await services.store.write(lambda conn: close_stale(conn, now_us, services.platforms)):
            services.bus.publish("time", "today")
            services.hub.push_state()

    async def _watch_clock(self) -> None:
        """A wall clock that was set back is written down: times before and after it can't be compared."""
        services = self._services
        behind_us = self._ahead_us - self._lead()
        self._ahead_us -= behind_us
        if behind_us <= SET_BACK_US:
            return
        text = f"The computer's clock was set back by {behind_us // SECOND_US} s. Times before and after it overlap."
        log.warning("%s", text)
        services.notice("clock", text)
        event = Event(
            seq=0,
            id=str(uuid.uuid4()),
            at_us=services.clock.now_us(),
            kind=Kind.CLOCK_SET,
            zone=services.zone,
            body=msgspec.Raw(msgspec.json.encode({"behind_us": behind_us})),
        )
        await services.store.write(lambda conn: apply(conn, context(services), event, source="agent"))

    def _lead(self) -> int:
        return self._services.clock.now_us() - self._services.clock.mono_us()


def daily(services: Services) -> None:
    """Once a day, and soon after the start: what is too old goes, then the file is checked and copied."""
    now_us = services.clock.now_us()
    services.store.write_now(lambda conn: prune(conn, now_us))


def prune(conn: sqlite3.Connection, now_us: int) -> None:
    """Removes what is kept for a while only."""
    prune_beats(conn, now_us)
