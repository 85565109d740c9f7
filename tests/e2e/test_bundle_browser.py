"""What people load: the checkout's root by the button's own loader, and the ready folders of each browser."""

import json
from pathlib import Path

import pytest

from piecework.bundle import write_folder
from piecework.demo.browser import state
from piecework.drive import Browser, Found, launch, load_unpacked
from piecework.drive.cdp import evaluate
from piecework.drive.chromium import Chromium, id_of
from piecework.drive.firefox import Firefox


@pytest.mark.chromium
async def test_the_button_takes_the_root(found_chromium: Found, checkout: Path) -> None:
    """“Load unpacked” is stricter than the command line's switch: a name beginning with "_" would be refused."""
    assert id_of(checkout) == await load_unpacked(found_chromium, checkout)


@pytest.mark.chromium
async def test_the_button_takes_the_ready_folder(found_chromium: Found, checkout: Path, tmp_path: Path) -> None:
    """With the same id, so that a pairing survives the change from one to the other."""
    folder = write_folder("chromium", tmp_path)

    assert id_of(checkout) == await load_unpacked(found_chromium, folder)


WORDLESS = """[...document.querySelectorAll("[data-t]")].filter((one) => !one.textContent.trim())
  .map((one) => one.dataset.t).join()"""
PAGES = ("popup", "options", "welcome", "practice")


async def warnings_of(browser: Browser) -> list[str]:
    """What the browser has to say about the manifest."""
    if isinstance(browser, Firefox):
        told: list[str] = await browser.chrome_eval(
            "Services.console.getMessageArray().map(String).filter((one) => one.includes('Reading manifest:'))"
        )
        return told
    assert isinstance(browser, Chromium)
    async with browser._hidden("chrome://extensions/") as session:
        asked = f"chrome.developerPrivate.getExtensionInfo({json.dumps(browser.extension_id)})"
        info = await evaluate(browser._wire, session, asked)
    return [one["message"] for one in info["manifestErrors"]]


async def test_the_ready_folder_runs_without_an_error(found_browser: Found, tmp_path: Path) -> None:
    """Background and every page find their scripts, words and definitions; no key of the manifest is a warning."""
    folder = write_folder(found_browser.kind, tmp_path)
    async with launch(found_browser, extension=folder) as browser:
        for page in PAGES:
            tab = await browser.new_tab(browser.extension_url(f"extension/pages/{page}.html"))
            await tab.wait_for(f"document.querySelector('[data-t]') && !{WORDLESS}", what="its words")
        known = {platform["id"] for platform in (await state(browser))["platforms"]}

        assert {"practice", "prolific"} <= known
        assert [] == await browser.errors()
        assert [] == await warnings_of(browser)


async def test_a_foreign_key_would_be_told(found_browser: Found, checkout: Path) -> None:
    """The root, which serves both browsers, has what a ready folder leaves out: each warns of the other's keys."""
    async with launch(found_browser, extension=checkout) as browser:
        assert [] != await warnings_of(browser)
