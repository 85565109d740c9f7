"""Files into the history: by a path of this machine for the command line, as jobs for the dashboard."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from piecework.control.add import platform_id
from piecework.control.arguments import read
from piecework.control.jobs import Asked
from piecework.control.rates import take_packaged
from piecework.control.typed import context
from piecework.errors import BadFile, BadUsage
from piecework.imports import open_file, take
from piecework.imports.bad import BadRow
from piecework.imports.formats import generic
from piecework.imports.rows import Left, Options
from piecework.imports.text import MOST_BYTES
from piecework.imports.values import currency_code
from piecework.settings import get_value, put_value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from piecework.control.jobs import Job
    from piecework.control.services import Services
    from piecework.imports import Answer
    from piecework.imports.reading import Reading

MOST_LEFT: Final = 3000
"""Rows not taken that one answer names: a message of the link has its limit."""
_CHANGES_MONEY: Final = frozenset({"paypal", "payoneer", "wise"})
"""Statements with exchanges in them: the reference of their days is kept with each."""
_CURRENCY: Final = "currency"
REMEMBERED: Final = "import.map."
"""Settings `import.map.<signature>`: the mapping a table of these columns was last imported with."""


async def import_file(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """`{format, rows, new, known, refused: [{row, cause}], sums: {currency: micro}}`; all of a file, or nothing.

    Raises BadFile with row and cause for a file that can't be read, BadUsage for options that mean nothing.
    """
    asked = read(args, Asked)
    with services.working("import") as progress:
        answer = await run_import(services, asked, progress)
    if len(answer.left) > MOST_LEFT:
        more = len(answer.left) - MOST_LEFT
        answer.left = [*answer.left[:MOST_LEFT], Left(answer.left[MOST_LEFT].row, f"this row and {more - 1} more")]
    return answer.plain()


async def run_import(
    services: Services, asked: Asked, progress: Callable[[int, int], None], job: Job | None = None
) -> Answer:
    """Reads a file and takes what is news in it. `progress` is told (done, of) from the writer's thread."""
    data = await asyncio.to_thread(_bytes, Path(asked.path))
    reading = await asyncio.to_thread(open_file, data, asked.format or _mapped(asked))
    del data
    of = await asyncio.to_thread(reading.size)
    columns = _columns(services, asked, reading, job)
    if reading.name in _CHANGES_MONEY and not asked.dry_run:
        await take_packaged(services)
    options = _options(services, asked, columns)

    def work(conn: sqlite3.Connection) -> Answer:
        def told(done: int) -> None:
            progress(done, max(done, of))

        answer = take(conn, context(services), reading, options, dry_run=asked.dry_run, progress=told)
        if reading.name == generic.ID and columns and not asked.dry_run:
            put_value(conn, _key(reading), msgspec.json.encode(columns).decode())
        return answer

    def look() -> Answer:
        with services.store.read() as conn:
            return work(conn)

    answer = await (asyncio.to_thread(look) if asked.dry_run else services.store.write(work))
    if answer.new and not asked.dry_run:
        services.bus.publish("today", "ledger", "time")
        services.hub.push_state()
    return answer


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise BadFile(f"{path} is no file.")
        if path.stat().st_size > MOST_BYTES:
            raise BadFile(f"{path} has {path.stat().st_size >> 20} MiB; {MOST_BYTES >> 20} are the most.")
        return path.read_bytes()
    except OSError as cause:
        raise BadFile(f"{path}: {cause.strerror or cause}.") from cause
    except ValueError as cause:
        raise BadFile("This is no name of a file.") from cause


def _mapped(asked: Asked) -> str:
    """Whoever names columns means a table to be read by them, whatever else it looks like."""
    return generic.ID if any(not name.startswith("=") for name in asked.map.values()) else ""


def _columns(services: Services, asked: Asked, reading: Reading, job: Job | None) -> dict[str, str]:
    """The mapping of a table: what is asked for, else what was remembered of a table with these columns."""
    if reading.name != generic.ID:
        return dict(asked.map)
    columns = dict(asked.map)
    if set(columns) <= {_CURRENCY}:
        columns = _remembered(services, reading) | columns
    if columns and asked.platform and not columns.get("platform"):
        columns["platform"] = f"={asked.platform}"
    if job is not None:
        job.columns = generic.columns_of(reading.source)
        job.first_rows = generic.first_rows(reading.source)
        job.mapping = columns or generic.suggestion(reading.source)
    return columns


def _options(services: Services, asked: Asked, columns: dict[str, str]) -> Options:
    if asked.dates not in {"", "dmy", "mdy"}:
        raise BadUsage("The order of dates is dmy or mdy.")
    currency = columns.get(_CURRENCY, "")
    if currency.startswith("="):
        try:
            currency_code(currency.removeprefix("="))
        except BadRow as cause:
            raise BadUsage(str(cause)) from cause
    return Options(
        now_us=services.clock.now_us(),
        zone=services.zone,
        platform=platform_id(services, asked.platform) if asked.platform else "",
        dates=asked.dates,
        columns=columns,
        platforms=services.platforms,
    )


def _remembered(services: Services, reading: Reading) -> dict[str, str]:
    with services.store.read() as conn:
        text = get_value(conn, _key(reading))
    try:
        return msgspec.json.decode(text or "{}", type=dict[str, str])
    except msgspec.DecodeError:
        return {}


def _key(reading: Reading) -> str:
    return REMEMBERED + generic.signature(reading.source)
