"""While a task is being worked nothing takes the focus, opens a tab or makes a sound; afterwards it is told."""

from piecework.demo.browser import until
from piecework.views import reports
from tests.e2e.harness import Rig, practice


def deliveries(rig: Rig) -> dict[str, list[tuple[str, str]]]:
    """Task to what became of its alert on each channel."""
    return {
        alert["task"]: [(one["channel"], one["state"]) for one in alert["deliveries"]]
        for alert in rig.now(reports.alerts)
    }


async def test_what_comes_during_work_waits_for_its_end(rig: Rig) -> None:
    """Two tasks come while a third is worked: kept in sight, and told once it is handed in."""
    practice.publish(rig, "mine")
    await rig.on("practice")
    await rig.watch("practice", "watching")
    work = await practice.accept(rig, "mine")
    before = await rig.calls.all()
    practice.publish(rig, "one", title="Came first")
    practice.publish(rig, "two", title="Came second")
    await rig.says(lambda state: state["held"] == 2, "both are kept in sight")
    await rig.settled("practice")

    assert before == await rig.calls.all()
    assert "visible" == await work.eval("document.visibilityState")
    held = [("extension", "held")]
    assert {"one": held, "two": held} == deliveries(rig)

    await practice.submit(work)
    await rig.calls.notified("Came first")
    await rig.calls.notified("Came second")
    await rig.alerted("one")
    await rig.alerted("two")
    assert 0 == (await rig.state())["held"]
    assert {"one": [("extension", "shown")], "two": [("extension", "shown")]} == deliveries(rig)
    assert 2 == len(await rig.calls.of("notification"))
    assert [] == rig.screen.shown


async def test_what_is_gone_before_the_end_is_not_told(rig: Rig) -> None:
    """A task that came and went during the work is no news after it."""
    practice.publish(rig, "mine")
    await rig.on("practice")
    await rig.watch("practice", "watching")
    work = await practice.accept(rig, "mine")
    practice.publish(rig, "brief", title="Came and went")
    await rig.says(lambda state: state["held"] == 1, "it is kept in sight")
    rig.practice.stage.world.vanish("brief")
    await rig.task("brief", state="gone")
    await practice.submit(work)
    await rig.event("submitted", "mine")
    practice.publish(rig, "later", title="Came later")
    await rig.calls.notified("Came later")

    assert ["Came later"] == [title for _, title, _ in await rig.calls.of("notification")]


async def test_giving_a_task_back_ends_the_quiet_too(rig: Rig) -> None:
    """Returned work is no work."""
    practice.publish(rig, "mine")
    await rig.on("practice")
    await rig.watch("practice", "watching")
    work = await practice.accept(rig, "mine")
    practice.publish(rig, "waiting", title="Waits its turn")
    await rig.says(lambda state: state["held"] == 1, "it is kept in sight")
    await work.click("[data-testid=return]")
    await rig.calls.notified("Waits its turn")

    async def none() -> bool:
        return (await rig.state())["held"] == 0

    await until(none, "nothing is held any longer")
