"""Agent, practice site and browser started together and ended together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from piecework.app import Agent
from piecework.demo.rehearsal import Rehearsal
from piecework.demo.steps import Report
from piecework.drive import find_browser, launch
from piecework.errors import BrowserNotFound
from piecework.practice.script import play, referee, tour
from piecework.practice.site import PracticeSite
from piecework.resources import extension_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from piecework.demo.steps import Step

NO_BROWSER = (
    "No {kind} was found: the agent runs without one. Install it (on Debian: apt-get install chromium firefox-esr), "
    "or name a browser with --browser PATH."
)


class Show:
    """One demo. `tell` gets every step of the rehearsal, `say` the lines between them."""

    def __init__(
        self, *, kind: str, data: Path | None, tell: Callable[[Step], None], say: Callable[[str], Any]
    ) -> None:
        self.kind = kind
        self.data = data
        self.tell = tell
        self.say = say

    async def run(self, *, once: bool) -> Report:
        """Plays the rehearsal; without `once` everything stays up until it is interrupted."""
        async with contextlib.AsyncExitStack() as stack:
            data = self.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="piecework-demo-")))
            agent = await Agent.start(data, port=None if self.data else 0)
            stack.push_async_callback(agent.stop)
            self.say(f"The agent is up. Dashboard: {agent.url}")
            site = await stack.enter_async_context(PracticeSite())
            self.say(f"The practice site is up: {site.url}/tasks")
            found = find_browser(self.kind)
            if found is None:
                return await self._without_browser(once=once)
            headless = once or not has_screen()
            self.say(f"Starting {found.version or found.path}{' without a window' if headless else ''}.")
            browser = await stack.enter_async_context(launch(found, extension=extension_root(), headless=headless))
            report = await Rehearsal(agent, site, browser, self.tell).play()
            if not once and report.ok:
                await self._stay(site)
            return report

    async def _without_browser(self, *, once: bool) -> Report:
        if once:
            raise BrowserNotFound(NO_BROWSER.format(kind=self.kind))
        self.say(NO_BROWSER.format(kind=self.kind))
        await asyncio.Event().wait()
        return Report()

    async def _stay(self, site: PracticeSite) -> None:
        self.say("The whole path works. Tasks keep coming on the practice site; Ctrl-C ends everything.")
        judge = asyncio.create_task(referee(site.stage))
        try:
            await play(site.stage, tour()[4:])
            await asyncio.Event().wait()
        finally:
            judge.cancel()


def has_screen() -> bool:
    """Whether a window could be shown: always on macOS and Windows, by DISPLAY or WAYLAND_DISPLAY elsewhere."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
