"""Dated copies: whole, private, few, and never more than the disk has room for."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.errors import DiskFull
from piecework.now import DAY_US, FixedClock, day_of
from piecework.store.backup import (
    DAYS,
    MONTHS,
    Backup,
    age_days,
    backup,
    damage,
    list_backups,
    wanted,
)
from piecework.store.upkeep import upkeep
from tests.agent.stores import fill

if TYPE_CHECKING:
    from piecework.store import Store


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
