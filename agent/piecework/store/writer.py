"""The one thread that writes: it takes all that is queued, commits once, and never waits for more."""

from __future__ import annotations

import queue
import sqlite3
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from piecework.errors import StoreCorrupt, StoreError
from piecework.store.connect import explain, mark_damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

T = TypeVar("T")
MOST = 512
"""Jobs in one transaction."""
_STORE = (sqlite3.OperationalError, sqlite3.DatabaseError)
"""What says that the store failed; their other subclasses say that the job asked for something wrong."""


@dataclass(slots=True)
class _Job:
    run: Callable[[sqlite3.Connection], Any]
    future: Future[Any]
    alone: bool
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Runs jobs on one connection in a thread of its own.

    A job is a function of the connection. It runs inside a savepoint of the transaction it shares with the jobs
    queued at that moment: its own exception undoes it alone, a failed commit undoes all. Futures resolve after
    the commit; what SQLite refuses arrives as a StoreError (DiskFull, StoreReadOnly, StoreCorrupt, StoreBusy).
    """

    def __init__(self, conn: sqlite3.Connection | None, path: Path, refusal: StoreError | None = None) -> None:
        self._conn = conn
        self._path = path
        self._refusal = refusal
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        if conn is not None:
            self._thread = threading.Thread(target=self._loop, args=(conn,), name="store-writer", daemon=True)
            self._thread.start()

    def submit(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queues a job for the next transaction."""
        return self._put(job, alone=False)

    def exclusive(self, job: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queues a job that runs with no transaction open and no other job beside it (VACUUM, checkpoints)."""
        return self._put(job, alone=True)

    def close(self) -> None:
        """Runs what is queued, leaves the write-ahead log empty and closes the connection."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _put(self, job: Callable[[sqlite3.Connection], T], *, alone: bool) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            if self._refusal is not None:
                future.set_exception(self._refusal)
            elif self._closed:
                future.set_exception(StoreError(f"{self._path} is closed."))
            else:
                self._queue.put(_Job(job, future, alone))
        return future

    def _loop(self, conn: sqlite3.Connection) -> None:
        going = True
        while going:
            batch: list[_Job] = []
            going = self._take(batch)
            for group in _groups(batch):
                if group[0].alone:
                    self._run_alone(conn, group[0])
                else:
                    self._run_together(conn, group)
                _resolve(group)
        _close(conn)

    def _take(self, batch: list[_Job]) -> bool:
        """Fills `batch` with all that is queued, waiting for the first alone; False at the end."""
        entry = self._queue.get()
        while entry is not None:
            if entry.future.set_running_or_notify_cancel():
                batch.append(entry)
            if len(batch) >= MOST:
                return True
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                return True
        return False

    def _run_together(self, conn: sqlite3.Connection, batch: Sequence[_Job]) -> None:
        try:
            conn.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._run_one(conn, job)
            conn.execute("COMMIT")
        except sqlite3.Error as cause:
            _undo(conn)
            error = self._explained(cause)
            for job in batch:
                job.error = job.error or error

    def _run_one(self, conn: sqlite3.Connection, job: _Job) -> None:
        conn.execute("SAVEPOINT job")
        try:
            job.result = job.run(conn)
        except Exception as cause:
            job.error = self._mapped(cause)
            if not conn.in_transaction:
                raise _Lost(cause) from cause
            conn.execute("ROLLBACK TO job")
        conn.execute("RELEASE job")

    def _run_alone(self, conn: sqlite3.Connection, job: _Job) -> None:
        try:
            job.result = job.run(conn)
        except sqlite3.Error as cause:
            job.error = self._explained(cause)
        except Exception as cause:  # noqa: BLE001 - whatever a job raises belongs to its caller
            job.error = cause
        if conn.in_transaction:
            _undo(conn)

    def _mapped(self, cause: Exception) -> Exception:
        if isinstance(cause, sqlite3.Error) and type(cause) in _STORE:
            return self._explained(cause)
        return cause

    def _explained(self, cause: sqlite3.Error) -> StoreError:
        error = explain(cause, self._path)
        if isinstance(error, StoreCorrupt):
            mark_damaged(self._path)
        return error


class _Lost(sqlite3.OperationalError):
    """SQLite has undone the whole transaction by itself, as it does when the disk is full."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.sqlite_errorcode = getattr(cause, "sqlite_errorcode", 0)


def _groups(batch: Sequence[_Job]) -> list[list[_Job]]:
    groups: list[list[_Job]] = []
    for job in batch:
        if groups and not job.alone and not groups[-1][0].alone:
            groups[-1].append(job)
        else:
            groups.append([job])
    return groups


def _resolve(batch: Sequence[_Job]) -> None:
    for job in batch:
        if job.error is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(job.error)


def _undo(conn: sqlite3.Connection) -> None:
    try:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
    except sqlite3.Error:
        # A rollback that fails means SQLite has already undone the transaction itself.
        return


def _close(conn: sqlite3.Connection) -> None:
    try:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        # No room for the checkpoint: the log stays beside the file and is read back at the next start.
        pass
    finally:
        conn.close()
