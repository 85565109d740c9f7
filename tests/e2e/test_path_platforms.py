"""Platforms that nothing but a definition describes, through the real extension and agent onto the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.views import reports
from tests.sites.saved import saved_sites

if TYPE_CHECKING:
    from tests.e2e.harness import Rig

WAYS = ("uhrs", "usertesting", "dataannotation", "oneforma", "adap")
"""Cards, open shadow roots, JSON in an attribute, an answer the page fetched, a table of arrays."""


async def test_every_way_of_reading_reaches_the_board(rig: Rig) -> None:
    """Titles and pays as the pages say them; the platform's last good look is told by the command."""
    pages = {site.id: site.pages["list.html"] for site in saved_sites() if site.id in WAYS}
    await rig.on(*WAYS)
    tab = await rig.browser.new_tab("about:blank")
    for platform in WAYS:
        await tab.goto(pages[platform]["url"])
        await rig.health(platform, "watching")
    await rig.sent()

    tasks = rig.now(reports.tasks)
    for platform in WAYS:
        rows = [row for rows in (pages[platform]["rows"], *pages[platform].get("lists", {}).values()) for row in rows]
        wanted = {(row["title"], (row["pay"] or {"micro": None})["micro"]) for row in rows}
        assert wanted == {(row["title"], row["pay"]["micro"]) for row in tasks if row["platform"] == platform}
        [told] = await rig.cli_json("platforms", platform)
        assert told["last_good_us"] > 0


async def test_a_page_nobody_has_described_says_so(rig: Rig) -> None:
    """Its own cause, no alarm on the badge, and nothing on the board; its sign-in page is told as such."""
    site = next(one for one in saved_sites() if one.id == "crowdgen")
    await rig.on("crowdgen")
    tab = await rig.browser.new_tab(site.pages["list.html"]["url"])
    row = await rig.health("crowdgen", "changed_shape")

    assert "shape_unknown" == row["cause"]
    assert [] == rig.now(reports.tasks)
    assert "!" != await rig.browser.background_eval("browser.action.getBadgeText({})")
    await tab.goto(site.pages["signed-out.html"]["url"])
    await rig.health("crowdgen", "signed_out")
