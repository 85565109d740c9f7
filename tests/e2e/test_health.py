"""A list that shows nothing says why: no tasks, signed out, a challenge, too many requests, another shape."""

import pytest

from piecework.drive import Tab
from piecework.practice.stage import Stage
from piecework.views import reports
from tests.e2e.harness import Rig

PLATFORMS = ["microworkers", "practice", "prolific", "sproutgigs"]
STATES = {
    "signed-out": "signed_out",
    "challenge": "challenge",
    "rate-limited": "rate_limited",
    "changed": "changed_shape",
}


def stage(rig: Rig, platform: str) -> Stage:
    """The pretend site of a platform."""
    return rig.practice.stage if platform == "practice" else rig.sites.stages[platform]


async def load(rig: Rig, tab: Tab, platform: str) -> None:
    """Opens the list; a site may send the browser on to its sign-in form while it loads."""
    await tab.eval(f"void (location.href = {rig.list_url(platform)!r})")


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_each_state_of_a_list_has_its_name(rig: Rig, platform: str) -> None:
    """What bars the way to a list is named and takes no task off the board; only an empty list does."""
    there = stage(rig, platform)
    task = there.world.publish(title="It is still there", **({"system": "ttv"} if platform == "microworkers" else {}))
    await rig.on(platform)
    tab = await rig.watch(platform, "watching")
    for look, state in STATES.items():
        there.show(look=look)
        await load(rig, tab, platform)
        row = await rig.health(platform, state)
        assert row["last_good_us"] < row["last_look_us"], look
        assert ["open"] == [one["state"] for one in rig.now(reports.tasks)], look
        listed = next(one for one in (await rig.state())["platforms"] if one["id"] == platform)
        assert [state] == [one["state"] for one in listed["lists"]]
        there.show(look="normal")
        await load(rig, tab, platform)
        await rig.health(platform, "watching")

    there.show(look="empty")
    await load(rig, tab, platform)
    await rig.health(platform, "empty")
    await rig.read(lambda conn: [row for row in reports.tasks(conn) if row["state"] == "gone"], f"{task.id} is gone")
    assert [] == rig.now(reports.alerts)


async def test_a_sign_in_is_a_new_beginning(rig: Rig) -> None:
    """What is there after signing in is no news; what comes later is."""
    there = rig.sites.stages["sproutgigs"]
    there.show(look="signed-out")
    await rig.on("sproutgigs")
    tab = await rig.watch("sproutgigs", "signed_out")
    there.world.publish(title="Came meanwhile")
    there.show(look="normal")
    await load(rig, tab, "sproutgigs")
    await rig.health("sproutgigs", "watching")
    fresh = there.world.publish(title="Came later")
    await rig.alerted(fresh.id)
    await rig.settled("sproutgigs")

    assert ["Came later"] == [alert["title"] for alert in rig.now(reports.alerts)]
