"""The clock in real browsers: what is in front, idleness, and which tabs belong to the work."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from piecework.demo.browser import until
from piecework.drive import Tab
from piecework.practice.control import command
from tests.e2e.harness import Rig, kept, stand_in

Record = dict[str, Any]
PARTNER = "partner.localhost"


async def work_on(rig: Rig, task: str = "t1") -> Tab:
    """Publishes a task, opens it in a tab in front and accepts it."""
    await rig.on("practice")
    command(rig.practice.stage, {"do": "publish", "id": task, "title": "Sort clouds", "places": 5})
    tab = await rig.browser.new_tab(f"{rig.practice.url}/tasks/{task}")
    await tab.click("[data-testid=accept]")
    await tab.wait_for("document.querySelector('[data-testid=work-form]')")
    await session(rig, lambda one: one["state"] == "active" and one["tabs"], "the clock runs")
    return tab


async def session(rig: Rig, holds: Callable[[Record], Any], what: str) -> Record:
    """Waits until the newest work session holds something, and returns it."""

    async def look() -> Record | None:
        attempts = [one for one in await kept(rig.browser, "sessions") if not one.get("spot")]
        found = sorted(attempts, key=lambda one: one["started_us"])
        return found[-1] if found and holds(found[-1]) else None

    record: Record = await until(look, what)
    return record


async def beats(rig: Rig) -> list[tuple[str, str]]:
    """State and origin of every pulse so far."""
    bodies = [json.loads(one["json"]) for one in await kept(rig.browser, "outbox") if one["kind"] == "beat"]
    return [(body["state"], body["origin"]) for body in bodies]


def lineage(one: Record) -> int:
    """How many tabs belong to the session because its own tabs opened them."""
    return sum(how == "lineage" for how in one["tabs"].values())


async def test_leaving_the_task_stops_the_clock_and_coming_back_starts_it(lonely: Rig) -> None:
    """A tab in front that is none of the work is away; the task's own tab again is active."""
    task = await work_on(lonely)
    await lonely.first.activate()
    await session(lonely, lambda one: one["state"] == "away", "the clock stands")
    await task.activate()
    await session(lonely, lambda one: one["state"] == "active", "the clock runs again")

    assert [("active", "page"), ("away", "page"), ("active", "page")] == (await beats(lonely))[-3:]


async def test_pages_around_tasks_are_timed_as_what_they_are(rig: Rig) -> None:
    """A list in front is searching; qualifications and earnings are what they are; no task is running."""
    await rig.on("practice")
    tab = await rig.watch("practice")

    def spent(conn: sqlite3.Connection) -> list[str]:
        return [row[0] for row in conn.execute("SELECT work FROM beat WHERE state = 'active' ORDER BY at_us, id")]

    await rig.read(lambda conn: "search" in spent(conn), "searching is timed")
    await tab.goto(f"{rig.practice.url}/qualifications")
    await rig.read(lambda conn: "qualification" in spent(conn), "the qualifications are timed")
    await tab.goto(f"{rig.practice.url}/earnings")
    await rig.read(lambda conn: "admin" in spent(conn), "the earnings are timed")
    assert (await rig.state())["running"] is None
    assert "work" not in rig.now(spent)


async def test_idleness_stops_the_clock_at_the_last_input(lonely: Rig) -> None:
    """The pulse that says idle is dated back; the time since then does not count."""
    await work_on(lonely)
    since_us = 1_700_000_000_000_000
    await stand_in(lonely.browser, idle=since_us)
    idle = await session(lonely, lambda one: one["state"] == "idle", "the clock is idle")

    assert 0 == idle["active_us"]
    last = [json.loads(one["json"]) for one in await kept(lonely.browser, "outbox") if one["kind"] == "beat"][-1]
    assert ("idle", since_us) == (last["state"], last["since_us"])


async def test_idle_time_at_a_task_stands_beside_the_work(rig: Rig) -> None:
    """Four minutes without input, then back at the task: uncounted, and on the timeline for the person to judge."""
    task = await work_on(rig)
    begun = await session(rig, lambda one: one["beat_us"], "a first pulse")
    later = {"now_offset_ms": 240_000, "mono_offset_ms": 240_000}
    await stand_in(rig.browser, idle=begun["beat_us"] + 1_000_000, **later)
    await session(rig, lambda one: one["state"] == "idle", "the clock is idle")
    await stand_in(rig.browser, idle="active", **later)
    await session(rig, lambda one: one["state"] == "active", "the clock runs again")
    await task.click("[data-testid=submit]")

    def kinds(conn: sqlite3.Connection) -> list[tuple[str, bool]]:
        rows = "SELECT kind, active_us > 0 FROM interval WHERE session = ? ORDER BY start_us"
        return [(row[0], bool(row[1])) for row in conn.execute(rows, [begun["id"]])]

    await rig.read(lambda conn: len(kinds(conn)) == 3, "the stretches are booked")
    assert [("work", True), ("idle", False), ("work", True)] == rig.now(kinds)


async def test_a_dead_background_loses_no_session(lonely: Rig) -> None:
    """The session goes on under its own id after the background was ended, and ends with the submission."""
    task = await work_on(lonely)
    before = await session(lonely, bool, "a session")
    await lonely.browser.stop_background()
    await task.click("[data-testid=submit]")
    ended = await session(lonely, lambda one: "ended_us" in one, "the session has ended")

    assert before["id"] == ended["id"]
    assert "end" == (await beats(lonely))[-1][0]
    facts = {one["kind"]: json.loads(one["json"]) for one in await kept(lonely.browser, "outbox")}
    assert before["id"] == facts["accepted"]["session"] == facts["submitted"]["session"]


async def test_money_and_time_of_today_are_plain_sums(lonely: Rig) -> None:
    """Without an agent the popup shows the pay of submitted tasks and the active seconds, each once."""
    task = await work_on(lonely)
    earned = await lonely.says(lambda now: now["running"] and now["running"]["title"], "the timer names the task")
    await task.click("[data-testid=submit]")
    pay = await lonely.says(lambda now: now["today"]["earned"], "today's money")

    assert "Sort clouds" == earned
    assert 1 == len(pay)
    assert pay[0]["micro"] > 0
    assert "alone" == (await lonely.state())["today"]["source"]


@pytest.mark.parametrize("exact", [False, True], ids=["by press", "by webNavigation"])
@pytest.mark.parametrize("link", ["partner-link", "partner-noopener", "partner-popup"])
async def test_work_elsewhere_counts_by_lineage(lonely: Rig, link: str, *, exact: bool) -> None:
    """A tab or window that a press on the task page opened is part of the work, and the clock runs in it."""
    if exact:
        await lonely.browser.grant(["webNavigation"])
    task = await work_on(lonely)
    await task.click(f"[data-testid={link}]")
    child = await lonely.browser.wait_tab(PARTNER)
    await child.activate()
    await session(lonely, lambda one: lineage(one) == 1 and one["origin"] == "lineage", "the new tab is work")
    assert ("active", "lineage") == (await beats(lonely))[-1]


async def test_a_grandchild_counts_where_the_browser_says_who_opened_it(lonely: Rig) -> None:
    """With the optional permission a tab that the survey opened is work too."""
    await lonely.browser.grant(["webNavigation"])
    task = await work_on(lonely)
    await task.click("[data-testid=partner-link]")
    child = await lonely.browser.wait_tab(PARTNER)
    await session(lonely, lambda one: lineage(one) == 1, "the new tab is work")
    await child.click("[data-testid=partner-more]")
    await session(lonely, lambda one: lineage(one) == 2, "its own new tab is work")


@pytest.mark.parametrize("exact", [False, True], ids=["by press", "by webNavigation"])
async def test_a_tab_of_ones_own_never_counts(lonely: Rig, *, exact: bool) -> None:
    """A new tab by Ctrl+T, which the browser takes for opened by the task page, and one from outside are away."""
    if exact:
        await lonely.browser.grant(["webNavigation"])
    await work_on(lonely)
    # Windows that earlier tests left open have active tabs of their own.
    await lonely.browser.background_eval(
        "browser.tabs.query({active: true, url: 'http://practice.localhost/tasks/*'}).then((tabs) =>"
        " browser.tabs.create({openerTabId: tabs.at(-1).id, windowId: tabs.at(-1).windowId}))"
    )
    await session(lonely, lambda one: one["state"] == "away", "the clock stands")
    await lonely.browser.new_tab(f"http://{PARTNER}:{lonely.practice.port}/partner/t1")

    assert 0 == lineage(await session(lonely, bool, "a session"))


async def test_lineage_ends_with_the_submission_and_with_its_tab(lonely: Rig) -> None:
    """A closed tab is no part of the work; after the submission none is."""
    task = await work_on(lonely)
    await task.click("[data-testid=partner-link]")
    child = await lonely.browser.wait_tab(PARTNER)
    await session(lonely, lambda one: lineage(one) == 1, "the new tab is work")
    await child.close()
    await session(lonely, lambda one: lineage(one) == 0, "the closed tab is forgotten")
    await task.click("[data-testid=submit]")

    assert {} == (await session(lonely, lambda one: "ended_us" in one, "the session has ended"))["tabs"]
