"""Five hundred new tasks in a page at once: is any sighting lost, how many notifications, is the page ever blocked?

The list of the practice site is replaced by rows that were not there before, in one step. Chromium names every task
of the page's main thread that takes longer than 50 ms, whoever's it is. Laying out five hundred rows would be such a
task of the page's own: rows out of sight are not laid out here. Firefox names none: there the scripts themselves say
how long their longest slice was, as in bench read.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from bench.latency import board_is_watched, told_alerts
from bench.read import prepare, sliced
from bench.result import Check, Result
from bench.rig import Rig, kinds, rig
from piecework.demo.browser import until
from piecework.drive import launch
from piecework.practice.control import command
from piecework.practice.site import PracticeSite

if TYPE_CHECKING:
    import argparse

    from piecework.drive import Tab

ROWS = 500
ROUNDS = 5
LONG_MS = 50.0
WATCH = """(() => {
  const list = document.querySelector("[data-testid=task-list]");
  const card = list.querySelector("li");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("li { content-visibility: auto; contain-intrinsic-size: auto 120px }");
  document.adoptedStyleSheets = [sheet];
  const long = [];
  if (PerformanceObserver.supportedEntryTypes.includes("longtask")) {
    const note = (seen) => long.push(...seen.getEntries().map((one) => one.duration));
    new PerformanceObserver(note).observe({ type: "longtask" });
  }
  globalThis.benchFlood = (round, count) => {
    const rows = document.createDocumentFragment();
    for (let at = 0; at < count; at += 1) {
      const one = card.cloneNode(true);
      one.dataset.taskId = `b${round}-${at}`;
      const link = one.querySelector("[data-testid=title]").firstElementChild;
      link.textContent = `Task ${round}-${at}: sort photos of clouds`;
      link.href = `/tasks/b${round}-${at}`;
      rows.append(one);
    }
    long.length = 0;
    list.replaceChildren(rows);
    return list.childElementCount;
  };
  globalThis.benchLong = () => [...long];
  return true;
})()"""


async def flood(box: Rig, tab: Tab, number: int) -> tuple[list[float], float]:
    """One round; returns the page's long tasks in milliseconds, and seconds until the last of the tasks was told."""
    begun = time.monotonic()
    await tab.eval(f"benchFlood({number}, {ROWS})")
    await until(
        lambda: len(told_alerts(box, f"b{number}-")) >= ROWS, f"every task of round {number} is told", timeout_s=60
    )
    return await tab.eval("benchLong()"), time.monotonic() - begun


async def whole_way(kind: str, rounds: int) -> list[Check]:
    """From the page to the notification."""
    async with rig(kind) as box:
        box.site.stage.show(refresh="on-load")
        command(box.site.stage, {"do": "publish", "id": "first", "places": 20})
        tab = await box.browser.new_tab(f"{box.site.url}/tasks")
        await board_is_watched(box, "first")
        await tab.eval(WATCH)
        found = [await flood(box, tab, number) for number in range(rounds)]
        shown = await box.browser.background_eval("browser.notifications.getAll()")
        with box.agent.services.store.read() as conn:
            kept = conn.execute("SELECT count(*) FROM task WHERE id GLOB 'b[0-9]*-*'").fetchone()[0]
    where = f"{ROWS} new rows at once, {kind}"
    checks = [
        Check(f"sightings lost, {where}, {rounds} times", rounds * ROWS - kept, "tasks", 0),
        Check(f"until the last of them is told, {where}, longest", max(took_s for _, took_s in found), "s"),
    ]
    if kind == "chromium":
        over = [ms for long, _ in found for ms in long]
        checks.append(Check(f"notifications on the screen, {where}", len(shown), "notifications", 1))
        checks.append(Check(f"tasks of the page over {LONG_MS:g} ms, {where}", len(over), "tasks", 0))
        checks.append(Check("the longest of them", max(over, default=0.0), "ms"))
    return checks


async def longest_slice(kind: str, rounds: int) -> Check:
    """What the content scripts do between two turns of the page, where every row is new to them."""
    longest = []
    async with PracticeSite() as site, launch(kind) as browser:
        site.stage.show(refresh="on-load")
        command(site.stage, {"do": "publish", "id": "one", "places": 20})
        for _ in range(rounds):
            tab = await browser.new_tab(f"{site.url}/tasks")
            await prepare(tab)
            longest += await sliced(tab, ROWS, 1)
    return Check(f"longest slice, {ROWS} new rows, {kind}", max(longest), "ms", LONG_MS)


async def measure(told: argparse.Namespace) -> Result:
    """All figures of this bench."""
    result = Result("burst")
    for kind in kinds(told):
        rounds = 2 if told.quick else ROUNDS
        result.checks += [*await whole_way(kind, rounds), await longest_slice(kind, rounds)]
    return result


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench burst` calls it."""
    return asyncio.run(measure(told))
