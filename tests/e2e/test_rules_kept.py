"""Rules at work in real browsers: what they open, and what the extension keeps to when the agent is off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from piecework.control.commands import run
from piecework.demo.browser import until
from piecework.watch.rulebook import Rule
from tests.e2e.harness import practice

if TYPE_CHECKING:
    from tests.e2e.harness import Rig

SAID = "browser.storage.local.get('agent_settings').then((kept) => kept.agent_settings?.away ?? {})"


async def keeps(rig: Rig, name: str, value: object) -> None:
    """Waits until the extension was told of a choice."""

    async def heard() -> bool:
        away: dict[str, Any] = await rig.browser.background_eval(SAID)
        return bool(away.get(name) == value)

    await until(heard, f"the extension keeps to {name} = {value}")


async def opened(rig: Rig, count: int) -> None:
    """Waits for so many tabs opened by the extension; more than that fail."""

    async def made() -> bool:
        tabs = await rig.calls.of("tab")
        assert len(tabs) <= count
        return len(tabs) == count

    await until(made, f"{count} tabs are opened")


async def test_a_rule_opens_three_tabs_at_most_and_none_during_work(rig: Rig) -> None:
    """Behind the tab in front; while the person works nothing opens, and what was held then opens nothing later."""
    rule = Rule(level="quiet", open_tab=True)
    await run(rig.agent.services, "rule.save", {"id": "default", "name": "Every new task", "rule": rule})
    await rig.on("practice")
    await rig.watch("practice", "empty")
    front = await rig.first.url()
    practice.publish(rig, "work")
    await opened(rig, 1)
    await rig.alerted("work")
    assert [f"{rig.practice.url}/tasks/work"] == [url for (url,) in await rig.calls.of("tab")]
    assert [] == await rig.calls.of("tab in front")
    assert front == await rig.first.url()

    tab = await practice.accept(rig, "work")
    practice.publish(rig, "held", title="Came during work")
    await rig.says(lambda state: state["held"] == 1, "the alert is held")
    await practice.submit(tab)
    await rig.calls.notified("Came during work")
    await opened(rig, 1)
    for name in "abcd":
        practice.publish(rig, name)
    await asyncio.gather(*(rig.alerted(name) for name in "abcd"))
    await opened(rig, 3)


async def test_without_its_agent_the_extension_keeps_to_the_rules(rig: Rig) -> None:
    """A blocked requester stays unheard, a quiet rule makes no sound; the agent's return tells nothing late.

    What the agent said goes with the pairing.
    """
    services = rig.agent.services
    await rig.on("practice")
    await rig.watch("practice", "empty")
    await run(services, "rule.save", {"id": "default", "name": "Every new task", "rule": Rule(level="quiet")})
    await run(services, "requester.block", {"platform": "practice", "name": "Bad lab", "blocked": True})
    await keeps(rig, "hushed", [{"platform": "practice", "requester": "Bad lab"}])
    await rig.stop()
    await rig.says(lambda state: state["agent"]["state"] != "connected", "the agent is gone")
    practice.publish(rig, "bad", title="From a blocked lab", requester="Bad lab")
    practice.publish(rig, "good", title="From another")
    await rig.calls.notified("From another")

    await rig.start()
    await rig.point()
    await rig.says(lambda state: state["agent"]["state"] == "connected", "the agent is back")
    await rig.task("bad")
    await rig.settled("practice")
    assert ["From another"] == [text.split("\n")[0] for _, _, text in await rig.calls.of("notification")]
    assert [] == await rig.calls.of("sound")
    await rig.ask(do="unpair")
    await keeps(rig, "hushed", None)
