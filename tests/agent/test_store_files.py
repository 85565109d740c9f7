"""The store's file through time: versions, copies, damage and what becomes of it, what is kept for a while only."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.errors import DiskFull, StoreCorrupt, StoreReadOnly
from piecework.now import DAY_US, FixedClock, day_of
from piecework.settings import Paths
from piecework.store import NewEvent, Store, append, migrations
from piecework.store import recover as recovery
from piecework.store.backup import (
    DAYS,
    MONTHS,
    Backup,
    age_days,
    backup,
    damage,
    list_backups,
    newest_good,
    wanted,
)
from piecework.store.connect import mark_damaged
from piecework.store.events import events
from piecework.store.notices import REBUILD, dismiss, notices
from piecework.store.prune import prune
from piecework.store.recover import recover
from piecework.store.upkeep import upkeep

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION_1 = Path(__file__).parent / "data" / "store_v1.sql"
PAGE = 4096


def fact(number: int, size: int = 300) -> NewEvent:
    """A note of that number."""
    body = '{"text":"' + "x" * size + '"}'
    return NewEvent(
        id=f"e{number}", at_us=number, recv_us=1, source="page", kind="note", body=body, day_platform="d", day_local="d"
    )


def fill(store: Store, count: int, first: int = 0) -> None:
    """Writes facts, and a task and a client beside them."""

    def job(conn: sqlite3.Connection) -> None:
        for number in range(first, first + count):
            append(conn, fact(number))
        conn.execute("INSERT OR IGNORE INTO client (cid, origin, name, paired_us, last_seq) VALUES ('c','o','n',1,77)")
        conn.execute("INSERT OR IGNORE INTO account VALUES ('one', 'a', 'claimed', NULL, 1)")

    store.write_now(job)


def ids(store: Store) -> set[str]:
    """Ids in the history."""
    with store.read() as conn:
        return {row.id for row in events(conn)}


def write_version_1(paths: Paths) -> None:
    """A store as version 1 left it."""
    paths.data.mkdir()
    conn = sqlite3.connect(paths.db, isolation_level=None)
    for path in (migrations.versions()[1], VERSION_1):
        for statement in migrations.statements(path.read_text(encoding="utf-8")):
            conn.execute(statement)
    conn.close()


def overwrite(path: Path, page: int, count: int = 1) -> None:
    """Fills whole pages of a file with nonsense."""
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xa5" * PAGE * count)


def spoil_leaves(path: Path, table: str, share: float) -> None:
    """Overwrites one leaf page of a table, at that share of its length."""
    conn = sqlite3.connect(path)
    pages = [row[0] for row in conn.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", (table,))]
    conn.close()
    overwrite(path, sorted(pages)[int(len(pages) * share)] - 1)


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
        assert [("default", 1)] == [tuple(row) for row in conn.execute("SELECT id, on_ FROM rule")]
    store.close()
    assert [] == list_backups(paths)


def test_a_migration_that_fails_leaves_the_version_before(
    paths: Paths, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version comes whole or not at all, and a copy was made before it."""
    Store.open(paths, clock).close()
    broken = tmp_path / "schema_0002.sql"
    broken.write_text("CREATE TABLE extra (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);", encoding="utf-8")
    chain = {**migrations.versions(), 2: broken}
    monkeypatch.setattr(migrations, "versions", lambda: chain)
    with pytest.raises(Exception, match="nowhere"):
        Store.open(paths, clock)
    conn = sqlite3.connect(paths.db)
    assert (1,) == conn.execute("PRAGMA user_version").fetchone()
    assert None is conn.execute("SELECT name FROM sqlite_schema WHERE name = 'extra'").fetchone()
    conn.close()
    assert ["piecework-before-v2-2026-11-21.db"] == [copy.path.name for copy in list_backups(paths)]


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


def test_a_backup_is_a_whole_store(store: Store) -> None:
    """The copy opens by itself, holds what was committed, is checked, private, and made once a day."""
    fill(store, 50)
    made = backup(store.paths, store.clock.now_us())
    assert "piecework-2026-11-21.db" == made.name
    assert 0o600 == made.stat().st_mode & 0o777
    assert 0o700 == made.parent.stat().st_mode & 0o777
    assert "" == damage(made, quick=False)
    fill(store, 1, first=50)
    assert made == backup(store.paths, store.clock.now_us())
    conn = sqlite3.connect(made)
    assert (50,) == conn.execute("SELECT count(*) FROM event").fetchone()
    conn.close()
    backup(store.paths, store.clock.now_us(), again=True)
    conn = sqlite3.connect(made)
    assert (51,) == conn.execute("SELECT count(*) FROM event").fetchone()
    conn.close()


def test_a_year_of_backups_is_thinned(store: Store, clock: FixedClock) -> None:
    """After 400 days there are the last seven, and the first of each of the last twelve months."""
    fill(store, 1)
    first = backup(store.paths, clock.now_us())
    for _ in range(400):
        clock.forward(us=DAY_US)
        copy = store.paths.backups / f"piecework-{age(clock)}.db"
        shutil.copyfile(first, copy)
    backup(store.paths, clock.now_us())
    days = [copy.day for copy in list_backups(store.paths)]
    assert [f"2027-12-{day}" for day in range(20, 27)] == days[-DAYS:]
    assert [f"2027-{month:02}-01" for month in range(1, 13)] == days[:-DAYS]


def age(clock: FixedClock) -> str:
    """The clock's day."""
    return day_of(clock.now_us(), "UTC")


@given(st.lists(st.dates().map(str), unique=True, max_size=60))
def test_thinning_never_drops_the_newest(days: list[str]) -> None:
    """Whatever days there are, the newest seven stay and nothing is kept beyond seven days and twelve months."""
    copies = [Backup(day, Path(day), None) for day in sorted(days)]
    kept = wanted(copies)
    assert set(copies[-DAYS:]) <= kept <= set(copies)
    assert DAYS + MONTHS >= len(kept)
    assert kept == wanted(sorted(kept, key=lambda copy: copy.day))


def test_backups_never_fill_the_disk(store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """All copies together stay below a tenth of the free room: old ones go first, then no copy is made, and said."""
    fill(store, 200)
    backup(store.paths, clock.now_us())
    size = store.paths.backups.joinpath("piecework-2026-11-21.db").stat().st_size
    clock.forward(us=DAY_US)
    room = SimpleNamespace(free=size * 9)
    monkeypatch.setattr("piecework.store.backup.shutil.disk_usage", lambda _path: room)
    backup(store.paths, clock.now_us())
    assert ["2026-11-22"] == [copy.day for copy in list_backups(store.paths)]
    room.free = 0
    clock.forward(us=DAY_US)
    with pytest.raises(DiskFull, match="No backup was made"):
        backup(store.paths, clock.now_us())
    assert ["2026-11-22"] == [copy.day for copy in list_backups(store.paths)]
    assert 1 == age_days(list_backups(store.paths)[0], clock.now_us())


def test_upkeep_prunes_checks_and_copies(store: Store) -> None:
    """One daily round of a whole store."""
    fill(store, 5)
    done = upkeep(store)
    assert done.copy.exists()
    assert 0 == done.pruned["raw"]


def test_upkeep_finds_damage_and_the_next_start_recovers(paths: Paths, clock: FixedClock) -> None:
    """A page that went bad is found by the daily check, told, and repaired when the agent starts again."""
    store = Store.open(paths, clock)
    fill(store, 500)
    store.close()
    spoil_leaves(paths.db, "event", 0.5)
    store = Store.open(paths, clock)
    with pytest.raises(StoreCorrupt, match="start it again"):
        upkeep(store)
    store.close()
    again = Store.open(paths, clock)
    saved = ids(again)
    with again.read() as conn:
        assert "damaged" in notices(conn)["recovered"]
    again.close()
    assert 470 <= len(saved) < 500
    assert [] == list(paths.data.glob("*.damaged"))
    assert (paths.data / "piecework.db.damaged-20261121-110000").exists()


def test_damage_is_filled_from_the_newest_backup(paths: Paths, clock: FixedClock) -> None:
    """Rows of a bad page come back from the copy, newer rows from the file: all facts are there, once each."""
    store = Store.open(paths, clock)
    fill(store, 500)
    backup(paths, clock.now_us())
    fill(store, 100, first=500)
    store.close()
    spoil_leaves(paths.db, "event", 0.3)
    found = recover(paths, clock.now_us())
    assert found.saved["event"].damaged
    again = Store.open(paths, clock)
    assert {f"e{number}" for number in range(600)} == ids(again)
    with again.read() as conn:
        assert (0,) == tuple(conn.execute("SELECT last_seq FROM client").fetchone())
        assert ("claimed",) == tuple(conn.execute("SELECT state FROM account").fetchone())
        assert ("1",) == tuple(conn.execute("SELECT value FROM setting WHERE name = ?", (REBUILD,)).fetchone())
        assert (1,) == tuple(conn.execute("SELECT count(*) FROM rule").fetchone())
    assert "" == damage(paths.db, quick=False)
    again.write_now(lambda conn: dismiss(conn, "recovered"))
    with again.read() as conn:
        assert {} == notices(conn)
    again.close()


@pytest.mark.parametrize("content", [b"", b"\0" * PAGE, b"not a database" * 1000])
def test_a_file_that_is_no_database(paths: Paths, clock: FixedClock, content: bytes) -> None:
    """Nonsense or nothing at all in the store's place is kept aside, and the newest backup takes over."""
    store = Store.open(paths, clock)
    fill(store, 10)
    backup(paths, clock.now_us())
    store.close()
    paths.db.write_bytes(content)
    again = Store.open(paths, clock)
    assert 10 == len(ids(again))
    assert content == (paths.data / "piecework.db.damaged-20261121-110000").read_bytes()
    again.close()


def test_recovery_can_be_cut_short(paths: Paths, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between taking the damaged file away and putting the new one in place: the next start goes on there."""
    store = Store.open(paths, clock)
    fill(store, 300)
    store.close()
    spoil_leaves(paths.db, "event", 0.9)
    kill_after_first_move(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        recover(paths, clock.now_us())
    assert not paths.db.exists()
    monkeypatch.undo()
    again = Store.open(paths, clock)
    assert 270 <= len(ids(again)) < 300
    again.close()


def kill_after_first_move(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first file is moved, then the program ends."""
    real: Callable[[Path, Path], None] = recovery._move
    calls: list[Path] = []

    def move(source: Path, target: Path) -> None:
        if calls:
            raise KeyboardInterrupt
        calls.append(source)
        real(source, target)

    monkeypatch.setattr(recovery, "_move", move)


def test_a_false_alarm_recovers_nothing(paths: Paths, clock: FixedClock) -> None:
    """A mark beside a whole file is taken away, and the file stays."""
    store = Store.open(paths, clock)
    fill(store, 3)
    store.close()
    mark_damaged(paths.db)
    again = Store.open(paths, clock)
    assert 3 == len(ids(again))
    again.close()
    assert ["piecework.db"] == sorted(path.name for path in paths.data.iterdir())


def test_a_damaged_backup_is_passed_over(store: Store, clock: FixedClock) -> None:
    """The newest copy that is whole is the one that fills in."""
    fill(store, 300)
    good = backup(store.paths, clock.now_us())
    clock.forward(us=DAY_US)
    overwrite(backup(store.paths, clock.now_us()), 0)
    found = newest_good(store.paths)
    assert found is not None
    assert good == found.path


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
