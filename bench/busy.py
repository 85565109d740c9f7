"""An import into a running agent, and what comes from a browser meanwhile: how long each message waits."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple

from bench.agent import running_agent
from piecework.link.command import run_command
from piecework.protocol.bodies import Beat
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.link.client import LinkClient

EVERY_S = 0.1
LOOK_S = 0.02


class Waited(NamedTuple):
    """The longest any beat waited to be stored and acknowledged, seconds; how many there were."""

    longest_s: float
    beats: int


async def _beats(client: LinkClient, importing: asyncio.Task[object], sent: dict[int, float]) -> None:
    """A beat of the practice site every now and then, while the import runs."""
    while not importing.done():
        body = Beat(session="s1", task="t1")
        seq = await client.send_event(Kind.BEAT, body, platform="practice", account="-")
        sent[seq] = time.perf_counter()
        await asyncio.sleep(EVERY_S)


async def _longest(client: LinkClient, sending: asyncio.Task[None], sent: dict[int, float]) -> Waited:
    """Looks again and again which beats are acknowledged."""
    longest, done = 0.0, client.acked
    while not sending.done() or done < client.seq:
        now, acked = time.perf_counter(), client.acked
        longest = max([longest, *(now - sent[seq] for seq in range(done + 1, client.seq + 1) if seq in sent)])
        done = acked
        await asyncio.sleep(LOOK_S)
    return Waited(longest, len(sent))


async def meanwhile(path: Path) -> Waited:
    """Imports a file into an agent of its own, with beats beside it."""
    async with running_agent() as agent:
        issued = await run_command(agent.paths, "pair.issue", {"name": "bench"})
        async with await agent.connect(issued) as client:
            await client.send_event(Kind.NOTE)
            await client.until_acked()
            sent: dict[int, float] = {}
            told = {"path": str(path)}
            importing = asyncio.create_task(run_command(agent.paths, "import", told, lambda *_: None))
            sending = asyncio.create_task(_beats(client, importing, sent))
            waited = await _longest(client, sending, sent)
            await importing
    return waited
