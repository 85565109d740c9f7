"""Who gets into the dashboard, by which way, and what every answer carries."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from piecework.now import FixedClock
from piecework.settings import Paths, load_settings
from piecework.store import Store
from piecework.views.actions import ACTIONS
from piecework.views.pages import PAGES
from piecework.views.session import ADDRESS_US, MOST_ADDRESSES, MOST_SESSIONS, SESSION_US
from tests.agent import panel as p
from tests.agent.panel import Panel, panel

PATHS = [page.path for page in PAGES]


@pytest_asyncio.fixture
async def house(paths: Paths, store: Store, clock: FixedClock) -> AsyncIterator[Panel]:
    """A served dashboard with a request to be paired."""
    store.write_now(lambda conn: p.fill(conn, clock.now_us()))
    async with panel(paths, store, clock) as served:
        served.desk.waiting = p.request(clock.now_us() + 60_000_000)
        yield served


@pytest_asyncio.fixture
async def stranger(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser without a session."""
    async with aiohttp.ClientSession(house.origin, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        yield browser


@pytest_asyncio.fixture
async def person(house: Panel, stranger: aiohttp.ClientSession) -> aiohttp.ClientSession:
    """The same browser after it used a one-time address."""
    async with stranger.get(house.once()) as answer:
        assert 200 == answer.status
    return stranger


async def text_of(browser: aiohttp.ClientSession, path: str, **more: dict[str, str]) -> str:
    """A page's text."""
    async with browser.get(path, **more) as answer:
        return await answer.text()


async def token_of(browser: aiohttp.ClientSession) -> str:
    """The token in the forms of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', await text_of(browser, "/pairing"))
    assert found
    return found[1]


@pytest.mark.parametrize("path", [*PATHS, "/notices", "/stream", "/export?format=csv"])
async def test_without_a_session_there_is_only_the_way_in(stranger: aiohttp.ClientSession, path: str) -> None:
    """Nothing of the store is shown; the page says how to get an address, in the browser's language."""
    async with stranger.get(path, headers={"Accept-Language": "fr"}) as answer:
        text = await answer.text()

    assert 401 == answer.status
    assert "piecework open" in text
    assert '<html lang="fr">' in text
    assert p.TITLE not in text
    assert p.CODE not in text


async def test_a_one_time_address_works_once(house: Panel, stranger: aiohttp.ClientSession) -> None:
    """The first use signs in and leads on; the second, from another browser, does not."""
    way = house.once("/ledger?state=paid")
    text = await text_of(stranger, way)
    assert 'content="0;url=/ledger?state=paid"' in text

    async with aiohttp.ClientSession(house.origin) as other, other.get(way) as answer:
        assert 401 == answer.status
    async with stranger.get("/ledger") as answer:
        assert 200 == answer.status


async def test_a_one_time_address_lasts_a_minute(
    house: Panel, stranger: aiohttp.ClientSession, clock: FixedClock
) -> None:
    """A minute by the monotonic clock: setting the wall clock back prolongs nothing."""
    way = house.once()
    clock.forward(us=ADDRESS_US)
    clock.set_wall(0)

    async with stranger.get(way) as answer:
        assert 401 == answer.status


async def test_an_address_is_not_spent_by_looking_ahead(house: Panel, stranger: aiohttp.ClientSession) -> None:
    """A browser's prefetch and a HEAD are turned away; the person's own visit works afterwards."""
    way = house.once()
    async with stranger.get(way, headers={"Sec-Purpose": "prefetch"}) as answer:
        assert 403 == answer.status
    async with stranger.head(way) as answer:
        assert 405 == answer.status
    async with stranger.get(way) as answer:
        assert 200 == answer.status


async def test_a_second_address_keeps_the_session(house: Panel, person: aiohttp.ClientSession) -> None:
    """Forms of pages that are open already go on working."""
    before = await token_of(person)
    await text_of(person, house.once())

    assert before == await token_of(person)


async def test_the_cookie_is_kept_from_scripts_and_other_sites(house: Panel, stranger: aiohttp.ClientSession) -> None:
    """HttpOnly, SameSite=Strict, its own name per port, gone with the browser."""
    async with stranger.get(house.once()) as answer:
        cookie = answer.headers["Set-Cookie"]

    assert cookie.startswith(f"piecework-{house.services.port}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()


async def test_a_session_ends_when_it_is_not_used(person: aiohttp.ClientSession, clock: FixedClock) -> None:
    """Each use prolongs it; twelve hours without one end it."""
    for _ in range(3):
        clock.forward(us=SESSION_US - 1)
        async with person.get("/today") as answer:
            assert 200 == answer.status
    clock.forward(us=SESSION_US)

    async with person.get("/today") as answer:
        assert 401 == answer.status


async def test_addresses_and_sessions_are_few(house: Panel) -> None:
    """Minting for ever takes no memory: the oldest give way."""
    sessions = house.services.sessions
    first = house.address().rpartition("=")[2]
    tokens = [house.address().rpartition("=")[2] for _ in range(MOST_ADDRESSES)]
    opened = [sessions.enter(token, None) for token in tokens]

    assert sessions.enter(first, None) is None
    assert None not in opened
    living = [one for one in opened if one and sessions.find(one[0].key)]
    assert MOST_SESSIONS == len(living)


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.1.evil.test:{port}", "[::1]:{port}", ""]
)
async def test_another_host_is_misdirected(house: Panel, person: aiohttp.ClientSession, host: str) -> None:
    """A name rebound to this machine gets nothing, session or not."""
    for path in ["/", "/static/dash.css", house.once()]:
        async with person.get(path, headers={"Host": host.format(port=house.services.port)}) as answer:
            assert answer.status in {400, 421}
            assert p.TITLE not in await answer.text()


async def test_localhost_is_this_machine_too(house: Panel, person: aiohttp.ClientSession) -> None:
    """Both names of the loopback are served."""
    async with person.get("/", headers={"Host": f"localhost:{house.services.port}"}) as answer:
        assert 200 == answer.status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "chrome-extension://" + "b" * 32},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    ],
)
async def test_another_page_gets_nothing(person: aiohttp.ClientSession, headers: dict[str, str]) -> None:
    """Its scripts, pictures and frames are refused even where the browser sends the cookie along."""
    for path in PATHS:
        async with person.get(path, headers=headers) as answer:
            assert 403 == answer.status
            assert p.TITLE not in await answer.text()


async def test_a_link_elsewhere_may_lead_here(person: aiohttp.ClientSession) -> None:
    """A person may follow a link to the Board: nothing changes by that, and nobody reads along."""
    way = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    async with person.get("/", headers=way) as answer:
        assert 200 == answer.status


@pytest.mark.parametrize("path", ACTIONS)
async def test_nothing_changes_without_the_sessions_own_token(
    house: Panel, person: aiohttp.ClientSession, path: str
) -> None:
    """No token, another one, another page's form, a GET: refused, and nothing was decided."""
    form = {"code": p.CODE, "cid": "c1", "platform": "site", "account": "91ab22cd44ef0011", "language": "fr"}
    own = {"csrf": await token_of(person)}
    tries = [
        ({}, {}),
        ({"csrf": "x" * 43}, {}),
        ({"csrf": "é"}, {}),
        (own, {"Origin": "http://127.0.0.1:1"}),
        (own, {"Origin": "null"}),
        (own, {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}),
    ]
    for more, headers in tries:
        async with person.post(path, data=form | more, headers=headers, allow_redirects=False) as answer:
            assert 403 == answer.status
    async with person.get(path) as answer:
        assert 405 == answer.status

    assert [] == house.desk.decided
    with house.services.store.read() as conn:
        assert "" == load_settings(conn).language
        assert 1 == conn.execute("SELECT count(*) FROM account WHERE state = 'asks'").fetchone()[0]
        assert 1 == conn.execute("SELECT count(*) FROM client WHERE revoked_us IS NOT NULL").fetchone()[0]


async def test_a_form_needs_a_session(house: Panel, stranger: aiohttp.ClientSession) -> None:
    """A token alone opens nothing."""
    async with stranger.post("/pairing/allow", data={"code": p.CODE}) as answer:
        assert 401 == answer.status
    assert [] == house.desk.decided


@pytest.mark.parametrize(
    "path", [*PATHS, "/notices", "/static/dash.css", "/static/live.js", "/static/timeline.js", "/static/icon.svg"]
)
async def test_every_answer_carries_the_headers(person: aiohttp.ClientSession, path: str) -> None:
    """No inline script or style, no eval, no frame, nothing cached, nobody else invited."""
    async with person.get(path) as answer:
        assert 200 == answer.status
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "DENY" == answer.headers["X-Frame-Options"]
        assert "nosniff" == answer.headers["X-Content-Type-Options"]
        assert "same-origin" == answer.headers["Referrer-Policy"]
        assert "same-origin" == answer.headers["Cross-Origin-Resource-Policy"]
        assert answer.headers["Cache-Control"] in {"no-store", "no-cache"}
        assert [] == [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_refusals_carry_the_headers_too(stranger: aiohttp.ClientSession) -> None:
    """The page without a session, and what another host is told."""
    for headers in ({}, {"Host": "evil.test"}, {"Origin": "https://evil.test"}):
        async with stranger.get("/", headers=headers) as answer:
            assert answer.status in {401, 403, 421}
            assert "no-store" == answer.headers["Cache-Control"]
            assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    "path", ["/static/../routes.py", "/static/%2e%2e/routes.py", "/static/vendor/x.js", "/static/"]
)
async def test_only_named_files_are_served(person: aiohttp.ClientSession, path: str) -> None:
    """There is no folder to walk out of."""
    async with person.get(path) as answer:
        assert 404 == answer.status


async def test_pages_hold_no_script_of_their_own(person: aiohttp.ClientSession) -> None:
    """What the policy forbids is not there: no inline script, no style attribute, no handler."""
    for path in PATHS:
        text = await text_of(person, path)
        assert [] == re.findall(r"<script(?![^>]* src=)[^>]*>|<style|\sstyle=|\son\w+=", text)


async def test_a_signed_out_session_is_over(person: aiohttp.ClientSession) -> None:
    """Closing a session takes its cookie away and leaves nothing to come back with."""
    kept = {cookie.key: cookie.value for cookie in person.cookie_jar}
    async with person.post("/sign-out", data={"csrf": await token_of(person)}) as answer:
        assert 401 == answer.status
    person.cookie_jar.update_cookies(kept)

    async with person.get("/") as answer:
        assert 401 == answer.status
