"""internal-api.prolific.com: the participant API the page itself asks, open to app.prolific.com only."""

from aiohttp import web

from piecework.practice.stage import Look, Stage
from piecework.practice.things import State
from piecework.practice.world import WorldError
from tests.sites.common import STAGE, Handler, host_app, page
from tests.sites.prolific import shapes

STEPS = {"COMPLETE": State.SUBMITTED, "RETURN": State.RETURNED}


def answer(told: object, status: int = 200) -> web.Response:
    """JSON as this API sends it."""
    return web.Response(text=shapes.dumps(told), status=status, content_type="application/json")


@web.middleware
async def cors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the app's origin in, with cookies; other origins get no header and so no answer."""
    told = web.Response(status=204) if request.method == "OPTIONS" else await handler(request)
    if request.headers.get("Origin") == shapes.APP:
        told.headers["Access-Control-Allow-Origin"] = shapes.APP
        told.headers["Access-Control-Allow-Credentials"] = "true"
        told.headers["Access-Control-Allow-Headers"] = "content-type, authorization"
        told.headers["Access-Control-Allow-Methods"] = "GET, POST"
    return told


def looked(handler: Handler) -> Handler:
    """401 when signed out, 429 when asked too often, the challenge page's HTML with 403."""

    async def shown(request: web.Request) -> web.StreamResponse:
        face = request.app[STAGE].face
        if face.look is Look.SIGNED_OUT:
            detail = "Authentication credentials were not provided."
            return answer(shapes.error(401, "Unauthorized", detail), 401)
        if face.look is Look.CHALLENGE:
            return page(request, "shared/challenge.html", 403, host=request.host)
        if face.look is Look.RATE_LIMITED:
            detail = f"Request was throttled. Expected available in {face.retry_after_s} seconds."
            return answer(shapes.error(429, "Too Many Requests", detail), 429)
        return await handler(request)

    return shown


async def studies(request: web.Request) -> web.StreamResponse:
    """The list; of a shape nobody has seen when the face says so."""
    stage = request.app[STAGE]
    rows = [shapes.study(task) for task in stage.listed()]
    if stage.face.look is Look.CHANGED:
        return answer({"data": {"items": rows}, "meta": {"count": len(rows)}})
    return answer({"results": rows, "_links": shapes.links(request.path)})


async def submissions(request: web.Request) -> web.StreamResponse:
    """Everything the person took part in, newest first."""
    rows = [shapes.submission(work) for work in request.app[STAGE].world.attempts()]
    return answer({"results": rows, "_links": shapes.links(request.path)})


async def reserve(request: web.Request) -> web.StreamResponse:
    """Take a place."""
    told = await request.json()
    try:
        work = request.app[STAGE].world.accept(str(told.get("study_id", "")))
    except WorldError as refusal:
        return answer(shapes.error(400, "Bad Request", refusal.text), 400)
    return answer(shapes.submission(work), 201)


async def transition(request: web.Request) -> web.StreamResponse:
    """START, COMPLETE or RETURN one submission."""
    world = request.app[STAGE].world
    action = str((await request.json()).get("action", ""))
    try:
        work = world.start(request.match_info["id"])
        if action != "START":
            work = world.move(work.id, STEPS[action])
    except (WorldError, KeyError) as refusal:
        return answer(shapes.error(400, "Bad Request", str(refusal)), 400)
    return answer(shapes.submission(work))


async def picture(_request: web.Request) -> web.StreamResponse:
    """Any institution's logo: an empty drawing."""
    return web.Response(text='<svg xmlns="http://www.w3.org/2000/svg"/>', content_type="image/svg+xml")


def app(stage: Stage) -> web.Application:
    """The application of internal-api.prolific.com."""
    made = host_app(
        stage,
        [
            web.get("/api/v1/participant/studies/", looked(studies)),
            web.get("/api/v1/participant/submissions/", looked(submissions)),
            web.post("/api/v1/submissions/reserve/", looked(reserve)),
            web.post("/api/v1/submissions/{id}/transition/", looked(transition)),
            web.get("/assets/{path:.*}", picture),
            web.options("/{path:.*}", picture),
        ],
    )
    made.middlewares.append(cors)
    return made
