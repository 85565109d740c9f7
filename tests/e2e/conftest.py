"""What every test with a real browser shares: which browsers there are, and one of each kind to use."""

import asyncio
import contextlib
import functools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from piecework.drive import Browser, Found, Kind, find_browser, launch
from piecework.errors import BrowserFailed
from piecework.practice.site import HOST, PARTNER, PracticeSite
from piecework.practice.world import World
from tests.e2e.harness import Calls, Rig, renew
from tests.e2e.reader import Reader, build_reader, origins
from tests.sites.server import Sites, sites, wall_us

ROOT = Path(__file__).parents[2]
FAILED = pytest.StashKey[bool]()
LIMIT_S = 120
"""A browser that hangs fails its test instead of holding up all others."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the tests of this folder on one event loop, and each browser's on one worker: it is started once."""
    own = Path(__file__).parent
    for item in items:
        if own not in item.path.parents:
            continue
        if pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.obj = limited(item.obj)
        kind = next((mark.name for mark in item.iter_markers() if mark.name in {"chromium", "firefox"}), None)
        if kind is not None:
            item.add_marker(pytest.mark.xdist_group(kind))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers a failure, so that a fixture can say how the browser was left."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


def limited(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The same test, with an end."""

    @functools.wraps(test)
    async def run(*args: object, **fixtures: object) -> None:
        async with asyncio.timeout(LIMIT_S):
            await test(*args, **fixtures)

    return run


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("chromium", marks=pytest.mark.chromium),
        pytest.param("firefox", marks=pytest.mark.firefox),
    ],
)
def browser_kind(request: pytest.FixtureRequest) -> Kind:
    """The kind of browser a test runs in: every test that asks for it runs in both."""
    kind: Kind = request.param
    return kind


def found_or_skip(kind: Kind) -> Found:
    """The browser of a kind; without one the test is skipped, and fails where CI=1 promises that it is there."""
    found = find_browser(kind)
    if found is None:
        why = f"no {kind} on this machine (Debian: apt install chromium firefox-esr)"
        if os.environ.get("CI") == "1":
            pytest.fail(why)
        pytest.skip(why)
    return found


@pytest.fixture(scope="session")
def found_browser(browser_kind: Kind) -> Found:
    """The program of the kind a test runs in, for tests that launch a browser of their own."""
    return found_or_skip(browser_kind)


@pytest.fixture(scope="session")
def found_chromium() -> Found:
    """Chromium's program, for tests of what only it can do."""
    return found_or_skip("chromium")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served() -> AsyncIterator[Sites]:
    """Every pretend site, on the same ports for all tests of a worker."""
    async with sites() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def practised() -> AsyncIterator[PracticeSite]:
    """The practice site, on the same port for all tests of a worker."""
    async with PracticeSite() as running:
        yield running


@pytest.fixture(scope="session")
def hosts(served: Sites) -> Mapping[str, int]:
    """Host names the shared browsers find on loopback; port 0: with the port of the address."""
    return {**served.hosts, HOST: 0, PARTNER: 0}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(found_browser: Found, hosts: Mapping[str, int]) -> AsyncIterator[Browser]:
    """One browser of each kind for all tests of a worker, with the repository root as its extension."""
    async with launch(found_browser, extension=ROOT, hosts=hosts) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def lonely(
    request: pytest.FixtureRequest, browser: Browser, served: Sites, practised: PracticeSite, tmp_path: Path
) -> AsyncIterator[Rig]:
    """A browser whose extension was just installed, fresh sites, and no agent."""
    served.renew()
    practised.stage.begin(World("practice", wall_us, id_chars=12))
    async with asyncio.timeout(LIMIT_S):
        first = await renew(browser)
        rig = Rig(browser, served, practised, tmp_path / "data", first, Calls(browser))
        await rig.point()
        await rig.calls.watch()
    yield rig
    if request.node.stash.get(FAILED, False):
        print(await rig.told())  # noqa: T201 - stands beside the failure in pytest's report
    await rig.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def rig(lonely: Rig) -> Rig:
    """The same, paired with an agent that has a folder of its own."""
    await lonely.pair()
    return lonely


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watching(
    found_browser: Found, hosts: Mapping[str, int], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Browser]:
    """A browser whose extension only reads."""
    folder = build_reader(tmp_path_factory.mktemp("reader"))
    # Chromium grants a manifest's hosts when it is loaded, Firefox when it is asked.
    grant = origins() if found_browser.kind == "firefox" else []
    async with launch(found_browser, extension=folder, hosts=hosts, grant=grant) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def reader(watching: Browser, served: Sites, practised: PracticeSite) -> AsyncIterator[Reader]:
    """Fresh sites, and nothing said yet; tabs are closed afterwards."""
    served.renew()
    practised.stage.begin(World("practice", wall_us, id_chars=12))
    made = Reader(watching)
    await made.clear()
    yield made
    for tab in await watching.tabs():
        # One that the test closed itself may still be listed.
        with contextlib.suppress(BrowserFailed):
            if (await tab.url()).startswith("http"):
                await tab.close()
