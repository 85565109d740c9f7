"""The dashboard's addresses: pages, forms, the stream, and the files they need."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from piecework.errors import BadUsage, NothingToShow, PieceworkError
from piecework.resources import extension_root, vendor_dir
from piecework.views import render
from piecework.views.actions import ACTIONS, act
from piecework.views.dashboard import UNAUTHORIZED, Dashboard
from piecework.views.download import download, wanted
from piecework.views.guard import FORBIDDEN, TurnedAway, check_form
from piecework.views.import_routes import add_import_routes
from piecework.views.pages import PAGES, SECTIONS
from piecework.views.rule_routes import add_rule_routes
from piecework.views.session import ENTER, Session, safe_path

if TYPE_CHECKING:
    from piecework.control import Services
    from piecework.views.ask import Ask, Page
    from piecework.views.dashboard import Handler

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
    routes = _Routes(dashboard)
    services.sessions = dashboard.sessions
    router = application.router
    for page in PAGES:
        router.add_get(page.path, routes.shown(page))
    for path in ACTIONS:
        router.add_post(path, dashboard.door(routes.acted))
    router.add_get("/export", dashboard.door(routes.exported))
    add_rule_routes(router, dashboard)
    add_import_routes(router, dashboard)
    router.add_get("/notices", dashboard.door(routes.noticed))
    router.add_get("/stream", dashboard.door(routes.streamed))
    router.add_get(ENTER, dashboard.guarded(routes.entered), allow_head=False)
    for name, file in _files().items():
        router.add_get(f"/static/{name}", dashboard.guarded(_file(file)))
    application.on_shutdown.append(dashboard.stream.close)


class _Routes:
    """The handlers of what has no file of its own."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard
        self._services = dashboard.services

    def shown(self, page: Page) -> Handler:
        """The handler of a page."""

        async def answer(request: web.Request, session: Session) -> web.StreamResponse:
            ask = self._dashboard.ask(request, session)
            try:
                text = await asyncio.to_thread(self._page, page, ask)
            except PieceworkError as failure:
                text = render.plain("failed", ask, text=failure.text)
                return web.Response(status=UNAVAILABLE, text=text, content_type="text/html")
            return web.Response(text=text, content_type="text/html")

        return self._dashboard.door(answer)

    async def noticed(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The bar above each page, alone."""
        return web.Response(text=render.notices(self._dashboard.ask(request, session)), content_type="text/html")

    async def streamed(self, request: web.Request, _session: Session) -> web.StreamResponse:
        """What changed, as it changes."""
        return await self._dashboard.stream.answer(request)

    async def entered(self, request: web.Request) -> web.StreamResponse:
        """Turns a one-time address into a session.

        Answers a page that goes on by itself instead of a redirect: a browser that came from a link elsewhere keeps
        a SameSite=Strict cookie back on a redirect, and sends it from our own page.
        """
        if "Sec-Purpose" in request.headers:
            raise TurnedAway(FORBIDDEN, "A one-time address is not fetched ahead.")
        key = request.cookies.get(self._dashboard.sessions.cookie)
        opened = self._dashboard.sessions.enter(request.query.get("once", ""), key)
        if opened is None:
            status, text = UNAUTHORIZED, render.plain("sign-in", self._dashboard.ask(request), spent=True)
            return web.Response(status=status, text=text, content_type="text/html")
        session, path = opened
        response = web.Response(
            text=render.plain("enter", self._dashboard.ask(request), to=path), content_type="text/html"
        )
        response.set_cookie(self._dashboard.sessions.cookie, session.key, path="/", httponly=True, samesite="Strict")
        return response

    async def exported(self, request: web.Request, session: Session) -> web.StreamResponse:
        """The books as a file, of all days or of those asked for."""
        ask = self._dashboard.ask(request, session)
        try:
            return await download(request, self._services, wanted(ask.query), ask.day)
        except PieceworkError as failure:
            status = NOT_FOUND if isinstance(failure, BadUsage | NothingToShow) else UNAVAILABLE
            text = render.plain("failed", ask, text=failure.text)
            return web.Response(status=status, text=text, content_type="text/html")

    async def acted(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Does what a form asks, then goes back to the form's page, which says what became of it."""
        form = await request.post()
        check_form(session, form)
        fields = {name: str(value) for name, value in form.items()}
        session.said.append(await act(self._services, request.path, fields))
        response = web.Response(status=SEE_OTHER, headers={"Location": _came_from(request)})
        if request.path == SIGN_OUT:
            self._dashboard.sessions.end(session)
            response.del_cookie(self._dashboard.sessions.cookie, path="/", httponly=True, samesite="Strict")
        return response

    def _page(self, page: Page, ask: Ask) -> str:
        with self._services.store.read() as conn:
            return render.page(ask, page, SECTIONS, page.load(conn, ask))


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
