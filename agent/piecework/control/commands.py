"""The commands by name: each is `async (services, args) -> dict`, and raises PieceworkError with what to do."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import msgspec

from piecework import __version__
from piecework.control import clients
from piecework.control.accounts import claim, list_accounts, release
from piecework.control.add import add
from piecework.control.channels import CHANNELS, listed
from piecework.control.edits import edit as edit_attempt
from piecework.control.edits import undo
from piecework.control.exchange import exchange, own_rates
from piecework.control.forget import forget
from piecework.control.keep import backup, dismiss_notice, rebuild, restore, verify
from piecework.control.looking import LOOKING
from piecework.control.rates import rates_home, rates_import, rates_list, rates_show
from piecework.control.reconcile import settle
from piecework.control.reparse import reparse
from piecework.control.requesters import REQUESTERS
from piecework.control.rules import RULES
from piecework.control.time import edit, take_back
from piecework.errors import BadUsage, NotRunning
from piecework.settings import save_setting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from piecework.control.services import Services

    Command = Callable[[Services, dict[str, Any]], Awaitable[dict[str, Any]]]

MAX_PATH = 500


async def run(services: Services, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Does one command. Raises BadUsage for an unknown name, a missing argument or one of the wrong type."""
    command = COMMANDS.get(name)
    if command is None:
        raise BadUsage(f"There is no command “{name}”.")
    return await command(services, args)


def word(args: dict[str, Any], name: str, default: str | None = None) -> str:
    """A text argument. Raises BadUsage where it is missing or no text."""
    value = args.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise BadUsage(f"This command needs “{name}” as text.")
    return value


async def import_file(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """See `piecework.control.imports.import_file`: its readers are needed when a file comes, and not before."""
    from piecework.control import imports  # noqa: PLC0415 - 2 MB of readers

    return await imports.import_file(services, args)


async def status(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """`{running, …}`: who serves the folder, who is connected, what the person has to be told."""
    answer: dict[str, Any] = {"running": services.running, "version": __version__, "data": str(services.paths.data)}
    if services.running:
        answer |= {
            "pid": os.getpid(),
            "port": services.port,
            "started_us": services.started_us,
            "connected": sorted(services.hub.connected()),
        }
    with services.store.read() as conn:
        answer["channels"] = listed(conn)
    return answer | {"notices": dict(services.notices), "working": dict(services.work)}


async def stop(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """Ends the agent, a moment after the answer has gone out. Raises NotRunning."""
    if not services.running:
        services.stop()
    asyncio.get_running_loop().call_later(0.05, services.stop)
    return {"stopping": True}


async def open_dashboard(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{url}`: a one-time address. Raises NotRunning."""
    if not services.running:
        raise NotRunning("No agent runs, so that there is no dashboard. Start it with `piecework run`.")
    path = word(args, "path", "/")
    if not path.startswith("/") or path.startswith("//") or len(path) > MAX_PATH:
        raise BadUsage("A path of the dashboard begins with one “/”.")
    return {"url": services.sessions.mint(path)}


async def pair_list(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """`{clients, pending}`: every pairing, and the request that waits, or None."""
    pending = services.desk.pending()
    return {
        "clients": clients.listed(services),
        "pending": None if pending is None else msgspec.to_builtins(pending),
    }


async def pair_approve(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Allows the request with that code: `{cid}`."""
    return {"cid": await services.desk.approve(word(args, "code"))}


async def pair_deny(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """Turns the waiting request down."""
    services.desk.deny()
    return {}


async def pair_revoke(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Ends a pairing: `{cid}`."""
    cid = word(args, "cid")
    await clients.revoke(services, cid)
    return {"cid": cid}


async def pair_issue(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Makes a client by hand: `{cid, key, origin, port}`; `origin` is the command line's where none is named."""
    origin = word(args, "origin", clients.CLI_ORIGIN)
    if not clients.origin_allowed(origin):
        raise BadUsage("An origin is chrome-extension://ID, moz-extension://UUID or piecework-cli://local.")
    cid, key = await clients.pair(services, name=word(args, "name"), origin=origin)
    return {"cid": cid, "key": key, "origin": origin, "port": services.port}


async def setting_list(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """Every choice by name."""
    return msgspec.structs.asdict(services.settings)


async def setting_set(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Keeps one choice, `{name, value}`, and tells every client."""
    name = word(args, "name")
    if name == "home":
        await rates_home(services, {"currency": word(args, "value", "")})
        return await setting_list(services, {})
    await services.store.write(lambda conn: save_setting(conn, name, args.get("value")))
    services.reload_settings()
    return await setting_list(services, {})


COMMANDS: dict[str, Command] = {
    **RULES,
    **CHANNELS,
    **REQUESTERS,
    **LOOKING,
    "status": status,
    "stop": stop,
    "open": open_dashboard,
    "pair.list": pair_list,
    "pair.approve": pair_approve,
    "pair.deny": pair_deny,
    "pair.revoke": pair_revoke,
    "pair.issue": pair_issue,
    "account.list": list_accounts,
    "account.claim": claim,
    "account.release": release,
    "setting.list": setting_list,
    "setting.set": setting_set,
    "add": add,
    "import": import_file,
    "edit": edit_attempt,
    "undo": undo,
    "reparse": reparse,
    "reconcile.settle": settle,
    "time.edit": edit,
    "time.undo": take_back,
    "notice.dismiss": dismiss_notice,
    "backup": backup,
    "restore": restore,
    "verify": verify,
    "rebuild": rebuild,
    "forget": forget,
    "exchange": exchange,
    "rates.own": own_rates,
    "rates.list": rates_list,
    "rates.show": rates_show,
    "rates.import": rates_import,
    "rates.home": rates_home,
}
"""Every command there is."""
