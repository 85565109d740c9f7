"""The bench of the ledger times every page of the dashboard: none is left out by being new."""

from aiohttp import web

from bench.ledger import ASIDE, asked
from piecework.control import Services
from piecework.now import FixedClock
from piecework.platforms import load_platforms
from piecework.secrets import Secrets
from piecework.settings import Paths, Settings
from piecework.store import Store
from piecework.views.routes import attach


def test_every_address_is_a_page_that_is_timed_or_named_as_none(paths: Paths) -> None:
    """What the dashboard answers to GET, besides files of its own: as the router has it."""
    clock = FixedClock(0)
    store = Store.open(paths, clock)
    application = web.Application()
    attach(
        application,
        Services(
            paths=paths,
            clock=clock,
            store=store,
            platforms=load_platforms(),
            secrets=Secrets.open(paths, keyring_allowed=False),
            settings=Settings(),
        ),
    )
    store.close()
    found = {
        route.resource.canonical for route in application.router.routes() if route.method == "GET" and route.resource
    }

    timed = {page.path for page, _ in asked()}
    assert timed | ASIDE == {path for path in found if not path.startswith("/static/")}
    assert not timed & ASIDE
