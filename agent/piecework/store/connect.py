"""Opening SQLite connections the one way the store uses them, and putting SQLite's errors into our own."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from typing import TYPE_CHECKING

from piecework.errors import DiskFull, StoreBusy, StoreCorrupt, StoreError, StoreReadOnly

if TYPE_CHECKING:
    from pathlib import Path

BUSY_MS = 5_000
JOURNAL_LIMIT = 16 << 20
NO_ROOM = 1 << 20
"""Below this many free bytes an unexplained I/O error is taken for a full disk."""

_SETUP = f"""
PRAGMA busy_timeout = {BUSY_MS};
PRAGMA foreign_keys = ON;
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = {JOURNAL_LIMIT};
PRAGMA temp_store = MEMORY;
""".strip().splitlines()


def make_private(path: Path) -> None:
    """Makes the folder (0700) and an empty file (0600), so that SQLite never makes one that others may read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    if not path.exists():
        path.touch(mode=0o600)
    path.chmod(0o600)


def connect_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes: WAL, synchronous=FULL, transactions begun by hand."""
    conn = _connect(f"{path.absolute().as_uri()}?mode=rw")
    try:
        conn.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def connect_reader(path: Path, *, immutable: bool = False) -> sqlite3.Connection:
    """A connection that can't write. `immutable` reads a file of a folder nobody can write to."""
    conn = _connect(f"{path.absolute().as_uri()}?{'immutable=1' if immutable else 'mode=ro'}")
    conn.execute("PRAGMA query_only = ON")
    return conn


def _connect(uri: str) -> sqlite3.Connection:
    conn = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=BUSY_MS / 1000
    )
    conn.row_factory = sqlite3.Row
    try:
        for line in _SETUP:
            conn.execute(line)
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def damage_mark(path: Path) -> Path:
    """The file that asks the next start to look whether the store is damaged, and to recover it."""
    return path.with_name(path.name + ".damaged")


def mark_damaged(path: Path) -> None:
    """Leaves that mark; where not even that can be written, the next check finds the damage again."""
    with contextlib.suppress(OSError):
        damage_mark(path).touch(mode=0o600)


def explain(cause: sqlite3.Error, path: Path) -> StoreError:
    """Which of our errors a failure of SQLite is, worded for the person."""
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _no_room(path)):
        return DiskFull(f"No room is left on the disk that holds {path}. Free some space: Piecework goes on by itself.")
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return StoreReadOnly(
            f"{path} can't be written to. Check who owns the file and its folder, and that the disk is not read-only."
        )
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return StoreCorrupt(
            f"{path} is damaged ({cause}). Start Piecework again: it moves the file aside and recovers it."
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusy(f"Another program holds {path}. Close it and try again.")
    return StoreError(f"{path}: {cause}")


def _no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < NO_ROOM
    except OSError:
        return False
