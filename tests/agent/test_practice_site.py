"""The practice site over HTTP: its pages, its variants, its control and who may use it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from piecework.practice.site import PracticeSite

FIELDS = {"id": "t1", "title": "Sort ☁️ <b>now</b>", "pay_micro": 800_000, "currency": "USD", "places": 640}


class Visitor:
    """A browser without a screen: every request goes to the site under a name of its own."""

    def __init__(self, site: PracticeSite, session: ClientSession) -> None:
        self.site = site
        self.session = session

    async def get(self, path: str, host: str = "practice.localhost", **headers: str) -> ClientResponse:
        """Ask for a page; redirects are not followed."""
        async with self.session.get(
            f"http://127.0.0.1:{self.site.port}{path}",
            headers={"Host": f"{host}:{self.site.port}", **headers},
            allow_redirects=False,
        ) as answer:
            await answer.read()
            return answer

    async def text(self, path: str, **headers: str) -> str:
        """The page's HTML."""
        return await (await self.get(path, **headers)).text()

    async def post(
        self,
        path: str,
        json: object = None,
        data: dict[str, str] | None = None,
        *,
        token: str = "",
        origin: str | None = None,
    ) -> ClientResponse:
        """Send a form, or an order as JSON."""
        headers = {"Host": f"practice.localhost:{self.site.port}", "X-Control-Token": token}
        if origin is not None:
            headers["Origin"] = origin
        async with self.session.post(
            f"http://127.0.0.1:{self.site.port}{path}",
            json=json,
            data=data,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            await answer.read()
            return answer

    async def order(self, **order: object) -> dict[str, Any]:
        """An order with the right token."""
        answer = await self.post("/-/control", json=order, token=self.site.token)
        told: dict[str, Any] = await answer.json()
        return told


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    """The site, started and stopped around one test."""
    async with PracticeSite() as site, ClientSession() as session:
        yield Visitor(site, session)


async def test_the_list_holds_what_readers_hold_on_to(visitor: Visitor) -> None:
    """Every field has its test id, and a title is text, never markup."""
    visitor.site.stage.world.publish(**FIELDS, minutes=3, hourly_micro=14_850_000, requester="Practice Lab")
    html = await visitor.text("/tasks")
    for part in (
        '<li data-testid="task" data-task-id="t1">',
        "Sort ☁️ &lt;b&gt;now&lt;/b&gt;</a>",
        '<span data-testid="requester">Practice Lab</span>',
        '<b data-testid="pay">$0.80</b>',
        '<span data-testid="hourly">$14.85/hr</span>',
        '<span data-testid="minutes">3 min</span>',
        '<span data-testid="places">640 places</span>',
        '<b data-testid="account">practice-worker</b>',
        '<p data-testid="empty" hidden>',
    ):
        assert part in html


async def test_the_list_speaks_french(visitor: Visitor) -> None:
    """Accept-Language decides; what readers hold on to stays."""
    html = await visitor.text("/tasks", **{"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"})
    assert '<html lang="fr">' in html
    assert "Aucune tâche" in html
    assert 'data-testid="task-list"' in html


@pytest.mark.parametrize(
    ("look", "status", "part"),
    [
        ("empty", 200, '<p data-testid="empty">'),
        ("challenge", 403, 'data-testid="challenge"'),
        ("rate-limited", 429, 'data-testid="rate-limited"'),
        ("changed", 200, '<section class="grid">'),
    ],
)
async def test_each_look_shows_its_own_page(visitor: Visitor, look: str, status: int, part: str) -> None:
    """By the query for one visitor, by an order for all; a task on offer shows in none but the changed one."""
    visitor.site.stage.world.publish(**FIELDS)
    for path in (f"/tasks?look={look}", "/tasks"):
        answer = await visitor.get(path)
        assert status == answer.status
        html = await answer.text()
        assert part in html
        assert 'data-testid="task"' not in html
        await visitor.order(do="mode", look=look)


async def test_a_signed_out_visitor_is_led_to_the_form(visitor: Visitor) -> None:
    """Every page leads there, and the form signs in under the name given."""
    await visitor.order(do="mode", look="signed-out")
    answer = await visitor.get("/history")
    assert (303, "/sign-in") == (answer.status, answer.headers["Location"])
    assert 'data-testid="sign-in"' in await visitor.text("/sign-in")
    await visitor.post("/sign-in", data={"name": "second"})
    assert '<b data-testid="account">second</b>' in await visitor.text("/tasks")


async def test_too_many_requests_say_when_to_come_back(visitor: Visitor) -> None:
    """Status 429 with Retry-After in seconds."""
    answer = await visitor.get("/tasks?look=rate-limited&retry_after_s=77")
    assert (429, "77") == (answer.status, answer.headers["Retry-After"])


async def test_an_open_page_hears_of_tasks_that_come_and_go(visitor: Visitor) -> None:
    """The stream opens with the list as it is and sends it once more after each change."""
    seen = []
    url = f"http://127.0.0.1:{visitor.site.port}/tasks/-/stream"
    async with visitor.session.get(url) as answer:
        for change in (
            {"do": "publish", **FIELDS},
            {"do": "vanish", "task": "t1"},
            {"do": "account", "name": "x"},
        ):
            seen.append(await _event(answer))
            await visitor.order(**change)
    assert [[], ["t1"], []] == [told["order"] for told in seen]
    assert "$0.80" in seen[1]["cards"]["t1"]


async def _event(answer: ClientResponse) -> dict[str, Any]:
    while not (line := await answer.content.readline()).startswith(b"data: "):
        assert line, "the stream ended"
    told: dict[str, Any] = json.loads(line[6:])
    return told


async def test_a_task_is_accepted_worked_approved_and_paid(visitor: Visitor) -> None:
    """Each step shows on the task's page, in the history and in the statement."""
    world = visitor.site.stage.world
    world.publish(**FIELDS)
    assert 'data-testid="accept"' in await visitor.text("/tasks/t1")
    await visitor.post("/tasks/t1/accept")
    work = world.attempts()[0]
    html = await visitor.text("/tasks/t1")
    assert f'data-state="accepted"\n data-assignment-id="{work.id}"' in html
    assert f"http://partner.localhost:{visitor.site.port}/partner/t1" in html
    await visitor.post(f"/work/{work.id}/submit")
    await visitor.order(do="approve")
    await visitor.order(do="bonus", micro=200_000)
    assert 'data-status="approved"' in await visitor.text("/history")
    assert '<td data-testid="available">$0.80</td>' in await visitor.text("/earnings")
    await visitor.order(do="pay", fee_micro=20_000)
    html = await visitor.text("/earnings")
    assert '<td data-testid="paid">$0.80</td>' in html
    assert '<td data-testid="net">$0.98</td>' in html
    assert 'data-state="paid"' in await visitor.text("/tasks/t1")


async def test_a_full_task_is_refused_in_words(visitor: Visitor) -> None:
    """Somebody took the last place between looking and pressing."""
    visitor.site.stage.world.publish(**FIELDS | {"places": 1})
    visitor.site.stage.world.fill("t1")
    answer = await visitor.post("/tasks/t1/accept")
    assert 409 == answer.status
    assert 'data-state="full"' in await answer.text()


async def test_the_partner_answers_under_its_own_name_only(visitor: Visitor) -> None:
    """The partner's page is no page of the practice site, nor the other way round."""
    visitor.site.stage.world.publish(**FIELDS)
    statuses = [
        (await visitor.get(path, host=host)).status
        for host in ("partner.localhost", "practice.localhost")
        for path in ("/partner/t1", "/partner/t1/second", "/tasks")
    ]
    assert [200, 200, 404, 404, 404, 200] == statuses


async def test_strangers_are_kept_out(visitor: Visitor) -> None:
    """A foreign name (a rebound one too), a foreign page's form, an order without the token."""
    assert 421 == (await visitor.get("/tasks", host="evil.test")).status
    assert 403 == (await visitor.post("/tasks/t1/accept", origin="http://evil.test")).status
    assert 403 == (await visitor.post("/-/control", json={"do": "state"})).status


async def test_an_order_that_fails_says_why(visitor: Visitor) -> None:
    """400 and the reason, the site stays up."""
    told = await visitor.order(do="fill", task="nowhere")
    assert not told["ok"]
    assert "nowhere" in told["error"]
    assert 400 == (await visitor.get("/tasks?look=green")).status


async def test_text_that_utf8_cannot_carry_is_shown_all_the_same(visitor: Visitor) -> None:
    """Half an emoji in a title costs that character, not the page."""
    visitor.site.stage.world.publish(**FIELDS | {"title": "half \ud83d an emoji"})
    assert "half ? an emoji" in await visitor.text("/tasks")
