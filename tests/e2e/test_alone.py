"""The extension without an agent is a full first level, and hands everything over when an agent comes."""

import csv
import io
import json
from typing import Any

from piecework.ledger.earnings import earnings
from piecework.ledger.replay import verify
from piecework.protocol.kinds import ASSIGNMENT
from piecework.views import reports
from tests.e2e.harness import Rig, kept, practice


def listed(state: dict[str, Any], platform: str = "practice") -> list[str]:
    """States of a platform's lists in the popup."""
    return [row["state"] for one in state["platforms"] if one["id"] == platform for row in one["lists"]]


async def day_alone(rig: Rig) -> None:
    """A day without an agent: a task is told, worked, handed in and approved; another one is only told."""
    await rig.on("practice")
    await rig.browser.new_tab(rig.list_url("practice"))
    await rig.says(lambda state: listed(state) == ["empty"], "the list is watched")
    practice.publish(rig, "t1", title="Told alone")
    await rig.calls.notified("Told alone")
    work = await practice.accept(rig, "t1")
    await rig.says(lambda state: state["running"]["active_s"] >= 1, "the timer runs")
    await practice.submit(work)
    await rig.says(lambda state: state["today"]["earned"], "the pay is counted")
    practice.publish(rig, "t2", title="Told alone too")
    await rig.calls.notified("Told alone too")
    rig.practice.stage.world.move(rig.practice.stage.world.attempts()[0].id, "approved")
    await work.goto(f"{rig.practice.url}/history")
    await rig.says(lambda state: state["unsent"] > 0, "facts wait")


async def test_alerts_timer_and_money_work_without_an_agent(lonely: Rig) -> None:
    """Told with sound, today's pay and time as seen, nothing running after the submission."""
    await day_alone(lonely)
    state = await lonely.state()

    assert "alone" == state["agent"]["state"]
    assert [{"micro": 800_000, "currency": "USD"}] == state["today"]["earned"]
    assert state["today"]["active_s"] >= 1
    assert "alone" == state["today"]["source"]
    assert state["running"] is None
    await lonely.calls.heard(2)


async def test_the_raw_events_are_a_csv(lonely: Rig) -> None:
    """One line for each event held, every cell readable; the button says how many there are."""
    await day_alone(lonely)
    options = await lonely.browser.new_tab(lonely.browser.extension_url("extension/pages/options.html"))
    text = await options.eval("(await import('./csv.js')).csvOf().then((it) => it.text)")
    lines = list(csv.DictReader(io.StringIO(text)))
    held = await kept(lonely.browser, "outbox")

    assert [fact["id"] for fact in held] == [line["id"] for line in lines]
    assert {"told", "accepted", "submitted", "beat", "look"} <= {line["kind"] for line in lines}
    assert ["t1"] == [json.loads(line["body"])["task"] for line in lines if line["kind"] == "submitted"]
    await options.click("#csv")
    said = await options.wait_for("/[0-9]+/.exec(document.querySelector('#csv-result').textContent)?.[0]")
    assert len(held) <= int(said) <= len(await kept(lonely.browser, "outbox"))


async def test_an_agent_that_comes_later_gets_all_of_it_once(lonely: Rig) -> None:
    """Every fact with its own time, the books and the clock from it, and nothing told a second time."""
    rig = lonely
    await day_alone(rig)
    told = await rig.calls.of("notification")
    facts = {fact["id"]: fact for fact in await kept(rig.browser, "outbox") if fact["kind"] in ASSIGNMENT}
    await rig.pair()
    paired_us = rig.agent.services.clock.now_us()
    await rig.sent()

    rows = rig.now(lambda conn: conn.execute("SELECT id, at_us, source FROM event WHERE kind <> 'platform'").fetchall())
    held = {row["id"]: row for row in rows}
    assert {name: fact["at_us"] for name, fact in facts.items()} == {name: held[name]["at_us"] for name in facts}
    assert {"alone"} == {held[name]["source"] for name in facts}
    history = rig.now(lambda conn: reports.history(conn, "t1"))
    assert ["accepted", "submitted", "approved"] == [event["kind"] for event in history]
    (money,) = rig.now(earnings)
    assert (800_000, 800_000, 0) == (money["submitted"], money["approved"], money["paid"])
    spans = rig.now(reports.time)
    assert sum(span["active_us"] for span in spans) >= 1_000_000
    assert all(span["end_us"] < paired_us for span in spans)
    assert all(task["first_seen_us"] < paired_us for task in rig.now(reports.tasks))
    assert [] == rig.now(verify)["differences"]
    assert ["claimed"] == [one["state"] for one in rig.now(reports.accounts) if one["account"] != "-"]

    practice.publish(rig, "t3", title="The agent tells this")
    await rig.alerted("t3")
    await rig.settled("practice")
    assert [*[title for _, title, _ in told], "The agent tells this"] == [
        title for _, title, _ in await rig.calls.of("notification")
    ]
    states = {alert["task"]: [one["state"] for one in alert["deliveries"]] for alert in rig.now(reports.alerts)}
    assert {"t1": ["told"], "t2": ["told"], "t3": ["shown"]} == states
    assert [] == rig.screen.shown


async def test_the_practice_page_inside_tells_a_task(lonely: Rig) -> None:
    """Without network, account or agent: the person presses, and a task is told."""
    page = await lonely.browser.new_tab(lonely.browser.extension_url("extension/pages/practice.html"))
    await lonely.says(lambda state: listed(state) == ["empty"], "the list inside is watched")
    await page.click("#now")
    await lonely.calls.notified("Sort 12 photos of clouds")
    await lonely.calls.heard(1)
