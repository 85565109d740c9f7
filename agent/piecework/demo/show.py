"""Agent, practice site and browser started together and ended together."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from piecework.app import Agent
from piecework.demo.rehearsal import Rehearsal
from piecework.demo.steps import Report
from piecework.drive import find_browser, launch
from piecework.errors import BrowserNotFound, PieceworkError
from piecework.oscalls import has_screen, on_end
from piecework.practice.script import come_and_go, referee
from piecework.practice.site import PracticeSite
from piecework.resources import extension_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from piecework.demo.steps import Step
    from piecework.drive import Browser, Found

NO_BROWSER = (
    "No {kind} was found. Install one (on Debian: apt-get install chromium firefox-esr), or name a browser with "
    "--browser PATH."
)
ANOTHER = "It opens once, within a minute. Another one: {program} open --data {data}"


class Show:
    """One demo. `tell` gets every step of the rehearsal, `say` the lines between them.

    `kind` is chromium, firefox or a path; empty for the first that is found. `data` of None means a folder of its
    own that is removed at the end.
    """

    def __init__(
        self, *, kind: str, data: Path | None, tell: Callable[[Step], None], say: Callable[[str], Any]
    ) -> None:
        self.kind = kind
        self.data = data
        self.tell = tell
        self.say = say
        self.report = Report()
        self._staying = False

    async def run(self, *, once: bool) -> Report:
        """Plays the rehearsal; without `once` everything stays up until Ctrl-C, a closed terminal or an order to end.

        However it ends, browser, site and agent end first. Raises BrowserNotFound with `once`, and PieceworkError
        where it was ended in the middle of the rehearsal.
        """
        loop, playing = asyncio.get_running_loop(), asyncio.current_task()
        assert playing is not None  # noqa: S101 - for the type checker
        # A second Ctrl-C must not interrupt the clearing away.
        on_end(lambda: playing.cancelling() or loop.call_soon_threadsafe(playing.cancel))
        try:
            await self._play(once=once)
        except asyncio.CancelledError:
            if not self._staying:
                raise PieceworkError("Ended before the rehearsal was over.") from None
        return self.report

    async def _play(self, *, once: bool) -> None:
        async with contextlib.AsyncExitStack() as stack:
            data = self.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="piecework-demo-")))
            agent = await Agent.start(data, port=None if self.data else 0)
            stack.push_async_callback(agent.stop)
            self.say(f"The agent is up. Dashboard: {agent.url}")
            self.say(ANOTHER.format(program=_program(), data=data))
            site = await stack.enter_async_context(PracticeSite())
            self.say(f"The practice site is up: {site.url}/tasks")
            found = await asyncio.to_thread(self._find)
            if found is None:
                await self._without_browser(once=once)
                return
            headless = once or not has_screen()
            self.say(f"Starting {found.version or found.path}{' without a window' if headless else ''}.")
            browser = await stack.enter_async_context(launch(found, extension=extension_root(), headless=headless))
            rehearsal = Rehearsal(agent, site, browser, self.tell)
            self.report = rehearsal.report
            await rehearsal.play()
            if not once and self.report.ok:
                await self._stay(agent, site, None if headless else browser)

    def _find(self) -> Found | None:
        return find_browser(self.kind) if self.kind else find_browser("chromium") or find_browser("firefox")

    async def _without_browser(self, *, once: bool) -> None:
        text = NO_BROWSER.format(kind=self.kind or "browser")
        if once:
            raise BrowserNotFound(text)
        self.say(f"{text} Agent and practice site run on without one; Ctrl-C ends them.")
        self._staying = True
        await asyncio.Event().wait()

    async def _stay(self, agent: Agent, site: PracticeSite, browser: Browser | None) -> None:
        self._staying = True
        self.say("The whole path works. Tasks keep coming on the practice site; Ctrl-C ends everything.")
        self.say(f"Dashboard: {agent.url}")
        if browser is not None:
            await browser.new_tab(agent.url)
        async with asyncio.TaskGroup() as group:
            group.create_task(referee(site.stage))
            group.create_task(come_and_go(site.stage))


def _program() -> str:
    """How this program was called: a checkout's is on no PATH."""
    return sys.argv[0] if Path(sys.argv[0]).name == "piecework" else "piecework"
