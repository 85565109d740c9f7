"""Small parts that a running agent shares: topics, quiet hours, notices, the log, the lock of a folder."""

import asyncio
import json
import logging
import stat
import sys
from pathlib import Path

import pytest

from piecework.control import Bus
from piecework.control.log import once, start_log, stop_log
from piecework.control.offline import gather, is_default, lock_of, running_agent
from piecework.control.quiet import quiet_until_us
from piecework.errors import DiskFull, StoreReadOnly
from piecework.now import FixedClock, to_us, utc, zone
from piecework.oscalls import listen_on, listener_of, write_private
from piecework.secrets import Secrets
from piecework.settings import Paths, Settings, default_data
from piecework.store import Store


async def test_topics_pile_up_once_each() -> None:
    """A slow reader costs no memory and misses nothing."""
    bus = Bus()
    with bus.subscribe() as news:
        for _ in range(1000):
            bus.publish("board", "today")
        bus.publish("ledger")

        assert {"board", "today", "ledger"} == await news.topics()


async def test_a_reader_waits_for_the_next_topic() -> None:
    """And is woken by it; one that left is told nothing."""
    bus = Bus()
    with bus.subscribe() as gone:
        pass
    with bus.subscribe() as news:
        waiting = asyncio.create_task(news.topics())
        await asyncio.sleep(0)
        assert not waiting.done()
        bus.publish("time")
        assert {"time"} == await waiting
    assert not gone._news.is_set()


def at(text: str, name: str = "Europe/Paris") -> int:
    """µs UTC of a local "YYYY-MM-DD HH:MM"."""
    return to_us(utc(0).fromisoformat(text).replace(tzinfo=zone(name)))


NIGHT = Settings(quiet_from="22:00", quiet_to="07:00")
NOON = Settings(quiet_from="12:00", quiet_to="13:30")


@pytest.mark.parametrize(
    ("settings", "now", "until"),
    [
        (NIGHT, "2026-06-01 21:59", ""),
        (NIGHT, "2026-06-01 22:00", "2026-06-02 07:00"),
        (NIGHT, "2026-06-02 03:00", "2026-06-02 07:00"),
        (NIGHT, "2026-06-02 07:00", ""),
        (NOON, "2026-06-01 12:00", "2026-06-01 13:30"),
        (NOON, "2026-06-01 11:59", ""),
        (NOON, "2026-06-01 13:30", ""),
        (NIGHT, "2026-03-29 01:00", "2026-03-29 07:00"),
        (NIGHT, "2026-10-25 01:00", "2026-10-25 07:00"),
    ],
)
def test_quiet_hours_are_the_persons_own_day(settings: Settings, now: str, until: str) -> None:
    """Over midnight, at noon, and in the two nights that the clocks change."""
    assert (at(until) if until else 0) == quiet_until_us(settings, at(now), "Europe/Paris")


@pytest.mark.parametrize(("begin", "end"), [("", ""), ("22:00", ""), ("22:00", "22:00"), ("late", "07:00")])
def test_unset_or_senseless_quiet_hours_hold_nothing(begin: str, end: str) -> None:
    """A typing error must not silence alerts for ever."""
    assert 0 == quiet_until_us(Settings(quiet_from=begin, quiet_to=end), at("2026-06-01 23:00"), "Europe/Paris")


def test_a_stores_trouble_is_told_until_it_is_over(tmp_path: Path) -> None:
    """One notice for one cause; the next cause takes its place."""
    clock = FixedClock(1)
    paths = Paths(tmp_path)
    store = Store.open(paths, clock)
    services = gather(paths, store, Secrets.open(paths, keyring_allowed=False), clock)
    seen = []
    for error in (DiskFull("full"), DiskFull("full"), StoreReadOnly("read only"), None):
        services.store_trouble(error)
        seen.append(dict(services.notices))
    store.close()

    assert [{"disk_full": "full"}, {"disk_full": "full"}, {"read_only": "read only"}, {}] == seen


def test_the_log_is_lines_of_json_that_only_the_owner_reads(tmp_path: Path) -> None:
    """A stranger's line breaks and escape sequences stay inside one line."""
    path = tmp_path / "data" / "agent.log"
    handler = start_log(path)
    log = logging.getLogger("piecework.test")
    log.warning("from %s", 'a\nfake "line" \x1b[2J\u202e')
    try:
        json.loads("{")
    except json.JSONDecodeError:
        log.exception("failed")
    stop_log(handler)
    lines = [json.loads(line) for line in path.read_text().splitlines()]

    assert ["warning", "error"] == [line["level"] for line in lines]
    assert "JSONDecodeError" in lines[1]["trace"]
    assert path.read_text().isascii()
    assert sys.platform == "win32" or 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_cause_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """Another cause is another line."""
    log = logging.getLogger("test.once")

    assert [True, False, True] == [once(log, cause, logging.WARNING, "%s", cause) for cause in ("a1", "a1", "b1")]
    assert ["a1", "b1"] == [record.getMessage() for record in caplog.records]


def test_one_program_works_on_a_folder(tmp_path: Path) -> None:
    """The second gets no lock; the lock can be taken again when it is given back."""
    paths = Paths(tmp_path / "data")
    first, second = lock_of(paths), lock_of(paths)

    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


@pytest.mark.parametrize("text", ["", "{", '{"pid": 1}', '{"pid": "x", "port": 1, "started_us": 1, "version": ""}'])
def test_a_damaged_run_file_names_nobody(tmp_path: Path, text: str) -> None:
    """As after a power cut."""
    Paths(tmp_path).run.write_text(text)

    assert None is running_agent(Paths(tmp_path))


def test_only_the_default_folder_may_use_the_keyring(tmp_path: Path) -> None:
    """A folder named by --data keeps its keys to itself."""
    assert is_default(Paths(default_data()))
    assert not is_default(Paths(tmp_path))


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_who_listens_is_named() -> None:
    """So that the person knows what to end."""
    with listen_on(0) as listener:
        port = listener.getsockname()[1]
        assert "process" in listener_of(port)
    assert "" == listener_of(port)


def test_a_private_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    """No half-written file, no leftover."""
    path = tmp_path / "data" / "secrets.json"
    for text in ("one", "two"):
        write_private(path, text)

    assert "two" == path.read_text()
    assert ["secrets.json"] == [entry.name for entry in path.parent.iterdir()]
