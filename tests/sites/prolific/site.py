"""app.prolific.com: a single-page app that draws what the API tells it; auth.prolific.com: its sign-in form."""

from dataclasses import asdict

from aiohttp import web

from piecework.practice.stage import Look, Stage
from piecework.practice.text import amount
from piecework.practice.things import State
from tests.sites.common import HERE, STAGE, guarded, host_app, not_found, page, script
from tests.sites.prolific import api, shapes

FRAGMENT = web.AppKey("fragment", list[object])
PAGES = ("/", "/studies", "/studies/{id}", "/submissions", "/submissions/complete", "/balance-hub")


def boot(app: web.Application) -> dict[str, object]:
    """What the page's script starts from: the face, the account, the two balances."""
    stage = app[STAGE]
    currency = [*stage.world.currencies(), "GBP"][0]
    totals = stage.world.totals(currency)
    return {
        "face": asdict(stage.face),
        "version": stage.version,
        "account": stage.world.account,
        "unread": stage.world.unread,
        "participant": shapes.PARTICIPANT,
        "balance": amount(totals.available + totals.bonus, currency),
        "pending": amount(totals.pending, currency),
        "fragment": bool(app[FRAGMENT]),
    }


async def shell(request: web.Request) -> web.StreamResponse:
    """Every address of the app: the same page, its script decides."""
    if request.app[STAGE].face.look is Look.CHALLENGE:
        return page(request, "shared/challenge.html", 403, host=request.host)
    return page(request, "prolific/templates/app.html", boot=boot(request.app))


async def fresh(request: web.Request) -> web.StreamResponse:
    """Stage machinery: the start values as they are now."""
    return web.json_response(boot(request.app))


async def fragment(request: web.Request) -> web.StreamResponse:
    """Stage machinery: the recorded list handed in by a test, as a tree; null when there is none."""
    held = request.app[FRAGMENT]
    return web.json_response(held[0] if held else None)


async def code(request: web.Request) -> web.StreamResponse:
    """Stage machinery: which submission a completion code belongs to."""
    work = request.app[STAGE].world.by_code(request.query.get("cc", ""))
    if work is None:
        raise not_found("No submission has this completion code.")
    return web.json_response({"id": work.id, "open": work.state is State.ACCEPTED})


async def login(request: web.Request) -> web.StreamResponse:
    """The sign-in form; sending it signs in."""
    if request.method == "POST":
        request.app[STAGE].show(look=Look.NORMAL)
        raise web.HTTPFound(f"{shapes.APP}/studies")
    return page(request, "prolific/templates/login.html")


def app(stage: Stage) -> web.Application:
    """The application of app.prolific.com."""
    made = host_app(
        stage,
        [
            *(web.get(path, shell) for path in PAGES),
            *(web.get(f"/assets/{name}", script(HERE / "prolific" / name)) for name in ("app.js", "cards.js")),
            web.get("/-/boot", fresh),
            web.get("/-/fragment", fragment),
            web.get("/-/code", code),
            web.get("/-/page/api/v1/participant/studies/", api.looked(api.studies)),
            web.get("/-/page/api/v1/participant/submissions/", api.looked(api.submissions)),
        ],
    )
    made[FRAGMENT] = []
    return made


def auth(stage: Stage) -> web.Application:
    """The application of auth.prolific.com."""
    return host_app(stage, [web.get("/u/login", guarded(login)), web.post("/u/login", login)])
