"""Full disks, taken ports, clocks set back: the person is told, what was promised is kept, work goes on after it."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from piecework.app import Agent
from piecework.errors import AlreadyRunning, PieceworkError, PortTaken
from piecework.link.client import LinkClient
from piecework.now import FixedClock
from piecework.oscalls import listen_on
from piecework.protocol.messages import Settings, State
from piecework.settings import Paths
from tests.integration.conftest import Start
from tests.integration.rig import connect, issue, rows, until

TEXT = {"text": "x" * 1500}


@contextmanager
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with listen_on(0) as listener:
        yield listener.getsockname()[1]


def fill_disk(agent: Agent) -> None:
    """From now on the file can't grow."""

    def job(conn: sqlite3.Connection) -> None:
        pages = conn.execute("PRAGMA page_count").fetchone()[0]
        conn.execute(f"PRAGMA max_page_count = {pages}")

    agent.services.store.write_now(job)


def make_room(agent: Agent) -> None:
    """Now it can again."""
    agent.services.store.writer.exclusive(lambda conn: conn.execute("PRAGMA max_page_count = 1073741823")).result()


async def test_on_a_full_disk_nothing_is_acknowledged_and_nothing_is_lost(agent: Agent, client: LinkClient) -> None:
    """The person is told; once there is room everything goes on by itself, in order, without a reconnect."""
    fill_disk(agent)
    ids = [f"event-{number}" for number in range(300)]
    for one in ids:
        await client.send_event("note", TEXT, id=one)
    await until(lambda: "disk_full" in agent.services.notices)
    promised = client.acked
    stored = [row["id"] for row in rows(agent, "SELECT id FROM event ORDER BY seq")]
    assert promised <= len(stored) < 300
    assert ids[: len(stored)] == stored
    assert "space" in agent.services.notices["disk_full"]

    make_room(agent)

    assert 300 == await client.until_acked()
    assert ids == [row["id"] for row in rows(agent, "SELECT id FROM event ORDER BY seq")]
    assert {} == agent.services.notices
    assert None is client.closed


async def test_the_popup_learns_of_a_full_disk(agent: Agent, client: LinkClient) -> None:
    """By the state that is pushed."""
    await client.next(State)
    fill_disk(agent)
    for _ in range(300):
        await client.send_event("note", TEXT)
    while "disk_full" not in (await client.next(State)).notices:
        pass
    make_room(agent)
    await client.until_acked()


async def test_an_agent_on_a_full_disk_ends_when_asked(start: Start) -> None:
    """What it could not keep was never acknowledged; the extension sends it to the next one."""
    agent = await start()
    who = await issue(agent)
    async with await connect(agent, who) as client:
        fill_disk(agent)
        for _ in range(300):
            await client.send_event("note", TEXT)
        await until(lambda: "disk_full" in agent.services.notices)
        await agent.stop()
        promised = client.acked
    again = await start()

    async with await connect(again, who) as client:
        assert promised <= client.welcome.last == len(rows(again, "SELECT 1 FROM event WHERE kind = 'note'"))


async def test_a_store_of_a_newer_program_is_read_and_left_alone(start: Start, tmp_path: Path) -> None:
    """The agent serves what it can, acknowledges nothing, and says what to do."""
    first = await start()
    who = await issue(first)
    await first.stop()
    conn = sqlite3.connect(Paths(tmp_path / "data").db)
    conn.execute("PRAGMA user_version = 9999")
    conn.close()
    agent = await start()

    assert "newer" in agent.services.notices
    async with await connect(agent, who) as client:
        await client.send_event("note")
        assert isinstance(await client.next(Settings), Settings)
        assert ["newer"] == (await client.next(State)).notices
        assert 0 == client.acked
    async with await LinkClient.connect(agent.port, key=agent.services.secrets.cli_key) as command_line:
        assert (await command_line.command("status"))["running"]


async def test_a_damaged_store_is_moved_aside_and_the_person_told(start: Start, tmp_path: Path) -> None:
    """The agent starts with what could be recovered, pairings and all that was on the way to it."""
    first = await start()
    who = await issue(first)
    async with await connect(first, who) as client:
        await client.send_event("note")
        await client.until_acked()
    await first.stop()
    paths = Paths(tmp_path / "data")
    paths.db.write_bytes(b"not a database at all" * 400)
    agent = await start()

    assert "recovered" in agent.services.notices
    await until(lambda: not rows(agent, "SELECT 1 FROM setting WHERE name = 'rebuild.wanted'"))
    assert 1 == len(list(paths.data.glob("piecework.db.damaged-*")))


async def test_the_next_port_is_taken_where_one_is_in_use(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Extensions try the same three."""
    with ExitStack() as stack:
        ports = [stack.enter_context(taken()) for _ in range(2)]
        with taken() as free:
            pass
        monkeypatch.setattr("piecework.app.agent.PORTS", (*ports, free))
        agent = await start(port=None)

        assert free == agent.port


async def test_where_all_ports_are_in_use_it_says_by_whom(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """And leaves the data folder free for the next try."""
    with ExitStack() as stack:
        ports = tuple(stack.enter_context(taken()) for _ in range(3))
        monkeypatch.setattr("piecework.app.agent.PORTS", ports)
        with pytest.raises(PortTaken, match="--port") as failure:
            await start(port=None)
    assert all(str(port) in failure.value.text for port in ports)
    agent = await start()

    assert agent.port


async def test_a_port_that_was_asked_for_is_the_only_one(start: Start) -> None:
    """No silent fallback: the person named it."""
    with taken() as port, pytest.raises(PortTaken, match=str(port)):
        await start(port=port)


async def test_two_agents_never_share_a_folder(agent: Agent, start: Start) -> None:
    """The second names the first."""
    with pytest.raises(AlreadyRunning, match=str(agent.port)):
        await start()


async def test_two_folders_have_two_agents(agent: Agent, start: Start, tmp_path: Path) -> None:
    """Each with its own keys."""
    other = await start(tmp_path / "other")

    assert other.port != agent.port
    assert other.services.secrets.cli_key != agent.services.secrets.cli_key


async def test_damaged_secrets_stop_the_start_before_anything_is_opened(start: Start, tmp_path: Path) -> None:
    """The text names the file; the folder stays usable."""
    paths = Paths(tmp_path / "data")
    paths.data.mkdir()
    paths.secrets.write_text("{")
    with pytest.raises(PieceworkError, match=r"secrets\.json"):
        await start()
    paths.secrets.unlink()

    assert (await start()).port


async def test_a_clock_that_is_set_back_is_written_down(start: Start) -> None:
    """The person is told and the history says where times overlap; a clock that runs on says nothing."""
    clock = FixedClock(1_800_000_000_000_000)
    agent = await start(clock=clock, tick_s=0.01)
    clock.forward(600)
    async with await connect(agent, await issue(agent)) as client:
        await client.send_event("note", at_us=clock.now_us())
        await client.until_acked()
        assert "clock" not in agent.services.notices
        clock.set_wall(clock.now_us() - 3_600_000_000)
        await until(lambda: "clock" in agent.services.notices)
        await until(lambda: rows(agent, "SELECT 1 FROM event WHERE kind = 'clock_set'"))
        await client.send_event("note", at_us=clock.now_us())

        assert 2 == await client.until_acked()
    assert "3600 s" in agent.services.notices["clock"]


async def test_a_day_later_the_store_is_copied(start: Start) -> None:
    """Once soon after the start, then once a day."""
    clock = FixedClock(1_800_000_000_000_000)
    agent = await start(clock=clock, tick_s=0.01)
    await until(lambda: len(list(agent.services.paths.backups.glob("*.db"))) == 1)
    clock.forward(86_400)

    await until(lambda: len(list(agent.services.paths.backups.glob("*.db"))) == 2)
