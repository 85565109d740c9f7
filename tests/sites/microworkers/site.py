"""www.microworkers.com: job list, Basic and Hire Group jobs, history, balance."""

from aiohttp import web

from piecework.practice.stage import Look, Stage
from piecework.practice.things import State, Task
from piecework.practice.world import WorldError
from tests.sites.common import STAGE, guarded, host_app, late, not_found, page
from tests.sites.microworkers import shapes

HISTORY_ROWS = 20
PLACES = {"jobs_details": "basic", "hm_jobs_details": "hg"}
FORMS = {"jobs_i_did_it": "basic", "hm_jobs_i_did_it": "hg"}


async def jobs(request: web.Request) -> web.StreamResponse:
    """The list, a page at a time."""
    stage = request.app[STAGE]
    number = max(1, int(request.query.get("page", "1")))
    name = "changed.html" if stage.face.look is Look.CHANGED else "jobs.html"
    rows = stage.page(number)
    texts = late((f'[id="campaign{task.id}"] .jobname a', task.title) for task in rows)
    return page(request, f"microworkers/templates/{name}", rows=rows, number=number, texts=texts, shapes=shapes)


def _task(request: web.Request, given: str, system: str) -> Task:
    task = shapes.by_link(request.app[STAGE].world, given)
    if task is None or task.system != system:
        raise not_found("Campaign unknown or not running")
    return task


async def details(request: web.Request) -> web.StreamResponse:
    """A Basic or Hire Group job. One already sent in redirects (Basic) or says so (Hire Group)."""
    system = PLACES[request.match_info["name"]]
    task = _task(request, request.query.get("Id", ""), system)
    world = request.app[STAGE].world
    done = shapes.done_before(world, task)
    if done and system == "basic":
        raise web.HTTPFound("/jobs_user_already_took.php")
    open_ = task.gone_us is None and task.places_left > 0
    return page(request, "microworkers/templates/details.html", task=task, done=done, open=open_, shapes=shapes)


async def did_it(request: web.Request) -> web.StreamResponse:
    """The proof form of a Basic or Hire Group job: taking a place and sending the work are one step here."""
    form = await request.post()
    task = _task(request, str(form.get("Id", "")), FORMS[request.match_info["name"]])
    world = request.app[STAGE].world
    try:
        work = world.accept(task.id)
        world.move(work.id, State.SUBMITTED, proof=str(form.get("Required_proof", "")))
    except WorldError:
        return page(request, "microworkers/templates/said.html", 200, said="All positions taken already")
    return page(request, "microworkers/templates/said.html", said="Thank you. Your proof has been submitted.")


async def already(request: web.Request) -> web.StreamResponse:
    """Where a Basic job leads that was sent in before."""
    said = "Sorry but you already submitted this task."
    return page(request, "microworkers/templates/said.html", said=said)


async def worker(request: web.Request) -> web.StreamResponse:
    """The history: one row a submission, its status an icon of the legend beside it."""
    stage = request.app[STAGE]
    number = max(1, int(request.query.get("page", "1")))
    attempts = shapes.shown(stage.world)
    rows = attempts[(number - 1) * HISTORY_ROWS : number * HISTORY_ROWS]
    return page(
        request,
        "microworkers/templates/worker.html",
        rows=rows,
        number=number,
        more=len(attempts) > number * HISTORY_ROWS,
        shapes=shapes,
        State=State,
    )


async def popup(request: web.Request) -> web.StreamResponse:
    """The details of one submission."""
    work = shapes.by_number(request.app[STAGE].world, request.query.get("Id", ""))
    if work is None:
        raise not_found("No such task")
    return page(request, "microworkers/templates/popup.html", work=work, shapes=shapes, State=State)


async def withdraw(request: web.Request) -> web.StreamResponse:
    """The balance: the fifth `.methodlistcol02 p`."""
    totals = request.app[STAGE].world.totals("USD")
    return page(request, "microworkers/templates/withdraw.html", balance=totals.available + totals.bonus)


async def login(request: web.Request) -> web.StreamResponse:
    """The sign-in form; sending it signs in."""
    if request.method == "POST":
        request.app[STAGE].show(look=Look.NORMAL)
        raise web.HTTPFound("/jobs.php")
    return page(request, "microworkers/templates/login.html")


def app(stage: Stage) -> web.Application:
    """The application of www.microworkers.com."""
    gated = {
        "/jobs.php": jobs,
        "/{name:jobs_details|hm_jobs_details}.php": details,
        "/jobs_user_already_took.php": already,
        "/worker.php": worker,
        "/worker_tasks_details.php": popup,
        "/withdraw_new.php": withdraw,
    }
    routes = [web.get(path, guarded(handler, sign_in="/login.php")) for path, handler in gated.items()]
    routes += [
        web.post("/{name:jobs_i_did_it|hm_jobs_i_did_it}.php", guarded(did_it, sign_in="/login.php")),
        web.get("/login.php", login),
        web.post("/login.php", login),
    ]
    return host_app(stage, routes)
