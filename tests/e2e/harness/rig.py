"""One browser, one agent with its own folder, every pretend site: what a test of the whole path holds in its hand."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from piecework.app import Agent, Tuning
from piecework.demo.browser import agent_state, ask, pair, state, switch_on, until
from piecework.platforms import load_platforms
from piecework.views import reports
from tests.e2e.harness.extension import Calls, kept, stand_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from piecework.drive import Browser, Tab
    from piecework.practice.site import PracticeSite
    from tests.sites.server import Sites

    Rows = list[dict[str, Any]]

NOBODY = 9
"""A port that nobody listens on."""


class Screen:
    """Stands in for the desktop's own notices; nothing may come here while a browser is there."""

    name = "desktop"

    def __init__(self) -> None:
        self.shown: list[str] = []

    async def show(self, title: str, text: str, url: str | None) -> None:  # noqa: ARG002 - the channel's own names
        """One notice."""
        self.shown.append(title)


@dataclass
class Rig:
    """Everything of one test. `agent` is None until `start`; `first` is the tab that was there at the beginning."""

    browser: Browser
    sites: Sites
    practice: PracticeSite
    data: Path
    first: Tab
    calls: Calls
    screen: Screen = field(default_factory=Screen)
    running: Agent | None = None

    @property
    def agent(self) -> Agent:
        """The running agent."""
        assert self.running is not None, "this test has not started an agent"
        return self.running

    async def start(self) -> Agent:
        """Starts the agent on a free port, or again on the same folder; it is not told to the extension."""
        self.running = await Agent.start(self.data, port=0, tuning=Tuning(channel=self.screen))
        return self.running

    async def stop(self) -> None:
        """Ends the agent, if one runs."""
        if self.running is not None:
            await self.running.stop()
        self.running = None

    async def point(self, *, granted: tuple[str, ...] = ()) -> None:
        """Tells the extension where the agent is (nowhere where none runs), and that somebody is at the keyboard."""
        port = self.running.port if self.running else NOBODY
        await stand_in(self.browser, ports=[port], idle="active", granted=list(granted))

    async def pair(self) -> None:
        """Starts an agent unless one runs, and pairs with it."""
        if self.running is None:
            await self.start()
        await self.point()
        await self.agent.services.desk.approve(await pair(self.browser))
        await agent_state(self.browser, "connected")

    async def on(self, *platforms: str) -> None:
        """Switches platforms on, with the origins of their definitions."""
        for platform in platforms:
            await switch_on(self.browser, platform, list(load_platforms()[platform].origins))

    def list_url(self, platform: str) -> str:
        """Where the platform's list is."""
        return {
            "prolific": "https://app.prolific.com/studies",
            "microworkers": "https://www.microworkers.com/jobs.php",
            "sproutgigs": "https://sproutgigs.com/jobs.php",
            "practice": f"{self.practice.url}/tasks",
        }[platform]

    async def watch(self, platform: str, wanted: str = "", *, background: bool = False) -> Tab:
        """Opens the platform's list and waits until the agent knows its state (`wanted`: that one)."""
        tab = await self.browser.new_tab(self.list_url(platform), background=background)
        await self.health(platform, wanted)
        return tab

    # what the agent holds

    async def read(self, question: Callable[[sqlite3.Connection], Any], what: str, timeout_s: float = 15.0) -> Any:  # noqa: ANN401
        """Asks the store until the question has a true answer, and returns it."""
        return await until(lambda: self.now(question), what, timeout_s=timeout_s)

    def now(self, question: Callable[[sqlite3.Connection], Any]) -> Any:  # noqa: ANN401 - what the question gives
        """Asks the store once."""
        with self.agent.services.store.read() as conn:
            return question(conn)

    async def health(self, platform: str, wanted: str = "") -> dict[str, Any]:
        """Waits until the platform's list is in a state (any, where none is named); returns its row."""

        def look(conn: sqlite3.Connection) -> dict[str, Any] | None:
            rows = [row for row in reports.health(conn) if row["platform"] == platform]
            return next((row for row in rows if wanted in {"", row["state"]}), None)

        row: dict[str, Any] = await self.read(look, f"a list of {platform} is “{wanted or 'seen'}”")
        return row

    async def task(self, task: str, **fields: object) -> dict[str, Any]:
        """Waits until a task is on the board (with these fields), and returns it."""

        def look(conn: sqlite3.Connection) -> dict[str, Any] | None:
            rows = [row for row in reports.tasks(conn) if row["id"] == task]
            return next((row for row in rows if all(row[name] == value for name, value in fields.items())), None)

        row: dict[str, Any] = await self.read(look, f"task {task} is on the board {fields or ''}")
        return row

    async def alerted(self, task: str) -> dict[str, Any]:
        """Waits until an alert of a task was shown, and returns it."""

        def look(conn: sqlite3.Connection) -> dict[str, Any] | None:
            return next((row for row in reports.alerts(conn) if row["task"] == task and row["shown_at_us"]), None)

        row: dict[str, Any] = await self.read(look, f"the alert of {task} was shown")
        return row

    async def event(self, kind: str, task: str) -> dict[str, Any]:
        """Waits until the history of a task (or attempt) holds an event of a kind, and returns it."""

        def look(conn: sqlite3.Connection) -> dict[str, Any] | None:
            return next((row for row in reports.history(conn, task) if row["kind"] == kind), None)

        row: dict[str, Any] = await self.read(look, f"the history of {task} says “{kind}”")
        return row

    async def settled(self, platform: str) -> None:
        """Waits until everything the open tabs show now has reached the agent, and every alert its end."""

        def looked(conn: sqlite3.Connection) -> int:
            rows = [row for row in reports.health(conn) if row["platform"] == platform]
            return max((row["last_look_us"] for row in rows), default=0)

        before = self.now(looked)
        await self.reread(platform)
        await self.read(lambda conn: looked(conn) > before, f"{platform} was looked at once more")
        await self.sent()

    async def sent(self) -> None:
        """Waits until the extension has nothing left to hand over and no alert is on its way."""

        async def done() -> bool:
            queued = self.now(_queued)
            return not queued and (await state(self.browser))["unsent"] == 0

        await until(done, "everything is handed over")

    async def told_agent(self, kind: str, text: str = "") -> None:
        """Waits until a fact of a kind (whose body holds `text`) was made and everything is handed over."""

        async def made() -> bool:
            facts = await kept(self.browser, "outbox")
            return any(fact["kind"] == kind and text in fact["json"] for fact in facts)

        await until(made, f"the extension made a fact “{kind}” {text}")
        await self.sent()

    async def reread(self, platform: str) -> None:
        """Has every open tab of the platform read its lists anew."""
        order = {"do": "reread", "platform": platform, "list": "", "full": True}
        origins = list(load_platforms()[platform].origins)
        await self.browser.background_eval(
            f"Promise.allSettled((await browser.tabs.query({{ url: {json.dumps(origins)} }}))"
            f".map((tab) => browser.tabs.sendMessage(tab.id, {json.dumps(order)})))"
        )

    # what the extension says

    async def state(self) -> dict[str, Any]:
        """What the popup would show now."""
        return await state(self.browser)

    async def ask(self, **message: object) -> Any:  # noqa: ANN401 - JSON of any shape
        """Hands one message to the background."""
        return await ask(self.browser, message)

    async def says(self, holds: Callable[[dict[str, Any]], Any], what: str) -> Any:  # noqa: ANN401
        """Waits until the popup's state holds something, and returns it."""

        async def look() -> Any:  # noqa: ANN401
            return holds(await self.state())

        return await until(look, what)

    async def told(self) -> str:
        """How everything stands: for the report of a failure."""
        parts = {
            "tabs": [await tab.url() for tab in await self.browser.tabs()],
            "popup": await self.state(),
            "calls": await self.calls.all(),
            "errors": await self.browser.errors(),
            "scripts": await self.browser.background_eval("browser.scripting.getRegisteredContentScripts()"),
            "outbox": [(one["kind"], one["platform"], one["json"][:300]) for one in await kept(self.browser, "outbox")],
            "asked": [f"{seen.method} {seen.host}{seen.path} {seen.status}" for seen in self.sites.requests],
        }
        return "\n".join(f"{name}: {json.dumps(part, ensure_ascii=False)}" for name, part in parts.items())

    # the command line

    async def cli(self, *words: str, code: int = 0) -> str:
        """Runs `piecework` on this rig's folder; returns what it printed. Fails on another exit code."""
        return await cli(*words, "--data", str(self.data), code=code)

    async def cli_json(self, *words: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON of any shape
        """The same with --json."""
        return json.loads(await self.cli(*words, "--json", code=code))


async def cli(*words: str, code: int = 0) -> str:
    """Runs `piecework`; returns what it printed. Fails on another exit code than the one expected."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "piecework",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    out, err = await process.communicate()
    assert code == process.returncode, f"piecework {' '.join(words)}: {err.decode()}{out.decode()}"
    return out.decode()


def _queued(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(*) FROM delivery WHERE state = 'queued'").fetchone()[0])
