"""Imports of the dashboard: each file that was handed in is a job that can be asked how far it is."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from piecework.errors import BadUsage, PieceworkError
from piecework.oscalls import private_folder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from piecework.imports import Answer
    from piecework.settings import Paths

    Progress = Callable[[int, int], None]
    Run = Callable[["Job", Progress], Awaitable[Answer]]

log = logging.getLogger(__name__)
MOST_JOBS: Final = 16


class Asked(msgspec.Struct):
    """A file of this machine by its absolute path, and what the person says of it."""

    path: str
    dry_run: bool = False
    format: str = ""
    platform: str = ""
    dates: str = ""
    map: dict[str, str] = {}


@dataclass
class Job:
    """One file on its way, our own copy of it: `state` is waiting, working, done or failed; `done` of `of` rows."""

    id: str
    asked: Asked
    name: str = ""
    state: str = "waiting"
    done: int = 0
    of: int = 0
    answer: Answer | None = None
    error: str = ""
    columns: list[str] = field(default_factory=list)
    first_rows: list[list[str]] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def over(self) -> bool:
        """Whether it has come to an end."""
        return self.state in {"done", "failed"}

    def drop(self) -> None:
        """Removes the copy of the file."""
        Path(self.asked.path).unlink(missing_ok=True)


class Imports:
    """The jobs of an agent, the newest sixteen. Belongs to the event loop; one job works at a time."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self._one = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, asked: Asked, name: str = "") -> Job:
        """A new job, not begun yet. The oldest ones that are over make room."""
        job = Job(secrets.token_urlsafe(12), asked, name)
        over = [own for own, one in self.jobs.items() if one.over]
        for own in over[: max(0, len(self.jobs) + 1 - MOST_JOBS)]:
            self.forget(own)
        self.jobs[job.id] = job
        return job

    def begin(self, job: Job, run: Run, over: Callable[[], None]) -> None:
        """Begins a job, or begins it again with what is asked of it now. `over` is called when it has ended."""
        job.state, job.error, job.answer, job.done, job.of = "waiting", "", None, 0, 0
        job.ended.clear()
        task = asyncio.create_task(self._work(job, run, over))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def find(self, own: str) -> Job:
        """The job of that id. Raises BadUsage."""
        if own not in self.jobs:
            raise BadUsage("This file is not here any more. Hand it in again.")
        return self.jobs[own]

    def forget(self, own: str) -> None:
        """Puts a job away, with its copy of the file; one that works goes on."""
        if own in self.jobs and self.jobs[own].over:
            self.jobs.pop(own).drop()

    def clear(self) -> None:
        """Puts all jobs away that are over."""
        for own in list(self.jobs):
            self.forget(own)

    def files(self) -> frozenset[Path]:
        """The files of jobs that are not put away."""
        return frozenset(Path(job.asked.path) for job in self.jobs.values())

    async def wait(self, job: Job, seconds: float) -> None:
        """Until the job is over, or so long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(job.ended.wait(), seconds)

    async def _work(self, job: Job, run: Run, over: Callable[[], None]) -> None:
        def progress(done: int, of: int) -> None:
            job.done, job.of = done, of

        async with self._one:
            job.state = "working"
            try:
                job.answer = await run(job, progress)
                job.state = "done"
            except PieceworkError as cause:
                job.state, job.error = "failed", cause.text
            except Exception as cause:
                log.exception("an import failed")
                job.state, job.error = "failed", f"{type(cause).__name__}: {cause}"[:300]
        job.ended.set()
        over()


def incoming(paths: Paths) -> Path:
    """The folder for files that were handed in; what an agent that ended left there is removed."""
    folder = paths.data / "incoming"
    private_folder(folder)
    return folder


def clear_incoming(paths: Paths, besides: frozenset[Path] = frozenset()) -> None:
    """Removes what is left of files that were handed in, besides those that are being read."""
    for path in (paths.data / "incoming").glob("*.file"):
        if path not in besides:
            path.unlink(missing_ok=True)
