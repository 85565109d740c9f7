"""A person at the dashboard, without scripts: signs in, reads pages, sends forms."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.agent.panel import Panel

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


@asynccontextmanager
async def signed_in(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser that has used a one-time address."""
    async with aiohttp.ClientSession(house.origin, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(house.once()) as answer:
            assert 200 == answer.status
        yield browser


async def read(person: aiohttp.ClientSession, path: str = "/", **headers: str) -> Reader:
    """A page that answered well."""
    async with person.get(path, headers=headers) as answer:
        assert 200 == answer.status
        return Reader(await answer.text())


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
