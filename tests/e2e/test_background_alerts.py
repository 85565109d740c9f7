"""Alerts in real browsers: kept during work, folded when many, opened by a press; whose they are and who is asked."""

import json
from typing import Any

from piecework.demo.browser import until
from piecework.drive import Tab
from piecework.practice.control import command
from tests.e2e.harness import Rig, kept, stand_in


async def watching(rig: Rig) -> Tab:
    """Switches the practice site on and opens its list; returns once the extension has looked at it."""
    await rig.on("practice")
    tab = await rig.browser.new_tab(rig.list_url("practice"))
    await rig.says(lists, "the list was looked at")
    return tab


def lists(now: dict[str, Any]) -> list[dict[str, Any]]:
    """The practice site's lists as the popup shows them."""
    return next(one["lists"] for one in now["platforms"] if one["id"] == "practice")


def publish(rig: Rig, *names: str) -> None:
    """Puts tasks on the list, the title being the name."""
    for name in names:
        command(rig.practice.stage, {"do": "publish", "id": name, "title": f"Task {name}", "places": 3})


async def accept(rig: Rig, name: str) -> Tab:
    """Accepts a task in a tab of its own, in front, and waits until the clock runs."""
    tab = await rig.browser.new_tab(f"{rig.practice.url}/tasks/{name}")
    await tab.click("[data-testid=accept]")
    await rig.says(lambda now: now["running"], "the clock runs")
    return tab


async def told(rig: Rig) -> list[str]:
    """Tasks the extension says it told by itself."""
    facts = [one for one in await kept(rig.browser, "outbox") if one["kind"] == "told"]
    return [json.loads(one["json"])["task"] for one in facts]


async def test_nothing_sounds_or_takes_the_focus_during_work(lonely: Rig) -> None:
    """Without an agent a new task waits in the badge until the work is handed in, then it is told."""
    await watching(lonely)
    publish(lonely, "work")
    await lonely.calls.notified("Task work")
    tab = await accept(lonely, "work")
    before = await lonely.calls.all()
    publish(lonely, "other")
    await lonely.says(lambda now: now["held"] == 1, "the alert is held")
    assert before == await lonely.calls.all()
    assert ["work", "other"] == await told(lonely)
    await tab.click("[data-testid=submit]")
    await lonely.calls.notified("Task other")

    assert 0 == (await lonely.state())["held"]


async def test_a_held_alert_survives_the_background(lonely: Rig) -> None:
    """The background may end during work: what was held is told after it."""
    await watching(lonely)
    publish(lonely, "work")
    await lonely.calls.notified("Task work")
    tab = await accept(lonely, "work")
    publish(lonely, "other")
    await lonely.says(lambda now: now["held"] == 1, "the alert is held")
    await lonely.browser.stop_background()
    await lonely.calls.watch()
    await tab.click("[data-testid=submit]")
    await lonely.calls.notified("Task other")


async def test_many_new_tasks_at_once_are_one_notification(lonely: Rig) -> None:
    """More than three new tasks in one look are folded, and each counts as told."""
    tab = await watching(lonely)
    command(lonely.practice.stage, {"do": "mode", "refresh": "on-load"})
    await tab.goto(lonely.list_url("practice"))
    publish(lonely, "a", "b", "c", "d")
    await tab.goto(lonely.list_url("practice"))
    title = (await lonely.calls.notified("Task a"))[1]

    assert "4" in title
    assert 1 == len(await lonely.calls.of("notification"))
    assert 1 == len(await lonely.calls.of("sound"))
    assert ["a", "b", "c", "d"] == sorted(await told(lonely))


async def test_a_press_on_a_notification_brings_the_task_in_front(lonely: Rig) -> None:
    """The first press opens the task's page, the next one finds its tab."""
    await watching(lonely)
    publish(lonely, "wanted")
    name = (await lonely.calls.notified("Task wanted"))[0]
    press = f"pieceworkTest({{do: 'press-notification', id: {json.dumps(name)}}})"
    await lonely.browser.background_eval(press)
    await lonely.browser.wait_tab("/tasks/wanted")
    await lonely.first.activate()
    await lonely.browser.background_eval(press)
    front = "browser.tabs.query({active: true}).then((tabs) => tabs.map((tab) => tab.url ?? ''))"

    async def shown() -> bool:
        return any(url.endswith("/tasks/wanted") for url in await lonely.browser.background_eval(front))

    await until(shown, "the task's tab is in front")
    assert 1 == len([tab for tab in await lonely.browser.tabs() if (await tab.url()).endswith("/tasks/wanted")])


async def test_a_second_account_asks_first(lonely: Rig) -> None:
    """Nothing of it is kept or told until the person says it is theirs."""
    tab = await watching(lonely)
    command(lonely.practice.stage, {"do": "account", "name": "somebody-else"})
    await tab.goto(lonely.list_url("practice"))
    (asked,) = await lonely.says(
        lambda now: next(one["asks"] for one in now["platforms"] if one["id"] == "practice"), "the second account asks"
    )
    publish(lonely, "theirs")
    await lonely.says(lambda now: lists(now)[0]["state"] == "account_asks", "the list says so")
    facts = [one for one in await kept(lonely.browser, "outbox") if one["account"] == asked]
    # That it asks, and what its list is therefore in; never what is on the list.
    assert {"account"} == {one["kind"] for one in facts} - {"health"}
    assert [] == await told(lonely)
    await lonely.ask(do="claim", platform="practice", account=asked)
    await tab.goto(lonely.list_url("practice"))
    await lonely.says(lambda now: lists(now)[0]["tasks"] == 1, "its tasks count")

    # The first look under an account is a baseline.
    assert [] == await told(lonely)
    publish(lonely, "now-mine")
    await lonely.calls.notified("Task now-mine")


async def test_a_permission_taken_away_is_named(lonely: Rig) -> None:
    """The platform stays on as the person wanted, and says that the browser no longer allows it."""
    await watching(lonely)
    await lonely.browser.revoke(["http://practice.localhost/*"])

    def state(now: dict[str, Any]) -> tuple[bool, bool]:
        one = next(one for one in now["platforms"] if one["id"] == "practice")
        return one["on"], one["granted"]

    await lonely.says(lambda now: state(now) == (True, False), "the permission is missing")
    await lonely.browser.grant(["http://practice.localhost/*"])
    await lonely.says(lambda now: state(now) == (True, True), "the permission is back")


async def test_a_tab_that_was_open_before_is_read_once_the_platform_is_on(lonely: Rig) -> None:
    """Switching a platform on reads the pages that are there already."""
    publish(lonely, "early")
    await lonely.browser.new_tab(lonely.list_url("practice"))
    await lonely.on("practice")
    await lonely.says(lambda now: lists(now) and lists(now)[0]["tasks"] == 1, "the open page was read")


async def test_what_a_long_sleep_hid_is_a_baseline(lonely: Rig) -> None:
    """After hours without a sign of life the first look tells nothing; what comes after it is told."""
    command(lonely.practice.stage, {"do": "mode", "refresh": "on-load"})
    tab = await watching(lonely)
    await stand_in(lonely.browser, now_offset_ms=7_200_000)
    publish(lonely, "overnight")
    command(lonely.practice.stage, {"do": "mode", "refresh": "live"})
    await tab.goto(lonely.list_url("practice"))
    await lonely.says(lambda now: lists(now)[0]["tasks"] == 1, "the list was looked at")
    publish(lonely, "morning")
    await lonely.calls.notified("Task morning")

    assert ["morning"] == await told(lonely)


async def test_the_agent_s_alert_waits_for_the_work_too(rig: Rig) -> None:
    """With an agent: held counts as confirmed, and after the submission it is shown once."""
    await rig.on("practice")
    publish(rig, "first")
    await rig.watch("practice")
    publish(rig, "work")
    await rig.alerted("work")
    tab = await accept(rig, "work")
    publish(rig, "other")
    await rig.says(lambda now: now["held"] == 1, "the alert is held")
    await tab.click("[data-testid=submit]")
    await rig.alerted("other")
    await rig.sent()

    titles = [f"{title} {text}" for _, title, text in await rig.calls.of("notification")]
    assert 1 == sum("Task other" in one for one in titles)
    assert [] == rig.screen.shown


async def looked(lonely: Rig) -> int:
    """How many looks the extension holds; the clock may still say that the list was left."""
    return sum(one["kind"] in {"look", "load"} for one in await kept(lonely.browser, "outbox"))


async def test_a_platform_switched_off_is_read_no_more(lonely: Rig) -> None:
    """Open pages stop handing over at once; switched on again they go on."""
    tab = await watching(lonely)
    await lonely.ask(do="platform", id="practice", on=False)
    looks = await looked(lonely)
    publish(lonely, "unseen")
    await tab.wait_for("document.querySelector('[data-task-id=unseen]') !== null")
    await lonely.browser.new_tab(lonely.list_url("practice"))
    assert looks == await looked(lonely)
    await lonely.ask(do="platform", id="practice", on=True)
    await lonely.says(lambda now: lists(now)[0]["tasks"] == 1, "the list is read again")
