"""`reparse`: what a newer parser reads differently in stored text becomes correction events."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from piecework.control.arguments import read
from piecework.control.typed import context, state, stated
from piecework.ledger.reparse import Fresh, reread
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from piecework.control.services import Services
    from piecework.protocol.messages import Event

A_BATCH = 500
MOST = 1_000
"""Changes that are listed in the answer; more are only counted."""


class Asked(msgspec.Struct):
    """`dry_run` only tells what would change."""

    dry_run: bool = False


async def reparse(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{corrections, dry_run, changes: [{event, kind, platform, assignment, before, after}]}`."""
    asked = read(args, Asked)
    found = await asyncio.to_thread(_found, services)
    if not asked.dry_run:
        left = iter(found)
        while batch := list(islice(left, A_BATCH)):
            await state(services, [_correction(services, one) for one in batch], source="agent")
    changes = [
        {name: getattr(one, name) for name in ("event", "kind", "platform", "assignment", "before", "after")}
        for one in found[:MOST]
    ]
    return {"corrections": len(found), "dry_run": asked.dry_run, "changes": changes}


def _found(services: Services) -> list[Fresh]:
    with services.store.read() as conn, services.working("reparse") as progress:
        return list(reread(conn, context(services), progress))


def _correction(services: Services, one: Fresh) -> Event:
    event = stated(services, Kind.CORRECTION, one.body, platform=one.platform, account=one.account)
    return msgspec.structs.replace(event, id=one.id)
