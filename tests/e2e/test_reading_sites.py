"""Open pages of the real platforms' pretend sites, read as a tab has them: by an extension without an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.reader import understood
from tests.sites.microworkers import shapes as microworkers
from tests.sites.prolific import shapes as prolific
from tests.sites.prolific.recorded import RECORDED, STUDY
from tests.sites.server import wall_us

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.reader import Reader
    from tests.sites.server import Sites

STUDIES = "https://app.prolific.com/studies"
JOBS = "https://www.microworkers.com/jobs.php"
GIGS = "https://sproutgigs.com/jobs.php"


async def test_a_study_the_page_fetches_is_news_after_an_empty_list(reader: Reader, served: Sites) -> None:
    """The empty list is a baseline; the study that appears in it is not, and one look has answer and page in one."""
    await reader.browser.new_tab(STUDIES)
    await reader.fact("health", list="studies", state="empty", cause="")
    task = served.publish("prolific", pay_micro=800_000, currency="GBP", hourly_micro=16_000_000, minutes=3, places=640)
    row = await reader.row(task.id)

    assert prolific.expected(task) == understood(row)
    looks = [one["body"] for one in await reader.facts("look")]
    [first, told] = [looks[0], next(one for one in looks if one["rows"])]
    assert (True, []) == (first["baseline"], first["rows"])
    assert (False, "page-json") == (told["baseline"], told["source"])
    assert {"practice-worker"} == {one["who"] for one in await reader.facts("look")}
    assert row["dom_at_us"] <= wall_us()


@pytest.mark.parametrize("via", ["fetch", "xhr", "worker", "page"])
async def test_every_way_a_page_gets_its_list_is_seen(reader: Reader, served: Sites, via: str) -> None:
    """A worker's answers can't be seen: the page itself is read, and the list says so."""
    served.mode("prolific", via=via)
    task = served.publish("prolific", pay_micro=1_250_000, currency="USD", hourly_micro=15_000_000, minutes=5, places=2)
    await reader.browser.new_tab(STUDIES)
    row = await reader.row(task.id)

    assert prolific.expected(task) == understood(row)
    unseen = via in {"worker", "page"}
    assert unseen == ("micro" not in row["pay"])
    await reader.fact("health", list="studies", state="watching", cause="answers_unseen" if unseen else "")


async def test_the_recorded_study_swapped_in_is_one_row(
    reader: Reader, served: Sites, recorded: Callable[[str], Path]
) -> None:
    """Without a reload, and seen once."""
    html = (recorded("prolific") / RECORDED.name).read_text("utf-8")
    await reader.browser.new_tab(STUDIES)
    await reader.fact("health", list="studies", state="empty")
    task = served.swap_in_recorded(html)
    row = await reader.row(task.id)

    assert STUDY["title"] == row["title"]
    assert prolific.expected(task) == understood(row)
    rows = [row["id"] for one in await reader.facts("look") for row in one["body"]["rows"]]
    assert {task.id} == set(rows)


async def test_a_study_is_accepted_worked_and_sent_in(reader: Reader, served: Sites) -> None:
    """Answers say the task, the completion page its code; the study's own tab is told of as a press."""
    task = served.publish("prolific", pay_micro=800_000, currency="GBP", hourly_micro=16_000_000, minutes=3, places=9)
    tab = await reader.browser.new_tab(f"{STUDIES}/{task.id}")
    await tab.click("[data-testid=reserve]")
    accepted = await reader.fact("accepted")
    begun = await reader.message("task-page", on=True)
    await tab.click("[data-testid=open-study]")
    await reader.message("press")
    work = served.world("prolific").attempts()[0]
    survey = await reader.browser.wait_tab("survey.partner.test")
    await survey.goto(f"https://app.prolific.com/submissions/complete?cc={work.code}")
    submitted = await reader.fact("submitted")

    assert (task.id, work.id, task.title) == tuple(accepted["body"][key] for key in ("task", "assignment", "title"))
    assert (task.id, "prolific", "practice-worker") == (begun["task"], begun["platform"], begun["who"])
    assert (task.id, work.id, work.code) == tuple(submitted["body"][key] for key in ("task", "assignment", "code"))
    assert 800_000 == submitted["body"]["pay"]["micro"]
    assert 1 == len(await reader.facts("submitted"))
    assert 1 == len(await reader.facts("accepted"))


async def test_a_returned_study_is_returned(reader: Reader, served: Sites) -> None:
    """And the tab is no page of work any longer."""
    task = served.publish("prolific", pay_micro=800_000, currency="GBP", hourly_micro=16_000_000, places=9)
    tab = await reader.browser.new_tab(f"{STUDIES}/{task.id}")
    await tab.click("[data-testid=reserve]")
    await reader.message("task-page", on=True)
    await tab.click("[data-testid=return]")
    returned = await reader.fact("returned")

    assert task.id == returned["body"]["task"]
    await reader.message("task-page", on=False, task=task.id)


async def test_submissions_become_records_again_only_when_they_change(reader: Reader, served: Sites) -> None:
    """The whole list is fetched each time; what was told stays told."""
    task = served.publish("prolific", pay_micro=800_000, currency="GBP", hourly_micro=16_000_000, places=9)
    work = served.world("prolific").accept(task.id)
    served.move("prolific", "submitted")
    tab = await reader.browser.new_tab("https://app.prolific.com/submissions")
    await reader.fact("record", status="submitted")
    await tab.eval("dispatchEvent(new PopStateEvent('popstate'))")
    served.move("prolific", "approved")
    approved = await reader.fact("record", status="approved")

    assert (work.id, task.id) == (approved["body"]["assignment"], approved["body"]["task"])
    mine = [one["body"] for one in await reader.facts("record") if one["body"]["assignment"] == work.id]
    assert ["submitted", "approved"] == [one["status"] for one in mine]
    balance = await reader.fact("statement", list="balance")
    assert {"balance", "pending"} == {one["name"] for one in balance["body"]["totals"]}


async def test_unread_messages_are_counted(reader: Reader, served: Sites) -> None:
    """The mark beside the inbox is told once the page has had its time, and whenever it changes."""
    await reader.browser.new_tab(STUDIES)
    await reader.fact("message", 20.0, unread=0)
    served.world("prolific").mail(3)
    told = await reader.fact("message", unread=3)

    assert ("prolific", "practice-worker") == (told["platform"], told["who"])
    assert [0, 3] == [one["body"]["unread"] for one in await reader.facts("message")]


LISTS = {"prolific": STUDIES, "microworkers": JOBS, "sproutgigs": GIGS}
BARRED = {"rate-limited": "rate_limited", "challenge": "challenge", "changed": "changed_shape"}


@pytest.mark.parametrize("look", BARRED)
@pytest.mark.parametrize("platform", LISTS)
async def test_a_list_says_what_keeps_it_from_being_read(
    reader: Reader, served: Sites, platform: str, look: str
) -> None:
    """Each state under its own name, and no look: rows don't vanish because they can't be seen."""
    served.publish(platform, currency="USD", pay_micro=100_000, hourly_micro=1_000_000)
    served.mode(platform, look=look)
    await reader.browser.new_tab(LISTS[platform])
    told = await reader.fact("health", state=BARRED[look])

    assert platform == told["platform"]
    assert [] == await reader.facts("look")
    if look == "rate-limited":
        assert 263 == told["body"]["retry_after_s"]


@pytest.mark.parametrize("platform", LISTS)
async def test_signed_out_is_told_and_signing_in_is_a_baseline(reader: Reader, served: Sites, platform: str) -> None:
    """What is there after the sign-in is no news."""
    url = LISTS[platform]
    task = served.publish(platform, currency="USD", pay_micro=100_000, hourly_micro=1_000_000)
    served.mode(platform, look="signed-out")
    tab = await reader.browser.new_tab(url)
    await reader.fact("health", state="signed_out")
    served.mode(platform, look="normal")
    await tab.goto(url)
    told = await reader.fact("look")

    assert [task.title] == [row["title"] for row in told["body"]["rows"]]
    assert told["body"]["baseline"]


async def test_pages_of_one_list_are_told_apart(reader: Reader, served: Sites) -> None:
    """Rows of page 2 say so, and a job that stands on both pages is on both."""
    served.mode("microworkers", page_size=2, overlap=1)
    tasks = [served.publish("microworkers", pay_micro=100_000, currency="USD", minutes=3) for _ in range(4)]
    tab = await reader.browser.new_tab(JOBS)
    first = await reader.fact("look", page=1)
    await tab.goto(f"{JOBS}?page=2")
    second = await reader.fact("look", page=2)

    assert [microworkers.expected(one) for one in tasks[:1:-1]] == [understood(row) for row in first["body"]["rows"]]
    ids = [row["id"] for row in second["body"]["rows"]]
    assert [microworkers.link_id(one) for one in (tasks[2], tasks[1], tasks[0])] == ids
    assert (False, False) == (first["body"]["complete"], second["body"]["complete"])


@pytest.mark.parametrize(("system", "form"), [("basic", "jobs_details"), ("hg", "hm_jobs_details")])
async def test_a_job_sent_in_is_confirmed_by_the_page_after_it(
    reader: Reader, served: Sites, system: str, form: str
) -> None:
    """The press is held over the way to the next page, and dated as the press."""
    task = served.publish("microworkers", system=system, pay_micro=100_000, currency="USD", minutes=3, places=5)
    tab = await reader.browser.new_tab(microworkers.url(task))
    begun = await reader.message("task-page", on=True)
    await tab.click("a.accept")
    await tab.click("[name=B1]")
    told = await reader.fact("submitted")

    expected = (microworkers.link_id(task), system, task.title, "$0.10")
    assert form in microworkers.url(task)
    assert expected[:3] == (begun["task"], begun["system"], begun["title"])
    assert expected == (*(told["body"][key] for key in ("task", "system", "title")), told["body"]["pay"]["raw"])
    assert 1 == len(await reader.facts("submitted"))


async def test_a_press_that_came_too_late_is_no_submission(reader: Reader, served: Sites) -> None:
    """The page after it says that all places are taken."""
    task = served.publish("microworkers", system="basic", pay_micro=100_000, currency="USD", places=1)
    tab = await reader.browser.new_tab(microworkers.url(task))
    await tab.click("a.accept")
    served.world("microworkers").fill(task.id)
    await tab.click("[name=B1]")
    await tab.wait_for("document.body.textContent.includes('All positions taken')")
    await tab.goto("https://www.microworkers.com/worker.php")
    await reader.fact("load", host="www.microworkers.com")
    await reader.until(lambda said: len([one for one in said if one.get("kind") == "load"]) > 2, "a third load")

    assert [] == await reader.facts("submitted")


async def test_a_job_of_the_other_host_is_accepted_and_sent_in(reader: Reader, served: Sites) -> None:
    """Accept is a form of its own there; both steps name the task. Loaded again, the page tells nothing twice."""
    task = served.publish("microworkers", system="ttv", pay_micro=50_000, currency="USD", minutes=3, places=5)
    tab = await reader.browser.new_tab(microworkers.url(task))
    await tab.click(".accept-start-button")
    accepted = await reader.fact("accepted")
    await reader.message("task-page", on=True)
    await tab.goto(await tab.url())
    await reader.until(lambda said: len([one for one in said if one.get("on") is True]) > 1, "the page again")
    await tab.click("button.btn-primary")
    submitted = await reader.fact("submitted")

    names = (microworkers.link_id(task), "ttv")
    assert names == (accepted["body"]["task"], accepted["body"]["system"])
    assert (task.title, "$0.05000") == (accepted["body"]["title"], accepted["body"]["pay"]["raw"])
    assert names == (submitted["body"]["task"], submitted["body"]["system"])
    assert [1, 1] == [len(await reader.facts(kind)) for kind in ("accepted", "submitted")]


async def test_a_gig_sent_in_is_confirmed(reader: Reader, served: Sites) -> None:
    """By the address the form leads to."""
    task = served.publish("sproutgigs", pay_micro=41_000, currency="USD", places=5)
    tab = await reader.browser.new_tab(f"https://sproutgigs.com/jobs/submit-task.php?Id={task.id}")
    await reader.message("task-page", on=True, task=task.id)
    await tab.click("#task-proofs button")
    told = await reader.fact("submitted")

    assert (task.id, task.title, "$0.041") == (told["body"]["task"], told["body"]["title"], told["body"]["pay"]["raw"])


async def test_scrolled_rows_are_no_news_and_new_ones_are(reader: Reader, served: Sites) -> None:
    """A list that grows while one scrolls."""
    served.mode("sproutgigs", page_size=3)
    tasks = [served.publish("sproutgigs", pay_micro=41_000, currency="USD") for _ in range(5)]
    tab = await reader.browser.new_tab(GIGS)
    await reader.row(tasks[-1].id)
    await tab.eval("dispatchEvent(new Event('scroll'))")
    await reader.row(tasks[0].id)
    news = served.publish("sproutgigs", pay_micro=41_000, currency="USD")
    await reader.row(news.id)

    looks = [one["body"] for one in await reader.facts("look")]
    baseline = {row["id"]: one["baseline"] for one in looks for row in one["rows"]}
    assert {**{task.id: True for task in tasks}, news.id: False} == baseline


async def test_a_list_out_of_sight_is_not_told_from_memory(reader: Reader, served: Sites) -> None:
    """Asked to read a list that its page left, a tab has nothing to say of it."""
    task = served.publish("prolific", pay_micro=800_000, currency="GBP", hourly_micro=16_000_000, places=9)
    tab = await reader.browser.new_tab(STUDIES)
    await reader.row(task.id)
    await tab.click("a[href='/submissions']")
    await tab.wait_for("document.querySelector('[data-testid=submissions-list]') !== null")
    await reader.clear()
    await reader.browser.background_eval("tell({ do: 'reread', platform: 'prolific', list: 'studies' })")
    await tab.click("a[href='/studies']")
    again = await reader.fact("look")

    assert STUDIES == again["body"]["url"]
    assert 1 == len(await reader.facts("look"))
