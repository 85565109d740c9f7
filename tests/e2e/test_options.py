"""The options' list of platforms: found by any name, told what to know before the press."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from piecework.drive import Tab
    from tests.e2e.harness import Rig

SHOWN = "[...document.querySelectorAll('#sites li:not([hidden]) button')].map((one) => one.dataset.platform)"


async def find(tab: Tab, text: str) -> list[str]:
    """Types into the search box; the platforms that are left."""
    await tab.eval("(() => { const box = document.querySelector('#find'); box.focus(); box.select(); })()")
    await tab.type_text(text)
    shown: list[str] = await tab.eval(SHOWN)
    return shown


async def test_a_platform_is_found_by_any_of_its_names(lonely: Rig) -> None:
    """Old names and addresses too; closed ones and apps are not offered; a rule stands beside its switch."""
    tab = await lonely.browser.new_tab(lonely.browser.extension_url("extension/pages/options.html"))
    await tab.wait_for("!document.querySelector('#finder').hidden")
    everything: list[str] = await tab.eval(SHOWN)

    assert "practice" == everything[0]
    assert {"prolific", "uhrs", "wirk", "crowdgen"} <= set(everything)
    assert set() == {"mturk", "taskrabbit", "telus", "jobboy"} & set(everything)
    assert ["sproutgigs"] == await find(tab, "picoworkers")
    assert ["toloka"] == await find(tab, "toloka.yandex.com")
    assert "scripts and robots are banned" in await tab.eval(
        "document.querySelector('#sites li:not([hidden]) q').textContent"
    )
    assert [] == await find(tab, "nobody's name")
    assert await tab.eval("document.querySelector('#found').textContent.startsWith('0 ')")
