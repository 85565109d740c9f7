"""Hosts that belong to no platform: the partner's survey, and pages that mean no good."""

from aiohttp import web

from piecework.practice.stage import Stage
from piecework.practice.things import Assignment, State
from piecework.practice.world import WorldError
from tests.sites.common import STAGE, host_app, page, render
from tests.sites.prolific import shapes


async def survey(request: web.Request) -> web.StreamResponse:
    """A study's survey: a second part in a new tab, and the way back with the completion code."""
    world, given = request.app[STAGE].world, request.match_info["id"]
    work: Assignment | None
    try:
        work = world.assignment(request.query.get("SESSION_ID", ""))
    except WorldError:
        work = next((one for one in world.attempts() if one.task.id == given and one.state is State.ACCEPTED), None)
    code = work.code if work else "NOCODE00"
    return page(
        request,
        "others/survey.html",
        given=given,
        part=request.match_info.get("part", ""),
        query=request.query_string,
        back=f"{shapes.APP}/submissions/complete?cc={code}",
    )


async def blank(request: web.Request) -> web.StreamResponse:
    """A page that holds nothing but the scripts a test runs in it."""
    return web.Response(text=render("others/blank.html", host=request.host), content_type="text/html")


def partner(stage: Stage) -> web.Application:
    """The application of survey.partner.test."""
    return host_app(stage, [web.get("/s/{id}", survey), web.get("/s/{id}/{part:part-2}", survey), web.get("/", blank)])


def stranger(stage: Stage) -> web.Application:
    """The application of a host that is on nobody's list."""
    return host_app(stage, [web.get("/{path:.*}", blank)])
