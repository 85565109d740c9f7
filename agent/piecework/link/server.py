"""The one HTTP server: 127.0.0.1 alone, every request's Host checked, `/link` for extensions and the command line."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from piecework.control.log import once
from piecework.errors import StoreError
from piecework.link import handshake
from piecework.link.door import Door, House
from piecework.link.handshake import TRY_LATER, Turned
from piecework.link.hub import Peer
from piecework.link.session import Office, Session
from piecework.link.wire import CLOSE_S, Gone, Wire
from piecework.protocol.codec import MAX_BYTES

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

    from piecework.control import Services

log = logging.getLogger(__name__)
HEARTBEAT_S = 30.0
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Link:
    """The parts of the link that every socket shares."""

    services: Services
    house: House
    office: Office

    def application(self) -> web.Application:
        """The aiohttp application with its guard and the route of the link; views add theirs."""
        application = web.Application(middlewares=[guard(self.services)])
        application.router.add_get("/link", self.serve)
        application.on_response_prepare.append(_nameless)
        return application

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from the upgrade to its end."""
        origins = request.headers.getall("Origin", [])
        if not handshake.origins_allowed(origins):
            return refusal(handshake.FORBIDDEN, "The link is for the Piecework extension and command line.")
        # One byte over: aiohttp refuses what is as long as its limit.
        socket = web.WebSocketResponse(
            compress=False, max_msg_size=MAX_BYTES + 1, heartbeat=HEARTBEAT_S, timeout=CLOSE_S, decode_text=False
        )
        try:
            await socket.prepare(request)
        except ConnectionError:
            # Whoever knocked has gone before the door was opened.
            return socket
        wire = Wire(socket, lambda: _abort(request))
        try:
            await self._talk(wire, origins[0])
        except Gone:
            pass
        except Turned as turned:
            once(log, (origins[0], turned.reason), logging.WARNING, "%s turned away: %s", origins[0], turned.reason)
            await wire.close(turned.code, turned.reason)
        except StoreError as cause:
            self.services.store_trouble(cause)
            await wire.close(TRY_LATER, "the store does not answer")
        return socket

    async def _talk(self, wire: Wire, origin: str) -> None:
        client, proven = await Door(self.house, wire, origin).enter()
        await Session(self.office, Peer(client, wire), proven.upto).talk()

    async def close(self) -> None:
        """Ends every proven socket; the application's own shutdown ends the others."""
        if self.office.looker is not None:
            await self.office.looker.stop()
        await self.office.delivery.stop()
        await self.office.hub.close(GOING_AWAY, "the agent ends")


GOING_AWAY = 1001


def guard(services: Services) -> Middleware:
    """Middleware of every route: the Host must be ours (421), and a page of another origin changes nothing (403)."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not handshake.host_allowed(request.headers.getall("Host", []), services.port):
            return refusal(handshake.MISDIRECTED, "This address is not Piecework's.")
        foreign = {name for name in request.headers.getall("Origin", []) if name not in own_origins(services.port)}
        if request.method not in SAFE and foreign:
            return refusal(handshake.FORBIDDEN, "Only Piecework's own pages change anything here.")
        return await handler(request)

    return check


def own_origins(port: int) -> frozenset[str]:
    """What a page of ours says its origin is."""
    return frozenset({f"http://127.0.0.1:{port}", f"http://localhost:{port}"})


def refusal(status: int, text: str) -> web.Response:
    """A short answer that says nothing about this machine."""
    return web.Response(status=status, text=f"{text}\n")


def _abort(request: web.Request) -> None:
    if isinstance(request.transport, asyncio.Transport):
        request.transport.abort()


async def _nameless(_request: web.Request, response: web.StreamResponse) -> None:
    # aiohttp would name its own version and Python's.
    response.headers["Server"] = "piecework"
