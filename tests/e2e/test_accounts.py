"""A second sign-in on one platform asks first; until the person decides nothing of it is kept or told."""

from typing import Any

from piecework.demo.browser import until
from piecework.views import reports
from tests.e2e.harness import Rig, practice


async def asking(rig: Rig) -> str:
    """The first account is claimed by itself, then a second one signs in; returns the second one's hash."""
    await rig.on("practice")
    tab = await rig.watch("practice", "empty")
    practice.publish(rig, "mine", title="Of the first account")
    await rig.alerted("mine")
    practice.sign_in_as(rig, "second-worker")
    await tab.goto(rig.list_url("practice"))
    await rig.health("practice", "account_asks")
    (asks,) = await rig.says(lambda state: seen(state)["asks"], "the second account asks")
    return str(asks)


def seen(state: dict[str, Any]) -> dict[str, Any]:
    """What the popup says of the practice platform."""
    found: dict[str, Any] = next(one for one in state["platforms"] if one["id"] == "practice")
    return found


async def claimed(rig: Rig) -> None:
    """Waits until no account asks any more, on either side."""
    await rig.says(lambda state: not seen(state)["asks"], "no account asks any more")
    await rig.read(
        lambda conn: {"claimed"} == {one["state"] for one in reports.accounts(conn)}, "both accounts are claimed"
    )


async def test_nothing_of_a_second_account_is_kept_before_it_is_claimed(rig: Rig) -> None:
    """Neither a task nor an alert nor an attempt, although its pages are open and worked on."""
    asks = await asking(rig)
    practice.publish(rig, "theirs", title="Of the second account")
    tab = await rig.browser.new_tab(f"{rig.practice.url}/tasks/theirs")
    await tab.click("[data-testid=accept]")
    await tab.click("[data-testid=submit]")
    await tab.wait_for("document.querySelector('main').dataset.state === 'submitted'")
    await tab.goto(f"{rig.practice.url}/history")
    await rig.reread("practice")
    await rig.sent()

    assert ["mine"] == [task["id"] for task in rig.now(reports.tasks)]
    assert ["mine"] == [alert["task"] for alert in rig.now(reports.alerts)]
    assert [] == rig.now(lambda conn: conn.execute("SELECT id FROM assignment").fetchall())
    assert 1 == len(await rig.calls.of("notification"))
    assert {asks: "asks"} == {
        one["account"]: one["state"] for one in await rig.cli_json("account", "--list") if one["state"] != "claimed"
    }


async def test_the_popup_asks_and_a_press_claims(rig: Rig) -> None:
    """What its list shows then is a beginning; what comes later is told as that account's."""
    asks = await asking(rig)
    practice.publish(rig, "before", title="There before the press")
    popup = await rig.browser.new_tab(rig.browser.extension_url("extension/pages/popup.html"))
    await popup.click(".ask button")
    await claimed(rig)
    await rig.reread("practice")
    await rig.task("before", account=asks)
    practice.publish(rig, "after", title="Came after the press")
    await rig.alerted("after")
    await rig.settled("practice")

    assert asks == (await rig.task("after"))["account"]
    assert ["after", "mine"] == sorted(alert["task"] for alert in rig.now(reports.alerts))


async def test_the_command_line_claims_too(rig: Rig) -> None:
    """The extension hears of it at once."""
    asks = await asking(rig)
    await rig.cli("account", "--claim", "practice", asks)
    await claimed(rig)
    await rig.reread("practice")
    practice.publish(rig, "after", title="Came after the command")

    assert asks == (await rig.task("after"))["account"]


async def test_a_released_account_is_left_alone(rig: Rig) -> None:
    """What was recorded stays; nothing is added."""
    await rig.on("practice")
    await rig.watch("practice", "empty")
    practice.publish(rig, "mine")
    await rig.alerted("mine")
    (account,) = {one["account"] for one in rig.now(reports.accounts)}
    await rig.cli("account", "--release", "practice", account)

    async def heard() -> bool:
        practice.publish(rig, f"probe-{len(rig.practice.stage.world.tasks)}")
        await rig.reread("practice")
        return seen(await rig.state())["lists"][0]["state"] == "account_asks"

    await until(heard, "the extension hears that the account is released")
    known = {task["id"] for task in rig.now(reports.tasks)}
    practice.publish(rig, "later")
    await rig.reread("practice")
    await rig.sent()

    assert "mine" in known
    assert known == {task["id"] for task in rig.now(reports.tasks)}
