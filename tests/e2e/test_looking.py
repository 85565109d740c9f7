"""Lists that are kept open, and lists that are looked at by leases, in the person's own tab."""

from piecework.control import run
from piecework.demo.browser import ask
from piecework.views import reports
from tests.e2e.harness import Rig


async def test_a_list_is_looked_at_where_the_person_allowed_it(rig: Rig) -> None:
    """Nobody loads the page: the agent allows a look, the tab is loaded anew, the task is told, the lease ends."""
    there = rig.practice.stage
    there.show(refresh="on-load")
    there.world.publish(title="It was there before")
    await rig.pair()
    await rig.on("practice")
    await rig.watch("practice", "watching")
    await rig.browser.new_tab("about:blank")
    fresh = there.world.publish(title="It came while nobody looked")
    await run(rig.agent.services, "look.budget", {"looks": 600})
    await run(rig.agent.services, "look.choose", {"platform": "practice", "on": True})

    await rig.alerted(fresh.id)
    await rig.told_agent("lease_done")
    row = await rig.health("practice", "watching")
    assert row["next_look_us"] is not None
    assert ["It came while nobody looked"] == [alert["title"] for alert in rig.now(reports.alerts)]


async def test_a_list_is_kept_open(rig: Rig) -> None:
    """Chosen in the options: its tab opens by itself, pinned and muted, is read, and its closing is said."""
    await rig.on("prolific")
    await ask(rig.browser, {"do": "watch-tab", "platform": "prolific", "list": "studies", "on": True})
    await rig.health("prolific", "empty")
    found = "browser.tabs.query({ pinned: true, muted: true }).then((all) => all.map(({ id }) => id))"
    [tab] = await rig.browser.background_eval(found)

    await rig.browser.background_eval(
        f"browser.tabs.remove({tab}).then(() => pieceworkTest({{ do: 'test', set: {{}} }}))"
    )
    row = await rig.health("prolific", "resting")
    assert "no_tab" == row["cause"]
