"""What the parts of a running agent share. The command line makes the same without link and dashboard."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from piecework.control.bus import Bus
from piecework.control.jobs import Imports
from piecework.errors import DiskFull, NotRunning, StoreBusy, StoreCorrupt, StoreError, StoreNewer, StoreReadOnly
from piecework.now import local_zone
from piecework.protocol.messages import State
from piecework.settings import Settings, load_settings
from piecework.store.definitions import platforms_in_use

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import msgspec

    from piecework.now import Clock
    from piecework.platforms import Platform
    from piecework.secrets import Secrets
    from piecework.settings import Paths
    from piecework.store import Store

log = logging.getLogger(__name__)
HINT_RUN = "Start it with `piecework run`."


@dataclass(frozen=True)
class PairRequest:
    """An extension that asks to be paired. Its words are a stranger's: show them as text."""

    code: str
    origin: str
    name: str
    browser: str
    platforms: tuple[str, ...]
    expires_us: int


class Desk(Protocol):
    """Where pairing requests are decided; `piecework.link.pairing` while the agent runs."""

    def pending(self) -> PairRequest | None:
        """The one request that waits, if any."""
        ...

    async def approve(self, code: str) -> str:
        """Allows the request with that code; returns the new client's cid. Raises Refused, BadUsage."""
        ...

    def deny(self) -> None:
        """Turns the waiting request down. Raises NothingToShow where none waits."""
        ...


class Hub(Protocol):
    """The connected clients; `piecework.link.hub` while the agent runs."""

    def connected(self) -> frozenset[str]:
        """Their cids."""
        ...

    async def drop(self, cid: str, code: int, reason: str) -> None:
        """Closes every socket of one client."""
        ...

    def send(self, message: msgspec.Struct) -> None:
        """Sends one message to every client that shows something."""
        ...

    def push_settings(self) -> None:
        """Sends every client what the person chose, and which accounts are claimed."""
        ...

    def push_definitions(self) -> None:
        """Sends every client the definitions that another one taught."""
        ...

    def push_state(self) -> None:
        """Sends every client what its popup shows; calls close together are sent as one."""
        ...


class Courier(Protocol):
    """Who takes alerts to the person; `piecework.link.delivery` while the agent runs."""

    def offer(self, ids: Iterable[str]) -> None:
        """Alerts that were committed just now."""
        ...

    def release(self) -> None:
        """Tells what was held, if nothing holds it any more."""
        ...

    def channels_changed(self) -> None:
        """A channel was added, switched or removed."""
        ...

    async def test(self) -> list[dict[str, Any]]:
        """One alert the whole way to every channel: rows {channel, state, cause, at_us}."""
        ...


class Sessions(Protocol):
    """One-time addresses of the dashboard; `piecework.views` puts its own in place of the plain one."""

    def mint(self, path: str) -> str:
        """An address that signs a browser in once, within a minute, and goes on to `path`."""
        ...


class NoDesk:
    """Where no agent runs, nobody can ask to be paired."""

    def pending(self) -> PairRequest | None:
        """Nobody."""
        return None

    async def approve(self, code: str) -> str:
        """Raises NotRunning."""
        raise NotRunning(f"No agent runs, so that no extension can wait with the code {code!r}. {HINT_RUN}")

    def deny(self) -> None:
        """Raises NotRunning."""
        raise NotRunning(f"No agent runs, so that no extension waits. {HINT_RUN}")


class NoHub:
    """Where no agent runs, nobody is connected."""

    def connected(self) -> frozenset[str]:
        """Nobody."""
        return frozenset()

    async def drop(self, cid: str, code: int, reason: str) -> None:
        """Nothing to close."""

    def send(self, message: msgspec.Struct) -> None:
        """Nobody to send to."""

    def push_settings(self) -> None:
        """Nobody to tell."""

    def push_definitions(self) -> None:
        """Nobody to tell."""

    def push_state(self) -> None:
        """Nobody to tell."""


class NoCourier:
    """Where no agent runs, nobody is told anything: it waits in the store."""

    def offer(self, ids: Iterable[str]) -> None:
        """Stays queued."""

    def release(self) -> None:
        """Stays held."""

    def channels_changed(self) -> None:
        """Nobody to tell."""

    async def test(self) -> list[dict[str, Any]]:
        """Raises NotRunning."""
        raise NotRunning(f"No agent runs, so that no alert goes out. {HINT_RUN}")


class PlainAddresses:
    """Addresses of an agent without a dashboard: nobody is signed in by them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def mint(self, path: str) -> str:
        """The address itself."""
        return f"{self._services.base_url}{path}"


def no_state(_conn: sqlite3.Connection, _now_us: int, _zone: str) -> State:
    """What the popup is told where no views are loaded."""
    return State()


def not_running() -> None:
    """Raises NotRunning."""
    raise NotRunning(f"No agent runs. {HINT_RUN}")


def not_told(_name: str, _done: int, _of: int) -> None:
    """Nobody listens to how far work is."""


@dataclass
class Services:
    """One data folder in use. `port` is 0 where no agent runs; desk and hub are then empty ones.

    `notices` are what the person has to be told, by cause: disk_full, read_only, corrupt, newer, busy,
    store, recovered, keyring, clock. `state` is `views.reports.state`, handed in because views stand above.
    `work` is how far long work is, (done, of) by the command's name; `told` hears of it as it goes on.
    """

    paths: Paths
    clock: Clock
    store: Store
    platforms: Mapping[str, Platform]
    secrets: Secrets
    settings: Settings = field(default_factory=Settings)
    bus: Bus = field(default_factory=Bus)
    notices: dict[str, str] = field(default_factory=dict)
    state: Callable[[sqlite3.Connection, int, str], State] = no_state
    started_us: int = 0
    port: int = 0
    copying: asyncio.Lock = field(default_factory=asyncio.Lock)
    imports: Imports = field(default_factory=Imports)
    machine_zone: str = field(default_factory=local_zone)
    desk: Desk = field(default_factory=NoDesk)
    hub: Hub = field(default_factory=NoHub)
    courier: Courier = field(default_factory=NoCourier)
    sessions: Sessions = field(init=False)
    stop: Callable[[], None] = not_running
    work: dict[str, tuple[int, int]] = field(default_factory=dict)
    told: Callable[[str, int, int], None] = not_told

    def __post_init__(self) -> None:
        self.sessions = PlainAddresses(self)

    @property
    def running(self) -> bool:
        """True in the agent, false in a command line's own process."""
        return self.port != 0

    @property
    def zone(self) -> str:
        """The person's IANA zone: chosen, else the machine's at the start."""
        return self.settings.zone or self.machine_zone

    @property
    def base_url(self) -> str:
        """Where the dashboard is, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def working(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Long work under the name of its command: call what is handed over with (done, of), from any thread."""

        def progress(done: int, of: int) -> None:
            self.work[name] = (done, of)
            self.told(name, done, of)

        try:
            yield progress
        finally:
            self.work.pop(name, None)

    def reload_platforms(self) -> None:
        """Reads the person's own definitions anew, over the carried ones."""
        with self.store.read() as conn:
            self.platforms = platforms_in_use(conn)
        self.hub.push_definitions()

    def reload_settings(self) -> None:
        """Reads the choices anew and tells every client."""
        with self.store.read() as conn:
            self.settings = load_settings(conn)
        self.hub.push_settings()

    def notice(self, cause: str, text: str) -> bool:
        """Tells the person; an empty text takes the notice back. True where that changed something."""
        if self.notices.get(cause, "") == text:
            return False
        if text:
            self.notices[cause] = text
        else:
            self.notices.pop(cause)
        self.bus.publish("platforms")
        self.hub.push_state()
        return True

    def store_trouble(self, error: StoreError | None) -> None:
        """Tells the person that the store failed, and why; None when it takes facts again."""
        cause = "" if error is None else _CAUSES.get(type(error), "store")
        for known in {*_CAUSES.values(), "store"} & set(self.notices) - {cause}:
            self.notice(known, "")
        if error is not None and self.notice(cause, error.text):
            log.error("%s", error.text)


_CAUSES: dict[type[StoreError], str] = {
    DiskFull: "disk_full",
    StoreReadOnly: "read_only",
    StoreCorrupt: "corrupt",
    StoreNewer: "newer",
    StoreBusy: "busy",
}
