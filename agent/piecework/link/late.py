"""Messages that wait for the writer too long: kept in a file of their own, so that they can be acknowledged.

An import of years, a rebuild or a `forget` holds the one writer for a while. What browsers send meanwhile is written
here (flushed to the disk) and acknowledged; the writer takes it in from memory when it is free again, and the file
goes. Where the agent was ended before that, the next one takes it from here: ids make a repetition harmless.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from typing import TYPE_CHECKING

import msgspec

from piecework.errors import BadMessage, StoreError
from piecework.link.keep import check_event, refusing, taking
from piecework.oscalls import private_folder
from piecework.protocol.codec import decode
from piecework.protocol.messages import Event

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from piecework.control import Services
    from piecework.link.keep import Kept

log = logging.getLogger(__name__)


class Waiting(msgspec.Struct):
    """One message as it came, and from which client; a line of the file."""

    cid: str
    data: bytes


class Late:
    """The file of one socket."""

    def __init__(self, folder: Path, cid: str) -> None:
        self._path = folder / f"{secrets.token_hex(8)}.lines"
        self._cid = cid

    def keep(self, messages: Iterable[bytes]) -> None:
        """Adds messages, safe against a power cut. Blocks; raises OSError."""
        private_folder(self._path.parent)
        lines = b"".join(msgspec.json.encode(Waiting(self._cid, data)) + b"\n" for data in messages)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def clear(self) -> None:
        """All of it is in the store."""
        self._path.unlink(missing_ok=True)


async def take_late(services: Services) -> int:
    """Takes in what an agent that was ended left waiting; returns how many messages.

    For a start, before anybody connects. Where the store fails, the rest waits for the next one.
    """
    count = 0
    try:
        for path in sorted(services.paths.late.glob("*.lines")):
            for waiting in _lines(await asyncio.to_thread(path.read_bytes)):
                await services.store.write(_work(services, waiting))
                count += 1
            path.unlink()
    except (StoreError, OSError) as cause:
        log.warning("messages that had waited for the store go on waiting: %s", cause)
    if count:
        log.info("took in %d messages that had waited for the store", count)
    return count


def _lines(data: bytes) -> Iterator[Waiting]:
    for line in data.split(b"\n"):
        try:
            yield msgspec.json.decode(line, type=Waiting)
        except msgspec.DecodeError:
            # The end of a line that was never written whole: nobody was told that it is kept.
            continue


def _work(services: Services, waiting: Waiting) -> Callable[[sqlite3.Connection], Kept]:
    """What the writer has to do with it, as if it came now."""
    try:
        message = decode(waiting.data)
        if isinstance(message, Event):
            check_event(message)
            return taking(services, waiting.cid, message, waiting.data)
        reason = f"{type(message).__name__.lower()} is not expected here"
    except BadMessage as cause:
        reason = cause.text
    return refusing(services, waiting.cid, reason, waiting.data)
