"""An export on its way to the browser: written to a nameless file first, then sent piece by piece."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING, NamedTuple

from aiohttp import web

from piecework.ledger.earnings import LAST_DAY
from piecework.views.exports import FORMS, write
from piecework.views.guard import secure
from piecework.views.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.control import Services

A_PIECE = 1 << 18


class Wanted(NamedTuple):
    """What is asked for: a format, a table (for `csv`), the person's first and last day, how a journal is proven."""

    form: str
    what: str
    days: tuple[str, str]
    strict: bool = False


def wanted(query: Mapping[str, str]) -> Wanted:
    """The question of an address; without a word for it, all assignments as a table."""
    days = query.get("from", ""), query.get("to", "") or LAST_DAY
    return Wanted(query.get("format", "csv"), query.get("table", TABLES[0]), days, bool(query.get("strict")))


async def download(request: web.Request, services: Services, asked: Wanted, day: str) -> web.StreamResponse:
    """Sends the file, named after today. Raises what `exports.write` raises, before anything is sent."""
    # A file that has no name is gone with the process, whatever ends it.
    with tempfile.TemporaryFile() as file:
        await asyncio.to_thread(_fill, services, file, asked)
        form = FORMS[asked.form]
        table = f"-{asked.what}" if asked.form == "csv" and asked.what != TABLES[0] else ""
        name = f'attachment; filename="piecework{table}-{day}.{form.ending}"'
        response = web.StreamResponse(headers={"Content-Disposition": name})
        response.content_type = form.media
        if form.media.startswith("text/"):
            response.charset = "utf-8"
        response.content_length = file.tell()
        file.seek(0)
        secure(response)
        await response.prepare(request)
        # A browser that goes away in the middle has what it wanted of it.
        with suppress(ConnectionError):
            while request.method != "HEAD" and (piece := await asyncio.to_thread(file.read, A_PIECE)):
                await response.write(piece)
            await response.write_eof()
        return response


def _fill(services: Services, file: IO[bytes], asked: Wanted) -> None:
    with services.store.read() as conn:
        write(
            conn,
            file,
            asked.form,
            what=asked.what,
            days=asked.days,
            platforms=services.platforms,
            strict=asked.strict,
        )
