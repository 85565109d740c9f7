"""Looking by ourselves, switched on and off for each platform. Off until the person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.errors import BadUsage
from piecework.platforms import find_platform
from piecework.settings import save_setting
from piecework.watch.looking import offered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from piecework.control.services import Services


async def choose(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{platform, on}` → `{look: [platforms that are looked at]}`.

    Raises UnknownPlatform, and BadUsage for one whose rule forbids it: that one is never looked at.
    """
    platform = find_platform(str(args.get("platform", ""))[:60], services.platforms)
    on = args.get("on") in {True, "1", "on", "true"}
    if on and not offered(platform):
        raise BadUsage(f"{platform.name} is not looked at: its rule forbids it, or it has no list to read.")
    chosen = sorted({*services.settings.look, platform.id} if on else {*services.settings.look} - {platform.id})
    await services.store.write(lambda conn: save_setting(conn, "look", chosen))
    services.reload_settings()
    services.bus.publish("platforms")
    return {"look": chosen}


async def budget(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{looks}` an hour, all platforms together, 1 to 600 → the same. Raises BadUsage."""
    try:
        looks = int(str(args.get("looks", "")))
    except ValueError as cause:
        raise BadUsage("How many looks an hour is a whole number from 1 to 600.") from cause
    await services.store.write(lambda conn: save_setting(conn, "looks_an_hour", looks))
    services.reload_settings()
    services.bus.publish("platforms")
    return {"looks": looks}


LOOKING: dict[str, Callable[[Services, dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "look.choose": choose,
    "look.budget": budget,
}
"""Commands by name."""
