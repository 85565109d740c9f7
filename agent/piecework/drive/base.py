"""The one interface to a driven browser: the same test runs in Chromium and in Firefox."""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Kind = Literal["chromium", "firefox"]
State = Literal["running", "stopped"]

_POLL_S = 0.03
# " >>> " steps into an open shadow root. The element is found and scrolled to in one go, so that nothing can
# move between the two; the point is answered in CSS pixels of the visible part of the page.
_POINT = """(() => {
  const [first, ...inner] = %s.split(" >>> ");
  let it = document.querySelector(first);
  for (const part of inner) it = it?.shadowRoot?.querySelector(part);
  if (!it) return null;
  it.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const box = it.getBoundingClientRect();
  return box.width && box.height ? [box.x + box.width / 2, box.y + box.height / 2] : [];
})()"""
_TEXT = """(() => {
  const [first, ...inner] = %s.split(" >>> ");
  let it = document.querySelector(first);
  for (const part of inner) it = it?.shadowRoot?.querySelector(part);
  return it ? (it.innerText ?? it.textContent) : null;
})()"""


class Found(NamedTuple):
    """A browser on this machine: its kind, its program, and the version it told (empty when it told none)."""

    kind: Kind
    path: Path
    version: str


@dataclass(frozen=True)
class Options:
    """How to start a browser; `launch` describes each field."""

    extension: Path | None = None
    hosts: Mapping[str, int] = field(default_factory=dict)
    headless: bool = True
    attach: bool = True
    profile: Path | None = None
    extra_args: Sequence[str] = ()
    prefs: Mapping[str, str | int | bool] = field(default_factory=dict)
    grant: Sequence[str] = ()


def json_of(js: str) -> str:
    """Wraps the expression `js` so that it is awaited and answered as JSON text (undefined becomes null)."""
    return f"(async () => JSON.stringify((await (\n{js}\n)) ?? null))()"


class Tab(ABC):
    """One tab, or a popup window's page. Every JavaScript argument is an expression, in which `await` may stand."""

    def __init__(self, tab_id: str) -> None:
        self.id = tab_id

    @abstractmethod
    async def goto(self, url: str) -> None:
        """Opens `url` here and waits until it is loaded; raises BrowserFailed when it can't be loaded."""

    @abstractmethod
    async def eval(self, js: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """Runs an expression in the page's own world and returns its awaited value; raises BrowserFailed."""

    async def cpu_ms(self) -> float | None:
        """CPU time the page's main thread has used, in milliseconds; None where the browser doesn't say."""
        return None

    @abstractmethod
    async def activate(self) -> None:
        """Brings this tab in front."""

    @abstractmethod
    async def close(self) -> None:
        """Closes the tab without asking the page."""

    @abstractmethod
    async def url(self) -> str:
        """The address shown now."""

    @abstractmethod
    async def key(self, combo: str) -> None:
        """Presses keys as a person: "Enter", "Tab", "a", "Shift+Tab", "Control+k". The page gets them."""

    @abstractmethod
    async def type_text(self, text: str) -> None:
        """Types into the focused element, key by key."""

    @abstractmethod
    async def choose_files(self, selector: str, *paths: Path) -> None:
        """Puts files into a file input, as the browser's own window for choosing them does."""

    @abstractmethod
    async def set_viewport(self, width: int, height: int) -> None:
        """Makes the visible part of the page `width` by `height` CSS pixels."""

    @abstractmethod
    async def screenshot(
        self,
        path: Path,
        *,
        width: int | None = None,
        height: int | None = None,
        dark: bool = False,
        full_page: bool = True,
    ) -> None:
        """Writes a PNG; a width or height given holds for this picture only."""

    @abstractmethod
    async def _click_at(self, x: float, y: float) -> None:
        """Moves the mouse to a point of the visible page and presses its main button."""

    async def click(self, selector: str, timeout_s: float = 10.0) -> None:
        """Clicks an element as a person would: the tab in front, the element in view, `isTrusted` events.

        " >>> " in the selector steps into an open shadow root. Raises BrowserFailed when it does not appear.
        """
        await self.activate()
        point = await self.wait_for(
            f"(p => p?.length ? p : null)({_POINT % json.dumps(selector)})", timeout_s, what=f"a visible {selector}"
        )
        await self._click_at(point[0], point[1])

    async def text(self, selector: str) -> str | None:
        """The text of the first element that matches, as shown; None when there is none."""
        text: str | None = await self.eval(_TEXT % json.dumps(selector))
        return text

    async def wait_for(self, js: str, timeout_s: float = 10.0, *, what: str | None = None) -> Any:  # noqa: ANN401 - JSON of any shape
        """Waits until an expression is truthy and returns its value.

        Asks from outside, so that it works in hidden tabs whose timers are slowed. An expression that fails
        (a page in the middle of a navigation) counts as not yet. Raises BrowserFailed after `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                value = await self.eval(js)
                last = f"it was {value!r}"
            except BrowserFailed as failure:
                value, last = None, failure.text
            if value:
                return value
            if time.monotonic() > deadline:
                where = await self._where()
                raise BrowserFailed(f"{where} did not show {what or js} within {timeout_s:g} s: {last}")
            await asyncio.sleep(_POLL_S)

    async def _where(self) -> str:
        try:
            return await self.url()
        except BrowserFailed:
            return "A closed tab"


class Browser(ABC):
    """A driven browser; made by `launch`, ended with its context."""

    def __init__(self, kind: Kind, pid: int, extension_id: str | None, extension_origin: str | None) -> None:
        self.kind: Kind = kind
        self.pid = pid
        self._extension_id = extension_id
        self._extension_origin = extension_origin

    @property
    def extension_id(self) -> str:
        """The loaded extension's id (Chromium: 32 letters; Firefox: its own gecko id)."""
        if self._extension_id is None:
            raise BrowserFailed("This browser was started without an extension")
        return self._extension_id

    @property
    def extension_origin(self) -> str:
        """`chrome-extension://ID` or `moz-extension://UUID`, without a slash at the end."""
        if self._extension_origin is None:
            raise BrowserFailed("This browser was started without an extension")
        return self._extension_origin

    def extension_url(self, path: str) -> str:
        """The address of one of the extension's own pages, `path` counted from its root."""
        return f"{self.extension_origin}/{path.removeprefix('/')}"

    @abstractmethod
    async def new_tab(self, url: str = "about:blank", *, background: bool = False) -> Tab:
        """Opens a tab; attached browsers wait until it is loaded, unattached ones only until it exists.

        To pages and extension it is a tab the person opened with Ctrl+T.
        """

    @abstractmethod
    async def tabs(self) -> list[Tab]:
        """Every tab and popup window, helpers of the driver left out; the same tab is the same object."""

    @abstractmethod
    async def background_eval(self, js: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """Runs an expression in the extension's service worker or event page, waking it first if stopped."""

    @abstractmethod
    async def stop_background(self) -> None:
        """Ends the extension's background as the browser itself does when it is idle; returns once it is gone."""

    @abstractmethod
    async def background_state(self) -> State:
        """Whether the extension's background runs now. Asking does not wake it."""

    @abstractmethod
    async def grant(self, permissions: Sequence[str]) -> None:
        """Gives the extension optional origins ("https://x.test/*") or named permissions, without a prompt."""

    @abstractmethod
    async def revoke(self, permissions: Sequence[str]) -> None:
        """Takes optional origins or named permissions away, as the person can in the browser's own pages."""

    @abstractmethod
    async def errors(self) -> list[str]:
        """Errors nobody caught in the extension's own scripts so far (Chromium: what went to console.error too)."""

    async def wait_tab(self, address: str, timeout_s: float = 10.0) -> Tab:
        """Waits for a tab whose address contains `address`: a popup, or a tab a page or the extension opened."""
        deadline = time.monotonic() + timeout_s
        seen: list[str] = []
        while time.monotonic() < deadline:
            seen = []
            for tab in await self.tabs():
                seen.append(await tab._where())  # noqa: SLF001 - the same small family of classes
                if address in seen[-1]:
                    return tab
            await asyncio.sleep(_POLL_S)
        raise BrowserFailed(f"No tab showed {address} within {timeout_s:g} s; open: {', '.join(seen) or 'none'}")


def split_permissions(permissions: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tells origins ("https://x.test/*", "<all_urls>") from named permissions ("webNavigation")."""
    origins = [one for one in permissions if "://" in one or one == "<all_urls>"]
    return origins, [one for one in permissions if one not in origins]
