"""Microworkers with its three job systems, and SproutGigs: from the list to the books."""

import pytest

from piecework.drive import Tab
from piecework.ledger.earnings import earnings
from piecework.ledger.replay import verify
from piecework.views import reports
from tests.e2e.harness import Rig
from tests.sites.microworkers import shapes as microworkers
from tests.sites.sproutgigs import shapes as sproutgigs

BASIC = {"system": "basic", "title": "Find the opening hours of 3 museums", "pay_micro": 250_000, "minutes": 5}
TTV = {"system": "ttv", "title": "Draw a box around every tree", "pay_micro": 104_000, "minutes": 6}
STEPS = ("accepted", "submitted")
GIG = {"title": "Read 5 receipts and type the totals", "pay_micro": 95_000, "places": 210, "requester": "Harbour Data"}


def flows(rig: Rig) -> list[tuple[object, ...]]:
    """(platform, currency, submitted, approved, paid) of everything in the books."""
    names = ("platform", "currency", "submitted", "approved", "paid")
    return [tuple(row[name] for name in names) for row in rig.now(earnings)]


def clocks(rig: Rig) -> list[tuple[str, int | None]]:
    """(kind, days within which the site says the work is decided) of every step."""
    query = "SELECT kind, json_extract(derived, '$.clock_days') FROM event WHERE assignment <> '' ORDER BY at_us, seq"
    return [(row[0], row[1]) for row in rig.now(lambda conn: conn.execute(query).fetchall()) if row[0] in STEPS]


async def proven(rig: Rig) -> None:
    """The books follow from the history, and every attempt has its time."""
    await rig.sent()
    assert [] == rig.now(verify)["differences"]
    assert all(span["active_us"] > 0 for span in rig.now(reports.time))


@pytest.mark.parametrize("system", ["basic", "hg", "ttv"])
async def test_a_job_of_each_system_is_told_once(rig: Rig, system: str) -> None:
    """The three job systems share one list; identity, address and pay are each system's own."""
    rig.sites.publish("microworkers", title="An older job")
    await rig.on("microworkers")
    await rig.watch("microworkers", "watching")
    job = rig.sites.publish("microworkers", **{**BASIC, "system": system})
    given = microworkers.link_id(job)
    await rig.alerted(given)
    await rig.settled("microworkers")

    task = await rig.task(given)
    assert (system, BASIC["title"], microworkers.url(job), 5) == tuple(
        task[name] for name in ("system", "title", "url", "minutes")
    )
    assert (250_000, "USD", "task") == tuple(task["pay"][name] for name in ("micro", "currency", "per"))
    assert job.places_left == task["places"]
    assert [given] == [alert["task"] for alert in rig.now(reports.alerts)]


async def test_a_basic_job_is_one_attempt_from_the_form_to_the_history(rig: Rig) -> None:
    """Sending the proof is the submission; the history, which knows no job id, finds the same attempt by its title."""
    job = rig.sites.publish("microworkers", **BASIC)
    given = microworkers.link_id(job)
    await rig.on("microworkers")
    tab = await rig.watch("microworkers", "watching")
    await tab.goto(microworkers.url(job))
    await tab.click("a.accept")
    await tab.click("textarea[name=Required_proof]")
    await tab.type_text("Nine to five")
    await tab.click("input[name=B1]")
    await rig.event("submitted", given)
    await history(rig, tab, "submitted")
    rig.sites.move("microworkers", "approved")
    await history(rig, tab, "paid")

    assert ["submitted", "paid"] == [event["kind"] for event in rig.now(lambda conn: reports.history(conn, given))]
    assert [("microworkers", "USD", 250_000, 250_000, 250_000)] == flows(rig)
    await proven(rig)


async def history(rig: Rig, tab: Tab, state: str) -> None:
    """The person opens their history; waits until the books hold one attempt, in that state."""
    await tab.goto(f"{microworkers.WWW}/worker.php")
    await rig.told_agent("record", f'"status":"{state}"')
    found = rig.now(lambda conn: [row[0] for row in conn.execute("SELECT state FROM assignment")])
    assert [state] == found


async def test_a_ttv_job_is_accepted_then_worked_then_sent(rig: Rig) -> None:
    """The third system lives on a host of its own and has a step for accepting."""
    job = rig.sites.publish("microworkers", **TTV)
    given = microworkers.link_id(job)
    await rig.on("microworkers")
    tab = await rig.watch("microworkers", "watching")
    await tab.goto(microworkers.url(job))
    await tab.click(".accept-start-button")
    await rig.event("accepted", given)
    await tab.click("textarea[name=answer]")
    await tab.type_text("Seven trees")
    await tab.click("button[type=submit]")
    await rig.event("submitted", given)
    await proven(rig)

    steps = rig.now(lambda conn: reports.history(conn, given))
    assert ["accepted", "submitted"] == [event["kind"] for event in steps]
    assert 1 == len({event["assignment"] for event in steps})
    assert [("microworkers", "USD", 104_000, 0, 0)] == flows(rig)
    assert [("accepted", 7), ("submitted", 7)] == clocks(rig)


async def test_a_gig_from_the_list_to_the_books(rig: Rig) -> None:
    """SproutGigs: told once, worked, sent in; the wallet's lines, whose wording nobody published, change nothing."""
    rig.sites.publish("sproutgigs", title="An older gig")
    await rig.on("sproutgigs")
    tab = await rig.watch("sproutgigs", "watching")
    gig = rig.sites.publish("sproutgigs", **GIG)
    await rig.alerted(gig.id)
    task = await rig.task(gig.id)
    assert (GIG["title"], "Harbour Data", 210, sproutgigs.url(gig)) == tuple(
        task[name] for name in ("title", "requester", "places", "url")
    )
    assert (95_000, "USD") == (task["pay"]["micro"], task["pay"]["currency"])

    await tab.goto(sproutgigs.url(gig))
    await tab.click("textarea[name=proof_1]")
    await tab.type_text("12.40")
    await tab.click("#task-proofs button[type=submit]")
    await rig.event("submitted", gig.id)
    rig.sites.move("sproutgigs", "approved")
    await tab.goto(f"{sproutgigs.BASE}/wallet.php")
    await rig.told_agent("record")

    assert ["submitted"] == [event["kind"] for event in rig.now(lambda conn: reports.history(conn, gig.id))]
    assert [("sproutgigs", "USD", 95_000, 0, 0)] == flows(rig)
    assert [("submitted", 7)] == clocks(rig)
    assert 1 == len(rig.now(reports.alerts))
    await proven(rig)
