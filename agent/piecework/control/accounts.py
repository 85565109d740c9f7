"""Whose sign-ins are the person's own. An account is a salted hash; nobody learns the name behind it from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from piecework.control.add import platform_id
from piecework.control.arguments import read
from piecework.control.typed import state, stated
from piecework.errors import BadUsage
from piecework.protocol.bodies import Account
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from piecework.control.services import Services


class Named(msgspec.Struct):
    """One sign-in of one platform."""

    platform: str
    account: str


async def list_accounts(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """`{accounts: [{platform, account, state, first_seen_us}]}`."""
    with services.store.read() as conn:
        rows = conn.execute(
            "SELECT platform, account, state, first_seen_us FROM account WHERE alias_of IS NULL"
            " ORDER BY platform, first_seen_us, account"
        ).fetchall()
    return {"accounts": [dict(row) for row in rows]}


async def claim(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """From now on this sign-in is recorded and alerted."""
    return await _decide(services, args, Kind.CLAIM)


async def release(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """From now on this sign-in is neither recorded nor alerted; what was recorded stays."""
    return await _decide(services, args, Kind.RELEASE)


async def _decide(services: Services, args: dict[str, Any], kind: Kind) -> dict[str, Any]:
    named = read(args, Named)
    platform = platform_id(services, named.platform)
    with services.store.read() as conn:
        known = conn.execute(
            "SELECT 1 FROM account WHERE platform = ? AND account = ?", (platform, named.account)
        ).fetchone()
    if known is None:
        raise BadUsage(f"{platform} has shown no account “{named.account}”. `piecework account --list` names them.")
    await state(services, [stated(services, kind, Account(), platform=platform, account=named.account)])
    return {"platform": platform, "account": named.account}
