"""The store's file through time: versions, who may write it, what is kept for a while only."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path

import pytest

from piecework.errors import StoreReadOnly
from piecework.ledger.overdue import Stuck, stuck
from piecework.now import DAY_US, FixedClock
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.settings import Paths
from piecework.store import Store, append, migrations
from piecework.store.backup import (
    list_backups,
)
from piecework.store.prune import prune
from piecework.store.timesums import rebuild_sums
from tests.agent.books import DAY, NOON, event, memory, take_all, usd, work
from tests.agent.stores import fact, fill, ids, write_version_1


def test_statements_are_split_as_sqlite_reads_them() -> None:
    """A trigger's inner semicolons, quoted ones and comments do not end a statement; half a statement is an error."""
    trigger = "CREATE TRIGGER t BEFORE DELETE ON a BEGIN SELECT 1; SELECT 2; END;"
    script = f"CREATE TABLE a (b TEXT DEFAULT ';');\n-- one; two\n{trigger}\n-- the end\n"
    found = list(migrations.statements(script))
    assert 2 == len(found)
    assert found[1].endswith("SELECT 2; END;")
    with pytest.raises(ValueError, match="unfinished"):
        list(migrations.statements("CREATE TABLE a (b)"))


def test_an_empty_file_becomes_a_store(paths: Paths, clock: FixedClock) -> None:
    """Version 0, a file with nothing in it, is brought up to the newest version."""
    paths.data.mkdir()
    paths.db.touch()
    store = Store.open(paths, clock)
    with store.read() as conn:
        assert migrations.newest() == migrations.version_of(conn)
        assert [("default", 1), ("money", 1)] == [tuple(row) for row in conn.execute("SELECT id, on_ FROM rule")]
    store.close()
    assert [] == list_backups(paths)


def test_a_migration_that_fails_leaves_the_version_before(
    paths: Paths, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version comes whole or not at all, and a copy was made before it."""
    Store.open(paths, clock).close()
    version = migrations.newest()
    broken = tmp_path / "broken.sql"
    broken.write_text("CREATE TABLE extra (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);", encoding="utf-8")
    chain = {**migrations.versions(), version + 1: broken}
    monkeypatch.setattr(migrations, "versions", lambda: chain)
    with pytest.raises(Exception, match="nowhere"):
        Store.open(paths, clock)
    conn = sqlite3.connect(paths.db)
    assert (version,) == conn.execute("PRAGMA user_version").fetchone()
    assert None is conn.execute("SELECT name FROM sqlite_schema WHERE name = 'extra'").fetchone()
    conn.close()
    assert [f"piecework-before-v{version + 1}-2026-11-21.db"] == [copy.path.name for copy in list_backups(paths)]


def test_data_of_version_1_is_read_by_this_program(paths: Paths, clock: FixedClock) -> None:
    """A store as version 1 wrote it opens, keeps every row, and is as strict as a new one."""
    write_version_1(paths)
    store = Store.open(paths, clock)
    assert {"018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"} == ids(store)
    with store.read() as conn:
        assert migrations.newest() == migrations.version_of(conn)
        assert "Rate three pictures" == conn.execute("SELECT title FROM task").fetchone()[0]
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.write_now(lambda conn: conn.execute("DELETE FROM event"))
    store.close()


def test_version_5_adds_up_the_platforms_own_days(tmp_path: Path) -> None:
    """What older books hold is summed by the platform's days, exactly as a rebuild does it."""
    conn = memory()
    facts = [
        event(kind, NOON + place * DAY, work(assignment=name, task=name, pay=pay, bonus="0.10"))
        for name, pay in (("A", "1"), ("B", "0.005"), ("C", "3"))
        for place, kind in enumerate((Kind.SUBMITTED, Kind.APPROVED, Kind.REJECTED if name == "C" else Kind.PAID))
    ]
    fact = event(Kind.APPROVED, NOON + 9 * DAY, work(assignment="A", task="A", pay="2"))
    take_all(conn, [*facts, fact, event(Kind.PAYOUT, NOON, bodies.Payout(id="p", amount=usd("4"), fee=usd("1")))])
    wanted = [tuple(row) for row in conn.execute("SELECT * FROM sum_site_day")]
    conn.execute("ATTACH ? AS old", (str(tmp_path / "old.db"),))
    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    apply_versions(old, 1, 4)
    for table in ("event", "posting"):
        conn.execute(f"INSERT INTO old.{table} SELECT * FROM main.{table}")  # noqa: S608 - two names
    apply_versions(old, 5, 5)

    assert wanted
    assert wanted == old.execute("SELECT * FROM sum_site_day").fetchall()
    old.close()


def test_version_8_counts_overlaps_of_older_days_once(tmp_path: Path) -> None:
    """Two platforms at once, one of them twice: what older books hold is summed exactly as a rebuild does it."""
    conn = memory()
    for own, platform, kind, start, end in (
        ("a", "p", "work", 0, 40),
        ("b", "p", "search", 10, 60),
        ("c", "q", "work", 30, 90),
        ("d", "q", "idle", 90, 500),
    ):
        row = (own, platform, "me", "", "", own, kind, NOON + start, NOON + end, end - start, "agent", "2025-11-21")
        conn.execute("INSERT INTO interval VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    rebuild_sums(conn)
    wanted = [tuple(row) for row in conn.execute("SELECT * FROM sum_time_wall")]
    conn.execute("ATTACH ? AS old", (str(tmp_path / "old.db"),))
    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    apply_versions(old, 1, 7)
    conn.execute("INSERT INTO old.interval SELECT * FROM main.interval")
    apply_versions(old, 8, 8)

    assert [("2025-11-21", "", 90), ("2025-11-21", "p", 60), ("2025-11-21", "q", 60)] == wanted
    assert wanted == old.execute("SELECT * FROM sum_time_wall").fetchall()
    old.close()


def test_version_9_knows_nothing_of_a_lists_rhythm_yet(tmp_path: Path) -> None:
    """A list of an older store stays as it was, of no particular browser, and nothing is expected of it."""
    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    apply_versions(old, 1, 8)
    old.execute(
        "INSERT INTO list_state (platform, list, account, state, since_us, last_look_us, last_good_us) "
        "VALUES ('p', 'l', 'a', 'watching', 1, 2, 2)"
    )
    apply_versions(old, 9, 9)
    query = "SELECT state, last_look_us, cid, every_us, steady FROM list_state"
    assert [("watching", 2, "", None, 0)] == old.execute(query).fetchall()
    old.close()


def apply_versions(conn: sqlite3.Connection, first: int, last: int) -> None:
    """Runs the scripts of some versions."""
    for version in range(first, last + 1):
        for statement in migrations.statements(migrations.versions()[version].read_text(encoding="utf-8")):
            conn.execute(statement)


def test_a_new_store_has_the_shape_of_a_migrated_one(paths: Paths, clock: FixedClock, tmp_path: Path) -> None:
    """Where one starts from makes no difference to the schema."""
    old = Paths(tmp_path / "old")
    write_version_1(old)
    shapes = []
    for folder in (paths, old):
        store = Store.open(folder, clock)
        with store.read() as conn:
            query = "SELECT name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' ORDER BY name"
            shapes.append({row[0]: row[1] for row in conn.execute(query)})
        store.close()
    assert shapes[0] == shapes[1]


def test_what_is_old_goes_and_the_history_stays(store: Store, clock: FixedClock) -> None:
    """Page text 30 days, beats 90, tasks that vanished 30; events and arrivals for ever; open things stay."""
    now_us = clock.now_us()
    old, young = now_us - 31 * DAY_US, now_us - 29 * DAY_US

    def job(conn: sqlite3.Connection) -> None:
        append(conn, fact(1))
        for at_us in (old, young):
            conn.execute("INSERT INTO raw (at_us, platform, task, text) VALUES (?, 'p', 't', 'x')", (at_us,))
            conn.execute(
                "INSERT INTO arrival (platform, list, kind, first_seen_us, last_seen_us) VALUES ('p','l','new',?,?)",
                (at_us, at_us),
            )
        for number, (gone, state) in enumerate([(old, "gone"), (young, "gone"), (None, "open"), (old, "working")]):
            task(conn, f"t{number}", gone, state)
        for number, (at_us, closed) in enumerate([(old, 1), (now_us - 91 * DAY_US, 1), (now_us - 91 * DAY_US, 0)]):
            conn.execute(
                "INSERT INTO beat VALUES (?, 's', 'p', 'a', 't', 'active', ?, 0, NULL, 'work', 'page', 1, '', ?)",
                (f"b{number}", at_us, closed),
            )

    store.write_now(job)
    removed = store.write_now(lambda conn: prune(conn, now_us))
    assert {"raw": 1, "task": 1, "beat": 1} == {name: count for name, count in removed.items() if count}
    with store.read() as conn:
        assert ["t1", "t2", "t3"] == [row[0] for row in conn.execute("SELECT id FROM task ORDER BY id")]
        assert (2,) == tuple(conn.execute("SELECT count(*) FROM arrival").fetchone())
    assert {"e1"} == ids(store)


def task(conn: sqlite3.Connection, own: str, gone_us: int | None, state: str) -> None:
    """A row of table task."""
    conn.execute(
        "INSERT INTO task (platform, system, id, account, list, title, requester, pay_state, pay_per, pay_raw, "
        "first_seen_us, last_seen_us, gone_us, episode_us, state) "
        "VALUES ('p', '', ?, 'a', 'l', '', '', 'none', 'task', '', 1, 1, ?, 1, ?)",
        (own, gone_us, state),
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_of_somebody_else(clock: FixedClock) -> None:
    """Where nothing may be written the store opens for reading and says why; where nothing may be read, too."""
    with tempfile.TemporaryDirectory() as name:
        paths = Paths(Path(name) / "data")
        store = Store.open(paths, clock)
        fill(store, 3)
        store.close()
        for path in (Path(name), paths.data, paths.db):
            path.chmod(0o755)
        os.seteuid(65534)
        try:
            other = Store.open(paths, clock)
            assert isinstance(other.refusal, StoreReadOnly)
            assert {"e0", "e1", "e2"} == ids(other)
            with pytest.raises(StoreReadOnly, match="can't be written to"):
                fill(other, 1)
            other.close()
            with pytest.raises(StoreReadOnly, match="can't be written to"):
                Store.open(Paths(Path(name) / "nothing"), clock)
        finally:
            os.seteuid(0)


def test_version_10_knows_no_clock_of_older_tasks(tmp_path: Path) -> None:
    """A task that was seen before lists told their clock stays as it was, and promises no day."""
    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    apply_versions(old, 1, 9)
    columns = "platform, system, id, account, list, title, requester, pay_state, pay_raw, first_seen_us, last_seen_us"
    old.execute(
        f"INSERT INTO task ({columns}, episode, episode_us, state, source, pay_per) "  # noqa: S608 - fixed names
        "VALUES ('p', '', 't', 'a', 'l', 'T', '', 'none', '', 1, 2, 1, 1, 'open', 'dom', 'task')"
    )
    apply_versions(old, 10, 10)

    assert [("T", None)] == old.execute("SELECT title, rated_days FROM task").fetchall()
    old.close()


def test_version_15_finds_what_older_books_wait_for(tmp_path: Path) -> None:
    """The index holds every attempt that waits, of before and of after; none that is decided."""
    conn = memory()
    for name, kinds in (("A", (Kind.SUBMITTED,)), ("B", (Kind.SUBMITTED, Kind.APPROVED))):
        said = work(assignment=name, task=name, pay="1")
        take_all(conn, [event(kind, NOON + place * DAY, said) for place, kind in enumerate(kinds)])
    conn.execute("ATTACH ? AS old", (str(tmp_path / "old.db"),))
    old = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    apply_versions(old, 1, 14)
    conn.execute("INSERT INTO old.assignment SELECT * FROM main.assignment")
    apply_versions(old, 15, 15)

    assert {("site", "me", "USD"): [Stuck("long", 1, 1_000_000)]} == stuck(old, NOON + 40 * DAY)
    old.close()
