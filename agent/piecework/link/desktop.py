"""The machine's own notices: told of an alert that no browser confirmed. Imported off the alert path."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import sys
import webbrowser
from typing import TYPE_CHECKING, Any, Protocol

from piecework.errors import PieceworkError

if TYPE_CHECKING:
    from collections.abc import Callable

SEND_S = 5.0
WEB = ("https://", "http://")


class Unavailable(PieceworkError):
    """A channel can't tell anybody anything; the text says why."""


class Channel(Protocol):
    """A way to reach the person."""

    name: str

    async def show(self, title: str, text: str, url: str | None) -> None:
        """Shows one alert. Raises Unavailable."""
        ...


class Desktop:
    """Notices of the desktop; a press opens the task's page."""

    name = "desktop"

    def __init__(self) -> None:
        self._notifier: Any = None

    async def show(self, title: str, text: str, url: str | None) -> None:
        """Shows one notice. Raises Unavailable where the machine has none, and says why."""
        notifier = await self._open()
        try:
            async with asyncio.timeout(SEND_S):
                sent = await notifier.send(title=title, message=text, on_clicked=opener(url))
                shown = sent in await notifier.get_current_notifications()
        except Exception as cause:
            raise Unavailable(f"unavailable: {cause or type(cause).__name__}") from cause
        if not shown:
            raise Unavailable("unavailable: the desktop took no notice")

    async def _open(self) -> Any:  # noqa: ANN401 - an optional package's class
        if self._notifier is None:
            if sys.platform == "linux" and not has_session_bus():
                raise Unavailable("unavailable: no desktop session (D-Bus) here")
            try:
                package = await asyncio.to_thread(importlib.import_module, "desktop_notifier")
            except ImportError as cause:
                raise Unavailable("unavailable: the package desktop-notifier is not installed") from cause
            logging.getLogger("desktop_notifier").setLevel(logging.ERROR)
            self._notifier = package.DesktopNotifier(app_name="Piecework")
        return self._notifier


def opener(url: str | None) -> Callable[[], object] | None:
    """What a press on the notice does; None where the alert has no page, or not one of the web."""
    if url is None or not url.startswith(WEB):
        return None
    return lambda: webbrowser.open(url)


def has_session_bus() -> bool:
    """Whether a Linux desktop session can be reached."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or (
        bool(folder) and os.path.exists(os.path.join(folder, "bus"))  # noqa: PTH110, PTH118 - no Path needed for one look
    )
