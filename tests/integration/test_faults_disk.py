"""A real disk that is full, or turns read-only, under a real agent: told, nothing promised is lost, all goes on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from piecework.link.client import LinkClient
from piecework.link.command import run_command
from piecework.settings import Paths
from tests.integration.faulty import WAIT_S, command, read_ids, send, until_noticed
from tests.integration.rig import FIREFOX
from tests.integration.serve import serving
from tests.integration.test_link_kill import issue

SIZE_MB = 6


class Disk:
    """A small disk of its own, which can be filled to the last byte, emptied, and made read-only."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.paths = Paths(self.data)
        self._filler = root / "something-large"

    def fill(self) -> None:
        """Somebody else's file takes all the room that is left."""
        block = bytes(1 << 20)
        with self._filler.open("ab", buffering=0) as file:
            while block:
                try:
                    file.write(block)
                except OSError:
                    block = block[: len(block) // 2]

    def empty(self) -> None:
        """The person makes room."""
        self._filler.unlink()

    def turn(self, how: str) -> None:
        """Makes it read-only (`ro`) or writable again (`rw`)."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.root)], check=True, capture_output=True)

    @contextmanager
    def locked(self, file: Path) -> Iterator[None]:
        """One file that not even root may write to."""
        subprocess.run(["mount", "--bind", str(file), str(file)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(file)], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(file)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Needs a system on which tests may mount a disk that lies in memory."""
    root = tmp_path / "disk"
    root.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk (test_link_faults fills a store without one)")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(root)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this system lets nobody mount a small disk: {done.stderr.strip()}")
    yield Disk(root)
    subprocess.run(["umount", "--lazy", str(root)], check=True)


async def test_a_full_disk_is_told_and_waited_out(disk: Disk) -> None:
    """Reading goes on, nothing is acknowledged that is not kept, and with room all arrives, in order, once."""
    disk.data.mkdir()
    who = await issue(disk.paths)
    ids = [f"event-{number}" for number in range(400)]
    async with serving(disk.data) as agent, await LinkClient.connect(agent.port, *who, origin=FIREFOX) as client:
        await send(client, ids[:50])
        await client.until_acked()
        disk.fill()
        await send(client, ids[50:])
        notices = await until_noticed(disk.paths, "disk_full")
        promised = client.acked
        assert "space" in notices["disk_full"]
        assert promised <= len(read_ids(disk.paths)) < len(ids)
        code, out, _ = await command(disk.paths, "status")
        assert (0, True) == (code, "space" in out)
        disk.empty()

        assert len(ids) == await client.until_acked(wait_s=WAIT_S)
        await until_noticed(disk.paths, "disk_full", there=False)
    assert ids == read_ids(disk.paths)


async def test_a_kill_on_a_full_disk_loses_nothing_promised(disk: Disk) -> None:
    """The next agent can't start on the full disk and says what to do; with room everything comes again, once."""
    disk.data.mkdir()
    who = await issue(disk.paths)
    ids = [f"event-{number}" for number in range(300)]
    async with serving(disk.data) as agent, await LinkClient.connect(agent.port, *who, origin=FIREFOX) as client:
        await send(client, ids[:50])
        await client.until_acked()
        disk.fill()
        await send(client, ids[50:])
        await until_noticed(disk.paths, "disk_full")
        promised = client.acked
        await agent.kill()
    code, _, err = await command(disk.paths, "run", "--no-open", "--port", "0", "--ready-json")
    assert 4 == code
    assert "No space left" in err
    assert "Free some space" in err
    assert str(disk.data) in err
    disk.empty()

    async with serving(disk.data) as agent, await LinkClient.connect(agent.port, *who, origin=FIREFOX) as client:
        last = client.welcome.last
        assert promised <= last
        await send(client, ids[last:])
        assert len(ids) == await client.until_acked()
    assert ids == read_ids(disk.paths)


async def test_a_read_only_disk_can_be_read(disk: Disk) -> None:
    """The agent says what is wrong instead of starting; lists and exports still work; nothing is missing later."""
    disk.data.mkdir()
    who = await issue(disk.paths)
    ids = [f"event-{number}" for number in range(50)]
    async with serving(disk.data) as agent, await LinkClient.connect(agent.port, *who, origin=FIREFOX) as client:
        await send(client, ids)
        await client.until_acked()
        await agent.kill()
    disk.turn("ro")
    code, _, err = await command(disk.paths, "run", "--no-open", "--port", "0", "--ready-json")
    assert 4 == code
    assert "ead-only" in err
    assert str(disk.data) in err
    assert 0 == (await command(disk.paths, "verify"))[0]
    code, out, err = await command(disk.paths, "export", "--format", "json")
    assert 0 == code, err
    assert all(one in out for one in ids)
    disk.turn("rw")

    async with serving(disk.data) as again:
        assert [] == (await run_command(disk.paths, "verify"))["differences"]
        assert ids == read_ids(disk.paths)
        assert again.port == (await run_command(disk.paths, "status"))["port"]


async def test_a_store_that_may_not_be_written_to_is_served_for_reading(disk: Disk) -> None:
    """The folder is the person's, the file is not: told, nothing acknowledged; once it may be, all arrives."""
    disk.data.mkdir()
    who = await issue(disk.paths)
    async with serving(disk.data) as agent, await LinkClient.connect(agent.port, *who, origin=FIREFOX) as client:
        await send(client, ["event-0"])
        await client.until_acked()
    with disk.locked(disk.paths.db):
        async with serving(disk.data) as agent, await LinkClient.connect(agent.port, *who, origin=FIREFOX) as client:
            notices = await until_noticed(disk.paths, "read_only")
            await send(client, ["event-1"])
            assert 1 == client.acked == client.welcome.last
            assert "can't be written to" in notices["read_only"]
            assert str(disk.paths.db) in notices["read_only"]
            code, out, _ = await command(disk.paths, "export", "--format", "json")
            assert (0, True) == (code, "event-0" in out)

    async with serving(disk.data) as agent, await LinkClient.connect(agent.port, *who, origin=FIREFOX) as client:
        await send(client, ["event-1"])
        assert 2 == await client.until_acked()
        assert {} == (await run_command(disk.paths, "status"))["notices"]
    assert ["event-0", "event-1"] == read_ids(disk.paths)
