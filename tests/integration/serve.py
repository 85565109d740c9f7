"""An agent in a process of its own: started, killed, stopped by a signal."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from piecework.resources import PACKAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PROGRAM = """
import asyncio, sys
from pathlib import Path
from piecework.app import ServeOptions, serve
from piecework.settings import Paths
asyncio.run(serve(ServeOptions(paths=Paths(Path(sys.argv[1])), port=int(sys.argv[2]), ready_json=True)))
"""
WAIT_S = 20.0


class Process:
    """A running agent process and what it said when it was ready: url, port, pid."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, Any]) -> None:
        self.process = process
        self.ready = ready
        self.port = int(ready["port"])

    async def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        await self.process.wait()

    async def interrupt(self) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(WAIT_S):
            return await self.process.wait()


@contextlib.asynccontextmanager
async def serving(data: Path, port: int = 0, first: str = "") -> AsyncIterator[Process]:
    """An agent process on that folder, ready; killed at the end if it still runs. `first` is run before it begins."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        first + PROGRAM,
        str(data),
        str(port),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(WAIT_S):
            line = await process.stdout.readline()
        yield Process(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
