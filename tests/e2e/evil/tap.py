"""What really reached the agent: every request and every socket, by the status and the code it was answered with."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from piecework.app import agent as putting_together
from piecework.link import server
from piecework.link.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


ICON = "/favicon.ico"
"""Browsers ask for it by themselves, when they like."""


@dataclass(frozen=True)
class Seen:
    """One request, written down when its answer was finished: `code` is a socket's close code, else None."""

    method: str
    path: str
    host: str
    origin: str
    status: int
    code: int | None


class HeardWire(Wire):
    """Keeps the bytes that clients say, socket by socket, as somebody who listens in would."""

    heard: list[list[bytes]]

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - handed on as they are
        super().__init__(*args)
        self._mine: list[bytes] = []
        self.heard.append(self._mine)

    async def receive(self) -> bytes:
        """The next message."""
        data = await super().receive()
        self._mine.append(data)
        return data


@dataclass
class Tap:
    """Listens at the door: to requests of an agent that starts inside `attached`, to sockets that open inside it."""

    seen: list[Seen] = field(default_factory=list)
    heard: list[list[bytes]] = field(default_factory=list)
    application: web.Application | None = None
    _chapter: int = 0

    @contextlib.contextmanager
    def attached(self) -> Iterator[None]:
        """Listens; requests of an agent that started here are seen for as long as it lives."""
        made = putting_together._application

        def tapped(*parts: Any) -> web.Application:  # noqa: ANN401 - handed on as they are
            self.application = made(*parts)
            self.application.middlewares.insert(0, self._watch)
            return self.application

        listening = type("TappedWire", (HeardWire,), {"heard": self.heard})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(putting_together, "_application", tapped)
            patch.setattr(server, "Wire", listening)
            yield

    def forget(self) -> None:
        """What was asked before is of no interest any more, even where its answer is still under way."""
        self._chapter += 1
        self.seen.clear()

    def statuses(self, **wanted: str) -> set[int]:
        """The statuses of requests with these fields."""
        return {one.status for one in self.of(**wanted)}

    def of(self, **wanted: str) -> list[Seen]:
        """Requests with these fields."""
        return [one for one in self.seen if all(getattr(one, name) == value for name, value in wanted.items())]

    def paths(self, method: str) -> list[str]:
        """Every address the agent answers this method on."""
        assert self.application is not None
        routes = [route for route in self.application.router.routes() if route.method == method]
        return sorted({route.resource.canonical for route in routes if route.resource is not None})

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        status, code, chapter = 500, None, self._chapter
        try:
            answer = await handler(request)
            status = answer.status
            code = answer.close_code if isinstance(answer, web.WebSocketResponse) else None
        except web.HTTPException as told:
            status = told.status
            raise
        finally:
            origin = request.headers.get("Origin", "")
            if request.path != ICON and chapter == self._chapter:
                self.seen.append(Seen(request.method, request.path, request.host, origin, status, code))
        return answer
