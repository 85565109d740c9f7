"""How long the browser lets the background live, and that nothing depends on it. Nobody is attached to anything."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from piecework.app import Agent
from piecework.demo.browser import agent_state, pair, until
from piecework.demo.rehearsal import Rehearsal
from piecework.drive import Browser, Found, Kind, launch
from piecework.practice.script import STAR
from piecework.practice.site import PracticeSite
from piecework.resources import extension_root
from tests.e2e.conftest import found_or_skip
from tests.e2e.evil import Tap
from tests.e2e.harness import stand_in

SILENT_BEATS = 4
"""Signs of life, 20 s apart: from the first to the last twice as long as a browser lets an idle background live."""
IDLE_MS = 1_500
STEPS = [
    "open_list",
    "publish",
    "alert",
    "vanish",
    "accept",
    "work",
    "submit",
    "approve",
    "pay",
    "time",
    "money",
    "verify",
]


@asynccontextmanager
async def alive(found: Found, data: Path, tap: Tap, **prefs: int) -> AsyncIterator[tuple[Agent, Browser]]:
    """An agent, and a browser as a person's own: nobody attached, nothing that keeps it awake."""
    async with AsyncExitStack() as stack:
        stack.enter_context(tap.attached())
        agent = await Agent.start(data, port=0)
        stack.push_async_callback(agent.stop)
        named = {name.replace("_", "."): value for name, value in prefs.items()}
        root = extension_root()
        browser = await stack.enter_async_context(launch(found, extension=root, attach=False, prefs=named))
        await stand_in(browser, ports=[agent.port], idle="active")
        yield agent, browser


def sockets(tap: Tap) -> list[int]:
    """How many signs of life each proven socket has given so far, in the order they were opened."""
    proven = [said for said in tap.heard if any(b'"proof"' in one for one in said)]
    return [sum(b'"ka"' in one for one in said) for said in proven]


@pytest.mark.chromium
@pytest.mark.xdist_group("silence")
async def test_a_silent_worker_stays_linked(found_chromium: Found, tmp_path: Path) -> None:
    """Nothing happens and nobody looks: the one socket lives on, beyond the 30 s after which a worker is ended."""
    tap = Tap()
    async with alive(found_chromium, tmp_path / "data", tap) as (agent, browser):
        await agent.services.desk.approve(await pair(browser))
        await until(agent.services.hub.connected, "the extension is linked")
        await until(lambda: max(sockets(tap), default=0) >= SILENT_BEATS, "the signs of life", timeout_s=90)

        # One that ended before its first sign of life was a handshake too slow, no worker's end.
        assert [SILENT_BEATS] == [beats for beats in sockets(tap) if beats]
        assert 1 == len(agent.services.hub.connected())
        assert "running" == await browser.background_state()


async def test_every_step_survives_the_backgrounds_end(browser_kind: Kind, tmp_path: Path) -> None:
    """The whole path, with the background gone before each step: the page's own words bring it back.

    Firefox ends its event page by itself, as soon as it is idle, whatever its socket does; Chromium's worker is
    ended as the browser would.
    """
    found = found_or_skip(browser_kind)
    tap = Tap()
    idle = {"extensions_background_idle_timeout": IDLE_MS}
    async with PracticeSite() as site, alive(found, tmp_path / "data", tap, **idle) as (agent, browser):
        rehearsal = Rehearsal(agent, site, browser, lambda _step: None)
        await rehearsal._pair()
        await rehearsal._switch_on()
        await agent_state(browser, "connected")
        for step in STEPS:
            await ended(browser)
            await getattr(rehearsal, f"_{step}")()
        money = rehearsal.report.earnings
        alerts = alerted(agent)

    assert money is not None
    assert 800_000 == money["paid"]
    assert [STAR] == alerts
    assert len(sockets(tap)) > 1


async def ended(browser: Browser) -> None:
    """Waits until Firefox has ended the idle event page; ends Chromium's worker, which would take 30 s."""
    if browser.kind == "chromium":
        # Something may wake it at once; ended it was.
        await browser.stop_background()
        return

    async def stopped() -> bool:
        return await browser.background_state() == "stopped"

    await until(stopped, "the background is ended")


def alerted(agent: Agent) -> list[str]:
    """Tasks the person was alerted of."""
    with agent.services.store.read() as conn:
        return [str(row[0]) for row in conn.execute("SELECT task FROM alert WHERE reason = 'new' ORDER BY at_us")]
