"""A client of the link in Python: what doctor, bench, tests and the command line speak to the agent with."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from piecework.control.clients import CLI_CID, CLI_ORIGIN
from piecework.errors import BadUsage, NothingToShow, NotPaired, NotRunning, PieceworkError
from piecework.link import handshake
from piecework.protocol import VERSION, messages, proof
from piecework.protocol.codec import MAX_BYTES, decode_agent, encode

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

M = TypeVar("M", bound=msgspec.Struct)
WAIT_S = 10.0
KEEP_ALIVE_S = 20.0
GONE = 1006
_CODES: dict[int, type[PieceworkError]] = {2: BadUsage, 3: NothingToShow}


class Closed(PieceworkError):
    """The agent closed the socket; `code` is its close code, or the status of a refused upgrade."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"The agent closed the link ({code} {reason}).")
        self.code = code
        self.reason = reason


async def open_socket(port: int, origin: str | None = CLI_ORIGIN, host: str | None = None) -> ClientConnection:
    """A bare socket with any Origin and Host. Raises NotRunning, or Closed with the status of a refused upgrade."""
    headers = {} if origin is None else {"Origin": origin}
    if host is not None:
        headers["Host"] = host
    try:
        return await open_websocket(
            f"ws://127.0.0.1:{port}/link",
            additional_headers=headers,
            compression=None,
            max_size=MAX_BYTES,
            ping_interval=None,
            proxy=None,
            user_agent_header=None,
        )
    except InvalidStatus as cause:
        raise Closed(cause.response.status_code, cause.response.reason_phrase) from cause
    except (InvalidHandshake, EOFError) as cause:
        raise Closed(GONE, str(cause)) from cause
    except OSError as cause:
        raise NotRunning(f"Nothing listens on 127.0.0.1:{port}. Start Piecework with `piecework run`.") from cause


async def receive(socket: ClientConnection) -> messages.FromAgent:
    """The next message of a bare socket. Raises Closed."""
    try:
        return decode_agent(await socket.recv(decode=False))
    except ConnectionClosed as cause:
        raise closed_by(cause) from cause


def closed_by(cause: ConnectionClosed) -> Closed:
    """How a socket ended; 1006 where the other side said nothing."""
    return Closed(cause.rcvd.code, cause.rcvd.reason) if cause.rcvd else Closed(GONE, "")


async def send(socket: ClientConnection, message: msgspec.Struct) -> None:
    """Sends on a bare socket. Raises Closed."""
    try:
        await socket.send(encode(message))
    except ConnectionClosed as cause:
        raise closed_by(cause) from cause


async def shake_hands(socket: ClientConnection, port: int, cid: str, key: str, upto: int = 0) -> messages.Welcome:
    """Hello, challenge, proof, welcome. Raises NotPaired for an agent without the key, Closed with its code."""
    hello = messages.Hello(v=[VERSION], cid=cid, nonce=proof.new_nonce(), browser="python")
    await send(socket, hello)
    challenge = await receive(socket)
    if not isinstance(challenge, messages.Challenge):
        raise NotPaired(f"The agent on port {port} did not prove itself.")
    await send(socket, handshake.answer(key, hello, port, challenge, upto))
    welcome = await receive(socket)
    if not isinstance(welcome, messages.Welcome):
        raise NotPaired(f"The agent on port {port} sent no welcome.")
    return welcome


class LinkClient:
    """One proven connection. `seq` is the number of the newest event sent or held by the agent.

    Messages that answer nothing (alerts, leases, settings, state) are kept in `inbox` and handed out by `next`.
    Use `async with await LinkClient.connect(...) as client`.
    """

    def __init__(self, socket: ClientConnection, welcome: messages.Welcome) -> None:
        self.welcome = welcome
        self.seq = welcome.last
        self.acked = welcome.last
        self.refused: list[messages.Refused] = []
        self.inbox: list[messages.FromAgent] = []
        self.closed: Closed | None = None
        self._socket = socket
        self._results: dict[str, messages.Result] = {}
        self._news = asyncio.Condition()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep_alive())]

    @classmethod
    async def connect(
        cls, port: int, cid: str = CLI_CID, key: str = "", *, origin: str = CLI_ORIGIN, upto: int = 0
    ) -> LinkClient:
        """Opens the link and proves the key. Raises NotRunning, NotPaired, Closed."""
        socket = await open_socket(port, origin)
        try:
            async with asyncio.timeout(WAIT_S):
                return cls(socket, await shake_hands(socket, port, cid, key, upto))
        except BaseException:
            await socket.close()
            raise

    async def send(self, message: msgspec.Struct) -> None:
        """Sends any message."""
        await send(self._socket, message)

    async def send_event(self, kind: str, body: msgspec.Struct | dict[str, Any] | None = None, **fields: Any) -> int:  # noqa: ANN401 - fields of Event
        """Sends one event with the next sequence number and returns that number; `fields` are those of `Event`."""
        self.seq = fields.pop("seq", self.seq + 1)
        fields.setdefault("id", str(uuid.uuid4()))
        fields.setdefault("at_us", time.time_ns() // 1000)
        await self.send(
            messages.Event(seq=self.seq, kind=kind, body=msgspec.Raw(msgspec.json.encode(body or {})), **fields)
        )
        return self.seq

    async def until_acked(self, seq: int | None = None, wait_s: float = WAIT_S) -> int:
        """Waits until that event, or the newest, is committed; returns what is acknowledged."""
        wanted = self.seq if seq is None else seq
        await self.until(lambda: self.acked >= wanted, wait_s)
        return self.acked

    async def next(self, kind: type[M], wait_s: float = WAIT_S) -> M:
        """The next message of one type that was not handed out yet."""
        await self.until(lambda: any(isinstance(message, kind) for message in self.inbox), wait_s)
        index = next(index for index, message in enumerate(self.inbox) if isinstance(message, kind))
        found = self.inbox.pop(index)
        assert isinstance(found, kind)  # noqa: S101 - for the type checker
        return found

    async def command(
        self, name: str, args: dict[str, object] | None = None, wait_s: float = 600.0
    ) -> dict[str, object]:
        """Has the agent do one command of `piecework.control`; raises its error as it was raised there."""
        identity = uuid.uuid4().hex
        await self.send(messages.Command(id=identity, name=name, args=args or {}))
        await self.until(lambda: identity in self._results, wait_s)
        result = self._results.pop(identity)
        if not result.ok:
            raise _CODES.get(result.exit_code, PieceworkError)(result.error)
        return result.data

    async def until(self, holds: Callable[[], bool], wait_s: float = WAIT_S) -> None:
        """Waits until a condition on this client holds. Raises Closed when the link ends first, TimeoutError."""
        async with asyncio.timeout(wait_s), self._news:
            await self._news.wait_for(lambda: holds() or self.closed is not None)
        if not holds() and self.closed is not None:
            raise self.closed

    async def until_closed(self, wait_s: float = WAIT_S) -> Closed:
        """Waits until the agent closes the link; returns how."""
        with contextlib.suppress(Closed):
            await self.until(lambda: False, wait_s)
        assert self.closed is not None  # noqa: S101 - for the type checker
        return self.closed

    async def close(self) -> None:
        """Closes the link."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _read(self) -> None:
        while self.closed is None:
            try:
                self._take(await receive(self._socket))
            except Closed as closed:
                self.closed = closed
            async with self._news:
                self._news.notify_all()

    def _take(self, message: messages.FromAgent) -> None:
        if isinstance(message, messages.Ack):
            self.acked = max(self.acked, message.seq)
        elif isinstance(message, messages.Refused):
            self.refused.append(message)
        elif isinstance(message, messages.Result):
            self._results[message.id] = message
        else:
            self.inbox.append(message)

    async def _keep_alive(self) -> None:
        with contextlib.suppress(PieceworkError):
            while True:
                await asyncio.sleep(KEEP_ALIVE_S)
                await self.send(messages.KeepAlive(at_us=time.time_ns() // 1000))
