"""One JSON request-and-answer connection to a browser's debugging socket."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from typing import TYPE_CHECKING, Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


class Wire:
    """Sends `{id, method, params}` and matches the answers by id.

    The DevTools protocol and WebDriver BiDi share this shape; they differ only in how an error is told.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Json]] = {}
        self._heard: dict[tuple[str, str | None], asyncio.Queue[Json]] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connects to `url`; raises BrowserFailed when nothing answers there."""
        try:
            socket = await connect(url, max_size=None, compression=None, ping_interval=None, proxy=None)
        except (OSError, TimeoutError, InvalidHandshake) as cause:
            raise BrowserFailed(f"The browser's debugging socket {url} did not answer: {cause}") from cause
        return cls(socket)

    async def call(
        self, method: str, params: Json | None = None, *, session: str | None = None, timeout_s: float = 30.0
    ) -> Json:
        """Sends one command and returns its result; raises BrowserFailed when it is refused or unanswered."""
        number = next(self._ids)
        message: Json = {"id": number, "method": method, "params": params or {}}
        if session is not None:
            message["sessionId"] = session
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._socket.send(json.dumps(message))
            reply = await asyncio.wait_for(answer, timeout_s)
        except TimeoutError as cause:
            raise BrowserFailed(f"The browser left {method} unanswered for {timeout_s:g} s") from cause
        except ConnectionClosed as cause:
            raise BrowserFailed(f"The browser went away before {method}") from cause
        finally:
            self._waiting.pop(number, None)
        if (error := reply.get("error")) is not None:
            text = error.get("message") if isinstance(error, dict) else f"{error}: {reply.get('message')}"
            raise BrowserFailed(f"The browser refused {method}: {text}")
        result: Json = reply.get("result") or {}
        return result

    @contextlib.contextmanager
    def events(self, method: str, session: str | None = None) -> Iterator[asyncio.Queue[Json]]:
        """Collects the parameters of one kind of event, in order, while the context lasts; one listener each."""
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._heard[method, session] = queue
        try:
            yield queue
        finally:
            del self._heard[method, session]

    async def close(self) -> None:
        """Closes the socket; commands still waiting fail with BrowserFailed."""
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        # The other end may be dead already: a closing handshake is not worth waiting for.
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(self._socket.close(), 1)

    async def _read(self) -> None:
        # However the browser goes away, those who wait are told below.
        try:
            with contextlib.suppress(ConnectionClosed):
                await self._receive()
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(BrowserFailed("The browser closed its debugging socket"))
            self._waiting.clear()

    async def _receive(self) -> None:
        async for text in self._socket:
            message: Json = json.loads(text)
            if "method" in message:
                queue = self._heard.get((message["method"], message.get("sessionId")))
                if queue is not None:
                    queue.put_nowait(message["params"])
                continue
            waiting = self._waiting.pop(message.get("id", 0), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
