"""One data folder, one program: who serves it, and how a command works on it where no agent does."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from piecework.control.services import Services
from piecework.now import SystemClock
from piecework.oscalls import FileLock, private_folder
from piecework.secrets import Secrets
from piecework.settings import default_data, load_settings
from piecework.store import Store
from piecework.store.definitions import platforms_in_use
from piecework.store.notices import notices

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from piecework.now import Clock
    from piecework.settings import Paths


class RunFile(msgspec.Struct):
    """`run.json`: the agent that serves a folder."""

    pid: int
    port: int
    started_us: int
    version: str


def lock_of(paths: Paths) -> FileLock:
    """The lock of a data folder: held by the agent, or by a command for as long as it works."""
    private_folder(paths.data)
    return FileLock(paths.data / "lock")


def running_agent(paths: Paths) -> RunFile | None:
    """Who serves the folder, as the file says; believe it only while the lock is taken."""
    try:
        return msgspec.json.decode(paths.run.read_bytes(), type=RunFile)
    except (OSError, msgspec.DecodeError):
        return None


def is_default(paths: Paths) -> bool:
    """Whether this is the folder used without --data: only its keys go to the system's keyring."""
    return paths.data.absolute() == default_data().absolute()


def gather(paths: Paths, store: Store, secrets: Secrets, clock: Clock) -> Services:
    """The services of an opened folder, without link and dashboard."""
    with store.read() as conn:
        settings, told, platforms = load_settings(conn), notices(conn), platforms_in_use(conn)
    services = Services(
        paths=paths,
        clock=clock,
        store=store,
        platforms=platforms,
        secrets=secrets,
        settings=settings,
        notices=told,
    )
    if store.refusal is not None:
        services.store_trouble(store.refusal)
    return services


@asynccontextmanager
async def offline(paths: Paths) -> AsyncIterator[Services]:
    """The services of a folder no agent serves; the caller holds its lock."""
    clock = SystemClock()
    secrets = Secrets.open(paths, keyring_allowed=is_default(paths))
    services = gather(paths, Store.open(paths, clock), secrets, clock)
    try:
        yield services
    finally:
        services.store.close()
