"""The store's shape, version by version: one SQL file each, appended, never changed once released."""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database, Migrations

FOLDER = Path(__file__).resolve().parent
_FILE = re.compile(r"schema_(\d{4})\.sql")


@cache
def versions() -> dict[int, Path]:
    """Version number to SQL file, in order."""
    found = {
        int(match[1]): path for path in sorted(FOLDER.glob("schema_*.sql")) if (match := _FILE.fullmatch(path.name))
    }
    if list(found) != list(range(1, len(found) + 1)):
        raise AssertionError(f"schema files have a gap: {sorted(found)}")
    return found


def newest() -> int:
    """The version this program writes."""
    return max(versions())


def version_of(conn: sqlite3.Connection) -> int:
    """The version a file has; 0 for an empty one."""
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: a trigger's own semicolons do not end it."""
    pending = ""
    for piece in re.split(r"(?<=;)", script):
        pending += piece
        if pending.strip() and sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""
    if pending.strip() and not _only_comments(pending):
        raise ValueError(f"unfinished statement: {pending.strip()[:80]}")


def migrate(conn: sqlite3.Connection) -> list[int]:
    """Brings a file up to `newest()`, each version in one transaction; returns the versions applied."""
    before = version_of(conn)
    if before >= newest():
        return []
    from sqlite_utils import Database  # noqa: PLC0415 - costs 0.2 s of CPU, needed only when there is work

    _migrations().apply(Database(conn))
    return list(range(before + 1, newest() + 1))


def _migrations() -> Migrations:
    from sqlite_utils import Migrations  # noqa: PLC0415 - the same

    known = Migrations("piecework")
    for version, path in versions().items():
        known(name=path.stem)(_step(version, path))
    return known


def _step(version: int, path: Path) -> Callable[[Database], None]:
    def step(db: Database) -> None:
        for statement in statements(path.read_text(encoding="utf-8")):
            db.conn.execute(statement)
        db.conn.execute(f"PRAGMA user_version = {version}")

    return step


def _only_comments(text: str) -> bool:
    return all(not line.strip() or line.strip().startswith("--") for line in text.splitlines())
