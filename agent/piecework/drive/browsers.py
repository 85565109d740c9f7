"""Finding browsers on this machine and starting one to be driven."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from piecework.drive.base import Browser, Found, Kind, Options
from piecework.drive.chromium import launch_chromium
from piecework.drive.firefox import launch_firefox
from piecework.errors import BrowserNotFound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

_NAMES: dict[Kind, tuple[str, ...]] = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"),
    "firefox": ("firefox-esr", "firefox"),
}
_MAC: dict[Kind, tuple[str, ...]] = {
    "chromium": (
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    "firefox": ("/Applications/Firefox.app/Contents/MacOS/firefox",),
}
_WINDOWS: dict[Kind, tuple[str, ...]] = {
    "chromium": (r"Chromium\Application\chrome.exe", r"Google\Chrome\Application\chrome.exe"),
    "firefox": (r"Mozilla Firefox\firefox.exe",),
}


def find_browser(kind: str) -> Found | None:
    """Finds "chromium", "firefox", or the browser at a path; None when there is none.

    A path counts as Firefox when its file name or the version it tells says so, else as Chromium.
    """
    if kind in ("chromium", "firefox"):
        wanted: Kind = "firefox" if kind == "firefox" else "chromium"
        for path in _candidates(wanted):
            return Found(wanted, path, _version(path))
        return None
    path = Path(kind)
    if not path.is_file():
        return None
    version = _version(path)
    return Found("firefox" if "firefox" in f"{path.name} {version}".lower() else "chromium", path, version)


@contextlib.asynccontextmanager
async def launch(  # noqa: PLR0913 - one keyword for each thing that differs between runs
    kind: str | Found,
    *,
    extension: Path | None = None,
    hosts: Mapping[str, int] | None = None,
    headless: bool = True,
    attach: bool = True,
    profile: Path | None = None,
    extra_args: Sequence[str] = (),
    prefs: Mapping[str, str | int | bool] | None = None,
    grant: Sequence[str] = (),
) -> AsyncIterator[Browser]:
    """Starts a browser and ends it, its children and its temporary profile with the context.

    Args:
        kind: "chromium", "firefox", a path, or what `find_browser` gave.
        extension: folder to load as a temporary (unpacked) extension; the browser is ready once it runs.
        hosts: "name" or "name:port" (443 when left out) to the loopback port it is served on, any certificate
            accepted; port 0 = the name leads to loopback with its port kept. Names not listed don't resolve
            in Chromium.
        headless: without a window.
        attach: False = Chromium's tabs and worker are never attached to but for the length of one operation
            on them, so that the worker's life and hidden tabs' timers are as in a person's browser.
        profile: folder to use and keep; None = a temporary one.
        extra_args: further arguments for the program.
        prefs: Firefox preferences; Chromium ignores them.
        grant: optional origins and named permissions the extension holds from the start.

    Raises:
        BrowserNotFound: there is no such browser.
        BrowserFailed: it did not start, or refused the extension.
    """
    found = kind if isinstance(kind, Found) else await asyncio.to_thread(find_browser, kind)
    if found is None:
        raise BrowserNotFound(
            f"No browser {kind!r} was found. Install one (Debian: apt install chromium firefox-esr) or name its path."
        )
    options = Options(
        extension=extension,
        hosts=hosts or {},
        headless=headless,
        attach=attach,
        profile=profile,
        extra_args=extra_args,
        prefs=prefs or {},
        grant=grant,
    )
    start = launch_firefox if found.kind == "firefox" else launch_chromium
    async with start(found, options) as browser:
        yield browser


def _candidates(kind: Kind) -> list[Path]:
    paths = [Path(path) for name in _NAMES[kind] if (path := shutil.which(name))]
    if sys.platform == "darwin":
        paths += [Path(path) for path in _MAC[kind]]
    if sys.platform == "win32":
        roots = [os.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        paths += [Path(root, path) for root in roots if root for path in _WINDOWS[kind]]
    return [path for path in paths if path.is_file()]


def _version(path: Path) -> str:
    if os.name == "nt":
        # There the question opens a window instead of printing.
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - a browser's program
            [path, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = [line.strip() for line in done.stdout.splitlines() if re.search(r"\d+\.\d+", line)]
    return lines[-1] if lines else ""
