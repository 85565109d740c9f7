"""`piecework.start` with a world handed in: what any page may do to a reader, and what a reader must not do to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from piecework.drive import launch
from tests.e2e.reader import Json, content_source

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from piecework.drive import Browser, Found, Tab

ADDRESS = "https://jobs.test/list"
LISTING: Json = {
    "id": "jobs",
    "urls": [ADDRESS],
    "reader": "dom",
    "root": ["#list"],
    "rows": [".job"],
    "fields": {
        "id": {"from": [{"attr": "data-id"}], "as": "id"},
        "title": {"from": [{"sel": "b"}]},
        "pay": {"from": [{"sel": "i"}], "as": "pay"},
    },
    "empty": [{"sel": "#none"}],
    "signed_out": [{"sel": "#login"}],
    "challenge": [],
    "complete": True,
}
PLATFORM: Json = {
    "id": "jobs",
    "name": "Jobs",
    "origins": ["https://jobs.test/*"],
    "account": {"shown": False},
    "listings": [LISTING],
    "work": {"pages": [], "signals": []},
    "earnings": [],
    "money": {"currencies": ["USD"], "zone": "UTC"},
    "manners": {"page_world": "never"},
    "quality": {"date": "2026-01-01"},
}
START = """(() => {
  globalThis.sent = [];
  globalThis.slices = [];
  const post = piecework.pulse.poster();
  globalThis.session?.stop();
  globalThis.session = piecework.start({
    platforms: [%s],
    address: () => %s,
    send: async (message) => {
      if (message.do !== "store") sent.push(message);
      else sent.push(...message.facts.map((one) => ({ do: "fact", ...one })));
      return { stored: true };
    },
    post: (run) => { slices.push(performance.now()); post(run); },
  });
  return true;
})()"""
JOB = """(id, title = "Job", pay = "$1.00") => `<div class="job" data-id="${id}"><b>${title}</b><i>${pay}</i></div>`"""


class Page:
    """A blank page that a definition takes for the address it names."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    async def begin(self, html: str, platform: Json = PLATFORM) -> None:
        """Shows `html` and watches it."""
        await self.tab.eval(f"document.body.innerHTML = {json.dumps(html)}")
        await self.tab.eval(START % (json.dumps(platform), json.dumps(ADDRESS)))

    async def looks(self, count: int) -> list[Json]:
        """Waits until there are that many looks, and gives them."""
        told = "sent.filter((one) => one.kind === 'look').map((one) => one.body)"
        found: list[Json] = await self.tab.wait_for(f"(looks => looks.length >= {count} && looks)({told})")
        return found

    async def states(self, count: int) -> list[str]:
        """Waits until that many states were told."""
        told = "sent.filter((one) => one.kind === 'health').map((one) => one.body.state)"
        found: list[str] = await self.tab.wait_for(f"(told => told.length >= {count} && told)({told})")
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def plain(found_browser: Found) -> AsyncIterator[Browser]:
    """A browser without an extension."""
    async with launch(found_browser) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(plain: Browser) -> AsyncIterator[Page]:
    """A blank page with the content scripts in it."""
    tab = await plain.new_tab("about:blank")
    await tab.eval(content_source())
    await tab.eval(f"(globalThis.job = {JOB}, true)")
    yield Page(tab)
    await tab.close()


def jobs(*ids: str) -> str:
    """A list of jobs as HTML."""
    rows = "".join(f'<div class="job" data-id="{one}"><b>Job {one}</b><i>$1.00</i></div>' for one in ids)
    return f'<div id="list">{rows}</div>'


async def test_a_page_that_hides_the_browsers_own_methods_is_read_all_the_same(page: Page) -> None:
    """Names of forms and pictures shadow methods of their document, names of inputs those of their form."""
    names = ("querySelector", "querySelectorAll", "documentElement", "body", "readyState", "visibilityState", "title")
    clobber = "".join(f'<form name="{name}"></form><img name="{name}">' for name in names)
    inside = "".join(f'<input name="{name}">' for name in ("textContent", "getAttribute", "querySelector", "matches"))
    html = f'<div id="list"><form class="job" data-id="a"><b>Job</b><i>$1.00</i>{inside}</form></div>{clobber}'
    await page.begin(html)
    [look] = await page.looks(1)

    assert [("a", "Job", "$1.00")] == [(row["id"], row["title"], row["pay"]["raw"]) for row in look["rows"]]


async def test_a_list_in_an_open_shadow_root_is_read_and_watched(page: Page) -> None:
    """Observers stop at its border; a root inside a root counts too."""
    await page.begin("<div id=list><x-jobs></x-jobs></div>", {**PLATFORM, "listings": [{**LISTING, "shadow": True}]})
    await page.tab.eval("""(() => {
      const outer = document.querySelector("x-jobs").attachShadow({ mode: "open" });
      outer.innerHTML = job("outer") + "<x-more></x-more>";
      globalThis.inner = outer.querySelector("x-more").attachShadow({ mode: "open" });
      inner.innerHTML = job("inner");
      document.querySelector("#list").append("!");
      return true;
    })()""")
    [first] = await page.looks(1)
    await page.tab.eval("inner.innerHTML += job('late'), true")
    second = (await page.looks(2))[1]

    assert {"outer", "inner"} == {row["id"] for row in first["rows"]}
    assert ["late"] == [row["id"] for row in second["rows"]]


async def test_ten_thousand_rows_are_read_in_slices_and_sent_in_parts(page: Page) -> None:
    """A long list never holds the page up for long: there are pauses in it, and each message is small."""
    await page.begin("<div id=list></div><p id=none></p>")
    await page.looks(1)
    await page.tab.eval(
        "document.querySelector('#list').innerHTML = Array.from({length: 10000}, (_, at) => job(at)).join(''), true"
    )
    await page.tab.wait_for("sent.filter((one) => one.kind === 'look').length > 50", 30)
    looks = (await page.looks(51))[1:]

    assert (1, {len(looks)}) == (len({one["look"] for one in looks}), {one["of"] for one in looks})
    assert 10_000 == sum(len(one["rows"]) for one in looks)
    assert max(len(one["rows"]) for one in looks) <= 200
    assert await page.tab.eval("slices.length") >= 2


async def test_changes_outside_the_list_are_not_read_but_a_sign_in_form_is(page: Page) -> None:
    """A clock that ticks beside the list costs nothing; what bars the way to it counts wherever it is."""
    await page.begin(jobs("a") + "<p id=clock></p>")
    await page.looks(1)
    await page.tab.eval("""(() => {
      globalThis.reads = 0;
      const { list } = piecework.read;
      piecework.read.list = (...given) => { reads += 1; return list(...given); };
      return true;
    })()""")
    for at in range(20):
        await page.tab.eval(f"document.querySelector('#clock').textContent = '{at}', true")
    await page.tab.eval("document.body.insertAdjacentHTML('beforeend', '<form id=login></form>'), true")

    assert ["watching", "signed_out"] == await page.states(2)
    assert 1 == len(await page.looks(1))


async def test_a_list_that_loses_its_shape_is_told_after_a_second_look(page: Page) -> None:
    """Without anything else changing, and its rows stay; when it is back, it is no baseline."""
    await page.begin(jobs("a"))
    await page.looks(1)
    await page.tab.eval("document.querySelector('#list').id = 'other', true")
    assert ["watching", "changed_shape"] == await page.states(2)
    await page.tab.eval("document.querySelector('#other').id = 'list', true")
    await page.tab.eval("document.querySelector('#list').insertAdjacentHTML('afterbegin', job('b')), true")

    assert ["watching", "changed_shape", "watching"] == await page.states(3)
    last = (await page.looks(2))[-1]
    assert (["b"], False) == ([row["id"] for row in last["rows"]], last["baseline"])


async def test_a_broken_selector_of_one_platform_leaves_the_page_and_later_looks_alone(page: Page) -> None:
    """A definition that is wrong is a warning, not an error of the page's."""
    await page.tab.eval("globalThis.broke = 0, addEventListener('error', () => { broke += 1; }), true")
    await page.begin(jobs("a"), {**PLATFORM, "listings": [{**LISTING, "rows": ["[["]}]})
    await page.tab.eval("document.body.append('!'), true")
    await page.begin(jobs("a"))
    await page.looks(1)

    assert 0 == await page.tab.eval("broke")


async def test_started_again_the_page_is_watched_once(page: Page) -> None:
    """A session that was stopped says nothing more."""
    await page.begin(jobs("a"))
    await page.looks(1)
    await page.tab.eval("globalThis.before = sent, true")
    await page.begin(jobs("a"))
    await page.looks(1)
    count = await page.tab.eval("before.length")
    await page.tab.eval("document.querySelector('#list').insertAdjacentHTML('afterbegin', job('b')), true")
    await page.looks(2)

    assert count == await page.tab.eval("before.length")


@pytest.mark.parametrize(("press", "tells"), [("trusted", True), ("made by the page", False)])
async def test_only_a_persons_press_counts(page: Page, press: str, *, tells: bool) -> None:
    """A click the page makes itself opens no way to count another tab as work."""
    work = {"pages": [{"urls": [ADDRESS], "fields": {"id": {"from": [{"const": "t"}]}}}], "signals": []}
    await page.begin(
        "<button id=go>Go</button><button id=other>Other</button>", {**PLATFORM, "listings": [], "work": work}
    )
    await page.tab.wait_for("sent.some((one) => one.do === 'task-page' && one.on)")
    if press == "trusted":
        await page.tab.click("#go")
    else:
        await page.tab.eval("document.querySelector('#go').click(), true")
    await page.tab.eval("session.stop(), true")
    await page.tab.wait_for("sent.some((one) => one.do === 'task-page' && !one.on)")

    assert tells == await page.tab.eval("sent.some((one) => one.do === 'press')")
