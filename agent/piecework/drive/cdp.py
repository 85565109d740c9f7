"""A Chromium tab, driven through the DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from typing import TYPE_CHECKING, Any

from piecework.drive.base import Tab, json_of
from piecework.drive.keys import chords, windows_code
from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from piecework.drive.wire import Json, Wire

_LOADED = "location.href !== 'about:blank' && document.readyState === 'complete'"


async def evaluate(wire: Wire, session: str, js: str, *, pressed: bool = False) -> Any:
    """Runs an expression in an attached target; `pressed` = as if the person had just pressed something there."""
    params = {"expression": json_of(js), "awaitPromise": True, "returnByValue": True, "userGesture": pressed}
    answer = await wire.call("Runtime.evaluate", params, session=session)
    if (failure := answer.get("exceptionDetails")) is not None:
        text = failure.get("exception", {}).get("description") or failure.get("text")
        raise BrowserFailed(f"The expression {js[:200]} failed: {text}")
    return json.loads(answer["result"]["value"])


@contextlib.asynccontextmanager
async def attached(wire: Wire, target: str) -> AsyncIterator[str]:
    """Attaches to a target for the length of the context and gives the session's id."""
    session: str = (await wire.call("Target.attachToTarget", {"targetId": target, "flatten": True}))["sessionId"]
    try:
        yield session
    finally:
        # A target that has ended in the meantime is detached already.
        with contextlib.suppress(BrowserFailed):
            await wire.call("Target.detachFromTarget", {"sessionId": session})


class CdpTab(Tab):
    """Keeps its attachment when `keep` is set; else attaches for the length of each operation only."""

    def __init__(self, wire: Wire, target: str, *, keep: bool) -> None:
        super().__init__(target)
        self._wire = wire
        self._keep = keep
        self._session: str | None = None
        self._attaching = asyncio.Lock()
        self._size: tuple[int, int] | None = None

    @contextlib.asynccontextmanager
    async def _attached(self) -> AsyncIterator[str]:
        if not self._keep:
            async with attached(self._wire, self.id) as session:
                yield session
            return
        async with self._attaching:
            if self._session is None:
                params = {"targetId": self.id, "flatten": True}
                self._session = (await self._wire.call("Target.attachToTarget", params))["sessionId"]
        yield self._session

    async def _call(self, method: str, params: Json | None = None) -> Json:
        async with self._attached() as session:
            return await self._wire.call(method, params, session=session)

    async def goto(self, url: str) -> None:
        answer = await self._call("Page.navigate", {"url": url})
        if error := answer.get("errorText"):
            raise BrowserFailed(f"{url} could not be opened: {error}")
        await self.loaded(url)

    async def loaded(self, url: str) -> None:
        """Waits until a navigation to `url` that has begun is over; raises BrowserFailed on an error page."""
        if url == "about:blank":
            return
        await self.wait_for(_LOADED, 30, what="a loaded page")
        if await self.eval("location.protocol") == "chrome-error:":
            raise BrowserFailed(f"{url} could not be opened: {await self.text('.error-code')}")

    async def eval(self, js: str) -> Any:
        async with self._attached() as session:
            return await evaluate(self._wire, session, js)

    async def cpu_ms(self) -> float | None:
        await self._call("Performance.enable", {"timeDomain": "threadTicks"})
        metrics = (await self._call("Performance.getMetrics"))["metrics"]
        return next((float(one["value"]) * 1000 for one in metrics if one["name"] == "ThreadTime"), None)

    async def activate(self) -> None:
        await self._wire.call("Target.activateTarget", {"targetId": self.id})

    async def close(self) -> None:
        await self._wire.call("Target.closeTarget", {"targetId": self.id})

    async def url(self) -> str:
        info = await self._wire.call("Target.getTargetInfo", {"targetId": self.id})
        url: str = info["targetInfo"]["url"]
        return url

    async def _click_at(self, x: float, y: float) -> None:
        point = {"x": x, "y": y}
        press = {**point, "button": "left", "clickCount": 1}
        async with self._attached() as session:
            for kind, params in (("mouseMoved", point), ("mousePressed", press), ("mouseReleased", press)):
                await self._wire.call("Input.dispatchMouseEvent", {"type": kind, **params}, session=session)

    async def key(self, combo: str) -> None:
        await self.activate()
        await self._keys(combo)

    async def type_text(self, text: str) -> None:
        await self.activate()
        async with self._attached() as session:
            for letter in text:
                for params in _press(letter, letter, "", 0):
                    await self._wire.call("Input.dispatchKeyEvent", params, session=session)

    async def _keys(self, combo: str) -> None:
        async with self._attached() as session:
            for chord in chords(combo):
                for params in _press(chord.key, chord.text, chord.code, chord.modifiers):
                    await self._wire.call("Input.dispatchKeyEvent", params, session=session)

    async def choose_files(self, selector: str, *paths: Path) -> None:
        async with self._attached() as session:
            params = {"expression": f"document.querySelector({json.dumps(selector)})"}
            found = await self._wire.call("Runtime.evaluate", params, session=session)
            chosen = {"files": [str(path) for path in paths], "objectId": found["result"].get("objectId", "")}
            await self._wire.call("DOM.setFileInputFiles", chosen, session=session)

    async def set_viewport(self, width: int, height: int) -> None:
        self._size = (width, height)
        await self._call("Emulation.setDeviceMetricsOverride", _metrics(width, height))

    async def screenshot(
        self,
        path: Path,
        *,
        width: int | None = None,
        height: int | None = None,
        dark: bool = False,
        full_page: bool = True,
    ) -> None:
        await self.activate()
        async with self._attached() as session:
            before = (await self._layout(session))["cssLayoutViewport"]
            size = _metrics(width or before["clientWidth"], height or before["clientHeight"])
            scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
            await self._wire.call("Emulation.setEmulatedMedia", {"features": scheme}, session=session)
            await self._wire.call("Emulation.setDeviceMetricsOverride", size, session=session)
            content = (await self._layout(session))["cssContentSize"]
            params: Json = {"format": "png", "captureBeyondViewport": full_page}
            if full_page:
                params["clip"] = {**content, "x": 0, "y": 0, "scale": 1}
            picture = await self._wire.call("Page.captureScreenshot", params, session=session)
            await self._wire.call("Emulation.setEmulatedMedia", {"features": []}, session=session)
            if self._size:
                await self._wire.call("Emulation.setDeviceMetricsOverride", _metrics(*self._size), session=session)
            else:
                await self._wire.call("Emulation.clearDeviceMetricsOverride", session=session)
        await asyncio.to_thread(path.write_bytes, base64.b64decode(picture["data"]))

    async def _layout(self, session: str) -> Json:
        return await self._wire.call("Page.getLayoutMetrics", session=session)


def _metrics(width: int, height: int) -> Json:
    return {"width": int(width), "height": int(height), "deviceScaleFactor": 1, "mobile": False}


def _press(key: str, text: str, code: str, modifiers: int) -> list[Json]:
    common = {"key": key, "code": code, "modifiers": modifiers, "windowsVirtualKeyCode": windows_code(key)}
    down = {"type": "keyDown", **common, "text": text} if text else {"type": "rawKeyDown", **common}
    return [down, {"type": "keyUp", **common}]
