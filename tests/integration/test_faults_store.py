"""A store that is damaged under a running agent, thrown away, or from the future: told, and nothing is lost twice."""

import sqlite3
from pathlib import Path

import pytest

from piecework.control import run
from piecework.link.client import LinkClient
from piecework.link.command import run_command
from piecework.now import DAY_US, FixedClock
from piecework.settings import Paths
from tests.agent.stores import spoil_leaves
from tests.integration.conftest import Start
from tests.integration.faulty import command, read_ids, send
from tests.integration.rig import FIREFOX, connect, issue, rows, until
from tests.integration.serve import serving

EVENTS = 300
IDS = [f"event-{number}" for number in range(EVENTS)]


async def resend(client: LinkClient) -> int:
    """What an extension does after every welcome: everything the agent says it does not hold."""
    last = client.welcome.last
    await send(client, IDS[last:])
    return await client.until_acked()


async def test_damage_under_a_running_agent_is_found_told_and_repaired(start: Start) -> None:
    """The daily check finds it; the next start recovers, and the extension, asked anew, fills what was lost."""
    clock = FixedClock(1_800_000_000_000_000)
    agent = await start(clock=clock, tick_s=0.01)
    who = await issue(agent)
    async with await connect(agent, who) as client:
        await send(client, IDS)
        await client.until_acked()
    paths = agent.services.paths
    agent.services.store.writer.exclusive(lambda conn: conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")).result()
    await until(lambda: list(paths.backups.glob("*.db")))
    for copy in paths.backups.glob("*.db"):
        copy.unlink()
    spoil_leaves(paths.db, "event", 0.5)
    clock.forward(us=DAY_US)
    told = await until(lambda: [text for text in agent.services.notices.values() if "damaged" in text])
    assert "start it again" in told[0]
    await agent.stop()

    again = await start(clock=clock)
    assert "recovered" in again.services.notices
    assert len(rows(again, "SELECT 1 FROM event WHERE kind = 'note'")) < EVENTS
    async with await connect(again, who) as client:
        assert EVENTS == await resend(client)
    assert set(IDS) == {row["id"] for row in rows(again, "SELECT id FROM event WHERE kind = 'note'")}
    assert EVENTS == len(rows(again, "SELECT 1 FROM event WHERE kind = 'note'"))
    assert [] == (await run(again.services, "verify", {}))["differences"]


@pytest.mark.parametrize("left", [b"", b"not a database at all" * 500, None], ids=["empty", "nonsense", "half"])
async def test_whatever_is_left_of_a_killed_agents_store_the_next_one_starts(
    start: Start, tmp_path: Path, left: bytes | None
) -> None:
    """From the newest copy: the pairing stands, the rest comes again from the extension, once."""
    agent = await start()
    who = await issue(agent)
    async with await connect(agent, who) as client:
        await send(client, IDS[:100])
        await client.until_acked()
        await run(agent.services, "backup", {})
        await send(client, IDS[100:])
        await client.until_acked()
    await agent.stop()
    paths = Paths(tmp_path / "data")
    whole = paths.db.read_bytes()
    paths.db.write_bytes(whole[: len(whole) // 2] if left is None else left)

    async with serving(paths.data) as process:
        told = (await run_command(paths, "status"))["notices"]
        async with await LinkClient.connect(process.port, *who, origin=FIREFOX) as client:
            assert EVENTS == await resend(client)
        code, out, _ = await command(paths, "status")
    assert "recovered" in told
    assert (0, True) == (code, "damaged" in out)
    assert sorted(IDS) == sorted(read_ids(paths))
    assert list(paths.data.glob("piecework.db.damaged-*"))


async def test_a_store_from_the_future_is_shown_and_not_touched(start: Start, tmp_path: Path) -> None:
    """Every byte stays; lists are shown, what would change something says to update."""
    agent = await start()
    async with await connect(agent, await issue(agent)) as client:
        await send(client, IDS[:3])
        await client.until_acked()
    await agent.stop()
    paths = Paths(tmp_path / "data")
    conn = sqlite3.connect(paths.db)
    conn.execute("PRAGMA user_version = 9999")
    conn.close()
    before = paths.db.read_bytes()
    shown = await command(paths, "export", "--format", "json")
    added = await command(paths, "add", "--platform", "practice", "--title", "x", "--pay", "$1")

    assert 0 == shown[0]
    assert IDS[0] in shown[1]
    assert 4 == added[0]
    assert "Update" in added[2]
    assert before == paths.db.read_bytes()
