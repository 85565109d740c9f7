"""Five lists in tabs of a real browser, changed by their site every three seconds: how late, how evenly, what is lost.

The pages belong to the bench: they say when they drew a task, and change something at every turn, so that every turn
is a look. The extension is a copy whose practice platform has five lists; agent and link are the real ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import shutil
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bench.latency import told_alerts
from bench.result import Check, percentile
from bench.rig import Rig, rig
from bench.watcher import SEED, Page
from piecework.demo.browser import until
from piecework.resources import extension_root

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LISTS = 5
ROWS = 100
EVERY_S = 3.0
ARRIVALS_S = 1.5
"""Mean time between two new tasks of a list: enough of them for a median that does not hang on chance."""
SAMPLE_S = 0.1
HTML = """<!doctype html><meta charset="utf-8"><title>A list</title><p data-testid="account">bench</p>
<ul data-testid="task-list"></ul><script>
const list = document.querySelector("[data-testid=task-list]");
globalThis.drawn = {};
const made = (id) => {
  const one = document.createElement("li");
  one.dataset.testid = "task";
  one.dataset.taskId = id;
  one.innerHTML = `<h2 data-testid="title"><a href="/tasks/${id}">Task ${id}</a></h2>
    <span data-testid="requester">Bench</span> <b data-testid="pay">$0.40</b> <i data-testid="places">9 places</i>`;
  return one;
};
new EventSource(`${location.pathname}/stream`).onmessage = ({ data }) => {
  const { tasks, turn } = JSON.parse(data);
  const there = new Map([...list.children].map((one) => [one.dataset.taskId, one]));
  for (const [id, one] of there) if (!tasks.includes(id)) one.remove();
  for (const id of tasks) {
    if (there.has(id)) continue;
    list.append(made(id));
    drawn[id] = Date.now();
  }
  list.querySelector("[data-testid=places]").textContent = `${9 + (turn % 2)} places`;
};
</script>"""


class Site:
    """The pages of all lists. Tasks come and go from `begin` on, as in the part without a browser."""

    def __init__(self, seconds: float) -> None:
        chance = random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
        self.pages = [Page(f"list{number}", ROWS, random.Random(chance.random())) for number in range(LISTS)]  # noqa: S311 - the same
        for page in self.pages:
            page.plan(seconds, ARRIVALS_S)
        self.appeared = {task: at_s for page in self.pages for at_s, task, _ in page.comes}
        self.begun_s: float | None = None
        self.port = 0

    def now_s(self) -> float:
        """Seconds since the tasks began to come; nothing comes before."""
        return 0.0 if self.begun_s is None else time.time() - self.begun_s

    def late_s(self, task: str, shown_us: int) -> float:
        """From a task's appearing on the site to a moment."""
        return shown_us / 1e6 - (self.begun_s or 0.0) - self.appeared[task]

    async def html(self, _request: web.Request) -> web.Response:
        """One list."""
        return web.Response(text=HTML, content_type="text/html")

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """A list's turns, at its own phase."""
        number = int(request.match_info["number"])
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await answer.prepare(request)
        due_s, turn = time.time(), 0
        with contextlib.suppress(ConnectionError):
            while True:
                self.pages[number].look(self.now_s())
                told = {"tasks": list(self.pages[number].there), "turn": turn}
                await answer.write(f"data: {json.dumps(told)}\n\n".encode())
                due_s, turn = due_s + EVERY_S * (1 if turn else 1 + number / LISTS), turn + 1
                await asyncio.sleep(max(0.0, due_s - time.time()))
        return answer

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """On a free port of loopback."""
        application = web.Application()
        application.add_routes(
            [web.get("/lists/{number}", self.html), web.get("/lists/{number}/stream", self.stream)],
        )
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()


def copy_with_lists(folder: Path) -> Path:
    """Writes a copy of the extension whose practice platform has a list for each page; returns its root."""
    root = extension_root()
    for name in ("extension", "shared"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "manifest.json", folder)
    path = folder / "shared" / "platforms" / "practice.json"
    definition = json.loads(path.read_text(encoding="utf-8"))
    listing = definition["listings"][0]
    definition["listings"] = [
        listing | {"id": f"list{number}", "urls": [f"http://practice.localhost/lists/{number}"]}
        for number in range(LISTS)
    ]
    path.write_text(json.dumps(definition), encoding="utf-8")
    return folder


async def note_looks(box: Rig, looks: dict[str, list[int]]) -> None:
    """Writes down, for each list, the moment of every look the agent keeps."""
    while True:
        with box.agent.services.store.read() as conn:
            rows = conn.execute("SELECT list, last_look_us FROM list_state WHERE last_look_us IS NOT NULL").fetchall()
        for name, at_us in rows:
            if looks.setdefault(name, [at_us])[-1] != at_us:
                looks[name].append(at_us)
        await asyncio.sleep(SAMPLE_S)


async def play(box: Rig, site: Site, seconds: float) -> tuple[dict[str, float], dict[str, list[int]]]:
    """Opens all lists, lets tasks come; returns when which was drawn (ms, the page's clock), and every list's looks."""
    home = f"http://practice.localhost:{site.port}/lists"
    tabs = [await box.browser.new_tab(f"{home}/{number}") for number in range(LISTS)]
    looks: dict[str, list[int]] = {}
    noting = asyncio.create_task(note_looks(box, looks))
    await until(lambda: len(looks) == LISTS, "every list is watched", timeout_s=60)
    looks.clear()
    site.begun_s = time.time()
    await asyncio.sleep(seconds + EVERY_S)
    noting.cancel()
    drawn: dict[str, float] = {}
    for tab in tabs:
        drawn |= {task: ms for task, ms in (await tab.eval("drawn")).items() if task in site.appeared}
    with contextlib.suppress(Exception):
        await until(lambda: drawn.keys() <= told_alerts(box, "list").keys(), "every task is told", timeout_s=15)
    return drawn, looks


async def measure(kind: str, seconds: float) -> list[Check]:
    """The figures of one browser."""
    site = Site(seconds)
    with tempfile.TemporaryDirectory(prefix="piecework-lists-") as folder:
        async with site.serving(), rig(kind, extension=copy_with_lists(Path(folder))) as box:
            drawn, looks = await play(box, site, seconds)
            told: dict[str, dict[str, Any]] = told_alerts(box, "list")
    late = [site.late_s(task, row["shown_at_us"]) for task, row in told.items()]
    dom = [row["shown_at_us"] / 1000 - drawn[task] for task, row in told.items() if task in drawn]
    gaps = [(later - earlier) / 1e6 for times in looks.values() for earlier, later in pairwise(times)]
    where = f"{LISTS} lists in {kind}"
    return [
        Check(f"appearing to shown, {where}, median", percentile(late, 0.5), "s", 1.7),
        Check(f"dom to shown, {where}, p50", percentile(dom, 0.5), "ms"),
        Check(f"dom to shown, {where}, p95", percentile(dom, 0.95), "ms"),
        Check(f"real interval of a list, {where}, p90", percentile(gaps, 0.9), "s", 3.2),
        Check(f"drawn and not told, {where}, of {len(drawn)}", len(drawn.keys() - told.keys()), "tasks", 0),
    ]
