"""Work that happens on somebody else's site: which tabs count, as the agent's clock has it in the end."""

import sqlite3

import pytest

from piecework.drive import Tab
from piecework.views import reports
from tests.e2e.harness import Rig, prolific

SURVEY = "https://survey.partner.test/s/elsewhere"


@pytest.fixture(params=[False, True], ids=["by press", "by webNavigation"])
def exact(request: pytest.FixtureRequest) -> bool:
    """Whether the optional permission is given that names the tab a tab was opened from."""
    return bool(request.param)


async def study(rig: Rig, opens: str, *, exact: bool) -> Tab:
    """A study is taken, and its page is in front; returns its tab."""
    rig.sites.mode("prolific", opens=opens)
    if exact:
        await rig.browser.grant(["webNavigation"])
    await rig.on("prolific")
    tab = await rig.watch("prolific", "empty")
    prolific.swap_in(rig, "rebuilt")
    await rig.task(prolific.STUDY)
    await prolific.reserve(rig, tab)
    await clock(rig, "active", "page")
    return tab


async def clock(rig: Rig, state: str, origin: str = "") -> None:
    """Waits until the agent's clock says this of the attempt."""

    def says(conn: sqlite3.Connection) -> bool:
        # Time around the task (the list, the account's pages) has sessions of its own.
        newest = "SELECT state, origin FROM beat WHERE work = 'work' ORDER BY at_us DESC, rowid DESC LIMIT 1"
        row = conn.execute(newest).fetchone()
        return row is not None and row["state"] == state and origin in {"", row["origin"]}

    await rig.read(says, f"the clock says {state} {origin}")


async def spans(rig: Rig) -> list[tuple[str, bool]]:
    """Each stretch of work once the study is sent in: its task, and whether it has time."""
    await rig.sent()
    return [(span["task"], span["active_us"] > 0) for span in rig.now(reports.time) if span["kind"] == "work"]


@pytest.mark.parametrize("opens", ["link", "opener", "noopener", "popup"])
async def test_the_survey_a_study_opens_is_work(rig: Rig, opens: str, *, exact: bool) -> None:
    """By a link, with or without an opener, and by window.open: the clock runs on in the survey, and ends with it."""
    tab = await study(rig, opens, exact=exact)
    survey = await prolific.open_survey(rig, tab)
    await survey.activate()
    await clock(rig, "active", "lineage")
    await prolific.finish(rig, survey)
    await clock(rig, "end")

    worked = await spans(rig)
    assert worked
    assert {(f":{prolific.STUDY}", True)} == set(worked)
    assert (await rig.state())["running"] is None


async def test_what_the_survey_opens_counts_where_the_browser_says_so(rig: Rig, *, exact: bool) -> None:
    """A grandchild needs the permission: nothing of ours runs in the survey's page to see the press."""
    survey = await prolific.open_survey(rig, await study(rig, "link", exact=exact))
    await survey.activate()
    await clock(rig, "active", "lineage")
    await survey.click("[data-testid=part-2]")
    part = await rig.browser.wait_tab("/part-2")
    await part.activate()

    await clock(rig, "active" if exact else "away")
    if exact:
        await rig.says(lambda state: state["running"], "the clock runs")
        await survey.activate()
        await rig.first.activate()
        await clock(rig, "away")
        await part.activate()
        await clock(rig, "active", "lineage")


async def test_a_tab_of_ones_own_is_no_work(rig: Rig, *, exact: bool) -> None:
    """Ctrl+T, the survey's address typed by hand, a tab from outside: away, until the study is in front again."""
    tab = await study(rig, "link", exact=exact)
    own = await rig.browser.new_tab()
    await clock(rig, "away")
    await own.goto(SURVEY)
    outside = await rig.browser.new_tab(SURVEY)
    await outside.activate()
    await tab.activate()
    await clock(rig, "active", "page")
    await own.activate()
    await clock(rig, "away")
    assert [] == rig.now(lambda conn: conn.execute("SELECT 1 FROM beat WHERE origin = 'lineage'").fetchall())
