"""An alert of the agent as the person meets it: shown, heard, pressed."""

import json

import pytest

from piecework.demo.browser import until
from piecework.views import reports
from tests.e2e.harness import Rig, kept, practice


async def alert_of(rig: Rig, task: str) -> str:
    """Has a task come while its list is open; returns the id of its notification."""
    await rig.on("practice")
    await rig.watch("practice", "empty")
    practice.publish(rig, task)
    name, title, text = await rig.calls.notified("Sort 12 photos")
    await rig.alerted(task)
    assert "Cloud Atlas" in f"{title}{text}"
    assert "$0.80" in f"{title}{text}"
    return str(name)


async def delivered(rig: Rig, state: str) -> None:
    """Waits until the agent knows what became of its only alert in the extension."""
    await rig.read(
        lambda conn: [state] == [one["state"] for alert in reports.alerts(conn) for one in alert["deliveries"]],
        f"the alert is {state}",
    )


async def test_a_new_task_is_shown_and_heard_once(rig: Rig) -> None:
    """One notification, one sound, one alert with its three times in order; the desktop is not asked."""
    name = await alert_of(rig, "t1")
    await rig.settled("practice")

    assert [name] == [one[0] for one in await rig.calls.of("notification")]
    await rig.calls.heard(1)
    (alert,) = rig.now(reports.alerts)
    assert alert["dom_at_us"] <= alert["stored_at_us"] <= alert["shown_at_us"] + 1_000
    assert [] == rig.screen.shown
    assert [] == [call for call in await rig.calls.all() if "tab" in call[0] or "window" in call[0]]


async def test_a_press_opens_the_task_and_is_known(rig: Rig) -> None:
    """The task's page comes in front, in a tab of its own the first time; the agent hears of the press."""
    name = await alert_of(rig, "t1")
    await rig.ask(do="press-notification", id=name)
    tab = await rig.browser.wait_tab("/tasks/t1")

    await tab.wait_for("document.visibilityState === 'visible'")
    await delivered(rig, "clicked")


async def test_five_hundred_new_tasks_at_once_are_one_alert(rig: Rig) -> None:
    """Every sighting is on the board and every alert is known as shown; one notification stands for all, heard once."""
    await rig.on("practice")
    await rig.watch("practice", "empty")
    names = {f"t{number}" for number in range(500)}
    for name in names:
        practice.publish(rig, name)
    told = "SELECT task FROM alert WHERE reason = 'new' AND shown_us IS NOT NULL"
    await rig.read(lambda conn: len(conn.execute(told).fetchall()) >= len(names), "every task is told", timeout_s=60)
    await rig.sent()
    open_ = rig.now(lambda conn: [row["id"] for row in conn.execute("SELECT id FROM task WHERE state = 'open'")])
    shown = [one for one in await kept(rig.browser, "notices") if one["state"] == "shown"]
    stands_for = {own for one in shown for own in one.get("folds", ())}

    assert sorted(names) == sorted(open_)
    assert sorted(names) == sorted(row["task"] for row in rig.now(lambda conn: conn.execute(told).fetchall()))
    assert 1 == len([one for one in shown if one["id"] not in stands_for])
    assert "500" in (await rig.calls.of("notification"))[-1][1]
    await rig.calls.heard(1)


@pytest.mark.parametrize("browser_kind", [pytest.param("chromium", marks=pytest.mark.chromium)], indirect=True)
async def test_the_browsers_own_event_is_heard(rig: Rig) -> None:
    """Chromium, whose events can be sent from outside: it shows what we asked for, and a press leads to the task."""
    name = await alert_of(rig, "t1")
    assert name in await rig.browser.background_eval("browser.notifications.getAll()")
    await rig.browser.background_eval(f"void chrome.notifications.onClicked.dispatch({json.dumps(name)})")
    await rig.browser.wait_tab("/tasks/t1")
    await delivered(rig, "clicked")

    async def gone() -> bool:
        return name not in await rig.browser.background_eval("browser.notifications.getAll()")

    await until(gone, "a pressed notification goes away")


async def test_a_task_that_is_gone_takes_its_notification_along(rig: Rig) -> None:
    """Nobody is led to a page that offers nothing any more."""
    name = await alert_of(rig, "t1")
    rig.practice.stage.world.vanish("t1")
    await rig.task("t1", state="gone")

    async def gone() -> bool:
        return name not in await rig.browser.background_eval("browser.notifications.getAll()")

    await until(gone, "the notification goes away")
    notices = rig.now(lambda conn: conn.execute("SELECT gone_us FROM alert WHERE reason <> 'digest'").fetchall())
    assert [True] == [row["gone_us"] is not None for row in notices]
