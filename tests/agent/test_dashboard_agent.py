"""The dashboard as the whole agent serves it: behind the same guard, beside the link."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest_asyncio

from piecework.app import Agent


@pytest_asyncio.fixture
async def agent(tmp_path: Path) -> AsyncIterator[Agent]:
    """A running agent over a fresh folder."""
    running = await Agent.start(tmp_path / "data", port=0)
    yield running
    await running.stop()


async def test_the_agents_address_opens_the_board(agent: Agent) -> None:
    """What `run` and `open` print signs a browser in, and its forms pass the agent's own guard."""
    origin = f"http://127.0.0.1:{agent.port}"
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(agent.url) as answer:
            assert 200 == answer.status
        async with browser.get(f"{origin}/pairing") as answer:
            found = re.search(r'name="csrf" value="([^"]+)"', await answer.text())
        assert found
        form = {"csrf": found[1], "language": "fr"}
        async with browser.post(f"{origin}/language", data=form, headers={"Origin": "https://evil.test"}) as answer:
            assert 403 == answer.status
        assert "" == agent.services.settings.language
        async with browser.post(f"{origin}/language", data=form, headers={"Origin": origin}) as answer:
            assert 200 == answer.status
            assert '<html lang="fr">' in await answer.text()
        assert "fr" == agent.services.settings.language


async def test_the_link_stays_the_links(agent: Agent) -> None:
    """No page of the dashboard answers in its place."""
    async with aiohttp.ClientSession() as browser, browser.get(f"http://127.0.0.1:{agent.port}/link") as answer:
        assert 403 == answer.status
