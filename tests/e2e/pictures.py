"""Takes the pictures of README and docs anew: `python -m tests.e2e.pictures` (pretend sites, Chromium)."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from piecework.app import Agent
from piecework.control import run
from piecework.demo.browser import agent_state, ask, pair, point_at, until
from piecework.drive import Browser, launch
from piecework.platforms import load_platforms
from piecework.resources import extension_root
from piecework.settings import get_value
from piecework.views import reports
from tests.sites.server import Sites, sites

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PAGES = {
    "prolific": "https://app.prolific.com/studies",
    "microworkers": "https://www.microworkers.com/jobs.php",
    "sproutgigs": "https://sproutgigs.com/jobs.php",
}
SHOWN: list[tuple[str, dict[str, object]]] = [
    ("prolific", {"title": "How people choose a bus seat", "requester": "Practice University", "pay_micro": 1_500_000}),
    ("microworkers", {"title": "TTV: find an opening hour", "pay_micro": 100_000, "currency": "USD"}),
    ("sproutgigs", {"title": "Short comment on a blog", "pay_micro": 41_000, "currency": "USD"}),
    ("prolific", {"title": "Two maps, one question", "requester": "Harbour Institute", "pay_micro": 800_000}),
    ("microworkers", {"title": "Search, click, answer 2 questions", "pay_micro": 205_000, "currency": "USD"}),
]


async def fill(agent: Agent, browser: Browser, site: Sites) -> None:
    """Opens the lists of three platforms and lets tasks arrive on them."""
    for name, url in PAGES.items():
        site.publish(name, title=f"A first task on {name}", places=20)
        await browser.grant(load_platforms()[name].origins)
        await ask(browser, {"do": "platform", "id": name, "on": True})
        await browser.new_tab(url)
    for count, (name, fields) in enumerate(SHOWN, 4):
        site.publish(name, places=20 + 31 * count, minutes=2 + count, **fields)

    def all_there() -> bool:
        with agent.services.store.read() as conn:
            return len(reports.tasks(conn)) >= len(PAGES) + len(SHOWN)

    await until(all_there, "every task is on the board", timeout_s=40)


async def look_by_itself(agent: Agent) -> None:
    """Switches looking by itself on for one platform, and waits until there is something to say of it."""
    await run(agent.services, "look.choose", {"platform": "prolific", "on": True})

    def told() -> bool:
        with agent.services.store.read() as conn:
            return get_value(conn, "looking.outlook") is not None

    await until(told, "the scheduler has begun", timeout_s=30)


async def take() -> None:
    """Starts everything, fills the board, takes the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        agent = await Agent.start(Path(folder) / "data", port=0)
        async with sites() as site, launch("chromium", extension=extension_root(), hosts=site.hosts) as browser:
            await point_at(browser, agent.port)
            assert agent.services.desk is not None
            await agent.services.desk.approve(await pair(browser))
            await agent_state(browser, "connected")
            await fill(agent, browser, site)
            tab = await browser.new_tab(agent.url)
            await tab.screenshot(IMAGES / "board.png", width=1100)
            await tab.screenshot(IMAGES / "board-dark-narrow.png", width=380, dark=True)
            await look_by_itself(agent)
            await tab.goto(f"http://127.0.0.1:{agent.port}/platforms?name=prolific")
            await tab.screenshot(IMAGES / "platforms.png", width=1100)
            popup = await browser.new_tab(browser.extension_url("extension/pages/popup.html"))
            await popup.wait_for("document.querySelectorAll('#platforms li').length >= 3")
            await popup.screenshot(IMAGES / "popup.png", width=380, height=640)
        await agent.stop()


if __name__ == "__main__":
    asyncio.run(take())
