"""The clients that are connected and proven, and what is sent to all of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from piecework.control.clients import CLI_CID, CLI_ORIGIN
from piecework.control.wording import definitions_message, settings_message, state_message
from piecework.errors import StoreError
from piecework.link.handshake import REPLACED
from piecework.protocol.messages import Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import msgspec

    from piecework.control import Services
    from piecework.control.clients import Client
    from piecework.link.wire import Wire

    Maker = Callable[[Services], msgspec.Struct]

STATE_S = 0.25
"""Changes closer together than this reach the popup as one."""


@dataclass(eq=False)
class Peer:
    """One proven socket. `caught_up` once the agent holds all that the client's outbox held when it connected.

    `since_us`: when it joined the hub.
    """

    client: Client
    wire: Wire
    caught_up: bool = False
    since_us: int = 0

    @property
    def cid(self) -> str:
        """The client's id."""
        return self.client.cid

    @property
    def shows(self) -> bool:
        """True where alerts and state may be sent: the command line shows nothing."""
        return self.cid != CLI_CID


class Hub:
    """Who is connected. Belongs to the event loop."""

    def __init__(self, services: Services, state_s: float = STATE_S) -> None:
        self._services = services
        self._state_s = state_s
        self._peers: dict[str, list[Peer]] = {}
        self._planned: dict[Maker, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._pushing = asyncio.Lock()

    def join(self, peer: Peer) -> None:
        """Takes a proven socket in; an older one of the same client is closed, for a profile has one connection."""
        if peer.shows:
            for old in self._peers.pop(peer.cid, []):
                old.wire.close_soon(REPLACED, "a newer connection of this client took over")
        peer.since_us = self._services.clock.now_us()
        self._peers.setdefault(peer.cid, []).append(peer)
        self._services.bus.publish("platforms", "pairing")

    def part(self, peer: Peer) -> None:
        """A socket is gone."""
        peers = self._peers.get(peer.cid, [])
        if peer in peers:
            peers.remove(peer)
        if not peers:
            self._peers.pop(peer.cid, None)
        self._services.bus.publish("platforms", "pairing")

    def connected(self) -> frozenset[str]:
        """Ids of the clients that can show something."""
        return frozenset(peer.cid for peer in self.peers() if peer.shows)

    def since_us(self) -> dict[str, int]:
        """Since when each client that can show something is connected."""
        return {peer.cid: peer.since_us for peer in self.peers() if peer.shows}

    def ask_reread(self, cid: str, platform: str, name: str) -> None:
        """Has a list's open tab in one browser read once more, as it stands there."""
        for peer in self._peers.get(cid, []):
            if peer.caught_up:
                peer.wire.send(Lease(lease="", platform=platform, list=name))

    def is_connected(self, cid: str) -> bool:
        """Whether a client has a proven socket, even one that still delivers what it held."""
        return cid in self._peers

    def peers(self) -> Iterator[Peer]:
        """Every proven socket."""
        for peers in list(self._peers.values()):
            yield from peers

    def best(self, cid: str) -> Peer | None:
        """Who shows an alert that client `cid` caused: that client, else any other; None while nobody can.

        Where the client itself is connected but still delivers what it held, None: it may have told the person.
        """
        if own := self._peers.get(cid):
            return own[-1] if own[-1].caught_up else None
        able = [peer for peer in self.peers() if peer.shows and peer.caught_up]
        # A browser rather than a program of the person's own, which may not show anything.
        return min(able, key=lambda peer: peer.client.origin == CLI_ORIGIN, default=None)

    def send(self, message: msgspec.Struct) -> None:
        """To every client that shows something."""
        for peer in self.peers():
            if peer.shows:
                peer.wire.send(message)

    async def drop(self, cid: str, code: int, reason: str) -> None:
        """Closes every socket of one client."""
        await asyncio.gather(*(peer.wire.close(code, reason) for peer in self._peers.get(cid, [])))

    async def close(self, code: int, reason: str) -> None:
        """Closes every socket."""
        for timer in self._planned.values():
            timer.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(peer.wire.close(code, reason) for peer in self.peers()))

    def push_settings(self) -> None:
        """Sends every client what the person chose, and which accounts are claimed."""
        self._plan(settings_message, 0)

    def push_definitions(self) -> None:
        """Sends every client the definitions that another one taught."""
        self._plan(definitions_message, 0)

    def push_state(self) -> None:
        """Sends every client what its popup shows; calls close together are sent as one."""
        self._plan(state_message, self._state_s)

    async def greet(self, peer: Peer) -> None:
        """What a client is told right after its welcome."""
        peer.wire.send(await self.make(settings_message))
        if peer.shows:
            peer.wire.send(await self.make(state_message))
            own = await asyncio.to_thread(definitions_message, self._services)
            if own.taught:
                peer.wire.send(own)

    async def make(self, message: Maker) -> msgspec.Struct:
        """A message that is made of what the store holds: in a thread, as a large store takes its time."""
        return await asyncio.to_thread(message, self._services)

    def _plan(self, message: Maker, delay_s: float) -> None:
        if message not in self._planned and self._peers:
            loop = asyncio.get_running_loop()
            self._planned[message] = loop.call_later(delay_s, lambda: self._start(message))

    def _start(self, message: Maker) -> None:
        del self._planned[message]
        task = asyncio.get_running_loop().create_task(self._push(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _push(self, message: Maker) -> None:
        # One after the other, so that no older state overtakes a newer one.
        async with self._pushing:
            try:
                self.send(await self.make(message))
            except StoreError as cause:
                self._services.store_trouble(cause)
