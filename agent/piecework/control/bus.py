"""Word of what changed, for whoever shows it: topics, not data. A reader asks the store anew."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TOPICS = frozenset({"board", "today", "ledger", "time", "platforms", "pairing"})
"""Names of the server-sent events."""


class Subscription:
    """What changed since it was last asked: topics pile up once each, so that a slow reader costs nothing."""

    def __init__(self) -> None:
        self._topics: set[str] = set()
        self._news = asyncio.Event()

    def add(self, topics: Iterable[str]) -> None:
        """Called by the bus."""
        self._topics.update(topics)
        self._news.set()

    async def topics(self) -> set[str]:
        """Waits until something changed; returns all that changed since the last call."""
        await self._news.wait()
        self._news.clear()
        changed, self._topics = self._topics, set()
        return changed


class Bus:
    """Hands topics to every subscription. Belongs to the event loop: never call it from another thread."""

    def __init__(self) -> None:
        self._open: set[Subscription] = set()

    def publish(self, *topics: str) -> None:
        """Tells every subscription that these topics changed."""
        for subscription in self._open:
            subscription.add(topics)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """`with bus.subscribe() as news: changed = await news.topics()`."""
        subscription = Subscription()
        self._open.add(subscription)
        try:
            yield subscription
        finally:
            self._open.discard(subscription)
