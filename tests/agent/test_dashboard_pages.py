"""What each page says, read as a person without scripts would."""

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from html.parser import HTMLParser

import aiohttp
import pytest
import pytest_asyncio

from piecework.errors import StoreCorrupt
from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US, FixedClock
from piecework.settings import Paths, load_settings
from piecework.store import Store
from piecework.views.pages import PAGES, board, ledger
from tests.agent import panel as p
from tests.agent.panel import Panel, panel

PATHS = [page.path for page in PAGES]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """A page as text and tags; `open` must be empty at its end. Dashes are read as hyphens."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.words: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        names = dict(attrs)
        if tag not in VOID and tag not in {"rect", "line"}:
            self.open.append(tag)
        if tag == "a":
            self.links.append(names)
        if own := names.get("id"):
            self.ids.append(own)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element without content."""

    def handle_endtag(self, tag: str) -> None:
        """Its end must be that of the last one opened."""
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        """Collects the words."""
        self.words += data.replace("\N{EN DASH}", "-").split()

    @property
    def text(self) -> str:
        """All words, one blank between them."""
        return " ".join(self.words)


@pytest_asyncio.fixture
async def house(paths: Paths, store: Store, clock: FixedClock) -> AsyncIterator[Panel]:
    """A served dashboard over an empty store."""
    async with panel(paths, store, clock) as served:
        yield served


@pytest_asyncio.fixture
async def person(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A signed-in browser."""
    async with aiohttp.ClientSession(house.origin, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(house.once()) as answer:
            assert 200 == answer.status
        yield browser


@pytest.fixture
def put(store: Store) -> Callable[..., None]:
    """Runs a job on the store."""
    return lambda job, *args, **more: store.write_now(lambda conn: job(conn, *args, **more))


async def read(person: aiohttp.ClientSession, path: str = "/", **headers: str) -> Reader:
    """A page that answered well."""
    async with person.get(path, headers=headers) as answer:
        assert 200 == answer.status
        return Reader(await answer.text())


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
        words = json.loads((p.LOCALES / f"{language}.json").read_text())
        for path in ("/", "/platforms"):
            text = (await read(person, path, **{"Accept-Language": language})).text
            assert words[f"list.{state}"] in text
            assert words[f"dash.remedy_{state}"] in text
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


async def test_today_is_the_persons_day(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Money by state and currency, active time, intervals and alerts since the midnight of the person's zone."""
    now = clock.now_us()
    put(p.attempt, "b1", now, "paid")
    put(p.attempt, "b2", now - 30 * MINUTE_US, "submitted", pay_micro=5_000, pay_currency="USD")
    put(p.attempt, "b3", now - DAY_US, "paid", title="Yesterday's")
    put(p.alert, "a1", now, "clicked")
    put(p.alert, "a2", now - DAY_US, "shown", title="Yesterday's")
    page = await read(person, "/today")

    assert "Submitted £1.20 $0.005 Active time 20 min" in page.text
    assert "GBP £1.20 1 time £1.20 1 time - - £1.20 1 time -" in page.text
    assert "USD $0.005 1 time - - - - -" in page.text
    assert "11:50 - 12:00 Assignment b1 site Work 10 min measured" in page.text
    assert "12:00 Task a1 site new opened 0.2 s" in page.text
    assert "Yesterday's" not in page.text


async def test_running_work_is_named(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """A task that is being worked stands on Today with its time so far."""
    now = clock.now_us()
    put(p.task, "a1", now - HOUR_US, title=p.TITLE, state="working")
    for minute in range(6):
        put(
            p.put,
            "beat",
            id=f"beat{minute}",
            session="s1",
            platform="site",
            account="-",
            task=":a1",
            state="active",
            at_us=now - (5 - minute) * MINUTE_US,
            mono_ms=minute * 60_000,
            work="work",
            origin="page",
            pulse_us=MINUTE_US,
        )
    page = await read(person, "/today")

    assert f"Working on {p.TITLE} site · 5 min · since 11:55" in page.text
    assert "Active time 5 min" in page.text


async def test_the_ledger_tells_each_attempt_with_its_history(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """State, moment, active time, exact pay, and the events behind them with the page's own words."""
    put(p.attempt, "b1", clock.now_us(), "paid", bonus_micro=125_000)
    page = await read(person, "/ledger")

    assert "site GBP £1.20 - £1.20 - - £1.20 -" in page.text
    assert "Assignment b1 A lab · site History: 4 events" in page.text
    assert "11:59 accepted “£1.20” seen on the page 12:00 submitted “£1.20”" in page.text
    assert "paid 12:00 10 min £1.20 + £0.125 Bonus" in page.text


async def test_the_ledger_counts_what_is_pending_and_what_is_unknown(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Pending = submitted - approved - rejected; an attempt of unknown pay is counted, never summed."""
    for place, state in enumerate(("submitted", "submitted", "approved", "rejected")):
        put(p.attempt, f"b{place}", clock.now_us(), state)
    put(p.attempt, "b9", clock.now_us(), "submitted", platform="blind", pay_micro=None, pay_currency=None)
    page = await read(person, "/ledger")

    assert "site GBP £4.80 £2.40 £1.20 £1.20 - - -" in page.text
    assert "blind 1 of unknown pay" in page.text
    assert "XXX" not in page.text
    assert "unknown" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["b0", "b1", "b2"]),
        ("?state=paid", ["b0"]),
        ("?platform=other", ["b2"]),
        ("?platform=site&state=rejected", ["b1"]),
        ("?day=2026-11-20", ["b2"]),
        ("?day=2026-11-20&state=paid", []),
        ("?day=nonsense&state=paid", ["b0"]),
        ("?state=%27%20OR%201%3D1", []),
    ],
)
async def test_the_ledger_is_narrowed(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, query: str, found: list[str]
) -> None:
    """By platform, state and day; what is no day narrows nothing."""
    put(p.attempt, "b0", clock.now_us(), "paid")
    put(p.attempt, "b1", clock.now_us() - HOUR_US, "rejected")
    put(p.attempt, "b2", clock.now_us() - DAY_US, "submitted", platform="other")
    page = await read(person, f"/ledger{query}")

    assert found == [own.removeprefix("attempt-") for own in page.ids if own.startswith("attempt-")]


async def test_a_long_ledger_comes_page_by_page(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """The filter goes along from page to page."""

    def many(conn: sqlite3.Connection) -> None:
        for place in range(ledger.A_PAGE + 1):
            p.attempt(conn, f"b{place}", clock.now_us() - place * MINUTE_US, "paid")

    put(many)
    first = await read(person, "/ledger?state=paid&platform=")
    assert "/ledger?state=paid&page=2" in [link["href"] for link in first.links]
    second = await read(person, "/ledger?state=paid&page=2")
    assert [f"attempt-b{ledger.A_PAGE}"] == [own for own in second.ids if own.startswith("attempt-")]


async def test_time_is_told_by_day_and_kind(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Bars with a table behind them, the chosen day's intervals, days that can't be chosen shown as today."""
    now = clock.now_us()
    put(p.interval, "i1", now - DAY_US, 90 * MINUTE_US, kind="work")
    put(p.interval, "i2", now - DAY_US, 20 * MINUTE_US, kind="search")
    put(p.interval, "i3", now - 40 * DAY_US, 20 * MINUTE_US)
    async with person.get("/time?day=2026-11-20") as answer:
        text = await answer.text()
    page = Reader(text)

    assert "Fri 20 Nov 2026 1 h 30 min - 20 min - -" in page.text
    assert ["interval-i-i1", "interval-i-i2"] == sorted(own for own in page.ids if own.startswith("interval-"))
    assert 2 == len(re.findall('<rect class="bar', text))
    for day in ("9999-99-99", "2030-01-01", "x", "0001-01-01"):
        assert "No interval on this day." in (await read(person, f"/time?day={day}")).text
    assert "interval-i-i3" in (await read(person, "/time?day=2026-10-12")).ids


async def test_what_an_hour_was_worth_is_told_with_its_count(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock
) -> None:
    """Five attempts of ten minutes at 1.20 pounds; four on another platform make no figure."""
    for place in range(5):
        put(p.attempt, f"b{place}", clock.now_us() - place * HOUR_US, "paid")
    for place in range(4):
        put(p.attempt, f"c{place}", clock.now_us() - place * HOUR_US, "paid", platform="other")
    page = await read(person, "/time")

    assert "site GBP £7.20 5 times £7.20 5 times 50 min" in page.text
    assert "other GBP too few 4 times too few 4 times 40 min" in page.text


async def test_platforms_are_told_with_their_evidence(person: aiohttp.ClientSession) -> None:
    """Every described platform: life, way, tier, evidence with its date, rule; looked for by any of its names."""
    page = await read(person, "/platforms")
    assert {"platform-prolific", "platform-microworkers", "platform-sproutgigs"} <= set(page.ids)
    assert "recorded pages" in page.text or "rebuilt from published selectors" in page.text

    assert ["platform-prolific"] == [
        own for own in (await read(person, "/platforms?name=PROLIF")).ids if own.startswith("platform-")
    ]
    assert "No platform has this name." in (await read(person, "/platforms?name=nobody%27s")).text


async def test_a_browser_is_allowed_by_its_digits(
    person: aiohttp.ClientSession, clock: FixedClock, house: Panel
) -> None:
    """The four digits are shown; Allow pairs, and the page says so once."""
    house.desk.waiting = p.request(clock.now_us() + MINUTE_US)
    page = await read(person, "/pairing")
    assert "Chromium on Linux chromium 4 0 7 1 Allow it only where" in page.text
    assert "notice-pairing" in (await read(person, "/")).ids

    said = await send(person, "/pairing/allow", code=p.CODE)
    assert [f"allow {p.CODE}"] == house.desk.decided
    assert "Allowed: this browser is paired now." in said.text
    assert "Allowed: this browser is paired now." not in (await read(person, "/pairing")).text


async def test_a_wrong_code_and_a_denial_say_what_became_of_them(
    person: aiohttp.ClientSession, clock: FixedClock, house: Panel
) -> None:
    """An error of the agent is shown as it is; denying is done at once."""
    house.desk.waiting = p.request(clock.now_us() + MINUTE_US)

    assert "This is not the code" in (await send(person, "/pairing/allow", code="0000")).text
    assert "Denied." in (await send(person, "/pairing/deny")).text
    assert ["deny"] == house.desk.decided


async def test_a_pairing_is_ended(person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock) -> None:
    """The browser is gone from the list and counted among the ended ones; an unknown one is refused."""
    put(p.clients, clock.now_us())
    page = await read(person, "/pairing")
    assert {"client-c1", "client-c2"} <= set(page.ids)
    assert "1 pairing was ended before." in page.text

    page = await send(person, "/pairing/revoke", cid="c1")
    assert "client-c1" not in page.ids
    assert "2 pairings were ended before." in page.text
    assert "No paired browser has the id" in (await send(person, "/pairing/revoke", cid="cli")).text


async def test_accounts_are_claimed_and_left_out(
    person: aiohttp.ClientSession, put: Callable[..., None], clock: FixedClock, store: Store
) -> None:
    """A press decides; the account's own hash is all that is known of it."""
    put(p.clients, clock.now_us())
    page = await send(person, "/pairing/claim", platform="site", account="91ab22cd44ef0011")
    assert "From now on this account is recorded." in page.text
    await send(person, "/pairing/release", platform="site", account="-")

    with store.read() as conn:
        states = dict(conn.execute("SELECT account, state FROM account").fetchall())
    assert {"91ab22cd44ef0011": "claimed", "-": "released", "0011aabbccddeeff": "released"} == states
    assert "has shown no account" in (await send(person, "/pairing/claim", platform="site", account="x")).text


async def test_the_language_is_kept(person: aiohttp.ClientSession, store: Store) -> None:
    """Chosen once, it wins over the browser's; one that is not there is refused."""
    page = await send(person, "/language", language="fr")
    assert "Langue changée." in page.text
    assert "Tableau Aujourd\u2019hui" in (await read(person, "/", **{"Accept-Language": "en"})).text
    assert "There is no language" in (await send(person, "/language", language="xx")).text
    with store.read() as conn:
        assert "fr" == load_settings(conn).language


async def test_notices_stand_above_every_page_until_they_are_read(person: aiohttp.ClientSession, house: Panel) -> None:
    """Trouble that goes on can't be put away; what happened once can."""
    house.services.notice("disk_full", "No room is left on the disk.")
    house.services.notice("recovered", "41 of 41 events were recovered.")
    for path in PATHS:
        assert {"notice-disk_full", "notice-recovered"} <= set((await read(person, path)).ids)
    page = await send(person, "/notices/dismiss", cause="recovered")

    assert "notice-recovered" not in page.ids
    assert "The disk is full. No room is left on the disk." in page.text
    assert "notice-disk_full" in (await read(person, "/notices?page=board", **{"HX-Request": "true"})).ids


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


async def send(person: aiohttp.ClientSession, path: str, **form: str) -> Reader:
    """Sends one of the dashboard's forms from the page Pairing; returns the page it leads to."""
    async with person.get("/pairing") as answer:
        token = re.search(r'name="csrf" value="([^"]+)"', await answer.text())
        came_from = str(answer.url)
    assert token
    async with person.post(path, data={"csrf": token[1], **form}, headers={"Referer": came_from}) as answer:
        assert 200 == answer.status
        assert came_from == str(answer.url)
        return Reader(await answer.text())
