"""The extension in a driven browser: pointed at an agent, paired with it, a platform switched on.

Used by the rehearsal, by the tests in real browsers and by bench; everything goes through the documented test
message of the extension, which only a development install answers.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from piecework.drive import Browser

POLL_S = 0.05
CONSENTS = ("websiteContent", "websiteActivity", "browsingActivity", "financialAndPaymentInfo")
"""What Firefox has the person agree to in the press that pairs; other browsers know no such thing."""


async def ask(browser: Browser, message: dict[str, object]) -> Any:  # noqa: ANN401 - JSON of any shape
    """Hands one message to the extension's background and returns its answer."""
    return await browser.background_eval(f"pieceworkTest({json.dumps(message)})")


async def state(browser: Browser) -> dict[str, Any]:
    """What the popup would show now."""
    answer: dict[str, Any] = await ask(browser, {"do": "state"})
    return answer


async def until(found: Callable[[], Any], what: str, *, timeout_s: float = 15.0) -> Any:  # noqa: ANN401 - what `found` gives
    """Waits until `found()` gives something truthy; `found` may be a coroutine function. Raises BrowserFailed."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = found()
        if asyncio.iscoroutine(value):
            value = await value
        if value:
            return value
        if time.monotonic() > deadline:
            raise BrowserFailed(f"This did not happen within {timeout_s:g} s: {what}")
        await asyncio.sleep(POLL_S)


async def agent_state(browser: Browser, wanted: str, *, timeout_s: float = 20.0) -> dict[str, Any]:
    """Waits until the popup shows that state of the agent; returns the popup's state."""

    async def look() -> dict[str, Any] | None:
        seen = await state(browser)
        return seen if seen["agent"]["state"] == wanted else None

    found: dict[str, Any] = await until(look, f"the extension says “{wanted}”", timeout_s=timeout_s)
    return found


async def point_at(browser: Browser, port: int) -> None:
    """Tells the extension which port the agent listens on."""
    await ask(browser, {"do": "test", "set": {"ports": [port]}})


async def pair(browser: Browser) -> str:
    """Asks to be paired; returns the four digits the extension shows. Allow them with `pair.approve`."""
    if browser.kind == "firefox":
        await browser.grant(CONSENTS)
    await ask(browser, {"do": "pair"})

    async def code() -> str:
        return str((await state(browser))["agent"].get("code") or "")

    digits: str = await until(code, "the extension shows four digits")
    return digits


async def switch_on(browser: Browser, platform: str, origins: list[str]) -> None:
    """Grants the platform's origins without a prompt and switches it on."""
    await browser.grant(origins)
    await ask(browser, {"do": "platform", "id": platform, "on": True})
