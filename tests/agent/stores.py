"""Stores filled, spoiled and as they once were, for the tests of the store's file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from piecework.store import NewEvent, Store, append, migrations
from piecework.store.events import events

if TYPE_CHECKING:
    from piecework.settings import Paths

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
