"""The scripted tour the demo plays: tasks come and go for half a minute, and somebody decides and pays."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from piecework.practice.control import command
from piecework.practice.stage import Stage
from piecework.practice.things import NEXT, Assignment, State


@dataclass(frozen=True, slots=True)
class Step:
    """One order of the tour, `at_s` seconds after its start."""

    at_s: float
    order: dict[str, object]


STAR = "tour-star"
"""Id of the task meant to be worked: it arrives while the list is watched and stays to the end."""


def tour() -> tuple[Step, ...]:
    """Thirty seconds: two tasks are there, six arrive, one grows, one fills up, two vanish, one is back."""
    return (
        Step(0, {"do": "publish", "id": "tour-1", "places": 20}),
        Step(0, {"do": "publish", "id": "tour-2", "places": 5}),
        Step(4, {"do": "publish", "id": STAR, **STAR_FIELDS}),
        Step(7, {"do": "publish", "id": "tour-3", "places": 1}),
        Step(10, {"do": "take", "task": "tour-2", "places": 4}),
        Step(12, {"do": "publish", "id": "tour-4", "places": 250}),
        Step(14, {"do": "fill", "task": "tour-3"}),
        Step(16, {"do": "vanish", "task": "tour-1"}),
        Step(18, {"do": "publish", "id": "tour-5", "places": 64}),
        Step(21, {"do": "change", "task": "tour-4", "places": 640}),
        Step(23, {"do": "publish", "id": "tour-6", "places": 5}),
        Step(26, {"do": "vanish", "task": "tour-2"}),
        Step(30, {"do": "reopen", "task": "tour-3", "places": 3}),
    )


STAR_FIELDS: dict[str, object] = {
    "title": "Sort 12 photos of clouds ☁️",
    "requester": "Cloud Atlas Rehearsal",
    "pay_micro": 800_000,
    "currency": "USD",
    "minutes": 3,
    "hourly_micro": 14_850_000,
    "places": 640,
}


async def play(stage: Stage, steps: Sequence[Step], *, pace: float = 1.0) -> None:
    """Carry out the steps in their order; `pace` 2 is twice as fast, 0.5 half as fast."""
    before = 0.0
    for step in steps:
        await asyncio.sleep((step.at_s - before) / pace)
        before = step.at_s
        command(stage, step.order)


async def referee(stage: Stage, *, approve_s: float = 2.0, pay_s: float = 2.0) -> None:
    """Approve whatever is submitted and pay whatever is approved, each after its wait, until cancelled."""
    version = -1
    while True:
        version = await stage.changed(version)
        for state, wait_s, then in (
            (State.SUBMITTED, approve_s, State.APPROVED),
            (State.APPROVED, pay_s, State.PAID),
        ):
            for work in [work for work in stage.world.attempts() if work.state is state]:
                await asyncio.sleep(wait_s)
                _decide(stage, work, then)


def _decide(stage: Stage, work: Assignment, then: State) -> None:
    if then not in NEXT[work.state]:
        return
    if then is State.PAID:
        stage.world.pay(work.id)
    else:
        stage.world.move(work.id, then)
