"""The extension's own pages: they name the state they are in, in both languages, and shut nobody out."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from piecework.demo.browser import agent_state
from piecework.drive import Found, Tab, launch
from piecework.resources import locales_dir
from tests.e2e.harness import NOBODY, Rig, practice, stand_in

PAGES = ("popup", "options", "welcome", "practice")
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def words(language: str) -> dict[str, str]:
    """The catalogue of a language."""
    found: dict[str, str] = json.loads((locales_dir() / f"{language}.json").read_text("utf-8"))
    return found


async def page(rig: Rig, name: str) -> Tab:
    """One of the extension's own pages in a tab, once it has its words."""
    tab = await rig.browser.new_tab(rig.browser.extension_url(f"extension/pages/{name}.html"))
    await tab.wait_for("[...document.querySelectorAll('[data-t]')].every((one) => one.textContent)")
    return tab


async def shows(tab: Tab, selector: str, text: str) -> None:
    """Waits until an element shows a text."""
    await tab.wait_for(
        f"document.querySelector({json.dumps(selector)})?.textContent.includes({json.dumps(text)})",
        what=f"{selector} with {text!r}",
    )


@asynccontextmanager
async def closing_with(code: int) -> AsyncIterator[int]:
    """Something on an agent's port that turns every extension away with one code; yields the port."""

    async def talk(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.close(code, "as the test wants it")

    async with serve(talk, "127.0.0.1", 0) as server:
        yield next(iter(server.sockets)).getsockname()[1]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("code", "state"), [(4401, "not_paired"), (4426, "too_old"), (4403, "revoked")])
async def test_an_agent_that_turns_us_away_is_named(rig: Rig, code: int, state: str, language: str) -> None:
    """Not paired, too old, pairing ended: in words, with what to do."""
    await stand_in(rig.browser, language=language)
    popup = await page(rig, "popup")
    await shows(popup, "#agent", words(language)["agent.connected"])
    await rig.stop()
    async with closing_with(code) as port:
        await stand_in(rig.browser, ports=[port])
        await agent_state(rig.browser, state)
        await shows(popup, "#agent", words(language)[f"agent.{state}"])
        await shows(popup, "#agent-help", words(language)[f"agent.{state}_help"])


async def test_an_agent_that_is_off_or_out_of_reach_is_named(rig: Rig) -> None:
    """Not running and blocked are two things with two remedies; what was seen meanwhile is kept."""
    popup = await page(rig, "popup")
    await rig.stop()
    await stand_in(rig.browser, ports=[NOBODY])
    await shows(popup, "#agent", words("en")["agent.not_running"])
    await shows(popup, "#agent-help", "piecework run")
    await rig.browser.background_eval(
        "void (globalThis.WebSocket = class { constructor() { throw new DOMException('', 'SecurityError'); } })"
    )
    await stand_in(rig.browser, ports=[NOBODY])
    await shows(popup, "#agent", words("en")["agent.blocked"])
    await shows(popup, "#agent-help", "127.0.0.1")


async def test_pairing_shows_four_digits_and_can_be_given_up(lonely: Rig) -> None:
    """The digits are those the agent shows; cancelled, none are left on either side."""
    agent = await lonely.start()
    await lonely.point(granted=("data_collection",))
    popup = await page(lonely, "popup")
    await shows(popup, "#agent", words("en")["agent.alone"])
    await lonely.ask(do="pair")
    digits = await popup.wait_for("/^[0-9]{4}$/.exec(document.querySelector('#code').textContent)?.[0]")
    request = agent.services.desk.pending()
    assert request is not None
    assert digits == request.code
    await popup.click("#cancel-pair")
    await shows(popup, "#agent", words("en")["agent.alone"])
    await popup.wait_for("document.querySelector('#code').hidden")


async def test_the_popup_shows_platform_timer_money_and_what_is_held(rig: Rig) -> None:
    """List with its state and age, the running task, the kept alert; after the submission the pay."""
    practice.publish(rig, "mine", title="Sort clouds")
    await rig.on("practice")
    await rig.watch("practice", "watching")
    work = await practice.accept(rig, "mine")
    practice.publish(rig, "next", title="Waits")
    await rig.says(lambda state: state["held"] == 1, "one is held")
    popup = await page(rig, "popup")

    await shows(popup, "#running-task", "Sort clouds")
    await shows(popup, "#held", words("en")["popup.held_one"].format(n=1))
    await shows(popup, "#platforms", words("en")["list.watching"])
    await shows(popup, "#platforms", words("en")["popup.tasks_other"].format(n=2))
    await practice.submit(work)
    await shows(popup, "#earned", "$0.80")
    await popup.wait_for("document.querySelector('#running').hidden && document.querySelector('#held').hidden")


async def test_a_platform_is_switched_on_by_a_press(rig: Rig) -> None:
    """The press asks for that platform's own origins and no others."""
    options = await page(rig, "options")
    await options.click("button[data-platform=sproutgigs]")
    await rig.says(
        lambda state: [one["id"] for one in state["platforms"] if one["on"] and one["granted"]] == ["sproutgigs"],
        "SproutGigs is on",
    )

    held = await rig.browser.background_eval("browser.permissions.getAll()")
    assert ["https://sproutgigs.com/*"] == held["origins"]


async def test_the_first_thing_shown_is_the_welcome(found_browser: Found, checkout: Path) -> None:
    """Installed, the extension opens one page, which says what it does and what it never will."""
    async with launch(found_browser, extension=checkout) as browser:
        tab = await browser.wait_tab("extension/pages/welcome.html")
        await shows(tab, "h1", words("en")["welcome.title"])
        await shows(tab, "main", words("en")["welcome.promise_work"])


async def faults(tab: Tab, part: str = "html") -> list[Any]:
    """What axe finds in a page, or a part of it, as it stands: rule, and the first elements."""
    await tab.eval(f"(() => {{ {AXE.read_text('utf-8')} }})()")
    found = await tab.eval(
        f"(await axe.run(document.querySelector({json.dumps(part)}), {{ resultTypes: ['violations'] }})).violations"
    )
    return [(one["id"], [node["html"][:150] for node in one["nodes"]][:3]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_pages_shut_nobody_out(rig: Rig, language: str, scheme: str) -> None:
    """Axe finds no fault: contrast, names, order, language, regions."""
    if not AXE.is_file():
        pytest.skip("axe-core is put in place by `make setup`")
    await rig.on("practice")
    await rig.watch("practice", "empty")
    await stand_in(rig.browser, language=language)
    found = {}
    for name in PAGES:
        tab = await page(rig, name)
        assert language == await tab.eval("document.documentElement.lang")
        await tab.eval(f"document.documentElement.style.colorScheme = '{scheme}'")
        found[name] = await faults(tab)
        await tab.close()

    assert {name: [] for name in PAGES} == found
