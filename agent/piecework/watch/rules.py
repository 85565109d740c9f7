"""Which rules a piece of news meets. For now there is one: every new task of a claimed account."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

DEFAULT = "default"


def matching(conn: sqlite3.Connection) -> list[str]:
    """The ids of the rules that want to be told of a new task; accounts were looked at before."""
    return [str(row[0]) for row in conn.execute("SELECT id FROM rule WHERE on_ = 1 AND id = ?", (DEFAULT,))]
