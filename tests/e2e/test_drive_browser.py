"""The driver's one interface means the same in both browsers."""

import asyncio
import signal
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
import trustme
from aiohttp import web

from piecework.drive import Browser, Found, Tab, launch
from piecework.errors import BrowserFailed

PROBE = Path(__file__).parent / "assets" / "probe"
ORIGIN = "https://worker.probe.test/*"


async def _page(request: web.Request) -> web.Response:
    text = f"<title>{request.host}</title><p>{request.host} {request.secure}</p>"
    return web.Response(text=text, content_type="text/html")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tls_port() -> AsyncIterator[int]:
    """A page served over TLS on loopback that names the host it was asked for."""
    app = web.Application()
    app.router.add_get("/{rest:.*}", _page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("worker.probe.test").configure_cert(context)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def probe(found_browser: Found, tls_port: int) -> AsyncIterator[Browser]:
    """A browser with the probe extension, holding one optional origin from the start."""
    hosts = {"worker.probe.test": tls_port, "other.probe.test": tls_port}
    async with launch(found_browser, extension=PROBE, hosts=hosts, grant=[ORIGIN]) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(probe: Browser) -> AsyncIterator[Tab]:
    """The probe's own page in a new tab."""
    tab = await probe.new_tab(probe.extension_url("page.html"))
    yield tab
    await tab.close()


async def test_a_real_host_name_leads_to_the_loopback_server(probe: Browser) -> None:
    """The page sees its real https address, without a port."""
    tab = await probe.new_tab("https://worker.probe.test/a/b?c=1")

    assert await tab.url() == "https://worker.probe.test/a/b?c=1"
    assert await tab.text("p") == "worker.probe.test True"
    assert await tab.eval("isSecureContext") is True

    await tab.goto("https://other.probe.test/")
    assert await tab.text("p") == "other.probe.test True"
    await tab.close()


async def test_an_address_nobody_serves_is_an_error(probe: Browser) -> None:
    """A failed navigation is told, with the address or the cause, rather than shown as an empty page."""
    tab = await probe.new_tab()
    with pytest.raises(BrowserFailed, match=r"NAME_NOT_RESOLVED|UNKNOWN_HOST"):
        await tab.goto("https://nobody.invalid/")
    with pytest.raises(BrowserFailed, match=r"NAME_NOT_RESOLVED|UNKNOWN_HOST"):
        await probe.new_tab("https://nobody.invalid/")
    await tab.close()


async def test_eval_answers_awaited_json(page: Tab) -> None:
    """Promises are awaited, `await` may stand in the expression, undefined is None, an error is told."""
    assert await page.eval("Promise.resolve({ a: [1, 'é', null] })") == {"a": [1, "é", None]}
    assert await page.eval("(await Promise.resolve(2)) + 1") == 3
    assert await page.eval("undefined") is None
    with pytest.raises(BrowserFailed, match="no such thing"):
        await page.eval("Promise.reject(new Error('no such thing'))")


async def test_a_click_is_a_persons_click(page: Tab, probe: Browser) -> None:
    """The event is trusted, on an element far below the fold, in a tab that was hidden."""
    other = await probe.new_tab()
    await page.click("#press")
    await other.close()

    assert await page.text("#said") == "true 0 visible"


async def test_a_click_reaches_into_a_shadow_root(page: Tab) -> None:
    """`host >>> inner` names an element of an open shadow root."""
    await page.click("#host >>> button")

    assert await page.text("#said") == "inside"


async def test_a_click_on_nothing_is_an_error(page: Tab) -> None:
    """An element that never shows up is named."""
    with pytest.raises(BrowserFailed, match="#nothing"):
        await page.click("#nothing", timeout_s=0.2)


async def test_keys_and_text_are_a_persons(page: Tab) -> None:
    """Chords carry their modifiers, Tab moves the focus, text is typed into what has it."""
    await page.click("#field")
    await page.type_text("Été 5€")
    assert await page.eval("document.querySelector('#field').value") == "Été 5€"

    await page.eval("keys.length = 0")
    await page.key("Control+Shift+k")
    assert "true" == (await page.eval("keys.at(-1)")).split()[-1]
    assert ["true", "true", "true"] == (await page.eval("keys.at(-1)")).split()[-3:]
    assert (await page.eval("keys.at(-1)")).lower().startswith("k keyk ")
    await page.key("Tab")
    assert await page.eval("document.activeElement.id") == "press"
    await page.key("Enter")
    await page.wait_for("document.querySelector('#said').textContent.startsWith('true')")


async def test_an_optional_origin_is_given_to_a_real_press(page: Tab, probe: Browser) -> None:
    """permissions.request from a real click is answered yes without a prompt."""
    await probe.revoke(["https://asked.test/*"])
    await page.click("#ask")
    await page.wait_for("document.querySelector('#said').textContent === 'true'")

    held = await probe.background_eval("chrome.permissions.getAll()")
    assert "https://asked.test/*" in held["origins"]


async def test_permissions_come_and_go(probe: Browser) -> None:
    """Origins and named permissions are granted and revoked, and the extension hears of it."""
    assert ORIGIN in (await probe.background_eval("chrome.permissions.getAll()"))["origins"]
    await probe.background_eval("heard.length = 0")
    await probe.grant(["https://later.test/*", "webNavigation"])

    held = await probe.background_eval("chrome.permissions.getAll()")
    assert "https://later.test/*" in held["origins"]
    assert "webNavigation" in held["permissions"]
    assert [["https://later.test/*"]] == [one["origins"] for one in await probe.background_eval("heard")]

    await probe.revoke(["https://later.test/*", "webNavigation"])
    held = await probe.background_eval("chrome.permissions.getAll()")
    assert "https://later.test/*" not in held["origins"]
    assert "webNavigation" not in held["permissions"]


async def test_the_background_is_stopped_and_woken(probe: Browser, page: Tab) -> None:
    """A stopped background loses what it held in memory; a message or the driver wakes it."""
    await probe.background_eval("globalThis.kept = 1")
    await probe.stop_background()
    assert await probe.background_state() == "stopped"

    assert await page.eval("chrome.runtime.sendMessage('hello')") == {"heard": "hello"}
    assert await probe.background_state() == "running"
    assert await probe.background_eval("typeof kept") == "undefined"

    await probe.stop_background()
    assert await probe.background_eval("typeof heard") == "object"


async def test_the_background_tells_its_errors(probe: Browser) -> None:
    """A failing expression is told with its cause, and uncaught errors of the extension are kept."""
    with pytest.raises(BrowserFailed, match="missingName"):
        await probe.background_eval("missingName.field")

    await probe.background_eval("void failLater()")
    deadline = time.monotonic() + 10
    while not any("uncaught here" in error for error in await probe.errors()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_a_popup_window_is_among_the_tabs(page: Tab, probe: Browser) -> None:
    """window.open from a real click, even with noopener, gives a tab that can be driven and closed."""
    await page.click("#open")
    popup = await probe.wait_tab("page.html?popup")
    await popup.click("#press")
    assert await popup.text("#said") == "true 0 visible"

    await popup.close()
    deadline = time.monotonic() + 10
    while any(tab.id == popup.id for tab in await probe.tabs()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_a_background_tab_is_hidden_until_activated(probe: Browser) -> None:
    """A tab opened in the background does not come in front; activating it hides the other."""
    front = await probe.new_tab()
    behind = await probe.new_tab(probe.extension_url("page.html"), background=True)
    assert await behind.eval("document.visibilityState") == "hidden"
    assert await front.eval("document.visibilityState") == "visible"

    await behind.activate()
    await behind.wait_for("document.visibilityState === 'visible'")
    await front.wait_for("document.visibilityState === 'hidden'")
    await behind.close()
    await front.close()


def picture(path: Path) -> tuple[int, int, tuple[int, int, int]]:
    """Width, height and the colour of the last pixel of an 8-bit RGB or RGBA picture."""
    data = path.read_bytes()
    width, height, _, kind = struct.unpack(">IIBB", data[16:26])
    packed, at = b"", 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + size]
        at += size + 12
    depth = {2: 3, 6: 4}[kind]
    stride = width * depth
    rows = zlib.decompress(packed)
    # A page of one colour: only the first pixel of the first row is stored as it is, whatever the filter.
    assert len(rows) == height * (stride + 1)
    return width, height, (rows[1], rows[2], rows[3])


async def test_screenshots_show_scheme_and_width(page: Tab, tmp_path: Path) -> None:
    """A picture can be dark and narrow, whole or only what is visible, and leaves the tab as it was."""
    before = await page.eval("[innerWidth, innerHeight, matchMedia('(prefers-color-scheme: dark)').matches]")
    await page.screenshot(tmp_path / "dark.png", width=400, dark=True)
    await page.screenshot(tmp_path / "light.png", width=500, height=300, full_page=False)

    width, height, colour = picture(tmp_path / "dark.png")
    assert 400 == width
    assert height > 3000
    assert (0, 0, 0) == colour
    assert (500, 300, (255, 255, 255)) == picture(tmp_path / "light.png")
    await page.wait_for(f"innerWidth === {before[0]} && innerHeight === {before[1]}")
    assert before[2] == await page.eval("matchMedia('(prefers-color-scheme: dark)').matches")


async def test_the_viewport_stays_as_set(page: Tab, tmp_path: Path) -> None:
    """A set size holds over a picture of another size."""
    await page.set_viewport(360, 640)
    await page.wait_for("innerWidth === 360 && innerHeight === 640")
    await page.screenshot(tmp_path / "wide.png", width=900)
    await page.wait_for("innerWidth === 360 && innerHeight === 640")


async def test_a_kept_profile_keeps_what_was_stored(found_browser: Found, tmp_path: Path) -> None:
    """The same folder gives the same extension with its storage and its origin."""
    async with launch(found_browser, extension=PROBE, profile=tmp_path / "kept") as first:
        await first.background_eval("chrome.storage.local.set({ a: 1 })")
        origin = first.extension_origin
    async with launch(found_browser, extension=PROBE, profile=tmp_path / "kept") as second:
        assert await second.background_eval("chrome.storage.local.get()") == {"a": 1}
        assert origin == second.extension_origin


CHILD = """
import asyncio, sys
from pathlib import Path
from piecework.drive import launch

async def main():
    async with launch(sys.argv[1]) as browser:
        print(browser.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def group_of(leader: int) -> list[psutil.Process]:
    """A browser's process and those it started."""
    first = psutil.Process(leader)
    return [first, *first.children(recursive=True)]


def still_there(group: list[psutil.Process]) -> list[psutil.Process]:
    """Those of a group that don't end within 10 s; killed ones still have to be cleaned up by the system."""
    alive: list[psutil.Process] = psutil.wait_procs(group, timeout=10)[1]
    return alive


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder whose path is short enough for the socket a browser puts into it."""
    with tempfile.TemporaryDirectory(prefix="pw") as folder:
        yield Path(folder)


def test_ctrl_c_ends_the_browser_and_its_profile(found_browser: Found, short_folder: Path) -> None:
    """After an interrupt no process of the browser and no temporary file is left."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(found_browser.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(short_folder)},
    )
    with child:
        assert child.stdout is not None
        group = group_of(int(child.stdout.readline()))
        assert len(group) > 1
        child.send_signal(signal.SIGINT)
        child.wait(30)

    assert [] == still_there(group)
    assert [] == list(short_folder.iterdir())


async def test_a_failing_test_leaves_no_browser(found_browser: Found) -> None:
    """An exception inside the context ends the browser like anything else."""
    group: list[psutil.Process] = []
    try:
        async with launch(found_browser) as running:
            group = group_of(running.pid)
            raise ZeroDivisionError  # noqa: TRY301 - this is the exception inside the context
    except ZeroDivisionError:
        pass

    assert group
    assert [] == still_there(group)
