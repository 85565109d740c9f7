"""The pretend sites answer with what the published selectors promise, move through their states, and can misbehave."""

import json
from pathlib import Path

import pytest

from tests.sites import hostile
from tests.sites.microworkers import shapes as mw
from tests.sites.prolific import recorded
from tests.sites.prolific import shapes as prolific
from tests.sites.prolific.recorded import tree_of
from tests.sites.server import SAVED
from tests.sites.sproutgigs import shapes as sg
from tests.sites.thread import SitesThread
from tests.sites.visitor import Visitor, elements, visitor, words

__all__ = ["visitor"]

APP, API = "https://app.prolific.com", "https://internal-api.prolific.com/api/v1"
LISTS = {"microworkers": f"{mw.WWW}/jobs.php", "sproutgigs": f"{sg.BASE}/jobs.php", "prolific": f"{APP}/studies"}
ROWS = {"microworkers": "jobslist", "sproutgigs": "jobs__item"}


async def test_every_host_answers_over_https_under_its_own_certificate(visitor: Visitor) -> None:
    """All names on one port; two of them over plain http too; another name has no pages."""
    assert {"app.prolific.com", *(host for site in SAVED for host in site.hosts)} <= set(visitor.sites.hosts)
    for host in visitor.sites.hosts:
        secure = ":" not in host
        url = f"{'https' if secure else 'http'}://{host.partition(':')[0]}/favicon.ico"
        assert 204 == (await visitor.ask(url)).status
    assert 404 == (await visitor.ask("http://nowhere.test/")).status


@pytest.mark.parametrize("platform", ROWS)
@pytest.mark.parametrize("look", ["normal", "empty", "changed"])
async def test_the_list_holds_rows_only_in_its_normal_look(visitor: Visitor, platform: str, look: str) -> None:
    """A changed page still shows the tasks, but nothing of the known shape."""
    task = visitor.sites.publish(platform, title="One task to see")
    visitor.sites.mode(platform, look=look)
    html = await visitor.text(LISTS[platform])
    assert (1 if look == "normal" else 0) == len(list(elements(tree_of(html), ROWS[platform])))
    assert (look != "empty") == (task.title in html)
    assert "Not recorded" in html or look == "changed"


@pytest.mark.parametrize("platform", LISTS)
async def test_a_challenge_stands_in_the_place_of_the_list(visitor: Visitor, platform: str) -> None:
    """Status 403 and a form, at the list's own address."""
    visitor.sites.mode(platform, look="challenge")
    answer = await visitor.ask(LISTS[platform])
    assert 403 == answer.status
    assert 'id="challenge-form"' in await answer.text()


@pytest.mark.parametrize("platform", ROWS)
async def test_signed_out_and_limited_are_told_apart(visitor: Visitor, platform: str) -> None:
    """A redirect to the sign-in form; 429 with Retry-After in seconds."""
    visitor.sites.mode(platform, look="signed-out")
    answer = await visitor.ask(LISTS[platform])
    assert (302, "/login.php") == (answer.status, answer.headers["Location"])
    assert 'type="password"' in await visitor.text(LISTS[platform].replace("jobs.php", "login.php"))
    visitor.sites.mode(platform, look="rate-limited", retry_after_s=90)
    answer = await visitor.ask(LISTS[platform])
    assert (429, "90") == (answer.status, answer.headers["Retry-After"])


async def test_a_microworkers_row_has_the_published_classes(visitor: Visitor) -> None:
    """Id, title and link, pay, success rate, days to rate, minutes, done of total."""
    task = visitor.sites.publish(
        "microworkers", system="hg", title="Look & tell", pay_micro=41_000, minutes=5, places=3000, taken=2980
    )
    row = next(elements(await visitor.tree(LISTS["microworkers"]), "jobslist"))
    assert f"campaign{task.id}" == recorded.attribute(row, "id")
    assert ["Look & tell", "$0.041", "90%", "7", "5", "2980/3000"] == [
        words(row, name)[0] for name in ("jobname", "jobpayment", "jobsuccess", "jobttr", "jobstatus", "jobdone")
    ]
    assert f"{mw.WWW}/hm_jobs_details.php?Id={task.id}" in json.dumps(row)


async def test_microworkers_pages_overlap_at_their_borders(visitor: Visitor) -> None:
    """Three pages of four, the last row of one opens the next."""
    visitor.sites.mode("microworkers", page_size=4, overlap=1)
    visitor.sites.publish_all("microworkers", hostile.flood(10))
    pages = [words(await visitor.tree(f"{mw.WWW}/jobs.php?page={n}"), "jobname") for n in (1, 2, 3)]
    assert [4, 5, 3] == [len(rows) for rows in pages]
    assert (pages[0][-1], pages[1][-1]) == (pages[1][0], pages[2][0])


@pytest.mark.parametrize("system", ["basic", "hg"])
async def test_a_microworkers_job_is_sent_in_and_rated(visitor: Visitor, system: str) -> None:
    """One form both takes the place and sends the work; the history's icon says what became of it."""
    task = visitor.sites.publish("microworkers", system=system, title="Visit a page", pay_micro=100_000)
    html = await visitor.text(mw.url(task))
    action = "jobs_i_did_it.php" if system == "basic" else "hm_jobs_i_did_it.php"
    assert f'action="/{action}"' in html
    form = {"Id": mw.link_id(task), "Required_proof": "seen"}
    assert "submitted" in await (await visitor.ask(f"{mw.WWW}/{action}", "POST", data=form)).text()
    assert [["fa-minus-circle"], ["fa-times-circle"]] == [await _icons(visitor), await _rejected(visitor)]
    again = await visitor.ask(mw.url(task))
    if system == "basic":
        assert (302, "/jobs_user_already_took.php") == (again.status, again.headers["Location"])
    else:
        assert "Sorry but you already submitted this task." in await again.text()


async def _icons(visitor: Visitor) -> list[str]:
    tree = await visitor.tree(f"{mw.WWW}/worker.php")
    rows = list(elements(tree, "hmworkerstatus"))
    return [recorded.attribute(icon, "class").split()[1] for row in rows for icon in elements(row, "fas")]


async def _rejected(visitor: Visitor) -> list[str]:
    visitor.sites.move("microworkers", "rejected")
    return await _icons(visitor)


async def test_a_ttv_job_is_accepted_worked_and_sent_in(visitor: Visitor) -> None:
    """Accept and Start, the run page, save; a second visitor finds all positions taken."""
    task = visitor.sites.publish("microworkers", system="ttv", places=1)
    given = mw.link_id(task)
    assert "accept-start-button" in await visitor.text(mw.url(task))
    answer = await visitor.ask(f"{mw.TTV}/dotask/allocateposition", "POST", data={"CampaignId": given})
    assert f"/dotask/run/{given}" == answer.headers["Location"]
    assert 'action="/dotask/save"' in await visitor.text(f"{mw.TTV}/dotask/run/{given}")
    answer = await visitor.ask(f"{mw.TTV}/dotask/save", "POST", data={"CampaignId": given})
    assert f"/dotask/submitProof/{given}" == answer.headers["Location"]
    assert "All positions taken already" in await visitor.text(mw.url(task))
    visitor.sites.world("microworkers").vanish(task.id)
    assert "Campaign unknown or not running" in await visitor.text(mw.url(task))


async def test_the_microworkers_popup_and_balance_name_the_money(visitor: Visitor) -> None:
    """Earned and finished of one submission; the fifth method's text is the balance."""
    task = visitor.sites.publish("microworkers", system="basic", pay_micro=100_000, currency="USD")
    work = visitor.sites.world("microworkers").accept(task.id)
    for state in ("submitted", "approved"):
        visitor.sites.move("microworkers", state)
    tree = await visitor.tree(f"{mw.WWW}/worker_tasks_details.php?Id={mw.number(work)}")
    told = dict(zip(words(tree, "popuplistleft"), words(tree, "popuplistright"), strict=True))
    assert {"Job ID": task.id, "Earned": "$0.10", "Finished": "09/21/2026 14:13:20"}.items() <= told.items()
    assert "$0.10" == words(await visitor.tree(f"{mw.WWW}/withdraw_new.php"), "methodlistcol02")[4]


async def test_a_sproutgigs_row_has_the_published_classes(visitor: Visitor) -> None:
    """Title, done of total, success, level, pay, days to rate, and the buyer as the last tip."""
    task = visitor.sites.publish(
        "sproutgigs", title="Reddit: Write", pay_micro=41_000, places=250, taken=36, requester="client-01"
    )
    row = next(elements(await visitor.tree(LISTS["sproutgigs"]), "jobs__item"))
    assert sg.url(task) == recorded.attribute(row, "href")
    cells = ("js-job-item-name", "jobs__item-cell--done", "jobs__item-cell--success", "jobs__item-cell--payment")
    assert ["Reddit: Write", "36/250", "677 / 99%", "$0.041"] == [words(row, name)[0] for name in cells]
    assert words(row, "jobs__item-cell--emp")[0].endswith("client-01")


async def test_sproutgigs_adds_rows_while_one_scrolls(visitor: Visitor) -> None:
    """Page by page, or everything an open page has by now."""
    visitor.sites.mode("sproutgigs", page_size=20)
    visitor.sites.publish_all("sproutgigs", hostile.flood(50))
    counts = [
        len(list(elements(await visitor.tree(f"{sg.BASE}/jobs.php{query}"), "jobs__item")))
        for query in ("", "?page=3", "?upto=2")
    ]
    assert [20, 10, 40] == counts


async def test_a_sproutgigs_job_is_sent_in_and_reaches_the_wallet(visitor: Visitor) -> None:
    """The form's token is checked; the wallet's second cell is the date, the third the text."""
    task = visitor.sites.publish("sproutgigs", title="A job", pay_micro=41_000, currency="USD")
    assert 'name="proof_1"' in await visitor.text(sg.url(task))
    url = f"{sg.BASE}/jobs/task-submitted.php"
    assert 403 == (await visitor.ask(url, "POST", data={"Id": task.id})).status
    token = "rebuilt-form-token"
    assert 200 == (await visitor.ask(url, "POST", data={"Id": task.id, "csrf_token": token})).status
    visitor.sites.move("sproutgigs", "approved")
    row = next(elements(await visitor.tree(f"{sg.BASE}/wallet.php"), "clickable"))
    cells = [recorded.text(cell) for cell in row[2:] if isinstance(cell, list)]
    assert ["2026-09-21 14:13:20", "Task satisfied: A job", "$0.041"] == cells[1:]


async def test_a_study_is_told_in_minor_units_with_places_taken(visitor: Visitor) -> None:
    """The fields that readers of the participant API agree on."""
    fields = recorded.STUDY | {"taken": 40}
    visitor.sites.publish("prolific", **fields)
    told = await visitor.json(f"{API}/participant/studies/")
    study = told["results"][0]
    assert {"amount": 80, "currency": "USD"} == study["study_reward"]
    assert {"amount": 1485, "currency": "USD"} == study["study_average_reward_per_hour"]
    assert (640, 40, 3) == (study["total_available_places"], study["places_taken"], study["estimated_completion_time"])
    assert "columbia.edu" == study["researcher"]["name"]
    assert None is told["_links"]["next"]["href"]


async def test_only_the_app_may_read_the_api(visitor: Visitor) -> None:
    """The app's origin is let in with its cookies, another one gets no header."""
    url = f"{API}/participant/studies/"
    allowed = [
        (await visitor.ask(url, method, headers={"Origin": origin})).headers.get("Access-Control-Allow-Origin")
        for method, origin in (("GET", APP), ("OPTIONS", APP), ("GET", "https://evil-secure.test"))
    ]
    assert [APP, APP, None] == allowed


async def test_a_study_is_reserved_started_completed_and_approved(visitor: Visitor) -> None:
    """Each answer is the submission; the code leads back to it."""
    study = visitor.sites.publish("prolific", pay_micro=800_000, currency="GBP", places=1)
    work = await visitor.json(f"{API}/submissions/reserve/", {"study_id": study.id})
    assert ("RESERVED", study.id) == (work["status"], work["study_id"])
    refused = await visitor.ask(f"{API}/submissions/{work['id']}/transition/", "POST", json={"action": "DANCE"})
    assert 400 == refused.status
    seen = []
    for action in ("START", "COMPLETE"):
        told = await visitor.json(f"{API}/submissions/{work['id']}/transition/", {"action": action})
        seen.append(told["status"])
    visitor.sites.move("prolific", "approved")
    visitor.sites.world("prolific").bonus(work["id"], 250_000)
    told = (await visitor.json(f"{API}/participant/submissions/"))["results"][0]
    assert ["ACTIVE", "AWAITING REVIEW", "APPROVED"] == [*seen, told["status"]]
    assert [{"amount": 25, "currency": "GBP"}] == told["submission_bonuses"]
    assert [] == (await visitor.json(f"{API}/participant/studies/"))["results"]


@pytest.mark.parametrize(
    ("state", "word"), [("returned", "RETURNED"), ("expired", "TIMED-OUT"), ("screened_out", "SCREENED OUT")]
)
async def test_a_study_can_end_otherwise(visitor: Visitor, state: str, word: str) -> None:
    """The site's own words for it."""
    study = visitor.sites.publish("prolific")
    await visitor.json(f"{API}/submissions/reserve/", {"study_id": study.id})
    visitor.sites.move("prolific", state)
    assert word == (await visitor.json(f"{API}/participant/submissions/"))["results"][0]["status"]


async def test_the_api_refuses_in_its_own_words(visitor: Visitor) -> None:
    """401 when signed out; 429 with the seconds in the detail; another shape when it changed."""
    url = f"{API}/participant/studies/"
    visitor.sites.publish("prolific")
    visitor.sites.mode("prolific", look="signed-out")
    assert 401 == (await visitor.ask(url)).status
    visitor.sites.mode("prolific", look="rate-limited", retry_after_s=263)
    answer = await visitor.ask(url)
    assert 429 == answer.status
    assert "Expected available in 263 seconds." in (await answer.json())["error"]["detail"]
    visitor.sites.mode("prolific", look="changed")
    assert "results" not in await visitor.json(url)


async def test_the_partner_leads_back_with_the_code(visitor: Visitor) -> None:
    """From the survey, and to it from a second tab's page."""
    study = visitor.sites.publish("prolific")
    work = visitor.sites.world("prolific").accept(study.id)
    url = prolific.submission(work)["study_url"]
    html = await visitor.text(str(url))
    assert f"{APP}/submissions/complete?cc={work.code}" in html
    assert f"/s/{study.id}/part-2?" in html
    assert {"id": work.id, "open": True} == await visitor.json(f"{APP}/-/code?cc={work.code}")


async def test_an_open_page_hears_of_changes(visitor: Visitor) -> None:
    """The stage's own stream gives a new version after each change."""
    url = f"https://127.0.0.1:{visitor.sites.ports.tls}/-/events"
    async with visitor.session.get(url, headers={"Host": "sproutgigs.com"}, server_hostname="sproutgigs.com") as answer:
        first = await answer.content.readline()
        await answer.content.readline()
        visitor.sites.publish("sproutgigs")
        second = await answer.content.readline()
    assert int(first.removeprefix(b"data: ")) < int(second.removeprefix(b"data: "))


async def test_what_was_asked_is_logged_and_machinery_is_not(visitor: Visitor) -> None:
    """Host, path, status, time; the stage's own addresses stay out."""
    await visitor.ask(f"{mw.WWW}/jobs.php?page=2")
    await visitor.ask(f"{mw.WWW}/-/live.js")
    await visitor.ask(f"{mw.WWW}/nothing.php")
    seen = visitor.sites.asked("www.microworkers.com")
    assert [("/jobs.php", "page=2", 200), ("/nothing.php", "", 404)] == [(s.path, s.query, s.status) for s in seen]
    assert visitor.sites.clock() == seen[0].at_us


@pytest.mark.parametrize("platform", ROWS)
async def test_hostile_rows_are_served_as_text(visitor: Visitor, platform: str) -> None:
    """No title is markup; what HTML can't carry lies beside as JSON for the page's script; pays stand as written."""
    visitor.sites.mode(platform, page_size=1000)
    tasks = visitor.sites.publish_all(platform, hostile.tasks(12))
    html = await visitor.text(LISTS[platform])
    assert len(html) > hostile.MEGABYTE
    tree = tree_of(html)
    assert len(tasks) == len(list(elements(tree, ROWS[platform])))
    assert "<script>document.title" not in html
    late = html.split('id="late">')[1].split("</script>")[0]
    assert {hostile.TITLES[name] for name in ("nul", "high", "low")} == {text for _, text in json.loads(late)}
    pays = words(tree, "jobpayment" if platform == "microworkers" else "jobs__item-cell--payment")
    assert set(hostile.PAYS) <= set(pays)


async def test_hostile_amounts_reach_the_answer_as_written(visitor: Visitor) -> None:
    """A number no float holds, half a penny, a text, null: side by side with half an emoji in a name."""
    visitor.sites.publish_all("prolific", hostile.studies())
    text = await visitor.text(f"{API}/participant/studies/")
    for part in ('"amount": 1e309', '"amount": 0.5', '"amount": "NaN"', '"amount": null', "\\ud83d", "\\u0000"):
        assert part in text
    assert len(list(hostile.studies())) == len(json.loads(text)["results"])


async def test_ten_thousand_rows_fit_on_one_page(visitor: Visitor) -> None:
    """All of them, in one answer."""
    visitor.sites.mode("microworkers", page_size=10_000)
    visitor.sites.publish_all("microworkers", hostile.flood(10_000))
    assert 10_000 == (await visitor.text(LISTS["microworkers"])).count('class="jobslist"')


def test_the_recorded_list_is_swapped_in_with_its_study() -> None:
    """The tree keeps the card's tags inside the card, and the study in the world is the one recorded."""
    path = Path(__file__).parents[2].parent / "shared/recorded" / recorded.RECORDED
    if not path.is_file():
        pytest.skip(f"no recorded pages at ../shared/recorded/{recorded.RECORDED.parent}")
    with SitesThread() as served:
        study = served.swap_in_recorded(path.read_text("utf-8"))
    card = recorded.find(tree_of(path.read_text("utf-8")), f"study-{study.id}")
    assert card is not None
    ids = (
        "title",
        "host",
        "study-tag-reward",
        "study-tag-reward-per-hour",
        "study-tag-completion-time",
        "study-tag-places",
    )
    found = [recorded.find(card, one) for one in ids]
    assert ["Background survey", "By columbia.edu", "$0.80", "$14.85/hr", "3 mins", "640 places"] == [
        recorded.text(one) if one else None for one in found
    ]
    assert (study.title, study.requester, study.pay_micro) == ("Background survey", "columbia.edu", 800_000)


def test_a_page_that_is_no_recording_is_refused() -> None:
    """The cause is named."""
    with SitesThread() as served, pytest.raises(ValueError, match="studies-list"):
        served.swap_in_recorded("<p>something else</p>")


def test_code_without_a_loop_can_use_the_sites() -> None:
    """Publish, change the face and read the log from another thread."""
    with SitesThread(seed=1) as served:
        task = served.publish("sproutgigs", title="From a thread")
        assert "every" == served.mode("sproutgigs", refresh="every", every_s=2).refresh
        assert [task.id] == served.do(lambda s: [one.id for one in s.world("sproutgigs").offered()])
        assert served.hosts["sproutgigs.com"] == served.ports.tls
        assert [] == served.requests
