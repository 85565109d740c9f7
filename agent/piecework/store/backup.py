"""Dated copies of the store: seven days, twelve months, never more than a tenth of the disk's free room."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from piecework.errors import DiskFull, StoreCorrupt
from piecework.now import day_of
from piecework.store.connect import connect_reader, explain, make_private

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.settings import Paths

DAYS = 7
MONTHS = 12
BEFORE = 3
"""Copies kept: of the last days, of the first day kept of the last months, from before migrations."""
SHARE = 10
"""All copies together take at most this share of the free room, in per cent."""
_DAILY = re.compile(r"piecework-(\d{4}-\d{2}-\d{2})\.db")
_BEFORE = re.compile(r"piecework-before-v(\d+)-(\d{4}-\d{2}-\d{2})\.db")


class Backup(NamedTuple):
    """A copy: its day, its file, and the version it was made before (None for a daily one)."""

    day: str
    path: Path
    before: int | None


def backup(paths: Paths, now_us: int, *, before: int | None = None, again: bool = False) -> Path:
    """Makes today's copy, checks it, and lets old ones go; a copy made today already is kept unless `again`.

    Raises DiskFull where a tenth of the free room does not hold it, StoreCorrupt where the copy turns out damaged.
    """
    name = "piecework-" + (f"before-v{before}-" if before is not None else "") + day_of(now_us, "UTC") + ".db"
    target = paths.backups / name
    if not target.exists() or again:
        _make_room(paths, _size(paths.db), target)
        _copy(paths.db, target)
    prune_backups(paths)
    return target


def list_backups(paths: Paths) -> list[Backup]:
    """Every copy there is, the oldest first."""
    found: list[Backup] = []
    for path in paths.backups.glob("piecework-*.db"):
        if match := _DAILY.fullmatch(path.name):
            found.append(Backup(match[1], path, None))
        elif match := _BEFORE.fullmatch(path.name):
            found.append(Backup(match[2], path, int(match[1])))
    return sorted(found, key=lambda copy: (copy.day, copy.before is None, copy.path.name))


def prune_backups(paths: Paths) -> list[Path]:
    """Removes copies that are neither of the last days, nor the first of a month, nor from before a migration."""
    keep = wanted(list_backups(paths))
    gone = [copy.path for copy in list_backups(paths) if copy not in keep]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def wanted(copies: list[Backup]) -> set[Backup]:
    """The copies to keep: the newest seven days, the oldest of each of the newest twelve months, three migrations."""
    daily = [copy for copy in copies if copy.before is None]
    months: dict[str, Backup] = {}
    for copy in daily:
        months.setdefault(copy.day[:7], copy)
    newest_months = sorted(months)[-MONTHS:]
    before = [copy for copy in copies if copy.before is not None]
    return {*daily[-DAYS:], *(months[month] for month in newest_months), *before[-BEFORE:]}


def newest_good(paths: Paths) -> Backup | None:
    """The newest copy that is whole; None where there is none."""
    return next((copy for copy in reversed(list_backups(paths)) if not damage(copy.path)), None)


def damage(path: Path, *, quick: bool = True) -> str:
    """What SQLite's own check finds wrong with a file; empty where it is whole."""
    try:
        conn = connect_reader(path)
    except sqlite3.Error as cause:
        return str(cause)
    try:
        verdict = str(conn.execute("PRAGMA quick_check(1)" if quick else "PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as cause:
        return str(cause)
    finally:
        conn.close()
    return "" if verdict == "ok" else verdict


def _make_room(paths: Paths, size: int, target: Path) -> None:
    """Lets the oldest copies go until the new one fits into a tenth of the room that would be free without any."""
    make_private_folder(paths.backups)
    copies = [copy for copy in list_backups(paths) if copy.path != target]
    taken = sum(copy.path.stat().st_size for copy in copies)
    allowed = (shutil.disk_usage(paths.backups).free + taken) * SHARE // 100
    if size > allowed:
        raise DiskFull(f"No backup was made: {size} bytes are more than a tenth of the free room of {paths.backups}.")
    while copies and taken + size > allowed:
        oldest = copies.pop(0)
        taken -= oldest.path.stat().st_size
        oldest.path.unlink()


def _size(path: Path) -> int:
    """Bytes a copy takes at most: what is in the log counts too."""
    try:
        conn = connect_reader(path)
        try:
            pages, size = (conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        finally:
            conn.close()
    except sqlite3.Error as cause:
        raise explain(cause, path) from cause
    return int(pages) * int(size)


def make_private_folder(path: Path) -> None:
    """A folder only its owner can look into."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    make_private(part)
    try:
        conn = connect_reader(source)
        try:
            # The connection stays one that can't write the store itself: it was opened with mode=ro.
            conn.execute("PRAGMA query_only = OFF")
            conn.execute("VACUUM INTO ?", (str(part),))
        finally:
            conn.close()
        if verdict := damage(part):
            raise StoreCorrupt(f"The backup of {source} is damaged ({verdict}): the store itself may be.")
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except sqlite3.Error as cause:
        raise explain(cause, source) from cause
    finally:
        part.unlink(missing_ok=True)


def age_days(copy: Backup, now_us: int) -> int:
    """How many days ago a copy was made."""
    return (date.fromisoformat(day_of(now_us, "UTC")) - date.fromisoformat(copy.day)).days
