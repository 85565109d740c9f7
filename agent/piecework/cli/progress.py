"""How far long work is, on standard error: a line that is written over on a terminal, else now and then a line."""

from __future__ import annotations

import sys
import time
from typing import Self

import click

FIRST_S = 1.0
"""Work that is done by then says nothing."""
TERMINAL_S = 0.2
FILE_S = 10.0


class Progress:
    """Tells of one piece of work; leaves a terminal's line clean at the end."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._next_s = time.monotonic() + FIRST_S
        self._written = False

    def told(self, name: str, done: int, of: int) -> None:
        """Says so where it is time to."""
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + (TERMINAL_S if self._terminal else FILE_S)
        self._written = True
        share = 100 * done // of if of else 100
        click.echo(
            f"{chr(13) if self._terminal else ''}{name}: {done} of {of} ({share} %)", err=True, nl=not self._terminal
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._written and self._terminal:
            click.echo("", err=True)
