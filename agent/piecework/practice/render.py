"""From a stage to HTML: the templates of the practice site and what they are handed."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from piecework.practice.stage import Face, Stage
from piecework.practice.text import amount, instant
from piecework.practice.things import Assignment, State, Task
from piecework.practice.words import Words

STAGE = web.AppKey("stage", Stage)
TOKEN = web.AppKey("token", str)
PORT = web.AppKey("port", list[int])

TEMPLATES = Environment(
    loader=PackageLoader("piecework.practice"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(amount=amount, instant=instant)


def face_of(request: web.Request) -> Face:
    """The stage's face with what the query overrides: `?look=empty&refresh=on-load`."""
    face = request.app[STAGE].face
    known = {one.name: type(getattr(face, one.name)) for one in fields(Face)}
    try:
        wanted = {name: known[name](value) for name, value in request.query.items() if name in known}
    except ValueError as error:
        raise web.HTTPBadRequest(text=f"No such look: {error}") from error
    return replace(face, **wanted)


def words_of(request: web.Request) -> Words:
    """The words of the visitor's language."""
    return Words(request.headers.get("Accept-Language", ""))


def page(request: web.Request, name: str, status: int = 200, **told: object) -> web.Response:
    """One page of the site. Text that UTF-8 can't carry is replaced, never refused."""
    html = TEMPLATES.get_template(name).render(
        t=words_of(request), world=request.app[STAGE].world, path=request.path, **told
    )
    body = html.encode("utf-8", "replace")
    return web.Response(body=body, status=status, content_type="text/html", charset="utf-8")


def card(task: Task, words: Words) -> str:
    """One row of the list."""
    return TEMPLATES.get_template("card.html").render(task=task, t=words)


def listing(stage: Stage, face: Face, words: Words) -> dict[str, object]:
    """What the list's own script takes in: which cards in which order, and each card's HTML."""
    tasks = stage.listed(face)
    return {
        "version": stage.version,
        "look": face.look,
        "shown": words("shown", len(tasks)),
        "unread": words("unread", stage.world.unread),
        "order": [task.id for task in tasks],
        "cards": {task.id: card(task, words) for task in tasks},
    }


def standing(task: Task, work: Assignment | None) -> str:
    """The word for what the person can do with a task, or did: its assignment's state, else open, full or gone."""
    if work is not None:
        return work.state
    if task.gone_us is not None:
        return "gone"
    return "open" if task.places_left else "full"


def partner_base(request: web.Request) -> str:
    """Address of the partner's site as seen from this page."""
    return f"http://partner.localhost:{request.app[PORT][0]}"


def site_base(request: web.Request) -> str:
    """Address of the practice site as seen from the partner's."""
    return f"http://practice.localhost:{request.app[PORT][0]}"


def task_page(request: web.Request, task: Task, work: Assignment | None) -> Mapping[str, Any]:
    """What the task page needs."""
    return {
        "task": task,
        "work": work,
        "state": standing(task, work),
        "working": work is not None and work.state in {State.ACCEPTED, State.REVISE},
        "offered": task.gone_us is None and task.places_left > 0,
        "partner": f"{partner_base(request)}/partner/{task.id}",
    }
