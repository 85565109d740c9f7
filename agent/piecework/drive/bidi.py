"""A Firefox tab, driven through WebDriver BiDi, and expressions in the browser's own (chrome) scope."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any

from piecework.drive.base import Tab, json_of
from piecework.drive.keys import code_points
from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.drive.wire import Json, Wire

_SCHEME = """(() => {
  const { NavigableManager } = ChromeUtils.importESModule("chrome://remote/content/shared/NavigableManager.sys.mjs");
  NavigableManager.getBrowsingContextById(%s).top.prefersColorSchemeOverride = %s;
})()"""


async def evaluate(wire: Wire, context: str, js: str) -> Any:
    """Runs an expression in a browsing context and returns its awaited value."""
    params = {"expression": json_of(js), "awaitPromise": True, "target": {"context": context}}
    answer = await wire.call("script.evaluate", params)
    if answer["type"] == "exception":
        text = answer["exceptionDetails"]["text"]
        raise BrowserFailed(f"The expression {js[:200]} failed: {text}")
    return json.loads(answer["result"]["value"])


async def evaluate_chrome(wire: Wire, js: str) -> Any:
    """Runs an expression in a browser window's privileged scope."""
    tree = await wire.call("browsingContext.getTree", {"moz:scope": "chrome", "maxDepth": 0})
    return await evaluate(wire, tree["contexts"][0]["context"], js)


class BidiTab(Tab):
    """A top-level browsing context."""

    def __init__(self, wire: Wire, context: str) -> None:
        super().__init__(context)
        self._wire = wire
        self._size: tuple[int, int] | None = None

    async def _call(self, method: str, params: Json | None = None) -> Json:
        return await self._wire.call(method, {"context": self.id, **(params or {})})

    async def goto(self, url: str) -> None:
        await self._call("browsingContext.navigate", {"url": url, "wait": "complete"})

    async def eval(self, js: str) -> Any:
        return await evaluate(self._wire, self.id, js)

    async def activate(self) -> None:
        await self._call("browsingContext.activate")

    async def close(self) -> None:
        await self._call("browsingContext.close", {"promptUnload": False})

    async def url(self) -> str:
        tree = await self._wire.call("browsingContext.getTree", {"root": self.id, "maxDepth": 0})
        url: str = tree["contexts"][0]["url"]
        return url

    async def _click_at(self, x: float, y: float) -> None:
        moves: list[Json] = [
            {"type": "pointerMove", "x": int(x), "y": int(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self._act({"type": "pointer", "id": "mouse", "actions": moves})

    async def key(self, combo: str) -> None:
        await self.activate()
        keys = code_points(combo)
        await self._press([("keyDown", key) for key in keys] + [("keyUp", key) for key in reversed(keys)])

    async def type_text(self, text: str) -> None:
        await self.activate()
        await self._press([(kind, letter) for letter in text for kind in ("keyDown", "keyUp")])

    async def _press(self, presses: list[tuple[str, str]]) -> None:
        actions = [{"type": kind, "value": key} for kind, key in presses]
        await self._act({"type": "key", "id": "keys", "actions": actions})

    async def _act(self, source: Json) -> None:
        await self._call("input.performActions", {"actions": [source]})

    async def choose_files(self, selector: str, *paths: Path) -> None:
        expression = f"document.querySelector({json.dumps(selector)})"
        params = {"expression": expression, "awaitPromise": False, "target": {"context": self.id}}
        found = await self._wire.call("script.evaluate", params)
        element = {"sharedId": found["result"].get("sharedId", "")}
        await self._call("input.setFiles", {"element": element, "files": [str(path) for path in paths]})

    async def set_viewport(self, width: int, height: int) -> None:
        self._size = (int(width), int(height))
        await self._call("browsingContext.setViewport", {"viewport": {"width": int(width), "height": int(height)}})

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
        now = await self.eval("[innerWidth, innerHeight]")
        size = {"width": int(width or now[0]), "height": int(height or now[1])}
        await self._call("browsingContext.setViewport", {"viewport": size})
        await self._scheme("dark" if dark else "light")
        origin = "document" if full_page else "viewport"
        picture = await self._call("browsingContext.captureScreenshot", {"origin": origin})
        await self._scheme("none")
        before = {"width": self._size[0], "height": self._size[1]} if self._size else None
        await self._call("browsingContext.setViewport", {"viewport": before})
        await asyncio.to_thread(path.write_bytes, base64.b64decode(picture["data"]))

    async def _scheme(self, scheme: str) -> None:
        await evaluate_chrome(self._wire, _SCHEME % (json.dumps(self.id), json.dumps(scheme)))
