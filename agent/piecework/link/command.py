"""A command of `piecework.control`, done by the running agent, or in this process where none runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from piecework.control import offline, run
from piecework.control.offline import RunFile, lock_of, running_agent
from piecework.errors import AlreadyRunning, NotRunning
from piecework.link.client import LinkClient
from piecework.protocol.bodies import Note
from piecework.protocol.kinds import Kind
from piecework.secrets import Secrets

if TYPE_CHECKING:
    from piecework.settings import Paths

EMPTY: dict[str, dict[str, Any]] = {
    "status": {"running": False},
    "pair.list": {"clients": [], "pending": None},
    "account.list": {"accounts": []},
}
"""Answers of a folder that holds no store: asking makes none."""
NEED_AGENT = frozenset({"stop", "open", "pair.approve", "pair.deny"})
BUSY_S = 10.0
LONG_S = 3600.0
TOLD_EVERY_S = 1.0
Told = Callable[[str, int, int], None]
LOOK_AGAIN_S = 0.1


async def run_command(
    paths: Paths, name: str, args: dict[str, Any] | None = None, told: Told | None = None
) -> dict[str, Any]:
    """Does one command and returns its answer. Raises what the command raises.

    `told(name, done, of)` hears how far long work is, wherever it is done.

    Where no agent runs, this process takes the data folder's lock and does it itself; what only asks, or only an
    agent can do, makes no folder.
    """
    if not paths.db.exists():
        if name in EMPTY:
            return EMPTY[name]
        if name in NEED_AGENT:
            raise NotRunning(f"No agent runs on {paths.data}. Start it with `piecework run`.")
    lock = lock_of(paths)
    deadline = time.monotonic() + BUSY_S
    while not lock.take():
        if (agent := running_agent(paths)) is not None:
            return await _ask(paths, agent, name, args or {}, told)
        if time.monotonic() > deadline:
            raise AlreadyRunning(f"Another command works on {paths.data}. Wait for it, then try again.")
        await asyncio.sleep(LOOK_AGAIN_S)
    with lock:
        async with offline(paths) as services:
            services.told = told or services.told
            return await run(services, name, args or {})


async def probe(paths: Paths) -> str:
    """Walks the whole way as a client: link, proof, one event to its durable acknowledgement. Raises what fails."""
    agent = running_agent(paths)
    if agent is None:
        raise NotRunning("The agent does not run. Start it with: piecework run")
    begun = time.perf_counter()
    async with await _connect(paths, agent) as client:
        proven = time.perf_counter()
        await client.send_event(Kind.NOTE, Note(text="doctor"))
        await client.until_acked()
        done = time.perf_counter()
    return f"proven in {1000 * (proven - begun):.0f} ms, an event committed in {1000 * (done - proven):.0f} ms"


async def _ask(paths: Paths, agent: RunFile, name: str, args: dict[str, Any], told: Told | None) -> dict[str, Any]:
    async with await _connect(paths, agent) as client:
        if told is None:
            return await client.command(name, args)
        answer = asyncio.create_task(client.command(name, args, wait_s=LONG_S))
        while not answer.done():
            await asyncio.wait([answer], timeout=TOLD_EVERY_S)
            if not answer.done():
                await _tell(client, told)
        return answer.result()


async def _tell(client: LinkClient, told: Told) -> None:
    status = await client.command("status")
    for name, (done, of) in cast("dict[str, tuple[int, int]]", status.get("working", {})).items():
        told(name, done, of)


async def _connect(paths: Paths, agent: RunFile) -> LinkClient:
    secrets = Secrets.open(paths, keyring_allowed=False)
    return await LinkClient.connect(agent.port, key=secrets.cli_key)
