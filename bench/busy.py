"""An import into a running agent, and what comes from a browser meanwhile: how long each message waits."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple

from bench.agent import running_agent
from piecework.link.command import run_command
from piecework.protocol.bodies import Beat
from piecework.protocol.kinds import Kind
from piecework.store.connect import connect_reader

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.link.client import LinkClient
    from piecework.settings import Paths

EVERY_S = 0.1
LOOK_S = 0.02


class Waited(NamedTuple):
    """The longest any beat waited to be acknowledged and to be in the store's tables, seconds; how many there were."""

    acked_s: float
    held_s: float
    beats: int


async def _beats(client: LinkClient, importing: asyncio.Task[object], sent: dict[int, float]) -> None:
    """A beat of the practice site every now and then, while the import runs."""
    while not importing.done():
        body = Beat(session="s1", task="t1")
        seq = await client.send_event(Kind.BEAT, body, platform="practice", account="-")
        sent[seq] = time.perf_counter()
        await asyncio.sleep(EVERY_S)


async def _longest(
    client: LinkClient, who: tuple[Paths, str], sending: asyncio.Task[None], sent: dict[int, float]
) -> Waited:
    """Looks again and again which beats are acknowledged, and which are in the store."""
    paths, cid = who
    conn = connect_reader(paths.db)
    longest, done = [0.0, 0.0], [client.acked, client.acked]
    while not sending.done() or done[1] < client.seq:
        now = time.perf_counter()
        stored = int(conn.execute("SELECT last_seq FROM client WHERE cid = ?", (cid,)).fetchone()[0])
        for which, upto in enumerate((client.acked, stored)):
            waits = [now - sent[seq] for seq in range(done[which] + 1, client.seq + 1) if seq in sent]
            longest[which] = max(longest[which], *waits, 0.0)
            done[which] = max(done[which], upto)
        await asyncio.sleep(LOOK_S)
    conn.close()
    return Waited(longest[0], longest[1], len(sent))


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
            waited = await _longest(client, (agent.paths, issued["cid"]), sending, sent)
            await importing
    return waited
