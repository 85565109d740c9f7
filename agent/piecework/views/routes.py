"""The dashboard's addresses: pages, forms, the stream, and the files they need."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from piecework.errors import BadUsage, NothingToShow, PieceworkError
from piecework.now import day_of
from piecework.resources import extension_root, vendor_dir
from piecework.views import render
from piecework.views.actions import ACTIONS, act
from piecework.views.ask import Ask, Page
from piecework.views.download import download, wanted
from piecework.views.guard import FORBIDDEN, TurnedAway, check_form, check_origin, secure
from piecework.views.import_routes import add_import_routes
from piecework.views.pages import PAGES, SECTIONS
from piecework.views.rule_routes import add_rule_routes
from piecework.views.session import ENTER, DashboardSessions, Session, safe_path
from piecework.views.stream import Stream
from piecework.words import choose_language, words_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from piecework.control import Services

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
    Inner = Callable[[web.Request, Session], Awaitable[web.StreamResponse]]

UNAUTHORIZED = 401
NOT_FOUND = 404
UNAVAILABLE = 503
SEE_OTHER = 303
SIGN_OUT = "/sign-out"
STATIC = Path(__file__).parent / "static"
FILES = ("dash.css", "live.js", "edges.js", "timeline.js")
_log = logging.getLogger(__name__)


def attach(application: web.Application, services: Services) -> None:
    """Adds the dashboard to the agent's server, and makes `services.sessions` mint its addresses."""
    dashboard = Dashboard(services)
    services.sessions = dashboard.sessions
    router = application.router
    for page in PAGES:
        router.add_get(page.path, dashboard.shown(page))
    for path in ACTIONS:
        router.add_post(path, dashboard.door(dashboard.acted))
    router.add_get("/export", dashboard.door(dashboard.exported))
    add_rule_routes(router, dashboard)
    add_import_routes(router, dashboard)
    router.add_get("/notices", dashboard.door(dashboard.noticed))
    router.add_get("/stream", dashboard.door(dashboard.streamed))
    router.add_get(ENTER, dashboard.guarded(dashboard.entered), allow_head=False)
    for name, file in _files().items():
        router.add_get(f"/static/{name}", dashboard.guarded(_file(file)))
    application.on_shutdown.append(dashboard.stream.close)


class Dashboard:
    """The handlers, and what they share."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.sessions = DashboardSessions(services)
        self.stream = Stream(services.bus)

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

    def shown(self, page: Page) -> Handler:
        """The handler of a page."""

        async def answer(request: web.Request, session: Session) -> web.StreamResponse:
            ask = self.ask(request, session)
            try:
                text = await asyncio.to_thread(self._page, page, ask)
            except PieceworkError as failure:
                text = render.plain("failed", ask, text=failure.text)
                return web.Response(status=UNAVAILABLE, text=text, content_type="text/html")
            return web.Response(text=text, content_type="text/html")

        return self.door(answer)

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
        )

    async def noticed(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The bar above each page, alone."""
        return web.Response(text=render.notices(self.ask(request, session)), content_type="text/html")

    async def streamed(self, request: web.Request, _session: Session) -> web.StreamResponse:
        """What changed, as it changes."""
        return await self.stream.answer(request)

    async def entered(self, request: web.Request) -> web.StreamResponse:
        """Turns a one-time address into a session.

        Answers a page that goes on by itself instead of a redirect: a browser that came from a link elsewhere keeps
        a SameSite=Strict cookie back on a redirect, and sends it from our own page.
        """
        if "Sec-Purpose" in request.headers:
            raise TurnedAway(FORBIDDEN, "A one-time address is not fetched ahead.")
        key = request.cookies.get(self.sessions.cookie)
        opened = self.sessions.enter(request.query.get("once", ""), key)
        if opened is None:
            status, text = UNAUTHORIZED, render.plain("sign-in", self.ask(request), spent=True)
            return web.Response(status=status, text=text, content_type="text/html")
        session, path = opened
        response = web.Response(text=render.plain("enter", self.ask(request), to=path), content_type="text/html")
        response.set_cookie(self.sessions.cookie, session.key, path="/", httponly=True, samesite="Strict")
        return response

    async def exported(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The books as a file, of all days or of those asked for."""
        ask = self.ask(request, session)
        try:
            return await download(request, self.services, wanted(ask.query), ask.day)
        except PieceworkError as failure:
            status = NOT_FOUND if isinstance(failure, BadUsage | NothingToShow) else UNAVAILABLE
            text = render.plain("failed", ask, text=failure.text)
            return web.Response(status=status, text=text, content_type="text/html")

    async def acted(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Does what a form asks, then goes back to the form's page, which says what became of it."""
        form = await request.post()
        check_form(session, form)
        fields = {name: str(value) for name, value in form.items()}
        session.said.append(await act(self.services, request.path, fields))
        response = web.Response(status=SEE_OTHER, headers={"Location": _came_from(request)})
        if request.path == SIGN_OUT:
            self.sessions.end(session)
            response.del_cookie(self.sessions.cookie, path="/", httponly=True, samesite="Strict")
        return response

    def _page(self, page: Page, ask: Ask) -> str:
        with self.services.store.read() as conn:
            return render.page(ask, page, SECTIONS, page.load(conn, ask))


def _no_address(_name: str) -> None:
    """Outside a session no channel has an address."""


def _came_from(request: web.Request) -> str:
    """The page of ours whose form was sent; "/" where the browser keeps that to itself."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    own = parts.netloc == request.host
    return safe_path(f"{parts.path}?{parts.query}" if parts.query else parts.path) if own else "/"


def _files() -> dict[str, Path]:
    vendored = {f"vendor/{path.name}": path for path in sorted(vendor_dir().glob("*.js"))}
    icon = extension_root() / "extension" / "icons" / "icon.svg"
    return {name: STATIC / name for name in FILES} | vendored | ({"icon.svg": icon} if icon.is_file() else {})


def _file(path: Path) -> Handler:
    async def answer(_request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = web.FileResponse(path, headers={"Cache-Control": "no-cache"})
        return response

    return answer
