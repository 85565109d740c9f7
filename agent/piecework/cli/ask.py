"""A command that changes something: the running agent does it, or this process where none runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from piecework.cli.common import paths_of

if TYPE_CHECKING:
    from pathlib import Path


def ask(data: Path | None, name: str, /, **args: object) -> dict[str, Any]:
    """Runs one command of `piecework.control` and returns its answer. Raises what the command raises."""
    from piecework.link.command import run_command

    return asyncio.run(run_command(paths_of(data), name, args))
