"""Every platform's pages, read live: the content scripts in a tab that goes from page to page, and no agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.reader import definition, understood, understood_as
from tests.sites.saved import SavedSite, saved_sites

if TYPE_CHECKING:
    from piecework.drive import Tab
    from tests.e2e.reader import Json, Reader
    from tests.sites.server import Sites

ALL = saved_sites()
PAGES = (("normal", "list.html"), ("normal", "page-2.html"), ("empty", "empty.html"), ("signed-out", "signed-out.html"))
BARS = {"challenge": "challenge", "rate-limited": "rate_limited"}
LISTS = {site.pages["list.html"]["url"] for site in ALL}
ELSEWHERE = {"mturk"}
"""Sites whose sign-in lies on a host their definition does not ask for."""


def told_at_once(site: SavedSite, name: str) -> bool:
    """Whether what a page shows is told in its first moment; a lost shape and a late empty list take seconds."""
    if name not in site.pages or (name == "signed-out.html" and site.id in ELSEWHERE):
        return False
    state = site.pages[name]["state"]
    late = any(one.get("late") for one in definition(site.id)["listings"])
    return state != "changed_shape" and not (late and state == "empty")


async def shown(reader: Reader, tab: Tab, url: str, page: Json) -> None:
    """Goes to a page and waits until what it shows was told as it is expected."""
    await reader.clear()
    await tab.goto(url)
    listing = {"list": page["list"]} if "list" in page else {}
    if page["state"] != "watching":
        await reader.fact("health", 20.0, state=page["state"], **listing)
        return
    look = (await reader.fact("look", 20.0, **listing))["body"]
    assert page["rows"] == understood_as(page["rows"], look["rows"])
    assert (page["complete"], page["page"], True) == (look["complete"], look["page"], look["baseline"])
    for other, rows in page.get("lists", {}).items():
        look = (await reader.fact("look", 20.0, list=other))["body"]
        assert rows == [understood(row) for row in look["rows"]]


@pytest.mark.parametrize("site", ALL, ids=lambda site: site.id)
async def test_a_platforms_pages_are_told(reader: Reader, served: Sites, site: SavedSite) -> None:
    """Rows to the micro-unit, earnings, the page one works on; empty, signed out, a check and a limit by name."""
    tab = await reader.browser.new_tab("about:blank")
    for look, name in PAGES:
        if told_at_once(site, name):
            served.mode(site.id, look=look)
            url = site.pages["list.html" if look != "normal" else name]["url"]
            await shown(reader, tab, url, site.pages[name])
    served.mode(site.id, look="normal")
    for name, page in site.pages.items():
        if told := {key for key in ("days", "totals", "lines", "history") if key in page and page["url"] not in LISTS}:
            await reader.clear()
            await tab.goto(page["url"])
            await reader.fact("record" if told & {"lines", "history"} else "statement", 20.0)
        elif name == "work.html":
            await tab.goto(page["url"])
            await reader.message("task-page", 20.0, on=True, task=page["task"]["id"])
    await reader.clear()
    for look, state in BARS.items():
        served.mode(site.id, look=look)
        await shown(reader, tab, site.pages["list.html"]["url"], {"state": state})
    assert [] == [one for one in await reader.said() if one.get("kind") == "look"]


async def test_rows_that_come_late_are_no_news(reader: Reader, served: Sites) -> None:
    """A list that draws its rows after its page is not empty before that, so that all it then shows is a baseline."""
    site = next(one for one in ALL if one.id == "uhrs")
    served.mode("uhrs", look="empty")
    tab = await reader.browser.new_tab(site.pages["list.html"]["url"])
    await reader.fact("load", host="www.uhrs.ai")
    await tab.eval(
        "document.querySelector('.tasks-as-grid-grid').innerHTML ="
        ' \'<div><div class="task-card__title__caption">Drawn late</div><i id="task-start-9"></i></div>\''
    )
    told = await reader.fact("look", 20.0)

    assert (["9"], True) == ([row["id"] for row in told["body"]["rows"]], told["body"]["baseline"])
    assert [] == [one for one in await reader.facts("health") if one["body"]["state"] == "empty"]
