"""One proven socket: events go to the writer, effects go on to whoever waits for them, acknowledgements go back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from piecework import __version__
from piecework.control import run
from piecework.control.clients import CLI_CID
from piecework.control.forget import owed, owes
from piecework.control.log import once
from piecework.control.wording import state_message
from piecework.errors import BadMessage, PieceworkError, StoreError
from piecework.link.keep import Kept, check_event, refusing, taking
from piecework.link.pipeline import AGAIN_S, Entry, Pipeline
from piecework.protocol import VERSION
from piecework.protocol.codec import decode
from piecework.protocol.messages import (
    Ack,
    Ask,
    Command,
    Event,
    KeepAlive,
    Lease,
    Open,
    Refused,
    Result,
    Welcome,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from piecework.control import Services
    from piecework.ingest import Effects
    from piecework.link.delivery import Delivery
    from piecework.link.hub import Hub, Peer
    from piecework.link.looker import Looker

log = logging.getLogger(__name__)
MAX_PATH = 500
_DIGITS = re.compile(r"\d+")
"""Positions and sizes in a reason do not make another cause of it."""


@dataclass
class Office:
    """What every session of one agent shares."""

    services: Services
    hub: Hub
    delivery: Delivery
    again_s: float = AGAIN_S
    looker: Looker | None = None


class Session:
    """The conversation after the proof. `upto` is how far the client's outbox reached when it connected."""

    def __init__(self, office: Office, peer: Peer, upto: int) -> None:
        self._office = office
        self._services = office.services
        self._peer = peer
        self._upto = upto
        self._acked = peer.client.last_seq
        self._tasks: set[asyncio.Task[None]] = set()
        self._pipeline: Pipeline[Kept] = Pipeline(
            self._services.store, self._committed, self._store_failed, office.again_s
        )

    async def talk(self) -> None:
        """Serves the socket until it closes (Gone); then waits for what is under way."""
        hub = self._office.hub
        self._peer.wire.send(self._welcome())
        hub.join(self._peer)
        try:
            await hub.greet(self._peer)
            await self._make_forget()
            self._catch_up()
            while True:
                await self._handle(await self._peer.wire.receive())
        finally:
            hub.part(self._peer)
            for task in self._tasks:
                task.cancel()
            await self._pipeline.drain()

    def _welcome(self) -> Welcome:
        services = self._services
        return Welcome(
            v=VERSION,
            last=self._acked,
            salt=services.secrets.salt,
            agent=__version__,
            now_us=services.clock.now_us(),
        )

    async def _make_forget(self) -> None:
        """What was forgotten while this client was away goes from its outbox as well, before anything else comes.

        Where nothing is owed, which is nearly always, nobody waits for a writer that may be held by an import.
        """
        with contextlib.suppress(StoreError), self._services.store.read() as conn:
            if not owes(conn, self._peer.cid):
                self._start(self._forget())
                return
        await self._forget()

    async def _forget(self) -> None:
        with contextlib.suppress(StoreError):
            for message in await self._services.store.write(lambda conn: owed(conn, self._peer.cid)):
                self._peer.wire.send(message)

    async def _handle(self, data: bytes) -> None:
        try:
            message = decode(data)
            if isinstance(message, Event):
                check_event(message)
        except BadMessage as cause:
            await self._refuse(data, cause.text)
            return
        match message:
            case Event():
                work = taking(self._services, self._peer.cid, message, data)
                await self._pipeline.put(Entry(message.seq, len(data), work))
            case KeepAlive():
                pass
            case Ask():
                self._start(self._answer(message))
            case Command() if self._peer.cid == CLI_CID:
                self._start(self._command(message))
            case _:
                await self._refuse(data, f"{type(message).__name__.lower()} is not expected here")

    async def _refuse(self, data: bytes, reason: str) -> None:
        await self._pipeline.put(Entry(0, len(data), refusing(self._services, self._peer.cid, reason, data)))

    def _committed(self, seq: int, results: list[Kept]) -> None:
        self._acked = max(self._acked, seq, *(kept.seq for kept in results))
        for kept in results:
            if kept.effects is None:
                self._tell_refusal(kept)
        self._pass_on([kept.effects for kept in results if kept.effects is not None])
        if self._acked:
            self._peer.wire.send(Ack(seq=self._acked))
        self._catch_up()

    def _tell_refusal(self, kept: Kept) -> None:
        self._peer.wire.send(Refused(id=kept.id, seq=kept.seq, reason=kept.reason))
        level = logging.WARNING if kept.bug is None else logging.ERROR
        once(
            log,
            (self._peer.cid, _DIGITS.sub("0", kept.reason)),
            level,
            "refused from %s: %s",
            self._peer.cid,
            kept.reason,
            exc_info=kept.bug,
        )

    def _pass_on(self, results: list[Effects]) -> None:
        """Alerts first: everything else may wait."""
        delivery, services = self._office.delivery, self._services
        delivery.offer([alert for effects in results for alert in effects.alerts])
        if shown := [alert for effects in results for alert in effects.shown]:
            delivery.confirmed(shown)
        if gone := [alert for effects in results for alert in effects.gone]:
            delivery.withdraw(gone)
        for platform, name in dict.fromkeys(pair for effects in results for pair in effects.rereads):
            self._peer.wire.send(Lease(lease=uuid.uuid4().hex, platform=platform, list=name, how="reread"))
        self._pace(results)
        if any(effects.ended_work for effects in results):
            delivery.release()
        if any(effects.definitions for effects in results):
            services.reload_platforms()
        if topics := set().union(*(effects.topics for effects in results)):
            services.bus.publish(*topics)
        if any(effects.accounts for effects in results):
            services.hub.push_settings()
        if any(effects.state for effects in results):
            services.hub.push_state()

    def _pace(self, results: list[Effects]) -> None:
        if (looker := self._office.looker) is not None:
            for platform, at_us, body in (one for effects in results for one in effects.paced):
                looker.hear(self._peer.cid, platform, body, at_us)

    def _catch_up(self) -> None:
        if not self._peer.caught_up and self._acked >= self._upto and self._peer.shows:
            self._office.delivery.resume(self._peer)

    def _store_failed(self, error: StoreError | None) -> None:
        self._services.store_trouble(error)

    async def _answer(self, asked: Ask) -> None:
        try:
            if asked.want == "state":
                self._peer.wire.send(await self._office.hub.make(state_message))
            else:
                path = asked.path if asked.path.startswith("/") and not asked.path.startswith("//") else "/"
                self._peer.wire.send(Open(url=self._services.sessions.mint(path[:MAX_PATH])))
        except PieceworkError as cause:
            once(log, (self._peer.cid, cause.text), logging.WARNING, "%s", cause.text)

    async def _command(self, command: Command) -> None:
        try:
            data = await run(self._services, command.name, command.args)
            self._peer.wire.send(Result(id=command.id, ok=True, data=data))
        except PieceworkError as cause:
            self._peer.wire.send(Result(id=command.id, ok=False, error=cause.text, exit_code=cause.exit_code))
        except Exception as cause:
            log.exception("command %s failed", command.name)
            self._peer.wire.send(Result(id=command.id, ok=False, error=f"{type(cause).__name__}: {cause}", exit_code=4))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
