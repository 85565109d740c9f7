"""The practice site: plain http on loopback, hosts `practice.localhost` and `partner.localhost`, any port.

What a reader can hold on to (attributes stay the same in both languages):

* list `/tasks`: `[data-testid=task-list]` holds `li[data-testid=task][data-task-id]`, each with `title` (a link to
  `/tasks/ID`), `requester`, `pay` "$0.80", `hourly` "$14.85/hr", `minutes` "3 min", `places` "640 places";
  `[data-testid=empty]` when there is none, `[data-testid=shown]` counts, `[data-testid=account]` names the account.
* task `/tasks/ID`: `main[data-testid=task-page]` with `data-task-id`, `data-state` (open, full, gone, accepted,
  submitted, revise, approved, rejected, paid, returned, expired, screened_out), `data-assignment-id`;
  `form[data-testid=accept-form]`, `work-form`, `return-form`; buttons `accept`, `submit`, `return`; `partner-link`,
  `partner-noopener`, `partner-popup` lead to `/partner/ID` on the other host.
* `/history`: `tr[data-testid=assignment]` with `data-assignment-id`, `data-task-id`, `data-status`; cells `title`,
  `status`, `pay`, `bonus`, `accepted`, `submitted`, `decided` (`time[datetime]`).
* `/earnings`: `tr[data-testid=day][data-day]` and `tr[data-testid=totals]` with cells `pending`, `available`,
  `rejected`, `paid`, `bonus`, `fee`; `tr[data-testid=payout][data-payout-id]` with `at`, `pay`, `fee`, `net`, `to`.
* `/sign-in` `form[data-testid=sign-in]`; `[data-testid=challenge]` (403); `[data-testid=rate-limited]` (429).

`POST /-/control` takes orders (see `control`) from whoever knows the token made at the start.
"""

import secrets
import time
from collections.abc import Callable
from importlib import resources
from typing import Self
from urllib.parse import urlsplit

from aiohttp import web

from piecework.practice import pages
from piecework.practice.control import command
from piecework.practice.render import PORT, STAGE, TOKEN
from piecework.practice.stage import Stage
from piecework.practice.world import World, WorldError

HOST, PARTNER = "practice.localhost", "partner.localhost"
STATIC = {"site.css": "text/css", "live.js": "text/javascript", "partner.js": "text/javascript"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


@web.middleware
async def gate(request: web.Request, handler: pages.Handler) -> web.StreamResponse:
    """Answer only to our own names, and take a change only from our own pages."""
    name = urlsplit(f"//{request.host}").hostname
    if name not in {HOST, PARTNER, "127.0.0.1"}:
        raise web.HTTPMisdirectedRequest(text=f"No site called {request.host} here.")
    if (name == PARTNER) != request.path.startswith("/partner/") and not request.path.startswith("/assets/"):
        raise web.HTTPNotFound(text=f"{request.host} has no page {request.path}.")
    origin = request.headers.get("Origin")
    if request.method != "GET" and origin not in {None, f"http://{request.host}"}:
        raise web.HTTPForbidden(text="Only this site's own pages may do that.")
    return await handler(request)


async def headers(_request: web.Request, answer: web.StreamResponse) -> None:
    """No foreign script, no framing, no guessing of types."""
    answer.headers.update(HEADERS)


async def control(request: web.Request) -> web.Response:
    """One order of a driver; 403 without the token, 400 when it can't be followed."""
    if not secrets.compare_digest(request.headers.get("X-Control-Token", ""), request.app[TOKEN]):
        raise web.HTTPForbidden(text="The control token is missing or wrong.")
    try:
        return web.json_response({"ok": True} | command(request.app[STAGE], await request.json()))
    except (WorldError, ValueError) as error:
        return web.json_response({"ok": False, "error": str(error)}, status=400)


async def asset(request: web.Request) -> web.Response:
    """Style and scripts."""
    name = request.match_info["name"]
    if name not in STATIC:
        raise web.HTTPNotFound
    text = resources.files("piecework.practice").joinpath("static", name).read_text("utf-8")
    return web.Response(text=text, content_type=STATIC[name])


async def home(_request: web.Request) -> web.StreamResponse:
    """The list is the front page."""
    raise web.HTTPSeeOther("/tasks")


def routes() -> list[web.RouteDef]:
    """Every address of the site."""
    return [
        web.get("/", home),
        web.get("/tasks", pages.tasks),
        web.get("/tasks/-/cards", pages.cards),
        web.get("/tasks/-/stream", pages.stream),
        web.get("/tasks/{id}", pages.task),
        web.post("/tasks/{id}/accept", pages.accept),
        web.post("/work/{id}/{how:submit|return}", pages.finish),
        web.get("/qualifications", pages.qualifications),
        web.get("/history", pages.history),
        web.get("/earnings", pages.earnings),
        web.get("/sign-in", pages.sign_in),
        web.post("/sign-in", pages.sign_in),
        web.get("/partner/{id}", pages.partner),
        web.get("/partner/{id}/{part:second}", pages.partner),
        web.get("/assets/{name}", asset),
        web.post("/-/control", control),
    ]


def wall_us() -> int:
    """The computer's clock, µs UTC."""
    return time.time_ns() // 1000


class PracticeSite:
    """The site as something to start and stop.

    Args:
        stage: what to show; made from `seed` and `clock` when left out.
        clock: µs UTC.
        seed: same seed, same sample tasks.
    """

    def __init__(self, stage: Stage | None = None, *, clock: Callable[[], int] = wall_us, seed: int = 0) -> None:
        self.stage = stage or Stage(World("practice", clock, seed=seed, id_chars=12))
        self.token = secrets.token_urlsafe(24)
        self.port = 0
        self.app = web.Application(middlewares=[gate])
        self.app[STAGE], self.app[TOKEN], self.app[PORT] = self.stage, self.token, [0]
        self.app.on_response_prepare.append(headers)
        self.app.add_routes(routes())
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.2)

    @property
    def url(self) -> str:
        """Address of the front page."""
        return f"http://{HOST}:{self.port}"

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes any free one. OSError when the port is taken."""
        await self._runner.setup()
        listener = web.TCPSite(self._runner, "127.0.0.1", port)
        await listener.start()
        self.port = self._runner.addresses[0][1]
        self.app[PORT][0] = self.port

    async def stop(self) -> None:
        """End every open page's stream and stop listening."""
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()
