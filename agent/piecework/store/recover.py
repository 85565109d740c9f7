"""A damaged store: what can be read is put into a new file, the newest copy fills in, the damaged one is kept."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import utc
from piecework.settings import put_value
from piecework.store import migrations
from piecework.store.backup import damage, newest_good
from piecework.store.connect import connect_reader, connect_writer, damage_mark, make_private
from piecework.store.notices import REBUILD, put_notice
from piecework.store.salvage import Saved, take_over

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.settings import Paths

SIDE = ("-wal", "-shm")


class Recovered(NamedTuple):
    """What became of a damaged store: where it lies now, rows saved per table, the copy that filled in."""

    aside: Path
    saved: dict[str, Saved]
    copy: Path | None


def needs_recovery(paths: Paths) -> bool:
    """Whether the store was found damaged and still is, was emptied, or its recovery was cut short."""
    if not paths.db.exists():
        return _done(paths).exists()
    if _emptied(paths.db):
        return newest_good(paths) is not None
    mark = damage_mark(paths.db)
    if not mark.exists():
        return False
    if damage(paths.db):
        return True
    mark.unlink(missing_ok=True)
    return False


def recover(paths: Paths, now_us: int) -> Recovered:
    """Makes a whole store out of a damaged one. May be cut short anywhere and begun again."""
    aside = paths.db.with_name(f"{paths.db.name}.damaged-{utc(now_us):%Y%m%d-%H%M%S}")
    saved: dict[str, Saved] = {}
    copy = newest_good(paths)
    if paths.db.exists():
        saved = _build(paths, copy.path if copy else None, aside)
        _move(paths.db, aside)
    _move(_done(paths), paths.db)
    damage_mark(paths.db).unlink(missing_ok=True)
    return Recovered(aside, saved, copy.path if copy else None)


def _build(paths: Paths, copy: Path | None, aside: Path) -> dict[str, Saved]:
    fresh = paths.db.with_name(paths.db.name + ".recovering")
    for path in (fresh, *(fresh.with_name(fresh.name + end) for end in SIDE)):
        path.unlink(missing_ok=True)
    make_private(fresh)
    target = connect_writer(fresh)
    try:
        migrations.migrate(target)
        target.execute("BEGIN")
        target.execute("DELETE FROM rule")
        target.execute("DELETE FROM channel")
        saved = _from(paths.db, target)
        if copy is not None:
            _from(copy, target, copy=True)
        _finish(target, saved, aside, copy)
        target.execute("COMMIT")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target.execute("PRAGMA journal_mode = DELETE")
    finally:
        target.close()
    fresh.replace(_done(paths))
    return saved


def _from(path: Path, target: sqlite3.Connection, *, copy: bool = False) -> dict[str, Saved]:
    try:
        source = connect_reader(path)
    except sqlite3.Error:
        return {}
    try:
        source.row_factory = None
        return take_over(source, target, copy=copy)
    except sqlite3.DatabaseError:
        # Not even the list of tables can be read.
        return {}
    finally:
        source.close()


def _finish(target: sqlite3.Connection, saved: dict[str, Saved], aside: Path, copy: Path | None) -> None:
    whole = saved.get("event", Saved(0, damaged=True))
    if whole.damaged:
        # Browsers keep what was acknowledged for a day: asked from the start, they send it once more.
        target.execute("UPDATE client SET last_seq = 0")
    target.execute("INSERT OR IGNORE INTO rule (id, name, body) VALUES ('default', 'Every new task', '{}')")
    target.executemany(
        "INSERT OR IGNORE INTO channel (name, kind, titles) VALUES (?, ?, 1)",
        [("extension", "extension"), ("desktop", "desktop")],
    )
    rows = sum(table.rows for table in saved.values())
    filled = f" {copy.name} filled in what was missing." if copy else " There was no backup to fill in from."
    put_notice(
        target,
        "recovered",
        f"The store was damaged. {rows} rows were read out of it and kept.{filled} The damaged file is {aside}.",
    )
    put_value(target, REBUILD, "1")


def _move(source: Path, target: Path) -> None:
    for end in ("", *SIDE):
        path = source.with_name(source.name + end)
        if path.exists():
            path.replace(target.with_name(target.name + end))


def _emptied(path: Path) -> bool:
    """A file without a byte, in itself or in its log: what a power cut leaves, or the first moment of a new one."""
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size == 0 and not (log.exists() and log.stat().st_size)


def _done(paths: Paths) -> Path:
    return paths.db.with_name(paths.db.name + ".recovered")
