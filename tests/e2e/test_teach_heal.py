"""A taught list whose page is redesigned is found again: silently where all agrees, else by one press."""

from typing import Any

from piecework.demo.browser import until
from piecework.drive import Tab
from piecework.views import reports
from tests.e2e.harness import Rig
from tests.e2e.test_teach import PLATFORM, URL, begin, board, panel, press, saved

__all__ = ["board"]


async def book(rig: Rig) -> dict[str, Any]:
    """What the extension keeps of definitions of the person's own."""
    found: dict[str, Any] = await rig.ask(do="book")
    return found


async def test_a_redesigned_page_is_found_again_and_can_be_taken_back(rig: Rig, board: Tab) -> None:
    """It is never shown as empty: it is searched for, used after a yes, and what it shows first is told to nobody."""
    await begin(rig, board)
    await panel(board, "Which tasks are listed here?")
    await board.click(press("columns"))
    await panel(board, "What are the columns called?")
    before = await saved(rig, board)

    rig.sites.mode("unknown", look="changed")
    await board.goto(URL)

    async def answered() -> Any:  # noqa: ANN401 - JSON
        now = await book(rig)
        if now["repairs"]:
            await rig.ask(do="book-repair", id=PLATFORM, take=True)
        return next((one for one in now["taught"] if len(one["versions"]) > 1), None)

    entry = await until(answered, "the list was found again", timeout_s=30)
    assert entry["versions"][-1]["why"] in {"healed", "accepted"}
    await rig.health(PLATFORM, "watching")
    after = {row["title"]: row for row in rig.now(reports.tasks) if row["platform"] == PLATFORM}
    assert {title: row["pay"]["micro"] for title, row in before.items()} == {
        title: row["pay"]["micro"] for title, row in after.items()
    }
    assert {row["id"] for row in before.values()} == {row["id"] for row in after.values()}
    assert [] == rig.now(reports.alerts)

    assert {"ok": True} == await rig.ask(do="book-back", id=PLATFORM)
    (entry,) = (await book(rig))["taught"]
    assert ["rolled_back"] == [one["why"] for one in entry["versions"]]
