"""A simulated extension in a process of its own: many lists, looked at every few seconds, over the real link.

Reads one line of JSON (port, cid, key, origin, lists, rows, every_s, seconds) and writes one: what was seen, what was
told and how late, and the real intervals, each taken where an extension would take it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from piecework.link.client import LinkClient
from piecework.protocol.bodies import Delivery, Look, PayText, Row
from piecework.protocol.messages import Alert

ARRIVALS_S = 10.0
"""Mean time between two new tasks of a list."""
LIFE_S = 20.0
SEED = 20261122


@dataclass
class Page:
    """One list as its site shows it: tasks that stay, and tasks that come and go."""

    name: str
    rows: int
    chance: random.Random
    there: dict[str, float] = field(default_factory=dict)
    comes: list[tuple[float, str, float]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    looks: int = 0

    def plan(self, seconds: float, arrivals_s: float = ARRIVALS_S) -> None:
        """Draws all arrivals: when, which, and when it goes."""
        self.there = {f"{self.name}-old{number}": seconds * 10 for number in range(self.rows)}
        at_s = 0.0
        while (at_s := at_s + self.chance.expovariate(1 / arrivals_s)) < seconds:
            life_s = self.chance.expovariate(1 / LIFE_S)
            self.comes.append((at_s, f"{self.name}-new{len(self.comes)}", at_s + life_s))
        self.comes.reverse()

    def look(self, now_s: float) -> tuple[Look, list[str]]:
        """What a reading of the page says now: new rows in full, the others by their keys; and the new tasks."""
        while self.comes and self.comes[-1][0] <= now_s:
            _, task, goes_s = self.comes.pop()
            self.there[task] = goes_s
        self.there = {task: goes_s for task, goes_s in self.there.items() if goes_s > now_s}
        fresh = [task for task in self.there if task not in self.known]
        same = [f":{task}" for task in self.there if task in self.known]
        self.known = set(self.there)
        self.looks += 1
        rows = [
            Row(id=task, title=f"Task {task}", requester="Bench", pay=PayText(raw="$0.40", currency="USD"))
            for task in fresh
        ]
        look = Look(list=self.name, look=f"{self.name}/{self.looks}", rows=rows, same=same, baseline=self.looks == 1)
        return look, fresh


class Watcher:
    """Looks at all lists, tells the agent, and notes when it is told of what."""

    def __init__(self, client: LinkClient, told: dict[str, Any]) -> None:
        self.client = client
        self.told = told
        chance = random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
        self.pages = [
            Page(f"list{number}", told["rows"], random.Random(chance.random()))  # noqa: S311 - the same
            for number in range(told["lists"])
        ]
        self.begun = 0.0
        self.appeared: dict[str, float] = {}
        self.seen: dict[str, float] = {}
        self.alerted: dict[str, float] = {}
        self.pending: dict[int, str] = {}
        self.looked: dict[str, list[float]] = {}
        self.looks = 0

    def now_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.begun

    async def run(self) -> dict[str, Any]:
        """The whole run; returns what came of it."""
        for page in self.pages:
            page.plan(self.told["seconds"])
            self.appeared.update((task, at_s) for at_s, task, _ in page.comes)
        self.begun = time.monotonic()
        helpers = [asyncio.create_task(self.confirm()), asyncio.create_task(self.collect())]
        await asyncio.gather(*(self.watch(page, number) for number, page in enumerate(self.pages)))
        await self.client.until_acked(wait_s=60)
        await asyncio.sleep(2)
        for helper in helpers:
            helper.cancel()
        gaps = [later - earlier for times in self.looked.values() for earlier, later in pairwise(times)]
        late = [self.alerted[task] - self.appeared[task] for task in self.alerted if task in self.appeared]
        untold = [task for task in self.seen if task not in self.alerted]
        return {"late": late, "gaps": gaps, "seen": len(self.seen), "untold": len(untold), "looks": self.looks}

    async def watch(self, page: Page, number: int) -> None:
        """One list, at its own phase, on a grid that does not drift."""
        every_s = self.told["every_s"]
        due_s = every_s * number / len(self.pages)
        while due_s < self.told["seconds"]:
            await asyncio.sleep(max(0.0, due_s - self.now_s()))
            look, fresh = page.look(self.now_s())
            if not look.baseline:
                self.seen.update(dict.fromkeys(fresh, self.now_s()))
            seq = await self.client.send_event("look", look, platform="practice", account="-")
            self.pending[seq] = page.name
            self.looks += 1
            due_s += every_s

    async def collect(self) -> None:
        """Notes when each look was kept."""
        while True:
            await self.client.until(lambda: any(seq <= self.client.acked for seq in self.pending), wait_s=60)
            for seq in [seq for seq in self.pending if seq <= self.client.acked]:
                self.looked.setdefault(self.pending.pop(seq), []).append(self.now_s())

    async def confirm(self) -> None:
        """Shows what it is told to show."""
        while True:
            alert = await self.client.next(Alert, wait_s=3600)
            self.alerted.setdefault(alert.task, self.now_s())
            await self.client.send_event("shown", Delivery(alert=alert.alert), platform="practice")


async def main() -> None:
    """Reads what to do, does it, says what came of it."""
    told = json.loads(sys.stdin.readline())
    async with await LinkClient.connect(told["port"], told["cid"], told["key"], origin=told["origin"]) as client:
        print(json.dumps(await Watcher(client, told).run()))


if __name__ == "__main__":
    asyncio.run(main())
