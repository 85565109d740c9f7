"""Addresses of files that are handed in: taken as they come, looked at first, taken into the books on a press."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aiohttp import BodyPartReader, web

from piecework.control.jobs import Asked, incoming
from piecework.errors import BadUsage, DiskFull
from piecework.views import render
from piecework.views.guard import FORBIDDEN, TurnedAway, check_form
from piecework.views.pages import SECTIONS
from piecework.views.pages.imports import FILE, file_data
from piecework.views.session import Said, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import MultipartReader

    from piecework.control.jobs import Job
    from piecework.imports import Answer
    from piecework.views.dashboard import Dashboard

SEE_OTHER: Final = 303
MOST_BYTES: Final = 64 << 20
"""Largest file a browser hands in; the command line takes larger ones."""
MOST_FIELD: Final = 4096
PATIENCE_S: Final = 5.0
"""How long an answer waits for a file that is soon done, so that most people never see it at work."""
CONTENT: Final = frozenset({"file", "text"})
MAP: Final = "map_"
CONSTANT: Final = "same_"


def add_import_routes(router: web.UrlDispatcher, dashboard: Dashboard) -> None:
    """Adds the addresses."""
    routes = _Routes(dashboard)
    router.add_get(FILE.path, dashboard.door(routes.shown))
    router.add_post("/import/read", dashboard.door(routes.read))
    for name, handler in (("again", routes.again), ("take", routes.take), ("drop", routes.drop)):
        router.add_post(f"/import/{name}", dashboard.door(handler))


class _Routes:
    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard
        self._services = dashboard.services

    async def shown(self, request: web.Request, session: Session) -> web.StreamResponse:
        """How far a file is, what it holds, what became of it."""
        ask = self._dashboard.ask(request, session)
        try:
            job = self._services.imports.find(request.query.get("job", ""))
        except BadUsage as gone:
            session.said.append(Said("failed", gone.text))
            return _to("/import")
        text = await asyncio.to_thread(render.page, ask, FILE, SECTIONS, file_data(job, ask))
        # Without scripts a page asks again by itself only while there is something to wait for.
        headers = {} if job.over or ask.partial else {"Refresh": "3"}
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def read(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Takes a file, or a text, as it comes, and looks at it."""
        path = incoming(self._services.paths) / f"{secrets.token_hex(8)}.file"
        try:
            fields = await _receive(request, session, path)
        except (BadUsage, DiskFull) as failure:
            path.unlink(missing_ok=True)
            session.said.append(Said("failed", failure.text))
            return _to("/import")
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        asked = Asked(str(path), dry_run=True, map=_constants(fields), **_told(fields))
        job = self._services.imports.add(asked, fields.get("filename", ""))
        return await self._work(job)

    async def again(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Looks at the file once more, with what the person says of it now."""
        job, fields = await self._named(request, session)
        if job is None or not job.over:
            return _to("/import")
        mapping = {name.removeprefix(MAP): value for name, value in fields.items() if name.startswith(MAP) and value}
        job.asked = Asked(job.asked.path, dry_run=True, map=mapping | _constants(fields), **_told(fields))
        return await self._work(job)

    async def take(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Takes into the books what was looked at."""
        job, _ = await self._named(request, session)
        if job is None or job.state != "done" or not job.asked.dry_run:
            return _to("/import")
        job.asked.dry_run = False
        return await self._work(job)

    async def drop(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Puts the file away."""
        job, _ = await self._named(request, session)
        if job is not None:
            self._services.imports.forget(job.id)
        return _to("/import")

    async def _named(self, request: web.Request, session: Session) -> tuple[Job | None, dict[str, str]]:
        form = await request.post()
        check_form(session, form)
        fields = {name: str(value) for name, value in form.items()}
        try:
            return self._services.imports.find(fields.get("job", "")), fields
        except BadUsage as gone:
            session.said.append(Said("failed", gone.text))
            return None, fields

    async def _work(self, job: Job) -> web.Response:
        from piecework.control.imports import run_import  # noqa: PLC0415 - readers are needed when a file comes

        services = self._services

        async def run(job: Job, progress: Callable[[int, int], None]) -> Answer:
            return await run_import(services, job.asked, progress, job)

        services.imports.begin(job, run, lambda: services.bus.publish("ledger"))
        await self._services.imports.wait(job, PATIENCE_S)
        return _to(f"{FILE.path}?job={job.id}")


async def _receive(request: web.Request, session: Session, path: Path) -> dict[str, str]:
    """The fields of the form; what was handed in goes to `path`, once the form's token was seen to be right.

    Raises TurnedAway for a form that is none of ours, BadUsage for a file that is too large.
    """
    if not request.content_type.startswith("multipart/"):
        raise TurnedAway(FORBIDDEN, "This is no form with a file.")
    fields: dict[str, str] = {}
    kept = 0
    reader: MultipartReader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise TurnedAway(FORBIDDEN, "This is no form of ours.")
        if part.name in CONTENT:
            check_form(session, fields)
            kept += await _store(part, path)
            if part.filename:
                fields["filename"] = Path(part.filename).name[:200]
        else:
            fields[part.name] = bytes(await part.read_chunk(MOST_FIELD)).decode("utf-8", "replace")
    check_form(session, fields)
    if not kept:
        raise BadUsage("Choose a file, or paste a text.")
    return fields


async def _store(part: BodyPartReader, path: Path) -> int:
    """Writes what comes and returns how much it was; a second, empty part leaves the first one as it is."""
    size = 0
    while chunk := await part.read_chunk(1 << 16):
        size += len(chunk)
        if size > MOST_BYTES:
            raise BadUsage(f"The file is larger than {MOST_BYTES >> 20} MiB. The command piecework import takes it.")
        try:
            await asyncio.to_thread(_append, path, bytes(chunk), first=size == len(chunk))
        except OSError as cause:
            raise DiskFull(f"The file can't be kept: {cause.strerror or cause}.") from cause
    return size


def _append(path: Path, chunk: bytes, *, first: bool) -> None:
    with path.open("wb" if first else "ab") as file:
        if first:
            path.chmod(0o600)
        file.write(chunk)


def _constants(fields: Mapping[str, str]) -> dict[str, str]:
    """What is the same for every row, as a mapping writes it."""
    said = {name.removeprefix(CONSTANT): value.strip() for name, value in fields.items() if name.startswith(CONSTANT)}
    return {name: f"={value}" for name, value in said.items() if value}


def _told(fields: Mapping[str, str]) -> dict[str, Any]:
    """What the person says of a file."""
    return {name: fields.get(name, "").strip()[:100] for name in ("format", "platform", "dates")}


def _to(address: str) -> web.Response:
    return web.Response(status=SEE_OTHER, headers={"Location": address})
