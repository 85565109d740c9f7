"""What the tests of the link share: a real agent on a free port, real clients, requests written by hand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from piecework.control import run
from piecework.link.client import LinkClient
from piecework.link.desktop import Unavailable
from piecework.protocol.bodies import Look, PayText, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from piecework.app import Agent

CHROMIUM = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
FIREFOX = "moz-extension://0f8fad5b-d9cb-469f-a165-70867728950e"
STRANGER = "chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba"
WAIT_S = 10.0
PLATFORM = "practice"


class Screen:
    """Stands in for the desktop: remembers what it was shown, or says why it can't."""

    name = "desktop"

    def __init__(self, why: str = "") -> None:
        self.shown: list[str] = []
        self.why = why

    async def show(self, title: str, text: str, url: str | None) -> None:  # noqa: ARG002 - the channel's own names
        """One notice."""
        if self.why:
            raise Unavailable(f"unavailable: {self.why}")
        self.shown.append(title)


async def until(holds: Callable[[], Any], what: str = "the condition holds", wait_s: float = WAIT_S) -> Any:  # noqa: ANN401
    """Asks until the answer is true, and returns it."""
    async with asyncio.timeout(wait_s):
        while True:
            if answer := holds():
                return answer
            await asyncio.sleep(0.005)
    raise AssertionError(what)


async def issue(agent: Agent, origin: str = FIREFOX) -> tuple[str, str]:
    """A paired client: (cid, key)."""
    answer = await run(agent.services, "pair.issue", {"name": "a browser", "origin": origin})
    return answer["cid"], answer["key"]


async def connect(agent: Agent, who: tuple[str, str], origin: str = FIREFOX, upto: int = 0) -> LinkClient:
    """A proven connection of a paired client."""
    return await LinkClient.connect(agent.port, *who, origin=origin, upto=upto)


def rows(agent: Agent, query: str, *values: object) -> list[dict[str, Any]]:
    """What the store holds."""
    with agent.services.store.read() as conn:
        return [dict(row) for row in conn.execute(query, values)]


def look(number: int, *tasks: str, baseline: bool = False) -> Look:
    """One whole reading of a list with these tasks on it."""
    return Look(
        list="tasks",
        look=f"look-{number}",
        baseline=baseline,
        rows=[Row(id=task, title=f"Task {task}", requester="Somebody", pay=PayText(raw="$1.20")) for task in tasks],
    )


async def see(client: LinkClient, number: int, *tasks: str, baseline: bool = False, **fields: object) -> int:
    """The client hands a look over; returns its sequence number."""
    body = look(number, *tasks, baseline=baseline)
    return await client.send_event("look", body, platform=PLATFORM, account="-", **fields)


async def ask_http(port: int, head: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
    """One request, written by hand; returns status, headers in lower case, and the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        await writer.drain()
        async with asyncio.timeout(WAIT_S):
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines if line)}
            rest = await reader.readexactly(int(headers.get("content-length", "0")))
    finally:
        writer.close()
        await writer.wait_closed()
    return int(first.split()[1]), headers, rest
