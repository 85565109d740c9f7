"""From a task in the page to its notification, tab in front and hidden, nothing attached; and from publication.

dom_at is when the content script saw the page change, shown_at right before the notification is created; both by
the browser's clock. Publication is the moment the site put the task on its list, by the site's clock, which is the
same machine's. A page that refreshes only on load shows nothing new until the person loads it: from the load.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING, Any

from bench.result import Check, Result, percentile
from bench.rig import Rig, kinds, rig
from piecework.demo.browser import until
from piecework.practice.control import command
from piecework.views import reports

if TYPE_CHECKING:
    import argparse

TASKS = 200
EVERY_S = 30.0
SEED = 20261122
TARGETS = {"front": 250.0, "hidden": 500.0}


def told_alerts(box: Rig, prefix: str) -> dict[str, dict[str, Any]]:
    """Alerts of tasks whose id begins so and that were shown, by task."""
    with box.agent.services.store.read() as conn:
        rows = reports.alerts(conn, limit=10_000)
    return {
        row["task"]: row
        for row in rows
        if row["reason"] == "new" and row["task"].startswith(prefix) and row["shown_at_us"]
    }


async def board_is_watched(box: Rig, first: str) -> None:
    """Waits until the first look has reached the agent."""

    def seen() -> bool:
        with box.agent.services.store.read() as conn:
            return any(row["id"] == first for row in reports.tasks(conn))

    await until(seen, "the list is watched", timeout_s=30)


async def publish_one_by_one(box: Rig, prefix: str, count: int, mean_s: float) -> dict[str, int]:
    """Publishes tasks at random moments; returns when each one was, µs."""
    chance = random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
    at: dict[str, int] = {}
    for number in range(count):
        await asyncio.sleep(mean_s * (0.5 + chance.random()))
        name = f"{prefix}{number}"
        at[name] = time.time_ns() // 1000
        command(box.site.stage, {"do": "publish", "id": name, "places": 20})
        if number >= 20:
            command(box.site.stage, {"do": "vanish", "task": f"{prefix}{number - 20}"})
    return at


async def passive(kind: str, *, hidden: bool, count: int) -> tuple[list[float], list[float], int]:
    """Milliseconds dom → shown and publication → shown on a live page, and how many were never told."""
    async with rig(kind) as box:
        command(box.site.stage, {"do": "publish", "id": "first", "places": 20})
        await box.browser.new_tab(f"{box.site.url}/tasks")
        await board_is_watched(box, "first")
        if hidden:
            await box.browser.new_tab("about:blank")
            await asyncio.sleep(1)
        at = await publish_one_by_one(box, "t", count, 0.2)
        await until(lambda: len(told_alerts(box, "t")) >= count, "every task is told", timeout_s=30)
        told = told_alerts(box, "t")
    dom = [(row["shown_at_us"] - row["dom_at_us"]) / 1000 for row in told.values()]
    published = [(row["shown_at_us"] - at[name]) / 1000 for name, row in told.items()]
    return dom, published, count - len(told)


async def every_thirty(kind: str, count: int) -> list[float]:
    """Seconds publication → shown on a page that fetches its list every 30 s."""
    async with rig(kind) as box:
        box.site.stage.show(refresh="every", every_s=EVERY_S)
        command(box.site.stage, {"do": "publish", "id": "first", "places": 20})
        await box.browser.new_tab(f"{box.site.url}/tasks")
        await board_is_watched(box, "first")
        at = await publish_one_by_one(box, "e", count, 6.5)
        await until(lambda: len(told_alerts(box, "e")) >= count, "every task is told", timeout_s=2 * EVERY_S)
        return [(row["shown_at_us"] - at[name]) / 1e6 for name, row in told_alerts(box, "e").items()]


async def on_load(kind: str, count: int) -> list[float]:
    """Milliseconds from the person's load to shown, on a page that never refreshes by itself."""
    async with rig(kind) as box:
        box.site.stage.show(refresh="on-load")
        command(box.site.stage, {"do": "publish", "id": "first", "places": 20})
        tab = await box.browser.new_tab(f"{box.site.url}/tasks")
        await board_is_watched(box, "first")
        took = []
        for number in range(count):
            name = f"l{number}"
            command(box.site.stage, {"do": "publish", "id": name, "places": 20})
            begun = time.time_ns() // 1000
            await tab.goto(f"{box.site.url}/tasks?load={number}")
            await until(lambda name=name: name in told_alerts(box, name), f"{name} is told", timeout_s=20)
            took.append((told_alerts(box, name)[name]["shown_at_us"] - begun) / 1000)
        return took


async def measure(told: argparse.Namespace) -> Result:
    """All figures of this bench."""
    result = Result("latency")
    count, slow = (20, 2) if told.quick else (TASKS, 8)
    for kind in kinds(told):
        for name, target in TARGETS.items():
            dom, published, lost = await passive(kind, hidden=name == "hidden", count=count)
            where = f"{kind}, tab {'in front' if name == 'front' else 'hidden'}"
            result.checks += [
                Check(f"dom to shown, {where}, p95 of {count}", percentile(dom, 0.95), "ms", target),
                Check(f"dom to shown, {where}, p50 of {count}", percentile(dom, 0.5), "ms"),
                Check(f"publication to shown, live page, {where}, p95", percentile(published, 0.95), "ms"),
                Check(f"never told, {where}", lost, "tasks", 0),
            ]
        waits = await every_thirty(kind, slow)
        loads = await on_load(kind, 5 if told.quick else 20)
        result.checks += [
            Check(f"publication to shown, page of every 30 s, {kind}, p50 of {slow}", percentile(waits, 0.5), "s"),
            Check(f"publication to shown, page of every 30 s, {kind}, p95 of {slow}", percentile(waits, 0.95), "s"),
            Check(f"load to shown, page that refreshes on load only, {kind}, p50", percentile(loads, 0.5), "ms"),
        ]
    result.notes.append("On a page that refreshes only on load nothing is told before the person loads it.")
    return result


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench latency` calls it."""
    return asyncio.run(measure(told))
