"""The command line called in this process, in a thread of its own, with what it printed and its exit code."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar
from unittest.mock import patch

from piecework.app import Agent
from piecework.cli import main

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path
    from types import TracebackType

T = TypeVar("T")
WAIT_S = 20


class Done(NamedTuple):
    """How a command ended, and what it wrote to standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON of any shape
        """What it printed, as JSON."""
        return json.loads(self.out)


def call(*words: str, typed: str = "") -> Done:
    """Runs `piecework`; `typed` is what the person types. Every command ends with an exit code, never with a trace."""
    # Commands run an event loop of their own, and the thread of the tests may have one running.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_call, words, typed).result()


def _call(words: tuple[str, ...], typed: str) -> Done:
    # The same ways of meeting what is no text as the real streams have.
    ways = ("strict", "backslashreplace")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=way, newline="") for way in ways)
    code = None
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        patch.object(sys, "stdin", io.StringIO(typed)),
    ):
        try:
            main(words)
            code = 0
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Done(code, *(_text(stream) for stream in (out, err)))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


class Cli:
    """The command line on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *words: str, typed: str = "") -> Done:
        """Runs one command on the folder."""
        return call(*words, "--data", str(self.data), typed=typed)

    def json(self, *words: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON of any shape
        """What it answers with --json; fails on another exit code."""
        done = self(*words, "--json")
        assert code == done.code, f"{words}: {done.err}{done.out}"
        return done.json


class AgentThread:
    """An agent with an event loop in a thread of its own, so that commands can be called beside it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="agent", daemon=True)
        self.agent: Agent

    def __enter__(self) -> Self:
        self._thread.start()
        self.agent = self.run(Agent.start(self._data, port=0))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.run(self.agent.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_S)
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does something in the agent's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_S)
