"""`piecework doctor`: the whole path walked as a client, with a line for what each step found."""

from __future__ import annotations

import asyncio
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from piecework.cli.ask import ask
from piecework.cli.common import data_option, json_option, paths_of, print_json
from piecework.errors import PieceworkError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

LOW_DISK = 200 * 1024 * 1024
MARKS = {"ok": "ok  ", "open": "open", "bad": "BAD "}


class LeftOpen(PieceworkError):
    """Nothing is wrong, but something is left for the person to do."""


@click.command("doctor")
@data_option
@json_option
def doctor_command(data: Path | None, *, as_json: bool) -> None:
    """Check this machine and the running agent, and walk the link as a client.

    Exit code 4 when something is wrong; what is only left to do (no browser paired yet) is no fault.
    """
    found = asyncio.run(_examine(data))
    if as_json:
        print_json({"checks": found})
    else:
        for check in found:
            click.echo(f"{MARKS[check['state']]} {check['name']}: {check['detail']}")
    if not all(check["ok"] for check in found):
        raise PieceworkError("Something is wrong; each line marked BAD says what to do.")


async def _examine(data: Path | None) -> list[dict[str, Any]]:
    checks: list[tuple[str, Callable[[], Awaitable[str]]]] = [
        ("python", _python),
        ("disk", lambda: _disk(data)),
        ("store", lambda: _store(data)),
        ("agent", lambda: _agent(data)),
        ("link", lambda: _link(data)),
        ("browsers", lambda: _browsers(data)),
    ]
    found = []
    for name, check in checks:
        try:
            state, detail = "ok", await check()
        except LeftOpen as cause:
            state, detail = "open", cause.text
        except (PieceworkError, OSError) as cause:
            state, detail = "bad", str(cause)
        found.append({"name": name, "ok": state != "bad", "state": state, "detail": detail})
    return found


async def _python() -> str:
    return f"Python {sys.version.split()[0]}"


async def _disk(data: Path | None) -> str:
    folder = paths_of(data).data
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < LOW_DISK:
        raise PieceworkError(f"Only {free >> 20} MB are free in {folder}: make room, nothing new can be kept.")
    return f"{free >> 20} MB free"


async def _store(data: Path | None) -> str:
    from piecework.now import SystemClock
    from piecework.store import Store

    paths = paths_of(data)
    if not paths.db.exists():
        return "none yet; `piecework run` makes it"
    store = Store.open(paths, SystemClock(), read_only=True)
    try:
        with store.read() as conn:
            verdict = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
            events = conn.execute("SELECT count(*) FROM event").fetchone()[0]
    finally:
        store.close()
    if verdict != "ok":
        raise PieceworkError(
            f"{paths.db} is damaged ({verdict}): `piecework restore` puts the newest backup in its place."
        )
    return f"{events} events, file in order"


async def _agent(data: Path | None) -> str:
    status = await asyncio.to_thread(ask, data, "status")
    if not status.get("running"):
        raise PieceworkError("The agent does not run. Start it with: piecework run")
    return f"runs on port {status['port']}"


async def _link(data: Path | None) -> str:
    from piecework.link.command import probe

    return await probe(paths_of(data))


async def _browsers(data: Path | None) -> str:
    answer = await asyncio.to_thread(ask, data, "pair.list")
    clients = [client for client in answer["clients"] if not client.get("revoked")]
    if not clients:
        raise LeftOpen(
            "None is paired yet. Load the extension (`piecework extension` makes it) and press Pair in its popup."
        )
    return f"{len(clients)} paired"
