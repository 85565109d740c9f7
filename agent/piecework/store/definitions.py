"""Definitions of the person's own: taught, loaded, healed. Every version is kept; the newest of a platform is used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.platforms import Platform, check, load_platforms

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.bodies import DefinitionChange

REMOVED = "removed"
LONGEST_LIST = 64
LONGEST_VERSION = 64

_NEWEST = "SELECT platform, body, state FROM definition WHERE state <> 'drift' ORDER BY platform, at_us, version"


def put(conn: sqlite3.Connection, platform: str, change: DefinitionChange, kind: str, at_us: int) -> None:
    """Keeps a version; its `state` is the change's cause (taught, loaded, healed, rolled_back, …), else its kind."""
    conn.execute(
        "INSERT INTO definition (platform, list, version, body, state, at_us) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (platform, list, version) DO UPDATE SET body = excluded.body, state = excluded.state, "
        "at_us = excluded.at_us WHERE excluded.at_us >= definition.at_us",
        (
            platform,
            change.list[:LONGEST_LIST],
            change.version[:LONGEST_VERSION],
            msgspec.json.encode(change.definition).decode(),
            kind if kind == "drift" else change.cause[:LONGEST_VERSION] or kind,
            at_us,
        ),
    )


def platforms_in_use(conn: sqlite3.Connection) -> dict[str, Platform]:
    """Id to definition: those carried, and over or beside them the person's own."""
    return load_platforms() | taught(conn)


def taught(conn: sqlite3.Connection) -> dict[str, Platform]:
    """The person's own definitions in use, by id."""
    return {name: msgspec.convert(document, Platform) for name, document in documents(conn).items()}


def documents(conn: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """The same as data, as other browsers of the person's get them; what is no definition any more is left out."""
    newest = {str(row["platform"]): row for row in conn.execute(_NEWEST)}
    kept = {name: json.loads(row["body"]) for name, row in newest.items() if row["state"] != REMOVED}
    return {name: one for name, one in kept.items() if one.get("id") == name and not check(one)}


def versions(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """What became of the person's own definitions, the newest first: {platform, list, version, state, at_us}."""
    rows = conn.execute(
        "SELECT platform, list, version, state, at_us FROM definition ORDER BY at_us DESC, version LIMIT 500"
    )
    return [dict(row) for row in rows]
