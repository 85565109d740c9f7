"""The calls that differ between POSIX and Windows: file lock, private files, signals, listening on a port."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

if sys.platform == "win32":
    import msvcrt

    END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK)

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class FileLock:
    """A lock on one file that ends with the process, however it ends.

    Use as a context manager after `take()` returned True. The file stays: removing it would let two hold it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self) -> bool:
        """Takes the lock without waiting; False where another process, or another FileLock, holds it."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Gives the lock back; nothing happens where it isn't held."""
        if self._handle is None:
            return
        with contextlib.suppress(OSError):
            _unlock(self._handle)
        os.close(self._handle)
        self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def private_folder(path: Path) -> None:
    """Makes the folder and keeps others out of it (0700; on Windows a user's own folders are private already)."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sys.platform != "win32":
        path.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Replaces a file in one step with one that only its owner can read (0600), safe against a power cut."""
    private_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as cause:
        # A failed write does not say of which file; what stands there stays, the half of the new one goes.
        fresh.unlink(missing_ok=True)
        raise OSError(cause.errno, cause.strerror, str(path)) from cause


def on_end(call: Callable[[], object]) -> None:
    """From now on Ctrl-C, a closed terminal or an order to end calls `call` instead of ending the process.

    Only in the main thread. `call` runs between two instructions of it: it may set a flag, or wake a loop; once that
    is closed nothing happens. A program started to outlive its terminal (nohup) goes on doing so.
    """

    def ended(_number: int, _frame: object) -> None:
        with contextlib.suppress(RuntimeError):
            call()

    for one in END_SIGNALS:
        if one.name != "SIGHUP" or signal.getsignal(one) is not signal.SIG_IGN:
            signal.signal(one, ended)


def has_screen() -> bool:
    """Whether a window could be shown: always on macOS and Windows, by DISPLAY or WAYLAND_DISPLAY elsewhere."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def listen_on(port: int) -> socket.socket:
    """A socket that listens on 127.0.0.1 alone; port 0 takes a free one. Raises OSError where the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would let another program take the same port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    listener.settimeout(0)
    return listener


def listener_of(port: int) -> str:
    """Who listens on 127.0.0.1:port, as "name (process 123)"; "" where the system does not say."""
    return _listener_linux(port) if sys.platform == "linux" else ""


LISTEN = "0A"
"""State of a listening socket in /proc/net/tcp."""


def _listener_linux(port: int) -> str:
    wanted = f":{port:04X}"
    try:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    except OSError:
        return ""
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(wanted) and row[3] == LISTEN}
    for process in Path("/proc").glob("[0-9]*") if inodes else ():
        with contextlib.suppress(OSError):
            if any(str(link.readlink()) in inodes for link in (process / "fd").iterdir()):
                name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
                return f"{name} (process {process.name})"
    return ""
