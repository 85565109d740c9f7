"""What changed, as server-sent events: names only, each page asks anew for what it shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from piecework.control import TOPICS
from piecework.views.guard import secure

if TYPE_CHECKING:
    from piecework.control import Bus, Subscription

GAP_S = 0.2
"""Least time between two words to one page: a flood of changes is told five times a second, the first at once."""
ALIVE_S = 15.0
"""A comment this often finds out about readers that went away without a word."""
MOST = 32
UNAVAILABLE = 503
FIRST = "id: 1\n\n"
"""Sent first. Who comes back with it as Last-Event-ID was cut off meanwhile and is told of every topic."""


class Stream:
    """Every open stream of one agent. A reader that does not read costs one set of at most six words."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._open: set[asyncio.Task[None]] = set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Streams until the reader leaves or the agent ends."""
        if len(self._open) >= MOST:
            return web.Response(status=UNAVAILABLE, text="Too many pages are open. Close some of them.")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        secure(response)
        with self._bus.subscribe() as news:
            if "Last-Event-ID" in request.headers:
                news.add(TOPICS)
            telling = asyncio.create_task(_tell(request, response, news))
            self._open.add(telling)
            try:
                await asyncio.wait([telling])
            finally:
                telling.cancel()
                self._open.discard(telling)
        if not telling.cancelled() and not isinstance(error := telling.exception(), ConnectionError | None):
            raise error
        return response

    async def close(self, _application: web.Application | None = None) -> None:
        """Ends every stream, so that the agent need not wait for its readers."""
        for telling in self._open:
            telling.cancel()


async def _tell(request: web.Request, response: web.StreamResponse, news: Subscription) -> None:
    await response.prepare(request)
    await response.write(FIRST.encode())
    while True:
        try:
            async with asyncio.timeout(ALIVE_S):
                changed = await news.topics()
        except TimeoutError:
            await response.write(b": alive\n\n")
            continue
        await response.write("".join(f"event: {topic}\ndata: changed\n\n" for topic in sorted(changed)).encode())
        await asyncio.sleep(GAP_S)
