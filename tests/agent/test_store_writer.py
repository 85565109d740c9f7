"""The writer: all that is queued in one commit, each job alone in its failure, and what SQLite refuses by name."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from piecework.errors import (
    BadUsage,
    DiskFull,
    NothingToShow,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreNewer,
    StoreReadOnly,
)
from piecework.store import NewEvent, Store, append
from piecework.store.events import by_id, events, split_task, task_key

if TYPE_CHECKING:
    from concurrent.futures import Future

    from piecework.now import FixedClock
    from piecework.settings import Paths


def fact(name: str, **more: str) -> NewEvent:
    """A note of that id."""
    return NewEvent(id=name, at_us=1, recv_us=2, source="page", kind="note", day_platform="d", day_local="d", **more)


def stored(store: Store) -> list[str]:
    """Ids in the history, as a reader sees them."""
    with store.read() as conn:
        return [row.id for row in events(conn)]


def blocked(store: Store) -> tuple[threading.Event, Future[None]]:
    """A job that keeps the writer busy until the event is set, so that what follows shares one transaction."""
    going, wait = threading.Event(), threading.Event()

    def job(_conn: sqlite3.Connection) -> None:
        going.set()
        assert wait.wait(20)

    future = store.writer.submit(job)
    assert going.wait(20)
    return wait, future


def test_file_and_folder_are_private(store: Store) -> None:
    """Nobody else on the machine can read the store or what SQLite lays beside it."""
    store.write_now(lambda conn: append(conn, fact("a")))
    assert 0o700 == stat.S_IMODE(store.paths.data.stat().st_mode)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in store.paths.data.iterdir()}


def test_the_writer_is_durable_and_strict(store: Store) -> None:
    """What is acknowledged survives a power cut, and references hold."""
    asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "journal_size_limit")
    found = store.write_now(lambda conn: [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in asked])
    assert ["wal", 2, 1, 5000, 16 << 20] == found


def test_what_is_queued_is_one_commit(store: Store) -> None:
    """Jobs that wait together commit together: a reader sees none of them before all are there."""
    wait, _ = blocked(store)
    seen: list[int] = []

    def look(conn: sqlite3.Connection) -> None:
        assert conn.in_transaction
        seen.append(len(stored(store)))

    jobs = [store.writer.submit(lambda conn, n=n: append(conn, fact(f"e{n}"))) for n in range(20)]
    jobs.append(store.writer.submit(look))
    wait.set()
    for job in jobs:
        job.result(20)
    assert [0] == seen
    assert 20 == len(stored(store))


def test_a_failing_job_undoes_itself_alone(store: Store) -> None:
    """One bad message of a batch takes nothing of its neighbours with it."""
    wait, _ = blocked(store)

    def bad(conn: sqlite3.Connection) -> None:
        append(conn, fact("half"))
        raise BadUsage("no")

    first = store.writer.submit(lambda conn: append(conn, fact("before")))
    second = store.writer.submit(bad)
    third = store.writer.submit(lambda conn: append(conn, fact("behind")))
    wait.set()
    first.result(20)
    third.result(20)
    with pytest.raises(BadUsage, match="no"):
        second.result(20)
    assert ["before", "behind"] == stored(store)


def test_futures_resolve_after_the_commit(store: Store) -> None:
    """Whoever gets an answer finds the row with another connection."""
    found: list[list[str]] = []
    future = store.writer.submit(lambda conn: append(conn, fact("a")))
    future.add_done_callback(lambda _: found.append(stored(store)))
    future.result(20)
    store.write_now(lambda _conn: None)
    assert [["a"]] == found


async def test_writing_from_an_event_loop(store: Store) -> None:
    """A coroutine waits for the commit and gets what the job returned; many at once are no trouble."""
    rows = await asyncio.gather(*(store.write(lambda conn, n=n: append(conn, fact(f"e{n}"))) for n in range(50)))
    assert sorted(range(1, 51)) == sorted(row.seq for row in rows if row is not None)


def test_a_cancelled_job_never_runs(store: Store) -> None:
    """What was given up before its turn leaves nothing behind."""
    wait, _ = blocked(store)
    future = store.writer.submit(lambda conn: append(conn, fact("a")))
    assert future.cancel()
    wait.set()
    store.write_now(lambda _conn: None)
    assert [] == stored(store)


def test_exclusive_jobs_run_without_a_transaction(store: Store) -> None:
    """VACUUM and its like can run, between the jobs queued before and behind them."""
    wait, _ = blocked(store)
    before = store.writer.submit(lambda conn: append(conn, fact("a")))
    alone = store.writer.exclusive(lambda conn: (conn.in_transaction, conn.execute("VACUUM").fetchall()))
    behind = store.writer.submit(lambda conn: append(conn, fact("b")))
    wait.set()
    assert (False, []) == alone.result(20)
    assert (1, 2) == tuple(job.seq for job in (before.result(20), behind.result(20)) if job is not None)


def test_an_exclusive_job_that_fails_leaves_no_transaction(store: Store) -> None:
    """A transaction an exclusive job has begun and not ended is undone, and the store goes on."""

    def job(conn: sqlite3.Connection) -> None:
        conn.execute("BEGIN")
        append(conn, fact("half"))
        raise BadUsage("no")

    with pytest.raises(BadUsage):
        store.writer.exclusive(job).result(20)
    store.write_now(lambda conn: append(conn, fact("a")))
    assert ["a"] == stored(store)


def test_a_full_disk_fails_the_job_and_not_the_store(store: Store) -> None:
    """No room: the job is told so, what was committed stays, and once there is room the store goes on by itself."""
    store.write_now(lambda conn: append(conn, fact("kept")))
    room = store.write_now(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0])
    store.writer.exclusive(lambda conn: conn.execute(f"PRAGMA max_page_count = {room + 2}").fetchone()).result(20)
    with pytest.raises(DiskFull, match="No room is left"):
        store.write_now(lambda conn: append(conn, fact("large", body="x" * 100_000)))
    assert ["kept"] == stored(store)
    store.writer.exclusive(lambda conn: conn.execute("PRAGMA max_page_count = 100000").fetchone()).result(20)
    store.write_now(lambda conn: append(conn, fact("after", body="x" * 100_000)))
    assert ["kept", "after"] == stored(store)


def test_a_file_that_turns_read_only(store: Store) -> None:
    """Writing to a file that can't be written to is told as that, and reading goes on."""
    store.write_now(lambda conn: append(conn, fact("kept")))
    store.writer.exclusive(lambda conn: conn.execute("PRAGMA query_only = ON")).result(20)
    with pytest.raises(StoreReadOnly, match="can't be written to"):
        store.write_now(lambda conn: append(conn, fact("b")))
    assert ["kept"] == stored(store)


def test_another_program_that_holds_the_lock(store: Store) -> None:
    """A foreign transaction is waited for, then named."""
    store.writer.exclusive(lambda conn: conn.execute("PRAGMA busy_timeout = 1")).result(20)
    other = sqlite3.connect(store.paths.db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        store.write_now(lambda conn: append(conn, fact("a")))
    other.execute("ROLLBACK")
    other.close()
    assert store.write_now(lambda conn: append(conn, fact("a"))) is not None


def test_a_closed_store_says_so(store: Store) -> None:
    """What comes too late is refused, not lost silently; closing twice is once."""
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.write_now(lambda _conn: None)


def test_closing_commits_what_is_queued(paths: Paths, clock: FixedClock) -> None:
    """Jobs that were taken in are done before the file is closed, and the log is folded into it."""
    store = Store.open(paths, clock)
    for n in range(100):
        store.writer.submit(lambda conn, n=n: append(conn, fact(f"e{n}")))
    store.close()
    assert ["piecework.db"] == sorted(path.name for path in paths.data.iterdir())
    again = Store.open(paths, clock, read_only=True)
    assert 100 == len(stored(again))
    again.close()


def test_readers_cannot_write(store: Store) -> None:
    """A reader's connection refuses to change anything."""
    with pytest.raises(StoreReadOnly), store.read() as conn:
        conn.execute("DELETE FROM setting")


def test_readers_are_used_again(store: Store) -> None:
    """A pool of connections is kept; one left inside a transaction is not."""
    with store.read() as first:
        pass
    with store.read() as second:
        assert first is second
        second.execute("BEGIN")
    with store.read() as third:
        assert second is not third


def test_opened_for_reading_only(store: Store, paths: Paths, clock: FixedClock) -> None:
    """A second program reads beside the agent and writes nothing."""
    store.write_now(lambda conn: append(conn, fact("a")))
    other = Store.open(paths, clock, read_only=True)
    assert ["a"] == stored(other)
    with pytest.raises(StoreReadOnly):
        other.write_now(lambda conn: append(conn, fact("b")))
    other.close()


def test_nothing_to_read_yet(paths: Paths, clock: FixedClock) -> None:
    """Reading where no agent ever ran is an answer of its own, and makes no file."""
    with pytest.raises(NothingToShow, match="no data"):
        Store.open(paths, clock, read_only=True)
    assert not paths.data.exists()


def test_a_file_of_a_newer_program_opens_for_reading(paths: Paths, clock: FixedClock) -> None:
    """A store from the future can be looked at; writing says to update."""
    store = Store.open(paths, clock)
    store.write_now(lambda conn: append(conn, fact("a")))
    store.writer.exclusive(lambda conn: conn.execute("PRAGMA user_version = 999")).result(20)
    store.close()
    newer = Store.open(paths, clock)
    assert isinstance(newer.refusal, StoreNewer)
    assert ["a"] == stored(newer)
    with pytest.raises(StoreNewer, match="newer Piecework"):
        newer.write_now(lambda conn: append(conn, fact("b")))
    newer.close()


def test_damage_found_while_running_is_remembered(store: Store) -> None:
    """A job that meets a damaged page is told what to do, and the next start looks at the file."""

    def job(_conn: sqlite3.Connection) -> None:
        cause = sqlite3.DatabaseError("database disk image is malformed")
        cause.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise cause

    with pytest.raises(StoreCorrupt, match="damaged"):
        store.write_now(job)
    assert (store.paths.data / "piecework.db.damaged").exists()


def test_an_event_is_stored_once(store: Store) -> None:
    """The same id a second time changes nothing and says so."""
    first = store.write_now(lambda conn: append(conn, fact("a", body='{"text":"one"}')))
    second = store.write_now(lambda conn: append(conn, fact("a", body='{"text":"two"}')))
    assert first is not None
    assert second is None
    with store.read() as conn:
        assert first == by_id(conn, "a")
        assert by_id(conn, "b") is None


@pytest.mark.parametrize("statement", ["DELETE FROM event", "UPDATE event SET body = '{}'"])
def test_the_history_is_append_only(store: Store, statement: str) -> None:
    """Nothing but forgetting may take a fact away or change it."""
    store.write_now(lambda conn: append(conn, fact("a")))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.write_now(lambda conn: conn.execute(statement))


def test_reading_the_history_narrowed(store: Store) -> None:
    """Facts come back in the order they were written, from a place on, by task, platform or kind."""
    names = [("a", "hit:1", "one"), ("b", "hit:2", "one"), ("c", "hit:1", "two"), ("d", "", "one")]

    def job(conn: sqlite3.Connection) -> None:
        for name, task, platform in names:
            append(conn, fact(name, task=task, platform=platform))

    store.write_now(job)
    with store.read() as conn:
        assert ["a", "c"] == [row.id for row in events(conn, task="hit:1")]
        assert ["b"] == [row.id for row in events(conn, platform="one", after=1, limit=1)]
        assert [] == list(events(conn, kinds={"bonus"}))
        assert 4 == len(list(events(conn, kinds={"bonus", "note"})))
        with pytest.raises(ValueError, match="narrowed"):
            list(events(conn, body="x"))


def test_a_task_is_named_by_system_and_id() -> None:
    """The key of a task and back; no task is an empty key, and an id may hold a colon."""
    assert "hit:3AB" == task_key("hit", "3AB")
    assert ":3AB" == task_key("", "3AB")
    assert "" == task_key("hit", "")
    assert ("", "a:b") == split_task(task_key("", "a:b"))
