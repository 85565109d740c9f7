"""What the tests of faults share: an agent's folder as the person sees it, by the command line and beside the agent."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from typing import TYPE_CHECKING

from piecework.link.command import run_command
from piecework.resources import PACKAGE

if TYPE_CHECKING:
    from piecework.link.client import LinkClient
    from piecework.settings import Paths

TEXT = {"text": "x" * 1500}
WAIT_S = 30.0


async def until_noticed(paths: Paths, cause: str, *, there: bool = True) -> dict[str, str]:
    """Waits until `status` tells of a cause, or no longer does; returns all it tells of."""
    async with asyncio.timeout(WAIT_S):
        while True:
            notices: dict[str, str] = (await run_command(paths, "status"))["notices"]
            if (cause in notices) is there:
                return notices
            await asyncio.sleep(0.05)


async def command(paths: Paths, *words: str) -> tuple[int, str, str]:
    """Runs `piecework`; returns its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "piecework",
        *words,
        "--data",
        str(paths.data),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
    )
    async with asyncio.timeout(WAIT_S):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def send(client: LinkClient, ids: list[str]) -> None:
    """Notes of these ids."""
    for one in ids:
        await client.send_event("note", TEXT, id=one)


def read_ids(paths: Paths) -> list[str]:
    """Ids of the notes in the history, read beside the agent."""
    conn = sqlite3.connect(f"{paths.db.as_uri()}?mode=ro", uri=True)
    try:
        return [row[0] for row in conn.execute("SELECT id FROM event WHERE kind = 'note' ORDER BY seq")]
    finally:
        conn.close()
