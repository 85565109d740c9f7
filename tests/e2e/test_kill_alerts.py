"""Browser's background and agent are killed while the agent delivers alerts: of each task the person is told once."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from bench.kill import AGENT, BACKGROUND, Rig
from bench.mortal import Watched, watched
from piecework.demo.browser import until
from piecework.drive import Kind
from tests.e2e.conftest import found_or_skip
from tests.e2e.evil.spied import Told, spied_copy

pytestmark = [pytest.mark.kill, pytest.mark.xdist_group("kill")]

TASKS = 30
KILLS: dict[Kind, int] = {"chromium": 12, "firefox": 5}
SEED = 9675
AT_ONCE = 3
"""More new tasks than this are told as one."""


class Delivery:
    """Publishes tasks one after another on a list that is watched, and kills around some of them."""

    def __init__(self, box: Watched, kills: int) -> None:
        self.box = box
        self.rig = Rig(box)
        self.published: list[str] = []
        self.pending = 0
        self.chance = random.Random(SEED)  # noqa: S311 - a fixed seed, to be repeatable
        self.at = set(self.chance.sample(range(TASKS), kills))

    async def play(self) -> None:
        """All tasks, all kills; ends when the person was told of every task."""
        for number in range(TASKS):
            if number in self.at:
                await self.killing(number)
            else:
                self.publish(number)
            # Every other time what is killed next has come back, and hears of it.
            self.pending += 1
            if self.chance.random() < 1 / 2 or self.pending == AT_ONCE:
                await self.all_marked()
        await self.rig.back()
        await self.all_marked()
        await self.box.handed_over()

    async def killing(self, number: int) -> None:
        """A kill while the task is on its way: at once, or as soon as the agent has committed its alert."""
        victim = self.chance.choice([AGENT, BACKGROUND])
        if self.chance.random() < 1 / 2:
            _, _ = await asyncio.gather(self.rig.strike(victim), self.soon(number))
            return
        await self.rig.back()
        self.publish(number)
        await until(lambda: self.alerts(self.published[-1]), f"the alert of task {number} is committed", timeout_s=60)
        await self.rig.strike(victim)

    async def soon(self, number: int) -> None:
        """Publishes while something else is under way."""
        self.publish(number)

    def publish(self, number: int) -> None:
        """One task arrives on the list."""
        self.published.append(self.box.site.stage.world.publish(id=f"kill-{number}", places=20).id)

    def alerts(self, task: str) -> list[tuple[str, ...]]:
        """The agent's alerts of a task."""
        return self.box.agent.rows("SELECT id FROM alert WHERE task = ? AND reason = 'new'", task)

    async def all_marked(self) -> None:
        """Waits until the extension has told of everything published so far."""

        async def done() -> bool:
            told = await Told.by(self.box.browser)
            return all(told.marked[f":{task}"] for task in self.published)

        self.pending = 0
        await until(done, f"the person is told of {len(self.published)} tasks", timeout_s=45)


async def test_each_task_is_told_once_whoever_dies(browser_kind: Kind, tmp_path: Path) -> None:
    """Neither twice nor never: the agent holds one alert of each, delivered, and the extension showed it once.

    It writes down that it shows, then shows: ended just in between, by the few kills that aim at it, it has told
    nobody of what it was about to show. Twice is never.
    """
    found = found_or_skip(browser_kind)
    async with watched(found, spied_copy(tmp_path / "copy")) as box:
        delivery = Delivery(box, KILLS[browser_kind])
        await delivery.play()
        told = await Told.by(box.browser)
        new = box.agent.rows("SELECT task FROM alert WHERE reason = 'new'")
        states = box.agent.rows("SELECT DISTINCT state FROM delivery")

    keys = [f":{task}" for task in delivery.published]
    assert TASKS == len(keys)
    assert Counter(delivery.published) == Counter(row[0] for row in new)
    assert {("shown",), ("told",)} >= set(states)
    assert set(keys) == set(told.marked)
    assert {1} == set(told.times.values())
    assert len(keys) - len(told.times) <= AT_ONCE * delivery.rig.kills["background"]
