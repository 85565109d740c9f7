"""A real agent in a process of its own, as `piecework run` starts it, and a client with a key of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from piecework.link.client import LinkClient
from piecework.link.command import run_command
from piecework.settings import Paths

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass
class Running:
    """A started agent."""

    paths: Paths
    pid: int
    port: int

    async def client(self, name: str = "bench") -> LinkClient:
        """A proven link under a key made for this run."""
        return await self.connect(await run_command(self.paths, "pair.issue", {"name": name}))

    async def connect(self, issued: dict[str, Any]) -> LinkClient:
        """A proven link under a key that `pair.issue` gave."""
        return await LinkClient.connect(self.port, issued["cid"], issued["key"], origin=issued["origin"])


@contextlib.asynccontextmanager
async def running_agent(data: Path | None = None) -> AsyncIterator[Running]:
    """`piecework run` on a free port and, where none is named, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="piecework-bench-") as folder:
        paths = Paths(data or Path(folder) / "data")
        order = ["-m", "piecework", "run", "--data", str(paths.data), "--port", "0", "--no-open", "--ready-json"]
        process = await asyncio.create_subprocess_exec(sys.executable, *order, stdout=asyncio.subprocess.PIPE)
        try:
            assert process.stdout is not None  # noqa: S101 - for the type checker
            ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
            yield Running(paths, ready["pid"], ready["port"])
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
