"""The pages a person sees: list, task, history, earnings, sign-in, and the partner's."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from piecework.practice.render import STAGE, card, face_of, listing, page, site_base, task_page, words_of
from piecework.practice.stage import Look
from piecework.practice.things import State, Task
from piecework.practice.world import WorldError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(handler: Handler) -> Handler:
    """Show the sign-in, challenge or too-many-requests page instead, when the face says so."""

    async def shown(request: web.Request) -> web.StreamResponse:
        face = face_of(request)
        if face.look is Look.SIGNED_OUT:
            raise web.HTTPSeeOther("/sign-in")
        if face.look is Look.CHALLENGE:
            return page(request, "challenge.html", 403)
        if face.look is Look.RATE_LIMITED:
            answer = page(request, "limited.html", 429, seconds=face.retry_after_s)
            answer.headers["Retry-After"] = str(face.retry_after_s)
            return answer
        return await handler(request)

    return shown


@guarded
async def tasks(request: web.Request) -> web.StreamResponse:
    """The list."""
    stage, face, words = request.app[STAGE], face_of(request), words_of(request)
    name = "changed.html" if face.look is Look.CHANGED else "tasks.html"
    cards = {task.id: card(task, words) for task in stage.listed(face)}
    return page(request, name, tasks=stage.listed(face), cards=cards, face=face, query=request.query_string)


@guarded
async def cards(request: web.Request) -> web.StreamResponse:
    """The list as its own script fetches it."""
    return web.json_response(listing(request.app[STAGE], face_of(request), words_of(request)))


async def stream(request: web.Request) -> web.StreamResponse:
    """The list once more after every change, as server-sent events, until the page is closed."""
    stage, words = request.app[STAGE], words_of(request)
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await answer.prepare(request)
    version = int(request.headers.get("Last-Event-ID", "-1"))
    while True:
        version = await stage.changed(version)
        data = json.dumps(listing(stage, face_of(request), words))
        try:
            await answer.write(f"id: {version}\ndata: {data}\n\n".encode())
        except ConnectionError:
            return answer


def _task(request: web.Request) -> Task:
    try:
        return request.app[STAGE].world.task(request.match_info["id"])
    except WorldError as error:
        raise web.HTTPNotFound(text=error.text) from error


@guarded
async def task(request: web.Request) -> web.StreamResponse:
    """One task: accept it, do it, or see what became of it."""
    told = _task(request)
    done = (work for work in request.app[STAGE].world.attempts() if work.task.id == told.id)
    return page(request, "task.html", **task_page(request, told, next(done, None)))


@guarded
async def accept(request: web.Request) -> web.StreamResponse:
    """The Accept button."""
    told = _task(request)
    try:
        request.app[STAGE].world.accept(told.id)
    except WorldError:
        return page(request, "task.html", 409, **task_page(request, told, None))
    raise web.HTTPSeeOther(f"/tasks/{told.id}")


@guarded
async def finish(request: web.Request) -> web.StreamResponse:
    """The Submit and Return buttons."""
    world = request.app[STAGE].world
    form = await request.post()
    state = State.SUBMITTED if request.match_info["how"] == "submit" else State.RETURNED
    try:
        work = world.assignment(request.match_info["id"])
        world.move(work.id, state, proof=str(form.get("answer", "")))
    except WorldError as error:
        raise web.HTTPConflict(text=error.text) from error
    raise web.HTTPSeeOther(f"/tasks/{work.task.id}")


@guarded
async def history(request: web.Request) -> web.StreamResponse:
    """Every attempt and what became of it."""
    return page(request, "history.html", attempts=request.app[STAGE].world.attempts(), State=State)


@guarded
async def qualifications(request: web.Request) -> web.StreamResponse:
    """Tests that open further tasks: time in front of this page is neither work nor searching."""
    return page(request, "qualifications.html")


@guarded
async def earnings(request: web.Request) -> web.StreamResponse:
    """The site's own statement: totals per day and state, and the payouts."""
    world = request.app[STAGE].world
    statements = [
        (currency, world.totals(currency), [(day, world.totals(currency, day)) for day in world.days()])
        for currency in world.currencies()
    ]
    return page(request, "earnings.html", statements=statements, payouts=world.payouts[::-1])


async def sign_in(request: web.Request) -> web.StreamResponse:
    """The sign-in form; sending it signs in under the name given."""
    if request.method == "POST":
        form = await request.post()
        stage = request.app[STAGE]
        stage.world.account = str(form.get("name") or stage.world.account)
        stage.show(look=Look.NORMAL)
        raise web.HTTPSeeOther("/tasks")
    return page(request, "sign-in.html")


async def partner(request: web.Request) -> web.StreamResponse:
    """The partner's page of a task; its second part is opened by a link in a new tab."""
    told = _task(request)
    second = request.match_info.get("part") is not None
    return page(request, "partner.html", task=told, second=second, home=f"{site_base(request)}/tasks/{told.id}")
