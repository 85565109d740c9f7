"""A laptop that sleeps, a clock that is set: over the link, into the books, and no time counted that was not worked."""

from itertools import pairwise
from typing import Any

import pytest

from piecework.control import run
from piecework.link.client import LinkClient
from piecework.now import HOUR_US, SECOND_US, FixedClock
from piecework.protocol.bodies import Beat, PayText, Work
from tests.integration.conftest import Start
from tests.integration.rig import PLATFORM, connect, issue, rows, until

NOON_US = 1_795_258_800_000_000
SLEEP_S = 7_200
PULSE_S = 30


class Worker:
    """A browser that counts the time of one task; its two clocks go on together unless they are told otherwise."""

    def __init__(self, client: LinkClient, clock: FixedClock) -> None:
        self.client = client
        self.clock = clock
        self.mono_ms = 1_000
        self.wall_us = clock.now_us()

    async def step(self, kind: str) -> None:
        """A step of the attempt."""
        body = Work(task="t1", session="s1", title="A task", pay=PayText(raw="$1.20"))
        await self.tell(kind, body)

    async def beats(self, seconds: int, state: str = "active") -> None:
        """Active work, a beat each 20 s."""
        for _ in range(0, seconds, 20):
            await self.beat(state)
            self.go_on(20)

    async def beat(self, state: str = "active") -> None:
        """One pulse."""
        await self.tell("beat", Beat(session="s1", task="t1", state=state, mono_ms=self.mono_ms))  # type: ignore[arg-type]

    async def tell(self, kind: str, body: Work | Beat) -> None:
        """One fact, dated by the browser's clock."""
        await self.client.send_event(kind, body, platform=PLATFORM, account="-", at_us=self.wall_us)
        await self.client.until_acked()

    def go_on(self, seconds: int) -> None:
        """Both clocks, and the agent's."""
        self.mono_ms += seconds * 1_000
        self.wall_us += seconds * SECOND_US
        self.clock.forward(seconds)

    def sleep(self, seconds: int, *, mono_stands: bool) -> None:
        """The lid is closed: the wall clock goes on, the monotonic one does so on some systems only."""
        self.go_on(seconds)
        if mono_stands:
            self.mono_ms -= seconds * 1_000

    def set_clock(self, seconds: int) -> None:
        """Somebody sets the computer's clock."""
        self.wall_us += seconds * SECOND_US
        self.clock.set_wall(self.clock.now_us() + seconds * SECOND_US)


async def intervals(client: LinkClient, agent: Any, clock: FixedClock) -> list[tuple[int, int]]:  # noqa: ANN401 - an Agent
    """Stretches of work, once nothing of it is open any more: [start, end) in seconds after noon."""
    clock.forward(120)
    await until(lambda: not rows(agent, "SELECT 1 FROM beat WHERE closed = 0"), "every stretch is closed")
    found = rows(agent, "SELECT start_us, end_us FROM interval ORDER BY start_us")
    assert [] == (await run(agent.services, "verify", {}))["differences"]
    return [((row["start_us"] - NOON_US) // SECOND_US, (row["end_us"] - NOON_US) // SECOND_US) for row in found]


@pytest.mark.parametrize("mono_stands", [True, False])
@pytest.mark.parametrize("beat_first", [True, False])
async def test_no_interval_covers_a_sleep_of_two_hours(start: Start, *, mono_stands: bool, beat_first: bool) -> None:
    """Whether the monotonic clock stood still or not, and whether the first word after it is a beat or a submission."""
    clock = FixedClock(NOON_US)
    agent = await start(clock=clock, tick_s=0.01)
    async with await connect(agent, await issue(agent)) as client:
        worker = Worker(client, clock)
        await worker.step("accepted")
        await worker.beats(60)
        worker.sleep(SLEEP_S, mono_stands=mono_stands)
        if beat_first:
            await worker.beats(40)
        await worker.step("submitted")
        await worker.beat("end")
        spans = await intervals(client, agent, clock)

    slept = (60 + PULSE_S, 60 + SLEEP_S)
    assert spans
    assert not [span for span in spans if span[0] < slept[1] and span[1] > slept[0]]
    worked = sum(end - begin for begin, end in spans)
    assert 60 <= worked <= 60 + PULSE_S + (40 if beat_first else 0)
    assert [worked * SECOND_US] == [
        row["us"] for row in rows(agent, "SELECT sum(active_us) AS us FROM sum_time_day WHERE platform = ?", PLATFORM)
    ]


@pytest.mark.parametrize("seconds", [-3_600, 3_600])
async def test_no_interval_is_made_by_a_clock_that_is_set(start: Start, seconds: int) -> None:
    """An hour back or forth in the middle of the work: nothing negative, nothing twice, no hour that was not."""
    clock = FixedClock(NOON_US)
    agent = await start(clock=clock, tick_s=0.01)
    async with await connect(agent, await issue(agent)) as client:
        worker = Worker(client, clock)
        await worker.step("accepted")
        await worker.beats(100)
        worker.set_clock(seconds)
        await worker.beats(100)
        await worker.step("submitted")
        await worker.beat("end")
        spans = await intervals(client, agent, clock)

    assert all(begin < end for begin, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(sorted(spans)))
    assert 160 <= sum(end - begin for begin, end in spans) <= 200 + PULSE_S
    assert not [span for span in spans if span[1] - span[0] > HOUR_US // SECOND_US // 2]
    assert ["submitted"] == [row["state"] for row in rows(agent, "SELECT state FROM assignment")]
    assert ("clock" in agent.services.notices) is (seconds < 0)
