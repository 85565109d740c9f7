"""The dashboard in real browsers: live, reachable by keyboard, legible in both themes, shut to other pages."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from piecework.drive import Browser, Found, Tab, launch
from piecework.now import HOUR_US, MINUTE_US, SECOND_US, SystemClock, day_of
from piecework.resources import VENDORED, vendor_dir
from piecework.settings import Paths
from piecework.store import Store
from piecework.views.pages import PAGES
from piecework.worktime.days import day_start
from tests.agent import panel as p
from tests.agent.importing import suite, suite_hit
from tests.agent.panel import Panel, panel

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PATHS = [*(page.path for page in PAGES), "/rules/edit"]
CONNECTED = "document.querySelector('#stream')._htmx?.sse?.status === 200"

pytestmark = pytest.mark.skipif(
    not all((vendor_dir() / name).is_file() for name in VENDORED), reason="the scripts are put in place by `make setup`"
)


DRAG = """
(() => {
  const svg = document.querySelector("#timeline");
  const edge = svg.querySelector("[data-side=end]");
  const axis = [svg.dataset.start, svg.dataset.end].map(Number);
  const stretch = Number(edge.closest(".stretch").dataset.start);
  const x = (stretch + 36e8 - axis[0]) / (axis[1] - axis[0]) * 1440;
  const to = new DOMPoint(x, 0).matrixTransform(svg.getScreenCTM());
  const tell = (name, at) => edge.dispatchEvent(new PointerEvent(name, { bubbles: true, cancelable: true, ...at }));
  tell("pointerdown", { button: 0 });
  tell("pointermove", { clientX: to.x, clientY: to.y });
  tell("pointerup", {});
})()
"""
"""A pointer takes the end of the first stretch to an hour after its start."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def elsewhere() -> AsyncIterator[int]:
    """A site of somebody else; `/to?ADDRESS` holds a link and a form that lead to an address."""

    async def page(request: web.Request) -> web.Response:
        to = request.query_string
        text = f'<a href="{to}">link</a><form method="post" action="{to}"><input name="code" value="{p.CODE}"><button>'
        return web.Response(text=text, content_type="text/html")

    application = web.Application()
    application.router.add_get("/to", page)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def plain(found_browser: Found) -> AsyncIterator[Browser]:
    """A browser without the extension, in which every name leads to this machine."""
    async with launch(found_browser, hosts={"elsewhere.test": 0}) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[Panel]:
    """A served dashboard over a person's day."""
    clock, paths = SystemClock(), Paths(tmp_path / "data")
    store = Store.open(paths, clock)
    store.write_now(lambda conn: p.fill(conn, clock.now_us()))
    try:
        async with panel(paths, store, clock, language="en") as served:
            served.desk.waiting = p.request(clock.now_us() + 100 * SECOND_US)
            yield served
    finally:
        store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(plain: Browser, house: Panel) -> AsyncIterator[Tab]:
    """The Board in a signed-in browser, its stream open."""
    opened = await plain.new_tab(house.address())
    await opened.wait_for(f"location.pathname === '/' && {CONNECTED}")
    yield opened
    await opened.close()


async def test_a_task_appears_without_a_reload(tab: Tab, house: Panel) -> None:
    """The commit's topic is enough: the row comes, what the person opened and focused stays as it was."""
    await tab.eval("window.kept = true")
    await tab.eval("document.querySelector('#main nav a, .chips a, .title').focus()")
    focused = await tab.eval("document.activeElement.href")
    now_us = house.services.clock.now_us()
    await house.services.store.write(lambda conn: p.task(conn, "fresh", now_us, title="A new one"))
    house.services.bus.publish("board")

    await tab.wait_for("document.getElementById('task-site::fresh')?.textContent.includes('A new one')")
    assert await tab.eval("document.querySelector('tbody tr').id") == "task-site::fresh"
    assert await tab.text("#count") == "5 open tasks."
    assert await tab.eval("window.kept") is True
    assert focused == await tab.eval("document.activeElement.href")

    await house.services.store.write(lambda conn: conn.execute("UPDATE task SET state = 'gone' WHERE id = 'fresh'"))
    house.services.bus.publish("board")
    await tab.wait_for("!document.getElementById('task-site::fresh')")


async def test_what_was_opened_stays_open(tab: Tab, house: Panel) -> None:
    """A history that is being read does not close when the ledger changes, nor does what was chosen change."""
    await tab.goto(f"{house.origin}/ledger")
    await tab.wait_for(CONNECTED, 30.0)
    await tab.click("#history-b3 summary")
    await tab.eval("document.querySelector('#live [name=state]').value = 'paid'")
    await tab.eval("document.querySelector('#live [name=from]').value = '2026-11-02'")
    now_us = house.services.clock.now_us()
    await house.services.store.write(lambda conn: p.attempt(conn, "fresh", now_us, "paid"))
    house.services.bus.publish("ledger")

    await tab.wait_for("!!document.getElementById('attempt-fresh')")
    assert await tab.eval("document.querySelector('#history-b3').open") is True
    assert await tab.eval("document.querySelector('#history-b2').open") is False
    assert await tab.eval("document.querySelector('#live [name=state]').value") == "paid"
    assert await tab.eval("document.querySelector('#live [name=from]').value") == "2026-11-02"


async def test_a_hostile_title_runs_nothing(tab: Tab, house: Panel) -> None:
    """Neither in the page as loaded nor in what is put into it afterwards."""
    mark = "<img src=x onerror='window.hit=1'><script>window.hit=1</script><p hx-get='/x' hx-trigger='load'>"
    now_us = house.services.clock.now_us()
    await tab.eval("document.addEventListener('securitypolicyviolation', (event) => { window.hit = event.blockedURI })")
    await house.services.store.write(lambda conn: p.task(conn, "bad", now_us, title=mark, requester=mark))
    house.services.bus.publish("board")

    await tab.wait_for("document.getElementById('task-site::bad')?.textContent.includes('onerror')")
    assert await tab.eval("document.querySelectorAll('#live img, #live script, #live p[hx-get]').length") == 0
    assert await tab.eval("window.hit ?? 'nothing'") == "nothing"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_in_the_way_of_anybody(tab: Tab, house: Panel, scheme: str) -> None:
    """Axe finds no fault in any page, in both themes: contrast, names, order, tables, regions."""
    if not AXE.is_file():
        pytest.skip("axe-core is put in place by `make setup`")
    # A platform that is described: its choice to look by itself is on the page too.
    own = {"platform": "prolific", "state": "rate_limited", "cause": "backing_off"}
    await house.services.store.write(lambda conn: p.look(conn, house.services.clock.now_us(), "studies", **own))
    faults = {}
    for path in PATHS:
        await tab.goto(f"{house.origin}{path}")
        await tab.eval(f"document.documentElement.style.colorScheme = '{scheme}'")
        await tab.eval("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        await tab.eval(f"(() => {{ {AXE.read_text()} }})()")
        found = await tab.eval("(await axe.run({ resultTypes: ['violations'] })).violations")
        faults[path] = [(one["id"], [node["html"][:150] for node in one["nodes"]][:3]) for one in found]

    assert {path: [] for path in PATHS} == faults


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_narrow_screen_is_not_left_sideways(tab: Tab, house: Panel, language: str) -> None:
    """At 320 pixels no page is wider than the screen; wide tables scroll in frames the keyboard reaches."""
    house.services.settings = p.Settings(zone=p.ZONE, language=language)
    await tab.set_viewport(320, 700)
    try:
        for path in PATHS:
            await tab.goto(f"{house.origin}{path}")
            assert await tab.eval("document.documentElement.lang") == language
            assert await tab.eval("document.documentElement.scrollWidth") <= 320, path
            assert await tab.eval(
                "[...document.querySelectorAll('.wide')].every((one) => one.tabIndex === 0 && one.getAttribute('role'))"
            )
    finally:
        await tab.set_viewport(1280, 800)


async def test_the_keyboard_reaches_everything(tab: Tab) -> None:
    """The first stop leaps to the content; each stop is seen."""
    await tab.key("Tab")
    assert await tab.eval("document.activeElement.className") == "skip"
    assert await tab.eval("document.activeElement.getBoundingClientRect().top >= 0")
    await tab.key("Enter")
    assert await tab.eval("document.activeElement.id") == "main"
    await tab.key("Tab")
    assert await tab.eval("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert await tab.eval("document.querySelector('#main').contains(document.activeElement)")


async def test_an_edge_of_the_day_moves_by_key_and_by_mouse(tab: Tab, house: Panel) -> None:
    """Arrows and Enter, a drag, Ctrl+Z: each is kept as a correction, said aloud, and the focus stays on the edge."""
    store, now_us = house.services.store, house.services.clock.now_us()
    noon = day_start(now_us, p.ZONE) - 12 * HOUR_US
    await store.write(lambda conn: conn.execute("DELETE FROM interval"))
    await store.write(lambda conn: p.interval(conn, "one", noon, 30 * MINUTE_US))
    ends = f"[...document.querySelectorAll('#timeline .stretch')].map((one) => (one.dataset.end - {noon}) / 6e7).join()"
    await tab.goto(f"{house.origin}/time?day={day_of(noon, p.ZONE)}")
    await tab.wait_for("document.querySelector('#edge-i-one-end')?.getAttribute('role') === 'slider'")
    # A finger on an edge drags it and does not scroll the page.
    assert await tab.eval("getComputedStyle(document.querySelector('#edge-i-one-end')).touchAction") == "none"
    await tab.eval("document.querySelector('#edge-i-one-end').focus()")
    await tab.key("PageUp")
    await tab.key("ArrowRight")
    assert await tab.eval("document.activeElement.getAttribute('aria-valuetext')") == "12:41"
    await tab.key("Enter")
    await tab.wait_for(f"{ends} === '41'")
    await tab.wait_for(
        "[...document.querySelectorAll('main [role=status]')].some((one) => /Corrected/.test(one.innerText))"
    )
    assert await tab.eval("document.activeElement.dataset.side") == "end"

    await tab.eval(DRAG)
    await tab.wait_for(f"{ends} === '60'")
    await tab.eval("document.querySelector('#timeline .edge').focus()")
    await tab.key("Control+z")
    await tab.wait_for(f"{ends} === '41'")
    with store.read() as conn:
        own = (
            "SELECT sum(kind = 'edit'), sum(kind = 'undo') FROM event WHERE json_extract(body, '$.target') = 'interval'"
        )
        assert (2, 1) == tuple(conn.execute(own).fetchone())


async def test_a_stretch_is_pressed_split_by_keys_and_made_whole_by_undo(tab: Tab, house: Panel) -> None:
    """A press on the timeline leads to the stretch's forms, nothing is in their way, and Ctrl+Z works anywhere."""
    store, now_us = house.services.store, house.services.clock.now_us()
    noon = day_start(now_us, p.ZONE) - 12 * HOUR_US
    await store.write(lambda conn: conn.execute("DELETE FROM interval"))
    await store.write(lambda conn: p.interval(conn, "one", noon, 30 * MINUTE_US))
    await tab.goto(f"{house.origin}/time?day={day_of(noon, p.ZONE)}")
    await tab.wait_for("document.querySelector('#edge-i-one-end')?.getAttribute('role') === 'slider'")
    await tab.click("#stretch-i-one .block")
    await tab.wait_for("document.querySelector('#interval-i-one [name=at]') !== null")
    if AXE.is_file():
        await tab.eval(f"(() => {{ {AXE.read_text()} }})()")
        assert [] == await tab.eval("(await axe.run({ resultTypes: ['violations'] })).violations.map((one) => one.id)")
    await tab.eval("document.querySelector('#interval-i-one [value=split]').focus()")
    await tab.key("Enter")
    await tab.wait_for("document.querySelectorAll('#timeline .stretch').length === 2")
    assert "Corrected" in await tab.eval("document.querySelector('main .notice.good[role=status]').innerText")
    await tab.key("Control+z")
    await tab.wait_for("document.querySelectorAll('#timeline .stretch').length === 1")


async def test_a_press_allows_the_browser_that_asks(tab: Tab, house: Panel) -> None:
    """The forms work as a browser sends them; the page one comes back to says so."""
    await tab.click("#notice-pairing a")
    await tab.wait_for("location.pathname === '/pairing' && document.readyState === 'complete'")
    await tab.click("#main .asks button.main")
    await tab.wait_for("document.body.innerText.includes('this browser is paired now')")

    assert [f"allow {p.CODE}"] == house.desk.decided
    assert await tab.eval("location.pathname") == "/pairing"


async def test_a_request_to_pair_shows_itself_on_an_open_page(tab: Tab, house: Panel) -> None:
    """Above whichever page is open, and gone when it is decided."""
    house.desk.waiting = None
    house.services.bus.publish("pairing")
    await tab.wait_for("!document.getElementById('notice-pairing')")
    house.desk.waiting = p.request(house.services.clock.now_us() + 100 * SECOND_US)
    house.services.bus.publish("pairing")

    await tab.wait_for("!!document.getElementById('notice-pairing')")


async def test_a_link_from_elsewhere_opens_the_dashboard(plain: Browser, house: Panel, elsewhere: int) -> None:
    """A one-time address works from any page, although the cookie is kept from other sites."""
    tab = await plain.new_tab(f"http://elsewhere.test:{elsewhere}/to?{house.address('/today')}")
    await tab.click("a")
    await tab.wait_for("location.pathname === '/today' && !!document.querySelector('#live')")
    await tab.close()


async def test_a_form_elsewhere_changes_nothing(tab: Tab, plain: Browser, house: Panel, elsewhere: int) -> None:
    """Another site's form is refused although the person is signed in."""
    other = await plain.new_tab(f"http://elsewhere.test:{elsewhere}/to?{house.origin}/pairing/allow")
    await other.click("button")
    await other.wait_for("document.body.innerText.includes('Another page asked for this')")
    await other.close()

    assert [] == house.desk.decided


async def test_a_session_that_ended_says_how_to_go_on(tab: Tab, house: Panel) -> None:
    """The part that is asked for anew turns into the way back in."""
    house.services.sessions._sessions.clear()  # type: ignore[attr-defined]
    house.services.bus.publish("board")

    await tab.wait_for("document.querySelector('#live').innerText.includes('piecework open')")


async def faults(tab: Tab) -> list[str]:
    """What axe finds on the page, and whether it is wider than a narrow screen."""
    await tab.set_viewport(320, 700)
    wide = [] if await tab.eval("document.documentElement.scrollWidth") <= 320 else ["wider than the screen"]
    await tab.set_viewport(1280, 800)
    if not AXE.is_file():
        return wide
    await tab.eval(f"(() => {{ {AXE.read_text()} }})()")
    found: list[str] = await tab.eval(
        "(await axe.run({ resultTypes: ['violations'] })).violations.map((one) => one.id)"
    )
    return wide + found


async def test_a_file_is_handed_in_looked_at_and_taken(tab: Tab, house: Panel, tmp_path: Path) -> None:
    """By the page's own file input: what is in it, what is not taken and why, then a press; then it is known."""
    path = tmp_path / "HIT_Tracker_Backup_é.json"
    path.write_text(json.dumps(suite(suite_hit(1), suite_hit(2, date="99991231"), suite_hit(3))))
    for said in ("New\n2", "New\n0"):
        await tab.goto(f"{house.origin}/import")
        await tab.choose_files("input[type=file]", path)
        await tab.click(".hand-in button.main")
        await tab.wait_for(f"document.querySelector('.figures')?.innerText.includes({json.dumps(said)})")
        assert path.name in await tab.text("#main")
        assert "lies in the future" in await tab.text("#main")
        assert [] == await faults(tab)
        if said == "New\n2":
            await tab.click("form[action='/import/take'] button")
            await tab.wait_for("document.querySelector('.notice.good')?.innerText.includes('2')")

    assert await tab.eval("document.querySelector('form[action=\"/import/take\"]')") is None
    with house.services.store.read() as conn:
        assert 2 == conn.execute("SELECT count(*) FROM assignment WHERE platform = 'mturk'").fetchone()[0]


async def test_columns_are_named_on_the_page(tab: Tab, house: Panel, tmp_path: Path) -> None:
    """A table of another kind asks which column is what; the answer leads to what is in it."""
    path = tmp_path / "mine.csv"
    path.write_text("Jour;Mission;Gain\n14/01/2026;Rayon;7,50 €\n")
    await tab.goto(f"{house.origin}/import")
    await tab.choose_files("input[type=file]", path)
    await tab.click(".hand-in button.main")
    await tab.wait_for("document.querySelector('[name=map_amount]')?.value === 'Gain'")
    assert [] == await faults(tab)
    await tab.eval("document.querySelector('form[action=\"/import/again\"] [name=platform]').value = 'Roamler'")
    await tab.click("form[action='/import/again'] button")
    await tab.wait_for("document.querySelector('.figures')?.innerText.includes('7.50')")


async def test_a_rules_week_follows_what_is_typed(tab: Tab, house: Panel) -> None:
    """Without a press and without leaving the page; what can't be read is said there."""
    await tab.goto(f"{house.origin}/rules/edit")
    await tab.wait_for("document.querySelector('#week')?.innerText.includes('Would have told you 5 times')")
    await tab.eval("document.querySelector('[name=min_pay_currency]').value = 'GBP'")
    typed = "(() => { const field = document.querySelector('[name=min_pay]'); field.value = VALUE;"
    typed += " field.dispatchEvent(new InputEvent('input', { bubbles: true })); })()"
    await tab.eval(typed.replace("VALUE", "'1.10'"))
    await tab.wait_for("document.querySelector('#week').innerText.includes('Would have told you 2 times')")
    await tab.eval(typed.replace("VALUE", "'much'"))
    await tab.wait_for("document.querySelector('#week').innerText.includes('is no amount')")


async def test_an_agent_that_ended_is_named(plain: Browser, tmp_path: Path) -> None:
    """What stands on the page stays there, and the page says how old it is."""
    clock, paths = SystemClock(), Paths(tmp_path / "data")
    store = Store.open(paths, clock)
    async with panel(paths, store, clock, language="en") as served:
        tab = await plain.new_tab(served.address())
        await tab.wait_for(f"location.pathname === '/' && {CONNECTED}")
        assert await tab.eval("document.getElementById('lost').hidden") is True
    await tab.wait_for("!document.getElementById('lost').hidden")
    assert await tab.text("#count") == "No list has been read yet."
    await tab.close()
    store.close()
