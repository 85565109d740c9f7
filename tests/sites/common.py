"""What every pretend host has in common: rendering, the machinery that keeps an open page fresh, hard text."""

import json
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from piecework.practice.stage import Look, Stage
from piecework.practice.text import age, amount, instant, us_date

HERE = Path(__file__).parent
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STAGE = web.AppKey("stage", Stage)

TEMPLATES = Environment(
    loader=FileSystemLoader(HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def in_script(value: object) -> Markup:
    """JSON that can stand inside a script element."""
    return Markup(json.dumps(value).replace("<", "\\u003c"))  # noqa: S704 - JSON without "<" closes nothing


def hard(text: str) -> bool:
    """True for text that HTML can't carry: a NUL or half a surrogate pair. Scripts put it into the page."""
    return any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


TEMPLATES.filters.update(amount=amount, instant=instant, us_date=us_date, age=age, in_script=in_script)


def render(name: str, **told: object) -> str:
    """A template of `tests/sites` as text."""
    return TEMPLATES.get_template(name).render(**told)


def page(request: web.Request, name: str, status: int = 200, **told: object) -> web.Response:
    """A template as an answer; half surrogates become question marks, which `late` corrects in the page."""
    stage = request.app[STAGE]
    html = render(name, stage=stage, face=stage.face, world=stage.world, **told)
    return web.Response(body=html.encode("utf-8", "replace"), status=status, content_type="text/html", charset="utf-8")


def late(texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of (selector, text) pairs those that a script must put in place, see `shared/live.js`."""
    return [(selector, text) for selector, text in texts if hard(text)]


def not_found(text: str) -> web.HTTPNotFound:
    """The page isn't there."""
    return web.HTTPNotFound(text=text)


def guarded(handler: Handler, *, sign_in: str | None = None) -> Handler:
    """Show a challenge (403), too many requests (429) or the way to the sign-in page, when the face says so.

    The cause of a challenge and of a limit is written in the page as the sites' readers describe it.
    """

    async def shown(request: web.Request) -> web.StreamResponse:
        face = request.app[STAGE].face
        if face.look is Look.SIGNED_OUT and sign_in is not None:
            raise web.HTTPFound(sign_in)
        if face.look is Look.CHALLENGE:
            return page(request, "shared/challenge.html", 403, host=request.host)
        if face.look is Look.RATE_LIMITED:
            answer = page(request, "shared/limited.html", 429, host=request.host)
            answer.headers["Retry-After"] = str(face.retry_after_s)
            return answer
        return await handler(request)

    return shown


async def events(request: web.Request) -> web.StreamResponse:
    """Stage machinery, no page of any site: tells an open page that something changed."""
    stage = request.app[STAGE]
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await answer.prepare(request)
    version = int(request.query.get("after", "-1"))
    while True:
        version = await stage.changed(version)
        try:
            await answer.write(f"data: {version}\n\n".encode())
        except ConnectionError:
            return answer


async def icon(_request: web.Request) -> web.StreamResponse:
    """No icon, and no complaint about it in the browser's log."""
    return web.Response(status=204)


def script(path: Path) -> Handler:
    """A script file as an answer."""
    text = path.read_text("utf-8")

    async def send(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type="text/javascript")

    return send


def host_app(stage: Stage, routes: Iterable[web.RouteDef]) -> web.Application:
    """One host's application: its own pages and, under `/-/`, the stage's machinery."""
    app = web.Application(client_max_size=8 << 20)
    app[STAGE] = stage
    app.add_routes(
        [
            web.get("/-/events", events),
            web.get("/-/live.js", script(HERE / "shared/live.js")),
            web.get("/favicon.ico", icon),
        ]
    )
    app.add_routes(routes)
    return app
