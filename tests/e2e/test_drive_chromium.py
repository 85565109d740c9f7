"""What the driver does in Chromium alone: the button's loader, and a browser that nobody is attached to."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from piecework.drive import Browser, Found, launch, load_unpacked
from piecework.drive.chromium import Chromium, id_of
from piecework.errors import BrowserFailed

pytestmark = pytest.mark.chromium

PROBE = Path(__file__).parent / "assets" / "probe"
PAGE = """<script>
const tell = (what) => fetch("/told", { method: "POST", body: what });
requestAnimationFrame(() => tell("painted"));
setTimeout(() => tell(document.visibilityState));
</script>"""


class Told:
    """A page that tells its server what it lives through, so that nobody need look into it."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.address = ""

    async def page(self, request: web.Request) -> web.Response:
        """The page; it tells whether it is seen and whether it is painted."""
        del request
        return web.Response(text=PAGE, content_type="text/html")

    async def hear(self, request: web.Request) -> web.Response:
        """Takes one word."""
        self.words.append(await request.text())
        return web.Response()

    async def until(self, *words: str) -> None:
        """Waits until exactly these words have come."""
        deadline = time.monotonic() + 10
        while sorted(self.words) != sorted(words):
            assert time.monotonic() < deadline, self.words
            await asyncio.sleep(0.02)


@pytest_asyncio.fixture(loop_scope="session")
async def told() -> AsyncIterator[Told]:
    """A server that hears what its page tells."""
    hearer = Told()
    app = web.Application()
    app.add_routes([web.get("/", hearer.page), web.post("/told", hearer.hear)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hearer.address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield hearer
    await runner.cleanup()


async def attached_targets(browser: Browser) -> list[str]:
    """Addresses of everything that somebody is attached to."""
    assert isinstance(browser, Chromium)
    infos = (await browser._wire.call("Target.getTargets"))["targetInfos"]
    return [info["url"] for info in infos if info["attached"]]


async def test_nobody_stays_attached(found_chromium: Found, told: Told) -> None:
    """With attach=False a hidden tab is really hidden, and no operation leaves an attachment behind."""
    async with launch(found_chromium, extension=PROBE, attach=False) as browser:
        await browser.new_tab(told.address, background=True)
        await told.until("hidden")

        shown = await browser.new_tab(told.address)
        await told.until("hidden", "visible", "painted")

        assert await shown.eval("1 + 1") == 2
        assert await browser.background_eval("typeof heard") == "object"
        await browser.grant(["https://granted.test/*"])
        await browser.stop_background()
        assert await browser.background_state() == "stopped"
        assert [] == await attached_targets(browser)


async def test_an_attached_tab_keeps_its_attachment(found_chromium: Found, told: Told) -> None:
    """The ordinary mode attaches once to a tab and keeps it; the worker is let go all the same."""
    async with launch(found_chromium, extension=PROBE) as browser:
        tab = await browser.new_tab(told.address)
        await tab.eval("1")
        await browser.background_eval("1")

        assert [told.address] == await attached_targets(browser)


async def test_the_buttons_loader_takes_the_probe(found_chromium: Found) -> None:
    """The id told by the loader is the one known beforehand."""
    assert id_of(PROBE) == await load_unpacked(found_chromium, PROBE)


async def test_the_buttons_loader_is_strict(found_chromium: Found, tmp_path: Path) -> None:
    """A root with a name beginning with an underscore is refused in Chromium's words."""
    (tmp_path / "manifest.json").write_text((PROBE / "manifest.json").read_text())
    (tmp_path / "background.js").write_text("")
    (tmp_path / "_notes.txt").write_text("")

    with pytest.raises(BrowserFailed, match=r"_notes\.txt"):
        await load_unpacked(found_chromium, tmp_path)


async def test_chrome_gets_its_extension_through_the_pipe(found_chromium: Found) -> None:
    """A Chrome that no longer takes --load-extension is loaded as by the button, with the same result."""
    chrome = found_chromium._replace(version="Google Chrome 156.0")
    async with launch(chrome, extension=PROBE, grant=["https://granted.test/*"]) as browser:
        held = await browser.background_eval("chrome.permissions.getAll()")

    assert held["origins"] == ["https://granted.test/*"]
    assert browser.extension_id == id_of(PROBE)


async def test_an_extension_that_cant_start_is_told_with_its_cause(found_chromium: Found, tmp_path: Path) -> None:
    """The error names what is wrong, rather than that something did not come."""
    (tmp_path / "manifest.json").write_text((PROBE / "manifest.json").read_text())

    with pytest.raises(BrowserFailed, match="background script"):
        async with launch(found_chromium, extension=tmp_path):
            pass
