"""From a message to its durable acknowledgement: in order, many at a time, nothing acknowledged that is not kept.

The read loop hands each entry over and goes on; the writer commits what is queued; whatever is committed at the
front of the line is acknowledged by one message. When the store fails, everything behind the failure is undone as
well, reading pauses, and the same entries are tried again until the store takes them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from piecework.errors import StoreError
from piecework.link.keep import is_failure

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from concurrent.futures import Future

    from piecework.store import Store

T = TypeVar("T")

MOST_ENTRIES = 2048
MOST_BYTES = 8 << 20
"""What may be under way at once; beyond it reading pauses, and TCP holds the sender back."""
AGAIN_S = 2.0
"""How long a failed store is left alone before it is tried again."""


class Superseded(StoreError):
    """An entry that stood behind a failed one: it is done again after it."""


@dataclass(slots=True, eq=False)
class Entry(Generic[T]):
    """One message: `work` runs in the writer's transaction; `seq` 0 where it could not be read."""

    seq: int
    size: int
    work: Callable[[sqlite3.Connection], T]
    future: Future[T] | None = None


class Pipeline(Generic[T]):
    """The line of one socket.

    `done` gets the highest sequence number and the results of what was committed, in order; `failed` gets the
    store's error, and None when the store takes entries again. Both run in the event loop.
    """

    def __init__(
        self,
        store: Store,
        done: Callable[[int, list[T]], None],
        failed: Callable[[StoreError | None], None],
        again_s: float = AGAIN_S,
    ) -> None:
        self._store = store
        self._done = done
        self._failed = failed
        self._again_s = again_s
        self._loop = asyncio.get_running_loop()
        self._line: deque[Entry[T]] = deque()
        self._bytes = 0
        self._room = asyncio.Event()
        self._room.set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._run = 0
        self._broken_run = -1
        self._waking = False
        self._retry: asyncio.TimerHandle | None = None
        self._failing = False
        self._closed = False

    async def put(self, entry: Entry[T]) -> None:
        """Takes an entry in; waits while too much is under way or the store fails."""
        if not self._room.is_set():
            await self._room.wait()
        self._line.append(entry)
        self._bytes += entry.size
        self._empty.clear()
        if self._retry is None:
            self._submit(entry)
        self._set_room()

    async def drain(self) -> None:
        """The socket is gone: waits for what the writer has, gives up what waits for a failed store."""
        self._closed = True
        self._give_up_if_broken()
        await self._empty.wait()

    def _submit(self, entry: Entry[T]) -> None:
        run = self._run

        def job(conn: sqlite3.Connection) -> T:
            if self._broken_run == run:
                raise Superseded("behind a failed entry")
            try:
                return entry.work(conn)
            except Exception as cause:
                # Set in the writer's thread, so that not even the next job of this batch overtakes a failed one.
                if is_failure(cause, conn):
                    self._broken_run = run
                raise

        entry.future = self._store.writer.submit(job)
        entry.future.add_done_callback(lambda future: self._committed(run, future))

    def _committed(self, run: int, future: Future[T]) -> None:
        # In the writer's thread, before it takes the next batch.
        if future.exception() is not None:
            self._broken_run = run
        if not self._waking:
            self._waking = True
            self._loop.call_soon_threadsafe(self._flush)

    def _flush(self) -> None:
        self._waking = False
        seq, results = 0, list[T]()
        error: BaseException | None = None
        while self._line and (future := self._line[0].future) is not None and future.done():
            if (cause := future.exception()) is not None:
                error = cause
                break
            entry = self._line.popleft()
            self._bytes -= entry.size
            seq = max(seq, entry.seq)
            results.append(future.result())
        if results:
            if self._failing:
                self._failing = False
                self._failed(None)
            self._done(seq, results)
        if error is not None:
            self._break(error)
        self._set_room()

    def _break(self, cause: BaseException) -> None:
        if not self._failing:
            self._failing = True
            self._failed(cause if isinstance(cause, StoreError) else StoreError(str(cause)))
        if self._retry is None:
            self._retry = self._loop.call_later(self._again_s, self._try_again)
        self._give_up_if_broken()

    def _try_again(self) -> None:
        if any(entry.future is not None and not entry.future.done() for entry in self._line):
            self._retry = self._loop.call_later(self._again_s, self._try_again)
            return
        self._retry = None
        self._run += 1
        for entry in self._line:
            self._submit(entry)
        self._set_room()

    def _give_up_if_broken(self) -> None:
        if self._closed and self._retry is not None:
            self._retry.cancel()
            self._retry = None
            self._line.clear()
            self._empty.set()

    def _set_room(self) -> None:
        if self._retry is None and len(self._line) < MOST_ENTRIES and self._bytes < MOST_BYTES:
            self._room.set()
        else:
            self._room.clear()
        if not self._line:
            self._empty.set()
