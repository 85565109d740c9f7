"""While something long holds the one writer, what browsers send is safe and acknowledged all the same."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from piecework.app import Agent
from piecework.control import run
from piecework.control.offline import gather
from piecework.link.client import LinkClient
from piecework.link.late import Late
from piecework.now import SystemClock
from piecework.protocol.bodies import Note
from piecework.protocol.messages import Event
from piecework.secrets import Secrets
from piecework.settings import Paths
from piecework.store import Store
from tests.integration.conftest import Start
from tests.integration.rig import connect, issue, rows, until


def kept(agent: Agent) -> list[str]:
    """Ids of the notes in the history, in order."""
    return [row["id"] for row in rows(agent, "SELECT id FROM event WHERE kind = 'note' ORDER BY seq")]


def files(data: Path) -> list[Path]:
    """What waits beside the store."""
    return sorted(Paths(data).late.glob("*"))


@contextmanager
def held(agent: Agent) -> Iterator[Callable[[], None]]:
    """The writer, busy with one job until what is yielded is called."""
    free, busy = threading.Event(), threading.Event()

    def job(conn: Any) -> None:  # noqa: ANN401 - as the writer calls it
        busy.set()
        free.wait()

    agent.services.store.writer.submit(job)
    assert busy.wait(30)
    try:
        yield free.set
    finally:
        free.set()


async def test_a_message_is_acknowledged_while_the_writer_is_held(start: Start, tmp_path: Path) -> None:
    """It lies in a file of its own until the writer has taken it in; then the file is gone."""
    agent = await start(late_s=0.05)
    async with await connect(agent, await issue(agent)) as client:
        await client.send_event("note", Note(text="before"), id="before")
        await client.until_acked()
        with held(agent) as free:
            first = [str(uuid.uuid4()) for _ in range(3)]
            for own in first:
                await client.send_event("note", Note(text="words"), id=own)
            await client.until_acked(wait_s=30)
            later = str(uuid.uuid4())
            await client.send_event("note", Note(text="more"), id=later)
            await client.until_acked(wait_s=30)
            assert ["before"] == kept(agent)
            assert [later] == [own for own in (*first, later) if own.encode() in last_line(tmp_path / "data")]
            free()
        await until(lambda: len(kept(agent)) == 5, wait_s=30)
        await until(lambda: not files(tmp_path / "data"), wait_s=30)

    assert ["before", *first, later] == kept(agent)


def last_line(data: Path) -> bytes:
    """The message kept last, as it came."""
    (path,) = files(data)
    waiting: dict[str, Any] = msgspec.json.decode(path.read_bytes().splitlines()[-1])
    return msgspec.convert(waiting["data"], bytes, strict=False)


async def test_a_browser_that_comes_meanwhile_is_served(start: Start) -> None:
    """Welcome, settings and acknowledgements need no writer."""
    agent = await start(late_s=0.05)
    who = await issue(agent)
    with held(agent):
        client = await connect(agent, who)
        await client.send_event("note", Note(text="words"))
        assert 1 == await client.until_acked(wait_s=30)
        assert [] == kept(agent)
    await client.close()


async def test_what_an_ended_agent_left_waiting_is_taken_in(start: Start, tmp_path: Path) -> None:
    """In order, once, also what is in the store already; half a line was promised to nobody."""
    data = tmp_path / "data"
    events = [
        Event(seq=number, id=f"e{number}", at_us=1_800_000_000_000_000, kind="note", body=msgspec.Raw(b'{"text":"x"}'))
        for number in (1, 2, 3)
    ]
    first = await start(data)
    who = await issue(first)
    async with await connect(first, who) as client:
        await client.send(events[0])
        await client.until_acked(1)
    await first.stop()
    late = Late(Paths(data).late, who[0])
    late.keep([msgspec.json.encode(event) for event in events])
    (path,) = files(data)
    path.write_bytes(path.read_bytes() + b'{"cid":"half')

    agent = await start(data)
    assert ["e1", "e2", "e3"] == kept(agent)
    assert [] == files(data)
    async with await connect(agent, who) as client:
        assert 3 == client.welcome.last


async def test_nothing_is_kept_beside_a_writer_that_keeps_up(agent: Agent, client: LinkClient, tmp_path: Path) -> None:
    """No file, no folder."""
    for _ in range(50):
        await client.send_event("note", Note(text="words"))
    await client.until_acked()

    assert 50 == len(kept(agent))
    assert not Paths(tmp_path / "data").late.exists()


async def test_forgetting_without_an_agent_leaves_nothing_waiting(tmp_path: Path) -> None:
    """No text of what is forgotten may stay in any file; a browser that still holds the rest sends it again."""
    paths, clock = Paths(tmp_path), SystemClock()
    services = gather(paths, Store.open(paths, clock), Secrets.open(paths, keyring_allowed=False), clock)
    Late(paths.late, "c1").keep([b"something of the platform"])
    await run(services, "forget", {"platform": "practice"})
    services.store.close()

    assert [] == files(tmp_path)
