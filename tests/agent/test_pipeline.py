"""The line of one socket: order, acknowledgement, and a store that fails for a while."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from piecework.errors import DiskFull, StoreError
from piecework.link import pipeline
from piecework.link.pipeline import Entry, Pipeline
from piecework.now import SystemClock
from piecework.settings import Paths
from piecework.store import Store

WAIT_S = 10.0


class Line:
    """A pipeline with what it reported."""

    def __init__(self, store: Store) -> None:
        self.acked: list[int] = []
        self.results: list[int] = []
        self.troubles: list[StoreError | None] = []
        self.news = asyncio.Event()
        self.pipeline: Pipeline[int] = Pipeline(store, self._done, self._failed, again_s=0.01)

    def _done(self, seq: int, results: list[int]) -> None:
        self.acked.append(seq)
        self.results += results
        self.news.set()

    def _failed(self, error: StoreError | None) -> None:
        self.troubles.append(error)
        self.news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits for a report that makes the condition hold."""
        async with asyncio.timeout(WAIT_S):
            while not holds():
                self.news.clear()
                await self.news.wait()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh store."""
    opened = Store.open(Paths(tmp_path), SystemClock())
    yield opened
    opened.close()


@pytest.fixture
async def line(store: Store) -> Line:
    """An empty line."""
    return Line(store)


def numbered(seq: int) -> Entry[int]:
    """An entry that writes its number down."""

    def work(conn: sqlite3.Connection) -> int:
        conn.execute("INSERT INTO setting VALUES (?, '1')", (f"{seq:05d}",))
        return seq

    return Entry(seq, 100, work)


def written(store: Store) -> list[int]:
    """The numbers in the store, in the order they were written."""
    with store.read() as conn:
        return [int(row[0]) for row in conn.execute("SELECT name FROM setting WHERE name GLOB '[0-9]*' ORDER BY name")]


async def test_what_is_reported_is_in_the_store(line: Line, store: Store) -> None:
    """In order, cumulatively, with fewer reports than entries."""
    for seq in range(1, 1001):
        await line.pipeline.put(numbered(seq))
    await line.until(lambda: line.acked[-1:] == [1000])

    assert list(range(1, 1001)) == line.results == written(store)
    assert sorted(line.acked) == line.acked
    assert [] == line.troubles


async def test_behind_a_failure_nothing_overtakes(line: Line, store: Store) -> None:
    """Entry 3 fails twice; 4 and 5 are in the same batch and wait for it, so that the client's number stays true."""
    fails = [True, True]

    def work(conn: sqlite3.Connection) -> int:
        if fails and fails.pop():
            raise DiskFull("no room")
        return numbered(3).work(conn)

    for seq in (1, 2, 3, 4, 5):
        await line.pipeline.put(Entry(3, 100, work) if seq == 3 else numbered(seq))
    await line.until(lambda: bool(line.troubles))
    assert [1, 2] == written(store)
    await line.until(lambda: len(line.results) == 5)

    assert [1, 2, 3, 4, 5] == line.results == written(store)
    assert ["no room", None] == [error.text if error else None for error in line.troubles]


async def test_a_failed_commit_undoes_the_batch_and_is_tried_again(line: Line, store: Store) -> None:
    """A deferred constraint fails at COMMIT only."""
    fails = [True]

    def work(conn: sqlite3.Connection) -> int:
        if fails:
            fails.pop()
            conn.execute("PRAGMA defer_foreign_keys = ON")
            conn.execute("INSERT INTO delivery (alert, channel, state, at_us) VALUES ('none', 'x', 'queued', 1)")
        return 2

    await line.pipeline.put(numbered(1))
    await line.pipeline.put(Entry(2, 100, work))
    await line.pipeline.put(numbered(3))
    await line.until(lambda: len(line.results) == 3)

    assert [1, 2, 3] == line.results
    assert [1, 3] == written(store)
    assert [True, False] == [isinstance(error, StoreError) for error in line.troubles]


async def test_reading_pauses_while_too_much_is_under_way(
    line: Line, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing piles up in memory while the store is slow or broken."""
    monkeypatch.setattr(pipeline, "MOST_ENTRIES", 3)
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    store.writer.submit(lambda _conn: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result())
    for seq in (1, 2, 3):
        await line.pipeline.put(numbered(seq))
    fourth = asyncio.create_task(line.pipeline.put(numbered(4)))
    await asyncio.sleep(0)
    assert not fourth.done()
    gate.set()
    await fourth
    await line.until(lambda: line.acked[-1:] == [4])

    assert [1, 2, 3, 4] == line.results


async def test_reading_pauses_for_bytes_too(line: Line, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few long messages weigh as much as many short ones."""
    monkeypatch.setattr(pipeline, "MOST_BYTES", 250)
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    store.writer.submit(lambda _conn: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result())
    for seq in (1, 2, 3):
        await line.pipeline.put(numbered(seq))
    fourth = asyncio.create_task(line.pipeline.put(numbered(4)))
    await asyncio.sleep(0)
    assert not fourth.done()
    gate.set()
    await fourth


async def test_draining_waits_for_what_the_writer_has(line: Line, store: Store) -> None:
    """The socket is gone; the commits are not."""
    for seq in range(1, 301):
        await line.pipeline.put(numbered(seq))
    await line.pipeline.drain()

    assert list(range(1, 301)) == line.results == written(store)


async def test_draining_gives_up_on_a_store_that_fails(line: Line, store: Store) -> None:
    """Nothing of it was acknowledged: the client sends it again."""

    def work(_conn: sqlite3.Connection) -> int:
        raise DiskFull("no room")

    await line.pipeline.put(Entry(1, 100, work))
    await line.pipeline.put(numbered(2))
    await line.until(lambda: bool(line.troubles))
    async with asyncio.timeout(WAIT_S):
        await line.pipeline.drain()

    assert [] == line.results == written(store)
