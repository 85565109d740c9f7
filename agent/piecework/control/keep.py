"""Commands about the store as a whole: long ones run in a thread, so that the agent goes on meanwhile."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.control.arguments import read
from piecework.errors import BadUsage, NothingToShow, PieceworkError
from piecework.ledger import replay
from piecework.now import utc
from piecework.settings import drop_value
from piecework.store import Store
from piecework.store.backup import backup as copy_store
from piecework.store.backup import damage, list_backups, newest_good
from piecework.store.connect import make_private
from piecework.store.notices import REBUILD, dismiss

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from piecework.control.services import Services
    from piecework.settings import Paths


class Dismissed(msgspec.Struct):
    """A notice by its cause."""

    cause: str


class Restored(msgspec.Struct):
    """A copy by its day or its file's name; empty for the newest that is whole."""

    backup: str = ""


async def backup(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """Makes and checks today's copy anew: `{path, bytes}`. Raises DiskFull, StoreCorrupt."""
    async with services.copying:
        path = await asyncio.to_thread(copy_store, services.paths, services.clock.now_us(), again=True)
    return {"path": str(path), "bytes": path.stat().st_size}


async def restore(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Puts a copy in the store's place and keeps what stood there: `{restored, aside}`. No agent may run.

    Browsers are asked for what they still hold of the time between, as the copy knows their older numbers.
    """
    if services.running:
        raise PieceworkError("The agent uses the store. End it with `piecework stop`, then restore.")
    copy = _chosen(services.paths, read(args, Restored).backup)
    services.store.close()
    aside = services.paths.db.with_name(f"piecework.db.before-restore-{utc(services.clock.now_us()):%Y%m%d-%H%M%S}")
    part = services.paths.db.with_name("piecework.db.restoring")
    shutil.copyfile(copy, part)
    make_private(part)
    # Closed, the store is one file; it stays in its place until the copy takes that in one step.
    shutil.copyfile(services.paths.db, aside)
    make_private(aside)
    part.replace(services.paths.db)
    services.store = Store.open(services.paths, services.clock)
    return {"restored": str(copy), "aside": str(aside)}


async def verify(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """Replays the history and compares: `{events, postings, differences}`."""

    def look() -> dict[str, Any]:
        with services.store.read() as conn, services.working("verify") as progress:
            return replay.verify(conn, progress)

    return await asyncio.to_thread(look)


async def rebuild(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """Derives assignments, postings and sums anew from the history: `{attempts}`."""
    attempts = 0

    def job(conn: sqlite3.Connection) -> None:
        # A transaction of its own, without the savepoint of others: that would keep every page as it was in memory.
        conn.execute("BEGIN IMMEDIATE")
        with services.working("rebuild") as progress:
            replay.rebuild(conn, lambda done, of: count(done, of, progress))
        drop_value(conn, REBUILD)
        conn.execute("COMMIT")

    def count(done: int, of: int, progress: Callable[[int, int], None]) -> None:
        nonlocal attempts
        attempts = done
        progress(done, of)

    await asyncio.wrap_future(services.store.writer.exclusive(job))
    services.bus.publish("today", "ledger", "time", "board")
    services.hub.push_state()
    return {"attempts": attempts}


async def dismiss_notice(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """The person has read a notice; one about trouble that goes on comes back by itself."""
    cause = read(args, Dismissed).cause
    await services.store.write(lambda conn: dismiss(conn, cause))
    services.notice(cause, "")
    return {}


def _chosen(paths: Paths, name: str) -> Path:
    if not name:
        newest = newest_good(paths)
        if newest is None:
            raise NothingToShow(f"There is no backup in {paths.backups}.")
        return newest.path
    found = [copy for copy in list_backups(paths) if name in {copy.day, copy.path.name, str(copy.path)}]
    if not found:
        known = ", ".join(copy.path.name for copy in list_backups(paths)) or "none"
        raise BadUsage(f"There is no backup “{name}”. There are: {known}.")
    if verdict := damage(found[-1].path):
        raise PieceworkError(f"{found[-1].path} is damaged ({verdict}). Choose another copy.")
    return found[-1].path
