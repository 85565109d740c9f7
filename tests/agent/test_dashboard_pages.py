"""What every page says, and the Board: read as a person without scripts would."""

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
import pytest_asyncio

from piecework.errors import StoreCorrupt
from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US, FixedClock
from piecework.settings import Paths
from piecework.store import Store
from piecework.views.pages import PAGES, board
from tests.agent import panel as p
from tests.agent.panel import Panel, panel
from tests.agent.visitor import Reader, read, signed_in

PATHS = [page.path for page in PAGES]

CURLED = "\N{RIGHT SINGLE QUOTATION MARK}"


@pytest_asyncio.fixture
async def house(paths: Paths, store: Store, clock: FixedClock) -> AsyncIterator[Panel]:
    """A served dashboard over an empty store."""
    async with panel(paths, store, clock) as served:
        yield served


@pytest_asyncio.fixture
async def person(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A signed-in browser."""
    async with signed_in(house) as browser:
        yield browser


@pytest.fixture
def put(store: Store) -> Callable[..., None]:
    """Runs a job on the store."""
    return lambda job, *args, **more: store.write_now(lambda conn: job(conn, *args, **more))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
async def test_every_page_is_whole(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, language: str, *, full: bool
) -> None:
    """Well-formed, each id once, the menu telling where one is, every word of the language there."""
    if full:
        put(p.fill, clock.now_us())
    for path in PATHS:
        page = await read(person, path, **{"Accept-Language": language})
        assert [] == page.open
        assert len(set(page.ids)) == len(page.ids)
        assert [path] == [link["href"] for link in page.links if link.get("aria-current") == "page"]
        assert "dash." not in page.text
        assert "list." not in page.text


async def test_a_part_is_the_page_without_its_frame(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """What htmx asks for is the same content, no more."""
    put(p.fill, clock.now_us())
    for path in PATHS:
        whole, part = await read(person, path), await read(person, path, **{"HX-Request": "true"})
        assert part.text in whole.text
        assert "html" not in part.open
        assert "main" not in part.ids


async def test_the_board_shows_a_task_as_it_was_seen(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Title, requester, pay, hourly, minutes, places, age, and a link that tells the site nothing."""
    put(p.task, "a1", clock.now_us() - 4 * MINUTE_US, hourly_micro=9_005_000, hourly_currency="GBP", places=1234)
    page = await read(person)

    assert "Task a1 A lab site £1.20 £9.005 8 1,234 4 min ago" in page.text
    link = next(one for one in page.links if one["href"] == "https://site.test/task/a1")
    assert "noreferrer noopener" == link["rel"]
    assert "1 open task." in page.text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "£1.20 ≈ £9.00 8"),
        ({"minutes": None}, "£1.20 - -"),
        ({"pay_max_micro": 2_400_000}, "£1.20 - £2.40 - 8"),
        ({"pay_per": "hour"}, "£1.20 per hour - 8"),
        ({"pay_micro": 0}, "£0.00 ≈ £0.00 8"),
        ({"pay_micro": None, "pay_state": "none"}, "not stated - 8"),
        ({"pay_micro": None, "pay_state": "unreadable", "pay_raw": "1e309"}, "1e309 (not readable) - 8"),
        ({"pay_micro": None, "pay_state": "unreadable", "pay_raw": ""}, "- (not readable) - 8"),
        ({"pay_currency": None}, "£1.20 (not readable) - 8"),
    ],
)
async def test_pay_is_said_as_far_as_it_is_known(
    person: aiohttp.ClientSession,
    put: Callable[..., None],
    clock: FixedClock,
    more: dict[str, object],
    said: str,
) -> None:
    """Unknown stays unknown; what is reckoned from the site's own minutes says so."""
    put(p.task, "a1", clock.now_us(), **more)

    assert said in (await read(person)).text


async def test_hostile_words_are_words(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, house: Panel
) -> None:
    """Markup, template marks, direction marks and addresses that are none stay text on every page."""
    bad = {"title": p.HOSTILE, "requester": p.HOSTILE}
    put(p.task, "a1", clock.now_us(), url="javascript:alert(1)", pay_state="unreadable", pay_raw=p.HOSTILE, **bad)
    put(p.task, '"><script>', clock.now_us(), url="https://[", **bad)
    put(p.attempt, "b1", clock.now_us(), "approved", **bad)
    put(p.alert, "c1", clock.now_us(), "failed", title=p.HOSTILE, reason=p.HOSTILE, url="data:text/html,x")
    put(p.look, clock.now_us(), p.HOSTILE, state=p.HOSTILE, cause=p.HOSTILE, account=p.HOSTILE, platform=p.HOSTILE)
    put(p.put, "client", cid=p.HOSTILE, origin=p.HOSTILE, name=p.HOSTILE, browser=p.HOSTILE, paired_us=1)
    put(p.put, "account", platform=p.HOSTILE, account=p.HOSTILE, state="asks", first_seen_us=1)
    house.desk.waiting = p.request(clock.now_us(), p.HOSTILE)
    house.services.notices["clock"] = p.HOSTILE
    for path in PATHS:
        async with person.get(path) as answer:
            text = await answer.text()
        page = Reader(text)
        assert [] == page.open
        assert "<script>alert" not in text
        assert "{{ 7 * 7 }}" in page.text
        assert [] == [one["href"] for one in page.links if not re.match(r"https?://|/|#", one["href"] or "")]


async def test_no_tasks_is_said_only_where_every_list_was_read_well(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, house: Panel
) -> None:
    """A list that can't be read, was read long ago, or a browser that is gone: then nobody knows."""
    assert "No list has been read yet." in (await read(person)).text
    put(p.look, clock.now_us(), state="empty", tasks=0)
    assert "No tasks right now." in (await read(person)).text

    house.hub.cids = frozenset()
    page = await read(person)
    assert "No tasks right now." not in page.text
    assert "No browser is connected" in page.text
    house.hub.cids = frozenset({"c1"})

    put(p.look, clock.now_us(), "other", state="changed_shape", cause="no_list")
    assert "No task is known." in (await read(person)).text
    put(p.look, clock.now_us(), "other", state="empty")
    clock.forward(11 * 60)
    page = await read(person)
    assert "No task is known." in page.text
    assert "Not read for a while" in page.text


@pytest.mark.parametrize(
    "state",
    [
        "signed_out",
        "challenge",
        "rate_limited",
        "changed_shape",
        "tab_asleep",
        "not_refreshing",
        "offline",
        "agent_off",
        "resting",
        "account_asks",
    ],
)
async def test_each_state_of_a_list_has_its_words_and_its_remedy(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, state: str
) -> None:
    """Board and Platforms name what is wrong and what helps, with the list's age, in both languages."""
    put(p.look, clock.now_us(), state=state, last_good_us=clock.now_us() - 2 * HOUR_US, cause="marker")
    for language in ("en", "fr"):
        words = json.loads((p.LOCALES / f"{language}.json").read_text().replace(CURLED, "'"))
        for path in ("/", "/platforms"):
            text = (await read(person, path, **{"Accept-Language": language})).text.replace(CURLED, "'")
            assert words[f"list.{state}"] in text
            assert words[f"list.{state}_help"] in text
            assert words["dash.cause_marker"] in text
            assert words["dash.ago_h"].replace("{n}", "2") in text


async def test_tasks_come_newest_first_and_page_by_page(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """A hundred a page; a number beyond the last shows the last; one platform alone keeps its own count."""

    def many(conn: sqlite3.Connection) -> None:
        for place in range(board.A_PAGE + 20):
            p.task(conn, f"t{place:03}", clock.now_us() - place * SECOND_US)
        p.task(conn, "x", clock.now_us() - DAY_US, platform="other")

    put(many)
    first = await read(person)
    shown = [own for own in first.ids if own.startswith("task-")]
    assert [f"task-site::t{place:03}" for place in range(board.A_PAGE)] == shown
    assert "/?page=2" in [link["href"] for link in first.links]
    for number in ("2", "99", "-1", "x", "²", "9" * 50):
        page = await read(person, f"/?page={number}")
        assert (21 if number in {"2", "99", "9" * 50} else board.A_PAGE) == len(
            [own for own in page.ids if own.startswith("task-")]
        )
    only = await read(person, "/?platform=other&page=7")
    assert ["task-other::x"] == [own for own in only.ids if own.startswith("task-")]


async def test_held_alerts_stand_on_the_board(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """What is kept back while the person works can be looked at in peace."""
    put(p.alert, "a1", clock.now_us(), "held")
    put(p.alert, "a2", clock.now_us(), "shown")
    page = await read(person)

    assert "1 alert is kept" in page.text
    assert "held-a1" in page.ids
    assert "held-a2" not in page.ids


async def test_platforms_are_told_with_their_evidence(person: aiohttp.ClientSession) -> None:
    """Every described platform: life, way, tier, evidence with its date, rule; looked for by any of its names."""
    page = await read(person, "/platforms")
    assert {"platform-prolific", "platform-microworkers", "platform-sproutgigs"} <= set(page.ids)
    assert "recorded pages" in page.text or "rebuilt from published selectors" in page.text

    assert ["platform-prolific"] == [
        own for own in (await read(person, "/platforms?name=PROLIF")).ids if own.startswith("platform-")
    ]
    assert "No platform has this name." in (await read(person, "/platforms?name=nobody%27s")).text


@pytest.mark.parametrize(
    ("name", "ids", "said"),
    [
        ("ClixSense", ["platform-clixsense", "platform-ysense"], "Its place was taken by"),
        ("Lionbridge", ["platform-telus"], "listed, not read"),
        ("Foule", ["platform-wirk"], "generic reader, not verified"),
        ("Mercor", ["platform-mercor"], "not described yet: teach it"),
        ("MTurk", ["platform-mturk"], "Approved by itself after 30 days"),
    ],
)
async def test_platforms_are_found_by_old_names_too(
    person: aiohttp.ClientSession, name: str, ids: list[str], said: str
) -> None:
    """With what is missing, the approval clock, whose place was taken, and how to help."""
    page = await read(person, f"/platforms?name={name}")
    assert ids == sorted(own for own in page.ids if own.startswith("platform-"))
    assert said in page.text
    assert "How to help" in page.text


async def test_a_list_nobody_has_described_is_no_failure(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """It says what is not known of it and what helps, without alarm."""
    put(p.look, clock.now_us(), state="changed_shape", cause="shape_unknown", platform="crowdgen", account="-")
    page = await read(person, "/platforms?name=nobody")
    assert "Not readable yet: its rows are not known" in page.text
    assert "“Teach this site” makes it readable." in page.text
    assert "The page changed shape" not in page.text


async def test_a_platform_tells_its_last_good_look(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """The newest of its lists'; none where nothing was read yet."""
    assert "5 min ago" not in (await read(person, "/platforms?name=uhrs")).text
    put(p.look, clock.now_us() - 5 * MINUTE_US, state="watching", platform="uhrs", account="-")
    assert 2 == (await read(person, "/platforms?name=uhrs")).text.count("5 min ago")


async def test_a_store_that_can_t_be_read_is_named(
    person: aiohttp.ClientSession, house: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says what is wrong and what to do, in the part that htmx asks for too."""

    def broken() -> None:
        raise StoreCorrupt("piecework.db is damaged. Start Piecework again.")

    monkeypatch.setattr(house.services.store, "read", broken)
    for headers in ({}, {"HX-Request": "true"}):
        async with person.get("/ledger", headers=headers) as answer:
            assert 503 == answer.status
            assert "Start Piecework again." in Reader(await answer.text()).text


async def test_definitions_of_ones_own_are_listed_with_what_became_of_them(
    person: aiohttp.ClientSession, put: Callable[..., None]
) -> None:
    """Each version of what was taught, in words; without any there is no such table."""
    assert "Definitions of your own" not in (await read(person, "/platforms")).text
    put(
        p.put, "definition", platform="my-site", list="tasks", version="0a1b2c", body="{}", state="rolled_back", at_us=1
    )
    page = await read(person, "/platforms")

    assert "Definitions of your own" in page.text
    assert "back to the version before" in page.text
