"""The dashboard's forms: what a press does, and what the page says afterwards."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
import pytest_asyncio

from piecework.now import MINUTE_US, FixedClock
from piecework.settings import Paths, load_settings
from piecework.store import Store
from piecework.views.pages import PAGES
from tests.agent import panel as p
from tests.agent.panel import Panel, panel
from tests.agent.visitor import read, send, signed_in

PATHS = [page.path for page in PAGES]


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
