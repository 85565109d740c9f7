"""What the person has to be told about the store itself, kept in it until they have read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.settings import drop_value, put_value

if TYPE_CHECKING:
    import sqlite3

PREFIX = "notice."
REBUILD = "rebuild.wanted"
"""Setting that asks for a rebuild of what is derived: the history was recovered."""


def put_notice(conn: sqlite3.Connection, cause: str, text: str) -> None:
    """Keeps a notice; one of the same cause is replaced."""
    put_value(conn, PREFIX + cause, text)


def notices(conn: sqlite3.Connection) -> dict[str, str]:
    """Cause to text of every notice that was not dismissed."""
    rows = conn.execute("SELECT name, value FROM setting WHERE name GLOB 'notice.*' ORDER BY name")
    return {str(name).removeprefix(PREFIX): str(value) for name, value in rows}


def dismiss(conn: sqlite3.Connection, cause: str) -> None:
    """The person has read it."""
    drop_value(conn, PREFIX + cause)
