"""A list that only changes when it is loaded: looked at by leases, in the person's own tab, while they are elsewhere."""

from piecework.control import run
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
