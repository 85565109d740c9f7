"""One socket as the link sees it: messages in, messages out in order, one close."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING

from aiohttp import WSMsgType

from piecework.protocol.codec import encode

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec
    from aiohttp import web

MOST_UNSENT = 4096
"""Messages that may wait for a client that does not read; then it is cut off."""
CLOSE_S = 2.0
"""How long a client may take to hear that it is closed."""


class Gone(Exception):
    """The other side closed the socket, or broke it."""


class Wire:
    """Sends in a task of its own, so that nobody waits for a slow reader. Belongs to the event loop."""

    def __init__(self, socket: web.WebSocketResponse[bool], abort: Callable[[], None]) -> None:
        self._socket = socket
        self._abort = abort
        self._unsent: deque[str] = deque()
        self._sender: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def closed(self) -> bool:
        """True once nothing can be sent any more."""
        return self._closing or self._socket.closed

    async def receive(self) -> bytes:
        """The next message. Raises Gone at the end."""
        message = await self._socket.receive()
        if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
            data = message.data
            return data if isinstance(data, bytes) else str(data).encode()
        raise Gone

    def send(self, message: msgspec.Struct) -> None:
        """Queues one message; nothing happens on a closed socket."""
        if self.closed:
            return
        self._unsent.append(encode(message))
        if len(self._unsent) > MOST_UNSENT:
            self._closing = True
            self._unsent.clear()
            self._abort()
        elif self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send())

    def close_soon(self, code: int, reason: str) -> None:
        """Closes without making the caller wait."""
        self._closer = asyncio.create_task(self.close(code, reason))

    async def close(self, code: int, reason: str) -> None:
        """Sends what is queued, then closes with our code; a client that takes neither is cut off."""
        if self._closing:
            return
        self._closing = True
        try:
            async with asyncio.timeout(CLOSE_S):
                if self._sender is not None:
                    await self._sender
                await self._socket.close(code=code, message=reason.encode())
        except TimeoutError:
            self._abort()

    async def _send(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while self._unsent:
                await self._socket.send_str(self._unsent.popleft())
