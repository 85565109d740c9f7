"""From a task in the page to its row on the open Board, the listing hidden behind it; in both browsers.

published_at is when the site put the task on its live list, drawn_at when the Board's own page holds the row; both by
clocks of the same machine. The Board is the tab in front, so the listing is read while it is hidden.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from bench.latency import board_is_watched, publish_one_by_one
from bench.result import Check, Result, percentile
from bench.rig import kinds, rig
from piecework.practice.control import command

if TYPE_CHECKING:
    import argparse

TASKS = 100
TARGET_MS = 500.0
WATCH = """(() => {
  globalThis.benchDrawn = {};
  const note = () => {
    for (const row of document.querySelectorAll("tr[id^='task-']")) benchDrawn[row.id] ??= Date.now();
  };
  new MutationObserver(note).observe(document.documentElement, { childList: true, subtree: true });
  note();
  return true;
})()"""


async def drawn(kind: str, count: int) -> tuple[list[float], int]:
    """Milliseconds publication → row on the Board, and how many never came."""
    async with rig(kind) as box:
        command(box.site.stage, {"do": "publish", "id": "first", "places": 20})
        await box.browser.new_tab(f"{box.site.url}/tasks")
        await board_is_watched(box, "first")
        board = await box.browser.new_tab(box.agent.url)
        await board.wait_for(
            "document.querySelector(\"tr[id*='first']\") !== null", what="the Board shows its first task"
        )
        await board.eval(WATCH)
        at = await publish_one_by_one(box, "b", count, 0.4)
        last = f"b{count - 1}"
        await board.wait_for(f"Object.keys(benchDrawn).some((id) => id.endsWith({json.dumps(last)}))", 20.0)
        seen = {row.rpartition(":")[2]: ms for row, ms in (await board.eval("benchDrawn")).items()}
    return [seen[name] - us / 1000 for name, us in at.items() if name in seen], sum(name not in seen for name in at)


async def measure(told: argparse.Namespace) -> Result:
    """All figures of this bench."""
    result = Result("board")
    count = 20 if told.quick else TASKS
    for kind in kinds(told):
        waits, lost = await drawn(kind, count)
        result.checks += [
            Check(
                f"publication to the open Board, listing hidden, {kind}, p95 of {count}",
                percentile(waits, 0.95),
                "ms",
                TARGET_MS,
            ),
            Check(
                f"publication to the open Board, listing hidden, {kind}, p50 of {count}", percentile(waits, 0.5), "ms"
            ),
            Check(f"never on the Board, {kind}", lost, "tasks", 0),
        ]
    return result


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench board` calls it."""
    return asyncio.run(measure(told))
