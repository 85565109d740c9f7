"""What every test with a real browser shares: which browsers there are, and one of each kind to use."""

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from piecework.drive import Browser, Found, Kind, find_browser, launch

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs the tests of this folder on one event loop, on which the shared browsers live."""
    own = Path(__file__).parent
    for item in items:
        if own in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


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


@pytest.fixture(scope="session")
def hosts() -> Mapping[str, int]:
    """Host names the shared browsers find on loopback; a folder of tests overrides it with its own."""
    return {}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(found_browser: Found, hosts: Mapping[str, int]) -> AsyncIterator[Browser]:
    """One browser of each kind for all tests of a worker, with the repository root as its extension."""
    async with launch(found_browser, extension=ROOT, hosts=hosts) as running:
        yield running
