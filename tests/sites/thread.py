"""The same sites for code without an event loop: they run in a thread of their own."""

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tests.sites.server import Clock, Ports, Seen, Sites, wall_us


class SitesThread:
    """`with SitesThread() as s: s.publish("prolific", …)`; every call is carried out in the sites' own thread."""

    def __init__(self, clock: Clock = wall_us, seed: int = 0) -> None:
        self.sites = Sites(clock, seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sites", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.sites.start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self.sites.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def ports(self) -> Ports:
        """Where https and plain http listen."""
        return self.sites.ports

    @property
    def hosts(self) -> dict[str, int]:
        """What a browser driver maps."""
        return self.sites.hosts

    @property
    def requests(self) -> list[Seen]:
        """Everything asked so far."""
        return list(self.sites.requests)

    def do(self, call: Callable[[Sites], Any]) -> Any:  # noqa: ANN401 - gives whatever the call gives
        """Carry out `call(sites)` in the sites' thread and give what it gives."""

        async def run() -> Any:  # noqa: ANN401 - as above
            return call(self.sites)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """`publish`, `publish_all`, `mode`, `move`, `swap_in_recorded`, `asked`, as the sites have them."""
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args: object, **told: object) -> Any:  # noqa: ANN401 - as above
            return self.do(lambda sites: getattr(sites, name)(*args, **told))

        return call
