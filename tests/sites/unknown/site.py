"""A job board that no definition knows, with a strict policy for what its pages may load: for "Teach this site".

Nothing here is anybody's page: class names say nothing, the list stands between a menu, prices of plans and a footer.
"""

from html import escape

from aiohttp import web

from piecework.practice.stage import Look, Stage
from piecework.practice.things import Task
from tests.sites.common import STAGE, host_app

HOST = "board.unknown.test"
POLICY = "default-src 'none'; style-src 'self'; script-src 'none'; base-uri 'none'"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Odd Jobs Board</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/help">Help</a></li><li><a href="/me">My account</a></li></ul></nav>
<main><h1>Available jobs</h1><div class="a9">{cards}</div></main>
<aside><h2>Become a member</h2><p>Plus: $4.99 a month</p><p>Premium: $9.99 a month</p></aside>
<footer><p>Odd Jobs Board</p></footer></body></html>"""
CARD = """<div class="q7" id="j-{id}"><h3><a href="/job/{id}">{title}</a></h3><p class="b1">{requester}</p>
<span class="c3">${pay}</span> <span class="d4">{minutes} minutes</span>
<span class="e5">{places} places left</span></div>"""
NEW_CARD = """<article class="n1"><a class="n2" href="/tasks/{id}/view">{title}</a><ul>
<li>{requester}</li><li>${pay}</li>
<li>{minutes} minutes</li><li>{places} places left</li></ul></article>"""


def card(task: Task, shape: str = CARD) -> str:
    """One job as the board shows it."""
    return shape.format(
        id=escape(task.id),
        title=escape(task.title),
        requester=escape(task.requester),
        pay=f"{task.pay_micro / 1_000_000:.2f}",
        minutes=task.minutes or 5,
        places=task.places_left,
    )


async def board(request: web.Request) -> web.StreamResponse:
    """The list; the look "changed" is the one after a redesign."""
    shape = NEW_CARD if request.app[STAGE].face.look is Look.CHANGED else CARD
    cards = "".join(card(task, shape) for task in request.app[STAGE].world.offered())
    headers = {"Content-Security-Policy": POLICY}
    return web.Response(text=PAGE.format(cards=cards), content_type="text/html", headers=headers)


def app(stage: Stage) -> web.Application:
    """The application of board.unknown.test."""
    return host_app(stage, [web.get("/jobs", board), web.get("/{path:.*}", board)])
