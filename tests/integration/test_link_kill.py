"""An agent that is killed in the middle of a stream: every event is there in the end, once."""

import asyncio
import contextlib
import random
import sqlite3
import uuid
from pathlib import Path

import pytest

from piecework.control import offline, run
from piecework.link.client import Closed, LinkClient
from piecework.link.command import run_command
from piecework.settings import Paths
from tests.integration.rig import FIREFOX
from tests.integration.serve import Process, serving

EVENTS = 400
KILLS = 8


class Outbox:
    """What an extension does: keeps every event until it is acknowledged, and sends on from the welcome."""

    def __init__(self, events: int) -> None:
        self.ids = {seq: str(uuid.uuid4()) for seq in range(1, events + 1)}
        self.acked = 0

    @property
    def done(self) -> bool:
        """True once everything is acknowledged."""
        return self.acked >= len(self.ids)

    async def deliver(self, agent: Process, who: tuple[str, str], kill_at: int) -> None:
        """Sends what is not held yet; the agent is killed once so many are acknowledged, however far that is sent."""
        async with await LinkClient.connect(agent.port, *who, origin=FIREFOX) as client:
            killer = asyncio.create_task(kill_when(agent, client, kill_at))
            try:
                for seq in range(client.welcome.last + 1, len(self.ids) + 1):
                    await client.send_event("note", id=self.ids[seq], seq=seq)
                    await asyncio.sleep(0)
                await client.until_acked(len(self.ids))
            finally:
                await killer
                self.acked = max(self.acked, client.acked)


async def kill_when(agent: Process, client: LinkClient, acked: int) -> None:
    """Kills the agent in the middle of the stream."""
    with contextlib.suppress(Closed):
        await client.until(lambda: client.acked >= acked)
    if acked < EVENTS:
        await agent.kill()


async def issue(paths: Paths) -> tuple[str, str]:
    """A paired client of a folder no agent serves."""
    async with offline(paths) as services:
        answer = await run(services, "pair.issue", {"name": "a browser", "origin": FIREFOX})
    return answer["cid"], answer["key"]


@pytest.mark.kill
async def test_400_events_under_random_kills_arrive_once_each(tmp_path: Path) -> None:
    """Nothing acknowledged is lost, nothing is doubled, the file is whole."""
    chance = random.Random(9675)  # noqa: S311 - a fixed seed, to be repeatable
    paths = Paths(tmp_path)
    who = await issue(paths)
    outbox = Outbox(EVENTS)
    for kill_at in [*sorted(chance.sample(range(1, EVENTS), KILLS)), EVENTS]:
        async with serving(tmp_path) as agent:
            with contextlib.suppress(Closed):
                await outbox.deliver(agent, who, kill_at)
    conn = sqlite3.connect(paths.db)
    kept = [row[0] for row in conn.execute("SELECT id FROM event WHERE kind = 'note' ORDER BY seq")]
    verdict = conn.execute("PRAGMA integrity_check").fetchone()[0]
    conn.close()

    assert outbox.done
    assert list(outbox.ids.values()) == kept
    assert "ok" == verdict


async def test_a_killed_agent_leaves_nothing_that_stops_the_next(tmp_path: Path) -> None:
    """Its run.json and its lock are there; the lock died with it, so that nobody believes the file."""
    async with serving(tmp_path) as agent:
        await agent.kill()
    paths = Paths(tmp_path)
    assert paths.run.exists()

    assert not (await run_command(paths, "status"))["running"]
    async with serving(tmp_path) as again:
        assert again.port == (await run_command(paths, "status"))["port"]


async def test_ctrl_c_ends_it_in_order(tmp_path: Path) -> None:
    """Exit code 0, no run.json left, the write-ahead log folded into the file."""
    async with serving(tmp_path) as agent:
        assert agent.process.pid == agent.ready["pid"]
        assert str(agent.port) in agent.ready["url"]
        code = await agent.interrupt()

    assert 0 == code
    assert not Paths(tmp_path).run.exists()
    assert not Paths(tmp_path).db.with_name("piecework.db-wal").exists()


async def test_stop_ends_it_in_order(tmp_path: Path) -> None:
    """The command's answer arrives first."""
    async with serving(tmp_path) as agent:
        assert {"stopping": True} == await run_command(Paths(tmp_path), "stop")
        async with asyncio.timeout(20):
            assert 0 == await agent.process.wait()
