"""Events through one websocket to their durable acknowledgement: how many a second, and how late at 500 a second.

The client keeps at most 64 events unacknowledged, as the extension does, and runs in this process; the agent in
its own. An event is a submitted assignment with title, requester and pay: the dearest kind, it makes postings.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import TYPE_CHECKING

import msgspec

from bench.agent import running_agent
from bench.result import Check, Peer, Result, percentile
from piecework.protocol.bodies import Note, PayText, Work
from piecework.protocol.messages import Event

if TYPE_CHECKING:
    import argparse

    from piecework.link.client import LinkClient

WINDOW = 64
RATE = 500
ROUNDS = 5
ACTIVITYWATCH = (45.0, 107.0)
"""Heartbeats a second of aw-server 0.12.0, measured once on a machine of this kind; not measured again here."""


def submitted(number: int) -> dict[str, object]:
    """A submission whose money reaches the books."""
    pay = PayText(raw="$0.80", currency="USD")
    body = Work(task=f"bench-{number}", session=f"s-{number}", title=f"Task {number} ☁️", requester="Bench", pay=pay)
    return {"kind": "submitted", "platform": "practice", "account": "-", "body": msgspec.Raw(msgspec.json.encode(body))}


def note(number: int) -> dict[str, object]:
    """The plainest event: a line of text."""
    return {"kind": "note", "body": msgspec.Raw(msgspec.json.encode(Note(text=f"bench {number}")))}


class Sender:
    """Sends events of a link client and remembers when each left and when it was acknowledged."""

    def __init__(self, client: LinkClient) -> None:
        self.client = client
        self.sent: dict[int, float] = {}
        self.late: list[float] = []
        self._done = client.acked

    async def send(self, fields: dict[str, object]) -> None:
        """Sends one, as soon as the window has room."""
        if self.client.seq - self.client.acked >= WINDOW:
            await self.client.until(lambda: self.client.seq - self.client.acked < WINDOW)
        self.collect()
        self.client.seq += 1
        self.sent[self.client.seq] = time.perf_counter()
        event = Event(seq=self.client.seq, id=str(uuid.uuid4()), at_us=time.time_ns() // 1000, **fields)  # type: ignore[arg-type]
        await self.client.send(event)

    def collect(self) -> None:
        """Notes how late everything acknowledged since the last call was, at the latest."""
        now = time.perf_counter()
        while self._done < self.client.acked:
            self._done += 1
            self.late.append(now - self.sent.pop(self._done))


async def throughput(client: LinkClient, count: int, *, plain: bool) -> float:
    """Events a second, `count` of them sent as fast as the window lets."""
    sender = Sender(client)
    begun = time.perf_counter()
    for number in range(count):
        await sender.send(note(number) if plain else submitted(client.seq + 1))
    await client.until_acked(wait_s=120)
    return count / (time.perf_counter() - begun)


async def lateness(client: LinkClient, count: int) -> list[float]:
    """Seconds from sending to acknowledgement at a steady rate."""
    sender = Sender(client)

    async def watch() -> None:
        while True:
            await client.until(lambda: client.acked > sender._done)  # noqa: SLF001 - one small class of this file
            sender.collect()

    watcher = asyncio.create_task(watch())
    begun = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        await sender.send(note(number))
    await client.until_acked(wait_s=60)
    watcher.cancel()
    sender.collect()
    return sender.late


async def measure(*, quick: bool) -> Result:
    """All figures of this bench."""
    rounds, count, paced = (1, 500, 500) if quick else (ROUNDS, 10_000, 5_000)
    async with running_agent() as agent, await agent.client() as client:
        await throughput(client, 200, plain=True)
        plain = [await throughput(client, count, plain=True) for _ in range(rounds)]
        money = [await throughput(client, count // 5, plain=False) for _ in range(rounds)]
        late = await lateness(client, paced)
    best = percentile(plain, 0.5)
    return Result(
        "ingest",
        [
            Check("events through one websocket to durable acknowledgement, median", best, "/s", 5_000, ">="),
            Check("submissions with postings, median", percentile(money, 0.5), "/s"),
            Check(f"acknowledgement at {RATE}/s, p99", percentile(late, 0.99) * 1000, "ms", 20),
            Check(f"acknowledgement at {RATE}/s, p50", percentile(late, 0.5) * 1000, "ms"),
        ],
        [
            Peer("aw-server 0.12.0 (recorded, another run)", "heartbeats/s", value, best / value)
            for value in ACTIVITYWATCH
        ],
    )


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench ingest` calls it."""
    return asyncio.run(measure(quick=told.quick))
