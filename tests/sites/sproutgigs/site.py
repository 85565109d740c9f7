"""sproutgigs.com: job list that grows while one scrolls, task page, wallet."""

from aiohttp import web

from piecework.practice.stage import Look, Stage
from piecework.practice.things import State
from piecework.practice.world import WorldError
from tests.sites.common import HERE, STAGE, guarded, host_app, late, not_found, page, script
from tests.sites.sproutgigs import shapes

TOKEN = "rebuilt-form-token"


async def jobs(request: web.Request) -> web.StreamResponse:
    """The list: page `page`, or all rows up to page `upto` at once (as an open page that was scrolled has them)."""
    stage = request.app[STAGE]
    name = "changed.html" if stage.face.look is Look.CHANGED else "jobs.html"
    if "upto" in request.query:
        rows = stage.listed()[: int(request.query["upto"]) * stage.face.page_size]
    else:
        rows = stage.page(max(1, int(request.query.get("page", "1"))))
    texts = late((f'a[href="{shapes.url(task)}"] .js-job-item-name', task.title) for task in rows)
    return page(request, f"sproutgigs/templates/{name}", rows=rows, texts=texts, shapes=shapes)


async def task(request: web.Request) -> web.StreamResponse:
    """One job with its proof form."""
    world = request.app[STAGE].world
    try:
        told = world.task(request.query.get("Id", ""))
    except WorldError as error:
        raise not_found("Job not found") from error
    open_ = told.gone_us is None and told.places_left > 0
    return page(request, "sproutgigs/templates/task.html", task=told, open=open_, token=TOKEN)


async def submitted(request: web.Request) -> web.StreamResponse:
    """The proof form's target: taking a place and sending the work are one step here."""
    world = request.app[STAGE].world
    form = await request.post()
    if form.get("csrf_token") != TOKEN:
        raise web.HTTPForbidden(text="Invalid token")
    try:
        work = world.accept(str(form.get("Id", "")))
        world.move(work.id, State.SUBMITTED, proof=str(form.get("proof_1", "")))
    except WorldError:
        return page(request, "sproutgigs/templates/submitted.html", 409, said="This job is not available.")
    return page(request, "sproutgigs/templates/submitted.html", said="Your task has been submitted.")


async def wallet(request: web.Request) -> web.StreamResponse:
    """What came in and went out, newest first."""
    world = request.app[STAGE].world
    lines = [
        (work.at(State.APPROVED), f"Task satisfied: {work.task.title}", work.pay_micro + work.bonus_micro)
        for work in world.attempts()
        if work.at(State.APPROVED) and work.state in {State.APPROVED, State.PAID}
    ]
    lines += [(payout.at_us, f"Withdrawal to {payout.to}", -payout.micro) for payout in world.payouts]
    lines.sort(key=lambda line: line[0] or 0, reverse=True)
    balance = sum(micro for _, _, micro in lines)
    return page(request, "sproutgigs/templates/wallet.html", lines=lines, balance=balance)


async def login(request: web.Request) -> web.StreamResponse:
    """The sign-in form; sending it signs in."""
    if request.method == "POST":
        request.app[STAGE].show(look=Look.NORMAL)
        raise web.HTTPFound("/jobs.php")
    return page(request, "sproutgigs/templates/login.html")


def app(stage: Stage) -> web.Application:
    """The application of sproutgigs.com."""
    gated = {"/jobs.php": jobs, "/jobs/submit-task.php": task, "/wallet.php": wallet}
    routes = [web.get(path, guarded(handler, sign_in="/login.php")) for path, handler in gated.items()]
    routes += [
        web.post("/jobs/task-submitted.php", guarded(submitted, sign_in="/login.php")),
        web.get("/login.php", login),
        web.post("/login.php", login),
        web.get("/-/scroll.js", script(HERE / "sproutgigs/scroll.js")),
    ]
    return host_app(stage, routes)
