"""Prolific as a person uses it: a study comes, is taken, worked on the partner's site, sent in, approved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from piecework.link.client import LinkClient
from piecework.protocol.bodies import Payout, PayText
from tests.sites.prolific import recorded

if TYPE_CHECKING:
    from piecework.drive import Tab
    from tests.e2e.harness.rig import Rig

APP = "https://app.prolific.com"
STUDY = str(recorded.STUDY["id"])
RECORDED = Path(__file__).parents[4] / "shared" / "recorded" / "prolific"


def swap_in(rig: Rig, how: str) -> None:
    """The study of the recorded page arrives on the open page: as it was recorded, or rebuilt."""
    if how == "rebuilt":
        rig.sites.publish("prolific", **recorded.STUDY)
    else:
        rig.sites.swap_in_recorded((RECORDED / recorded.RECORDED.name).read_text("utf-8"))


async def reserve(rig: Rig, tab: Tab, study: str = STUDY) -> None:
    """Opens the study from the list and takes a place."""
    await tab.click(f"[data-testid='study-{study}'] [data-testid=title] a")
    await tab.click("[data-testid=reserve]")
    await tab.wait_for("!!document.querySelector('[data-testid=open-study]')")
    await rig.event("accepted", study)


async def open_survey(rig: Rig, tab: Tab) -> Tab:
    """Presses the button that opens the survey; returns the survey's tab or window."""
    await tab.click("[data-testid=open-study]")
    survey = await rig.browser.wait_tab("survey.partner.test/s/")
    await survey.wait_for("!!document.querySelector('[data-testid=survey]')")
    return survey


async def finish(rig: Rig, survey: Tab, study: str = STUDY) -> None:
    """Leaves the survey by its completion link."""
    await survey.click("[data-testid=finish]")
    await rig.event("submitted", study)


async def approved(rig: Rig, tab: Tab, study: str = STUDY) -> None:
    """The researcher approves, and the person looks at their submissions."""
    rig.sites.move("prolific", "approved")
    await tab.goto(f"{APP}/submissions")
    await rig.event("approved", study)


async def paid(rig: Rig, study: str = STUDY) -> None:
    """The money arrives outside: no page of Prolific's is published that says so.

    A program of the person's own, with a key of its own, hands the payout over.
    """
    issued = await rig.cli_json("pair", "--issue", "payouts")
    done = await rig.event("approved", study)
    site_id = rig.now(lambda conn: conn.execute("SELECT site_id FROM assignment").fetchone()[0])
    async with await LinkClient.connect(rig.agent.port, issued["cid"], issued["key"]) as client:
        payout = Payout(id="payout-1", amount=PayText(raw="$0.80"), to="paypal", pays=[site_id])
        await client.send_event("payout", payout, platform="prolific", account=done["account"])
        await client.until_acked()
    await rig.event("paid", study)
