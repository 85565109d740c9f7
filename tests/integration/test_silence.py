"""A list that falls silent, over the link: its open tab is read once more, then the person is told, then it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.now import FixedClock
from piecework.protocol.messages import Alert, Lease, Withdraw
from tests.agent.conftest import NOON_US
from tests.integration import rig

if TYPE_CHECKING:
    from tests.integration.conftest import Start

NEVER_S = 3600.0
"""No tick comes by itself: the test says when."""


async def test_silence_is_asked_about_told_and_taken_back(start: Start) -> None:
    """Practice says that its list is kept up to date: each unchanged page is confirmed, and missed when it can't be."""
    clock = FixedClock(NOON_US)
    agent = await start(clock=clock, tick_s=NEVER_S)
    client = await rig.connect(agent, await rig.issue(agent))
    async with client:
        await client.until_acked(await rig.see(client, 1, "a", baseline=True, at_us=clock.now_us()))
        clock.forward(150)
        await agent.chores._heartbeats()
        asked = await client.next(Lease)
        assert ("practice", "tasks", "reread") == (asked.platform, asked.list, asked.how)
        assert [] == rig.rows(agent, "SELECT id FROM alert WHERE reason = 'health'")

        clock.forward(600)
        await agent.chores._heartbeats()
        await agent.chores._heartbeats()
        told = await client.next(Alert)
        assert "no look came when one was due" in told.text
        assert 1 == len(rig.rows(agent, "SELECT id FROM alert WHERE reason = 'health'"))

        await client.until_acked(await rig.see(client, 2, "a", at_us=clock.now_us()))
        assert told.alert == (await client.next(Withdraw)).alert
