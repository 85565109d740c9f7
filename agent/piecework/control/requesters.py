"""Commands about requesters and quiet: a note, a block, a snooze of a rule, a requester or a platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from piecework.control.arguments import read
from piecework.errors import BadUsage
from piecework.now import HOUR_US

if TYPE_CHECKING:
    from piecework.control.services import Services

MOST_HOURS = 24 * 30
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Noted(msgspec.Struct):
    """Arguments of requester.note: an empty note removes it."""

    platform: Words
    name: Words
    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class Blocked(msgspec.Struct):
    """Arguments of requester.block."""

    platform: Words
    name: Words
    blocked: bool = True


class Snoozed(msgspec.Struct):
    """Arguments of snooze: `hours` 0 ends it. `name` is the rule's id or the requester."""

    what: Literal["rule", "requester", "platform"]
    platform: str = ""
    name: str = ""
    hours: Annotated[int, msgspec.Meta(ge=0, le=MOST_HOURS)] = 1


async def note(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Keeps a few words of the person's own about a requester."""
    asked = read(args, Noted)
    text = asked.note.strip()
    await services.store.write(
        lambda conn: (
            conn.execute(
                "INSERT INTO requester (platform, name, note) VALUES (?, ?, ?) "
                "ON CONFLICT (platform, name) DO UPDATE SET note = excluded.note",
                (asked.platform, asked.name, text),
            ).rowcount
        )
    )
    services.bus.publish("board")
    return {"note": text}


async def block(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """No alert tells of this requester's tasks any more, and the board leaves them out; or the other way round."""
    asked = read(args, Blocked)
    at_us = services.clock.now_us() if asked.blocked else None
    await services.store.write(
        lambda conn: (
            conn.execute(
                "INSERT INTO requester (platform, name, blocked_us) VALUES (?, ?, ?) "
                "ON CONFLICT (platform, name) DO UPDATE SET blocked_us = excluded.blocked_us",
                (asked.platform, asked.name, at_us),
            ).rowcount
        )
    )
    services.bus.publish("board")
    services.hub.push_settings()
    return {"blocked": asked.blocked}


async def snooze(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Keeps quiet about a rule, a requester or a platform for some hours: `{until_us}`, 0 where it ends now."""
    asked = read(args, Snoozed)
    named = {"rule": asked.name, "requester": asked.platform and asked.name, "platform": asked.platform}[asked.what]
    if not named:
        raise BadUsage("A snooze names a rule, a requester with its platform, or a platform.")
    platform = "" if asked.what == "rule" else asked.platform
    name = "" if asked.what == "platform" else asked.name
    until_us = services.clock.now_us() + asked.hours * HOUR_US if asked.hours else 0
    await services.store.write(
        lambda conn: (
            conn.execute(
                "INSERT INTO snooze (what, platform, name, until_us) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (what, platform, name) DO UPDATE SET until_us = excluded.until_us",
                (asked.what, platform, name, until_us),
            ).rowcount
        )
    )
    services.bus.publish("board")
    services.hub.push_settings()
    return {"until_us": until_us}


REQUESTERS = {"requester.note": note, "requester.block": block, "snooze": snooze}
"""Their names, for `piecework.control.commands`."""
