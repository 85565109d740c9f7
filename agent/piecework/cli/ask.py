"""A command that changes something: the running agent does it, or this process where none runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from piecework.cli.common import paths_of
from piecework.cli.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path


def ask(data: Path | None, name: str, /, **args: object) -> dict[str, Any]:
    """Runs one command of `piecework.control` and returns its answer. Raises what the command raises."""
    from piecework.link.command import run_command

    return asyncio.run(run_command(paths_of(data), name, args))


def ask_long(data: Path | None, name: str, /, **args: object) -> dict[str, Any]:
    """The same for work that may take minutes: how far it is stands on standard error."""
    from piecework.link.command import run_command

    with Progress() as progress:
        return asyncio.run(run_command(paths_of(data), name, args, progress.told))
