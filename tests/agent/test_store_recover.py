"""Damage to the store's file, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from piecework.errors import StoreCorrupt
from piecework.now import DAY_US, FixedClock
from piecework.store import Store
from piecework.store import recover as recovery
from piecework.store.backup import (
    backup,
    damage,
    newest_good,
)
from piecework.store.connect import mark_damaged
from piecework.store.notices import REBUILD, dismiss, notices
from piecework.store.recover import recover
from piecework.store.upkeep import upkeep
from tests.agent.stores import PAGE, fill, ids, overwrite, spoil_leaves

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from piecework.settings import Paths


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
        assert (2,) == tuple(conn.execute("SELECT count(*) FROM rule").fetchone())
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
