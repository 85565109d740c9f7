"""What happens by the clock: stale work closed, held alerts told, a copy and a check of the store once a day."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING

import msgspec

from piecework.control.keep import rebuild
from piecework.control.log import once
from piecework.control.quiet import quiet_until_us
from piecework.control.rates import refresh_packaged
from piecework.control.reminders import remind
from piecework.control.typed import context
from piecework.control.windows import close_windows
from piecework.errors import PieceworkError, StoreError
from piecework.ingest import apply
from piecework.now import DAY_US, MINUTE_US, SECOND_US, local_zone
from piecework.protocol.kinds import Kind
from piecework.protocol.messages import Event
from piecework.settings import get_value
from piecework.store.notices import REBUILD
from piecework.store.upkeep import upkeep
from piecework.watch.heartbeat import Presence, late_lists, tell_overdue, to_confirm
from piecework.worktime.tracker import close_stale

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from piecework.control import Services
    from piecework.link.delivery import Delivery
    from piecework.link.hub import Hub

log = logging.getLogger(__name__)
SET_BACK_US = 2 * SECOND_US
"""The wall clock fell behind the monotonic one by more than this: somebody set it back. Sleep never does that."""
SLEPT_US = MINUTE_US
"""Ticks further apart than this: the machine slept, and nothing of that time was due."""


class Awake:
    """When the machine last woke up, as far as ticks `every_s` apart can tell. The start counts as waking."""

    def __init__(self, now_us: int, every_s: float) -> None:
        self.woke_us = self._ticked_us = now_us
        self._longest_us = max(SLEPT_US, 3 * int(every_s * SECOND_US))

    def tick(self, now_us: int) -> None:
        """One more."""
        if now_us - self._ticked_us > self._longest_us:
            self.woke_us = now_us
        self._ticked_us = now_us


class Chores:
    """The one periodic task of an agent."""

    def __init__(self, services: Services, hub: Hub, delivery: Delivery, tick_s: float) -> None:
        self._services = services
        self._hub = hub
        self._delivery = delivery
        self._tick_s = tick_s
        self._ahead_us = self._lead()
        self._next_daily_us = services.clock.mono_us()
        self._next_minute_us = 0
        self._quiet_until_us = 0
        self._awake = Awake(services.clock.now_us(), tick_s)
        self._ticking: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins; the first daily round follows at once, in a thread."""
        self._ticking = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Ends; a copy that is being made is finished first."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        if self._keeping is not None:
            await self._keeping

    async def _go_on(self) -> None:
        while True:
            await self._guarded(self._tick())
            if self._services.clock.mono_us() >= self._next_daily_us:
                self._next_daily_us = self._services.clock.mono_us() + DAY_US
                self._keeping = asyncio.create_task(self._guarded(self._daily()))
            await asyncio.sleep(self._tick_s)

    async def _guarded(self, chore: Coroutine[None, None, None]) -> None:
        """What fails is told once, and tried again when its time comes."""
        try:
            await chore
        except PieceworkError as cause:
            once(log, cause.text, logging.WARNING, "%s", cause.text)
        except Exception as cause:  # noqa: BLE001 - the agent outlives its chores
            once(log, repr(cause), logging.ERROR, "a chore failed", exc_info=cause)

    async def _tick(self) -> None:
        self._awake.tick(self._services.clock.now_us())
        self._look_round()
        await self._watch_clock()
        await self._close_stale()
        self._delivery.release()
        if self._services.clock.mono_us() >= self._next_minute_us:
            self._next_minute_us = self._services.clock.mono_us() + MINUTE_US
            await self._each_minute()

    async def _each_minute(self) -> None:
        """The machine may have travelled; overdue looks, deadlines and the like."""
        self._services.machine_zone = local_zone()
        if self._services.store.refusal is None:
            await self._heartbeats()
            await remind(self._services)

    def _look_round(self) -> None:
        """Quiet hours begin and end."""
        services = self._services
        until_us = quiet_until_us(services.settings, services.clock.now_us(), services.zone)
        if until_us != self._quiet_until_us:
            self._quiet_until_us = until_us
            services.hub.push_settings()

    async def _heartbeats(self) -> None:
        """A list whose look is long overdue is itself told; without its browser its state says why."""
        services = self._services
        presence = Presence(services.clock.now_us(), self._hub.since_us(), services.platforms, self._awake.woke_us)
        if not presence.since_us:
            return
        at = context(services)
        with services.store.read() as conn:
            late = late_lists(conn, presence)
            stale = to_confirm(conn, presence)
        for cid, platform, name in stale:
            self._hub.ask_reread(cid, platform, name)
        if late and (told := await services.store.write(lambda conn: tell_overdue(conn, at, late))):
            self._delivery.offer(told)
            services.bus.publish("platforms", "board")
            services.hub.push_state()

    async def _close_stale(self) -> None:
        services = self._services
        with services.store.read() as conn:
            if conn.execute("SELECT 1 FROM beat WHERE closed = 0 LIMIT 1").fetchone() is None:
                return
        now_us = services.clock.now_us()
        if await services.store.write(lambda conn: close_stale(conn, now_us, services.platforms)):
            services.bus.publish("time", "today")
            services.hub.push_state()

    async def _daily(self) -> None:
        """Old rows go, the file is checked and copied; a recovered history gets its books derived anew."""
        services = self._services
        if services.store.refusal is not None:
            return
        with services.store.read() as conn:
            wanted = get_value(conn, REBUILD)
        if wanted is not None:
            await rebuild(services, {})
        try:
            async with services.copying:
                await asyncio.to_thread(upkeep, services.store)
        except StoreError as cause:
            services.notice("backup", cause.text)
            raise
        services.notice("backup", "")
        await refresh_packaged(services)
        await close_windows(services)

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
