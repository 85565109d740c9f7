"""Platforms whose pretend site is nothing but its saved pages: a definition, pages, and what a reader must find.

A folder here with `expected.json` and no Python is such a site. Its pages stand at their own addresses under the
real host names. The stage's look chooses what is at the list's address: `empty.html`, `signed-out.html`,
`changed.html`, a check, or a limit; `list.html` otherwise. Answers that a page fetches are JSON files beside it.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from piecework.practice.stage import Look, Stage
from tests.sites.common import STAGE, guarded, host_app, not_found

HERE = Path(__file__).parent
OWN = ("practice", "prolific", "microworkers", "sproutgigs")
"""Sites that are programs; their saved pages are copies of what they serve."""
NAMES = {Look.EMPTY: "empty.html", Look.SIGNED_OUT: "signed-out.html", Look.CHANGED: "changed.html"}
VARIANTS = tuple(NAMES.values())


class SavedSite(NamedTuple):
    """The pages of one platform: file name to what `expected.json` says of it."""

    id: str
    pages: dict[str, dict[str, Any]]

    @property
    def hosts(self) -> list[str]:
        """Every host a page or an answer stands on."""
        urls = [url for page in self.pages.values() for url in (page["url"], *page.get("answers", {}))]
        return sorted({urlsplit(url).hostname or "" for url in urls})

    def at_list(self, host: str, path: str) -> bool:
        """Whether an address is the list's own."""
        return _same(self.pages["list.html"]["url"], host, path, {})

    def chosen(self, look: Look, host: str, path: str, query: dict[str, str]) -> str | None:
        """The file shown at an address."""
        name = NAMES.get(look)
        if name in self.pages and self.at_list(host, path):
            return name
        fits = [name for name, page in self.pages.items() if _same(page["url"], host, path, query)]
        plain = [name for name in fits if name not in VARIANTS or not self.at_list(host, path)]
        # The page whose own address says most of what is asked for; the plain list where several say as much.
        return max(plain, key=lambda name: (_shared(self.pages[name]["url"], query), name == "list.html"), default=None)

    def answer(self, look: Look, host: str, path: str, query: dict[str, str]) -> dict[str, Any] | None:
        """The file and status of an answer at an address, as the page of this look gets it."""
        first = self.pages.get(NAMES.get(look, "list.html"), {})
        for page in (first, *self.pages.values()):
            for url, told in page.get("answers", {}).items():
                if _same(url, host, path, {}) and dict(parse_qsl(urlsplit(url).query)).items() <= query.items():
                    found: dict[str, Any] = told
                    return found
        return None


def _same(url: str, host: str, path: str, query: dict[str, str]) -> bool:
    mine = urlsplit(url)
    asked = dict(parse_qsl(mine.query))
    return (mine.hostname, mine.path) == (host, path) and all(
        asked.get(name, value) == value for name, value in query.items()
    )


def _shared(url: str, query: dict[str, str]) -> int:
    return len(dict(parse_qsl(urlsplit(url).query)).items() & query.items())


def saved_sites() -> list[SavedSite]:
    """Every site that is nothing but its pages, in the order of their names."""
    told = [json.loads(path.read_text("utf-8")) for path in sorted(HERE.glob("*/expected.json"))]
    return [SavedSite(one["platform"], one["pages"]) for one in told if one["platform"] not in OWN]


def app(site: SavedSite, stage: Stage) -> web.Application:
    """The application of every host of one site."""

    async def show(request: web.Request) -> web.StreamResponse:
        host, look = request.host.partition(":")[0], request.app[STAGE].face.look
        folder, query = HERE / site.id / "pages", dict(request.query)
        if answer := site.answer(look, host, request.path, query):
            body = (folder / answer["file"]).read_bytes()
            return web.Response(body=body, status=answer["status"], content_type="application/json")
        name = site.chosen(look, host, request.path, query)
        if name is None:
            raise not_found("nothing was saved of this address")
        url = site.pages[name]["url"]
        if name == NAMES.get(look) and not _same(url, host, request.path, {}):
            raise web.HTTPFound(url)
        return web.Response(body=(folder / name).read_bytes(), content_type="text/html", charset="utf-8")

    return host_app(stage, [web.route("*", "/{path:.*}", guarded(show))])
