"""`forget`: out of the store and its copies, and out of every browser that is or comes back."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.control.add import platform_id
from piecework.control.arguments import read
from piecework.control.clients import CLI_CID, CLI_ORIGIN, REVOKED, Client, insert
from piecework.control.jobs import clear_incoming
from piecework.ledger import replay
from piecework.protocol.messages import Forget
from piecework.settings import drop_value, put_value
from piecework.store.choices import TOLD_LATER
from piecework.store.forget import forget as forget_in_store
from piecework.store.forget import named

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.services import Services
    from piecework.store.forget import Forgotten


class Asked(msgspec.Struct):
    """What the person names; `before` is one of their days, "YYYY-MM-DD"."""

    platform: str = ""
    account: str = ""
    before: str = ""
    everything: bool = False


async def forget(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{rows, balances, rewritten, removed}`. Raises BadUsage, StoreBusy; it can't be undone."""
    asked = read(args, Asked)
    if asked.platform:
        asked.platform = platform_id(services, asked.platform)
    what = named(**msgspec.structs.asdict(asked), zone=services.zone)
    if known := services.platforms.get(what.platform):
        what = what._replace(names=(known.name, *known.aliases))
    services.imports.clear()
    clear_incoming(services.paths, besides=services.imports.files())
    with services.store.read() as conn:
        channels = [str(row[0]) for row in conn.execute("SELECT name FROM channel WHERE kind IN ('push', 'phone')")]
    async with services.copying:
        found = await asyncio.to_thread(forget_in_store, services.store, what, services.zone, replay.rebuild)
    message = Forget(what.platform, what.account, what.before_us or 0, what.everything)
    services.hub.send(message)
    if what.everything:
        await _begin_anew(services, found)
        for name in channels:
            await asyncio.to_thread(services.secrets.drop_channel, name)
        services.courier.channels_changed()
    else:
        connected = services.hub.connected()
        await services.store.write(lambda conn: _tell_later(conn, message, connected))
    services.reload_settings()
    services.hub.push_state()
    services.bus.publish("board", "today", "ledger", "time", "platforms", "pairing")
    return {
        "rows": found.rows,
        "balances": [one._asdict() for one in found.balances],
        "rewritten": found.rewritten,
        "removed": found.removed,
    }


def owes(conn: sqlite3.Connection, cid: str) -> bool:
    """Whether a browser that comes back has anything to forget yet."""
    return (
        conn.execute("SELECT 1 FROM setting WHERE name GLOB ? LIMIT 1", (f"{TOLD_LATER}{cid}.*",)).fetchone()
        is not None
    )


def owed(conn: sqlite3.Connection, cid: str) -> list[Forget]:
    """Takes out what a browser that comes back has yet to forget. A job of the writer."""
    rows = conn.execute(
        "SELECT name, value FROM setting WHERE name GLOB ? ORDER BY name", (f"{TOLD_LATER}{cid}.*",)
    ).fetchall()
    for name, _ in rows:
        drop_value(conn, name)
    return [msgspec.json.decode(value, type=Forget) for _, value in rows]


def _tell_later(conn: sqlite3.Connection, message: Forget, connected: frozenset[str]) -> None:
    away = [cid for (cid,) in conn.execute("SELECT cid FROM client WHERE revoked_us IS NULL") if cid not in connected]
    for cid in away:
        if cid != CLI_CID:
            put_value(conn, f"{TOLD_LATER}{cid}.{uuid.uuid4()}", msgspec.json.encode(message).decode())


async def _begin_anew(services: Services, found: Forgotten) -> None:
    """Everything went: no browser is paired any more, and a new salt makes new hashes of the same names."""
    for cid in found.clients:
        if cid != CLI_CID:
            await services.hub.drop(cid, REVOKED, "forgotten")
            await asyncio.to_thread(services.secrets.drop_client, cid)
    await asyncio.to_thread(services.secrets.new_salt)
    command_line = Client(CLI_CID, CLI_ORIGIN, "command line", "")
    now_us = services.clock.now_us()
    await services.store.write(lambda conn: insert(conn, command_line, now_us))
