"""Fixtures of the integration tests."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from piecework.app import Agent, Tuning
from piecework.link.client import LinkClient
from tests.integration import rig

Start = Callable[..., Awaitable[Agent]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts agents on the test's own folder, on free ports; whatever still runs is stopped at the end."""
    running: list[Agent] = []

    async def begin(data: Path | None = None, **options: object) -> Agent:
        port = options.pop("port", 0)
        clock = options.pop("clock", None)
        tuning = Tuning(**{"channel": rig.Screen("no desktop in a test"), "again_s": 0.05} | options)  # type: ignore[arg-type]
        agent = await Agent.start(data or tmp_path / "data", port=port, clock=clock, tuning=tuning)  # type: ignore[arg-type]
        running.append(agent)
        return agent

    yield begin
    for agent in running:
        if not agent.stopped.is_set():
            await agent.stop()


@pytest.fixture
async def agent(start: Start) -> Agent:
    """A running agent."""
    return await start()


@pytest.fixture
async def client(agent: Agent) -> AsyncIterator[LinkClient]:
    """A paired browser's connection."""
    async with await rig.connect(agent, await rig.issue(agent)) as connected:
        yield connected
