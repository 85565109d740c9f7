"""Prolific, from a card on a page to money that agrees everywhere: the study that was recorded, and the rebuilt one."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from piecework.drive import Tab
from piecework.views import reports
from tests.e2e.harness import Rig, prolific
from tests.e2e.harness.prolific import STUDY

STEPS = ["accepted", "submitted", "approved", "paid"]


@pytest.fixture(params=["recorded", "rebuilt"])
def how(request: pytest.FixtureRequest, recorded: Callable[[str], Path]) -> str:
    """Whether the card is the recorded page's own (skipped by name without it) or rebuilt from published selectors."""
    if request.param == "recorded":
        recorded("prolific")
    return str(request.param)


async def worked(rig: Rig, tab: Tab) -> None:
    """The study on an open list is taken, worked and sent in, approved and paid."""
    await prolific.reserve(rig, tab)
    survey = await prolific.open_survey(rig, tab)
    await prolific.finish(rig, survey)
    await prolific.approved(rig, survey)
    await prolific.paid(rig)
    await rig.settled("prolific")


async def test_a_card_without_a_reload_becomes_one_study_and_one_alert(rig: Rig, how: str) -> None:
    """The empty list is left open; the card that is swapped in is told once, with everything it says."""
    await rig.on("prolific")
    tab = await rig.watch("prolific", "empty")
    await tab.eval("globalThis.notReloaded = true")
    prolific.swap_in(rig, how)
    await rig.alerted(STUDY)
    await rig.settled("prolific")

    assert await tab.eval("notReloaded") is True
    (task,) = await rig.cli_json("tasks")
    pay, hourly = task.pop("pay"), task.pop("hourly")
    assert {
        "platform": "prolific",
        "system": "",
        "id": STUDY,
        "title": "Background survey",
        "requester": "columbia.edu",
        "minutes": 3,
        "places": 640,
        "url": f"{prolific.APP}/studies/{STUDY}",
        "state": "open",
    } == {name: value for name, value in task.items() if name not in {"account", "first_seen_us", "last_seen_us"}}
    assert ("stated", 800_000, 800_000, "USD", "task") == tuple(
        pay[name] for name in ("state", "micro", "max_micro", "currency", "per")
    )
    assert {"micro": 14_850_000, "currency": "USD", "from": "stated"} == hourly
    (alert,) = await rig.cli_json("alerts")
    assert (STUDY, "new", "default") == (alert["task"], alert["reason"], alert["rule"])
    assert [("extension", "shown")] == [(one["channel"], one["state"]) for one in alert["deliveries"]]


async def test_a_page_that_is_full_at_the_first_look_is_no_news(rig: Rig, how: str) -> None:
    """What is there when the person opens the list is on the board, and nobody is told."""
    await rig.on("prolific")
    prolific.swap_in(rig, how)
    await rig.watch("prolific", "watching")
    await rig.task(STUDY)
    await rig.settled("prolific")

    assert [] == await rig.cli_json("alerts", code=3)
    assert [] == await rig.calls.of("notification")


async def test_worked_and_paid_the_money_agrees_to_the_micro_unit(rig: Rig, how: str) -> None:
    """One assignment with its time, four events, and the same 0.80 in every place that shows money."""
    await rig.on("prolific")
    tab = await rig.watch("prolific", "empty")
    prolific.swap_in(rig, how)
    await rig.task(STUDY)
    await worked(rig, tab)

    history = await rig.cli_json("history", STUDY)
    assert STEPS == [event["kind"] for event in history]
    assert 1 == len({event["assignment"] for event in history})
    assert [event["at_us"] for event in history] == sorted(event["at_us"] for event in history)
    (money,) = await rig.cli_json("earnings")
    assert ("prolific", history[0]["account"], "USD") == (money["platform"], money["account"], money["currency"])
    assert (800_000, 800_000, 0, 800_000, 0) == tuple(
        money[name] for name in ("submitted", "approved", "rejected", "paid", "fee")
    )
    await agrees_in_exports(rig, history[0]["assignment"])
    proved = await rig.cli_json("verify")
    assert [] == proved["differences"]
    assert proved["postings"] >= 2 * len(STEPS[1:])


async def agrees_in_exports(rig: Rig, assignment: str) -> None:
    """The same money and the same time stand in the exports."""
    spans = [span for span in await rig.cli_json("time") if span["assignment"] == assignment]
    assert {"work"} == {span["kind"] for span in spans}
    active_us = sum(span["active_us"] for span in spans)
    assert active_us > 0
    (row,) = csv.DictReader(io.StringIO(await rig.cli("export", "--format", "csv")))
    assert ("paid", "USD", assignment) == (row["state"], row["currency"], row["id"])
    assert (Decimal("0.80"), Decimal(active_us) / 1_000_000) == (Decimal(row["pay"]), Decimal(row["active_s"]))
    books = json.loads(await rig.cli("export", "--format", "json"))
    assert [Decimal("0.80")] == [Decimal(one["pay"]) for one in books["assignments"]]
    assert 0 == sum(Decimal(line["amount"]) for line in books["postings"])
    assert Decimal("0.80") == sum(
        Decimal(line["amount"]) for line in books["postings"] if line["book"].startswith("assets:bank:")
    )


@pytest.mark.parametrize("via", ["fetch", "xhr", "page"])
async def test_every_road_of_the_answer_gives_the_same_study(rig: Rig, via: str) -> None:
    """Read from the answer that the page fetched (in minor units) or from the page alone: the same study, once."""
    rig.sites.mode("prolific", via=via)
    await rig.on("prolific")
    await rig.watch("prolific", "empty")
    study = rig.sites.publish(
        "prolific", title="Sort 12 photos", pay_micro=1_250_000, hourly_micro=9_370_000, currency="GBP", minutes=8
    )
    await rig.alerted(study.id)
    await rig.settled("prolific")

    (task,) = rig.now(reports.tasks)
    assert (1_250_000, "GBP", 9_370_000, 8) == (
        task["pay"]["micro"],
        task["pay"]["currency"],
        task["hourly"]["micro"],
        task["minutes"],
    )
    assert study.places_left == task["places"]
    assert ("£1.25" if via == "page" else "1.25 GBP") == task["pay"]["raw"]
    assert 1 == len(rig.now(reports.alerts))


async def test_an_answer_fetched_in_a_worker_is_read_from_the_page(rig: Rig) -> None:
    """No wrapper sees into a page's Worker; the list that the page draws from it is read all the same."""
    rig.sites.mode("prolific", via="worker")
    await rig.on("prolific")
    await rig.watch("prolific", "empty")
    study = rig.sites.publish("prolific", pay_micro=600_000, currency="GBP")

    assert 600_000 == (await rig.task(study.id))["pay"]["micro"]
    await rig.alerted(study.id)


async def test_the_list_left_out_of_sight_is_told_all_the_same(rig: Rig) -> None:
    """A study that comes while another tab is in front is on the board and told."""
    await rig.on("prolific")
    tab = await rig.watch("prolific", "empty", background=True)
    await rig.first.activate()
    await tab.wait_for("document.visibilityState === 'hidden'")
    study = rig.sites.publish("prolific", title="Nobody looks")

    await rig.alerted(study.id)
    assert "hidden" == await tab.eval("document.visibilityState")
    await rig.calls.notified("Nobody looks")
