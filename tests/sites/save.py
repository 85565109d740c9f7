"""Saved pages for tests of the platform definitions, and what a reader must make of each.

`python -m tests.sites.save` writes `<platform>/pages/*.html` and `<platform>/expected.json`; a test holds them
against what is served. They are rebuilt, never recorded, and say so.

`expected.json`: `pages` maps a file to its `url` and what is on it: `state` and `rows` of a list, `task` of a work
page, `history` rows, `totals` and `payouts` of an earnings page. Money is in micro-units.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, TCPConnector

from piecework.practice.things import Assignment, State, Task
from tests.sites import save_practice, save_prolific
from tests.sites.microworkers import shapes as mw
from tests.sites.server import Sites, sites
from tests.sites.sproutgigs import shapes as sg
from tests.sites.story import Hands, Saved, live_out, states

HERE = Path(__file__).parent
WWW, TTV = "www.microworkers.com", "ttv.microworkers.com"


class Copier:
    """Fetches pages of the served sites as they are to be saved."""

    def __init__(self, served: Sites, session: ClientSession) -> None:
        self.served = served
        self.session = session

    async def page(self, url: str) -> str:
        """The page at `url`, redirects not followed."""
        host, _, path = url.removeprefix("https://").partition("/")
        async with self.session.get(
            f"https://127.0.0.1:{self.served.ports.tls}/{path}",
            headers={"Host": host},
            server_hostname=host,
            allow_redirects=False,
        ) as answer:
            return await answer.text()


async def _looks(copier: Copier, platform: str, url: str, sign_in: str) -> dict[str, Saved]:
    """The list's page in each look but the normal one."""
    made: dict[str, Saved] = {}
    for look, state in (("empty", "empty"), ("challenge", "challenge"), ("changed", "changed_shape")):
        copier.served.mode(platform, look=look)
        made[f"{look}.html"] = (await copier.page(url), {"url": url, "state": state, "rows": []})
    copier.served.mode(platform, look="signed-out")
    made["signed-out.html"] = (await copier.page(sign_in), {"url": sign_in, "state": "signed_out", "rows": []})
    copier.served.mode(platform, look="normal")
    return made


def _history(work: Assignment, status: str, paid: bool) -> dict[str, object]:  # noqa: FBT001 - one column of a table
    micro = work.pay_micro + work.bonus_micro if paid else None
    return {"assignment": mw.number(work), "task": None, "title": work.task.title, "status": status, "micro": micro}


def _task(task: Task, told: dict[str, object]) -> dict[str, object]:
    return {key: told[key] for key in ("id", "system", "title", "pay")} | {"requester": task.requester}


async def microworkers() -> dict[str, Saved]:
    """List of three pages, each job system's work page, history, balance."""
    clock = Hands()
    async with sites(clock, seed=3) as served, _session(served) as session:
        copier, world = Copier(served, session), served.world("microworkers")
        served.mode("microworkers", refresh="on-load", page_size=4, overlap=1)
        tasks = [served.publish("microworkers", currency="USD", places=50 + n, taken=n) for n in range(10)]
        works = live_out(world, clock, tasks[:4])
        made = await _looks(copier, "microworkers", f"{mw.WWW}/jobs.php", f"{mw.WWW}/login.php")
        stage = served.stages["microworkers"]
        for number, name in ((1, "list.html"), (2, "page-2.html")):
            url = f"{mw.WWW}/jobs.php?page={number}"
            rows = [mw.expected(task) for task in stage.page(number)]
            told = {"url": url, "state": "watching", "complete": False, "page": number, "rows": rows}
            made[name] = (await copier.page(url), told)
        for name, task in (("work.html", tasks[6]), ("work-hg.html", tasks[7]), ("info-ttv.html", tasks[8])):
            made[name] = (
                await copier.page(mw.url(task)),
                {"url": mw.url(task), "task": _task(task, mw.expected(task))},
            )
        world.accept(tasks[8].id)
        url = f"{mw.TTV}/dotask/run/{mw.link_id(tasks[8])}"
        made["work-ttv.html"] = (
            await copier.page(url),
            {"url": url, "task": {"id": mw.link_id(tasks[8]), "system": "ttv", "title": tasks[8].title}},
        )
        world.fill(tasks[5].id)
        made["full-ttv.html"] = (await copier.page(mw.url(tasks[5])), {"url": mw.url(tasks[5]), "state": "full"})
        history = [_history(work, status, paid) for work, status, paid in states(works, paid_at_approval=True)]
        made["history.html"] = (
            await copier.page(f"{mw.WWW}/worker.php"),
            {"url": f"{mw.WWW}/worker.php", "history": history},
        )
        url = f"{mw.WWW}/withdraw_new.php"
        totals = world.totals("USD")
        balance = {"micro": totals.available + totals.bonus, "currency": "USD"}
        made["earnings.html"] = (await copier.page(url), {"url": url, "totals": {"balance": balance}})
        return made


async def sproutgigs() -> dict[str, Saved]:
    """List, one job, wallet."""
    clock = Hands()
    async with sites(clock, seed=4) as served, _session(served) as session:
        copier, world = Copier(served, session), served.world("sproutgigs")
        served.mode("sproutgigs", refresh="on-load")
        tasks = [
            served.publish(
                "sproutgigs", currency="USD", pay_micro=41_000 + 9_000 * n, places=250, taken=36 + n, minutes=None
            )
            for n in range(8)
        ]
        live_out(world, clock, tasks[:4])
        url = f"{sg.BASE}/jobs.php"
        made = await _looks(copier, "sproutgigs", url, f"{sg.BASE}/login.php")
        rows = [sg.expected(task) for task in world.offered()]
        made["list.html"] = (
            await copier.page(url),
            {"url": url, "state": "watching", "complete": False, "page": 1, "rows": rows},
        )
        task = tasks[5]
        made["work.html"] = (
            await copier.page(sg.url(task)),
            {"url": sg.url(task), "task": _task(task, sg.expected(task)) | {"requester": None}},
        )
        url = f"{sg.BASE}/wallet.php"
        made["earnings.html"] = (
            await copier.page(url),
            {"url": url, "lines": _wallet(world.attempts(), world.payouts)},
        )
        return made


def _wallet(attempts: list[Assignment], payouts: list[Any]) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = [
        {
            "at_us": work.at(State.APPROVED),
            "text": f"Task satisfied: {work.task.title}",
            "micro": work.pay_micro + work.bonus_micro,
        }
        for work in attempts
        if work.state in {State.APPROVED, State.PAID}
    ]
    lines += [{"at_us": one.at_us, "text": f"Withdrawal to {one.to}", "micro": -one.micro} for one in payouts]
    return sorted(lines, key=lambda line: int(str(line["at_us"])), reverse=True)


def _session(served: Sites) -> ClientSession:
    return ClientSession(connector=TCPConnector(ssl=served.client_context()))


MAKERS = {
    "microworkers": (microworkers, "rebuilt from published selectors"),
    "sproutgigs": (sproutgigs, "rebuilt from published selectors"),
    "prolific": (save_prolific.prolific, "rebuilt from published selectors"),
    "practice": (save_practice.practice, "our own site"),
}


async def saved(platform: str) -> dict[str, str]:
    """Every file of a platform, by its path below `tests/sites`, with its text."""
    maker, evidence = MAKERS[platform]
    made = dict(sorted((await maker()).items()))
    files = {f"{platform}/pages/{name}": text for name, (text, _) in made.items()}
    told = {"platform": platform, "evidence": evidence, "pages": {name: one for name, (_, one) in made.items()}}
    files[f"{platform}/expected.json"] = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    return files


def write() -> None:
    """Write all files."""
    for platform in MAKERS:
        for name, text in asyncio.run(saved(platform)).items():
            path = HERE / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
