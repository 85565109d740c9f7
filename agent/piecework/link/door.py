"""From the upgrade to the proof: `hello` and `pair` alone are handled, and not for long."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from piecework.control.clients import find, is_known, key_of
from piecework.errors import BadMessage, SecretsUnavailable
from piecework.link import handshake
from piecework.link.handshake import NOT_PAIRED, Turned
from piecework.link.pairing import EXPIRES_S
from piecework.link.wire import Gone
from piecework.protocol.codec import decode
from piecework.protocol.messages import Denied, Hello, KeepAlive, Pair, Paired, Pairing, Proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.control import Services
    from piecework.control.clients import Client
    from piecework.link.pairing import Pairings
    from piecework.link.wire import Wire
    from piecework.protocol.messages import FromExtension

MOST_WAITING = 3


class WaitingRoom:
    """Unpaired extensions that hold a socket: one per Origin, three in all, so that none can crowd out the rest."""

    def __init__(self) -> None:
        self._origins: set[str] = set()

    @contextlib.contextmanager
    def seat(self, origin: str) -> Iterator[None]:
        """A place for as long as the block runs; raises Turned(4401) where there is none."""
        if origin in self._origins or len(self._origins) >= MOST_WAITING:
            raise Turned(NOT_PAIRED, "another unpaired socket is open")
        self._origins.add(origin)
        try:
            yield
        finally:
            self._origins.discard(origin)


@dataclass
class House:
    """What every door of one agent shares. `proof_s` is how long a socket may live without proof."""

    services: Services
    pairings: Pairings
    room: WaitingRoom = field(default_factory=WaitingRoom)
    proof_s: float = handshake.PROOF_S


class Door:
    """One socket on its way to the proof."""

    def __init__(self, house: House, wire: Wire, origin: str) -> None:
        self._services = house.services
        self._pairings = house.pairings
        self._room = house.room
        self._proof_s = house.proof_s
        self._wire = wire
        self._origin = origin

    async def enter(self) -> tuple[Client, Proof]:
        """Leads the socket to its proof. Raises Turned with the close code, or Gone."""
        try:
            first = await self._greet()
            if not isinstance(first, Pair):
                return first
            await self._pair(first)
            proven = await self._greet()
        except TimeoutError:
            raise Turned(NOT_PAIRED, "no proof in time") from None
        except SecretsUnavailable as cause:
            raise Turned(handshake.TRY_LATER, "the keyring does not answer") from cause
        if isinstance(proven, Pair):
            raise Turned(NOT_PAIRED, "paired already: say hello")
        return proven

    async def _greet(self) -> tuple[Client, Proof] | Pair:
        """Hello and proof, or hello and the wish to be paired.

        An Origin nobody paired takes a seat at once. A known one takes it only where it does not name a client:
        one more profile of the same browser that wants to be paired.
        """
        with self._services.store.read() as conn:
            known = is_known(conn, self._origin)
        with contextlib.ExitStack() as stack:
            if not known:
                stack.enter_context(self._room.seat(self._origin))
            async with asyncio.timeout(self._proof_s):
                hello = await self._hello()
                if not hello.cid:
                    if known:
                        stack.enter_context(self._room.seat(self._origin))
                    return await self._expect_pair()
            return await self._prove(hello)

    async def _hello(self) -> Hello:
        message = await self._receive()
        if not isinstance(message, Hello):
            raise Turned(NOT_PAIRED, "say hello first")
        handshake.check_version(message)
        return message

    async def _expect_pair(self) -> Pair:
        message = await self._receive()
        if not isinstance(message, Pair):
            raise Turned(NOT_PAIRED, "not paired")
        return message

    async def _prove(self, hello: Hello) -> tuple[Client, Proof]:
        with self._services.store.read() as conn:
            client = handshake.check_client(find(conn, hello.cid), self._origin)
        key = await asyncio.to_thread(key_of, self._services, hello.cid)
        if key is None:
            raise Turned(NOT_PAIRED, "not paired")
        challenged = handshake.challenge(key, hello, self._services.port)
        self._wire.send(challenged.challenge)
        async with asyncio.timeout(self._proof_s):
            message = await self._receive()
        if not isinstance(message, Proof):
            raise Turned(NOT_PAIRED, "a proof is expected")
        challenged.check(message)
        return client, message

    async def _pair(self, asked: Pair) -> None:
        """Shows the code and waits for the person. Raises Turned where they say no."""
        decided: asyncio.Future[Paired | Denied] = asyncio.get_running_loop().create_future()

        def answer(outcome: Paired | Denied) -> bool:
            if decided.done():
                return False
            decided.set_result(outcome)
            return True

        waiting = self._pairings.ask(self._origin, asked, answer)
        if waiting is None:
            self._wire.send(Denied(reason="busy"))
            raise Turned(NOT_PAIRED, "busy")
        self._wire.send(Pairing(code=waiting.code, expires_s=EXPIRES_S))
        timer = asyncio.get_running_loop().call_later(EXPIRES_S, self._pairings.expire, waiting)
        listening = asyncio.create_task(self._listen())
        try:
            either: set[asyncio.Future[Any]] = {decided, listening}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            listening.cancel()
            heard = await asyncio.gather(listening, return_exceptions=True)
            if not decided.done():
                decided.cancel()
                self._pairings.leave(waiting)
        if decided.cancelled():
            raise heard[0] or Gone
        self._wire.send(decided.result())
        if isinstance(outcome := decided.result(), Denied):
            raise Turned(NOT_PAIRED, outcome.reason)

    async def _listen(self) -> None:
        """While the person compares digits only signs of life are taken; ends by Gone or Turned."""
        message = await self._receive()
        raise Turned(NOT_PAIRED, f"{type(message).__name__.lower()} before the answer")

    async def _receive(self) -> FromExtension:
        """The next message that is no sign of life."""
        while True:
            data = await self._wire.receive()
            if len(data) > handshake.HELLO_BYTES:
                raise Turned(handshake.TOO_BIG, "too long before the proof")
            try:
                message = decode(data)
            except BadMessage:
                raise Turned(NOT_PAIRED, "not understood") from None
            if not isinstance(message, KeepAlive):
                return message
