"""ttv.microworkers.com: the third job system, accepted first, then worked, then sent in."""

from aiohttp import web

from piecework.practice.stage import Stage
from piecework.practice.things import State, Task
from piecework.practice.world import World, WorldError
from tests.sites.common import STAGE, guarded, host_app, page
from tests.sites.microworkers import shapes

FULL = "All positions taken already"
UNKNOWN = "Campaign unknown or not running"


def _find(world: World, given: str) -> Task | None:
    task = shapes.by_link(world, given)
    return task if task is not None and task.system == "ttv" else None


def _said(request: web.Request, said: str) -> web.Response:
    return page(request, "microworkers/templates/ttv_said.html", said=said)


async def info(request: web.Request) -> web.StreamResponse:
    """A job before it is accepted."""
    world = request.app[STAGE].world
    task = _find(world, request.match_info["id"])
    if task is None or task.gone_us is not None:
        return _said(request, UNKNOWN)
    if world.working_on(task.id):
        raise web.HTTPFound(f"/dotask/run/{shapes.link_id(task)}")
    if not task.places_left:
        return _said(request, FULL)
    sent = sum(work.task.id == task.id for work in shapes.shown(world))
    return page(request, "microworkers/templates/ttv_info.html", task=task, sent=sent, shapes=shapes)


async def allocate(request: web.Request) -> web.StreamResponse:
    """The button "Accept and Start"."""
    world = request.app[STAGE].world
    task = _find(world, str((await request.post()).get("CampaignId", "")))
    try:
        world.accept(task.id if task else "")
    except WorldError:
        return _said(request, FULL if task and task.gone_us is None else UNKNOWN)
    raise web.HTTPFound(f"/dotask/run/{shapes.link_id(task)}")  # type: ignore[arg-type] # accepted, so it is there


async def run(request: web.Request) -> web.StreamResponse:
    """The work itself."""
    world = request.app[STAGE].world
    task = _find(world, request.match_info["id"])
    work = world.working_on(task.id) if task else None
    if task is None or work is None:
        return _said(request, UNKNOWN)
    world.start(work.id)
    return page(request, "microworkers/templates/ttv_run.html", task=task, shapes=shapes)


async def save(request: web.Request) -> web.StreamResponse:
    """The work is sent in."""
    world = request.app[STAGE].world
    form = await request.post()
    task = _find(world, str(form.get("CampaignId", "")))
    work = world.working_on(task.id) if task else None
    if task is None or work is None:
        return _said(request, UNKNOWN)
    world.move(work.id, State.SUBMITTED, proof=str(form.get("answer", "")))
    raise web.HTTPFound(f"/dotask/submitProof/{shapes.link_id(task)}")


async def proof(request: web.Request) -> web.StreamResponse:
    """After sending: the way to do it again."""
    return page(request, "microworkers/templates/ttv_proof.html", given=request.match_info["id"])


def app(stage: Stage) -> web.Application:
    """The application of ttv.microworkers.com. Signed out, it leads to the main host's form."""
    sign_in = f"{shapes.WWW}/login.php"
    return host_app(
        stage,
        [
            web.get("/dotask/info/{id}", guarded(info, sign_in=sign_in)),
            web.post("/dotask/allocateposition", guarded(allocate, sign_in=sign_in)),
            web.get("/dotask/run/{id}", guarded(run, sign_in=sign_in)),
            web.post("/dotask/save", guarded(save, sign_in=sign_in)),
            web.get("/dotask/submitProof/{id}", guarded(proof, sign_in=sign_in)),
        ],
    )
