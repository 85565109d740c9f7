"""The dashboard's door: every address of it passes Host and Origin, and most of them a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from piecework.now import day_of
from piecework.views import render
from piecework.views.ask import Ask
from piecework.views.guard import TurnedAway, check_origin, secure
from piecework.views.session import DashboardSessions, Session
from piecework.views.stream import Stream
from piecework.views.weeks import Weeks
from piecework.words import choose_language, words_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from piecework.control import Services

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
    Inner = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]

UNAUTHORIZED = 401


class Dashboard:
    """What the handlers of all addresses share."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.sessions = DashboardSessions(services)
        self.stream = Stream(services.bus)
        self.weeks = Weeks()

    def guarded(self, handler: Handler) -> Handler:
        """Checks Host and Origin before, puts the security headers on after."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                check_origin(request, self.services.port)
                response = await handler(request)
            except TurnedAway as refusal:
                response = web.Response(status=refusal.status, text=refusal.text)
            if not response.prepared:
                secure(response)
            return response

        return answer

    def door(self, handler: Inner) -> Handler:
        """The same for what only a session may ask."""

        async def answer(request: web.Request) -> web.StreamResponse:
            session = self.sessions.find(request.cookies.get(self.sessions.cookie))
            if session is None:
                text = render.plain("sign-in", self.ask(request))
                return web.Response(status=UNAUTHORIZED, text=text, content_type="text/html")
            return await handler(request, session)

        return self.guarded(answer)

    def ask(self, request: web.Request, session: Session | None = None) -> Ask:
        """What the pages are handed. Only a session's own whole page takes what is to be told once."""
        services = self.services
        now_us = services.clock.now_us()
        partial = request.headers.get("HX-Request") == "true"
        language = choose_language(services.settings.language, request.headers.get("Accept-Language", ""))
        inside = session is not None
        return Ask(
            path=request.path,
            words=words_in(language),
            zone=services.zone,
            now_us=now_us,
            day=day_of(now_us, services.zone),
            query=dict(request.query),
            partial=partial,
            csrf=session.csrf if session else "",
            platforms=services.platforms,
            connected=services.hub.connected() if inside else frozenset(),
            pending=services.desk.pending() if inside else None,
            notices=dict(services.notices) if inside else {},
            said=session.take_said() if session and not partial else (),
            address=services.secrets.channel if inside else _no_address,
            weeks=self.weeks,
        )


def _no_address(_name: str) -> None:
    """Outside a session no channel has an address."""
