"""The desktop's own notices, and why there are none."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from piecework.link import desktop
from piecework.link.desktop import Desktop, Unavailable, opener


class Notifier:
    """Stands in for the package: takes notices, or loses them as a desktop without a service does."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.sent: list[dict[str, Any]] = []

    async def send(self, **notice: Any) -> str:  # noqa: ANN401 - the package's own keywords
        """One notice."""
        self.sent.append(notice)
        return str(len(self.sent))

    async def get_current_notifications(self) -> list[str]:
        """What the desktop holds."""
        return [str(number) for number in range(1, len(self.sent) + 1)] if self.takes else []


@pytest.fixture(autouse=True)
def a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test but one has a desktop session."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")


def install(monkeypatch: pytest.MonkeyPatch, notifier: Notifier) -> None:
    """Puts the stand-in where the package would be."""
    package = ModuleType("desktop_notifier")
    vars(package).update(vars(SimpleNamespace(DesktopNotifier=lambda **_: notifier)))
    monkeypatch.setitem(sys.modules, "desktop_notifier", package)


async def test_a_notice_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the task's title and what it pays."""
    notifier = Notifier()
    install(monkeypatch, notifier)
    await Desktop().show("A survey", "$1.20", "https://practice.example/1")

    assert [("A survey", "$1.20")] == [(notice["title"], notice["message"]) for notice in notifier.sent]


async def test_a_notice_that_nobody_took_is_no_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package swallows its own failures."""
    install(monkeypatch, Notifier(takes=False))

    with pytest.raises(Unavailable, match="unavailable"):
        await Desktop().show("A survey", "", None)


async def test_without_the_package_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, where it is an extra."""
    monkeypatch.setitem(sys.modules, "desktop_notifier", None)

    with pytest.raises(Unavailable, match="not installed"):
        await Desktop().show("A survey", "", None)


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")
async def test_without_a_session_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server, or a session of another user."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")

    with pytest.raises(Unavailable, match="D-Bus"):
        await Desktop().show("A survey", "", None)


def test_a_press_opens_the_tasks_page_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's word for its address is a stranger's."""
    opened: list[str] = []
    monkeypatch.setattr(desktop.webbrowser, "open", opened.append)
    for url in ("https://practice.example/1", "javascript:alert(1)", "file:///etc/passwd", None):
        press = opener(url)
        if press is not None:
            press()

    assert ["https://practice.example/1"] == opened
