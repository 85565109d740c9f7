"""Agent, practice site and a browser nobody is attached to, paired and watching: what the browser benches stand on."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from piecework.app import Agent
from piecework.demo.browser import agent_state, pair, point_at, switch_on
from piecework.drive import find_browser, launch
from piecework.practice.site import PracticeSite
from piecework.resources import extension_root

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator

    from piecework.drive import Browser

ORIGINS = ["http://practice.localhost/*"]


@dataclass
class Rig:
    """What one browser bench has at hand."""

    agent: Agent
    site: PracticeSite
    browser: Browser


@contextlib.asynccontextmanager
async def rig(kind: str, *, attach: bool = False, extension: Path | None = None) -> AsyncIterator[Rig]:
    """Starts all three, pairs, switches the practice platform on; ends all three. `extension`: another copy of it."""
    async with contextlib.AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="piecework-bench-")))
        agent = await Agent.start(data / "data", port=0)
        stack.push_async_callback(agent.stop)
        site = await stack.enter_async_context(PracticeSite())
        browser = await stack.enter_async_context(launch(kind, extension=extension or extension_root(), attach=attach))
        await point_at(browser, agent.port)
        desk = agent.services.desk
        assert desk is not None  # noqa: S101 - a running agent has one
        await desk.approve(await pair(browser))
        await agent_state(browser, "connected")
        await switch_on(browser, "practice", ORIGINS)
        yield Rig(agent, site, browser)


def kinds(told: argparse.Namespace) -> list[str]:
    """The browsers that are wanted and found."""
    wanted = ["chromium", "firefox"] if told.browser == "both" else [told.browser]
    return [kind for kind in wanted if find_browser(kind)]
