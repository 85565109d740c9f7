"""Chromium's debugging pipe, which alone gives access to the loader behind the "Load unpacked" button."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import select
import sys
import time
from typing import TYPE_CHECKING, Self

from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from piecework.drive.process import BrowserProcess
    from piecework.drive.wire import Json

FLAGS = ("--remote-debugging-pipe", "--enable-unsafe-extension-debugging")
# Chromium reads commands from descriptor 3 and writes answers to 4; a child is given ours under whatever
# numbers they have, so a small start-up program moves them there and then becomes the browser.
_MOVE = """
import fcntl, os, sys
ours = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for theirs, fd in zip((3, 4), ours):
    os.dup2(fd, theirs)
    os.close(fd)
os.execv(sys.argv[3], sys.argv[3:])
"""
_CHUNK = 1 << 16


class Pipe:
    """Both ends of the pipe for as long as the context lasts; Chromium ends when it is closed."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._theirs_in, self._out = os.pipe()
        self._in, self._theirs_out = os.pipe()
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end in (self._out, self._in, self._theirs_in, self._theirs_out):
            with contextlib.suppress(OSError):
                os.close(end)

    def start(self, process: BrowserProcess, command: Sequence[str]) -> None:
        """Starts the browser with the other ends of the pipe; raises BrowserFailed on Windows."""
        if sys.platform == "win32":
            raise BrowserFailed("On Windows this browser loads extensions by hand only: use Chromium or Firefox")
        else:  # noqa: RET506 - mypy, told another platform, takes what follows the raise for dead code
            theirs = (self._theirs_in, self._theirs_out)
            process.start([sys.executable, "-c", _MOVE, *map(str, theirs), *command], keep=theirs)

    async def load(self, extension: Path, timeout_s: float = 30.0) -> str:
        """Loads an unpacked extension as the button does and returns its id; raises BrowserFailed with the cause."""
        params: Json = {"path": str(await asyncio.to_thread(extension.resolve))}
        answer = await asyncio.to_thread(self._call, "Extensions.loadUnpacked", params, timeout_s)
        if "error" in answer:
            raise BrowserFailed(f"Chromium refused to load {extension}: {answer['error'].get('message')}")
        extension_id: str = answer["result"]["id"]
        return extension_id

    def _call(self, method: str, params: Json, timeout_s: float) -> Json:
        number = next(self._ids)
        message = json.dumps({"id": number, "method": method, "params": params}).encode()
        os.write(self._out, message + b"\0")
        deadline = time.monotonic() + timeout_s
        while True:
            answer = self._message(deadline)
            if answer.get("id") == number:
                return answer

    def _message(self, deadline: float) -> Json:
        while b"\0" not in self._rest:
            if not select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise BrowserFailed("Chromium did not answer on its debugging pipe in time")
            chunk = os.read(self._in, _CHUNK)
            if not chunk:
                raise BrowserFailed("Chromium ended before it answered on its debugging pipe")
            self._rest += chunk
        first, self._rest = self._rest.split(b"\0", 1)
        message: Json = json.loads(first)
        return message
