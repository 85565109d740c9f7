"""Table `client`: who was paired, with which exact Origin, and how far its outbox has been taken."""

from __future__ import annotations

import asyncio
import secrets as random_source
from dataclasses import dataclass
from typing import TYPE_CHECKING

from piecework.errors import BadUsage
from piecework.secrets import new_key

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.services import Services

CLI_ORIGIN = "piecework-cli://local"
CLI_CID = "cli"
REVOKED = 4403
CID_BYTES = 8
MAX_NAME = 80


@dataclass(frozen=True)
class Client:
    """One row of table `client`."""

    cid: str
    origin: str
    name: str
    browser: str
    last_seq: int = 0
    revoked: bool = False


def find(conn: sqlite3.Connection, cid: str) -> Client | None:
    """The client of that id, revoked ones too."""
    row = conn.execute(
        "SELECT cid, origin, name, browser, last_seq, revoked_us IS NOT NULL AS revoked FROM client WHERE cid = ?",
        (cid,),
    ).fetchone()
    return None if row is None else Client(**dict(row))


def is_known(conn: sqlite3.Connection, origin: str) -> bool:
    """Whether a client of that Origin was paired and not revoked."""
    return (
        conn.execute("SELECT 1 FROM client WHERE origin = ? AND revoked_us IS NULL", (origin,)).fetchone() is not None
    )


def insert(conn: sqlite3.Connection, client: Client, now_us: int) -> None:
    """Adds a client; a known cid stays as it is."""
    conn.execute(
        "INSERT OR IGNORE INTO client (cid, origin, name, browser, paired_us) VALUES (?, ?, ?, ?, ?)",
        (client.cid, client.origin, client.name[:MAX_NAME], client.browser[:MAX_NAME], now_us),
    )


async def pair(services: Services, *, name: str, origin: str, browser: str = "") -> tuple[str, str]:
    """Makes a client with a key of its own; returns (cid, key). The key is kept before the row is written."""
    cid, key = random_source.token_hex(CID_BYTES), new_key()
    await asyncio.to_thread(services.secrets.set_client_key, cid, key)
    now_us = services.clock.now_us()
    await services.store.write(lambda conn: insert(conn, Client(cid, origin, name, browser), now_us))
    if services.secrets.notice:
        services.notice("keyring", services.secrets.notice)
    services.bus.publish("pairing")
    return cid, key


async def revoke(services: Services, cid: str) -> None:
    """Ends a pairing: the key is gone, open sockets close with 4403. Raises BadUsage for an unknown cid."""
    now_us = services.clock.now_us()
    done = await services.store.write(
        lambda conn: (
            conn.execute(
                "UPDATE client SET revoked_us = ? WHERE cid = ? AND cid <> ? AND revoked_us IS NULL",
                (now_us, cid, CLI_CID),
            ).rowcount
        )
    )
    if done == 0:
        raise BadUsage(f"No paired browser has the id “{cid}”. `piecework pair --list` names them.")
    await asyncio.to_thread(services.secrets.drop_client, cid)
    if services.hub is not None:
        await services.hub.drop(cid, REVOKED, "revoked")
    services.bus.publish("pairing")


def listed(services: Services) -> list[dict[str, object]]:
    """Every pairing that holds, oldest first, with whether it is connected now."""
    connected = services.hub.connected() if services.hub is not None else frozenset()
    with services.store.read() as conn:
        rows = conn.execute(
            "SELECT cid, origin, name, browser, paired_us, last_seen_us FROM client"
            " WHERE revoked_us IS NULL AND cid <> ? ORDER BY paired_us, cid",
            (CLI_CID,),
        ).fetchall()
    return [{**dict(row), "connected": row["cid"] in connected} for row in rows]
