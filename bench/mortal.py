"""An agent that can be killed and comes back on its port and data, paired with a real browser that watches a list."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.rig import ORIGINS
from piecework.demo.browser import agent_state, ask, pair, switch_on, until
from piecework.drive import launch
from piecework.link.command import run_command
from piecework.practice.site import PracticeSite
from piecework.resources import extension_root
from piecework.settings import Paths

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from piecework.drive import Browser, Found, Tab

PLATFORM = "practice"


class Mortal:
    """`piecework run` as a process of its own; `kill` is SIGKILL, `start` brings it back where it was."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.port = 0
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it; returns once it is ready."""
        order = ["run", "--data", str(self.paths.data), "--port", str(self.port), "--no-open", "--ready-json"]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "piecework", *order, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        ready = json.loads(await asyncio.wait_for(self._process.stdout.readline(), 60))
        self.port = ready["port"]

    async def kill(self) -> None:
        """Ends it as a power cut would; nothing happens where it is dead already."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.communicate()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What its store holds, read beside it, dead or alive."""
        conn = sqlite3.connect(f"{self.paths.db.as_uri()}?mode=ro", uri=True)
        try:
            return conn.execute(query, values).fetchall()
        finally:
            conn.close()


@dataclass
class Watched:
    """A mortal agent, and a browser that is paired with it and watches the practice site's list in `tab`."""

    agent: Mortal
    site: PracticeSite
    browser: Browser
    tab: Tab

    async def unsent(self) -> int:
        """How many facts the extension still keeps for the agent."""
        told = await ask(self.browser, {"do": "state"})
        return int(told["unsent"]) if told["agent"]["state"] == "connected" else 1

    async def handed_over(self) -> None:
        """Waits until the extension is linked and has nothing left."""

        async def done() -> bool:
            return not await self.unsent()

        await until(done, "everything is handed over", timeout_s=60)


@contextlib.asynccontextmanager
async def watched(found: Found, extension: Path | None = None) -> AsyncIterator[Watched]:
    """Starts agent, site and browser, pairs, opens the list; whatever still lives at the end is ended."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="piecework-kill-")))
        agent = Mortal(Paths(folder / "data"))
        stack.push_async_callback(agent.kill)
        await agent.start()
        site = await stack.enter_async_context(PracticeSite())
        browser = await stack.enter_async_context(launch(found, extension=extension or extension_root()))
        await ask(browser, {"do": "test", "set": {"ports": [agent.port], "idle": "active"}})
        await run_command(agent.paths, "pair.approve", {"code": await pair(browser)})
        await agent_state(browser, "connected")
        await switch_on(browser, PLATFORM, ORIGINS)
        site.stage.world.publish(id="first", places=20)
        tab = await browser.new_tab(f"{site.url}/tasks")
        await until(lambda: agent.rows("SELECT 1 FROM task WHERE id = 'first'"), "the list is watched", timeout_s=30)
        yield Watched(agent, site, browser, tab)
