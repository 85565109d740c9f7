"""While something long holds the one writer, a browser that comes is served; what it sends is stored when it ends."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from piecework.app import Agent
from piecework.protocol.bodies import Note
from tests.integration.conftest import Start
from tests.integration.rig import connect, issue, rows


@contextmanager
def held(agent: Agent) -> Iterator[None]:
    """The writer, busy with one job meanwhile."""
    free, busy = threading.Event(), threading.Event()

    def job(_conn: Any) -> None:  # noqa: ANN401 - as the writer calls it
        busy.set()
        free.wait()

    agent.services.store.writer.submit(job)
    assert busy.wait(30)
    try:
        yield
    finally:
        free.set()


async def test_a_browser_that_comes_while_the_writer_is_held_is_served(start: Start) -> None:
    """Welcome and settings need no writer; an acknowledgement says that the history has it, so it waits."""
    agent = await start()
    who = await issue(agent)
    with held(agent):
        client = await connect(agent, who)
        await client.send_event("note", Note(text="words"))
        assert 0 == client.acked
        assert [] == rows(agent, "SELECT id FROM event WHERE kind = 'note'")
    assert 1 == await client.until_acked(wait_s=30)
    assert 1 == len(rows(agent, "SELECT id FROM event WHERE kind = 'note'"))
    await client.close()
