"""Prolific's saved pages: the app's page as it stands after its script has run, and the answers it fetches."""

import json

from piecework.practice.text import amount
from piecework.practice.world import World
from tests.sites.common import render
from tests.sites.prolific import shapes
from tests.sites.story import Hands, Saved, live_out

LIST = f"{shapes.APP}/studies"
STATUS = {
    "AWAITING REVIEW": "submitted",
    "APPROVED": "approved",
    "REJECTED": "rejected",
    "ACTIVE": "accepted",
    "RESERVED": "reserved",
}


async def prolific() -> dict[str, Saved]:
    """List in each look, one study before and after taking a place, submissions, balance; two JSON answers."""
    clock = Hands()
    world = World("prolific", clock, seed=5, dated_ids=True)
    tasks = [world.publish(currency="GBP", minutes=3 + n, taken=n, places=40) for n in range(7)]
    live_out(world, clock, tasks[:4])
    works = [shapes.submission(work) for work in world.attempts()]
    rows = world.offered()
    expected = [shapes.expected(task) for task in rows]
    account = {"account": world.account}
    watching = {"url": LIST, "state": "watching", "complete": True, **account}
    made: dict[str, Saved] = {
        "list.html": (_page(world, rows=rows), watching | {"rows": expected}),
        "empty.html": (_page(world), {"url": LIST, "state": "empty", "rows": [], **account}),
        "changed.html": (_page(world, "changed", rows=rows), {"url": LIST, "state": "changed_shape", "rows": []}),
        "challenge.html": (
            render("shared/challenge.html", host="app.prolific.com"),
            {"url": LIST, "state": "challenge", "rows": []},
        ),
        "signed-out.html": (
            render("prolific/templates/login.html"),
            {"url": "https://auth.prolific.com/u/login", "state": "signed_out", "rows": []},
        ),
        "history.html": (
            _page(world, "submissions", works=works),
            {"url": f"{shapes.APP}/submissions", "history": None},
        ),
        "earnings.html": (_page(world, "balance"), {"url": f"{shapes.APP}/balance-hub", "totals": _totals(world)}),
        "studies.json": (
            _json([shapes.study(task) for task in rows]),
            watching | {"url": _answer("studies"), "rows": expected},
        ),
        "submissions.json": (_json(works), {"url": _answer("submissions"), "history": _history(works)}),
    }
    task, url = tasks[6], f"{LIST}/{tasks[6].id}"
    told = {key: shapes.expected(task)[key] for key in ("id", "system", "title", "requester", "pay")}
    made["study.html"] = (_page(world, rows=rows, shown=task), {"url": url, "task": told, "on": False})
    work = world.accept(task.id)
    made["work.html"] = (
        _page(world, rows=world.offered(), shown=world.task(task.id), work=shapes.submission(work)),
        {"url": url, "task": told, "on": True, "assignment": work.id},
    )
    return made


def _answer(name: str) -> str:
    return f"{shapes.API}/api/v1/participant/{name}/"


def _json(rows: list[dict[str, object]]) -> str:
    return json.dumps({"results": rows, "_links": shapes.links("")}, indent=1, ensure_ascii=False) + "\n"


def _totals(world: World) -> dict[str, object]:
    totals = world.totals("GBP")
    return {
        "balance": {"micro": totals.available + totals.bonus, "currency": "GBP"},
        "pending": {"micro": totals.pending, "currency": "GBP"},
    }


def _history(works: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {
            "assignment": work["id"],
            "task": work["study_id"],
            "status": STATUS[str(work["status"])],
            "reward": work["submission_reward"],
            "bonuses": work["submission_bonuses"],
        }
        for work in works
    ]


def _page(world: World, kind: str = "list", **told: object) -> str:
    totals = world.totals("GBP")
    boot = {
        "balance": amount(totals.available + totals.bonus, "GBP"),
        "pending": amount(totals.pending, "GBP"),
        "account": world.account,
    }
    return render(
        "prolific/templates/static.html",
        **{"boot": boot, "kind": kind, "rows": [], "works": [], "shown": None, "work": None} | told,
    )
