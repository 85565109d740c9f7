"""Asks the pretend sites as a program would, and finds its way in what they answer."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, TCPConnector

from tests.sites.prolific import recorded
from tests.sites.prolific.recorded import Node, tree_of
from tests.sites.server import Sites, sites
from tests.sites.story import Hands


class Visitor:
    """Asks the sites under their real names, trusting their own certificate authority only."""

    def __init__(self, served: Sites, session: ClientSession) -> None:
        self.sites = served
        self.session = session

    async def ask(self, url: str, method: str = "GET", **told: Any) -> ClientResponse:  # noqa: ANN401 - aiohttp's
        """One request; redirects are not followed."""
        scheme, _, rest = url.partition("://")
        host, _, path = rest.partition("/")
        port = self.sites.ports.tls if scheme == "https" else self.sites.ports.http
        headers = {"Host": host, **told.pop("headers", {})}
        if scheme == "https":
            told["server_hostname"] = host
        url = f"{scheme}://127.0.0.1:{port}/{path}"
        async with self.session.request(method, url, headers=headers, allow_redirects=False, **told) as answer:
            await answer.read()
            return answer

    async def text(self, url: str) -> str:
        """The page."""
        return await (await self.ask(url)).text()

    async def tree(self, url: str) -> Node:
        """The page as a tree."""
        return tree_of(await self.text(url))

    async def json(self, url: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON
        """The answer's JSON, of a POST when there is a body."""
        return await (await self.ask(url, "GET" if body is None else "POST", json=body)).json()


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    """All sites, started and stopped around one test, on a clock that stands still."""
    async with (
        sites(Hands()) as served,
        ClientSession(connector=TCPConnector(ssl=served.client_context())) as session,
    ):
        yield Visitor(served, session)


def elements(node: Node, name: str) -> Iterator[Node]:
    """Every element of that class, in document order."""
    for child in node[2:]:
        if isinstance(child, list):
            if name in recorded.attribute(child, "class").split():
                yield child
            yield from elements(child, name)


def words(node: Node, name: str) -> list[str]:
    """The text of every element of that class."""
    return [recorded.text(one) for one in elements(node, name)]
