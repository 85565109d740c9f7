"""The whole path on the practice site: the rehearsal itself, and the rehearsal as a command."""

import json

from piecework.demo.rehearsal import Rehearsal
from piecework.drive import Found
from piecework.ledger.earnings import earnings
from tests.e2e.harness import Rig, cli

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
