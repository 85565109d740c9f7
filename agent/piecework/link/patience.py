"""What waits for the writer too long is kept beside the store, so that it can be acknowledged."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Protocol

from piecework.control.log import once

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Iterable

    from piecework.link.entry import Entry

log = logging.getLogger(__name__)
LATE_S = 1.0
"""How long an entry waits for the writer before it is kept beside the store."""


class Beside(Protocol):
    """Keeps messages where no writer is needed: `link.late.Late`."""

    def keep(self, messages: Iterable[bytes]) -> None:
        """Adds messages, durably. Blocks; raises OSError."""

    def clear(self) -> None:
        """All of it is in the store."""


class Patience:
    """Watches the line of a pipeline. `kept` gets the highest sequence number of what is safe beside the store.

    A store that fails is another matter: its entries are not in the writer's hands, and are not acknowledged.
    """

    def __init__(
        self, line: deque[Entry[Any]], *, beside: Beside, kept: Callable[[int], None], late_s: float = LATE_S
    ) -> None:
        self._line = line
        self._beside = beside
        self._kept = kept
        self._late_s = late_s
        self._timer: asyncio.TimerHandle | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._used = False

    def watch(self) -> None:
        """Looks again when the front of the line may have waited too long."""
        if self._line and self._timer is None and self._keeping is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(self._line[0].since_s + self._late_s, loop.time()), self._look)

    def emptied(self) -> None:
        """All that was in the line is in the store."""
        if self._used and self._keeping is None:
            self._used = False
            self._beside.clear()

    def _look(self) -> None:
        self._timer = None
        late = [entry for entry in self._line if not entry.beside] if self._is_late() else []
        if late:
            self._keeping = asyncio.get_running_loop().create_task(self._keep(late))
        elif self._line:
            self._timer = asyncio.get_running_loop().call_later(self._late_s, self._look)

    def _is_late(self) -> bool:
        front = self._line[0] if self._line else None
        if front is None or front.future is None or front.future.done():
            return False
        return asyncio.get_running_loop().time() - front.since_s >= self._late_s

    async def _keep(self, late: list[Entry[Any]]) -> None:
        try:
            self._used = True
            await asyncio.to_thread(self._beside.keep, [entry.data for entry in late])
            for entry in late:
                entry.beside = True
            self._kept(max(entry.seq for entry in late))
        except OSError as cause:
            once(log, ("late", cause.errno), logging.WARNING, "messages wait for the store: %s", cause)
        self._keeping = None
        if self._line:
            self._timer = asyncio.get_running_loop().call_later(self._late_s, self._look)
        else:
            self.emptied()
