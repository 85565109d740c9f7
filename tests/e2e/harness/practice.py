"""The practice site as a person uses it: a task comes, is taken, worked and sent in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.practice.control import command

if TYPE_CHECKING:
    from piecework.drive import Tab
    from tests.e2e.harness.rig import Rig

CLOUDS: dict[str, object] = {
    "title": "Sort 12 photos of clouds",
    "requester": "Cloud Atlas",
    "pay_micro": 800_000,
    "currency": "USD",
    "minutes": 3,
    "places": 640,
}


def publish(rig: Rig, task: str, **fields: object) -> None:
    """A task arrives on open pages."""
    command(rig.practice.stage, {"do": "publish", "id": task, **CLOUDS, **fields})


def sign_in_as(rig: Rig, name: str) -> None:
    """From the next load on, another name is signed in."""
    command(rig.practice.stage, {"do": "account", "name": name})


async def accept(rig: Rig, task: str) -> Tab:
    """Takes a task in a new tab, and begins to work."""
    tab = await rig.browser.new_tab(f"{rig.practice.url}/tasks/{task}")
    await tab.click("[data-testid=accept]")
    await tab.click("[data-testid=work-form] input, [data-testid=work-form] textarea")
    await rig.says(lambda state: state["running"], "the clock runs")
    return tab


async def submit(tab: Tab) -> None:
    """Hands the work in."""
    await tab.click("[data-testid=submit]")
