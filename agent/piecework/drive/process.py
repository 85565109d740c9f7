"""Starting a browser as its own process group, and making sure that it ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

_POLL_S = 0.02
_T = TypeVar("_T")


class BrowserProcess:
    """A running browser with its profile folder; leaving the context ends it and all its children.

    `profile` of None means a temporary profile, removed at the end. A headless browser gets a home folder of
    its own inside the profile, so that nothing of the person's real one is read or written.
    """

    def __init__(self, profile: Path | None, *, headless: bool) -> None:
        self._temporary = profile is None
        self.profile = profile or Path(tempfile.mkdtemp(prefix="piecework-browser-"))
        self._headless = headless
        self._log = self.profile / "stderr.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.profile.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            _end_group(self._process)
        _remove_socket(self.profile)
        if self._temporary:
            _remove(self.profile)

    @property
    def pid(self) -> int:
        """The process id, which is also the id of the process group."""
        if self._process is None:
            raise BrowserFailed("The browser was not started")
        return self._process.pid

    def start(self, command: Sequence[str], keep: Sequence[int] = ()) -> None:
        """Starts `command` with the descriptors `keep` open; raises BrowserFailed when it can't be run at all."""
        with self._log.open("wb") as log:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - the command is a browser found by find_browser
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    env=self._environment(),
                    pass_fds=keep,
                    start_new_session=True,
                )
            except OSError as cause:
                raise BrowserFailed(f"{command[0]} could not be started: {cause}") from cause

    async def ready(self, found: Callable[[], _T | None], timeout_s: float = 60.0) -> _T:
        """Waits until `found()` gives something; raises BrowserFailed when the browser ends or takes too long."""
        deadline = time.monotonic() + timeout_s
        while (value := found()) is None:
            if self._process is None or self._process.poll() is not None:
                raise BrowserFailed(f"The browser ended while starting. Its last words: {self.last_words()}")
            if time.monotonic() > deadline:
                raise BrowserFailed(
                    f"The browser was not ready after {timeout_s:g} s. Its last words: {self.last_words()}"
                )
            await asyncio.sleep(_POLL_S)
        return value

    async def ended(self, timeout_s: float) -> bool:
        """Waits at most `timeout_s` for the browser to end by itself."""
        deadline = time.monotonic() + timeout_s
        while self._process is not None and self._process.poll() is None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_POLL_S)
        return True

    def said(self) -> str:
        """Everything the browser has written to standard error so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def last_words(self) -> str:
        """The end of what the browser wrote, for error texts."""
        return self.said()[-600:].strip() or "none"

    def _environment(self) -> dict[str, str]:
        environment = dict(os.environ)
        if self._headless:
            home = self.profile / "home"
            home.mkdir(exist_ok=True)
            environment |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
        return environment


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kills the browser with its children and reaps it."""
    if sys.platform == "win32":
        subprocess.run(  # noqa: S603 - fixed arguments and a number
            ["taskkill", "/F", "/T", "/PID", str(process.pid)],  # noqa: S607 - lies in the system folder
            check=False,
            capture_output=True,
        )
    else:
        # Also when the leader has gone already: its children may not have.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)


def _remove_socket(profile: Path) -> None:
    """Removes what a killed Chromium leaves in the common temporary folder: its profile links to it."""
    link = profile / "SingletonSocket"
    if link.is_symlink() and (folder := link.readlink().parent).name.startswith("org.chromium."):
        shutil.rmtree(folder, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Removes a profile; killed children may still be writing for a moment, so it tries a few times."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_POLL_S)
