"""What the demo has the practice site play by itself: tasks come and go, and somebody decides and pays."""

import asyncio

from piecework.practice.stage import Stage
from piecework.practice.things import NEXT, Assignment, State

STAR = "tour-star"
"""Id of the task meant to be worked: it arrives while the list is watched and stays to the end."""

STAR_FIELDS: dict[str, object] = {
    "title": "Sort 12 photos of clouds ☁️",
    "requester": "Cloud Atlas Rehearsal",
    "pay_micro": 800_000,
    "currency": "USD",
    "minutes": 3,
    "hourly_micro": 14_850_000,
    "places": 640,
}


async def come_and_go(stage: Stage, *, every_s: float = 6.0, most: int = 8) -> None:
    """One task more each `every_s` seconds; from `most` on, the oldest one without an attempt leaves. Never ends."""
    while True:
        await asyncio.sleep(every_s)
        stage.world.publish()
        taken = {work.task.id for work in stage.world.attempts()}
        idle = [task.id for task in stage.world.offered(full=True) if task.id not in taken]
        if len(idle) > most:
            stage.world.vanish(idle[-1])


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
