"""Word of what changed: which topics, to whom, and what a reader that does not read costs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import pytest_asyncio

from piecework.control import TOPICS
from piecework.now import FixedClock
from piecework.settings import Paths
from piecework.store import Store
from piecework.views import stream
from tests.agent.panel import Panel, panel

WAIT_S = 10.0


@pytest_asyncio.fixture
async def house(paths: Paths, store: Store, clock: FixedClock) -> AsyncIterator[Panel]:
    """A served dashboard over an empty store."""
    async with panel(paths, store, clock) as served:
        yield served


@pytest_asyncio.fixture
async def person(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A signed-in browser."""
    async with aiohttp.ClientSession(house.origin, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(house.once()) as answer:
            assert 200 == answer.status
        yield browser


class Listener:
    """One open stream."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def block(self) -> dict[str, str]:
        """The next block's fields; a comment has none."""
        found: dict[str, str] = {}
        async with asyncio.timeout(WAIT_S):
            while line := (await self.answer.content.readline()).decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                if name:
                    found[name] = value
        return found

    async def topics(self, *wanted: str) -> None:
        """Waits until each of the topics was told; no other may be."""
        left = set(wanted)
        while left:
            told = (await self.block())["event"]
            assert told in left
            left.discard(told)


@asynccontextmanager
async def listening(person: aiohttp.ClientSession, **headers: str) -> AsyncIterator[Listener]:
    """An open stream after its first block."""
    async with person.get("/stream", headers=headers) as answer:
        assert 200 == answer.status
        assert "text/event-stream" == answer.headers["Content-Type"]
        assert "no-store" == answer.headers["Cache-Control"]
        listener = Listener(answer)
        assert {"id": "1"} == await listener.block()
        yield listener


async def test_a_change_is_told_by_its_topic(house: Panel, person: aiohttp.ClientSession) -> None:
    """Each topic by its name, together when they come together."""
    async with listening(person) as one, listening(person) as other:
        house.services.bus.publish("board")
        await one.topics("board")
        await other.topics("board")
        house.services.bus.publish("today", "ledger")
        await one.topics("today", "ledger")


async def test_a_flood_is_told_as_one(
    house: Panel, person: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes while a page is not told piles up once each."""
    monkeypatch.setattr(stream, "GAP_S", 0.05)
    async with listening(person) as one:
        house.services.bus.publish("board")
        await one.topics("board")
        for _ in range(10_000):
            house.services.bus.publish("board", "time")
        await one.topics("board", "time")
        house.services.bus.publish("pairing")
        await one.topics("pairing")


async def test_who_was_cut_off_is_told_of_everything(person: aiohttp.ClientSession) -> None:
    """A page that comes back asks anew for all it shows; a fresh one has it already."""
    async with listening(person, **{"Last-Event-ID": "1"}) as one:
        await one.topics(*TOPICS)


async def test_a_silent_stream_shows_that_it_lives(
    house: Panel, person: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comments keep it open, and a change afterwards is told."""
    monkeypatch.setattr(stream, "ALIVE_S", 0.01)
    async with listening(person) as one:
        assert {} == await one.block()
        house.services.bus.publish("board")
        while (block := await one.block()).get("event") != "board":
            assert {} == block


async def test_a_reader_that_left_is_forgotten(
    house: Panel, person: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its subscription ends with the next word to it."""
    monkeypatch.setattr(stream, "ALIVE_S", 0.01)
    async with listening(person):
        assert 1 == len(house.services.bus._open)
    for _ in range(1000):
        if not house.services.bus._open:
            break
        await asyncio.sleep(0.01)

    assert set() == house.services.bus._open


async def test_a_reader_that_never_reads_holds_nobody_up(house: Panel, person: aiohttp.ClientSession) -> None:
    """Publishing never waits, and the others hear at once."""
    host, port = "127.0.0.1", house.services.port
    cookie = next(iter(person.cookie_jar))
    _, deaf = await asyncio.open_connection(host, port)
    deaf.write(f"GET /stream HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie.key}={cookie.value}\r\n\r\n".encode())
    await deaf.drain()
    async with listening(person) as one:
        for _ in range(100_000):
            house.services.bus.publish(*TOPICS)
        await one.topics(*TOPICS)
    deaf.close()


async def test_too_many_streams_are_turned_away(person: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is told; the open ones stay."""
    monkeypatch.setattr(stream, "MOST", 1)
    async with listening(person), person.get("/stream") as answer:
        assert 503 == answer.status


async def test_open_streams_do_not_keep_the_agent(paths: Paths, store: Store, clock: FixedClock) -> None:
    """When the agent ends, they end: nobody waits for readers."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with panel(paths, store, clock) as served:
            async with browser.get(served.address()) as answer:
                assert 200 == answer.status
            open_one = await browser.get(f"{served.origin}/stream")
            assert b"id: 1\n" == await open_one.content.readline()
        async with asyncio.timeout(WAIT_S):
            assert b"" == (await open_one.content.read()).strip()
