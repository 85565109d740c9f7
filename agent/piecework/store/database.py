"""The store: one SQLite file, one writer, many readers."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from piecework.errors import NothingToShow, StoreCorrupt, StoreError, StoreNewer, StoreReadOnly
from piecework.store import migrations
from piecework.store.backup import backup
from piecework.store.connect import connect_reader, connect_writer, explain, make_private, mark_damaged
from piecework.store.recover import needs_recovery, recover
from piecework.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from piecework.now import Clock
    from piecework.settings import Paths

T = TypeVar("T")
IDLE_READERS = 4


class Store:
    """An opened store. `refusal` says why nothing can be written, None where it can.

    Use `Store.open`. Writing: `await store.write(job)` or `store.writer.submit(job).result()`, where a job is a
    function of the connection. Reading: `with store.read() as conn`.
    """

    def __init__(
        self, paths: Paths, clock: Clock, writer: Writer, *, immutable: bool, refusal: StoreError | None
    ) -> None:
        self.paths = paths
        self.clock = clock
        self.writer = writer
        self.refusal = refusal
        self._immutable = immutable
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(cls, paths: Paths, clock: Clock, *, read_only: bool = False) -> Store:
        """Opens the store of a data folder, making and migrating it where needed.

        A file that can't be written, or that a newer program wrote, opens for reading and says why in `refusal`.
        A damaged one is kept aside, recovered, and a notice left for the person (`store.notices`). Raises StoreError
        where it can't even be read, NothingToShow where `read_only` finds no file.
        """
        if read_only:
            if not paths.db.exists():
                raise NothingToShow(f"There is no data in {paths.data} yet.")
            return cls._read_only(paths, clock, StoreReadOnly(f"{paths.db} was opened for reading only."))
        try:
            return cls._writable(paths, clock)
        except StoreCorrupt:
            recover(paths, clock.now_us())
            return cls._writable(paths, clock)

    @classmethod
    def _writable(cls, paths: Paths, clock: Clock) -> Store:
        if needs_recovery(paths):
            recover(paths, clock.now_us())
        try:
            make_private(paths.db)
            conn = connect_writer(paths.db)
        except (OSError, sqlite3.Error) as cause:
            error = _cause(cause, paths.db)
            if isinstance(error, StoreCorrupt):
                raise error from cause
            return cls._read_only(paths, clock, error)
        try:
            refusal = _prepare(conn, paths, clock.now_us())
        except sqlite3.Error as cause:
            conn.close()
            error = explain(cause, paths.db)
            if isinstance(error, StoreReadOnly):
                return cls._read_only(paths, clock, error)
            raise error from cause
        if refusal is not None:
            conn.close()
            return cls._read_only(paths, clock, refusal)
        return cls(paths, clock, Writer(conn, paths.db), immutable=False, refusal=None)

    @classmethod
    def _read_only(cls, paths: Paths, clock: Clock, refusal: StoreError) -> Store:
        if not paths.db.exists():
            raise refusal
        immutable = False
        try:
            _probe(paths.db, immutable=False)
        except sqlite3.Error:
            immutable = True
            try:
                _probe(paths.db, immutable=True)
            except sqlite3.Error as cause:
                raise explain(cause, paths.db) from cause
        return cls(paths, clock, Writer(None, paths.db, refusal), immutable=immutable, refusal=refusal)

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Runs a job in the writer's next transaction and waits for its commit."""
        return await asyncio.wrap_future(self.writer.submit(job))

    def write_now(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """The same for callers without an event loop."""
        return self.writer.submit(job).result()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees what was committed when its first statement runs; rows are sqlite3.Row."""
        with self._lock:
            conn = self._idle.pop() if self._idle else None
        conn = conn or connect_reader(self.paths.db, immutable=self._immutable)
        try:
            yield conn
        except sqlite3.DatabaseError as cause:
            error = explain(cause, self.paths.db)
            if isinstance(error, StoreCorrupt):
                mark_damaged(self.paths.db)
            raise error from cause
        finally:
            self._give_back(conn)

    def close(self) -> None:
        """Commits what is queued and closes every connection, the writer's last: it folds the log into the file."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for conn in idle:
            conn.close()
        self.writer.close()

    def _give_back(self, conn: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed and not conn.in_transaction and len(self._idle) < IDLE_READERS:
                self._idle.append(conn)
                return
        conn.close()


def _prepare(conn: sqlite3.Connection, paths: Paths, now_us: int) -> StoreError | None:
    """Migrates, with a copy made before; returns why the file can't be written to, if so."""
    version = migrations.version_of(conn)
    if version > migrations.newest():
        return StoreNewer(f"{paths.db} was written by a newer Piecework. Update this one; until then it only reads.")
    if 0 < version < migrations.newest():
        backup(paths, now_us, before=version + 1, again=True)
    migrations.migrate(conn)
    return None


def _probe(path: Path, *, immutable: bool) -> None:
    conn = connect_reader(path, immutable=immutable)
    try:
        conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    finally:
        conn.close()


def _cause(cause: Exception, path: Path) -> StoreError:
    if isinstance(cause, sqlite3.Error):
        return explain(cause, path)
    return StoreReadOnly(f"{path} can't be written to: {cause}.")
