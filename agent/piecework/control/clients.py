"""Table `client`: who was paired, with which exact Origin, and how far its outbox has been taken."""

from __future__ import annotations

import asyncio
import re
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
_EXTENSION = re.compile(
    r"chrome-extension://[a-p]{32}|moz-extension://[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII
)
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


def origin_allowed(origin: str) -> bool:
    """Whether an Origin can be an extension's, or is the command line's: no page has such a one."""
    return origin == CLI_ORIGIN or bool(_EXTENSION.fullmatch(origin))


def find(conn: sqlite3.Connection, cid: str) -> Client | None:
    """The client of that id, revoked ones too; the command line is one even in a store that can't be written to."""
    row = conn.execute(
        "SELECT cid, origin, name, browser, last_seq, revoked_us IS NOT NULL AS revoked FROM client WHERE cid = ?",
        (cid,),
    ).fetchone()
    if row is not None:
        return Client(**dict(row))
    return Client(CLI_CID, CLI_ORIGIN, "command line", "") if cid == CLI_CID else None


def is_known(conn: sqlite3.Connection, origin: str) -> bool:
    """Whether a client of that Origin was paired and not revoked; the command line always was."""
    row = conn.execute("SELECT 1 FROM client WHERE origin = ? AND revoked_us IS NULL", (origin,)).fetchone()
    return row is not None or origin == CLI_ORIGIN


def insert(conn: sqlite3.Connection, client: Client, now_us: int) -> None:
    """Adds a client; a known cid stays as it is."""
    conn.execute(
        "INSERT OR IGNORE INTO client (cid, origin, name, browser, paired_us) VALUES (?, ?, ?, ?, ?)",
        (client.cid, client.origin, client.name[:MAX_NAME], client.browser[:MAX_NAME], now_us),
    )


def key_of(services: Services, cid: str) -> str | None:
    """The link key of a client, None where there is none. May block for the keyring; raises SecretsUnavailable."""
    return services.secrets.cli_key if cid == CLI_CID else services.secrets.client_key(cid)


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
    await services.hub.drop(cid, REVOKED, "revoked")
    services.bus.publish("pairing")


def listed(services: Services) -> list[dict[str, object]]:
    """Every pairing, revoked ones too, oldest first, with whether it is connected now."""
    connected = services.hub.connected()
    with services.store.read() as conn:
        rows = conn.execute(
            "SELECT cid, origin, name, browser, paired_us, last_seen_us, revoked_us IS NOT NULL AS revoked"
            " FROM client WHERE cid <> ? ORDER BY paired_us, cid",
            (CLI_CID,),
        ).fetchall()
    return [{**dict(row), "revoked": bool(row["revoked"]), "connected": row["cid"] in connected} for row in rows]
