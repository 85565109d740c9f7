"""The whole path on the practice site: the rehearsal itself, and the rehearsal as a command."""

import json

from piecework.demo.rehearsal import Rehearsal
from piecework.drive import Found
from piecework.ledger.earnings import earnings
from piecework.ledger.replay import verify
from piecework.practice.things import State
from piecework.views import reports
from tests.e2e.harness import Rig, cli, practice

STEPS = [
    "paired",
    "platform on",
    "list watched",
    "task seen",
    "alert shown",
    "task gone",
    "accepted",
    "worked",
    "submitted",
    "approved",
    "paid",
    "time logged",
    "money in the ledger",
    "books verified",
]


async def test_the_rehearsal_passes(lonely: Rig) -> None:
    """Every step of the path happens, each read back from the agent's own store."""
    agent = await lonely.start()
    report = await Rehearsal(agent, lonely.practice, lonely.browser, lambda _step: None).play()

    assert [] == [(step.name, step.detail) for step in report.steps if not step.ok]
    assert STEPS == [step.name for step in report.steps]
    money = lonely.now(earnings)
    assert [("practice", "USD", 800_000, 800_000, 0, 800_000, 0)] == [
        tuple(row[name] for name in ("platform", "currency", "submitted", "approved", "rejected", "paid", "fee"))
        for row in money
    ]
    assert [] == lonely.screen.shown


async def ended(rig: Rig, how: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """Works one task to an end; returns the kinds of its history and the flows of money."""
    practice.publish(rig, "t1")
    await rig.on("practice")
    tab = await practice.accept(rig, "t1")
    if how == "returned":
        await tab.click("[data-testid=return]")
    else:
        await practice.submit(tab)
        await rig.event("submitted", "t1")
        world = rig.practice.stage.world
        world.move(world.attempts()[0].id, State(how))
        await tab.goto(f"{rig.practice.url}/history")
    await rig.event(how, "t1")
    await rig.sent()
    assert [] == rig.now(verify)["differences"]
    assert (await rig.state())["running"] is None
    kinds = [event["kind"] for event in rig.now(lambda conn: reports.history(conn, "t1"))]
    names = ("submitted", "approved", "rejected", "paid")
    return kinds, [tuple(row[name] for name in names) for row in rig.now(earnings)]


async def test_returned_work_earns_nothing_and_keeps_its_time(rig: Rig) -> None:
    """No line of money, one stretch of time."""
    kinds, flows = await ended(rig, "returned")

    assert ["accepted", "returned"] == kinds
    assert [] == [flow for flow in flows if any(flow)]
    assert all(span["active_us"] > 0 for span in rig.now(reports.time))
    assert rig.now(reports.time)


async def test_rejected_work_is_taken_out_again(rig: Rig) -> None:
    """What was submitted is rejected in full, and nothing is owed."""
    kinds, flows = await ended(rig, "rejected")

    assert ["accepted", "submitted", "rejected"] == kinds
    assert [(800_000, 0, 800_000, 0)] == flows


async def test_the_demo_is_one_checkable_run(found_browser: Found) -> None:
    """`demo --once --json` starts its own agent, site and browser, ends them, and says what happened."""
    told = json.loads(await cli("demo", "--once", "--json", "--browser", str(found_browser.path)))

    assert {"steps", "task", "alert", "assignment", "earnings"} == set(told)
    assert [(name, True) for name in STEPS] == [(step["name"], step["ok"]) for step in told["steps"]]
    assert sorted(step["at_us"] for step in told["steps"]) == [step["at_us"] for step in told["steps"]]
    assert "tour-star" == told["task"]["id"] == told["alert"]["task"]
    assert told["alert"]["dom_at_us"] <= told["alert"]["shown_at_us"]
    assert "paid" == told["assignment"]["state"]
    assert 800_000 == told["earnings"]["paid"]
