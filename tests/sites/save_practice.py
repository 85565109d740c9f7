"""The practice site's saved pages, with its addresses as they are without a port."""

from aiohttp import ClientSession

from piecework.practice.site import HOST, PracticeSite
from piecework.practice.stage import Stage
from piecework.practice.things import Assignment, Task
from piecework.practice.world import World
from tests.sites.story import Hands, Saved, live_out, states

BASE = f"http://{HOST}"


def expected(task: Task) -> dict[str, object]:
    """What a reader must make of a card."""
    return {
        "id": task.id,
        "system": "",
        "title": task.title,
        "requester": task.requester,
        "pay": {"state": "stated", "micro": task.pay_micro, "currency": task.currency, "per": "task"},
        "hourly": {"state": "stated", "micro": task.hourly_micro, "currency": task.currency, "per": "hour"},
        "minutes": task.minutes,
        "places_left": task.places_left,
        "url": f"{BASE}/tasks/{task.id}",
    }


Told = dict[str, object]


async def practice() -> dict[str, Saved]:
    """List in each look, a task before and after accepting it, history, statement."""
    clock = Hands()
    stage = Stage(World("practice", clock, seed=6, id_chars=12))
    world = stage.world
    tasks = [world.publish(places=20 + n) for n in range(7)]
    works = live_out(world, clock, tasks[:4])
    async with PracticeSite(stage) as site, ClientSession() as session:

        async def page(path: str) -> str:
            async with session.get(f"http://127.0.0.1:{site.port}{path}", headers={"Host": HOST}) as answer:
                return (await answer.text()).replace(f".localhost:{site.port}", ".localhost")

        made: dict[str, Saved] = {}
        for name, state in (("empty", "empty"), ("challenge", "challenge"), ("changed", "changed_shape")):
            told: Told = {"url": f"{BASE}/tasks", "state": state, "rows": []}
            made[f"{name}.html"] = (await page(f"/tasks?refresh=on-load&look={name}"), told)
        told = {"url": f"{BASE}/sign-in", "state": "signed_out", "rows": []}
        made["signed-out.html"] = (await page("/sign-in"), told)
        rows = [expected(task) for task in world.offered()]
        told = {"url": f"{BASE}/tasks", "state": "watching", "complete": True, "account": world.account, "rows": rows}
        made["list.html"] = (await page("/tasks?refresh=on-load"), told)
        made["history.html"] = (await page("/history"), {"url": f"{BASE}/history", "history": _history(works)})
        made["earnings.html"] = (await page("/earnings"), {"url": f"{BASE}/earnings", **_earnings(world)})
        url = f"{BASE}/tasks/{tasks[6].id}"
        task = {key: expected(tasks[6])[key] for key in ("id", "system", "title", "requester", "pay")}
        made["task.html"] = (await page(f"/tasks/{tasks[6].id}"), {"url": url, "task": task, "on": False})
        work = world.accept(tasks[6].id)
        told = {"url": url, "task": task, "on": True, "assignment": work.id}
        made["work.html"] = (await page(f"/tasks/{tasks[6].id}"), told)
        return made


def _history(works: list[Assignment]) -> list[dict[str, object]]:
    return [
        {
            "assignment": work.id,
            "task": work.task.id,
            "title": work.task.title,
            "status": status,
            "micro": work.pay_micro,
            "bonus_micro": work.bonus_micro,
            "currency": work.task.currency,
        }
        for work, status, _ in states(works, paid_at_approval=False)
    ]


def _earnings(world: World) -> dict[str, object]:
    totals = world.totals("USD")
    names = ("pending", "available", "rejected", "paid", "bonus", "fee")
    return {
        "totals": {name: {"micro": getattr(totals, name), "currency": "USD"} for name in names},
        "payouts": [
            {"id": one.id, "micro": one.micro, "fee_micro": one.fee_micro, "currency": one.currency, "to": one.to}
            for one in world.payouts
        ],
    }
